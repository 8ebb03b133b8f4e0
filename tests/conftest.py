"""Options of the tests.

`--fresh-seed` lets tests of chance draw a new seed, and prints it. `--reliability=PAGE` writes what hostile
tests tried, by kind, between the marks of a page. Any test adds to it with the fixture `record_property`:
``record_property("hostile", (kind, tried, handled))``, before it asserts that all were handled.
"""

import signal
from pathlib import Path

import pytest
from planner_cases.holes import assert_whole
from reliability import tried_by_kind, write_table

PAGES = ("answer.md", "sensitivity.md")
DRAWN = pytest.StashKey[int]()


def pytest_addoption(parser):
    parser.addoption(
        "--fresh-seed", action="store_true", help="draw a new seed for exact cases, and print it"
    )
    parser.addoption("--reliability", metavar="PAGE", help="write what hostile tests tried into this page")


def pytest_configure(config):
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # A shell lets what it starts in the background ignore Ctrl-C, and every program that a test starts.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if config.getoption("--fresh-seed"):
        from sim.verification.table import fresh

        config.stash[DRAWN] = fresh()


def pytest_terminal_summary(terminalreporter, config):
    if DRAWN in config.stash:
        terminalreporter.line(f"fresh seed: {config.stash[DRAWN]}")
    reports = [one for found in terminalreporter.stats.values() for one in found]
    tried = tried_by_kind(one for one in reports if getattr(one, "when", "") == "call")
    for kind, (attacks, handled) in tried.items():
        terminalreporter.line(f"{kind}: {handled} of {attacks} handled")
    if page := config.getoption("--reliability"):
        write_table(Path(page), tried)


@pytest.fixture(autouse=True)
def _pages_are_whole(request):
    """Hold every page that a test has written: no sentence of it has a hole; hostile words may."""
    folder = request.getfixturevalue("tmp_path") if "tmp_path" in request.fixturenames else None
    yield
    if folder is not None and request.node.get_closest_marker("hostile") is None:
        for name in PAGES:
            for page in folder.rglob(name):
                assert_whole(page.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def chance_seed(request):
    """Seed of exact cases that are left to chance: always the same, or the one drawn."""
    from sim.verification.table import SEED

    return request.config.stash.get(DRAWN, SEED)
