"""A yard with constant inflow and a kiln that stops: everything follows from a few divisions.

Inflow a, feed limit r > a while the kiln burns, a stop of s days: the stock peaks at a s and is gone
a s / (r - a) days after the stop.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sim.calendars import Horizon
from sim.chance.chance import Chance
from sim.kpi.measure import Judgement, layout_of, measure
from sim.kpi.outcome import Key
from sim.model.simulate import simulate
from sim.network.slag import SlagNetwork, lanes_of
from sim.record.slag import SlagRecord
from sim.units import DAY, FloatArray
from sim.verification.case import Case, equal
from sim.verification.regions import VALUATION, kiln_stands, works

TITLE = "A yard and its kiln"
JUDGEMENT = Judgement("oldest_first", 0.98, VALUATION)
ACCOUNTINGS = ("oldest_first", "newest_first", "at_acceptance")
INFLOW, LIMIT, CAPACITY = 100.0, 150.0, 1500.0
TWO_YEARS = Horizon(2026, 2027, 0)


def cases(seed: int) -> list[Case]:
    """Periodic stops, a full yard that sends away, stops that run into each other, New Year's Eve."""
    return [
        *_periodic(seed),
        *_sent_away(seed),
        *_joined(seed),
        *_new_year(seed),
        *_heap_at_new_year(seed),
        *_clinker(seed),
    ]


def _periodic(seed: int) -> list[Case]:
    """Four stops of 20 days, 90 days from one to the next: each clears in 40 days."""
    stop, count, period = 20, 4, 90
    stops = [(10 + period * index, 10 + period * index + stop) for index in range(count)]
    record = _run(works(stops=stops), seed)
    peak, clearing = INFLOW * stop, INFLOW * stop / (LIMIT - INFLOW)
    triangle = peak * (stop + clearing) / 2
    top = peak - CAPACITY
    above = top / INFLOW + top / (LIMIT - INFLOW)
    burnt = INFLOW * 365
    found = {
        ("kiln_yard", "peak_stock"): (peak, "t"),
        ("kiln_yard", "stock_mean"): (count * triangle / 365, "t"),
        ("kiln_yard", "overflow_days"): (count * above, "d/yr"),
        ("kiln_yard", "overflow_tonne_days"): (count * above * top / 2, "t d/yr"),
        ("county", "no_outlet"): (0.0, "t/yr"),
        ("kiln", "days_off_peak"): (count * stop, "d/yr"),
        ("kiln", "feed_utilisation_burning"): (burnt / (LIMIT * (365 - count * stop)), "1"),
        ("kiln", "feed_utilisation_calendar"): (burnt / (LIMIT * 365), "1"),
    }
    return [
        *_totals("four stops", record, found),
        equal(
            "four stops: yard empty after the first",
            stops[0][1] + clearing,
            _emptied(record, stops[0][1]),
            "d",
        ),
    ]


def _sent_away(seed: int) -> list[Case]:
    """The same stops, but what finds no room in the yard is sent away: a s - capacity each time."""
    stops = [(10, 30), (100, 120), (190, 210), (280, 300)]
    record = _run(works(stops=stops, yard_keeps=False), seed)
    lost = 4 * (INFLOW * 20 - CAPACITY)
    made = INFLOW * 365
    rates = {("county", f"utilisation_rate_{name}"): ((made - lost) / made, "1") for name in ACCOUNTINGS}
    found = {
        ("kiln_yard", "peak_stock"): (CAPACITY, "t"),
        ("kiln_yard", "unmet"): (lost, "t/yr"),
        ("county", "no_outlet"): (lost, "t/yr"),
        ("kiln_yard", "overflow_days"): (4 * (20 - CAPACITY / INFLOW), "d/yr"),
        **rates,
    }
    clearing = CAPACITY / (LIMIT - INFLOW)
    return [
        *_totals("full yard", record, found),
        equal("full yard: empty after the first stop", 30 + clearing, _emptied(record, 30), "d"),
    ]


def _joined(seed: int) -> list[Case]:
    """Stops that run into each other: through the restart of the first, and through the yard.

    Days 50-60 with a restart of five days, then 63-73 with the same: one stop from 50 to 78. Then 180-200 and
    210-220, in the burning days between which the yard loses ten times what is left of the feed.
    """
    plan = kiln_stands((50, 60), (63, 73), restart_days=5.0)
    together = _run(works(kiln=plan), seed)
    apart = _run(works(stops=[(180, 200), (210, 220)]), seed)
    second = INFLOW * 20 - (LIMIT - INFLOW) * 10 + INFLOW * 10
    return [
        *_totals(
            "restart runs into a stop", together,
            {
                ("kiln", "days_not_burning"): (28.0, "d/yr"),
                ("kiln", "days_off_peak"): (20.0, "d/yr"),
                ("kiln_yard", "peak_stock"): (INFLOW * 28, "t"),
            },
        ),
        equal("restart runs into a stop: one episode", 1, len(_episodes(together))),
        *_totals("yard not cleared between stops", apart, {("kiln_yard", "peak_stock"): (second, "t")}),
        equal("yard not cleared between stops: empty", 220 + second / 50.0, _emptied(apart, 220), "d"),
    ]  # fmt: skip


