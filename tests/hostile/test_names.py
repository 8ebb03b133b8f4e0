"""Names and titles that mean something to a format, through every output of every command."""

from __future__ import annotations

import csv
import json
import re
import xml.etree.ElementTree as ET
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import matplotlib.mathtext
import pytest
from markdown_it import MarkdownIt
from planner_cases.calling import call, faults_of, scenarios_at
from planner_cases.regions import LATENT, MINI, PILOT, REGION, SOURCES, write_tiny_region

from sim.archive import read_results
from sim.text import NUMBER, as_it_was, cell, folder_called, in_key, out_of_key

pytestmark = pytest.mark.hostile
Count = Callable[[str, object], None]

NAMES = (
    "fee $5 or $6 a drum", r"$\frac{", "$", "=1+1", "+1+1", "-2+3", "@SUM(A1)", "＝9", "\u3000=8", "'=1", "'",
    "<script>alert(1)</script>", "<!-- x", "a|b", "`x`", "``", "[a](http://b.c)", "![a](b)", "**b**", "_u_",
    "\\", "\\|", "~~x~~", "&lt;b&gt;", "# head", "- item", "1. one", "> quote", "---", "Shop",
    "Shop/waste_oil", "Shop%2Fwaste_oil", "100 %", "a/b/c", "/", "..", "../up", 'say "so"', "comma, semi;",
    "{0} {name}", "%s %(x)d", "site:x", "kiln_yard", "sources/waste_oil", "nan", "NULL", "-", "1e5", "true",
    "厂 🙂", "é ﬁ", "x@y=z", "CON", "long " * 39 + "end",
)  # fmt: skip
"""Names of sites; titles as well."""

WRITTEN = (
    *NAMES,
    "line\nbreak",
    "\x1b[2J\x1b]0;x\x07",
    "nul \0 bell \a",
    "tab\tand\rreturn",
    "left \u202e right",
)
"""Titles may hold what a quoted text of YAML can say."""

FORMULA = re.compile(r"\s*[=+\-@＝＋－＠\t\r]")


def quoted(text: str) -> str:
    return json.dumps(text)


def titled(text: str, number: int) -> str:
    """A file with its titles, origins and free names replaced by hostile ones, in turn."""
    turn = iter(range(number, 10_000))

    def other(_: re.Match[str]) -> str:
        one, two = (WRITTEN[next(turn) % len(WRITTEN)] for _ in range(2))
        return f"title: {{en: {quoted(one)}, zh: {quoted(two)}}}"

    text = re.sub(r"title: \{en: [^}]*\}", other, text)
    return re.sub(
        r"origin: (a guess|assumption|made up for tests|derived)",
        lambda _: f"origin: {quoted(WRITTEN[next(turn) % len(WRITTEN)])}",
        text,
    )


def sources() -> str:
    head, _, row, *_ = SOURCES.splitlines()
    rows = [head]
    for number, name in enumerate(NAMES):
        cells = row.split(",")
        cells[0], cells[1] = name, NAMES[-number]
        cells[2] = "garage"
        cells[3], north, east = (("<b>up|town", 31.95, 108.66), ("=down+town", 31.80, 108.90))[number % 2]
        cells[4:6] = f"{north + number / 1000:.3f}", f"{east + number / 1000:.3f}"
        rows.append(",".join('"' + one.replace('"', '""') + '"' for one in cells))
    return "\n".join(rows) + "\n"


TOWNSHIPS = """\
name,name_zh,lat,lon,population,zone
<b>up|town,=上镇,31.95,108.66,40000,$east$
=down+town,`下镇`,31.80,108.90,15000,_west|
"""

