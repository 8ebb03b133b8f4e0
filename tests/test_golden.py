"""One small study, frozen: what changes its results says so. `python tests/golden_case.py` renews it."""

from difflib import unified_diff
from itertools import islice
from pathlib import Path

import pytest
from golden_case import frozen, kept

THEN = kept()


@pytest.fixture(scope="module")
def now(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return frozen(tmp_path_factory.mktemp("tiny"))


def test_the_same_files_are_written(now: dict[str, str]) -> None:
    assert now.keys() == THEN.keys()
    assert len(THEN) == 10


@pytest.mark.parametrize("name", sorted(THEN))
def test_the_results_are_those_that_were_frozen(name: str, now: dict[str, str]) -> None:
    if THEN[name] == now[name]:
        return
    apart = unified_diff(THEN[name].splitlines(), now[name].splitlines(), "frozen", "now", n=0, lineterm="")
    lines = [*islice(apart, 12), "if this is meant: python tests/golden_case.py"]
    pytest.fail("\n".join(lines), pytrace=False)


def test_nothing_of_the_place_where_it_ran_is_in_it(now: dict[str, str], tmp_path: Path) -> None:
    assert not any(str(tmp_path.parent) in text for text in now.values())
