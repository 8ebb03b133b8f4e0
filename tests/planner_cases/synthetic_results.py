"""Results with plausible numbers and the archive's columns, without running anything."""

from __future__ import annotations

from datetime import date
from functools import cache
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from sim.archive import COLUMNS, Results

PLANS = {
    "long_haul": 0.114,
    "long_haul_early_call": 0.048,
    "pilot": 0.010,
    "pilot_on_call": 0.014,
    "mixed": 0.03,
}
LEVELS = {"g69_open+reported": 1.0, "g69_open+latent": 1.3, "g69_open+waste_x2": 2.4}
CALENDARS = {"off_peak_none": 0, "off_peak_2021": 110, "off_peak_2024": 180, "off_peak_2025": 190}
ROUTES = {"slag_balanced": 0.5, "slag_raw_meal": 0.64}
PRICES = {"price_cny": 350.0, "life_years": 5.0, "floor_cny_per_year": 240.0}
BAYS = {"waste_oil": 6.0, "oily_solids": 2.5, "batteries": 4.5, "lab": 0.6, "paint": 0.3, "other": 1.5}
TYPES = {
    "garage_large": ("Class I and II garage", "一、二类汽车维修企业"),
    "garage_small": ("Class III garage", "三类汽车维修业户"),
    "laboratory": ("Laboratory", "实验室"),
    "maintenance": ("Machine maintenance", "机修点"),
    "petrol_station": ("Petrol station", "加油站"),
}
TITLES = {
    "long_haul": ("Long haul (today)", "跨区长途收运（现状）"),
    "long_haul_early_call": ("Long haul, call at half", "长途收运，半满即报"),
    "pilot": ("Collection point, rounds every 60 days", "集中收集试点，60天一轮"),
    "pilot_on_call": ("Collection point, on call", "集中收集试点，按需上门"),
    "mixed": ("Collection point for small sources only", "小微源进试点，其余长途收运"),
    "g69_open": ("Expressway open", "高速已通车"),
    "g69_dated": ("Expressway opens on its date", "高速按实际日期通车"),
    "reported": ("What is recorded is what arises", "按申报量"),
    "latent": ("Far more arises than is recorded", "含未申报量"),
    "waste_x2": ("Twice the recorded waste", "产生量为申报量的2倍"),
    "off_peak_none": ("No off-peak stops", "无错峰停窑"),
    "off_peak_2021": ("Off-peak days of 2021 (110)", "2021年错峰停窑（110天）"),
    "off_peak_2024": ("Off-peak days of 2024 (180)", "2024年错峰停窑（180天）"),
    "off_peak_2025": ("Off-peak days of 2025 (190)", "2025年错峰停窑（190天）"),
    "slag_balanced": ("Half the slag to raw meal", "矿渣一半入生料"),
    "slag_raw_meal": ("Most slag to raw meal", "矿渣多入生料"),
}
ACCOUNTINGS = {"oldest_first": -0.03, "newest_first": 0.012, "at_acceptance": 0.02}
CAUSES = ("waiting for minimum load", "trigger not reached", "next round not due", "manifest")
N = 200


def text(name: str) -> dict[str, str]:
    """Title in both languages."""
    english, chinese = TITLES[name]
    return {"en": english, "zh": chinese}


def headline_results(first: int = 2026, days: int = 1826) -> Results:
    """The headline study: 5 plans x 3 futures, 4 calendars x 2 routes."""
    slag_futures = [f"{calendar}+{route}" for route, calendar in product(ROUTES, CALENDARS)]
    tables = {
        "hazardous": _table("hazardous", list(PLANS), list(LEVELS), "plans", "long_haul"),
        "slag": _table("slag", ["long_haul"], slag_futures, "futures", slag_futures[0]),
    }
    return _results(tables, first, days)


def single_results() -> Results:
    """One plan, no futures: what `run` makes."""
    tables = {
        "hazardous": _table("hazardous", ["pilot"], [""], "plans", "pilot"),
        "slag": _table("slag", ["pilot"], [""], "plans", "pilot"),
    }
    return _results(tables, 2026, 730)


def history_results() -> Results:
    """Recorded years, one plan in two futures."""
    tables = {
        "hazardous": _table(
            "hazardous",
            ["long_haul"],
            ["g69_dated+reported", "g69_dated+latent"],
            "futures",
            "g69_dated+reported",
        ),
        "slag": _table("slag", ["long_haul"], ["slag_balanced"], "futures", "slag_balanced"),
    }
    results = _results(tables, 2016, 1827)
    recorded = {
        "utilisation_rate": {2016: 0.6842, 2017: 0.8325, 2018: 1.0, 2019: 1.0, 2020: 0.9737},
        "transferred_t": {2018: 14.70, 2019: 23.96, 2020: 14.64},
        "slag_generated_t": {2016: 51300, 2017: 94900, 2018: 73100, 2019: 66200, 2020: 38000},
    }
    return Results(**results.tables, manifest={**results.manifest, "recorded": recorded})


