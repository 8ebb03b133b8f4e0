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
from sim.units import DAY, HOUR, TONNE, IntArray

FAILED = {
    Visit.MISSED: "missed visit",
    Visit.TRUCK_FULL: "truck full (left behind)",
    Visit.BAY_FULL: "bay full",
    Visit.LICENCE_USED: "licence used up",
    Visit.TOO_LARGE: "container larger than the vehicle",
}
BATCH = "single batch larger than the room"
UNENROLLED, UNOPENED, NOT_DUE, UNCALLED = (
    "not enrolled",
    "collection point not open",
    "next round not due",
    "trigger not reached",
)
LOAD, PAPERS, VEHICLE, ROAD, RECEIVER, DRIVING, UNDER_WAY = (
    "waiting for minimum load",
    "manifest",
    "no vehicle free",
    "road closed",
    "receiver closed",
    "driver hours",
    "vehicle under way",
)
NIGHT = 4 * HOUR
"""A rest on a trip that is longer is a night that the driver's hours ask for, s."""


def episode_rows(record: HazardousRecord, over: Intervals, caps: Intervals, bays: Intervals) -> Rows:
    """Episodes of the reported years: of stores, of sites above their legal cap, of bays."""
    stores, classes = record.network.stores, record.network.classes
    site = record.network.collection
    bay_names = [f"collection_point/{classes[bay.storage_class]}" for bay in site.bays] if site else []
    places = [f"site:{stores.names[store]}" for store in over.owner]
    places += [f"site:{record.network.sites.names[site]}" for site in caps.owner]
    places += [bay_names[bay] for bay in bays.owner]
    visits = VisitsOfSites(record)
    first_store = stores.site.searchsorted(caps.owner)
    episodes = zip(
        [*over.owner.tolist(), *first_store.tolist()],
        [*over.begin.tolist(), *caps.begin.tolist()],
        strict=True,
    )
    causes = [_cause(record, visits, store, begin) for store, begin in episodes]
    begin = np.concatenate([over.begin, caps.begin, bays.begin])
    end = np.concatenate([over.end, caps.end, bays.end])
    return {
        "place": _text(places),
        "start": begin,
        "end": end,
        "days": (end - begin) / DAY,
        "peak_excess_t": np.concatenate([over.excess, caps.excess, bays.excess]) / TONNE,
        "cause": _text(causes + ["bay full"] * len(bays.owner)),
    }


def _text(words: list[str]) -> npt.NDArray[np.str_]:
    return np.array(words, dtype=np.str_)


class VisitsOfSites:
    """Rows of the visit log by site and then time."""

    def __init__(self, record: HazardousRecord) -> None:
        site, when = record.visits["site"], record.visits["when"]
        self._order = np.lexsort((when, site))
        self._first = site[self._order].searchsorted(np.arange(len(record.network.sites.names) + 1))

    def rows(self, site: int) -> IntArray:
        """Rows of one site in order of time."""
        return self._order[self._first[site] : self._first[site + 1]]


def _cause(record: HazardousRecord, by_site: VisitsOfSites, store: int, begin: int) -> str:
    visits = record.visits
    site = int(record.network.stores.site[store])
    rows = by_site.rows(site)
    split = int(visits["when"][rows].searchsorted(begin, side="right"))
    if split:
        last = int(rows[split - 1])
        ended = Visit(int(visits["ended"][last]))
        if ended != Visit.COLLECTED and not _emptied(record, store, last):
            return FAILED[ended]
    if split < len(rows):
        return _phase(record, store, int(rows[split]), begin)
    return _unserved(record, site, store, begin)


def _emptied(record: HazardousRecord, store: int, visit: int) -> bool:
    """Whether a visit that left something behind at the site emptied this store."""
    trip, when = record.visits["trip"][visit], record.visits["when"][visit]
    removals = record.removals
    own = removals[(removals[:, 0] == store) & (removals[:, 4] == trip)]
    reached = record.inflow.reached(np.array([store]), np.array([when]))
    return bool(len(own) and own[-1, 2] == reached[0])


def _phase(record: HazardousRecord, store: int, row: int, begin: int) -> str:
    """What the visit `row` was still waiting for at `begin`."""
    trip = int(record.visits["trip"][row])
    called = int(record.visits["called"][row])
    facts = {
        name: int(record.trips[name][trip]) for name in ("kind", "decided", "ready", "free", "start", "rest")
    }
    if facts["kind"] == Kind.ROUND:
        if begin < record.opens:
            return UNOPENED
        if begin < record.enrolled[int(record.visits["site"][row])]:
            return UNENROLLED
        if begin < facts["decided"]:
            return _before_round(record, begin, store)
        if begin < facts["start"]:
            return ROAD if _road_shut(record, begin) else VEHICLE
        return UNDER_WAY
    if begin <= called:
        return _uncalled(record, store, begin, record.network.stores.call_direct)
    if begin < facts["decided"]:
        return LOAD
    if begin < facts["ready"]:
        return PAPERS
    if begin < facts["free"]:
        return VEHICLE
    if begin < facts["start"]:
        return ROAD if _road_shut(record, begin) else RECEIVER
    return DRIVING if facts["rest"] >= NIGHT else UNDER_WAY


def _uncalled(record: HazardousRecord, store: int, begin: int, call_masses: IntArray) -> str:
    """The batch that overflowed the store was the first to reach its trigger, or none was."""
    inflow = record.inflow
    index = int(inflow.time_axis.searchsorted(store * inflow.span + begin, side="right")) - 1
    room = int(record.network.stores.capacity[store] - call_masses[store])
    return BATCH if 0 < room < inflow.mass[index] else UNCALLED


def _before_round(record: HazardousRecord, begin: int, store: int) -> str:
    """A round is not due by its calendar; on call, also because the site had not called before."""
    collection = record.network.collection
    if collection is None or collection.rounds == "fixed":
        return NOT_DUE
    stores = record.network.stores
    own = np.flatnonzero(stores.site == stores.site[store])
    last = record.removals[(np.isin(record.removals[:, 0], own)) & (record.removals[:, 3] <= begin)]
    out = record.inflow.base[own].copy()
    np.maximum.at(out, own.searchsorted(last[:, 0]), last[:, 2])
    level = record.inflow.reached(own, np.array(begin - 1)) - out
    if (level >= stores.call_pilot[own]).any():
        return NOT_DUE
    return _uncalled(record, store, begin, stores.call_pilot)


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
