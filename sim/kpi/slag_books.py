"""Books of the slag chain over the reported period: where every tonne and every hour of the kiln went."""

from __future__ import annotations

import numpy as np

from sim.kpi.outcome import Rows
from sim.kpi.slag_rates import used_by_works
from sim.network.slag import TAKES, Takes
from sim.record.slag import KILN_STATES, SlagRecord
from sim.units import HOUR, FloatArray, IntArray


def stock_at(record: SlagRecord, stock: FloatArray, when: IntArray) -> FloatArray:
    """Stock at the instants `when`, s, given at the edges of the stretches."""
    return np.interp(when, record.edges, stock)


def without_outlet(record: SlagRecord) -> FloatArray:
    """Mass sent away for want of room or taken by nobody, t per simulated year."""
    return _sent_away(record) + record.taken_by("nobody")


def mass_books(record: SlagRecord) -> Rows:
    """Mass that came and went: the works' slag, and one row for everyone else who takes waste."""
    horizon = record.network.horizon
    years = len(horizon.reported_years)
    span = np.array([horizon.report_start, horizon.end])
    start, end = stock_at(record, (record.heap + record.yard).sum(axis=0), span).tolist()
    works = {
        "generated_t": record.taken_by("works"),
        "used_t": used_by_works(record) + record.outlet_used,
        "no_outlet_t": _sent_away(record),
    }
    books = [_book("slag", start, end, {word: _total(tonnes, years) for word, tonnes in works.items()})]
    books += [_elsewhere(record, takes, years) for takes in TAKES[1:] if len(record.network.rows_of(takes))]
    streams = np.array([stream for stream, _ in books], dtype=object)
    return {"stream": streams, **{word: np.array([book[word] for _, book in books]) for word in books[0][1]}}


def kiln_hours(record: SlagRecord) -> Rows:
    """Time of the kiln by state; scheduled is what is neither off-peak nor maintenance."""
    hours = np.array([record.kiln_time[state][1:].sum() / HOUR for state in KILN_STATES])
    planned = np.array([state in ("off_peak", "maintenance") for state in KILN_STATES])
    scheduled = hours[~planned].sum()
    shares = np.full(len(hours), np.nan)
    if scheduled > 0.0:
        shares[~planned] = hours[~planned] / scheduled
    return {
        "object": np.full(len(hours), "kiln", dtype=object),
        "state": np.array(KILN_STATES, dtype=object),
        "hours": hours,
        "share_scheduled": shares,
        "share_calendar": hours / hours.sum(),
    }


def _elsewhere(record: SlagRecord, takes: Takes, years: int) -> tuple[str, dict[str, float]]:
    """Book what does not go to the works: used at once, without an outlet, or kept in the pond."""
    came = _total(record.taken_by(takes), years)
    match takes:
        case "elsewhere":
            return _book("slag/elsewhere", 0.0, 0.0, {"generated_t": came, "used_t": came})
        case "nobody":
            return _book("slag/nobody", 0.0, 0.0, {"generated_t": came, "no_outlet_t": came})
        case _:
            return _book(f"slag/{takes}", 0.0, came, {"generated_t": came})


def _book(stream: str, start: float, end: float, moved: dict[str, float]) -> tuple[str, dict[str, float]]:
    words = ("generated_t", "informal_t", "transferred_t", "used_t", "no_outlet_t", "diverted_t")
    flows = {word: moved.get(word, 0.0) for word in words}
    gone = sum(flows.values()) - flows["generated_t"]
    residual = start + flows["generated_t"] - gone - end
    return stream, {"start_t": start, **flows, "end_t": end, "residual_t": residual}


def _total(tonnes: FloatArray, years: int) -> float:
    return float(tonnes[-years:].sum())


def _sent_away(record: SlagRecord) -> FloatArray:
    return record.by_year((record.heap_no_outlet + record.yard_no_outlet).sum(axis=0))
