"""Storage curves as a Python call.

>>> import sim
>>> sim.curve("chengkou/pilot", "collection_point/waste_oil", [5, 10, 20]).table    # doctest: +SKIP

Workers are processes: in a script, call it under ``if __name__ == "__main__":`` or with ``jobs=1``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from sim.archive import named_with, new_folder, tidy
from sim.arguments import understood
from sim.calendars import Horizon
from sim.experiment.fingerprint import every_source
from sim.experiment.kept import keeping, runs_folder, said_of
from sim.experiment.manifest import describe, fingerprint
from sim.experiment.storage_study import Asked, Risk, place_of, storage_risk
from sim.scenario.load import study_of
from sim.scenario.problems import Problem, warn_of

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Curved:
    """A storage curve.

    Attributes
    ----------
    table
        Columns plan, future, place, capacity_t, p_overflow, ci_low, ci_high, n, method, band_low, band_high.
    risk
        What it comes to: verdict at the configured capacity, smallest capacity that keeps the limit, tail.
    folder, answer
        Where it is written, and the page.
    failures
        What went wrong; empty when all is well.
    """

    table: pd.DataFrame
    risk: Risk
    folder: Path
    answer: str
    failures: tuple[str, ...]

    def __repr__(self) -> str:
        """One line."""
        return f"<Curved {self.folder.parent.name}: {len(self.table)} rows, {len(self.failures)} failures>"


@understood
def curve(
    name: str,
    place: str,
    capacities: Sequence[float] | None = None,
    *,
    each: bool = False,
    once: bool = False,
    extrapolate: bool = False,
    settings: Sequence[str] = (),
    replications: int | None = None,
    seed: int | None = None,
    jobs: int | None = None,
    out: Path | str = "results",
    lang: str = "en",
    quiet: bool = True,
    root: Path | None = None,
    tell: Callable[[Sequence[Problem]], object] | None = None,
    notes: Callable[[Sequence[str]], object] = lambda _: None,
) -> Curved:
    """Risk of overflow of one place against its capacity.

    Parameters
    ----------
    name
        ``region/plan+future+...``, or a path to a YAML file.
    place
        As in the table `storage_curve`: ``collection_point/waste_oil``, ``kiln_yard``, ``smelters``,
        ``sources/waste_oil`` (all sources alike), ``site:garage_small_09/waste_oil``; or a path of the
        scenario as ``collection_point.bays.waste_oil``.
    capacities
        t; None: a grid.
    each, once
        Simulate each capacity by itself, or all with one set of runs. Neither: one set of runs where that is
        exact for every capacity, else each by itself.
    extrapolate
        Fit a tail to go beyond what was seen; its rows have the method ``extrapolation``.
    tell
        Called with the warnings and notes before anything runs; None: warnings are `warnings.warn`.
    notes
        Called with what is known of an earlier start that was stopped: it goes on from there.

    Raises
    ------
    ScenarioError
        With all problems of all files.
    CurveError
        If there is no such place, or a capacity cannot be.
    NotWritableError
        If `out` cannot be written.
    """
    from sim.report.curve_page import write_curve

    begun = perf_counter()
    study = study_of([name], settings, root)
    (tell or warn_of)(study.problems)
    asked = Asked(place_of(place), tuple(capacities) if capacities else None, each, once, extrapolate)
    count, drawn = replications or study.spec.replications, study.spec.seed if seed is None else seed
    mark = fingerprint(study, [*settings, repr(asked)], drawn, count)
    safe = asked.place.replace("/", "-").replace(":", "-")
    called = f"curve-{study.name.rpartition('/')[2]}-{safe}"
    called = named_with(called, settings)
    tidy(Path(out), called, notes)
    whole = hashlib.sha256(f"{mark}\n{every_source()}".encode()).hexdigest()
    with (
        new_folder(Path(out), called, mark) as folder,
        keeping(runs_folder(folder.final.parent, whole), whole) as kept,
    ):
        notes(said_of(kept.count(), kept.store.damaged))
        risk = storage_risk(study, asked, count, drawn, jobs, quiet=quiet, kept=kept)
        horizon = Horizon(study.years.first, study.years.last, study.years.warm_up_years)
        told = write_curve(risk, study.cells[0].scenario, settings, folder.partial, lang)
        failures = (*risk.failures, *told.failures)
        manifest = describe(study, horizon, settings, drawn, count) | {
            "curve": asdict(asked),
            "failures": list(failures),
            "wall_time_s": round(perf_counter() - begun, 3),
        }
        text = json.dumps(manifest, ensure_ascii=False, default=str, indent=1)
        (folder.partial / "manifest.json").write_text(
            text + "\n", encoding="utf-8", errors="backslashreplace", newline="\n"
        )
    kept.remove()
    return Curved(risk.table, risk, folder.final, told.page, failures)
