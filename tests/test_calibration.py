"""The years 2016-2020 of Chengkou against what is recorded of them."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest

from sim.calendars import Horizon
from sim.chance.chance import Chance
from sim.experiment.replicate import Prepared, prepare, run_one
from sim.kpi.outcome import Key
from sim.scenario.load import Study, load_study
from sim.units import FloatArray

REPLICATIONS = 200
pytestmark = pytest.mark.statistical


@dataclass(frozen=True)
class History:
    """Values (replications, years) of a cell, by place and KPI."""

    prepared: Prepared
    outcomes: FloatArray

    def of(self, place: str, kpi: str) -> FloatArray:
        return self.outcomes[:, self.prepared.layout.yearly_keys.index(Key(place, kpi))]


@pytest.fixture(scope="module")
def study() -> Study:
    return load_study("chengkou/history")


@pytest.fixture(scope="module")
def histories(study: Study) -> dict[str, History]:
    return dict(simulate_all(study))


def simulate_all(study: Study) -> Iterator[tuple[str, History]]:
    horizon = Horizon(study.years.first, study.years.last, study.years.warm_up_years)
    chances = [Chance(study.spec.seed, replication) for replication in range(REPLICATIONS)]
    target = study.spec.tolerances.utilisation_target
    for cell in study.cells:
        chain = study.spec.tables[cell.table].chain
        ready = prepare(cell.scenario, chain, horizon, study.spec.accounting, target)
        outcomes = [run_one(ready, chance, number) for number, chance in enumerate(chances)]
        assert not any(outcome.failure for outcome in outcomes)
        yield cell.future, History(ready, np.array([outcome.yearly for outcome in outcomes]))


def recorded(study: Study, quantity: str) -> dict[int, float]:
    rows = study.cells[0].scenario.tables.record
    return {row.year: row.recorded for row in rows if row.quantity == quantity}


def test_the_record_is_that_of_the_plan(study: Study) -> None:
    assert sum(recorded(study, "transferred_t").values()) == pytest.approx(53.3)
    made = [value / 1e4 for value in recorded(study, "slag_generated_t").values()]
    assert made == [5.13, 9.49, 7.31, 6.62, 3.8]
    assert [*recorded(study, "utilisation_rate").values()] == [0.6842, 0.8325, 1.0, 1.0, 0.9737]


@pytest.mark.parametrize("future", ["g69_dated+reported", "g69_dated+latent"])
def test_transfers_of_2018_to_2020_come_out(study: Study, histories: dict[str, History], future: str) -> None:
    record = recorded(study, "transferred_t")
    known = np.array(list(record.values()))
    transfers = histories[future].of("county", "transferred")[:, -len(record) :]
    assert transfers.sum(axis=1).mean() == pytest.approx(known.sum(), rel=0.10)
    low, high = np.quantile(transfers, [0.025, 0.975], axis=0)
    assert (low <= known).all()
    assert (known <= high).all()
    assert ((high - low) / 2 <= 0.45 * transfers.mean(axis=0)).all()


@pytest.mark.parametrize("future", ["g69_dated+reported", "g69_dated+latent"])
def test_the_swing_between_the_recorded_years_is_rare_but_seen(
    study: Study, histories: dict[str, History], future: str
) -> None:
    record = np.array(list(recorded(study, "transferred_t").values()))
    transfers = histories[future].of("county", "transferred")[:, -len(record) :]
    share = (transfers.max(axis=1) / transfers.min(axis=1) >= record.max() / record.min()).mean()
    assert 0.025 <= share <= 0.975


def test_latent_waste_that_is_not_recorded_goes_to_informal_buyers(histories: dict[str, History]) -> None:
    latent, reported = histories["g69_dated+latent"], histories["g69_dated+reported"]
    assert latent.of("county", "informal").mean() == pytest.approx(0.85 * 6.7 * 17.4, rel=0.05)
    assert not reported.of("county", "informal").any()


def test_slag_generated_is_the_record(study: Study, histories: dict[str, History]) -> None:
    made = histories["slag_balanced"].of("county", "slag_generated")
    assert made.mean(axis=0) == pytest.approx([*recorded(study, "slag_generated_t").values()])


@pytest.mark.parametrize(
    ("accounting", "farthest"), [("oldest_first", 0.02), ("newest_first", 0.02), ("at_acceptance", 0.027)]
)
def test_utilisation_rates_lie_near_the_record_under_each_accounting(
    study: Study, histories: dict[str, History], accounting: str, farthest: float
) -> None:
    rates = histories["slag_balanced"].of("county", f"utilisation_rate_{accounting}").mean(axis=0)
    record = np.array(list(recorded(study, "utilisation_rate").values()))
    assert np.abs(rates - record).max() <= farthest


def test_the_two_full_years_need_use_to_be_booked_at_acceptance(histories: dict[str, History]) -> None:
    history = histories["slag_balanced"]
    assert history.of("county", "utilisation_rate_at_acceptance")[:, 2:4] == pytest.approx(1.0)
    assert (history.of("county", "utilisation_rate_oldest_first")[:, 2:4].mean(axis=0) < 1.0).all()


def test_the_unused_tonnes_exceed_what_the_manganese_plant_made(study: Study) -> None:
    made, rate = recorded(study, "slag_generated_t"), recorded(study, "utilisation_rate")
    unused = {year: made[year] * (1 - rate[year]) for year in (2016, 2017)}
    tables = study.cells[0].scenario.tables
    takes = {row.name: row.takes for row in tables.smelters}

    def taken(by: str) -> dict[int, float]:
        rows = [row for row in tables.smelter_history if takes[row.name] == by]
        return {year: sum(row.t for row in rows if row.year == year) for year in unused}

    to_pond, nobody = taken("pond"), taken("nobody")
    assert sum(to_pond.values()) == pytest.approx(29_000)
    assert sum(unused.values()) > sum(to_pond.values())
    for year, tonnes in unused.items():
        assert to_pond[year] + nobody[year] == pytest.approx(tonnes, rel=0.002)
