"""Broken scenario files: each is refused with place and fix, or means something; nothing is written."""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from planner_cases.calling import call, faults_of, files_below, run_through, scenarios_at
from planner_cases.regions import FILES, write_tiny_region

from sim.scenario.library import shipped_root

pytestmark = pytest.mark.hostile
Count = Callable[[str, object], None]
Mutation = Callable[[bytes, random.Random], bytes]

SWEEP = """\
title: {en: Vans, zh: 车辆}
scenarios: [tiny/pilot]
futures: ["", latent]
vary:
  - {path: collection_point.vans, values: [1, 2]}
  - {path: collection_point.bays.waste_oil.capacity_t, low: 4, high: 20, count: 5}
where: [collection_point.bays.waste_oil.capacity_t >= collection_point.bays.waste_oil.release_t]
design: {form: grid}
replications: 3
seed: 1
kpis: [overflow_days@sources]
"""
SEED = 16
EACH = 30
"""Files that each mutation breaks."""

VALUES = (
    "", "null", "true", "[]", "{}", "[1, 2, 3]", "{a: 1}", "text", "-1", "0", "1e400", "1e300", "-1e300",
    ".nan", ".inf", "99999999999999999999", "1.5", "2026-02-30", "2026-13-01", "9999-12-31",
    "0001-01-01", "'08:61'",
    "{value: 1}", "{value: 1, range: [2, 1]}", "{value: 1, range: [0, .inf]}", "{range: [0, 1]}", "*alias",
    "&a 1", "!!python/object:os.system x", "|", "'", '"', "\t", "@", "`", "%", "1" * 400, "x" * 9000, "0x10",
    "1_000", "\u202e", "\ufeff",
)  # fmt: skip
CELLS = (
    "", "x", "-1", "1e400", "nan", "inf", "99999999999999999999", "1.5", '"', '"a', "a,b", "=1+1", "\u00a0",
    "1e-320", "0", "9" * 400, "TRUE", "2026-01-01",
)  # fmt: skip


def truncated(content: bytes, dice: random.Random) -> bytes:
    return content[: dice.randrange(len(content))]


def byte_changed(content: bytes, dice: random.Random) -> bytes:
    broken = bytearray(content)
    for _ in range(dice.choice((1, 1, 3, 20))):
        broken[dice.randrange(len(broken))] = dice.randrange(256)
    return bytes(broken)


def bytes_put_in(content: bytes, dice: random.Random) -> bytes:
    odd = (
        b"\0",
        b"\xff\xfe",
        b"\xc3",
        b"\x1b[2J",
        b"\xed\xa0\x80",
        "\u202e\u2028".encode(),
        b"\r",
        b"\x85",
        b"\xef\xbb\xbf",
    )
    at = dice.randrange(len(content))
    return content[:at] + dice.choice(odd) + content[at:]


def encoded_otherwise(content: bytes, dice: random.Random) -> bytes:
    return content.decode().encode(
        dice.choice(("utf-16", "utf-32", "gb18030", "big5", "utf-7", "shift_jis")), "replace"
    )


def value_changed(content: bytes, dice: random.Random) -> bytes:
    """One value of YAML, or one cell of a table, is another."""
    text = content.decode()
    if ":" not in text:
        spots = [found.span() for found in re.finditer(r"(?<=[,\n])[^,\n]*", text)]
        return put(text, dice.choice(spots), dice.choice(CELLS))
    spots = [
        found.span(1)
        for found in re.finditer(r"[\w\"]+: *([^\s,{}\[\]][^,{}\[\]\n]*|\{[^{}]*\}|\[[^\[\]]*\])", text)
    ]
    return put(text, dice.choice(spots), dice.choice(VALUES))


def put(text: str, span: tuple[int, int], new: str) -> bytes:
    return (text[: span[0]] + new + text[span[1] :]).encode()


def key_changed(content: bytes, dice: random.Random) -> bytes:
    """One word is misspelt, another's, or gone."""
    text = content.decode()
    words = [found.span() for found in re.finditer(r"[A-Za-z_]\w*", text)]
    span = dice.choice(words)
    other = text[slice(*dice.choice(words))]
    return put(
        text,
        span,
        dice.choice((other, text[slice(*span)][::-1], "", "__class__", "extends", "value", "x" * 300)),
    )


def line_moved(content: bytes, dice: random.Random) -> bytes:
    lines = content.decode().split("\n")
    first, second = dice.randrange(len(lines)), dice.randrange(len(lines))
    how = dice.randrange(5)
    if how == 0:
        lines[first], lines[second] = lines[second], lines[first]
    elif how == 1:
        lines.insert(second, lines[first])
    elif how == 2:
        del lines[first]
    elif how == 3:
        lines[first] = dice.choice((" ", "  ", "\t", "- ", "? ", "--- ", "# ")) + lines[first]
    else:
        lines = lines[: max(1, first)] + lines[first + dice.randrange(9) :]
    return "\n".join(lines).encode()


