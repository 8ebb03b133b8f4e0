"""Mutation testing: small faults are put into a module one at a time, and the tests must notice each.

    python tests/mutation.py --write docs/VERIFICATION.md     # every module of TARGETS (an hour)
    python tests/mutation.py sim.kpi.storage -n 60            # one module, more faults
    python tests/mutation.py --only sim.record.lots:41:3      # a fault, as it was listed

A fault is put into the syntax tree of the module when a process of its own imports it: no file is ever
changed, nothing else sees it. Which faults are tried is drawn by name of the module and `--seed`. A fault is
found if a test fails, or takes longer than `--timeout` seconds; what survives is listed with its line. Faults
in annotations, docstrings, messages and `assert` are not tried. POSIX only.
"""

from __future__ import annotations

import argparse
import ast
import copy
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import os
import random
import signal
import sys
import time
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[1]
FROZEN = "tests/kpi/test_frozen_kpis.py"
COUNTY = (
    FROZEN,
    "tests/model/test_timelines.py",
    "tests/model/test_sharp_processes.py",
    "tests/model/test_processes.py",
    "tests/model/test_layouts.py",
    "tests/model/test_edges.py",
)
STOCKS = (FROZEN, "tests/record/test_inflow.py", *COUNTY[1:])
WORKS = (
    FROZEN,
    "tests/model/test_sharp_processes.py",
    "tests/model/test_kiln.py",
    "tests/kpi/test_slag_kpis.py",
    "tests/kpi/test_sharp_kpis.py",
)
KPIS = (
    FROZEN,
    "tests/kpi/test_sharp_kpis.py",
    "tests/kpi/test_hazardous_kpis.py",
    "tests/kpi/test_episode_causes.py",
    "tests/record/test_inflow.py",
)
PASSAGE = ("tests/experiment/test_storage_risk.py", "tests/model/test_curves_hold.py")
TARGETS: dict[str, tuple[str, ...]] = {
    **{f"sim.kpi.{name}": (*KPIS, *PASSAGE) for name in ("first_passage", "peaks")},
    **{
        f"sim.kpi.{name}": KPIS
        for name in ("collection", "costs", "cycle", "episodes", "fleet", "hazardous", "sources", "storage")
    },
    **{
        f"sim.kpi.{name}": WORKS
        for name in ("slag", "slag_books", "slag_rates", "slag_storage", "values", "measure")
    },
    **{
        f"sim.experiment.{name}": (
            f"tests/experiment/test_{name}.py",
            "tests/experiment/test_sharp_statistics.py",
        )
        for name in ("intervals", "paired", "estimates", "selection", "stopping")
    },
    "sim.experiment.storage_risk": (*PASSAGE, "tests/experiment/test_sharp_statistics.py"),
    **{f"sim.record.{name}": STOCKS for name in ("log", "inflow")},
    "sim.record.lots": (*KPIS, "tests/record/test_audit.py"),
    "sim.record.audit": ("tests/record/test_audit.py", "tests/kpi/test_hazardous_kpis.py"),
    "sim.record.slag": WORKS,
    **{f"sim.model.{name}": COUNTY for name in ("rounds", "walk", "van", "collection_point", "receiver")},
    **{f"sim.model.{name}": COUNTY for name in ("driving", "world", "hazardous", "processes")},
    "sim.model.stock": STOCKS,
    "sim.model.kiln": WORKS,
}
"""Module -> the test files that are to find its faults, the quickest to do so first."""
LAYERS = ("units", "calendars", "spec", "randomness", "routing", "scenario", "network", "chance")
"""Parts of `sim` below every target: imported once, before the processes part."""
QUIET = ("-x", "-q", "-p", "no:cacheprovider", "-p", "no:cov", "-p", "no:xdist")
IGNORED = ("-W", "ignore::pytest.PytestAssertRewriteWarning")
WORDS: dict[str, str] = {"min": "max", "max": "min", "any": "all", "all": "any"}
SWAPS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.USub: ast.UAdd,
}


@dataclass(frozen=True)
class Fault:
    """One fault: number of its place among all of its module, line, what is written instead of what."""

    module: str
    number: int
    line: int
    change: str

    @property
    def name(self) -> str:
        """By which it can be asked for alone."""
        return f"{self.module}:{self.line}:{self.number}"


# --- faults ----------------------------------------------------------------------------------------------


