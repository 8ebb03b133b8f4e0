"""The product as a Python package: its names, errors, warnings, arguments and what it shows of itself."""

import inspect
import pkgutil
import re
import subprocess
import warnings
from importlib import import_module
from pathlib import Path

import pytest
from planner_cases.regions import REGION, write_tiny_region

import sim
from sim.experiment.manifest import versions
from sim.experiment.provenance import commit_of, source_hash

CALLS = [name for name in sim.__all__ if inspect.isfunction(getattr(sim, name))]
INNER = {"HeldError", "Refused", "Fault"}
"""Exceptions that never leave the reader of files."""


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    far = REGION.replace("trucks: 1", "trucks: 0")
    return write_tiny_region(tmp_path_factory.mktemp("public"), region=far)


@pytest.fixture(scope="module")
def found(root, tmp_path_factory):
    out = str(tmp_path_factory.mktemp("out"))
    with pytest.warns(sim.PlannerWarning, match=r"tiny/region\.yaml:\d+:\d+ W610 direct\.trucks"):
        return sim.run("long_haul", root=root, replications=2, jobs=1, out=out)


def _raised():
    """Every exception class of the product."""
    modules = [import_module(one.name) for one in pkgutil.walk_packages(sim.__path__, "sim.")]
    return {
        value
        for module in modules
        for value in vars(module).values()
        if inspect.isclass(value) and issubclass(value, Exception) and value.__module__ == module.__name__
    }


def test_every_error_of_the_product_is_a_name_of_it_and_has_one_base():
    for error in _raised():
        if error.__name__ in INNER or issubclass(error, Warning):
            continue
        assert issubclass(error, sim.PlannerError), error
        assert getattr(sim, error.__name__) is error


@pytest.mark.parametrize("name", CALLS)
def test_every_documented_error_is_a_name_of_the_product(name):
    said = (inspect.getdoc(getattr(sim, name)) or "").partition("Raises\n------\n")[2]
    for word in re.findall(r"\b[A-Z]\w+Error\b", said):
        assert issubclass(getattr(sim, word), sim.PlannerError), word


@pytest.mark.parametrize(
    ("call", "args", "words", "said"),
    [
        ("run", (5,), {}, "run: name is a text, not 5"),
        ("run", (), {}, "run: missing a required argument: 'name'"),
        ("run", ("x",), {"replication": 3}, "did you mean replications?"),
        ("run", ("x",), {"settings": "a.b=1"}, "settings is a list of texts, not 'a.b=1'; write ['a.b=1']"),
        ("run", ("x",), {"replications": "20"}, "run: replications is a whole number, not '20'"),
        ("run", ("x",), {"replications": 2.5}, "run: replications is a whole number, not 2.5"),
        ("run", ("x",), {"jobs": 0}, "run: jobs is at least 1, not 0"),
        ("run", ("x",), {"seed": -1}, "run: seed is at least 0, not -1"),
        ("run", ("x",), {"lang": "fr"}, "run: lang is 'en' or 'zh', not 'fr'"),
        ("run", ("x",), {"out": 3}, "run: out is a path, not 3"),
        ("compare", (["a", "b"],), {}, "compare: names is a text, not ['a', 'b']"),
        ("trace", ("x",), {"year": "2026"}, "trace: year is a whole number, not '2026'"),
        ("curve", ("x", "y", "5,10"), {}, "curve: capacities is a list of numbers, not '5,10'"),
        ("sweep", (3,), {}, "sweep: name is a text or a list of texts, not 3"),
        ("sensitivity", ("x",), {"quiet": "no"}, "sensitivity: quiet is True or False, not 'no'"),
        ("show", ("x",), {"settings": "a=1"}, "show: settings is a list of texts, not 'a=1'"),
        ("load_scenario", (None,), {}, "load_scenario: name is a text, not None"),
        ("read_results", (3,), {}, "read_results: folder is a path, not 3"),
    ],
)  # fmt: skip
def test_arguments_of_the_wrong_type_are_errors_in_words(call, args, words, said):
    with pytest.raises(sim.ArgumentError) as caught:
        getattr(sim, call)(*args, **words)
    assert said in str(caught.value)


@pytest.mark.parametrize("name", [name for name in CALLS if name != "understood"])
def test_every_call_judges_its_arguments(name):
    assert hasattr(getattr(sim, name), "__wrapped__"), name


def test_results_are_read_back_from_a_text_as_from_a_path(found):
    again = sim.read_results(str(found.folder))
    assert again.manifest["study_name"] == found.manifest["study_name"]
    assert sim.read_results(found.folder.parent).summary.equals(again.summary)


@pytest.mark.parametrize("name", ["read_results", "read_sweep", "read_sensitivity"])
def test_a_folder_without_results_is_told(tmp_path, name):
    with pytest.raises(sim.NoResultsError, match="holds no such results"):
        getattr(sim, name)(str(tmp_path))


def test_what_calls_return_shows_itself_in_a_line(found, root):
    read = sim.load_scenario("pilot", root=root), sim.load_study("mini", root=root)
    shown = [found, sim.read_results(found.folder), *read]
    for one in shown:
        assert re.fullmatch(r"<[A-Z]\w+ .{1,150}>", repr(one)), repr(one)


def test_a_warning_names_the_line_that_called(root):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        sim.show("long_haul", root=root)
    assert [Path(one.filename).name for one in caught] == [Path(__file__).name]


def test_a_manifest_holds_the_program(found):
    said = found.manifest["program"]
    assert said["version"] == sim.__version__
    assert said["sources"] == source_hash()
    assert said["commit"] is None or re.fullmatch("[0-9a-f]{40}", said["commit"])
    assert (said["modified"] is None) == (said["commit"] is None)


def test_a_commit_is_that_of_the_program_and_says_if_files_were_changed(tmp_path):
    package = tmp_path / "sim"
    package.mkdir()
    (package / "__init__.py").write_text("", encoding="utf-8")
    assert commit_of(package) == (None, None)
    git = ["git", "-C", str(tmp_path), "-c", "user.name=x", "-c", "user.email=x@example.org"]
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "other"], check=True)
    assert commit_of(package) == (None, None)
    subprocess.run([*git, "add", "."], check=True)
    subprocess.run([*git, "commit", "-q", "-m", "program"], check=True)
    commit, modified = commit_of(package)
    assert re.fullmatch("[0-9a-f]{40}", commit)
    assert modified is False
    (package / "new.py").write_text("", encoding="utf-8")
    assert commit_of(package) == (commit, True)


def test_the_version_has_one_source():
    assert versions()["waste-planner"] == sim.__version__
    assert re.fullmatch(r"\d+\.\d+\.\d+", sim.__version__)
    assert (Path(sim.__file__).parent / "py.typed").is_file()
