"""Puts a scenario together: what its file extends, the file, its futures, and `--set` options."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path as FilePath

from sim.scenario.cells import SetCell, taken
from sim.scenario.library import ENDINGS, SHELVES, Library, advice, resolved_path, unknown
from sim.scenario.nodes import Branch, Leaf, Path, find, key_place, leaves, plain, without
from sim.scenario.options import nested, parse_setting, steps_of
from sim.scenario.overlay import Laying
from sim.scenario.paths import extends_nothing, resolve_path
from sim.scenario.problems import CODES, MOST_LISTED, Place, Problem, dotted, problem
from sim.scenario.reader import Document
from sim.scenario.schema import ScenarioSpec
from sim.scenario.tails import above, is_in_vocabulary
from sim.scenario.vocabulary import kind_of
from sim.text import folder_called

PATH = re.compile(r".*\.ya?ml(?=\+|$)", re.DOTALL)
"""Path at the head of a scenario name."""


@dataclass
class Composed:
    """A merged scenario before it is judged.

    `partial` says that a file could not be read, so that what is missing may have stood there.
    `misspelt` is a word that should read `extends`.
    `layers` are the files in the order in which they were laid.
    `said` holds what futures set: dotted path -> the last future and its value.
    `replaced` holds which settings change what a file set.
    `named_by` are the files that the plan's title speaks for, then the file of each future.
    `cells` are cells of tables that options set.
    """

    name: str
    region: str = ""
    plan: str = ""
    futures: tuple[str, ...] = ()
    tree: Branch = field(default_factory=lambda: Branch({}, Place("", 1, 1)))
    documents: list[Document] = field(default_factory=list)
    layers: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    titles: list[dict[str, str]] = field(default_factory=list)
    abouts: list[dict[str, str] | None] = field(default_factory=list)
    accepts: dict[str, str] = field(default_factory=dict)
    said: dict[str, tuple[str, object]] = field(default_factory=dict)
    replaced: dict[str, list[str]] = field(default_factory=dict)
    named_by: list[tuple[str, ...]] = field(default_factory=list)
    cells: list[SetCell] = field(default_factory=list)
    misspelt: str = ""
    partial: bool = False
    found: bool = True
    home: FilePath = field(default_factory=FilePath)

    @property
    def overridden(self) -> tuple[tuple[str, ...], ...]:
        """Settings that change what the plan's files say, then what each future says."""
        every = ([one for file in files for one in self.replaced.get(file, ())] for files in self.named_by)
        return tuple(tuple(dict.fromkeys(settings)) for settings in every)

    def folder(self, file: str) -> FilePath:
        """Folder of the file that a place names."""
        return next((one.path.parent for one in self.documents if one.file == file), self.home)

    def base(self, file: str, library: Library) -> FilePath:
        """Folder that paths in a file may not leave."""
        return next((library.home(one.path) for one in self.documents if one.file == file), self.home)


def compose(
    name: str,
    settings: Sequence[str],
    library: Library,
    lenient_futures: bool = False,
    lenient_settings: bool = False,
) -> Composed:
    """Merge the layers of a scenario name; faults are in `problems`.

    Where lenient (in a study), what a future or setting touches in vain is noted, not an error.
    """
    head, futures = head_and_futures(name)
    whole = Composed(name)
    path = _path_of(head, whole, library)
    if path is None:
        whole.found = False
        return whole
    whole.futures, whole.home = tuple(futures), library.home(path)
    chain = _chain(path, whole, library)
    for number, document in enumerate(chain):
        _add_plan(whole, document, first=number == 0)
    whole.named_by.append(tuple(document.file for document in chain[1:] or chain))
    for future in futures:
        _add_future(whole, future, library, lenient_futures)
    whole.problems += _futures_twice(whole)
    options = [
        _add_setting(whole, one, index, lenient_settings) for index, one in enumerate(settings, start=1)
    ]
    _refuse_twice(whole, options)
    whole.tree = without(whole.tree, "extends", "accepts", whole.misspelt)
    return whole


