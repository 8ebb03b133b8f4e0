"""Leaves of the model as plain loops, which numba compiles: one decorator, and a cache that is never stale.

With `NUMBA_DISABLE_JIT=1` the same statements run as Python: for debugging, coverage and a test of equality.

A kernel is kept in a folder named after all that the compiler is given: its byte code, the values of the
names it uses, what it calls, and the versions of numba, NumPy and llvmlite. Where any of these changes, it is
another folder. Processes may compile at the same time: files appear whole, and equal ones replace each other.
"""

from __future__ import annotations

import builtins
import dis
import math
import os
import sys
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryFile, gettempdir
from types import FunctionType
from typing import Any, TypeVar

import numpy as np

Result = TypeVar("Result")
Leaf = Callable[..., Result]
"""A kernel: numba checks what it is given, when it is called."""

AS_PYTHON = os.environ.get("NUMBA_DISABLE_JIT", "0") not in ("", "0")
COMPILING = "compiling, once per version"

_names: dict[Any, str] = {}
"""Of each kernel, as it is called, the name of its folder."""
_waiting: list[tuple[Any, str, Path]] = []
"""Kernels that are neither compiled nor loaded yet; their signatures and folders."""


def kernel(signature: str = "") -> Callable[[Leaf[Result]], Leaf[Result]]:
    """Compile a function of scalars and arrays, with plain loops in it.

    Parameters
    ----------
    signature
        Types in numba's short words, as ``i8(i8[::1], f8)``; none if only other kernels call it.

    Raises
    ------
    TypeError
        If it uses a name whose value may change unnoticed: anything but numbers, tuples of numbers, and
        kernels and modules that stand above it.
    """

    def compiled(function: Leaf[Result]) -> Leaf[Result]:
        if AS_PYTHON:
            return function
        from numba import njit

        name = f"{function.__name__}-{_name(function, signature)}"
        if signature:
            folder = _root() / name
            with _kept_in(folder):
                found = njit(cache=True)(function)
            _waiting.append((found, signature, folder))
        else:
            found = njit(no_cpython_wrapper=True)(function)
        _names[found] = name
        leaf: Leaf[Result] = found
        return leaf

    return compiled


def as_python(leaf: Leaf[Result]) -> Leaf[Result]:
    """Return a kernel's statements as Python."""
    statements: Leaf[Result] = getattr(leaf, "py_func", leaf)
    return statements


def ready(tell: Callable[[str], None] = lambda _: None) -> None:
    """Load what has been decorated; compile what nobody has compiled yet, and `tell` so."""
    if not _waiting:
        return
    if not all(any(folder.rglob("*.nbi")) for _, _, folder in _waiting):
        tell(COMPILING)
    while _waiting:
        found, signature, _ = _waiting.pop(0)
        found.compile(signature)
        found.disable_compile()


def _name(function: Callable[..., Any], signature: str) -> str:
    """Digest of all that the compiler is given."""
    assert isinstance(function, FunctionType)  # noqa: S101 - a decorator's argument
    code = function.__code__
    given: list[Any] = [
        signature,
        *_versions(),
        code.co_code,
        code.co_consts,
        code.co_names,
        code.co_varnames,
    ]
    used = {step.argval for step in dis.get_instructions(code) if step.opname == "LOAD_GLOBAL"}
    for name in sorted(used):
        given += [name, _value(function, name)]
    return blake2b(repr(given).encode(), digest_size=12).hexdigest()


def _value(function: FunctionType, name: str) -> str:
    """What a name means to the compiler."""
    if name not in function.__globals__ and hasattr(builtins, name):
        return name
    value = function.__globals__.get(name)
    if isinstance(value, bool | int | float) or _is_numbers(value):
        return f"{type(value).__name__} {value!r}"
    if value is np or value is math:
        return name
    if isinstance(value, Hashable) and value in _names:
        return _names[value]
    raise TypeError(
        f"kernel {function.__name__}: {name} may change unnoticed; use numbers, tuples of numbers, numpy, "
        "math, and kernels that stand above it"
    )


def _is_numbers(value: object) -> bool:
    return isinstance(value, tuple) and all(isinstance(part, bool | int | float) for part in value)


@cache
def _versions() -> tuple[str, ...]:
    import llvmlite
    import numba

    return numba.__version__, llvmlite.__version__, np.__version__


@contextmanager
def _kept_in(folder: Path) -> Iterator[None]:
    """Let numba keep what is decorated meanwhile in `folder`."""
    from numba import config

    before, config.CACHE_DIR = config.CACHE_DIR, str(folder)
    try:
        yield
    finally:
        config.CACHE_DIR = before


@cache
def _root() -> Path:
    """Folder for all kernels: beside this file; where that is read-only, the user's."""
    from numba import config

    if config.CACHE_DIR:
        return Path(config.CACHE_DIR)
    return _first_writable(Path(__file__).parent / "__pycache__", _of_user(), Path(gettempdir()))


def _first_writable(*folders: Path) -> Path:
    """First of the folders in which files can be made, and in it one for kernels."""
    for folder in folders:
        found = folder / "waste-planner-kernels"
        try:
            found.mkdir(parents=True, exist_ok=True)
            TemporaryFile(dir=found).close()
        except OSError:
            continue
        return found
    raise OSError(f"no folder for compiled kernels can be written: {', '.join(map(str, folders))}")


def _of_user() -> Path:
    """The user's folder for what can be made again."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
