from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from sim.cli.main import main
from sim.verification.case import equal


@pytest.fixture
def two_cases(monkeypatch: pytest.MonkeyPatch) -> None:
    def cases(seed: int) -> list:
        return [equal("one", 1.0, 1.0), equal("the seed is even", 0.0, seed % 2)]

    monkeypatch.setattr(
        "sim.verification.table.verification.__defaults__", (1, [SimpleNamespace(TITLE="Two", cases=cases)])
    )


@pytest.mark.usefixtures("two_cases")
@pytest.mark.parametrize(("seed", "code", "verdict"), [(2, 0, "2 of 2"), (3, 1, "1 of 2")])
def test_the_exit_code_is_one_if_a_case_fails(seed: int, code: int, verdict: str, tmp_path: Path) -> None:
    page = tmp_path / "page.md"

    found = CliRunner().invoke(main, ["verify", "--seed", str(seed), "--write", str(page)])

    assert found.exit_code == code
    assert f"{verdict} cases hold (seed {seed})" in found.stdout
    assert verdict in page.read_text(encoding="utf-8")


@pytest.mark.usefixtures("two_cases")
def test_a_fresh_seed_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.verification.table.fresh", lambda: 4712)

    found = CliRunner().invoke(main, ["verify", "--fresh-seed"])

    assert found.stderr == "seed 4712\n"
    assert found.exit_code == 0


def test_a_seed_is_either_given_or_drawn() -> None:
    assert CliRunner().invoke(main, ["verify", "--seed", "1", "--fresh-seed"]).exit_code == 2
