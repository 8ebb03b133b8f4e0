"""Races between plans on common chance: pencil cases, and the chance of a right choice on known means."""

import numpy as np
import pytest

from sim.experiment.selection import BATCH, Field, Race, Select, Standing, looks
from sim.experiment.stopping import AskedError


def run(race: Race, values: np.ndarray) -> Race:
    for row in values:
        race.add(row)
    return race


def normal(rng: np.random.Generator, means: list[float], n: int, common: float = 1.0) -> np.ndarray:
    """Batch means of plans that share part of their chance."""
    return np.array(means) + common * rng.normal(size=(n, 1)) + rng.normal(size=(n, len(means)))


def test_plans_that_do_not_vary_are_told_apart_after_the_first_stage() -> None:
    race = run(Race(3, zone=0.5, error=0.05), np.tile([3.0, 1.0, 2.0], (25, 1)))
    assert (race.best, race.count) == (1, 20)
    assert race.standings() == [
        Standing("eliminated", 20, 3.0, 1), Standing("best", 20, 1.0), Standing("eliminated", 20, 2.0, 1)
    ]  # fmt: skip


def test_the_largest_may_be_asked_for() -> None:
    assert run(Race(3, 0.5, 0.05, largest=True), np.tile([3.0, 1.0, 2.0], (20, 1))).best == 0


def test_plans_that_are_alike_end_without_a_search_for_nothing() -> None:
    """The difference is always 0: whichever is named, nothing is lost."""
    values = np.random.default_rng(1).random((20, 1)).repeat(2, axis=1)
    race = run(Race(2, 0.01, 0.05), values)
    assert (race.best, race.standings()[1].status) == (0, "behind")


def test_two_plans_by_hand() -> None:
    """At most h^2 S^2 / zone^2 batches: eta = ((2 x 0.05)^(-2/19) - 1) / 2, S^2 = 20/19 x 0.25 for +-0.5."""
    flips = np.resize([0.5, -0.5], 200)
    values = np.stack([flips, np.zeros(200)], axis=1)
    race = run(Race(2, 0.3, 0.05), values)
    eta = (0.1 ** (-2 / 19) - 1) / 2
    most = int(2 * eta * 19 * (0.25 * 20 / 19) / 0.3**2)
    assert race.count == max(20, most + 1)


def test_fewer_batches_are_needed_on_common_chance() -> None:
    rng = np.random.default_rng(2)
    counts = []
    for common in (0.0, 1.0):
        apart = np.sqrt(2 - common**2)
        values = common * rng.normal(size=(5000, 1)) + apart * rng.normal(size=(5000, 3)) + [1, 1, 0]
        counts.append(run(Race(3, 0.25, 0.05), values).count)
    assert counts[1] < counts[0]


def test_a_wider_zone_takes_no_more_batches() -> None:
    values = normal(np.random.default_rng(3), [0.0, 0.1, 0.2], 5000)
    assert run(Race(3, 1.0, 0.05), values).count <= run(Race(3, 0.2, 0.05), values).count


def test_batches_are_taken_whole_and_one_without_a_value_is_left_out() -> None:
    field = Field("t", "", (7, 9), (0, 0), Race(2, 0.1, 0.05))
    totals = np.arange(13.0)[:, None]
    field.feed({7: totals, 9: totals + 1})
    assert (field.race.count, field.taken) == (2, 10)
    gap = totals.copy()
    gap[:] = np.nan
    field = Field("t", "", (7, 9), (0, 0), Race(2, 0.1, 0.05))
    field.feed({7: gap, 9: totals})
    assert field.race.count == 0


def test_how_the_batches_come_in_portions_decides_nothing() -> None:
    values = normal(np.random.default_rng(4), [0.0, 0.3], 400)
    columns = {0: np.repeat(values[:, [0]], BATCH, axis=0), 1: np.repeat(values[:, [1]], BATCH, axis=0)}
    outcomes = []
    for portion in (100, 2000):
        field = Field("t", "", (0, 1), (0, 0), Race(2, 0.1, 0.05))
        for last in range(portion, 2001, portion):
            if field.race.best is None:
                field.feed({cell: column[:last] for cell, column in columns.items()})
        outcomes.append(field.race.standings())
    assert outcomes[0] == outcomes[1]


def test_looks_hold_whole_batches_and_the_budget_the_first_stage() -> None:
    found = looks(1600)
    assert found[0] == 100
    assert found[-1] == 1600
    assert all(look % BATCH == 0 for look in found)
    with pytest.raises(AskedError, match="first stage"):
        looks(99)


@pytest.mark.parametrize(("kpi", "zone"), [("overflow_days", 1), ("cost@county", 0), ("cost@county", -1)])
def test_what_makes_no_sense_is_refused(kpi: str, zone: float) -> None:
    with pytest.raises(AskedError):
        Select(kpi, zone)


def chosen(race_of, draw, times: int) -> list[int]:
    return [run(race_of(), draw()).best for _ in range(times)]


def test_the_best_is_found_when_it_leads_by_the_zone() -> None:
    rng = np.random.default_rng(5)
    found = chosen(lambda: Race(5, 0.5, 0.05), lambda: normal(rng, [0.5, 0.5, 0.0, 0.5, 0.5], 1500), 60)
    assert found.count(2) >= 54


@pytest.mark.statistical
@pytest.mark.parametrize("plans", [2, 5, 10])
@pytest.mark.parametrize("common", [0.0, 2.0])
def test_the_chance_of_a_right_choice_is_kept_in_the_least_favourable_case(plans: int, common: float) -> None:
    """All others lag by exactly the zone."""
    rng = np.random.default_rng(6)
    means = [0.0, *[0.5] * (plans - 1)]
    found = chosen(lambda: Race(plans, 0.5, 0.05), lambda: normal(rng, means, 2000, common), 400)
    assert found.count(0) / 400 >= 0.95 - 3.3 * np.sqrt(0.05 * 0.95 / 400)


@pytest.mark.statistical
def test_what_is_chosen_is_within_the_zone_of_the_best_where_several_are_near_it() -> None:
    rng = np.random.default_rng(7)
    means = [0.0, 0.2, 0.4, 0.6, 1.0]
    found = chosen(lambda: Race(5, 0.5, 0.05), lambda: normal(rng, means, 2000), 400)
    assert sum(means[plan] <= 0.5 for plan in found) / 400 >= 0.95 - 3.3 * np.sqrt(0.05 * 0.95 / 400)


@pytest.mark.statistical
def test_skewed_replications_are_near_enough_to_normal_in_batches() -> None:
    """Exponential replications in batches of five; the rest lag by the zone."""
    rng = np.random.default_rng(8)

    means = np.array([0, 0.2, 0.2, 0.2])

    def draw() -> np.ndarray:
        return means + rng.exponential(1, (2500, BATCH, 4)).mean(axis=1)

    found = chosen(lambda: Race(4, 0.2, 0.05), draw, 300)
    assert found.count(0) / 300 >= 0.95 - 3.3 * np.sqrt(0.05 * 0.95 / 300)