def _new_year(seed: int) -> list[Case]:
    """A stop from 22 December to 9 January: 10 days before midnight, 9 after.

    The stock of 31 December is not used in its year. In the next it is `used stock of earlier years` under
    oldest first; under newest first only what is used beyond what arose is; booked at acceptance, nothing is
    ever old.
    """
    record = _run(works(TWO_YEARS, stops=[(355, 374)]), seed)
    left, made = INFLOW * 10, INFLOW * 365
    exact = {
        "oldest_first": ((made - left) / made, (made + left) / (made + left)),
        "newest_first": ((made - left) / made, (made + left) / (made + left)),
        "at_acceptance": (1.0, 1.0),
    }
    return [
        *_yearly("stop over New Year", record, exact),
        equal("stop over New Year: stock on 31 December", left, _stock(record, 365), "t"),
        equal("stop over New Year: peak, year 1", left, _year(record, "kiln_yard", "peak_stock", 0), "t"),
        equal("stop over New Year: peak, year 2", 1900.0, _year(record, "kiln_yard", "peak_stock", 1), "t"),
        equal("stop over New Year: episodes", 1, len(_episodes(record))),
        *_still_there(seed),
    ]  # fmt: skip


def _still_there(seed: int) -> list[Case]:
    """Two stops over New Year's Eves: the stock of the first is used in the second year, a like one is left.

    Under newest first the second year uses no more than arose in it, hence nothing old.
    """
    record = _run(works(TWO_YEARS, stops=[(355, 374), (720, 730)]), seed)
    left, made = INFLOW * 10, INFLOW * 365
    exact = {
        "oldest_first": ((made - left) / made, made / (made + left)),
        "newest_first": ((made - left) / made, 1.0),
        "at_acceptance": (1.0, 1.0),
    }
    return _yearly("stops over two New Years", record, exact)


def _heap_at_new_year(seed: int) -> list[Case]:
    """Haulage of 60 t/d for 100 t/d: 40 t/d stay on the heap, and the yard takes all that comes.

    At acceptance, old stock is what lay on the heap on 1 January.
    """
    record = _run(works(TWO_YEARS, haul=60.0), seed)
    year, hauled = 365 * INFLOW, 365 * 60.0
    old = 365 * 40.0
    exact = {
        "oldest_first": (hauled / year, hauled / (year + min(hauled, old))),
        "newest_first": (hauled / year, hauled / year),
        "at_acceptance": (hauled / year, hauled / (year + min(hauled, old))),
    }
    return _yearly("slow haulage", record, exact)


def _clinker(seed: int) -> list[Case]:
    """Grinding lives on the silo: 20 000 t at 2 000 t/d last ten days of a stop of 30.

    The stock then rises by 100 t/d, and grinding's 120 t/d clear it in 100 days; the silo fills again with
    500 t/d in 40.
    """
    network = works(stops=[(100, 130)], lanes=lanes_of(0.0, earmarked=True), raw_meal_share=0.0)
    record = _run(network, seed)
    silo = np.interp(np.array([100, 110, 130, 170]) * DAY, record.edges, record.silo).tolist()
    return [
        *(
            equal(f"clinker silo on day {day}", exact, level, "t")
            for day, exact, level in zip((100, 110, 130, 170), (20_000, 0, 0, 20_000), silo, strict=True)
        ),
        *_totals("clinker silo empty", record, {("kiln_yard", "peak_stock"): (INFLOW * 20, "t")}),
        equal("clinker silo empty: yard empty", 130 + INFLOW * 20 / 20.0, _emptied(record, 130), "d"),
    ]


# --- what a record says ------------------------------------------------------------------------------------


def _run(network: SlagNetwork, seed: int) -> SlagRecord:
    record = simulate(network, Chance(seed, 0))
    assert isinstance(record, SlagRecord)  # noqa: S101 - a slag network gives one
    return record


def _totals(name: str, record: SlagRecord, exact: dict[tuple[str, str], tuple[float, str]]) -> list[Case]:
    """KPIs over the reported period."""
    layout, outcome = layout_of(record, JUDGEMENT), measure(record, JUDGEMENT, 0)
    return [
        equal(f"{name}: {kpi}", value, float(outcome.totals[layout.keys.index(Key(place, kpi))]), unit)
        for (place, kpi), (value, unit) in exact.items()
    ]


def _yearly(name: str, record: SlagRecord, exact: Mapping[str, tuple[float, ...]]) -> list[Case]:
    """Utilisation rates of every year, by accounting."""
    return [
        equal(
            f"{name}: {accounting.replace('_', ' ')}, year {year + 1}",
            value,
            _year(record, "county", f"utilisation_rate_{accounting}", year),
        )
        for accounting, values in exact.items()
        for year, value in enumerate(values)
    ]


def _year(record: SlagRecord, place: str, kpi: str, year: int) -> float:
    layout, outcome = layout_of(record, JUDGEMENT), measure(record, JUDGEMENT, 0)
    return float(outcome.yearly[layout.yearly_keys.index(Key(place, kpi)), year])


def _stock(record: SlagRecord, day: float) -> float:
    return float(np.interp(day * DAY, record.edges, record.yard.sum(axis=0)))


def _emptied(record: SlagRecord, day: float) -> float:
    """First moment from `day` on at which the yard is empty, d."""
    empty = (record.yard.sum(axis=0) <= 0.0) & (record.edges > day * DAY)
    return float(record.edges[empty.argmax()]) / DAY


def _episodes(record: SlagRecord) -> FloatArray:
    """Lengths of the yard's overflows, d."""
    found = measure(record, JUDGEMENT, 0).episodes
    return np.asarray(found["days"][found["place"] == "kiln_yard"], dtype=np.float64)
