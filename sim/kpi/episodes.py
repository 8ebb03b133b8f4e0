"""Why a store overflowed: what blocked its next removal when the episode began.

A visit since the last collection that came to nothing (nobody there, truck full, bay full) is the
cause; otherwise the phase of the trip that came next and had been waiting for at that moment.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sim.kpi.outcome import Rows
from sim.kpi.storage import Intervals
from sim.record.hazardous import HazardousRecord, Kind, Visit
from sim.units import DAY, TONNE, IntArray

FAILED = {
    Visit.MISSED: "missed visit",
    Visit.TRUCK_FULL: "truck full (left behind)",
    Visit.BAY_FULL: "bay full",
}
BATCH = "single batch larger than the room"
UNENROLLED, UNOPENED, NOT_DUE, UNCALLED = (
    "not enrolled",
    "collection point not open",
    "next round not due",
    "trigger not reached",
)
LOAD, PAPERS, VEHICLE, ROAD, DRIVING = (
    "waiting for minimum load",
    "manifest",
    "no vehicle free",
    "road closed",
    "driver hours",
)
RECEIVER = "receiver closed"


def episode_rows(record: HazardousRecord, over: Intervals, bays: Intervals) -> Rows:
    """Episodes of the reported years: of stores, then of bays."""
    causes = [_cause(record, store, begin) for store, begin in zip(over.owner, over.begin, strict=True)]
    classes = record.network.classes
    site = record.network.collection
    bay_names = [f"collection_point/{classes[bay.storage_class]}" for bay in site.bays] if site else []
    places = [f"site:{record.network.stores.names[store]}" for store in over.owner]
    places += [bay_names[bay] for bay in bays.owner]
    begin = np.concatenate([over.begin, bays.begin])
    end = np.concatenate([over.end, bays.end])
    return {
        "place": _text(places),
        "start": begin,
        "end": end,
        "days": (end - begin) / DAY,
        "peak_excess_t": np.concatenate([over.excess, bays.excess]) / TONNE,
        "cause": _text(causes + ["bay full"] * len(bays.owner)),
    }


def _text(words: list[str]) -> npt.NDArray[np.str_]:
    return np.array(words, dtype=np.str_)


def _cause(record: HazardousRecord, store: int, begin: int) -> str:
    network, visits = record.network, record.visits
    site = int(network.stores.site[store])
    rows = _rows_of(record, site)
    when = visits["when"][rows]
    split = int(when.searchsorted(begin, side="right"))
    for row in reversed(rows[:split].tolist()):
        ended = Visit(int(visits["ended"][row]))
        if ended != Visit.COLLECTED:
            return FAILED[ended]
        break
    if split < len(rows):
        return _phase(record, int(rows[split]), begin)
    return _unserved(record, site, store, begin)


def _rows_of(record: HazardousRecord, site: int) -> IntArray:
    rows = np.flatnonzero(record.visits["site"] == site)
    ordered: IntArray = rows[np.argsort(record.visits["when"][rows], kind="stable")]
    return ordered


def _phase(record: HazardousRecord, row: int, begin: int) -> str:
    """What the visit `row` was still waiting for at `begin`."""
    trip = int(record.visits["trip"][row])
    called = int(record.visits["called"][row])
    facts = {name: int(record.trips[name][trip]) for name in ("kind", "decided", "ready", "free", "start")}
    if facts["kind"] == Kind.ROUND:
        if begin < record.opens:
            return UNOPENED
        if begin < record.enrolled[int(record.visits["site"][row])]:
            return UNENROLLED
        if begin < facts["decided"]:
            return _before_round(record, begin, int(record.visits["site"][row]))
        return VEHICLE if begin < facts["start"] else DRIVING
    if begin < called:
        return UNCALLED
    if begin < facts["decided"]:
        return LOAD
    if begin < facts["ready"]:
        return PAPERS
    if begin < facts["free"]:
        return VEHICLE
    if begin < facts["start"]:
        return ROAD if _road_shut(record, begin) else RECEIVER
    return DRIVING


def _before_round(record: HazardousRecord, begin: int, site: int) -> str:
    """A round is not due by its calendar; on call, also because the site has not called yet."""
    collection = record.network.collection
    if collection is None or collection.rounds == "fixed":
        return NOT_DUE
    stores = record.network.stores
    own = stores.of_site[site]
    own = own[own < len(stores)]
    last = record.removals[(np.isin(record.removals[:, 0], own)) & (record.removals[:, 3] <= begin)]
    out = record.inflow.base[own].copy()
    np.maximum.at(out, own.searchsorted(last[:, 0]), last[:, 2])
    level = record.inflow.reached(own, np.array(begin)) - out
    return NOT_DUE if (level >= stores.call_pilot[own]).any() else UNCALLED


def _road_shut(record: HazardousRecord, when: int) -> bool:
    return any(state.open_from(when) > when for state in record.closures.values())


def _unserved(record: HazardousRecord, site: int, store: int, begin: int) -> str:
    """No visit follows within the run."""
    network = record.network
    if network.collection is not None and begin >= record.enrolled[site]:
        return NOT_DUE if network.collection.vans else VEHICLE
    if not network.direct.trucks:
        return VEHICLE
    if network.stores.call_direct[store] > network.stores.capacity[store]:
        return UNCALLED
    return LOAD