def faulty(tree: ast.Module) -> Iterator[tuple[int, str, ast.Module]]:
    """Every fault of a module: its line, its description, and the syntax tree that has it."""
    checks = {
        id(word.value) for word in ast.walk(tree) if isinstance(word, ast.keyword) and word.arg == "strict"
    }
    for index, node in enumerate(ast.walk(tree)):
        for kind in _kinds(node) if id(node) not in checks else ():
            wrong = copy.deepcopy(tree)
            place = next(other for number, other in enumerate(ast.walk(wrong)) if number == index)
            before = ast.unparse(place)
            _spoil(place, kind)
            yield place.lineno, f"{before}  ->  {ast.unparse(place)}", ast.fix_missing_locations(wrong)


def _kinds(node: ast.AST) -> list[int]:
    """Numbers of the ways in which a node can be spoilt."""
    match node:
        case ast.Compare():
            return [index for index, one in enumerate(node.ops) if type(one) in SWAPS]
        case ast.BinOp() | ast.AugAssign() | ast.BoolOp() | ast.UnaryOp(op=ast.USub()):
            return [0] if type(node.op) in SWAPS else []
        case ast.UnaryOp(op=ast.Not()) | ast.If() | ast.While() | ast.IfExp():
            return [0]
        case ast.Constant(value=bool() | int() | float()):
            return [0]
        case ast.Call(func=ast.Name(id=name)) if name in WORDS:
            return [0]
        case ast.Return(value=value) if value is not None and not _is_none(value):
            return [0]
    return []


def _is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def _spoil(node: ast.AST, kind: int) -> None:
    match node:
        case ast.Compare():
            node.ops[kind] = SWAPS[type(node.ops[kind])]()  # type: ignore[assignment]
        case ast.UnaryOp(op=ast.Not()):
            node.operand = ast.Call(ast.Name("bool", ast.Load()), [node.operand], [])
            node.op = ast.UAdd()
        case ast.BinOp() | ast.AugAssign() | ast.BoolOp() | ast.UnaryOp():
            node.op = SWAPS[type(node.op)]()  # type: ignore[assignment]
        case ast.If() | ast.While() | ast.IfExp():
            node.test = ast.UnaryOp(ast.Not(), node.test)
        case ast.Constant(value=bool() as value):
            node.value = not value
        case ast.Constant(value=int() | float() as value):
            node.value = value + 1
        case ast.Call(func=ast.Name() as name):
            name.id = WORDS[name.id]
        case ast.Return():
            node.value = ast.Constant(None)


def prepared(source: str) -> ast.Module:
    """Syntax tree without what no fault is put into: annotations, asserts, options of dataclasses."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            node.decorator_list = [_plain(one) for one in node.decorator_list]
        for name, value in ast.iter_fields(node):
            if name in ("annotation", "returns") and isinstance(value, ast.AST):
                setattr(node, name, ast.Constant("hidden"))
        body = getattr(node, "body", None)
        if isinstance(body, list):
            kept = [one for one in body if not isinstance(one, ast.Assert)]
            node.body = kept or [ast.Pass()]  # type: ignore[attr-defined]
    return ast.fix_missing_locations(tree)


def _plain(decorator: ast.expr) -> ast.expr:
    """`dataclass` for `dataclass(frozen=True, slots=True)`."""
    return decorator.func if isinstance(decorator, ast.Call) else decorator


# --- running -----------------------------------------------------------------------------------------------


class Loader(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports one module from a syntax tree."""

    def __init__(self, module: str, path: Path, tree: ast.Module) -> None:
        self.module, self.path = module, path
        self.code = compile(tree, str(path), "exec")

    def find_spec(
        self, fullname: str, path: object = None, target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Answer for that module alone."""
        if fullname != self.module:
            return None
        return importlib.util.spec_from_file_location(fullname, self.path, loader=self)  # type: ignore[arg-type]

    def exec_module(self, module: ModuleType) -> None:
        """Run it."""
        exec(self.code, module.__dict__)  # noqa: S102 - that is what importing is


def warm_up() -> None:
    """Import what every test needs and no fault touches; let hypothesis repeat itself and not shrink."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"
    sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
    for name in ("numpy", "pandas", "scipy.stats", "scipy.special", "simpy", "pytest", "pyvrp", "holidays"):
        importlib.import_module(name)
    for layer in LAYERS:
        part = ROOT / "sim" / layer
        importlib.import_module(f"sim.{layer}")
        for path in sorted(part.glob("*.py")) if part.is_dir() else ():
            importlib.import_module(f"sim.{layer}.{path.stem}".removesuffix(".__init__"))
    hypothesis = importlib.import_module("hypothesis")
    hypothesis.settings.register_profile(
        "faults", derandomize=True, database=None, phases=list(hypothesis.Phase)[:3]
    )
    hypothesis.settings.load_profile("faults")


def exit_code(module: str, tree: ast.Module, tests: Sequence[str], timeout: float) -> int:
    """Run tests in a process whose `module` is that of the tree; -1 if they take too long."""
    child = os.fork()
    if child == 0:
        _become(module, tree, tests)
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.02)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return -1


