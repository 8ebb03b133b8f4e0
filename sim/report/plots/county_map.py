"""The county: sources by type, tours by zone, the road out, the cement works."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.path import Path
from matplotlib.patheffects import withStroke
from matplotlib.transforms import Bbox

from sim.report.plots.worst_sites import cells_of_interest
from sim.report.style import FAINT, INK, Drawing, colour, lay_out, legend_below, marker, new_figure, note
from sim.report.view import View
from sim.report.worst import worst_names
from sim.units import FloatArray

KM_PER_DEGREE = 111.2
"""Kilometres per degree of latitude on a sphere of 6371 km."""

WayOut = tuple[tuple[float, float], tuple[float, float]]
"""Longitude and latitude of both ends of the arrow out of the county."""

CROWDED, FEW = 12, 10
"""So many sources of a township hide each other; of so few of a kind, each is drawn larger."""

WIDER, SHARES, LEAST_KM = 1.15, (2.1, 1.0), 2.0
"""Width of the map over its height; widths of the map and of the closer view; least height of a view, km."""

SYMBOL = 11.0
"""Half of what the symbol of a place takes, dots."""

AROUND = (
    (0, -6, "center", "top"),
    (0, 6, "center", "bottom"),
    (7, 0, "left", "center"),
    (-7, 0, "right", "center"),
    (7, -9, "left", "top"),
    (-7, -9, "right", "top"),
    (7, 9, "left", "bottom"),
    (-7, 9, "right", "bottom"),
)
"""Where a township's name may stand: points right of it and above it, and how the name is aligned there."""


def draw(view: View) -> Drawing | None:
    """Map for hazardous plans, its scale true at the county's middle: longitude drawn cos(lat) as wide."""
    county: Mapping[str, Any] = view.manifest.get("map") or {}
    sources = pd.DataFrame(county.get("sources", []))
    if sources.empty or view.comparison("hazardous") is None:
        return None
    crowd = _crowd(sources)
    figure = new_figure(5.6)
    shares = SHARES[:1] if crowd.empty else SHARES
    axes, *others = figure.subplots(1, len(shares), squeeze=False, width_ratios=shares)[0]
    middle = float(sources["lat"].mean())
    places = _places(view)
    _draw_all(axes, view, county, sources, places)
    axes.margins(0.08)
    axes.autoscale_view()
    _widen(axes, middle, WIDER)
    way_out = _draw_way_out(axes, view, places)
    _draw_scale(axes, middle)
    for closer in others:
        _draw_all(closer, view, county, sources, places)
        _draw_closer(axes, closer, view, crowd, middle)
    if county.get("tours"):
        note(
            axes, view.words("map:straight"), (1, 0), "axes fraction", xytext=(-4, 4), ha="right", va="bottom"
        )
    axes.set_xlabel(view.words("axis:lon"))
    axes.set_ylabel(view.words("axis:lat"))
    axes.grid(visible=False)
    legend_below(figure, axes)
    lay_out(figure)
    axes.apply_aspect()
    symbols = np.array([(lon, lat) for key, (lat, lon) in places.items() if key != "town"]).reshape(-1, 2)
    townships = _by_weight(view, county.get("townships", []), sources)
    _draw_townships(axes, view, townships, symbols, way_out)
    return Drawing(figure, sources)


def _draw_all(
    axes: Axes, view: View, county: Mapping[str, Any], sources: pd.DataFrame,
    places: Mapping[str, tuple[float, float]],
) -> None:  # fmt: skip
    _draw_tours(axes, view, county.get("tours") or {})
    _draw_sources(axes, view, sources)
    _draw_places(axes, view, places)


def _crowd(sources: pd.DataFrame) -> pd.DataFrame:
    """Sources of the township that has most, if they would hide each other on a map of all."""
    own = sources[sources["township"] == sources["township"].mode().iat[0]]
    spread = [float(np.ptp(own[name]) / max(np.ptp(sources[name]), 1e-9)) for name in ("lon", "lat")]
    return own if len(own) >= CROWDED and max(spread) < 0.5 else own[:0]


