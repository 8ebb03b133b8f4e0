"""How large must this place be? One scenario, one place, every capacity asked for."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from difflib import get_close_matches

import numpy as np
import pandas as pd

from sim.archive import COLUMNS
from sim.calendars import Horizon
from sim.errors import PlannerError
from sim.experiment.estimates import verdict
from sim.experiment.execute import execute, processes
from sim.experiment.intervals import reach_interval, replications_for
from sim.experiment.kept import KeptRuns
from sim.experiment.progress import compiled, progress
from sim.experiment.replicate import Prepared, prepare
from sim.experiment.storage_risk import Curve, class_curve, curve_of
from sim.experiment.storage_trials import Trials, Tried, blocks, joined, positions, with_capacity
from sim.experiment.tables import Columns, Name, curve_columns, frame
from sim.experiment.tails import NoTailError, Tail, extrapolate
from sim.kpi.outcome import PeakPlace
from sim.network.compile import Chain
from sim.scenario.load import Cell, Study
from sim.scenario.schema import CLASSES
from sim.text import in_key, out_of_key
from sim.units import FloatArray

SLAG = ("kiln_yard", "smelters")
PATHS = {"kiln.yard_capacity_t": "kiln_yard", "slag.heap_capacity_t": "smelters"}
MOST = 40
"""Capacities that are simulated one by one."""
USUAL = 8
BEYOND = 2.0
"""Capacities go up to so many times the configured one, unless others are asked for."""
RUNS, TAIL = "runs", "extrapolation"
FAR = 6
"""Capacities to which a tail is extrapolated."""


class CurveError(PlannerError, ValueError):
    """A curve cannot be made as asked."""


@dataclass(frozen=True)
class Asked:
    """What is asked.

    Attributes
    ----------
    capacities
        t; None: a grid, or up to twice the configured capacity where each is simulated.
    each
        Simulate every capacity by itself even where one set of runs would do.
    once
        One set of runs in any case: then sources keep the mass that they call at, and a place that turns
        waste away is followed until it first does.
    tail
        Extrapolate beyond what was seen.
    """

    place: str
    capacities: tuple[float, ...] | None = None
    each: bool = False
    once: bool = False
    tail: bool = False


@dataclass(frozen=True)
class Risk:
    """What it came to.

    Attributes
    ----------
    table
        Columns of `storage_curve`.
    place, capacity
        The place as tables call it, with its configured capacity (t; NaN for a class of sources).
    why
        Why one set of runs does not tell all: `call`, `refuse`, `no_outlet`, `divert`; empty if it does.
    limit, word
        Tolerated share of years, and its verdict at the configured capacity by the interval of that capacity
        alone; NaN and empty where a year's share is not known.
    enough
        Smallest capacity whose band lies below the limit, there and at all larger ones; NaN if there is none.
    never, never_high, needed
        Capacity from which on nothing was seen to overflow (NaN: none), exact upper bound of the probability
        that any reported year does, replications that would show the limit to be kept.
    tail, no_tail
        The fitted tail, or why there is none.
    """

    table: pd.DataFrame
    place: str
    capacity: float
    why: str
    limit: float
    word: str
    enough: float
    never: float
    never_high: float
    needed: int
    replications: int
    years: tuple[int, ...]
    tail: Tail | None
    no_tail: str
    failures: tuple[str, ...]


def place_of(text: str) -> str:
    """Name of a place as tables call it: a scenario's path (`collection_point.bays.lab`) will do."""
    text = PATHS.get(text.removesuffix(".capacity_t") if "bays" in text else text, text)
    if text.startswith("collection_point.bays."):
        return "collection_point/" + text.split(".")[2]
    head, _, rest = text.partition("/")
    if not rest or head in ("sources", "collection_point", *SLAG):
        return text
    site, _, name = text.removeprefix("site:").rpartition("/")
    return f"site:{in_key(out_of_key(site))}/{name}"