def _become(module: str, tree: ast.Module, tests: Sequence[str]) -> None:
    """Be the process that imports the fault; never comes back."""
    import pytest

    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    code = 1
    try:
        sys.meta_path.insert(0, Loader(module, source_of(module), tree))
        os.chdir(ROOT)
        code = int(pytest.main([*QUIET, *IGNORED, *tests]))
    except BaseException:
        traceback.print_exc()
    os._exit(code)


def source_of(module: str) -> Path:
    """File of a module."""
    return ROOT / Path(*module.split(".")).with_suffix(".py")


def faults_of(module: str, most: int, seed: int) -> tuple[list[tuple[Fault, ast.Module]], int]:
    """Some of a module's faults in order of lines, and how many there are."""
    every = [
        (Fault(module, number, line, change), tree)
        for number, (line, change, tree) in enumerate(faulty(prepared(source_of(module).read_text("utf-8"))))
    ]
    chosen = random.Random(f"{seed}:{module}").sample(every, min(most, len(every)))
    return sorted(chosen, key=lambda one: one[0].number), len(every)


def examine(module: str, options: argparse.Namespace) -> tuple[int, int, int]:
    """Try faults of a module and say which survive; how many there are, were tried, were found."""
    tests = [name for name in TARGETS[module] if (ROOT / name).exists()]
    sound = exit_code(module, prepared(source_of(module).read_text("utf-8")), tests, 10 * options.timeout)
    if sound:
        raise SystemExit(f"{module}: its tests fail without any fault (exit code {sound})")
    chosen, there = faults_of(module, sys.maxsize if options.only else options.most, options.seed)
    if options.only:
        chosen = [one for one in chosen if one[0].name in options.only]
    found = 0
    for fault, tree in chosen:
        code = exit_code(module, tree, tests, options.timeout)
        found += code != 0
        if not code:
            say(f"survived  {fault.name}  {fault.change}")
    return there, len(chosen), found


def say(text: str) -> None:
    """One line, at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def table(rows: Sequence[tuple[str, int, int, int]]) -> str:
    """Module by module, and all of them, as text."""
    whole = ("together", *(sum(row[column] for row in rows) for column in (1, 2, 3)))
    lines = [
        f"| {name} | {there} | {tried} | {found} | {found / max(tried, 1):.0%} |"
        for name, there, tried, found in [*rows, whole]
    ]
    return "\n".join(
        ["| Module | Faults possible | Tried | Found | Score |", "|---|---|---|---|---|", *lines]
    )


def main() -> int:
    """Examine modules; exit code 1 if fewer than `--least` of the faults are found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("modules", nargs="*", help="modules of TARGETS, or beginnings of them; default: all")
    parser.add_argument("-n", "--most", type=int, default=16, help="faults tried per module")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--timeout", type=float, default=30.0, help="seconds after which a fault is found")
    parser.add_argument("--only", nargs="+", default=[], help="faults alone, as they were listed")
    parser.add_argument("--least", type=float, default=0.85)
    parser.add_argument("--write", type=Path, help="page whose table is to be written anew")
    options = parser.parse_args()
    if options.only:
        options.modules = [name.partition(":")[0] for name in options.only]
    chosen = [name for name in TARGETS if not options.modules or name.startswith(tuple(options.modules))]
    warm_up()
    rows = []
    for module in chosen:
        began = time.monotonic()
        rows.append((module, *examine(module, options)))
        say(f"{module}: {rows[-1][3]} of {rows[-1][2]} found, {time.monotonic() - began:.0f} s")
    text = table(rows)
    say(f"\n{text}")
    if options.write:
        from sim.verification.page import write_between

        write_between(
            options.write, "mutation", "python tests/mutation.py --write docs/VERIFICATION.md", text
        )
    tried, found = (sum(row[column] for row in rows) for column in (2, 3))
    return 0 if found >= options.least * tried else 1


if __name__ == "__main__":
    raise SystemExit(main())