SMELTERS = """\
name,name_zh,township,status,takes,t_per_year
"=smelt,er|1",冶炼一,=down+town,operating,works,20000
"""


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("names")
    root = write_tiny_region(
        folder, region=titled(REGION, 0),
        sources=sources(), townships=TOWNSHIPS, smelters=SMELTERS,
        smelter_history='name,year,t\n"=smelt,er|1",2019,19000\n"=smelt,er|1",2020,20000\n',
        plans__pilot=titled(PILOT, 9), futures__latent=titled(LATENT, 3), studies__mini=titled(MINI, 30),
    )  # fmt: skip
    with scenarios_at(root, folder), pytest.MonkeyPatch.context() as patch:
        patch.setattr(matplotlib.mathtext.MathTextParser, "parse", no_mathematics)
        yield folder


def no_mathematics(*_: Any, **__: Any) -> None:
    raise AssertionError("a name was read as mathematics")


COMMON = ("--jobs", 1, "--out", "out")
COMMANDS = {
    "check": ("check", "tiny"),
    "list": ("list", "--lang", "zh"),
    "show": ("show", "tiny/pilot+latent"),
    "diff": ("diff", "tiny/pilot", "tiny/long_haul"),
    "trace": ("trace", "tiny/pilot", "--year", 2027),
    "run": ("run", "tiny/pilot+latent", "--replications", 3, *COMMON),
    "compare": ("compare", "mini", "--replications", 3, "--lang", "zh", *COMMON),
    "sweep": (
        "sweep", "tiny/pilot", "--vary", "collection_point.vans=1,2", "--replications", 2, "--kpis",
        "overflow_days", *COMMON,
    ),
    "curve": ("curve", "tiny/pilot", "site:Shop/waste_oil/waste_oil", "--replications", 3, *COMMON),
    "sensitivity": (
        "sensitivity", "tiny/pilot", "--method", "morris", "--leave-out",
        "collection_point.bays.waste_oil.capacity_t", "--trajectories", 2, "--replications", 2,
        "--kpi", "overflow_days@sources", *COMMON,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", COMMANDS)
def test_hostile_names_are_text_in_every_output(name: str, there: Path, record_property: Count) -> None:
    before = set(there.rglob("*"))
    found = call(*COMMANDS[name])
    assert faults_of(found, (0,)) == []
    written = sorted(path for path in set(there.rglob("*")) - before if path.is_file())
    for path in written:
        judge(path)
    record_property("hostile", ("hostile names, outputs of commands", len(written) + 1, len(written) + 1))


def judge(path: Path) -> None:
    """Hold a file that was written against its format."""
    if path.suffix == ".csv":
        judge_csv(path)
    elif path.suffix == ".md":
        judge_page(path.read_text(encoding="utf-8"))
    elif path.suffix == ".svg":
        ET.parse(path)  # noqa: S314
    elif path.suffix == ".html":
        page = path.read_text(encoding="utf-8")
        assert page.count("<script>") == 1
        assert "<b>" not in page
    elif path.suffix in (".xlsx", ".docx"):
        with zipfile.ZipFile(path) as parts:
            texts = [parts.read(one).decode() for one in parts.namelist() if one.endswith(".xml")]
        assert not [text for text in texts if re.search("<f>|<hyperlink|<w:hyperlink|<w:instrText", text)]
        assert all(ET.fromstring(text) is not None for text in texts)  # noqa: S314
    elif path.name == "manifest.json":
        json.loads(path.read_text(encoding="utf-8"))


def judge_csv(path: Path) -> None:
    with path.open(encoding="utf-8-sig", newline="") as sheet:
        head, *rows = csv.reader(sheet)
    assert {len(row) for row in rows} <= {len(head)}, path
    cells = {text for row in [head, *rows] for text in row}
    live = [text for text in cells if FORMULA.match(text) and not NUMBER.fullmatch(text)]
    assert not live, path


def judge_page(page: str) -> None:
    tokens = [
        one
        for token in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(page)
        for one in [token, *(token.children or [])]
    ]
    kinds = Counter(token.type for token in tokens)
    assert not [kind for kind in ("html_block", "html_inline", "link_open", "s_open") if kinds[kind]]
    images = [token.attrs["src"] for token in tokens if token.type == "image"]
    assert all(re.fullmatch(r"figures/\w+\.png", str(one)) for one in images)
    table = MarkdownIt("commonmark").enable("table").parse(page)
    assert not [t for t in table if t.type == "heading_open" and t.level]
    for block in re.findall(r"(?:^\|.*\n)+", page, re.MULTILINE):
        widths = {len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) for line in block.splitlines()}
        assert len(widths) == 1, block


def test_results_hold_every_name_as_it_was_written(there: Path) -> None:
    folder = there / "out" / "tiny-pilot+latent"
    if not folder.exists():
        call(*COMMANDS["run"])
    summary = read_results(folder).summary
    sites = [place for place in summary["place"].unique() if place.startswith("site:") and "/" not in place]
    assert sorted(sites) == sorted(f"site:{in_key(name.strip())}" for name in NAMES)
    assert not summary.duplicated(["plan", "future", "place", "kpi"]).any()
    newest = folder / (folder / "latest").read_text(encoding="utf-8").strip()
    with (newest / "figures" / "map.csv").open(encoding="utf-8-sig", newline="") as sheet:
        drawn = [as_it_was(row["name"]) for row in csv.DictReader(sheet)]
    assert sorted(drawn) == sorted(name.strip() for name in NAMES)


PATHS = (
    "...yaml",
    "a+b.yaml",
    ".hidden.yaml",
    "with space.yaml",
    "-x.yaml",
    "$(x).yaml",
    "厂.yaml",
)
"""Files of plans, below a folder whose name has a plus."""


@pytest.mark.parametrize("path", PATHS)
def test_a_plan_of_any_name_is_run_and_its_results_lie_where_they_were_asked_for(
    path: str, tmp_path: Path, record_property: Count
) -> None:
    root = write_tiny_region(tmp_path / "c+d")
    (root / "tiny" / "plans" / path).write_text(PILOT, encoding="utf-8")
    with scenarios_at(root, tmp_path):
        before = set(tmp_path.iterdir())
        named = f"c+d/scenarios/tiny/plans/{path}+latent"
        asked = ("--replications", 2, "--jobs", 1, "--out", "o/deep")
        assert faults_of(call("show", named), (0,)) == []
        found = call("sweep", named, "--vary", "collection_point.vans=1,2", "--kpis", "cost", *asked)
        assert faults_of(found, (0,)) == []
    assert set(tmp_path.iterdir()) - before == {tmp_path / "o"}
    (study,) = (tmp_path / "o" / "deep").iterdir()
    assert not study.name.startswith(".")
    assert (study / "latest").is_file()
    record_property("hostile", ("hostile names, paths of plans", 1, 1))


def test_every_name_makes_one_folder(tmp_path: Path) -> None:
    for name in (*WRITTEN, "...", ".", "..", "../..", "a/../b", "C:\\x", "latest", " ", ""):
        called = folder_called(name)
        (tmp_path / called).mkdir(exist_ok=True)
        assert (tmp_path / called).resolve().parent == tmp_path.resolve()
        assert called == folder_called(called)


def test_a_key_is_unique_and_gives_the_name_back() -> None:
    keys = [in_key(name) for name in NAMES]
    assert [out_of_key(key) for key in keys] == list(NAMES)
    assert len(set(keys)) == len(NAMES)
    assert not any("/" in key for key in keys)


def test_a_cell_gives_its_text_back_and_leaves_numbers_alone() -> None:
    for text in (*WRITTEN, "'", "''=1", "-5", "+1e5", "-1.5e-3", "=", "+", "-"):
        written = cell(text)
        (read,) = (
            next(csv.reader([written], strict=True)) if "\n" not in text and "\r" not in text else (None,)
        )
        if read is not None:
            assert as_it_was(read) == text
            assert NUMBER.fullmatch(text) is None or read == text
