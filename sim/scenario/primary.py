"""KPIs that a study names: `kpi` or `kpi@place`, of the chain that its table simulates."""

from __future__ import annotations

from collections.abc import Collection

from sim.glossary import BAY, KPIS, PARTS, PAYERS, SITE, Chain, kind_of_place
from sim.scenario.problems import suggestion
from sim.scenario.schema import CLASSES
from sim.text import in_key, out_of_key

WRITTEN = {BAY: "collection_point/<class>", SITE: "site:<name>"}
SPLIT = {"cost": PARTS, "capital": PAYERS}
"""KPIs that are also given by part, `cost:<part>`."""


def unknown_kpi(asked: str, chain: Chain, sites: Collection[str]) -> tuple[str, str] | None:
    """What is wrong with a KPI, and a fix; `sites` are the names of sources, none if not known."""
    kpi, at, place = asked.partition("@")
    name, colon, part = kpi.partition(":")
    known = [one for one, what in KPIS.items() if what.places(chain)]
    if name not in known:
        other = f"; the {chain} chain has not got it" if name in KPIS else ""
        return f"there is no KPI {name}{other}", suggestion(name, known)
    if colon and part not in SPLIT.get(name, ()):
        return f"{name} is not given for {part}", suggestion(part, SPLIT.get(name, ()))
    return _unknown_place(name, place, KPIS[name].places(chain), sites) if at else None


def _unknown_place(
    kpi: str, place: str, kinds: tuple[str, ...], sites: Collection[str]
) -> tuple[str, str] | None:
    kind = kind_of_place(place)
    site, slash, storage_class = place.removeprefix("site:").partition("/")
    if kind not in kinds:
        return f"{kpi} is not given at {place}", suggestion(place, [WRITTEN.get(one, one) for one in kinds])
    if kind == SITE and sites and out_of_key(site) not in sites:
        return f"there is no source {site}", suggestion(site, tuple(map(in_key, sites)))
    if kind in (SITE, BAY) and slash and storage_class not in CLASSES:
        return f"there is no storage class {storage_class}", suggestion(storage_class, CLASSES)
    return None
