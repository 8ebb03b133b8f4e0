"""What passes `check` simulates, measures, reports and draws: plans in futures with anything taken out."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from random import Random

import matplotlib.pyplot as plt
import pytest
from planner_cases.regions import write_tiny_region

from sim.archive import Results
from sim.chance.chance import Chance
from sim.experiment.pieces import Reported
from sim.experiment.replicate import prepare, run_one
from sim.experiment.runner import Engine, Options, run_study
from sim.report.page import write_page, write_report
from sim.report.plots import PLOTS
from sim.report.style import styled
from sim.report.view import View
from sim.scenario.compose import compose
from sim.scenario.drafting import draft
from sim.scenario.library import Library
from sim.scenario.load import Study, study_of
from sim.scenario.nodes import Leaf, leaves
from sim.scenario.nodes import Path as Steps
from sim.scenario.problems import ScenarioError
from sim.scenario.schema import ScenarioSpec
from sim.scenario.validate import kind_along

SHIPPED = Path(__file__).resolve().parents[2] / "scenarios"
YEARS = ("years={first: 2026, last: 2027, warm_up_years: 1}",)
HOLES = re.compile(r"\(\)|（）|\S +[,.;:，。；：]|\bnan\b")


def region(folder: Path, name: str) -> Path:
    """A region's scenarios, with each table also without rows and with one row alone."""
    if name == "tiny":
        root = write_tiny_region(folder)
    else:
        root = folder / "scenarios"
        shutil.copytree(SHIPPED, root)
    for path in list((root / name).glob("*.csv")):
        lines = path.read_text(encoding="utf-8").splitlines()
        for word, count in (("empty", 1), ("one", 2)):
            text = "\n".join(lines[:count]) + "\n"
            path.with_name(f"{word}_{path.name}").write_text(text, encoding="utf-8")
    return root


def changes(library: Library, plan: str) -> list[str]:
    """Every setting that takes something out of a plan, makes it nothing or one, or chooses another word."""
    tree, found = compose(plan, (), library).tree, list[str]()
    holders: dict[Steps, None] = {}
    for path, node in leaves(tree):
        holders |= dict.fromkeys(path[:depth] for depth in range(1, len(path)))
        if path[0] in ("title", "years", "working_days") or "title" in path or not isinstance(node, Leaf):
            continue
        dots, kind = ".".join(path), kind_along(ScenarioSpec, path, tree)
        if path[0] == "tables":
            words = (f"empty_{node.value}", f"one_{node.value}") * 5 if path[-1] == "file" else ()
        elif kind is not None and kind.type in (int, float):
            words = ("0", "1")
        else:
            words = ("true", "false") if kind is not None and kind.type is bool else ()
            words += kind.choices if kind is not None else ()
        found += [f"{dots}={word}" for word in words]
    removable = [one for one in holders if one[0] not in ("title", "tables", "years", "working_days")]
    return found + [f"{'.'.join(one)}=null" for one in removable if "title" not in one]


def asked(root: Path, name: str, seed: int) -> Iterator[tuple[Study, list[str]]]:
    """Drawn plans in drawn futures with drawn changes, as far as they pass the check."""
    library, draw = Library.at(root), Random(seed)
    plans = [f"{name}/{one}" for one in library.names(name, "plans")]
    futures = ["", *library.names(name, "futures")]
    known = {plan: changes(library, plan) for plan in plans}
    while True:
        plan, future = draw.choice(plans), draw.choice(futures)
        scenario = "+".join(filter(None, [plan, future]))
        settings = draw.sample(known[plan], draw.randint(1, 4))
        if draft(scenario, [*settings, *YEARS], library)[0] is not None:
            yield study_of([scenario], [*settings, *YEARS], root), [scenario, *settings]


def faults(folder: Path, name: str, seed: int, count: int, written: bool) -> list[str]:
    """What went wrong in `count` cases that passed the check; figures are drawn, and `written` if asked."""

    def page(results: Results, out: Path) -> Reported:
        if written:
            return write_report(results, out, lang)
        view = View(results, lang)
        with styled():
            drawn = [drawing(view) for drawing in PLOTS.values()]
        plt.close("all")
        assert any(drawn)
        text = write_page(view)
        (out / "answer.md").write_text(text.page, encoding="utf-8")
        return text

    found, drawn = [], asked(region(folder, name), name, seed)
    for number in range(count):
        study, told = next(drawn)
        lang, options = ("en", "zh")[number % 2], Options(2, jobs=1, out=folder / str(number), quiet=True)
        try:
            finished = run_study(study, options, Engine(prepare, Chance, run_one), page)
        except Exception as fault:  # any fault at all is what is looked for
            found.append(f"{told}: {fault!r}")
            continue
        prose = "\n".join(line for line in finished.answer.splitlines() if not line.startswith("|"))
        found += [f"{told}: fails {one}" for one in finished.failures]
        found += [f"{told}: {hole.group()!r} in the page" for hole in HOLES.finditer(prose)]
    return found


@pytest.mark.parametrize(("name", "count"), [("tiny", 10), ("chengkou", 3)])
def test_whatever_passes_the_check_comes_to_a_page(tmp_path: Path, name: str, count: int) -> None:
    assert faults(tmp_path, name, 1, count, written=False) == []


@pytest.mark.statistical
@pytest.mark.timeout(1200)
@pytest.mark.parametrize(
    ("name", "count", "written"),
    [("tiny", 150, False), ("tiny", 15, True), ("chengkou", 60, False), ("chengkou", 10, True)],
)
def test_whatever_passes_the_check_comes_to_a_page_in_many_cases(
    tmp_path: Path, name: str, count: int, written: bool
) -> None:
    assert faults(tmp_path, name, 2, count, written) == []


def test_a_class_without_a_bay_stays_with_the_trucks(tmp_path: Path) -> None:
    settings = ["collection_point.bays.paint=null", *YEARS]
    study = study_of(["chengkou/mixed"], settings)
    options = Options(2, jobs=1, out=tmp_path, quiet=True)
    found = run_study(study, options, Engine(prepare, Chance, run_one), lambda results, out: "")
    assert not found.failures
    places = set(found.summary["place"])
    assert "collection_point/lab" in places
    assert "collection_point/paint" not in places
    with pytest.raises(ScenarioError, match="E402"):
        study_of(["chengkou/pilot"], settings)
