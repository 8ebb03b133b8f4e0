"""Every KPI's unit, definition and places, in one place that studies, tables, docs and reports read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Chain = Literal["hazardous", "slag"]


@dataclass(frozen=True)
class Definition:
    """What a KPI means, and at which kinds of place each chain gives it."""

    unit: str
    text: str
    hazardous: tuple[str, ...] = ()
    slag: tuple[str, ...] = ()

    def places(self, chain: Chain) -> tuple[str, ...]:
        """Kinds of place of a chain."""
        return self.hazardous if chain == "hazardous" else self.slag


COUNTY, SOURCES, VANS, RECEIVERS = "county", "sources", "vans", "receivers"
POINT, BAY, SITE = "collection_point", "bay", "site"
YARD, HEAPS, KILN, SLAG = "kiln_yard", "smelters", "kiln", "slag"
"""Kinds of place. `bay` is `collection_point/<class>`; `site` is `site:<name>` or `site:<name>/<class>`."""

STORES, STOCKS = (SOURCES, BAY, POINT, SITE), (YARD, HEAPS)
PAYERS = ("generator", "operator", "bureau")
PARTS = (*PAYERS, "direct_haul", "rounds", "haul", "disposal", "operation", "slag_haul")
"""Payers, and components of cost."""

AGE = (
    "Share of the cohort's tonnes that waited longer than the age limit; at the sources from arising, at the "
    "collection point from receipt, in the county from arising to acceptance. The cohort arose in the "
    "reported period but its last 365 days; what is still waiting counts with the time waited so far."
)
_RATE = "Used / (generated this year + used stock of earlier years); "

KPIS: dict[str, Definition] = {
    "overflow_probability": Definition(
        "1", "Share of years (of place-years for a group) with at least one overflow.", STORES, STOCKS
    ),
    "overflow_days": Definition(
        "d/yr",
        "Days with unmet demand for room: time above capacity, or calendar days on which a bay turned "
        "waste away; for a group the mean per place.",
        STORES,
        STOCKS,
    ),
    "overflow_tonne_days": Definition(
        "t d/yr", "Integral of the stock above capacity; for a group the sum.", STORES, STOCKS
    ),
    "unmet": Definition(
        "t/yr",
        "Mass turned away or sent away for want of room, counted at each attempt: a drum that a full bay "
        "turns away twice counts twice.",
        (BAY, POINT),
        STOCKS,
    ),
    "peak_stock": Definition("t", "Largest stock; for a group the largest of its total.", STORES, STOCKS),
    "storage_utilisation": Definition("1", "Time-mean stock / capacity.", STORES, STOCKS),
    "stock_mean": Definition("t", "Time-mean stock.", (SOURCES, POINT), STOCKS),
    "stock_end": Definition(
        "t", "Stock and loads under way at the end of the period.", (COUNTY,), (HEAPS, YARD, SLAG)
    ),
    "cost": Definition(
        "CNY/yr",
        "Cost without capital; `cost:x` is that of payer or component x, after fees.",
        (COUNTY,),
        (SLAG,),
    ),
    "capital": Definition(
        "CNY/yr",
        "Yearly capital cost with containers and their floor; receivers' trucks by the working days in use.",
        (COUNTY,),
    ),
    "co2": Definition("kg/yr", "CO2 of all vehicle kilometres.", (COUNTY,)),
    "overflow_any": Definition(
        "1", "Share of years in which at least one place of the group overflowed.", (SOURCES, POINT)
    ),
    "licence_utilisation": Definition(
        "1",
        "Received (by receivers: accepted) tonnes / licensed tonnes of the same time.",
        (POINT, RECEIVERS),
    ),
    "age_over_limit_share": Definition("1", AGE, (SOURCES, POINT, COUNTY)),
    "dwell_mean": Definition(
        "d", "Mean wait of the cohort's tonnes in this place; a year's cohort arose in it.", (SOURCES, POINT)
    ),
    "dwell_p95": Definition(
        "d", "Wait in this place that 95 % of the cohort's tonnes do not exceed.", (SOURCES, POINT)
    ),
    "handover_over_limit_share": Definition(
        "1",
        "Share of the cohort's tonnes that the collection point keeps longer than its licence's "
        "working days.",
        (POINT,),
    ),
    "transfer_cycle_mean": Definition(
        "d", "Mean time of the cohort's tonnes from arising to acceptance by a receiver.", (COUNTY,)
    ),
    "transfer_cycle_p95": Definition(
        "d", "Time within which 95 % of the cohort's tonnes were accepted.", (COUNTY,)
    ),
    "generated": Definition(
        "t/yr",
        "What arose: hazardous waste in the county, slag for the works at the smelters.",
        (COUNTY,),
        (HEAPS,),
    ),
    "informal": Definition("t/yr", "Hazardous waste that went to informal buyers.", (COUNTY,)),
    "diverted": Definition("t/yr", "Hazardous waste that left an overfull store by illegal ways.", (COUNTY,)),
    "transferred": Definition("t/yr", "Hazardous waste accepted by receivers.", (COUNTY,)),
    "vehicle_utilisation": Definition(
        "1", "Owned vehicles: busy / scheduled time (shifts and overtime).", (VANS,)
    ),
    "hours_per_tonne": Definition("h/t", "Receivers' truck hours per tonne brought.", (RECEIVERS,)),
    "vehicle_km": Definition("km/yr", "Kilometres driven.", (COUNTY, RECEIVERS, VANS)),
    "tonne_km": Definition(
        "t km/yr", "Tonnes brought times kilometres driven loaded, over all trips.", (COUNTY,)
    ),
    "rounds": Definition("1/yr", "Milk runs of the collection point's vans.", (COUNTY,)),
    "direct_trips": Definition("1/yr", "Trips of receivers' trucks to the sources.", (COUNTY,)),
    "hauls": Definition("1/yr", "Joint loads from the collection point.", (COUNTY,)),
    "load_factor": Definition("1", "Mass brought / payload, over all trips.", (RECEIVERS, VANS)),
    "cost_per_tonne": Definition("CNY/t", "Cost without capital / tonnes accepted.", (COUNTY,)),
    "spills": Definition("1/yr", "Expected releases on the road and in handling; not drawn.", (COUNTY,)),
    "spills_road": Definition("1/yr", "Expected releases in road accidents.", (COUNTY,)),
    "spills_handling": Definition("1/yr", "Expected spills from handling containers.", (COUNTY,)),
    "compliance": Definition(
        "1",
        "(compliant + weight x basically compliant sources) / assessed sources, by overflow days and age.",
        (SOURCES,),
    ),
    "days_off_peak": Definition(
        "d/yr",
        "Days of off-peak stops; maintenance, restarts and unplanned stops are not among them.",
        slag=(KILN,),
    ),
    "days_not_burning": Definition(
        "d/yr",
        "Time in which the kiln does not burn for whatever reason, restarts included.",
        slag=(KILN,),
    ),
    "feed_utilisation_burning": Definition(
        "1", "Slag fed as raw meal / (feed limit x time in which the kiln burns).", slag=(KILN,)
    ),
    "feed_utilisation_calendar": Definition(
        "1", "Slag fed as raw meal / (feed limit x calendar time).", slag=(KILN,)
    ),
    "slag_generated": Definition(
        "t/yr", "Slag and other general waste generated in the county, whoever takes it.", slag=(COUNTY,)
    ),
    "slag_used": Definition(
        "t/yr",
        "Slag and other general waste used: by the works' routes, by other outlets and elsewhere.",
        slag=(COUNTY,),
    ),
    "no_outlet": Definition(
        "t/yr",
        "Slag and other general waste that found no outlet: sent away for want of room, or taken by nobody.",
        slag=(COUNTY,),
    ),
    "utilisation_rate_oldest_first": Definition(
        "1", _RATE + "the stock of 1 January is used first.", slag=(COUNTY,)
    ),
    "utilisation_rate_newest_first": Definition(
        "1", _RATE + "what arose this year is used first.", slag=(COUNTY,)
    ),
    "utilisation_rate_at_acceptance": Definition(
        "1", _RATE + "used is what the works' yard accepts.", slag=(COUNTY,)
    ),
    "utilisation_target_met": Definition(
        "1",
        "Share of years whose utilisation rate, under the accounting that counts, reaches the target.",
        slag=(COUNTY,),
    ),
}
"""Definitions by name."""


def kind_of_place(place: str) -> str:
    """Kind of a place: `site` of `site:garage-1`, `bay` of `collection_point/waste_oil`, else itself."""
    if place.startswith("site:"):
        return SITE
    return BAY if place.startswith(f"{POINT}/") else place
