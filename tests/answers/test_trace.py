from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from planner_cases.regions import write_tiny_region

import sim
from sim.answers.line import overflow_lines
from sim.answers.slag_story import _phases
from sim.answers.trace import UnknownPlaceError
from sim.chance.chance import Chance
from sim.chance.kiln_stops import KilnStops
from sim.experiment.pieces import Reported
from sim.experiment.replicate import prepare, run_one
from sim.experiment.runner import Engine, Finished, Options, run_study
from sim.scenario.load import study_of
from sim.units import DAY

SEED, REPLICATION = 5, 2
CROWDED = "chengkou/mixed+g69_open+waste_x3"


@pytest.fixture(scope="module")
def told() -> pd.DataFrame:
    return sim.trace(CROWDED, replication=REPLICATION, seed=SEED)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    options = Options(REPLICATION + 1, SEED, 1, tmp_path_factory.mktemp("out"), quiet=True)
    engine = Engine(prepare, Chance, run_one)
    return run_study(study_of([CROWDED]), options, engine, lambda results, folder: Reported(""))


def test_the_episodes_told_are_those_of_the_same_replication_of_a_run(
    told: pd.DataFrame, run: Finished
) -> None:
    episodes = run.episodes[run.episodes["replication"] == REPLICATION]
    assert len(episodes) > 50
    begins = told[told["event"] == "overflow_begins"]
    assert sorted(zip(begins["place"], begins["when"], strict=True)) == sorted(
        zip(episodes["place"], episodes["start"], strict=True)
    )
    ended = episodes[episodes["end"] < "2031"]
    ends = told[told["event"] == "overflow_ends"]
    assert sorted(zip(ends["place"], ends["when"], ends["mass_t"], strict=True)) == sorted(
        zip(ended["place"], ended["end"], ended["peak_excess_t"], strict=True)
    )


def test_trucks_and_vans_bring_what_was_handed_over(told: pd.DataFrame, run: Finished) -> None:
    values = run.replications[run.replications["replication"] == REPLICATION]
    handed = values[(values["kpi"] == "transferred") & (values["place"] == "county")]["value"].iloc[0]
    accepted = told[told["event"].isin(["accepted", "cleaned"])]["mass_t"].sum() / 5
    assert accepted == pytest.approx(handed, rel=0.03)


def test_a_story_is_in_order_of_date_within_the_reported_years_and_begins_with_notes(
    told: pd.DataFrame,
) -> None:
    assert list(told.columns) == ["when", "place", "event", "text", "mass_t"]
    assert told["when"].is_monotonic_increasing
    assert told["when"].iloc[0] == "2026-01-01T00:00:00"
    assert told["when"].iloc[-1] < "2031"
    assert told["event"].iloc[0] == "note"
    assert f"seed {SEED}, replication {REPLICATION}, years 2026-2030" in told["text"].iloc[0]


def test_a_story_tells_of_every_actor(told: pd.DataFrame) -> None:
    assert {
        "called", "decided", "left", "collected", "missed", "back", "accepted", "campaign", "ordered",
        "loaded", "turned_away", "cleaned", "road_closed", "overflow_begins", "kiln_stops", "kiln_burns",
        "silo_empty", "year_end",
    } <= set(told["event"])  # fmt: skip


def test_year_and_place_keep_the_notes_and_what_belongs_to_them(told: pd.DataFrame) -> None:
    kiln = sim.trace(CROWDED, replication=REPLICATION, seed=SEED, year=2027, place="kiln", lang="zh")
    assert set(kiln["place"]) == {"county", "kiln"}
    assert list(kiln[kiln["place"] == "county"]["event"]) == ["note"]
    assert kiln["when"].iloc[1:].str.startswith("2027-").all()
    expected = told[(told["place"] == "kiln") & told["when"].str.startswith("2027-")]
    assert list(kiln["event"].iloc[1:]) == list(expected["event"])
    assert "停窑" in " ".join(kiln["text"])
    store = next(place for place in told["place"] if place.startswith("site:") and "/" in place)
    name = store.removeprefix("site:").partition("/")[0]
    site = sim.trace(CROWDED, replication=REPLICATION, seed=SEED, place=name)
    assert set(site["place"]) > {f"site:{name}", store}


def test_a_place_or_year_that_is_not_told_of_is_an_error(tmp_path: Path) -> None:
    root = write_tiny_region(tmp_path)
    with pytest.raises(UnknownPlaceError, match="did you mean kiln_yard"):
        sim.trace("tiny/long_haul", place="kiln_yrad", root=root)
    with pytest.raises(UnknownPlaceError, match="1999"):
        sim.trace("tiny/long_haul", year=1999, root=root)


def test_the_years_of_a_study_may_be_told(tmp_path: Path) -> None:
    root = write_tiny_region(tmp_path)
    table = sim.trace("tiny/pilot", study="mini", root=root)
    assert table.equals(sim.trace("tiny/pilot", study="mini", root=root))
    assert "tiny/pilot" in table["text"].iloc[0]


def test_each_stop_of_the_kiln_has_its_reason() -> None:
    off_peak, maintenance = np.zeros(40, dtype=np.bool_), np.zeros(40, dtype=np.bool_)
    off_peak[5:10] = True
    maintenance[10:12] = True
    stops = KilnStops(
        not_burning=np.array([[5, 13], [20, 22]]) * DAY,
        planned=np.array([[5, 13]]) * DAY,
        off_peak=off_peak,
        maintenance=maintenance,
    )
    assert [(begin // DAY, end // DAY, state) for begin, end, state in _phases(stops, 40 * DAY)] == [
        (5, 10, "off_peak"),
        (10, 12, "maintenance"),
        (12, 13, "restart"),
        (20, 22, "unplanned"),
    ]


def test_an_episode_that_lasts_beyond_the_end_only_begins() -> None:
    rows = {
        "place": np.array(["kiln_yard"]),
        "start": np.array([10]),
        "end": np.array([100]),
        "days": np.array([1.0]),
        "peak_excess_t": np.array([2.0]),
        "cause": np.array(["market"]),
    }
    assert [line.event for line in overflow_lines(rows, 100)] == ["overflow_begins"]
    assert [line.event for line in overflow_lines(rows, 101)] == ["overflow_begins", "overflow_ends"]
