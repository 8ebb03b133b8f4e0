"""Checks scenarios and studies, or everything that is shipped, in one pass."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path as FilePath

from sim.scenario.compose import is_path
from sim.scenario.drafting import draft
from sim.scenario.folding import ALIKE, folded
from sim.scenario.library import SHELVES, Library, advice, unknown
from sim.scenario.points import levels_alone
from sim.scenario.problems import Place, Problem, Severity, in_order, problem
from sim.scenario.studies import draft_study
from sim.scenario.sweeps import draft_sweep, is_sweep


@dataclass(frozen=True)
class Report:
    """What a check found, and how many scenarios, studies and sweeps it read."""

    problems: tuple[Problem, ...]
    scenarios: int
    studies: int
    sweeps: int = 0

    def of(self, severity: Severity) -> tuple[Problem, ...]:
        """Problems of one severity."""
        return tuple(one for one in self.problems if one.severity == severity)

    @property
    def is_clean(self) -> bool:
        """Neither error nor warning."""
        return not self.of("error") and not self.of("warning")


def check(names: Sequence[str] = (), root: FilePath | None = None) -> Report:
    """Check scenarios, studies, sweeps or regions by name; without names, everything below the root."""
    library = Library.at(root)
    checking = _Checking(library)
    for name in names:
        checking.name(name)
    if not names:
        for region in library.regions():
            checking.region(region)
        if not library.regions():
            message = f"no region in {library.root}"
            checking.add([unknown(str(library.root), message, "write <region>/region.yaml there")])
    return checking.report()


class _Checking:
    def __init__(self, library: Library) -> None:
        self.library = library
        self.problems: list[Problem] = []
        self.scenarios: set[str] = set()
        self.studies: set[str] = set()
        self.sweeps: set[str] = set()

    def add(self, problems: Iterable[Problem]) -> None:
        self.problems += problems

    def report(self) -> Report:
        return Report(in_order(self.problems), len(self.scenarios), len(self.studies), len(self.sweeps))

    def name(self, name: str) -> None:
        """Check what a name names: a region, a scenario, or a study."""
        library = self.library
        head = name.split("+")[0]
        if name in library.regions():
            self.region(name)
        elif is_sweep(name, library):
            self.sweep(name)
        elif is_path(head) or not isinstance(library.locate(head, "plans"), Problem):
            self.scenario(name)
        elif not isinstance(library.locate(name, "studies"), Problem):
            self.study(name)
        else:
            if said := library.mistaken(name, "plans"):
                self.add([unknown(name, *said)])
                return
            shelves = [(one, shelf) for one in library.regions() for shelf in ("plans", "studies", "sweeps")]
            known = [f"{region}/{one}" for region, shelf in shelves for one in library.names(region, shelf)]  # type: ignore[arg-type]
            self.add([unknown(name, f"there is no plan or study {name}", advice(name, known))])

    def region(self, region: str) -> None:
        """Check all studies, sweeps, plans and futures of a region."""
        self.add(_of_two_endings(self.library, region))
        for study in self.library.names(region, "studies"):
            self.study(f"{region}/{study}")
        for sweep in self.library.names(region, "sweeps"):
            self.sweep(f"{region}/{sweep}")
        for plan in self.library.names(region, "plans"):
            self.scenario(f"{region}/{plan}")
        for future in self.library.names(region, "futures"):
            self.future(region, future)

    def scenario(self, name: str) -> None:
        """Check one scenario."""
        if name not in self.scenarios:
            self.scenarios.add(name)
            self.add(draft(name, (), self.library)[1])

    def study(self, name: str) -> None:
        """Check a study with its cells."""
        if name not in self.studies:
            self.studies.add(name)
            study, problems = draft_study(name, (), self.library)
            self.scenarios |= {cell.scenario.name for cell in study.cells} if study else set()
            self.add(problems)

    def sweep(self, name: str) -> None:
        """Check a sweep, its scenarios, and every level that it names alone."""
        if name not in self.sweeps:
            self.sweeps.add(name)
            sweep, problems = draft_sweep(name, self.library)
            self.add(problems)
            if sweep is not None:
                self.scenarios |= {base.loaded.name for base in sweep.bases}
                self.add(levels_alone(replace(sweep, root=self.library.root)))

    def future(self, region: str, future: str) -> None:
        """Check a future on the first plan that it applies to whole."""
        found: tuple[Problem, ...] = ()
        for plan in self.library.names(region, "plans"):
            name = f"{region}/{plan}+{future}"
            found = draft(name, (), self.library, lenient_futures=True)[1]
            self.scenarios.add(name)
            if not any(one.code == "N702" for one in found):
                break
        self.add(found)


def _of_two_endings(library: Library, region: str) -> Iterator[Problem]:
    """Refuse a name of which there are two files, or two that look alike."""
    for shelf in SHELVES:
        first: dict[str, FilePath] = {}
        for path in library.files(region, shelf):
            twin = first.setdefault(folded(path.stem), path)
            if twin.stem != path.stem:
                message = f"the name {ALIKE} from {twin.name}"
                yield problem("E505", Place(library.label(path), 1, 1), "", message, "rename one of them")
            read = library.path(region, shelf, path.stem)
            if read != path:
                message = f"there is {read.name} too, and only that is read"
                yield problem("E505", Place(library.label(path), 1, 1), "", message, "keep one of them")
