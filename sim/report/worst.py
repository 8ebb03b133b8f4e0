"""Which sites overflow longest, and what each lacks."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import pandas as pd

from sim.report.view import Cell, View
from sim.text import in_key

REMEDIES = {
    "trigger_not_reached": "earlier_call",
    "waiting_for_minimum_load": "smaller_load",
    "manifest": "earlier_call",
    "next_round_not_due": "more_rounds",
    "single_batch_larger_than_the_room": "container",
    "truck_full_(left_behind)": "more_rounds",
    "no_vehicle_free": "vehicle",
    "container_larger_than_the_vehicle": "larger_vehicle",
    "driver_hours": "vehicle",
    "road_closed": "container",
    "receiver_closed": "container",
    "missed_visit": "container",
    "bay_full": "bay",
    "collection_point_not_open": "opening",
    "not_enrolled": "enrolment",
}
"""What would have helped, by what blocked the next removal."""


@dataclass(frozen=True)
class WorstSite:
    """A site, the class that overflows most there, why, and what it lacks.

    `containers` is how many more containers of that class would have held 95 % of its overflows;
    0 where the episodes do not tell.
    """

    site: str
    title: str
    storage_class: str
    probability: float
    days: float
    days_low: float
    days_high: float
    cause: str
    remedy: str
    containers: int


def worst_sites(view: View, cell: Cell, count: int = 10) -> tuple[WorstSite, ...]:
    """The `count` sites with most overflow days a year; sites that never overflowed are left out."""
    sites = view.rows(view.sites, cell)
    ranked = _ranked(sites, count)
    episodes = view.rows(view.results.episodes, cell)
    return tuple(_describe(view, cell, row, sites, episodes) for row in ranked.itertuples(index=False))


def worst_names(view: View, cell: Cell, count: int = 10) -> tuple[str, ...]:
    """Names of the sites that `worst_sites` describes, in the same order."""
    return tuple(_ranked(view.rows(view.sites, cell), count)["site"].astype(str))


def _ranked(sites: pd.DataFrame, count: int) -> pd.DataFrame:
    whole = sites[(sites["storage_class"] == "") & (sites["kpi"] == "overflow_days") & (sites["mean"] > 0)]
    return whole.sort_values(["mean", "site"], ascending=[False, True], kind="stable").head(count)


def _describe(view: View, cell: Cell, row: Any, sites: pd.DataFrame, episodes: pd.DataFrame) -> WorstSite:
    site = str(row.site)
    own = sites[sites["site"] == site]
    storage_class = _worst_class(own)
    happened = _episodes_of(episodes, site, storage_class)
    cause = str(happened["cause"].mode().iat[0]) if len(happened) else ""
    chance = own.loc[(own["storage_class"] == "") & (own["kpi"] == "overflow_probability"), "mean"]
    return WorstSite(
        site=site,
        title=view.site_titles.get(site, site),
        storage_class=storage_class,
        probability=float(chance.mean()) if len(chance) else math.nan,
        days=float(row.mean),
        days_low=float(row.ci_low),
        days_high=float(row.ci_high),
        cause=cause,
        remedy=REMEDIES.get(cause.strip().lower().replace(" ", "_"), ""),
        containers=_containers(view, cell, storage_class, happened),
    )


def _worst_class(own: pd.DataFrame) -> str:
    by_class = own[(own["storage_class"] != "") & (own["kpi"] == "overflow_days") & (own["mean"] > 0)]
    if by_class.empty:
        return ""
    return str(
        by_class.sort_values(["mean", "storage_class"], ascending=[False, True])["storage_class"].iat[0]
    )


def _episodes_of(episodes: pd.DataFrame, site: str, storage_class: str) -> pd.DataFrame:
    if episodes.empty:
        return episodes
    place = f"site:{in_key(site)}"
    return episodes[episodes["place"].astype(str).isin([place, f"{place}/{storage_class}"])]


def _containers(view: View, cell: Cell, storage_class: str, happened: pd.DataFrame) -> int:
    size = view.spec(cell).get("storage_classes", {}).get(storage_class, {}).get("container_t")
    if not size or happened.empty:
        return 0
    return max(1, math.ceil(float(happened["peak_excess_t"].quantile(0.95)) / float(size) - 1e-9))


def lack(view: View, cell: Cell, site: WorstSite) -> str:
    """What a site lacks, in words: containers, and what would have come earlier."""
    words, parts = view.words, []
    if site.containers:
        entry = view.spec(cell).get("storage_classes", {}).get(site.storage_class, {})
        name = view.words.inside(view.class_title(site.storage_class, cell))
        container = words.container(str(entry.get("container", "")), site.containers)
        parts.append(words("lack:containers", count=site.containers, what=name, container=container))
    elif site.storage_class:
        parts.append(words("lack:room", what=view.words.inside(view.class_title(site.storage_class, cell))))
    if site.remedy and site.remedy != "container":
        parts.append(words(f"lack:{site.remedy}"))
    elif site.cause and not site.remedy:
        parts.append(words.cause(site.cause))
    return words("lack:or").join(parts)