def is_path(name: str) -> bool:
    """Whether a scenario name is a path to a YAML file."""
    return name.endswith(ENDINGS)


def head_and_futures(name: str) -> tuple[str, list[str]]:
    """Plan or path of a scenario name, and its futures; a path may hold a plus, a plan may not."""
    path = PATH.match(name)
    head = path.group() if path else name.partition("+")[0]
    return head, name.removeprefix(head).split("+")[1:]


def folder_of(name: str) -> str:
    """Scenario name as the name of a folder; of a path its stem."""
    head, futures = head_and_futures(name)
    return folder_called("+".join([FilePath(head).stem if is_path(head) else head, *futures]))


def _path_of(head: str, whole: Composed, library: Library) -> FilePath | None:
    if is_path(head):
        path = resolved_path(FilePath(head))
        whole.region, whole.plan = library.region_of(path), path.stem
        if not os.path.isfile(path):
            whole.problems.append(unknown(head, f"there is no file {head}", "correct the path"))
            return None
        if library.shelf_of(path) not in (None, "plans") and (said := library.mistaken(head, "plans")):
            whole.problems.append(unknown(head, *said))
            return None
        return path
    found = library.locate(head, "plans")
    if isinstance(found, Problem):
        whole.problems.append(found)
        return None
    whole.region, whole.plan = found
    whole.name = "+".join([f"{found[0]}/{found[1]}", *head_and_futures(whole.name)[1]])
    return library.path(found[0], "plans", found[1])


def _chain(path: FilePath, whole: Composed, library: Library) -> list[Document]:
    """Files from the first base to the file itself."""
    chain: list[Document] = []
    seen: list[FilePath] = []
    following: FilePath | None = path
    while following is not None:
        document = library.document(following)
        seen.append(resolved_path(following))
        chain.insert(0, document)
        whole.documents.append(document)
        whole.problems += document.problems
        whole.partial |= document.tree is None
        following = _extended(document, seen, whole, library)
    if fault := extends_nothing(chain[0], library):
        whole.problems.append(fault)
        whole.misspelt = fault.path if fault.path != "extends" else ""
        whole.partial = True
    if not whole.region:
        whole.region = next((one for file in chain if (one := library.region_of(file.path))), "")
        whole.home = library.root / whole.region if whole.region else whole.home
    return chain


def _extended(document: Document, seen: list[FilePath], whole: Composed, library: Library) -> FilePath | None:
    said = document.tree.entries.get("extends") if document.tree else None
    if said is None or (isinstance(said, Leaf) and said.faulty):
        return None
    target = resolve_path(said, "extends", document.path.parent, library.home(document.path), library)
    if isinstance(target, Problem):
        whole.problems.append(target)
        whole.partial = True
        return None
    lies = library.shelf_of(target)
    if lies not in (None, "plans") and os.path.isfile(target):
        whole.partial = True
        message = f"{plain(said)} is a {SHELVES[lies]}, not a plan"
        fix = "extend a plan, or ../region.yaml"
        whole.problems.append(problem("E001", said.place, "extends", message, fix))
        return None
    if (there := resolved_path(target)) in seen:
        whole.problems.append(_circle(seen[seen.index(there) :], library))
        whole.partial = True
        return None
    if not os.path.isfile(target):
        whole.partial = True
        message = f"there is no file {plain(said)}"
        beside = os.listdir(target.parent) if os.path.isdir(target.parent) else []
        known = sorted(name for name in beside if name.endswith(ENDINGS))
        whole.problems.append(problem("E001", said.place, "extends", message, advice(target.name, known)))
        return None
    return target


def _circle(files: Sequence[FilePath], library: Library) -> Problem:
    """Problem of files that extend one another: the same from wherever the circle is entered."""
    first = min(range(len(files)), key=lambda index: library.label(files[index]))
    turned = [*files[first:], *files[:first]]
    closing = library.document(turned[-1]).tree
    place = closing.entries["extends"].place if closing else Place(library.label(turned[-1]), 1, 1)
    circle = " -> ".join(library.label(one) for one in [*turned, turned[0]])
    return problem(
        "E011", place, "extends", f"goes in a circle: {circle}", "let the first file extend nothing"
    )


