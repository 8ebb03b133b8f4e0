"""Vehicle pools as delay systems: mornings make a day's trip a constant service.

A truck that leaves in the morning is back in the evening, so calls that wait see every truck free again
each morning: X' = (X - c)+ + A with Poisson A, which is the chain of M/D/c (Crommelin 1932), service one day.
Vans on call are a gated queue: a campaign serves the calls that were open when it began, c a day.

Switched off: road closures and spread, missed visits, breakdowns, days off, minimum loads, more than
one stop a trip, and everything that a bay, a licence or a shift could refuse.
"""

from __future__ import annotations

import numpy as np

from sim.calendars import Horizon
from sim.chance.chance import Chance
from sim.model.simulate import simulate
from sim.network.hazardous import HazardousNetwork
from sim.record.hazardous import HazardousRecord
from sim.units import DAY, TONNE, BoolArray, FloatArray, IntArray
from sim.verification.case import Case
from sim.verification.lattice import poisson
from sim.verification.regions import LEAVES, VISIT, county, told_columns, with_vans

TITLE = "Vehicle pools as queues"
STATES = 400
BATCH_KG = 100.0


def cases(seed: int) -> list[Case]:
    """M/D/1 at one source, M/D/3 over many, and a gated queue of two vans."""
    return [*_one_truck(seed), *_many_trucks(seed), *_rounds(seed)]


def waiting_law(per_day: float, servers: int) -> FloatArray:
    """(STATES,) law of the calls that wait in the morning before trucks leave: stationary X."""
    arrivals = poisson(per_day, STATES)
    law = np.zeros(STATES)
    law[0] = 1.0
    for _ in range(20_000):
        left = np.concatenate([[law[: servers + 1].sum()], law[servers + 1 :]])
        after = np.convolve(left, arrivals)[:STATES]
        if np.abs(after - law).max() < 1e-15:
            return after
        law = after
    raise ArithmeticError("the queue has no stationary law")


# --- one truck, one source -----------------------------------------------------------------------------


def _one_truck(seed: int) -> list[Case]:
    """A truck that holds one batch: the source's stock is the queue of an M/D/1 system."""
    per_day, runs, horizon = 0.7, 30, Horizon(2001, 2003, 1)
    network = county(
        horizon,
        call_kg=BATCH_KG,
        batch_kg=BATCH_KG,
        per_day=per_day,
        payload_kg=BATCH_KG,
        capacity_kg=5 * BATCH_KG,
    )
    start, end = horizon.report_start, horizon.end
    mean, above = [], []
    for run in range(runs):
        record = _run(network, Chance(seed, run))
        mornings = np.arange(start, end, DAY) + LEAVES
        zero = np.zeros(len(mornings), dtype=np.int64)
        gone = record.removals[record.removals[:, 3].searchsorted(mornings, side="right") - 1, 2]
        held = (record.inflow.reached(zero, mornings) - gone) / TONNE * 1000 / BATCH_KG
        mean.append(held.mean())
        above.append((held > 4.5).mean())
    law = waiting_law(per_day, 1)
    queue = per_day + per_day**2 / (2 * (1 - per_day))
    return [
        Case("one truck: batches at the source in the morning (M/D/1)", queue, np.array(mean), "1", "mean"),
        Case(
            "one truck: share of mornings with 5 or more", float(law[5:].sum()), np.array(above), "1", "mean"
        ),
    ]


# --- many trucks, many sources -------------------------------------------------------------------------


def _many_trucks(seed: int) -> list[Case]:
    """Poisson calls, dealt to 300 sources in turn, for three trucks."""
    per_day, trucks, runs, horizon = 2.1, 3, 32, Horizon(2001, 2002, 1)
    network = county(horizon, sites=300, call_kg=BATCH_KG, batch_kg=BATCH_KG, trucks=trucks)
    waits, late = [], []
    for run in range(runs):
        record = _run(network, _calls(network, seed, run, per_day))
        called = record.visits["called"]
        wait = (record.trips["start"] - called)[_reported(called, horizon)] / DAY
        waits.append((wait.sum(), len(wait)))
        late.append(((wait > 1.0).sum(), len(wait)))
    law = waiting_law(per_day, trucks)
    ahead = np.arange(STATES) - trucks
    queue = float(law @ ahead.clip(0)) / per_day
    return [
        Case("three trucks: wait for a truck (M/D/3)", queue + 0.5, _columns(waits), "d", "ratio"),
        Case(
            "three trucks: calls that miss the next morning", _missing(law, per_day, trucks),
            _columns(late), "1", "ratio",
        ),
    ]  # fmt: skip