def _draw_closer(whole: Axes, axes: Axes, view: View, crowd: pd.DataFrame, middle: float) -> None:
    """Make a panel show the crowded township, and frame that on the map of all."""
    axes.set_xlim(crowd["lon"].min(), crowd["lon"].max())
    axes.set_ylim(crowd["lat"].min(), crowd["lat"].max())
    axes.margins(0)
    for low, high, settle in ((*axes.get_xlim(), axes.set_xlim), (*axes.get_ylim(), axes.set_ylim)):
        settle(low - 0.12 * (high - low), high + 0.12 * (high - low))
    _widen(axes, middle, 0.6)
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    whole.plot([west, east, east, west, west], [south, south, north, north, south], color=INK, linewidth=0.6)
    axes.set(xticks=[], yticks=[], title=view.words("map:closer", name=_township(view, crowd)))
    _draw_scale(axes, middle)


def _township(view: View, crowd: pd.DataFrame) -> str:
    name = str(crowd["township"].iat[0])
    towns = view.manifest["map"].get("townships", [])
    key = "name_zh" if view.words.lang == "zh" else "name"
    return next((str(town.get(key) or name) for town in towns if town["name"] == name), name)


def _widen(axes: Axes, latitude: float, shape: float) -> None:
    """Draw true to scale, and see so much more in one direction that the room is filled in both."""
    cosine = math.cos(math.radians(latitude))
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    high = max(north - south, (east - west) * cosine / shape, LEAST_KM / KM_PER_DEGREE)
    wide = max(east - west, high * shape / cosine)
    axes.set_xlim((west + east - wide) / 2, (west + east + wide) / 2)
    axes.set_ylim((south + north - high) / 2, (south + north + high) / 2)
    axes.set_aspect(1 / cosine)


def _draw_tours(axes: Axes, view: View, tours: Mapping[str, Sequence[Sequence[float]]]) -> None:
    for number, (zone, points) in enumerate(sorted(tours.items())):
        lat, lon = np.array(points, dtype=float).reshape(-1, 2).T
        name = view.words(f"zone:{zone}", default=zone.replace("_", " "))
        axes.plot(lon, lat, color=colour(number), linewidth=3, alpha=0.3, zorder=1, solid_capstyle="round",
                  label=view.words("tour", zone=name))  # fmt: skip


def _draw_sources(axes: Axes, view: View, sources: pd.DataFrame) -> None:
    titles = view.any_spec.get("source_types", {})
    for number, (kind, own) in enumerate(sources.groupby("type", sort=True)):
        above, size = 3 + 1 / (1 + len(own)), 26 if len(own) < FEW else 14  # many must not hide few
        title = view.words.pick(titles[kind]["title"]) if kind in titles else str(kind).replace("_", " ")
        axes.scatter(own["lon"], own["lat"], s=size, marker=marker(number), color=colour(number),
                     edgecolors="white", linewidths=0.4, zorder=above,
                     label=f"{title} ({len(own)})")  # fmt: skip


def _places(view: View) -> dict[str, tuple[float, float]]:
    """Latitude and longitude of collection point, works, gate and the receivers' town, where known."""
    spec = view.any_spec
    roads = spec.get("roads", {})
    entries = {
        "collection_point": spec.get("collection_point"), "works": spec.get("kiln"),
        "gate": roads.get("gate"), "town": roads.get("town"),
    }  # fmt: skip
    return {
        key: (float(entry["lat"]), float(entry["lon"]))
        for key, entry in entries.items()
        if entry and "lat" in entry
    }


def _draw_places(axes: Axes, view: View, places: Mapping[str, tuple[float, float]]) -> None:
    for key, symbol, size in (("collection_point", "*", 130), ("works", "s", 55), ("gate", ">", 45)):
        point = places.get(key)
        if point:
            axes.scatter([point[1]], [point[0]], s=size, marker=symbol, color=INK, edgecolors="white",
                         linewidths=0.7, zorder=5, label=view.words(f"map:{key}"))  # fmt: skip


