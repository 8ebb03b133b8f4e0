"""Options of the tests: `--fresh-seed` lets tests of chance draw a new seed, and prints it."""

import signal

import pytest
from planner_cases.holes import assert_whole

PAGES = ("answer.md", "sensitivity.md")
DRAWN = pytest.StashKey[int]()


def pytest_addoption(parser):
    parser.addoption(
        "--fresh-seed", action="store_true", help="draw a new seed for exact cases, and print it"
    )


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
