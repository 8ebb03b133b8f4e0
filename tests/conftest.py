"""Options of the tests: `--fresh-seed` lets tests of chance draw a new seed, and prints it."""

import pytest


def pytest_addoption(parser):
    parser.addoption(
        "--fresh-seed", action="store_true", help="draw a new seed for tests marked statistical, and print it"
    )


@pytest.fixture(scope="session")
def chance_seed(request):
    """Seed of the tests marked statistical: always the same, or a new one."""
    from sim.verify.table import SEED, fresh

    return request.config.stash[DRAWN] if request.config.getoption("--fresh-seed") else SEED if fresh else SEED


DRAWN = pytest.StashKey[int]()


def pytest_report_header(config):
    if not config.getoption("--fresh-seed"):
        return None
    from sim.verify.table import fresh

    config.stash[DRAWN] = fresh()
    return f"fresh seed: {config.stash[DRAWN]}"
