from __future__ import annotations

import math
import warnings
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from matplotlib.path import Path as Path2D
from planner_cases.holes import assert_whole
from planner_cases.synthetic_results import results

from sim.archive import Results
from sim.experiment.beside import beside
from sim.report.page import write_figures, write_report
from sim.report.plots import PLOTS
from sim.report.plots.overflow import DAY_TICKS, ticks_shown
from sim.report.plots.storage_curve import FEW
from sim.report.style import styled
from sim.report.view import Cell, View


@pytest.mark.parametrize(("name", "lang"), [("headline", "zh"), ("history", "en")])
def test_every_letter_of_every_figure_has_a_glyph(name: str, lang: str, tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        drawn = write_figures(View(results(name), lang), tmp_path)
    assert drawn.failures == ()
    for figure in drawn.names:
        assert (tmp_path / f"{figure}.png").read_bytes().startswith(b"\x89PNG")
        assert (tmp_path / f"{figure}.csv").stat().st_size > 20
    assert set(PLOTS).difference(drawn.names) == ({"transfers"} if name != "history" else {"stock_bays"})


@pytest.mark.parametrize("name", ["headline", "history"])
@pytest.mark.parametrize("blank", [("ci_low", "ci_high"), ("ci_high", "p50", "p95", "p_overflow", "mean")])
def test_tables_without_intervals_or_values_still_make_a_report(
    name: str, blank: tuple[str, ...], tmp_path: Path
) -> None:
    found = results(name)
    tables = {
        key: table.assign(**{column: math.nan for column in blank if column in table})
        for key, table in found.tables.items()
    }
    written = write_report(Results(**tables, manifest=found.manifest), tmp_path, "en")
    assert written.failures == ()
    assert_whole(written.page)


def test_equal_tables_give_equal_bytes(tmp_path: Path) -> None:
    for attempt in ("one", "two"):
        write_figures(View(results("single"), "en"), tmp_path / attempt)
    files = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert len(files) > 15
    for name in files:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes(), name


def test_a_figure_without_data_is_left_out() -> None:
    empty = {name: table.iloc[:0] for name, table in results("single").tables.items()}
    view = View(Results(**empty, manifest={"study": results("single").manifest["study"]}), "en")
    with styled():
        assert [name for name, draw in PLOTS.items() if draw(view) is not None] == []


def test_a_narrow_county_does_not_collapse_and_few_of_a_kind_are_not_hidden() -> None:
    found = results("headline")
    county = found.manifest["map"]
    middle = 108.66
    narrow = {
        **county,
        **{
            key: [{**row, "lon": middle + (row["lon"] - middle) / 40} for row in county[key]]
            for key in ("sources", "townships")
        },
        "tours": {},
    }
    narrow["sources"][0] = {**narrow["sources"][0], "type": "only_one"}
    view = View(Results(**found.tables, manifest={**found.manifest, "map": narrow}), "en")
    with styled():
        drawing = PLOTS["map"](view)
    assert drawing is not None
    axes = drawing.figure.axes[0]
    box = axes.get_window_extent()
    assert box.width > 0.9 * box.height
    assert box.width > 0.4 * drawing.figure.bbox.width
    kinds = [one for one in axes.collections if str(one.get_label()).endswith(")")]
    only = next(one for one in kinds if str(one.get_label()).startswith("only one"))
    assert all(only.get_zorder() > one.get_zorder() for one in kinds if one is not only)


@pytest.mark.parametrize("name", sorted(PLOTS))
def test_nothing_of_a_figure_is_cut_off(name: str) -> None:
    with styled():
        drawing = PLOTS[name](View(results("history" if name == "transfers" else "headline"), "en"))
        assert drawing is not None
        figure = drawing.figure
        figure.draw_without_rendering()
        drawn, page = figure.get_tightbbox(), figure.bbox_inches
    assert drawn.x0 >= page.x0 - 0.02
    assert drawn.y0 >= page.y0 - 0.02
    assert drawn.x1 <= page.x1 + 0.02
    assert drawn.y1 <= page.y1 + 0.02


def test_figures_drawn_by_another_process_are_the_same_to_the_byte(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("here", "beside")]
    for folder in folders:
        folder.mkdir()
    pages = [write_report(results("headline"), folders[0], "en")]
    with beside() as start:
        pages.append(write_report(results("headline"), folders[1], "en", start))
    assert pages[0] == pages[1]
    assert pages[0].failures == ()
    here, there = (
        {path.name: path.read_bytes() for path in (folder / "figures").iterdir()} for folder in folders
    )
    assert here == there


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_bays_that_decide_a_verdict_are_drawn_beside_the_sources(lang: str) -> None:
    view = View(results("headline"), lang)
    with styled():
        drawing = PLOTS["overflow"](view)
        assert drawing is not None
        drawing.figure.draw_without_rendering()
        bays = drawing.figure.axes[2]
        assert bays.get_title(loc="left") == view.words("place:collection_point")
        title = bays._left_title.get_window_extent()  # type: ignore[attr-defined]
        assert not any(title.overlaps(text.get_window_extent()) for text in bays.texts)
    shown = drawing.data[drawing.data["kpi"] == "overflow_any"]
    assert set(shown["plan"]) == {"pilot", "pilot_on_call", "mixed"}
    assert set(shown["limit"]) == {0.05}
    assert len(drawing.figure.axes) == 5


@pytest.mark.parametrize("end", DAY_TICKS[3:])
def test_an_axis_of_days_begins_at_zero(end: float) -> None:
    shown = ticks_shown(DAY_TICKS, end, 0.066)
    assert shown[0] == 0
    assert shown[-1] == end
    places = [math.sqrt(tick / end) for tick in shown]
    assert min(b - a for a, b in pairwise(places)) > 0.066
    assert len(shown) >= 4


def test_axes_of_overflow_say_their_scale() -> None:
    with styled():
        drawing = PLOTS["overflow"](View(results("single"), "en"))
    assert drawing is not None
    assert all("square-root" in axes.get_xlabel() for axes in drawing.figure.axes)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_curves_of_bays_name_bay_and_plan_and_say_that_they_count_runs(lang: str) -> None:
    found = results("headline")
    bays = found.storage_curve["place"].str.startswith("collection_point/")
    curves = found.storage_curve.assign(method=bays.map({True: "first_passage", False: "peak"}))
    view = View(Results(**{**found.tables, "storage_curve": curves}, manifest=found.manifest), lang)
    with styled():
        drawing = PLOTS["storage_curve"](view)
        assert drawing is not None
        drawing.figure.draw_without_rendering()
    panels = [axes for axes in drawing.figure.axes if axes.get_title(loc="left")]
    assert len(panels) == 7
    ever = {"en": "runs ever over (%)", "zh": "曾超容的模拟（%）"}[lang]
    assert [axes.get_ylabel() for axes in panels] == [
        ever,
        "",
        "",
        ever,
        "",
        "",
        view.words("axis:overflow_years"),
    ]
    bay = {"en": "Bay for waste oil: Collection point", "zh": "废矿物油分区：集中收集试点"}[lang]
    joint = {"en": " ", "zh": ""}[lang]
    assert panels[0].get_title(loc="left").replace("\n", joint).startswith(bay)
    for axes in panels:
        title = axes._left_title.get_window_extent()  # type: ignore[attr-defined]
        assert title.x1 <= axes.get_window_extent().x1


def test_figures_that_show_the_first_future_alone_name_it() -> None:
    view = View(results("headline"), "en")
    future = "Expressway open + What is recorded is what arises"
    with styled():
        cost, times = PLOTS["cost"](view), PLOTS["vehicle_time"](view)
        assert cost is not None
        assert times is not None
    assert cost.figure.get_suptitle() == future
    titles = [axes.get_title(loc="left") for axes in times.figure.axes]
    assert titles == [f"Receivers' trucks, {future}", f"Vans, {future}", "Kiln"]
    shares = [axes.get_xlabel() for axes in times.figure.axes]
    assert shares == [
        "share of the time on trips (%)",
        "share of scheduled time (%)",
        "share of all time (%)",
    ]


def test_running_cost_has_its_interval_where_the_payers_end() -> None:
    view = View(results("headline"), "en")
    with styled():
        drawing = PLOTS["cost"](view)
    assert drawing is not None
    components, payers = drawing.figure.axes
    assert not components.collections
    found = view.estimate(Cell("pilot", "g69_open+reported"), "cost", "county")
    assert found is not None
    ends = [line.get_segments()[0][:, 0] for line in payers.collections]  # type: ignore[attr-defined]
    assert ends[2] == pytest.approx([found.low / 1000, found.high / 1000])
    totals = drawing.data[drawing.data["part"] == "total"].set_index("plan")
    assert totals.loc["pilot", "ci_high"] == found.high


@pytest.mark.parametrize(
    ("lang", "label"), [("en", "median, 50 % and 90 % of runs"), ("zh", "中位数及50%、90%区间")]
)
def test_the_band_of_a_single_run_is_named_once(lang: str, label: str) -> None:
    with styled():
        drawing = PLOTS["stock_bays"](View(results("single"), lang))
    assert drawing is not None
    assert drawing.figure.axes[0].get_legend_handles_labels()[1] == [label]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_townships_with_the_worst_sites_are_named_first_and_no_name_stands_in_another(lang: str) -> None:
    found = results("headline")
    near = {"name": "Nobody", "name_zh": "无源乡", "lat": 31.94856, "lon": 108.66073, "population": 99999}
    county = found.manifest["map"]
    crowded = {**county, "townships": [near, near, near, near, *county["townships"]]}
    view = View(Results(**found.tables, manifest={**found.manifest, "map": crowded}), lang)
    with styled():
        drawing = PLOTS["map"](view)
        assert drawing is not None
        axes = drawing.figure.axes[0]
        arrow = next(text for text in axes.texts if getattr(text, "arrow_patch", None))
        texts = [text for text in axes.texts if text.get_text()]
        boxes = [text.get_window_extent() for text in texts]
        way = axes.transData.transform([arrow.xyann, arrow.xy])  # type: ignore[attr-defined]
    names = [text.get_text() for text in texts]
    key = "name_zh" if lang == "zh" else "name"
    wanted = {town[key] for town in county["townships"]}
    assert wanted.issubset(names)
    assert names.count(near[key]) < 4
    assert not any(a.overlaps(b) for a, b in combinations(boxes, 2))
    of_townships = [box for name, box in zip(names, boxes, strict=True) if name in wanted]
    assert not any(Path2D(way).intersects_bbox(box, filled=False) for box in of_townships)


def test_a_panel_of_few_curves_has_their_bands_however_many_plans_the_table_has() -> None:
    view = View(results("headline"), "en")
    table = view.comparison("hazardous")
    assert table is not None
    assert len(table.cells) > FEW >= len(table.futures)
    with styled():
        drawing = PLOTS["storage_curve"](view)
    assert drawing is not None
    bays = [axes for axes in drawing.figure.axes if axes.get_title(loc="left").startswith("Bay for")]
    assert bays
    assert all(len(axes.collections) == len(table.futures) for axes in bays)


def test_long_names_of_plans_and_sites_are_not_cut_off_beside_the_worst_sites() -> None:
    found = results("headline")
    titled = {
        name: {**spec, "title": {"en": f"{spec['title']['en']}, as it has been done by everybody since 2018"}}
        for name, spec in found.manifest["scenarios"].items()
    }
    named = [{**one, "township": "Upper and lower Gecheng"} for one in found.manifest["map"]["sources"]]
    manifest = {**found.manifest, "scenarios": titled, "map": {**found.manifest["map"], "sources": named}}
    with styled():
        drawing = PLOTS["worst_sites"](View(Results(**found.tables, manifest=manifest), "en"))
        assert drawing is not None
        drawing.figure.draw_without_rendering()
        assert drawing.figure.get_tightbbox().x1 <= drawing.figure.bbox_inches.x1 + 0.02