def _table(chain: str, plans: list[str], futures: list[str], vary: str, baseline: str) -> dict[str, Any]:
    title = {
        "hazardous": {"en": "Plans for collecting hazardous waste", "zh": "危险废物收运方案"},
        "slag": {"en": "Off-peak calendars of the kiln", "zh": "水泥窑错峰停窑"},
    }[chain]
    return {
        "chain": chain,
        "title": title,
        "plans": plans,
        "futures": futures,
        "vary": vary,
        "baseline": baseline,
        "primary_kpis": ["overflow_probability@sources", "transferred@county"],
    }


def _results(tables: dict[str, dict[str, Any]], first: int, days: int) -> Results:
    rng = np.random.default_rng(7)
    rows: dict[str, list[tuple[Any, ...]]] = {name: [] for name in COLUMNS}
    cells = []
    for name, table in tables.items():
        for plan, future in product(table["plans"], table["futures"]):
            scenario = f"chengkou/{plan}" + (f"+{future}" if future else "")
            titles = [text(part) for part in future.split("+") if part]
            cells.append(
                {"table": name, "plan": plan, "future": future, "scenario": scenario, "future_titles": titles}
            )
            make = _hazardous if table["chain"] == "hazardous" else _slag
            make(rows, rng, plan, future, first, days)
    frames = {name: pd.DataFrame(rows[name], columns=list(columns)) for name, columns in COLUMNS.items()}
    return Results(**frames, manifest=_manifest(tables, cells, first, days))