def _missing(law: FloatArray, per_day: float, servers: int) -> float:
    """Probability that a call at a random hour finds at least `servers` calls before it."""
    left = np.concatenate([[law[: servers + 1].sum()], law[servers + 1 :]])
    nodes, weights = np.polynomial.legendre.leggauss(24)
    before = [np.convolve(left, poisson(per_day * (node + 1) / 2, STATES))[:servers].sum() for node in nodes]
    return 1.0 - float(weights @ np.array(before)) / 2


# --- rounds on call ------------------------------------------------------------------------------------


def _rounds(seed: int) -> list[Case]:
    """Two vans, one site a round and one round a day: a campaign of n calls takes n / 2 days, rounded up."""
    per_day, vans, runs, horizon = 1.5, 2, 24, Horizon(2001, 2002, 1)
    network = with_vans(county(horizon, sites=300, call_kg=BATCH_KG, batch_kg=BATCH_KG), vans)
    waits, sizes = [], []
    for run in range(runs):
        record = _run(network, _calls(network, seed, run, per_day))
        begun = np.unique(record.trips["decided"])
        kept = _reported(begun, horizon)
        size = np.unique(record.trips["decided"], return_counts=True)[1]
        sizes.append((size[kept].sum(), kept.sum()))
        arose = _arisings(record)
        inside = _reported(arose, horizon)
        wait = (record.trips["start"][record.removals[:, 4]] - arose)[inside] / DAY
        waits.append((wait.sum(), len(wait)))
    size_mean, wait_mean = _gated(per_day, vans)
    return [
        Case(
            "vans on call: calls per campaign (gated queue)",
            size_mean,
            _columns(sizes),
            "1",
            "ratio",
        ),
        Case("vans on call: wait for a round", wait_mean, _columns(waits), "d", "ratio"),
    ]


def _gated(per_day: float, servers: int) -> tuple[float, float]:
    """Calls per campaign, and mean wait of a call until its round begins.

    The next campaign has the calls of this one's days; if there are none, those of the first day with any.
    """
    size = 80
    first = poisson(per_day, size)
    first[0] = 0.0
    first /= first.sum()
    days = -(-np.arange(size) // servers)
    moves = np.array([poisson(per_day * max(1, int(length)), size) for length in days])
    jump = moves[:, 1:] + moves[:, :1] * first[None, 1:]
    law = np.full(size - 1, 1.0 / (size - 1))
    for _ in range(5000):
        law = law @ jump[1:]
        law /= law.sum()
    counts = np.arange(1, size)
    inside = np.array([(np.arange(count) // servers).sum() for count in counts])
    since = _half_gaps(law, moves[1:], first, days[1:])
    return float(law @ counts), float((since + law @ inside) / (law @ counts))


def _half_gaps(law: FloatArray, moves: FloatArray, first: FloatArray, days: IntArray) -> float:
    """Expected sum, over the calls of a campaign, of their waits until it begins.

    Given their number, calls lie uniformly in the days over which they came.
    """
    counts = np.arange(moves.shape[1])
    regular = float(law @ ((moves * counts).sum(axis=1) * days / 2))
    idle = float((law @ moves[:, 0]) * (first @ counts) / 2)
    return regular + idle


# --- runs ------------------------------------------------------------------------------------------------


def _run(network: HazardousNetwork, chance: Chance) -> HazardousRecord:
    record = simulate(network, chance)
    assert isinstance(record, HazardousRecord)  # noqa: S101 - a hazardous network gives one
    return record


def _calls(network: HazardousNetwork, seed: int, run: int, per_day: float) -> Chance:
    """Poisson batches, each a call: dealt to the sites in turn, so that no site has two at a time."""
    days, sites = network.horizon.days, len(network.sites.names)
    generator = Chance(seed, run).sequences.open("calls")
    times = generator.standard_exponential(int(per_day * days * 1.2) + 200).cumsum() / per_day
    time = (times[times < days] * DAY).astype(np.int64)
    store = np.arange(len(time)) % sites
    order = np.argsort(store, kind="stable")
    mass = np.full(len(time), round(BATCH_KG * 1000), dtype=np.int64)
    return told_columns(network, seed, run, store[order], time[order], mass)


def _columns(rows: list[tuple[int, int]] | list[tuple[float, int]]) -> FloatArray:
    return np.array(rows, dtype=np.float64)


def _arisings(record: HazardousRecord) -> IntArray:
    """When what each removal took had arisen, s."""
    return record.inflow.arrival(record.removals[:, 0], record.removals[:, 2])


def _reported(when: IntArray, horizon: Horizon) -> BoolArray:
    """Which instants lie in the reported years, but not so late that the wait may not have ended."""
    return (when >= horizon.report_start + VISIT) & (when < horizon.end - 60 * DAY)