def nested(content: bytes, dice: random.Random) -> bytes:
    deep = dice.choice((31, 200, 5000, 60_000))
    kind = dice.choice(
        ("a: " + "[" * deep, "a: " + "{a: " * deep, "\n".join(" " * i + "a:" for i in range(min(deep, 800))))
    )
    return content + b"\n" + kind.encode()


def keys_doubled(content: bytes, dice: random.Random) -> bytes:
    keys = re.findall(r"^\w+:.*$", content.decode(), re.MULTILINE)
    return content + ("\n" + dice.choice(keys or [content.decode().split("\n")[0]])).encode()


def emptied(content: bytes, dice: random.Random) -> bytes:
    first = content.split(b"\n")[0]
    return dice.choice(
        (b"", b"\n\n", b"{}", b"[]", b"null", first, first + b"\n\n", b"- a\n- b", b"\xef\xbb\xbf", b"# only")
    )


def grown(content: bytes, dice: random.Random) -> bytes:
    return content + dice.choice((b"\n#" + b"x" * 2_000_001, b"\n" * 25_000, b"a" * 11_000, content * 3))


MUTATIONS: tuple[Mutation, ...] = (
    truncated, byte_changed, bytes_put_in, encoded_otherwise, value_changed, key_changed, line_moved, nested,
    keys_doubled, emptied, grown,
)  # fmt: skip


SCENARIO = {"tiny": "tiny/pilot+latent+off_peak_190", "chengkou": "chengkou/pilot+latent"}
SHIPPED = ("region.yaml", "sources.csv", "plans/pilot.yaml")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    there = tmp_path_factory.mktemp("files")
    root = write_tiny_region(there, sweeps__vans=SWEEP)
    shutil.copytree(shipped_root() / "chengkou", root / "chengkou")
    with scenarios_at(root, there):
        yield there


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda one: one.__name__)
def test_a_broken_file_is_refused_with_place_and_fix_or_run(
    mutation: Mutation, folder: Path, record_property: Count
) -> None:
    dice = random.Random(f"{SEED} {mutation.__name__}")
    files = [("tiny", name) for name in [*FILES, "sweeps/vans.yaml"]] * EACH
    broken = [*files[:EACH], *(("chengkou", name) for name in SHIPPED)]
    faults = []
    for number, (region, name) in enumerate(broken):
        path = folder / "scenarios" / region / name
        content = path.read_bytes()
        path.write_bytes(mutation(content, dice))
        try:
            wrong = judged(region, folder)
        finally:
            path.write_bytes(content)
        if wrong:
            faults.append(f"{region}/{name}, number {number}: {'; '.join(wrong)}")
    kind = f"broken files: {mutation.__name__.replace('_', ' ')}"
    record_property("hostile", (kind, len(broken), len(broken) - len(faults)))
    assert faults == []


DESIGN = "collection_point.vans,stops.load_hours\n1,0.4\n2,0.3\n3,1\n"


def test_a_broken_design_of_a_sweep_is_refused_or_read(folder: Path, record_property: Count) -> None:
    dice = random.Random(SEED)
    faults = []
    path = folder / "points.csv"
    tried = [one for one in MUTATIONS if one is not nested] * 5
    for number, mutation in enumerate(tried):
        path.write_bytes(mutation(DESIGN.encode(), dice))
        before = files_below(folder)
        found = call("sweep", "tiny/pilot", "--design", "csv:points.csv", "--dry-run", "--jobs", 1)
        if wrong := faults_of(found) + ["something was written"] * (files_below(folder) != before):
            faults.append(f"{mutation.__name__}, number {number}: {'; '.join(wrong)}")
    record_property("hostile", ("broken files: designs of sweeps", len(tried), len(tried) - len(faults)))
    assert faults == []


def judged(region: str, folder: Path) -> list[str]:
    """What is wrong with how a region with a broken file is checked, refused or run."""
    before = files_below(folder)
    name = SCENARIO[region]
    checked = call("check", "tiny" if region == "tiny" else name)
    faults = faults_of(checked)
    for line in checked.stdout.splitlines():
        if " error: " in line and not re.search(r"^  \S.*:\d+:\d+ E\d{3} error: .+; .+", line):
            faults.append(f"no place or no fix: {line}")
    if region == "tiny":
        ended = run_through(name)
        if ended != "run" and not (ended == "refused" and checked.exit_code == 2):
            faults.append(ended)
    if files_below(folder) != before:
        faults.append("something was written")
    return faults