def _manifest(
    tables: dict[str, dict[str, Any]], cells: list[dict[str, Any]], first: int, days: int
) -> dict[str, Any]:
    tolerances = {
        "sources_overflow_probability": 0.05,
        "sources_overflow_days": 2,
        "any_bay_overflow_probability": 0.05,
        "yard_overflow_probability": 0.10,
        "utilisation_target": 0.98,
        "utilisation_target_met": 0.90,
        "age_over_limit_share": 0.01,
    }
    title = {"en": "Who overflows, and what helps?", "zh": "谁会爆仓，何种方案有效？"}
    return {
        "study": {
            "title": title,
            "seed": 1,
            "accounting": "oldest_first",
            "tolerances": tolerances,
            "tables": tables,
        },
        "seed": 1,
        "replications": N,
        "years": [first, first + days // 365 - 1],
        "cells": cells,
        "scenarios": {cell["scenario"]: _spec(cell["plan"], cell["future"]) for cell in cells},
        "origins": [
            {
                "path": "slag.raw_meal_share",
                "range": [0.2, 0.65],
                "scenarios": [cell["scenario"] for cell in cells],
            }
        ],
        "map": {"sources": _sources(), "townships": _townships(), "tours": _tours()},
    }


def _spec(plan: str, future: str) -> dict[str, Any]:
    classes = {
        "waste_oil": ("Waste oil", "废矿物油", "drum", 0.17),
        "oily_solids": ("Oily solids", "含油固体", "drum", 0.07),
        "batteries": ("Batteries", "废铅蓄电池", "box", 0.1),
        "lab": ("Laboratory waste", "实验室废物", "box", 0.05),
        "paint": ("Paint and solvents", "涂料与溶剂", "can", 0.02),
        "other": ("Medicines", "药物", "box", 0.1),
    }
    route = next((share for name, share in ROUTES.items() if name in future), 0.5)
    point = {"lat": 31.942, "lon": 108.64, "bays": {name: {"capacity_t": t} for name, t in BAYS.items()}}
    return {
        "title": text(plan),
        "source_types": {name: {"title": {"en": en, "zh": zh}} for name, (en, zh) in TYPES.items()},
        "storage_classes": {
            name: {"title": {"en": en, "zh": zh}, "container": box, "container_t": t, **PRICES}
            for name, (en, zh, box, t) in classes.items()
        },
        "generation": {
            "level_factor": LEVELS.get(future, 1.0),
            "yearly_cv": 0.2,
            "capture_share": {"direct": 1.0, "pilot": 1.0},
        },
        "direct": {"call": {"fill_share": 0.8, "oldest_days": 330}, "max_wait_days": 60},
        "collection_point": None if plan.startswith("long") else point,
        "kiln": {"yard_capacity_t": 5000.0, "raw_meal_limit_t_per_day": 150.0, "lat": 31.93, "lon": 108.60},
        "slag": {"raw_meal_share": route, "yearly_cv": 0.34, "earmarked": True},
        "cement": {"silo_days": 20.0, "slag_share": 0.08},
        "roads": {
            "gate": {"lat": 31.94856, "lon": 108.66073},
            "town": {"lat": 30.82, "lon": 108.38, "title": {"en": "Wanzhou", "zh": "万州"}},
        },
    }


def _sources() -> list[dict[str, Any]]:
    rng = np.random.default_rng(3)
    towns = _townships()
    sources = []
    for number in range(90):
        kind = list(TYPES)[number % 5]
        town = towns[min(int(rng.exponential(5)), len(towns) - 1)]
        lat, lon = rng.normal(0, 0.008, 2)
        name = f"{kind}_{number:02d}"
        sources.append(
            {
                "name": name,
                "name_zh": f"{TYPES[kind][1]}{number:02d}（{town['name_zh']}）",
                "type": kind,
                "township": town["name"],
                "lat": town["lat"] + lat,
                "lon": town["lon"] + lon,
            }
        )
    return sources


def _townships() -> list[dict[str, Any]]:
    known = (
        ("Gecheng", "葛城街道", 31.94856, 108.66073, 22400, "centre"),
        ("Gaoyan", "高燕镇", 31.93566, 108.6199, 11655, "west"),
        ("Xiuqi", "修齐镇", 31.87737, 108.78159, 13874, "east"),
        ("Pingba", "坪坝镇", 31.99823, 108.51737, 10342, "west"),
        ("Miaoba", "庙坝镇", 31.93615, 108.51786, 10342, "west"),
        ("Mingtong", "明通镇", 31.77319, 108.54104, 6437, "south"),
        ("Gaoguan", "高观镇", 31.84905, 108.89081, 7294, "east"),
        ("Bashan", "巴山镇", 32.11162, 108.46732, 10820, "north"),
        ("Xianyi", "咸宜镇", 31.68939, 108.65414, 7232, "south"),
        ("Shuanghe", "双河乡", 31.94216, 108.34821, 7871, "west"),
        ("Dongan", "东安镇", 31.77756, 109.08606, 6834, "east"),
    )
    keys = ("name", "name_zh", "lat", "lon", "population", "zone")
    return [dict(zip(keys, town, strict=True)) for town in known]


def _tours() -> dict[str, list[list[float]]]:
    zones: dict[str, list[list[float]]] = {}
    for town in _townships():
        zones.setdefault(town["zone"], [[31.942, 108.64]]).append([town["lat"], town["lon"]])
    return {zone: [*points, [31.942, 108.64]] for zone, points in zones.items()}


def _summary(
    rows: Any,
    plan: str,
    future: str,
    place: str,
    kpi: str,
    mean: float,
    half: float,
    limit: float = np.nan,
    at_least: bool = False,
) -> None:
    low, high = max(0.0, mean - half), mean + half
    verdict = ""
    if limit == limit:
        good, bad = (low >= limit, high < limit) if at_least else (high <= limit, low > limit)
        verdict = "meets" if good else "fails" if bad else "undecided"
    share = kpi in {"overflow_probability", "overflow_any", "age_over_limit_share", "utilisation_target_met"}
    method = "bootstrap"
    rows["summary"].append(
        (
            "s",
            plan,
            future,
            place,
            kpi,
            "",
            N,
            mean,
            low,
            min(high, 1.0) if share else high,
            method,
            mean - 3 * half,
            mean,
            mean + 3 * half,
            limit,
            verdict,
        )
    )


def _hazardous(rows: Any, rng: np.random.Generator, plan: str, future: str, first: int, days: int) -> None:
    level = LEVELS.get(future, 1.0)
    chance = 1 - (1 - PLANS[plan]) ** (level**2)
    piloted = not plan.startswith("long")
    _summary(rows, plan, future, "sources", "overflow_probability", chance, 0.004 + 0.07 * chance, 0.05)
    over = chance * (12 if piloted else 35) * level
    _summary(rows, plan, future, "sources", "overflow_days", over, 0.1 * over, 2)
    _summary(rows, plan, future, "county", "age_over_limit_share", 0.004 if piloted else 0.016, 0.002, 0.01)
    _summary(rows, plan, future, "sources", "stock_mean", (2.1 if piloted else 7.4) * level, 0.1)
    _summary(rows, plan, future, "sources", "dwell_mean", 29.0 if piloted else 154.0, 1.0)
    _summary(rows, plan, future, "county", "transfer_cycle_mean", 95.0 if piloted else 160.0, 1.0)
    _summary(rows, plan, future, "county", "transferred", 17.8 * level, 0.3)
    _summary(rows, plan, future, "county", "generated", 17.8 * level * (3 if "latent" in future else 1), 0.3)
    _summary(rows, plan, future, "county", "informal", 35.6 * level * ("latent" in future), 0.3)
    _summary(rows, plan, future, "county", "spills", 0.21 if piloted else 0.105, 0.0)
    costs = {
        "direct_haul": 0.0 if piloted else 21000.0 * level,
        "rounds": 88000.0 if piloted else 0.0,
        "haul": 9000.0 * level if piloted else 0.0,
        "disposal": 54000.0 * level,
        "operation": 320000.0 if piloted else 0.0,
    }
    for component, value in costs.items():
        _summary(rows, plan, future, "county", f"cost:{component}", value, 0.03 * value)
    total = sum(costs.values())
    _summary(rows, plan, future, "county", "cost", total, 0.02 * total)
    _summary(rows, plan, future, "county", "cost:generator", 0.4 * total, 100.0)
    _summary(rows, plan, future, "county", "cost:operator", 0.6 * total, 100.0)
    _summary(rows, plan, future, "county", "capital", 60000.0 if piloted else 0.0, 0.0)
    if piloted:
        _summary(rows, plan, future, "collection_point", "overflow_any", 0.0, 0.018, 0.05)
        _summary(rows, plan, future, "collection_point", "licence_utilisation", 0.018 * level, 0.001)
        _summary(rows, plan, future, "collection_point", "stock_mean", 4.1 * level, 0.1)
        _summary(rows, plan, future, "collection_point", "dwell_mean", 62.0, 1.0)
        _summary(rows, plan, future, "vans", "vehicle_utilisation", 0.15, 0.005)
        for replication, place, kpi, value in (
            (0, "collection_point", "licence_utilisation", 0.018 * level),
            (1, "collection_point", "licence_utilisation", 0.019 * level),
            (0, "vans", "vehicle_utilisation", 0.17),
        ):
            rows["replications"].append(("s", plan, future, replication, 1, place, kpi, "1", value))
    _paired(rows, plan, future, chance)
    _sites(rows, rng, plan, future, chance)
    _hazardous_time(rows, plan, future, piloted)
    years = range(first, first + days // 365)
    for year in years:
        rows["years"].append((plan, future, year, "county", "transferred", "t/yr", N, 17.8, 17.2, 18.4))
    for replication, year in product(range(40), years):
        rows["replications"].append(
            (
                "s",
                plan,
                future,
                replication,
                1,
                "county",
                f"transferred:{year}",
                "t/yr",
                rng.normal(17.8, 3.4),
            )
        )
    if piloted:
        for number, (bay, capacity) in enumerate(BAYS.items()):
            saw = (np.arange(days) + 37 * number) % (126 + 10 * number) / 126 * 0.4 * capacity * level
            _bands(rows, plan, future, f"collection_point/{bay}", "stock", saw, 0.12 * capacity, first)
            _curve(rows, plan, future, f"collection_point/{bay}", capacity, 0.3 * level)


def _paired(rows: Any, plan: str, future: str, chance: float) -> None:
    if plan == "long_haul":
        return
    apart = chance - (1 - (1 - PLANS["long_haul"]) ** (LEVELS.get(future, 1.0) ** 2))
    rows["paired"].append(
        (
            "s",
            plan,
            "long_haul",
            future,
            "sources",
            "overflow_probability",
            "1",
            N,
            apart,
            apart - 0.006,
            apart + 0.006,
            1e-4,
            2e-4,
            1.7,
        )
    )


def _sites(rows: Any, rng: np.random.Generator, plan: str, future: str, chance: float) -> None:
    for number, source in enumerate(_sources()):
        over = 60 * chance * np.exp(-number / 9)
        share = min(1.0, 8 * chance * np.exp(-number / 15))
        place = f"site:{source['name']}"
        storage_class = ("waste_oil", "oily_solids", "batteries")[number % 3]
        for at, factor in ((place, 1.0), (f"{place}/{storage_class}", 0.9)):
            _summary(rows, plan, future, at, "overflow_days", factor * over, 0.2 * over + 0.02)
            _summary(rows, plan, future, at, "overflow_probability", factor * share, 0.1 * share)
        for replication in range(3):
            rows["episodes"].append(
                (
                    plan,
                    future,
                    replication,
                    f"{place}/{storage_class}",
                    "2026-03-01T00:00:00",
                    "2026-03-09T00:00:00",
                    8.0,
                    rng.uniform(0.02, 0.25),
                    CAUSES[(number + 2 * (not plan.startswith("long"))) % 4],
                )
            )


def _hazardous_time(rows: Any, plan: str, future: str, piloted: bool) -> None:
    shares = {
        "drive_loaded": 0.05,
        "drive_empty": 0.04,
        "load": 0.03,
        "unload": 0.02,
        "wait": 0.01,
        "rest": 0.0,
        "idle": 0.83,
        "down": 0.02,
        "off_shift": np.nan,
    }
    truck = {"drive_loaded": 0.3, "drive_empty": 0.3, "load": 0.3, "wait": 0.04, "rest": 0.06}
    for name, parts in ((("vans", shares),) if piloted else ()) + (("receivers", truck),):
        for state, share in parts.items():
            rows["time_balance"].append((plan, future, 0, name, state, 2000 * share, share, share / 4))


def _slag(rows: Any, rng: np.random.Generator, plan: str, future: str, first: int, days: int) -> None:
    stop = next((days_ for name, days_ in CALENDARS.items() if name in future), 110)
    share = next((share for name, share in ROUTES.items() if name in future), 0.5)
    chance = min(1.0, (stop / 190) ** 2 * 0.25 * (share / 0.5) ** 3)
    _summary(rows, plan, future, "kiln_yard", "overflow_probability", chance, 0.02 + 0.1 * chance, 0.10)
    _summary(rows, plan, future, "kiln_yard", "overflow_days", 60 * chance, 6 * chance)
    _summary(rows, plan, future, "kiln", "days_off_peak", float(stop), 0.0)
    _summary(rows, plan, future, "kiln", "days_not_burning", stop + 25.0, 0.5)
    _summary(rows, plan, future, "county", "slag_generated", 37960.0, 900.0)
    for name, shift in ACCOUNTINGS.items():
        rate = min(1.0, 0.985 + shift - 0.02 * chance)
        _summary(rows, plan, future, "county", f"utilisation_rate_{name}", rate, 0.003)
        for year in range(first, first + days // 365):
            rows["years"].append(
                (
                    plan,
                    future,
                    year,
                    "county",
                    f"utilisation_rate_{name}",
                    "1",
                    N,
                    rate,
                    rate - 0.005,
                    min(1.0, rate + 0.005),
                )
            )
    for year in range(first, first + days // 365):
        rows["years"].append((plan, future, year, "county", "slag_generated", "t/yr", N, 5e4, 4.9e4, 5.1e4))
    _summary(rows, plan, future, "county", "utilisation_target_met", 0.12, 0.04, 0.90, at_least=True)
    _bands(
        rows,
        plan,
        future,
        "kiln_yard",
        "stock",
        900 + stop * 14 * (1 + np.sin(np.arange(days) / 58)),
        900,
        first,
    )
    stands = ((np.arange(days) % 30) < stop / 12).astype(float)
    _bands(rows, plan, future, "kiln", "not_burning", stands, 0.0, first)
    _curve(rows, plan, future, "kiln_yard", 5000.0, 0.2 + chance)
    parts = {"burning": 1 - (stop + 25) / 365, "off_peak": stop / 365, "restart": 0.03, "unplanned": 0.04}
    for state, part in parts.items():
        rows["time_balance"].append((plan, future, 0, "kiln", state, 8760 * part, np.nan, part))


def _bands(
    rows: Any, plan: str, future: str, place: str, quantity: str, middle: Any, spread: float, first: int
) -> None:
    start = date(first, 1, 1).toordinal()
    for day, value in enumerate(middle[::5] if spread else middle):
        when = date.fromordinal(start + day * (5 if spread else 1)).isoformat()
        edges = [max(0.0, value + spread * q) for q in (-1.0, -0.4, 0.0, 0.5, 1.5)]
        rows["daily_bands"].append((plan, future, when, place, quantity, *edges, 0.0))


def _curve(rows: Any, plan: str, future: str, place: str, capacity: float, scale: float) -> None:
    for size in np.linspace(0, 2 * capacity, 40):
        p = float(np.exp(-size / (scale * capacity)))
        rows["storage_curve"].append(
            (plan, future, place, size, p, 0.9 * p, min(1.0, 1.1 * p), N, "peak", 0.8 * p, min(1.0, 1.2 * p))
        )


MAKERS = {"headline": headline_results, "single": single_results, "history": history_results}


@cache
def results(name: str) -> Results:
    """Results by name, made once."""
    return MAKERS[name]()