def storage_risk(
    study: Study,
    asked: Asked,
    replications: int,
    seed: int,
    jobs: int | None = None,
    *,
    quiet: bool = True,
    kept: KeptRuns | None = None,
) -> Risk:
    """Risk of overflow of a place against its capacity.

    Parameters
    ----------
    study
        A study of one scenario.
    kept
        Runs that are finished already, and where others are kept as they come; None: nowhere.

    Raises
    ------
    CurveError
        If the scenario has no such place, or capacities cannot be.
    """
    cell, chain = _cell(study, asked.place)
    horizon = Horizon(study.years.first, study.years.last, study.years.warm_up_years)
    target = study.spec.tolerances.utilisation_target
    compiled(quiet=quiet)
    base = prepare(cell.scenario, chain, horizon, study.spec.accounting, target)
    rows, keys = _where(base, asked.place)
    places = [PeakPlace(*base.layout.peaks[row]) for row in rows]
    why = _why(base, cell, places[0])
    each = asked.each or (bool(why) and not asked.once)
    if not each and places[0].method == "none":
        raise CurveError(
            "vans leave whole classes behind, so one set of runs tells nothing: leave out --once"
        )
    capacities = _capacities(asked, places, cell, each=each)
    variants = [base]
    if each:
        variants = [_variant(base, cell, asked.place, capacity) for capacity in capacities]
    task = Trials(tuple(variants), keys, rows, seed)
    tried = _try(task, replications, processes(jobs, replications), quiet, kept)
    if each:
        curve = Curve(asked.place, RUNS, np.array(capacities), tried.shares)
    else:
        grid = np.array(capacities) if capacities else None
        curve = _from_peaks(asked.place, places, tried.peaks, grid)
    tail, no_tail = _tail(asked, curve, tried.peaks) if asked.tail else (None, "")
    return _told(study, cell, curve, _configured(asked.place, places), why, tried, tail, no_tail)


def _cell(study: Study, place: str) -> tuple[Cell, Chain]:
    chain: Chain = "slag" if place in SLAG else "hazardous"
    return next(cell for cell in study.cells if study.spec.tables[cell.table].chain == chain), chain


