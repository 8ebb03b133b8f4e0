"""Books of the slag chain that do not close are found out, by the name of what is wrong."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from planner_cases.slag_cases import run, works

from sim.record.slag import PER_LANE, STEM, SlagLog, SlagRecord, audit_slag
from sim.units import DAY


@pytest.fixture
def record() -> SlagRecord:
    """Two lanes, one stop, a full yard that sends the rest away."""
    return run(works(share=0.5, yard_keeps=False), (100, 130))


def test_slag_that_is_gone_from_a_yard_is_missed_there_and_in_total(record: SlagRecord) -> None:
    yard = record.yard.copy()
    yard[0, -1] -= 5.0
    short = audit_slag(replace(record, yard=yard))

    assert "yard for raw_meal: 5 t of" in short
    assert "slag: 5 t of 36500 t are not accounted for" in short
    assert "grinding" not in short


def test_slag_that_was_never_generated_is_missed_in_total(record: SlagRecord) -> None:
    assert "slag: " in audit_slag(replace(record, generated=record.generated * 1.01))


def test_a_stock_that_is_wrong_for_a_while_does_not_match_the_time_that_its_mass_waited(
    record: SlagRecord,
) -> None:
    silo = record.silo.copy()
    silo[2] += 1.0

    assert audit_slag(replace(record, silo=silo)).startswith("clinker silo: stock x time is ")


def test_a_stock_below_nothing_is_named(record: SlagRecord) -> None:
    heap = record.heap.copy()
    heap[1, 1] = -0.5

    assert "heap for grinding: stock falls to -0.5 t" in audit_slag(replace(record, heap=heap))


@pytest.mark.parametrize("rate", ["delivered", "used", "made", "sold", "heap_no_outlet", "yard_no_outlet"])
def test_a_negative_rate_is_seen(record: SlagRecord, rate: str) -> None:
    rates = getattr(record, rate).copy()
    rates[..., 0] = -1.0

    assert "slag: a rate is negative" in audit_slag(replace(record, **{rate: rates}))


def test_time_that_is_no_state_of_the_kiln_is_missed(record: SlagRecord) -> None:
    burning = record.burning.copy()
    burning[0] = False

    assert "kiln: -" in audit_slag(replace(record, burning=burning))


def test_stretches_must_tile_the_horizon(record: SlagRecord) -> None:
    for edge, moment in ((0, 1.0), (2, record.edges[1]), (-1, record.edges[-1] - DAY)):
        edges = record.edges.copy()
        edges[edge] = moment

        assert "kiln: its stretches of time do not tile the horizon" in audit_slag(
            replace(record, edges=edges)
        )


def test_a_stretch_too_short_for_a_float_is_left_out() -> None:
    log = SlagLog(1)
    for begin in (0.0, 5.0, 5.0, 9.0):
        log.room()[log.rows] = [begin, *range(1, len(STEM) + len(PER_LANE))]
        log.rows += 1
    columns = log.columns()

    assert columns[0].tolist() == [0.0, 5.0, 9.0]
    assert columns[1].tolist() == [1.0, 1.0, 1.0]


def test_rates_are_summed_up_by_year_as_one_by_one(record: SlagRecord) -> None:
    together = record.by_year(np.array([record.used, record.delivered]))

    assert together.shape == (2, 2, 1)
    assert together[1, 0].tolist() == record.by_year(record.delivered[0]).tolist()
    assert together[0].sum() == pytest.approx(record.moved.used.sum())
