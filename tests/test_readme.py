"""What the README tells a newcomer to type exists, in every shell."""

import re
import shlex
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path

import pytest
from click.testing import CliRunner

from sim.cli.main import COMMANDS, MODULES, main

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
SHELLS = ("POSIX", "PowerShell", "cmd")
LINES = re.findall(r"^\| (\w+) \| `([^`]+)` \|$", README, re.MULTILINE)
ANSWERS = re.findall(
    r"^```sh\npython run\.py (.*)\n(?:(?!```).*\n)*```\n\n```\n((?:(?!```).*\n)*)```$", README, re.MULTILINE
)
QUICK = {"list", "check", "show", "diff", "trace"}
SHOWN = {typed: answer for typed, answer in ANSWERS if typed.split()[0] in QUICK}
TYPED = [shlex.split(line)[2:] for line in re.findall(r"^python run\.py.*$", README, re.MULTILINE)]
EXAMPLES = [words[next((at for at, one in enumerate(words) if one in COMMANDS), 0) :] for words in TYPED]
"""What stands after `python run.py`, from the command on."""


def _steps(line):
    """A shell's line in the words of POSIX."""
    plain = line.replace("\\", "/").replace("/Scripts/", "/bin/").replace("; ", " && ")
    return re.sub(r"^py ", "python3 ", plain).split(" && ")


def _command(name):
    return import_module(MODULES.get(name, f"sim.cli.{name}")).command


def test_there_are_two_lines_for_each_shell():
    assert [shell for shell, _ in LINES] == [*SHELLS, *SHELLS]


@pytest.mark.parametrize("job", [0, 1], ids=["answer", "tests"])
def test_the_shells_take_the_same_steps(job):
    posix, powershell, cmd = (_steps(line) for _, line in LINES[3 * job : 3 * job + 3])
    assert posix == powershell == cmd


@pytest.mark.parametrize(
    ("job", "lock", "script"),
    [(0, "requirements.txt", "run.py"), (1, "requirements-dev.txt", "tests/gate.py")],
)
def test_a_line_makes_an_environment_installs_by_hash_and_runs(job, lock, script):
    create, install, execute = _steps(LINES[3 * job][1])
    place = create.split()[-1]
    assert create == f"python3 -m venv {place}"
    assert install == f"{place}/bin/python -m pip install --quiet --require-hashes -r {lock}"
    assert execute == f"{place}/bin/python {script}"
    assert (ROOT / lock).is_file()
    assert (ROOT / script).is_file()


def test_the_first_screen_holds_picture_and_both_commands():
    first = README.split("## ")[0].splitlines()
    assert len(first) < 30
    assert any(line.startswith("![") and "docs/overflow.png" in line for line in first)


def test_no_package_index_is_named():
    assert not re.search(r"index-url|find-links|trusted-host|https?://\S*(?:pypi|simple)", README)


def test_every_command_has_an_example():
    assert {example[0] for example in EXAMPLES if example} == {*COMMANDS}
    assert [] in EXAMPLES


@pytest.mark.parametrize("example", [example for example in EXAMPLES if example], ids=" ".join)
def test_examples_are_understood(example):
    name, *rest = example
    assert _command(name).make_context(name, rest)


@pytest.mark.parametrize(
    "example", [e for e in EXAMPLES if e and e[0] in {"run", "trace", "show", "diff"}], ids=" ".join
)
def test_examples_name_scenarios_that_load(example):
    from sim.scenario.load import load_scenario

    name, *rest = example
    asked = _command(name).make_context(name, rest).params
    settings = asked.get("settings", ())
    names = [asked[word] for word in ("name", "first", "second") if word in asked]
    assert names
    for scenario in names:
        load_scenario(scenario, settings)


@pytest.mark.parametrize("example", [e for e in EXAMPLES if e and e[0] == "compare"], ids=" ".join)
def test_examples_name_studies_that_load(example):
    from sim.api import load

    load(_command("compare").make_context("compare", example[1:]).params["names"])


def test_what_quick_commands_print_is_shown():
    assert {typed.split()[0] for typed in SHOWN} == QUICK


@pytest.mark.parametrize("typed", SHOWN)
def test_examples_print_what_the_readme_shows(typed):
    found = CliRunner().invoke(main, shlex.split(typed))
    assert found.exit_code == 0
    printed = [" ".join(line.split()) for line in found.stdout.splitlines()]
    for line in SHOWN[typed].splitlines():
        assert " ".join(line.split()) in printed, line


def test_the_slip_that_the_readme_shows_is_met_with_that_line():
    word = "collection_point.bays.waste_oil.capasity_t"
    found = CliRunner().invoke(main, ["run", "pilot", "--set", f"{word}=3"])
    assert found.exit_code == 2
    assert f"\n```\n{found.stderr.splitlines()[0]}\n```\n" in README


def test_help_comes_at_once_and_without_pandas():
    begin = time.perf_counter()
    answer = subprocess.run(
        [sys.executable, "-X", "importtime", "run.py", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert time.perf_counter() - begin < 5
    assert all(name in answer.stdout for name in COMMANDS)
    assert not re.search(r"\| +(?:pandas|numpy|pydantic|matplotlib)$", answer.stderr, re.MULTILINE)
