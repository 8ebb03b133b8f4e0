"""Checks scenarios and studies, or everything that is shipped, in one pass."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path as FilePath

from sim.scenario.alike import alike
from sim.scenario.compose import head_and_futures, is_path
from sim.scenario.drafting import Scenario, draft
from sim.scenario.folding import ALIKE, folded
from sim.scenario.library import SHELVES, Library, advice, unknown
from sim.scenario.points import levels_alone
from sim.scenario.problems import Place, Problem, Severity, in_order, problem
from sim.scenario.studies import draft_study
from sim.scenario.sweeps import draft_sweep, is_sweep
from sim.scenario.unused import unused


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
        checking.default()
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
        self.loaded: dict[str, Scenario] = {}

    def add(self, problems: Iterable[Problem]) -> None:
        self.problems += problems

    def report(self) -> Report:
        regions: dict[str, list[Scenario]] = defaultdict(list)
        for scenario in self.loaded.values():
            regions[scenario.region].append(scenario)
        for scenarios in regions.values():
            self.add(alike(scenarios))
        return Report(in_order(self.problems), len(self.scenarios), len(self.studies), len(self.sweeps))

    def keep(self, scenario: Scenario | None, problems: Iterable[Problem]) -> None:
        """Note the problems of a scenario, and the scenario itself for what is asked of its region."""
        self.add(problems)
        if scenario is not None:
            self.loaded.setdefault(scenario.name, scenario)

    def default(self) -> None:
        """Check the word for the region that names without one mean."""
        fault = self.library.named_default()
        self.add([fault] if isinstance(fault, Problem) else [])

    def name(self, name: str) -> None:
        """Check what a name names: a region, a scenario, or a study."""
        library = self.library
        head = head_and_futures(name)[0]
        if name in library.regions():
            self.region(name)
        elif is_path(head):
            self.sweep(name) if is_sweep(name, library) else self.scenario(name)
        elif shelf := library.shelf_named(name, ("sweeps", "plans", "studies")):
            {"sweeps": self.sweep, "plans": self.scenario, "studies": self.study}[shelf](name)
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
        self.add(_unexplained(self.library, region))
        for study in self.library.names(region, "studies"):
            self.study(f"{region}/{study}")
        for sweep in self.library.names(region, "sweeps"):
            self.sweep(f"{region}/{sweep}")
        for plan in self.library.names(region, "plans"):
            self.scenario(f"{region}/{plan}")
        plans = [f"{region}/{plan}" for plan in self.library.names(region, "plans")]
        if not plans:
            plans = [str(self.library.region_file(region))]
            self.scenario(plans[0])
        for future in self.library.names(region, "futures"):
            self.future(plans, future)
        if self.library.names(region, "plans") and not any(one.severity == "error" for one in self.problems):
            self.add(unused([one for one in self.loaded.values() if one.region == region]))

    def scenario(self, name: str) -> None:
        """Check one scenario."""
        if name not in self.scenarios:
            self.scenarios.add(name)
            self.keep(*draft(name, (), self.library))

    def study(self, name: str) -> None:
        """Check a study with its cells."""
        if name not in self.studies:
            self.studies.add(name)
            study, problems = draft_study(name, (), self.library)
            self.add(problems)
            for cell in study.cells if study else ():
                self.scenarios.add(cell.scenario.name)
                self.keep(cell.scenario, ())

    def sweep(self, name: str) -> None:
        """Check a sweep, its scenarios, and every level that it names alone."""
        if name not in self.sweeps:
            self.sweeps.add(name)
            sweep, problems = draft_sweep(name, self.library)
            self.add(problems)
            if sweep is not None:
                for base in sweep.bases:
                    self.scenarios.add(base.loaded.name)
                    self.keep(base.loaded, ())
                self.add(levels_alone(replace(sweep, root=self.library.root)))

    def future(self, plans: Sequence[str], future: str) -> None:
        """Check a future on the first plan that it applies to whole."""
        found: tuple[Problem, ...] = ()
        for plan in plans:
            name = f"{plan}+{future}"
            scenario, found = draft(name, (), self.library, lenient_futures=True)
            self.keep(scenario, ())
            self.scenarios.add(name)
            if not any(one.code == "N702" for one in found):
                break
        self.add(found)


def _unexplained(library: Library, region: str) -> Iterator[Problem]:
    """Note plans and futures that do not say what they change."""
    for shelf in ("plans", "futures"):
        for name in library.names(region, shelf):
            document = library.document(library.path(region, shelf, name))
            if document.tree is not None and "about" not in document.tree.entries:
                message = f"{SHELVES[shelf]} {name} does not say what it changes"
                fix = "add `about: {en: ..., zh: ...}`, a sentence each"
                yield problem("N705", Place(document.file, 1, 1), "about", message, fix)


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
