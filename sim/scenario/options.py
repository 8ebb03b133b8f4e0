"""`--set a.b.c=value` options as trees whose places are columns of the option's text."""

from __future__ import annotations

from collections.abc import Sequence

from sim.scenario.nodes import Branch, Leaf, Node
from sim.scenario.problems import Place, Problem, problem
from sim.scenario.reader import MAX_DEPTH, UNPRINTABLE, read_node
from sim.scenario.scalars import DECIMAL, INTEGER, LONGEST, Fault, resolve
from sim.scenario.settings import settle

SETTING = "--set"
LONGEST_SHOWN = 24
"""Letters of a value in a title."""


def parse_setting(setting: str, index: int) -> Problem | tuple[Branch, tuple[Problem, ...]]:
    """Tree of `a.b.c=value`; its places are columns of the option's text."""
    path, equals, text = setting.partition("=")
    steps = [step.strip() for step in path.split(".")]
    start = Place(SETTING, index, 1)
    if found := UNPRINTABLE.search(setting):
        place, code = Place(SETTING, index, found.start() + 1), f"U+{ord(found.group()):04X}"
        return problem("E003", place, "", f"control character {code} is not text", "remove it")
    if len(steps) > MAX_DEPTH:
        return problem("E006", start, "", f"nested deeper than {MAX_DEPTH} levels", "write --set a.b.c=value")
    if not equals or not all(steps):
        return problem("E014", start, "", f"{setting!r} is not a setting", "write --set a.b.c=value")
    if steps[-1] in ("range", "origin", "confidence", "extends", "accepts"):
        return problem("E014", start, path, f"{steps[-1]} cannot be set", "set a value")
    problems: tuple[Problem, ...] = ()
    node = _number(text, Place(SETTING, index, len(path) + 2))
    if node is None:
        node, problems = read_node(text, SETTING, index - 1, len(path) + 1, tuple(steps))
    value = node or Leaf(None, Place(SETTING, index, len(path) + 2), faulty=True)
    settled, more = settle(_nested(path, value, index))
    return settled, (*problems, *more)


def _number(text: str, place: Place) -> Node | None:
    """Leaf of a finite plain number, read without YAML: sweeps set a hundred of them at every point."""
    if len(text) >= LONGEST or not (INTEGER.fullmatch(text) or DECIMAL.fullmatch(text)):
        return None
    try:
        return Leaf(resolve(text), place)
    except Fault:
        return None


def steps_of(setting: str) -> tuple[str, ...]:
    """Words of the path that an option sets; none where it is no option."""
    path, equals, _ = setting.partition("=")
    return tuple(step.strip() for step in path.split(".")) if equals else ()


def path_of(setting: str) -> str:
    """Path that an option sets; empty where it is none."""
    return ".".join(steps_of(setting))


def nested(above: tuple[str, ...], tree: Branch) -> Branch:
    """Tree of an option put below the words that its path leaves out."""
    for word in reversed(above):
        tree = Branch({word: tree}, tree.place, {word: tree.place})
    return tree


def short_setting(setting: str) -> str:
    """An option as a title has room for it: the last two words of its path, and its value."""
    path, _, value = setting.partition("=")
    value = " ".join(value.split())
    cut = value if len(value) <= LONGEST_SHOWN else f"{value[: LONGEST_SHOWN - 1]}…"
    return f"{'.'.join(step.strip() for step in path.split('.')[-2:])}={cut}"


def overridden(settings: Sequence[str], later: Sequence[str]) -> tuple[str, ...]:
    """All settings but those whose value a later one sets anew."""
    again = {path_of(one) for one in later}
    return (*(one for one in settings if path_of(one) not in again), *later)


def _nested(path: str, value: Node, index: int) -> Branch:
    """Nest a value in mappings, each key at its column of the option."""
    outer, _, last = path.rpartition(".")
    place = Place(SETTING, index, len(path) - len(last.lstrip()) + 1)
    branch = Branch({last.strip(): value}, place, {last.strip(): place})
    return _nested(outer, branch, index) if outer else branch