def _by_weight(
    view: View, townships: Sequence[Mapping[str, Any]], sources: pd.DataFrame
) -> list[Mapping[str, Any]]:
    """Townships with one of the worst sites first, then those with sources, each by population."""
    table = view.comparison("hazardous")
    cells = cells_of_interest(view, table) if table else []
    worst = {name for cell in cells for name in worst_names(view, cell)}
    theirs = sources["township"].astype(str)
    first, then = set(theirs[sources["name"].isin(worst)]), set(theirs)
    return sorted(
        townships,
        key=lambda t: (t["name"] not in first, t["name"] not in then, -float(t.get("population", 0))),
    )


def _draw_townships(
    axes: Axes, view: View, townships: Sequence[Mapping[str, Any]],
    symbols: FloatArray, way_out: WayOut | None,
) -> None:  # fmt: skip
    """Names at the first free place around their township; none where all places are taken."""
    key = "name_zh" if view.words.lang == "zh" else "name"
    halo = [withStroke(linewidth=2, foreground="white", alpha=0.8)]
    inside = axes.get_window_extent()
    taken = [text.get_window_extent() for text in axes.texts if text.get_text()]
    taken += [Bbox([at - SYMBOL, at + SYMBOL]) for at in axes.transData.transform(symbols)]
    arrow = None if way_out is None else Path(axes.transData.transform(way_out))
    for town in townships:
        name = axes.annotate(str(town.get(key) or town["name"]), (float(town["lon"]), float(town["lat"])),
                             xytext=(0, 0), textcoords="offset points", fontsize=6.5, color="#444444",
                             zorder=4, path_effects=halo)  # fmt: skip
        for x, y, across, along in AROUND:
            name.set(position=(x, y), horizontalalignment=across, verticalalignment=along)
            box = name.get_window_extent()
            crossed = arrow is not None and arrow.intersects_bbox(box, filled=False)
            within = inside.contains(*box.min) and inside.contains(*box.max)
            if within and not crossed and not any(box.overlaps(other) for other in taken):
                taken.append(box)
                break
        else:
            name.remove()


def _draw_way_out(axes: Axes, view: View, places: Mapping[str, tuple[float, float]]) -> WayOut | None:
    """Arrow from the gate toward the receivers' town, which lies off the map; its two ends."""
    gate, town = places.get("gate"), places.get("town")
    if not gate or not town:
        return None
    cosine = math.cos(math.radians(gate[0]))
    east, north = (town[1] - gate[1]) * cosine, town[0] - gate[0]
    length = math.hypot(east, north) or 1.0
    (south, top) = axes.get_ylim()
    reach = 0.13 * (top - south)
    end = gate[1] + reach * east / length / cosine, gate[0] + reach * north / length
    axes.annotate("", end, (gate[1], gate[0]), zorder=4,
                  arrowprops={"arrowstyle": "-|>", "color": INK, "linewidth": 1.6})  # fmt: skip
    label = view.words("to_town", town=_town_title(view), km=f"{length * KM_PER_DEGREE:.0f}")
    note(axes, label, end, "data", xytext=(0, -4), ha="center", va="top")
    return (gate[1], gate[0]), end


def _town_title(view: View) -> str:
    town = view.any_spec.get("roads", {}).get("town", {})
    return view.words.pick(town["title"]) if "title" in town else view.words("map:town")


def _draw_scale(axes: Axes, latitude: float) -> None:
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    width_km = (east - west) * KM_PER_DEGREE * math.cos(math.radians(latitude))
    length = next(km for km in (50, 20, 10, 5, 2, 1, 0.5) if km < width_km / 4 or km == 0.5)
    degrees = length / (KM_PER_DEGREE * math.cos(math.radians(latitude)))
    x, y = west + 0.03 * (east - west), south + 0.035 * (north - south)
    axes.plot([x, x + degrees], [y, y], color=INK, linewidth=3, solid_capstyle="butt", zorder=6)
    axes.annotate(
        f"{length:g} km", (x + degrees / 2, y), xytext=(0, 3), textcoords="offset points", ha="center"
    )
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)
    axes.set_facecolor("#FBFBF8")
    axes.spines[["top", "right"]].set_visible(True)
    for spine in axes.spines.values():
        spine.set_color(FAINT)
