"""Engines that may or may not be installed: they come with the extra `benchmarks` only."""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from types import ModuleType

ENGINES = {"salabim": "salabim_engine", "ciw": "ciw_engine", "numba": "compiled"}


def absent(package: str) -> str:
    """Why an engine cannot be run; empty if it can."""
    return "" if find_spec(package) else f"{package}: not installed"


def engine(package: str) -> ModuleType:
    """The engine's file."""
    return import_module(f"benchmarks.engines.{ENGINES[package]}")


def versions() -> str:
    """Versions of all that is compared."""
    names = {"simpy": "SimPy", "numpy": "NumPy", "salabim": "salabim", "ciw": "Ciw", "numba": "numba"}
    found = [f"{title} {version(name)}" for name, title in names.items() if find_spec(name)]
    return ", ".join([*found, *filter(None, map(absent, ENGINES))])