def _add_plan(whole: Composed, document: Document, first: bool) -> None:
    if document.tree is None:
        return
    whole.layers.append(document.file)
    _note_accepted(whole, document.tree)
    if first:
        whole.tree = document.tree
        return
    laying = Laying(may_add=True, base_name="what it extends", lenient=whole.partial)
    below, above = without(whole.tree, "about"), without(document.tree, "extends", "accepts")
    whole.tree = laying.lay(below, above, kind_of(ScenarioSpec))
    whole.problems += _but_notes(laying.found())


def _but_notes(problems: Sequence[Problem]) -> list[Problem]:
    return [one for one in problems if one.severity != "note"]


def _futures_twice(whole: Composed) -> list[Problem]:
    """Problems of futures that a name adds a second time."""
    twice = [one for one in dict.fromkeys(whole.futures) if one and whole.futures.count(one) > 1]
    place = Place(whole.name, 1, 1)
    return [problem("E505", place, "", f"future {one} is added twice", f"write +{one} once") for one in twice]


def _add_future(whole: Composed, future: str, library: Library, lenient: bool) -> None:
    known = library.names(whole.region, "futures")
    if future not in known:
        message = f"{whole.region or whole.name} has no future {future or '(no name)'}"
        said = library.mistaken(f"{whole.region}/{future}", "futures") if whole.region else None
        whole.problems.append(unknown(whole.name, *(said or (message, advice(future, known)))))
        return
    document = library.document(library.path(whole.region, "futures", future))
    whole.documents.append(document)
    whole.problems += document.problems
    if document.tree is None:
        whole.partial = True
        return
    tree = document.tree
    whole.layers.append(document.file)
    whole.named_by.append((document.file,))
    if "extends" in tree.entries:
        place = tree.keys["extends"]
        whole.problems.append(
            problem("E101", place, "extends", "a future extends nothing", "remove the line")
        )
    _note_accepted(whole, tree)
    _note_title(whole, tree)
    _note_about(whole, tree)
    laying = Laying(False, f"plan {whole.plan}", lenient or whole.partial)
    changes = without(tree, "extends", "accepts", "title", "about")
    _note_contradictions(whole, future, changes)
    whole.tree = laying.lay(whole.tree, changes, kind_of(ScenarioSpec))
    whole.problems += laying.found() if not whole.partial else _but_notes(laying.found())


def _note_contradictions(whole: Composed, future: str, tree: Branch) -> None:
    """Note what two futures set differently."""
    for steps, node in leaves(tree):
        path, value = ".".join(steps), plain(node)
        before = whole.said.get(path)
        if before is not None and before[0] != future and before[1] != value:
            message = f"{before[0]} and {future} both set it; the last, {future}, wins"
            whole.problems.append(problem("N704", node.place, path, message))
        whole.said[path] = future, value


def _text_at(tree: Branch, word: str) -> dict[str, str] | None:
    """Text in both languages, if that is what stands under a word."""
    node = tree.entries.get(word)
    said = plain(node) if node is not None else None
    if (
        isinstance(said, dict)
        and set(said) == {"en", "zh"}
        and all(isinstance(t, str) for t in said.values())
    ):
        return said
    return None


def _note_about(whole: Composed, tree: Branch) -> None:
    said = _text_at(tree, "about")
    whole.abouts.append(said)
    if said is None and "about" in tree.entries:
        place, message = tree.entries["about"].place, "is not a sentence in two languages"
        whole.problems.append(problem("E103", place, "about", message, "write `about: {en: ..., zh: ...}`"))


def _note_title(whole: Composed, tree: Branch) -> None:
    title = tree.entries.get("title")
    said = _text_at(tree, "title")
    if said is not None:
        whole.titles.append(said)
        return
    place = title.place if title is not None else tree.place
    code = "E102" if title is None else "E103"
    whole.problems.append(
        problem(code, place, "title", "a future needs a title", "add `title: {en: ..., zh: ...}`")
    )