def _where(base: Prepared, place: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Rows of peaks and positions of totals of a place."""
    names = [one[0] for one in base.layout.peaks]
    classes = dict.fromkeys(name.rpartition("/")[2] for name in names if name.startswith("site:"))
    known = [*names, *(f"sources/{name}" for name in classes)]
    if place not in known:
        near = get_close_matches(place, known, 1, 0.4)
        few = [name for name in known if not name.startswith("site:")]
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(few)} and site:NAME/CLASS"
        raise CurveError(f"the scenario has no place {place}; {hint}")
    keys, rows = positions(base.layout, place)
    return rows, keys


def _configured(place: str, places: Sequence[PeakPlace]) -> float:
    return float("nan") if place.startswith("sources/") else places[0].capacity


def _why(base: Prepared, cell: Cell, place: PeakPlace) -> str:
    """What keeps one set of runs from telling all."""
    if place.method == "peak":
        return ""
    if place.method.endswith("_call_kept"):
        return "call"
    if place.place.startswith("site:"):
        return "divert"
    return "no_outlet" if place.place in SLAG else "refuse"


def _capacities(asked: Asked, places: Sequence[PeakPlace], cell: Cell, *, each: bool) -> tuple[float, ...]:
    """Capacities asked for; of none, empty for a grid, or a few where each is simulated."""
    place = places[0]
    if asked.capacities:
        found = tuple(sorted({round(capacity, 6) for capacity in asked.capacities}))
    elif not each:
        return ()
    elif place.place.startswith("site:"):
        found = tuple(round(place.step * count, 6) for count in range(1, USUAL + 1))
    else:
        least = max(_release(cell, asked.place), 0.25 * place.capacity)
        found = tuple(
            sorted({place.capacity, *np.linspace(least, BEYOND * place.capacity, USUAL).round(3).tolist()})
        )
    _check(found, asked, place, cell, each=each)
    return found


def _check(found: tuple[float, ...], asked: Asked, place: PeakPlace, cell: Cell, *, each: bool) -> None:
    if found[0] <= 0 or not np.isfinite(found).all():
        raise CurveError("a capacity is a number of tonnes above 0")
    if each and len(found) > MOST:
        raise CurveError(f"{len(found)} capacities, each simulated by itself: ask for at most {MOST}")
    release = _release(cell, asked.place)
    if each and found[0] < release:
        raise CurveError(
            f"a joint load is ordered at {release:g} t, so a bay of {found[0]:g} t cannot be: ask from "
            f"{release:g} t on, or lower release_t with --set"
        )
    if not each and place.method.startswith("first_passage") and found[-1] > place.capacity:
        raise CurveError(
            f"with one set of runs nothing is known beyond the configured {place.capacity:g} t: "
            "leave out --once"
        )


def _release(cell: Cell, place: str) -> float:
    """Stock at which a bay orders a joint load, t; 0 elsewhere."""
    point, name = cell.scenario.spec.collection_point, place.partition("/")[2]
    if point is None or not place.startswith("collection_point/") or name not in CLASSES:
        return 0.0
    return next((bay.release_t for own, bay in point.bays.items() if own == name), 0.0)


def _variant(base: Prepared, cell: Cell, place: str, capacity: float) -> Prepared:
    return replace(base, network=with_capacity(base.network, cell.scenario.spec, place, capacity))


def _try(task: Trials, replications: int, jobs: int, quiet: bool, kept: KeptRuns | None) -> Tried:
    """Run what is not kept yet, and keep it."""
    there = kept.found(0, 0, range(replications)) if kept is not None else {}
    parts = {one: Tried(own["shares"], own["peaks"], ()) for one, own in there.items()}
    pieces = blocks([one for one in range(replications) if one not in there], jobs)
    with (
        closing(execute(task, pieces, jobs)) as found,
        progress((replications - len(there)) * len(task.variants), "simulating", quiet=quiet) as advance,
    ):
        for (first, last), part in zip(pieces, found, strict=True):
            parts[first] = part
            if kept is not None:
                kept.add(0, 0, _by_replication(first, part))
            advance((last - first) * len(task.variants))
    return joined([parts[first] for first in sorted(parts)])


def _by_replication(first: int, part: Tried) -> dict[int, dict[str, FloatArray]]:
    """Arrays of each replication that did not fail."""
    failed = {failure.partition(":")[0] for failure in part.failures}
    return {
        first + place: {"shares": part.shares[place : place + 1], "peaks": part.peaks[place : place + 1]}
        for place in range(len(part.shares))
        if f"replication {first + place}" not in failed
    }


def _from_peaks(place: str, places: Sequence[PeakPlace], peaks: FloatArray, grid: FloatArray | None) -> Curve:
    if place.startswith("sources/"):
        return class_curve(place.partition("/")[2], places, peaks, grid)
    return curve_of(places[0], peaks[:, 0], grid)


def _tail(asked: Asked, curve: Curve, peaks: FloatArray) -> tuple[Tail | None, str]:
    """Extrapolate to the capacities asked for beyond what was seen, or to a few beyond."""
    if not curve.method.startswith("peak"):
        return (
            None,
            "a tail takes the stocks of one set of runs in which nothing happens when the place is full",
        )
    if peaks.shape[1] != 1:
        return None, "a tail is that of one place: name a single store"
    seen = float(np.nanmax(peaks))
    wanted = np.array([c for c in asked.capacities or () if c > seen])
    if not len(wanted):
        wanted = np.linspace(seen, 1.5 * seen, FAR).round(6)
    try:
        return extrapolate(peaks[:, 0], wanted), ""
    except NoTailError as error:
        return None, str(error)


def _told(
    study: Study,
    cell: Cell,
    curve: Curve,
    configured: float,
    why: str,
    tried: Tried,
    tail: Tail | None,
    no_tail: str,
) -> Risk:
    name = Name(cell.plan, cell.future)._asdict()
    parts = [name | curve_columns(curve)]
    if tail is not None:
        parts.append(name | _beyond(curve, tail))
    table = frame(COLUMNS["storage_curve"], parts)
    simulated = table[table["method"] != TAIL]
    yearly = not curve.method.startswith("first_passage")
    limit = _limit(study, curve.place) if yearly else float("nan")
    own = simulated[np.isclose(simulated["capacity_t"], configured)]
    word = verdict(float(own["ci_low"].iloc[0]), float(own["ci_high"].iloc[0]), limit) if len(own) else ""
    known = curve.shares[~np.isnan(curve.shares).any(axis=1)]
    silent = known[:, ::-1].max(axis=0, initial=0.0) == 0
    count = int(np.cumprod(silent).sum())
    any_year, _ = reach_interval(np.zeros((len(known), 1)), 0.0, 1.0)
    return Risk(
        table=table,
        place=curve.place,
        capacity=configured,
        why=why,
        limit=limit,
        word=word if yearly else "",
        enough=_enough(simulated, limit),
        never=float(curve.capacity[-count]) if count else float("nan"),
        never_high=float(any_year.high[0]),
        needed=replications_for(limit) if 0 < limit < 1 else 0,
        replications=len(curve.shares),
        years=tuple(range(study.years.first, study.years.last + 1)),
        tail=tail,
        no_tail=no_tail,
        failures=tried.failures,
    )


def _beyond(curve: Curve, tail: Tail) -> Columns:
    """Rows of a tail; it has no band."""
    nothing = np.full(len(tail.capacity), np.nan)
    return {
        "place": curve.place, "capacity_t": tail.capacity, "p_overflow": tail.share, "ci_low": tail.low,
        "ci_high": tail.high, "n": len(curve.shares), "method": TAIL,
        "band_low": nothing, "band_high": nothing,
    }  # fmt: skip


def _enough(table: pd.DataFrame, limit: float) -> float:
    kept = (table["band_high"] <= limit).to_numpy()[::-1]
    count = int(np.cumprod(kept).sum())
    return float(table["capacity_t"].iloc[-count]) if count else float("nan")


def _limit(study: Study, place: str) -> float:
    tolerances = study.spec.tolerances
    if place in SLAG:
        return tolerances.yard_overflow_probability
    if place.startswith("collection_point/"):
        return tolerances.any_bay_overflow_probability
    return tolerances.sources_overflow_probability
