"""How a sensitivity study lies on disk."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from time import perf_counter
from typing import Any

import pandas as pd

from sim.archive import new_folder, read_manifest, spoken, tidy, unmarked, write_csv
from sim.arguments import understood
from sim.columns import text_columns
from sim.experiment.fingerprint import program
from sim.experiment.manifest import SEED_SCHEME, versions
from sim.experiment.pieces import Pieces
from sim.experiment.provenance import provenance
from sim.experiment.sensitivity.columns import TABLES
from sim.experiment.sensitivity.lab import Lab, MakeOf, open_lab
from sim.experiment.sensitivity.question import Question
from sim.experiment.sensitivity.study import Agree, Findings, investigate
from sim.experiment.sensitivity.tables import all_tables
from sim.experiment.sweep import SweepOptions, folder_name

WORDS = text_columns(TABLES.values())
"""Columns that hold text."""


@dataclass(frozen=True)
class Sensitivity:
    """A sensitivity study that was run and written.

    Attributes
    ----------
    folder
        Where its files lie.
    manifest
        How they came about, and what must be said of them (`cautions`).
    say
        Puts every text of the tables: as it is, or as a page wants it.
    """

    folder: Path
    manifest: Mapping[str, Any]
    say: Callable[[str], str] = str

    def __repr__(self) -> str:
        """One line."""
        said = f"{self.manifest.get('assumptions', 0)} assumptions, {self.manifest.get('runs', 0)} runs"
        return f"<Sensitivity {self.manifest.get('study', '')}: {said}, in {self.folder.name}>"

    @cached_property
    def indices(self) -> pd.DataFrame:
        """Every output by every assumption: effects, indices with intervals, and its part (`role`)."""
        return self._table("indices")

    @cached_property
    def swings(self) -> pd.DataFrame:
        """What each assumption that matters does alone, at the ends of its range."""
        return self._table("swings")

    @cached_property
    def order(self) -> pd.DataFrame:
        """Order of the two plans, and at how many points it turns."""
        return self._table("order")

    @cached_property
    def noise(self) -> pd.DataFrame:
        """Where the spread of single runs comes from: assumptions, luck, their interplay."""
        return self._table("noise")

    @cached_property
    def points(self) -> pd.DataFrame:
        """Every point of every design with the means of its outputs."""
        return self._table("points")

    @cached_property
    def box(self) -> pd.DataFrame:
        """Box in which the plan fails (`prim`)."""
        return self._table("box")

    @cached_property
    def peeling(self) -> pd.DataFrame:
        """Boxes met on the way (`prim`)."""
        return self._table("peeling")

    @property
    def answer(self) -> str:
        """The page."""
        return (self.folder / "sensitivity.md").read_text(encoding="utf-8")

    @property
    def failures(self) -> tuple[str, ...]:
        """One sentence for each reason why runs failed."""
        return tuple(self.manifest["failures"])

    def _table(self, name: str) -> pd.DataFrame:
        path = self.folder / f"{name}.csv"
        if not path.exists():
            return pd.DataFrame()
        head = pd.read_csv(path, encoding="utf-8-sig", nrows=0).columns
        words = {column: str for column in head if column in WORDS}
        numbers = {column: [""] for column in head if column not in WORDS}
        found = pd.read_csv(
            path,
            encoding="utf-8-sig",
            dtype=words,
            keep_default_na=False,
            na_values=numbers,
            low_memory=False,
        )
        return spoken(unmarked(found), self.say)


Report = Callable[[Sensitivity, Path], tuple[str, ...]]
"""Writes page and figures of the tables in a folder."""


@understood
def read_sensitivity(folder: Path | str) -> Sensitivity:
    """Read a study's folder back; a folder of several gives the newest.

    Raises
    ------
    NoResultsError
        If there is none.
    """
    return Sensitivity(*read_manifest(folder, "sensitivity.md"))


def run_sensitivity(
    question: Question,
    options: SweepOptions,
    report: Report,
    agree: Agree = lambda _: True,
    make: MakeOf | None = None,
) -> Sensitivity | None:
    """Run what is missing, write tables, page and figures; None if `agree` says no to the estimate.

    Raises
    ------
    ScenarioError
        If what is asked cannot be.
    BusyError, StoreError, ClusterError, NotWritableError
        As for a sweep; what was finished is kept.
    """
    begun = perf_counter()
    tidy(options.out, folder_name(question.sweep), options.tell)
    with open_lab(question.sweep, options, make) as lab:
        found = investigate(question, lab, agree)
        if found is None:
            return None
        tables = all_tables(found)
        mark = _fingerprint(found)
        with new_folder(options.out, folder_name(question.sweep), mark) as folder:
            for name, table in tables.items():
                write_csv(table, folder.partial / f"{name}.csv")
            manifest = _manifest(found, lab, options, begun)
            text = _write_manifest(manifest, folder.partial)
            pieces = Pieces()
            missing = pieces.make(
                "page", report, Sensitivity(folder.partial, json.loads(text)), folder.partial
            )
            if failed := [*(missing or ()), *pieces.failures]:
                manifest["failures"] += failed
                text = _write_manifest(manifest, folder.partial)
        return Sensitivity(folder.final, json.loads(text))


def _write_manifest(manifest: dict[str, Any], folder: Path) -> str:
    text = json.dumps(manifest, ensure_ascii=False, indent=1, default=str)
    (folder / "manifest.json").write_text(
        text + "\n", encoding="utf-8", errors="backslashreplace", newline="\n"
    )
    return text


def _fingerprint(found: Findings) -> str:
    question = found.question
    asked = {name: value for name, value in asdict(question).items() if name not in ("sweep", "tolerances")}
    digest = hashlib.sha256(json.dumps(asked, default=str, sort_keys=True).encode())
    for runs in found.stages.values():
        for work in runs.works:
            digest.update(work)
    return digest.hexdigest()


def _manifest(found: Findings, lab: Lab, options: SweepOptions, begun: float) -> dict[str, Any]:
    question, sweep = found.question, found.question.sweep
    failures = {reason: count for runs in found.stages.values() for reason, count in runs.failures.items()}
    return {
        "study": sweep.name,
        "region": sweep.region,
        "plan": question.plan,
        "against": question.against,
        "titles": {base.scenario: base.loaded.spec.title.model_dump() for base in sweep.bases},
        "futures": list(sweep.spec.futures),
        "asked": [f"{key.kpi}@{key.place}" for key in question.asked],
        "method": question.method or "morris, then sobol",
        "limit": _limit(found),
        "design": {
            "trajectories": question.trajectories, "base": question.base, "points": question.points,
            "most": question.most, "replications": question.replications,
        },
        "spec": sweep.spec.model_dump(mode="json"),
        "assumptions": len(found.factors),
        "chosen": [factor.path for factor in found.chosen],
        "stages": {
            name: {"points": len(runs.works), "replications": runs.replications, "runs": runs.runs}
            for name, runs in found.stages.items()
        },
        "failing": _failing(found),
        "box": None if found.box is None else {
            "coverage": found.box.coverage, "density": found.box.density, "mass": found.box.mass,
            "points": found.box.points, "restrictions": len(found.box.sides),
        },
        "cautions": [
            {
                "kind": one.kind,
                "kpi": f"{one.output.key.kpi}@{one.output.key.place}" if one.output else "",
                "against": one.output.against if one.output else "",
                "asked": one.output is None or one.output in found.asked,
                "values": one.values,
            }
            for one in found.cautions
        ],
        "runs": sum(runs.runs for runs in found.stages.values()),
        "runs_computed": lab.computed,
        "worker_seconds": round(lab.seconds, 3),
        "backend": type(lab.backend).__name__.lower(),
        "workers": lab.backend.workers,
        "seed": sweep.spec.seed,
        "seed_scheme": SEED_SCHEME,
        "years": list(range(sweep.years.first, sweep.years.last + 1)),
        "warm_up_years": sweep.years.warm_up_years,
        "inputs": dict(sweep.inputs),
        "problems": [*(str(one) for one in sweep.problems), *lab.problems],
        "program": provenance() | {"workers": program()},
        "versions": versions(),
        "platform": platform.platform(),
        "command": list(options.command),
        "failures": [f"{count} runs: {reason}" for reason, count in failures.items()],
        "wall_time_s": round(perf_counter() - begun, 3),
    }  # fmt: skip


def _limit(found: Findings) -> dict[str, Any] | None:
    if found.failing is None:
        return None
    return {"value": found.failing.limit.value, "at_least": found.failing.limit.at_least}


def _failing(found: Findings) -> dict[str, Any] | None:
    if found.failing is None:
        return None
    fails = found.failing.fails
    return {"points": len(fails), "fail": int(fails.sum()), "unsure": found.failing.unsure}


__all__ = ["Report", "Sensitivity", "read_sensitivity", "run_sensitivity"]
