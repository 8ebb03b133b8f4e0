"""A sensitivity study from question to page, on pretended models with known indices, through the pipeline."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from planner_cases.sensitivity_cases import (
    FACTORS,
    ISHIGAMI_FIRST,
    ISHIGAMI_TOTAL,
    NAMES,
    additive,
    answer,
    ask,
    constant,
    corner,
    sloped,
)

from sim.experiment.sensitivity.question import chains_of, key_of
from sim.experiment.store import open_store
from sim.experiment.sweep import STORE, SweepOptions
from sim.influence import question_of, read_sensitivity, run_question
from sim.scenario.problems import ScenarioError


def kinds(found):
    return {one["kind"] for one in found.manifest["cautions"]}


def by_factor(found, column, kpi="overflow_days"):
    rows = found.indices.query("kpi == @kpi and against == ''").set_index("path")
    return rows.loc[list(NAMES), column].to_numpy()


# --- known indices -----------------------------------------------------------------------------------


def test_sobol_of_ishigami_through_the_pipeline(tmp_path: Path) -> None:
    question = ask(tmp_path, method="sobol", base=128, replications=1)
    found = answer(question, tmp_path / "out")
    assert by_factor(found, "first")[:3] == pytest.approx(ISHIGAMI_FIRST, abs=0.12)
    assert by_factor(found, "total")[:3] == pytest.approx(ISHIGAMI_TOTAL, abs=0.12)
    assert by_factor(found, "total")[3] == 0
    assert list(by_factor(found, "role")) == ["decides", "decides", "decides", "hardly"]
    low, high = by_factor(found, "total_low")[:3], by_factor(found, "total_high")[:3]
    assert ((low <= ISHIGAMI_TOTAL) & (high >= ISHIGAMI_TOTAL)).all()


def test_luck_is_taken_out_of_indices_and_reported(tmp_path: Path) -> None:
    question = ask(tmp_path, method="sobol", base=128, replications=4)
    found = answer(question, tmp_path / "out", additive, common=20.0, own=2.0)
    assert by_factor(found, "total") == pytest.approx((16 / 21, 4 / 21, 1 / 21, 0), abs=0.12)
    row = found.noise.query("kpi == 'overflow_days' and design == 'sobol'").iloc[0]
    assert row["variance_assumptions"] == pytest.approx(21 / 12, rel=0.2)
    assert row["variance_interplay"] == pytest.approx(4 / 12, rel=0.2)
    assert "comes from the assumptions" in found.answer


def test_morris_screens_and_sobol_looks_at_what_matters(tmp_path: Path) -> None:
    found = answer(ask(tmp_path, base=64, replications=2), tmp_path / "out", additive, common=3.0)
    assert found.manifest["chosen"] == list(NAMES[:3])
    assert by_factor(found, "mu_star") == pytest.approx((4, 2, 1, 0), abs=1e-6)
    assert by_factor(found, "total")[:3] == pytest.approx((16 / 21, 4 / 21, 1 / 21), abs=0.06)
    assert list(by_factor(found, "role")) == ["decides", "decides", "adds", "none"]
    assert "is decided by `generation.level_factor` (7" in found.answer
    assert "Of 4, 1 do nothing at all" in found.answer


def test_what_each_assumption_does_alone_stands_in_swings_with_paired_intervals(tmp_path: Path) -> None:
    found = answer(ask(tmp_path, method="morris"), tmp_path / "out", additive, common=3.0)
    first = found.swings.query("path == 'generation.level_factor'")
    assert list(first["value"]) == ["0.5", "2"]
    assert first["change"].to_numpy() == pytest.approx((-4 / 3, 8 / 3))  # from a third of its range
    assert (first["change_high"] - first["change_low"]).max() < 1e-6  # common luck cancels
    assert first["base_mean"].iloc[0] == pytest.approx(0.5 * 7 + 1.5, abs=1.0)
    assert (found.folder / "figures" / "tornado.svg").is_file()
    assert (found.folder / "figures" / "heat_map.png").is_file()


def test_an_influence_that_luck_explains_is_called_luck(tmp_path: Path) -> None:
    found = answer(ask(tmp_path, method="morris", trajectories=6), tmp_path / "out", additive, own=0.5)
    assert by_factor(found, "mu_star")[3] > 0
    assert by_factor(found, "role")[3] == "luck"


def test_only_as_many_as_asked_for_are_looked_at_closely_and_that_is_said(tmp_path: Path) -> None:
    found = answer(ask(tmp_path, most=1, base=32), tmp_path / "out", additive)
    assert found.manifest["chosen"] == [NAMES[0]]
    assert "3 assumptions matter; the 1 that matter most" in found.answer


# --- the order of plans ------------------------------------------------------------------------------


def two_plans(folder: Path, out: Path, apart: float, **asked: object):
    """The tiny pilot, lower than the other plan by `apart`, and what its first factor adds to that."""
    question = ask(folder, against="tiny/long_haul", method="morris", **asked)

    def odd(point, shares):
        if point.base.scenario == "tiny/long_haul":
            return {"model": partial(constant, 5.0)}
        return {"model": partial(sloped, 5.0 - apart, 4.0)}

    return answer(question, out, odd=odd, common=3.0)


def test_an_assumption_that_turns_the_order_of_plans_is_named(tmp_path: Path) -> None:
    found = two_plans(tmp_path, tmp_path / "out", apart=1.0)
    row = found.order.query("kpi == 'overflow_days'").iloc[0]
    assert row["difference"] == pytest.approx(-1)
    assert row["turned"] > 0
    rows = found.swings.query("against != '' and path == 'generation.level_factor'")
    assert dict(zip(rows["value"], rows["turns"], strict=True)) == {"0.5": "no", "2": "yes"}
    assert "lies lower by 1 d/yr" in found.answer
    assert "Alone, `generation.level_factor` = 2 (+1.67 d/yr) would turn the order." in found.answer


def test_an_order_that_nothing_turns_is_said_to_stand(tmp_path: Path) -> None:
    found = two_plans(tmp_path, tmp_path / "out", apart=3.0)
    assert set(found.swings.query("against != ''")["turns"]) == {"no"}
    assert found.order["turned"].iloc[0] == 0
    assert "None of the 1 looked at closely turns it alone, at an end of its range." in found.answer


def test_the_baseline_of_the_regions_study_is_compared_with_if_nothing_else_is_named(tmp_path: Path) -> None:
    ask(tmp_path)
    root = tmp_path / "scenarios"
    assert question_of("tiny/pilot", root=root).against == "tiny/long_haul"
    assert question_of("tiny/pilot+latent", root=root).against == "tiny/long_haul+latent"
    assert question_of("tiny/long_haul", root=root).against == ""
    assert question_of("tiny/pilot", method="prim", root=root).against == ""


# --- failures ----------------------------------------------------------------------------------------


def test_prim_finds_a_planted_box_and_says_so_in_one_sentence(tmp_path: Path) -> None:
    found = answer(ask(tmp_path, method="prim", points=200, limit=">5"), tmp_path / "out", corner, own=0.1)
    box = found.box.set_index("path")
    assert set(box.index) == set(NAMES[:2])
    assert float(box.loc[NAMES[0], "from"]) == pytest.approx(0.5 + 0.6 * 1.5, abs=0.1)
    assert float(box.loc[NAMES[1], "to"]) == pytest.approx(30, abs=1.5)
    assert (box["coverage"] > 0.9).all()
    assert (box["density"] > 0.9).all()
    assert "fails (overflow days (sources) above 5 d/yr) where `" in found.answer
    assert len(found.peeling) > 5
    assert set(found.points["fails"]) == {"yes", "no"}
    assert (found.folder / "figures" / "failure.png").is_file()


def test_prim_finds_the_future_in_which_it_fails(tmp_path: Path) -> None:
    question = ask(tmp_path, method="prim", points=100, limit=">5", futures=("", "latent"))
    found = answer(
        question, tmp_path / "out", partial(constant, 0.0),
        odd=lambda point, _: {"model": partial(constant, 9.0)} if point.base.future == "latent" else {},
    )  # fmt: skip
    assert found.box[["path", "values"]].to_numpy().tolist() == [["future", "latent"]]
    assert (found.box["coverage"].iloc[0], found.box["density"].iloc[0]) == (1, 1)


def test_filtering_names_what_tells_failures_apart(tmp_path: Path) -> None:
    found = answer(ask(tmp_path, method="regional", points=150, limit=">5"), tmp_path / "out", corner)
    telling = found.indices.query("role == 'decides'")
    assert set(telling["path"]) == set(NAMES[:2])
    assert "`generation.level_factor` is higher (median" in found.answer
    assert (found.folder / "figures" / "split.png").is_file()


def test_the_tolerance_of_the_study_is_the_limit_unless_one_is_named(tmp_path: Path) -> None:
    found = answer(ask(tmp_path, method="regional", points=64), tmp_path / "out", corner)
    assert found.manifest["limit"] == {"value": 2.0, "at_least": False}
    with pytest.raises(ScenarioError, match="sets no limit for it"):
        answer(ask(tmp_path, "cost@county", method="prim", points=64), tmp_path / "out", corner)


def test_a_plan_that_never_fails_is_said_not_to(tmp_path: Path) -> None:
    found = answer(ask(tmp_path, method="prim", points=64, limit=">50"), tmp_path / "out", corner)
    assert kinds(found) >= {"never_fails"}
    assert "fails at none of 64 points" in found.answer
    assert found.box.empty


# --- guards ------------------------------------------------------------------------------------------


def test_a_constant_output_is_explained_and_has_no_indices(tmp_path: Path) -> None:
    found = answer(ask(tmp_path), tmp_path / "out", partial(constant, 0.0))
    assert kinds(found) >= {"constant", "nothing_matters"}
    assert "is 0 in every run at every point" in found.answer
    assert found.indices.query("kpi == 'overflow_days'")[["mu_star", "total"]].isna().all(axis=None)


def test_points_without_a_value_are_counted_and_left_out(tmp_path: Path) -> None:
    lost = {"missing": True}
    question = ask(tmp_path, method="sobol", base=64)
    found = answer(question, tmp_path / "few", odd=lambda p, s: lost if p.number in (70, 300) else {})
    assert "missing" in kinds(found)
    assert by_factor(found, "total")[:3] == pytest.approx(ISHIGAMI_TOTAL, abs=0.3)
    many = answer(question, tmp_path / "many", odd=lambda p, s: lost if p.number % 3 == 0 else {})
    assert "many_missing" in kinds(many)
    assert "more than a fifth" in many.answer
    assert by_factor(many, "total").tolist() == pytest.approx([np.nan] * 4, nan_ok=True)
    none = answer(question, tmp_path / "none", odd=lambda p, s: lost)
    assert "nothing" in kinds(none)


def test_failed_runs_are_told_with_their_reason_and_the_rest_counts(tmp_path: Path) -> None:
    question = ask(tmp_path, method="morris", trajectories=6)
    found = answer(question, tmp_path / "out", additive, odd=lambda p, s: {"broken": p.number == 3})
    assert "ValueError: no road" in found.failures[0]
    assert "no road" in found.answer
    assert by_factor(found, "mu_star") == pytest.approx((4, 2, 1, 0), abs=1e-6)


def test_one_replication_is_said_to_tell_no_luck_and_identical_ones_are_noticed(tmp_path: Path) -> None:
    one = answer(ask(tmp_path, method="morris", replications=1), tmp_path / "one", additive)
    assert "one_replication" in kinds(one)
    question = ask(tmp_path, method="morris")

    found = answer(question, tmp_path / "same", additive, costs_vary=False)
    assert "identical" in kinds(found)
    assert found.answer.count("identical to the bit") == 1


def test_too_few_points_are_said_to_be_few(tmp_path: Path) -> None:
    found = answer(ask(tmp_path, trajectories=2, base=8), tmp_path / "out", additive)
    assert kinds(found) >= {"few_trajectories", "few_rows"}


def test_an_index_outside_0_to_1_beyond_its_interval_is_not_passed_over(tmp_path: Path) -> None:
    from sim.experiment.sensitivity.cautions import of_indices
    from sim.experiment.sensitivity.question import Output
    from sim.experiment.sensitivity.sobol import Indices

    one = np.array([-0.5])
    odd = Indices(one, one - 0.1, one + 0.1, one + 2, one + 1.9, one + 2.1, one, 1.0, 64)
    told = list(of_indices(Output(key_of("overflow_days@sources")), ("a.b",), odd))
    assert [(item.kind, item.values["which"]) for item in told] == [
        ("outside", "first"),
        ("outside", "total"),
    ]
    assert {item.kind for item in of_indices(told[0].output, ("a",), replace(odd, variance=0.0))} == {
        "no_variance"
    }


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"kpi": "overflow_dais@sources"}, "did you mean overflow_days"),
        ({"kpi": "overflow_days"}, "names no place"),
        ({"kpi": "overflow_days@sorces"}, "did you mean sources"),
        ({"method": "sobl"}, "did you mean sobol"),
        ({"limit": "much"}, "is no limit"),
        ({"base": 60}, "no power of two"),
        ({"where": ["generation.level_factor >= 1"]}, "vary independently"),
        ({"futures": ("", "latent")}, "indices are of one future"),
        ({"vary": ["generation.level=1:2"]}, "did you mean generation.level_factor"),
    ],
)
def test_what_cannot_be_is_told_with_what_to_do(tmp_path: Path, asked: dict, said: str) -> None:
    with pytest.raises(ScenarioError) as told:
        answer(ask(tmp_path, **asked), tmp_path / "out")
    assert said in " ".join(map(str, told.value.problems))


def test_a_kpi_is_computed_from_its_half_of_the_scenario_only() -> None:
    assert chains_of((key_of("overflow_probability@sources"),)) == "hazardous"
    assert chains_of((key_of("overflow_days@collection_point/waste_oil"),)) == "hazardous"
    assert chains_of((key_of("overflow_days@kiln_yard"),)) == "slag"
    assert chains_of((key_of("overflow_days@kiln_yard"), key_of("cost@county"))) == "both"


# --- on disk -----------------------------------------------------------------------------------------


def test_nothing_is_computed_twice_and_the_same_bytes_are_written(tmp_path: Path) -> None:
    question = ask(tmp_path, base=32)
    first = answer(question, tmp_path / "out", additive, own=0.1)
    second = answer(question, tmp_path / "out", additive, own=0.1)
    assert first.manifest["runs_computed"] > 0
    assert second.manifest["runs_computed"] == 0
    assert first.folder != second.folder
    for path in first.folder.rglob("*.*"):
        if path.name != "manifest.json":
            assert path.read_bytes() == (second.folder / path.relative_to(first.folder)).read_bytes(), path
    with open_store(first.folder.parent / STORE) as store:
        assert store.count() == first.manifest["runs_computed"]


def test_more_trajectories_keep_the_runs_there_are(tmp_path: Path) -> None:
    answer(ask(tmp_path, method="morris"), tmp_path / "out", additive)
    more = answer(ask(tmp_path, method="morris", trajectories=5), tmp_path / "out", additive)
    assert more.manifest["runs_computed"] == 5 * 4


def test_a_study_can_be_read_back(tmp_path: Path) -> None:
    found = answer(ask(tmp_path, base=32), tmp_path / "out", additive)
    again = read_sensitivity(found.folder.parent)
    assert again.folder == found.folder
    assert again.indices.equals(found.indices)
    assert again.answer == found.answer


def test_the_page_speaks_chinese_too(tmp_path: Path) -> None:
    found = answer(ask(tmp_path, base=32), tmp_path / "out", additive, lang="zh")
    assert "哪些假设起决定作用" in found.answer
    assert "is decided" not in found.answer


def test_saying_no_to_the_estimate_runs_nothing(tmp_path: Path) -> None:
    guesses = []

    def refuse(guess):
        guesses.append(guess)
        return False

    question = replace(ask(tmp_path), base=32)
    assert run_question(question, SweepOptions(1, tmp_path / "out", quiet=True), agree=refuse) is None
    at_most = 4 * 5 + (1 + 2 * len(FACTORS)) + 32 * 6
    assert guesses[0].points == at_most
    assert list((tmp_path / "out").glob("*/2*")) == []
