"""Lock files pin everything by hash, name no address, and hold what the project asks for."""

import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
CORE, DEV = "requirements.txt", "requirements-dev.txt"
BENCHMARKS = "requirements-benchmarks.txt"
LOCKED = [(CORE, ()), (DEV, ("test", "dev")), (BENCHMARKS, ("benchmarks",))]
PIN = re.compile(r"^(?P<name>[a-z0-9][a-z0-9.-]*)(?P<extras>\[[a-z0-9,-]+\])?==(?P<version>\S+)(?P<rest>.*)$")
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}(?: |$)")
ADDRESSES = ("://", "index-url", "find-links", "trusted-host", " @ ")


def _text(file):
    return (ROOT / file).read_text(encoding="utf-8")


def _pins(file):
    """(name, version, rest) of each pin, its hashes in the rest."""
    lines = _text(file).replace("\\\n", " ").splitlines()
    matches = [PIN.match(line) for line in lines if line and not line.startswith("#")]
    assert None not in matches
    return [(match["name"], match["version"], match["rest"]) for match in matches]


def _canonical(requirement):
    name = re.match(r"[A-Za-z0-9._-]+", requirement)
    return re.sub(r"[-_.]+", "-", name.group()).lower()


def _asked(*extras):
    project = tomllib.loads(_text("pyproject.toml"))["project"]
    wanted = [*project["dependencies"]]
    for extra in extras:
        wanted += project["optional-dependencies"][extra]
    return {_canonical(requirement) for requirement in wanted}


@pytest.mark.parametrize("file", [CORE, DEV, BENCHMARKS])
def test_every_pin_has_a_hash(file):
    assert len(_pins(file)) > 10
    assert [name for name, _, rest in _pins(file) if not HASH.search(rest)] == []


@pytest.mark.parametrize("file", [CORE, DEV, BENCHMARKS])
@pytest.mark.parametrize("address", ADDRESSES)
def test_no_lock_names_an_address(file, address):
    assert address not in _text(file)


@pytest.mark.parametrize(("file", "extras"), LOCKED)
def test_a_lock_holds_what_the_project_asks_for(file, extras):
    assert _asked(*extras) <= {name for name, _, _ in _pins(file)}


def test_the_development_lock_holds_the_core_lock():
    bare = {(name, version) for name, version, _ in _pins(CORE)}
    assert bare <= {(name, version) for name, version, _ in _pins(DEV)}


def test_a_pin_names_the_extras_that_other_packages_ask_of_it():
    """With hashes, older releases of pip refuse a requirement with an extra whose pin does not name it."""
    held = {
        match["name"]: match["extras"] or "" for match in map(PIN.match, _text(DEV).splitlines()) if match
    }
    asked = {
        (_canonical(needed.name), extra)
        for name in held
        for needed in map(Requirement, _requirements(name))
        if needed.marker is None or needed.marker.evaluate({"extra": ""})
        for extra in needed.extras
    }
    assert ("coverage", "toml") in asked
    assert [(name, extra) for name, extra in sorted(asked) if extra not in held[name]] == []


def _requirements(name):
    """What an installed package asks for; nothing of one that is locked for other systems only."""
    try:
        return metadata.requires(name) or []
    except metadata.PackageNotFoundError:
        return []


@pytest.mark.parametrize("file", [CORE, DEV, BENCHMARKS])
def test_a_lock_says_where_its_command_stands(file):
    assert "docs/DEVELOPING.md" in _text(file).splitlines()[1]