def _note_accepted(whole: Composed, tree: Branch) -> None:
    """Read `accepts: {W604: reason}`: warnings that the author of a file knows of."""
    said = tree.entries.get("accepts")
    if said is None:
        return
    if not isinstance(said, Branch):
        whole.problems.append(
            problem("E103", said.place, "accepts", "is not a mapping", "write {W604: reason}")
        )
        return
    for code, reason in said.entries.items():
        path = f"accepts.{code}"
        if code not in CODES or not code.startswith("W"):
            whole.problems.append(
                problem("E105", said.keys[code], path, "is no warning", "write a code such as W604")
            )
        elif not isinstance(reason, Leaf) or not isinstance(reason.value, str):
            whole.problems.append(
                problem("E103", reason.place, path, "has no reason", "write the reason as text")
            )
        else:
            whole.accepts[code] = reason.value


def _add_setting(whole: Composed, setting: str, index: int, lenient: bool) -> Branch | None:
    """Lay an option over all, and return its tree."""
    parsed = parse_setting(setting, index)
    if isinstance(parsed, Problem):
        whole.problems.append(parsed)
        return None
    tree, problems = parsed
    whole.problems += problems
    found = _whole_path(whole, tree, steps_of(setting), lenient)
    if found is None:
        return None
    rest, cells, faults = taken(found)
    whole.cells += cells
    whole.problems += faults
    for file in _files_of(whole.tree, rest):
        whole.replaced.setdefault(file, []).append(setting)
    laying = Laying(False, f"plan {whole.plan}", lenient or whole.partial)
    whole.tree = laying.lay(whole.tree, rest, kind_of(ScenarioSpec))
    whole.problems += laying.found() if not whole.partial else _but_notes(laying.found())
    return found


def _whole_path(whole: Composed, tree: Branch, steps: Path, lenient: bool) -> Branch | None:
    """Tree of an option whose path may begin further down; None where it does not apply, or is ambiguous."""
    if not steps or steps[0] in ScenarioSpec.model_fields:
        return tree
    place, said = tree.keys[steps[0]], dotted(steps)
    found = above(steps, whole.tree)
    if len(found) > 1:
        listed = " or ".join(dotted((*one, *steps)) for one in found[:MOST_LISTED])
        message = f"{len(found)} places of plan {whole.plan} end so"
        whole.problems.append(problem("E014", place, said, message, f"write {listed}"))
        return None
    if found:
        path = dotted((*found[0], *steps))
        whole.problems.append(problem("N706", place, said, f"read as {path}"))
        return nested(found[0], tree)
    if is_in_vocabulary(steps):
        message = f"plan {whole.plan} has not got it"
        if lenient or whole.partial:
            whole.problems.append(problem("N702", place, said, f"does not apply: {message}", ""))
        else:
            fix = "choose a plan that has it, or add it in a plan"
            whole.problems.append(problem("E301", place, said, message, fix))
        return None
    return tree


def _files_of(tree: Branch, option: Branch) -> set[str]:
    """Files that set what an option replaces."""
    replaced = [node for path, _ in leaves(option) if (node := find(tree, path)) is not None]
    return {leaf.place.file for node in replaced for _, leaf in leaves(node)}


def _refuse_twice(whole: Composed, options: Sequence[Branch | None]) -> None:
    """Refuse a value that two `--set` give, alone or within a mapping."""
    first: dict[Path, int] = {}
    above: dict[Path, int] = {}
    for index, tree in enumerate(options, start=1):
        if tree is None:
            continue
        for path, _ in leaves(tree):
            outer = [path[:depth] for depth in range(1, len(path))]
            before = next((first[one] for one in [*outer, path] if one in first), above.get(path, index))
            if before != index:
                place, message = key_place(tree, path), f"is set twice, first by option {before}"
                whole.problems.append(problem("E008", place, dotted(path), message, "keep one of them"))
            first.setdefault(path, index)
            for one in outer:
                above.setdefault(one, index)
