"""Units and definitions of the KPIs that both chains share, and those of the hazardous chain."""

from __future__ import annotations

from sim.kpi.registry import define

AGE = (
    "Share of the cohort's tonnes that waited longer than the age limit; at the sources from arising, at the "
    "collection point from receipt, in the county from arising to acceptance. The cohort arose in the "
    "reported period but its last 365 days; what is still waiting counts with the time waited so far."
)
SHARED = (
    ("overflow_probability", "1", "Share of years (of place-years for a group) with at least one overflow."),
    (
        "overflow_days",
        "d/yr",
        (
            "Days with unmet demand for room: time above capacity, or calendar days on which a bay turned "
            "waste away; for a group the mean per place."
        ),
    ),
    ("overflow_tonne_days", "t d/yr", "Integral of the stock above capacity; for a group the sum."),
    (
        "unmet",
        "t/yr",
        (
            "Mass turned away or sent away for want of room, counted at each attempt: a drum that a full bay "
            "turns away twice counts twice."
        ),
    ),
    ("peak_stock", "t", "Largest stock; for a group the largest of its total."),
    ("storage_utilisation", "1", "Time-mean stock / capacity."),
    ("stock_mean", "t", "Time-mean stock."),
    ("stock_end", "t", "Stock and loads under way at the end of the period."),
    ("cost", "CNY/yr", "Cost without capital; `cost:x` is that of payer or component x, after fees."),
    ("capital", "CNY/yr", "Yearly capital cost; receivers' trucks by the working days they are used."),
    ("co2", "kg/yr", "CO2 of all vehicle kilometres."),
)
HAZARDOUS = (
    ("overflow_any", "1", "Share of years in which at least one place of the group overflowed."),
    (
        "licence_utilisation",
        "1",
        "Received (by receivers: accepted) tonnes / licensed tonnes of the same time.",
    ),
    ("age_over_limit_share", "1", AGE),
    ("dwell_mean", "d", "Mean wait of the cohort's tonnes in this place; a year's cohort arose in it."),
    ("dwell_p95", "d", "Wait in this place that 95 % of the cohort's tonnes do not exceed."),
    (
        "handover_over_limit_share",
        "1",
        "Share of the cohort's tonnes kept at the collection point beyond its licence's working days.",
    ),
    (
        "transfer_cycle_mean",
        "d",
        "Mean time of the cohort's tonnes from arising to acceptance by a receiver.",
    ),
    ("transfer_cycle_p95", "d", "Time within which 95 % of the cohort's tonnes were accepted."),
    ("generated", "t/yr", "What arose: hazardous waste in the county, slag for the works at the smelters."),
    ("informal", "t/yr", "Hazardous waste that went to informal buyers."),
    ("diverted", "t/yr", "Hazardous waste that left an overfull store by illegal ways."),
    ("transferred", "t/yr", "Hazardous waste accepted by receivers."),
    ("vehicle_utilisation", "1", "Owned vehicles: busy / scheduled time (shifts and overtime)."),
    ("hours_per_tonne", "h/t", "Receivers' truck hours per tonne brought."),
    ("vehicle_km", "km/yr", "Kilometres driven."),
    ("tonne_km", "t km/yr", "Tonnes brought times kilometres driven loaded, over all trips."),
    ("rounds", "1/yr", "Milk runs of the collection point's vans."),
    ("direct_trips", "1/yr", "Trips of receivers' trucks to the sources."),
    ("hauls", "1/yr", "Joint loads from the collection point."),
    ("load_factor", "1", "Mass brought / payload, over all trips."),
    ("cost_per_tonne", "CNY/t", "Cost without capital / tonnes accepted."),
    ("spills", "1/yr", "Expected releases on the road and in handling; not drawn."),
    ("spills_road", "1/yr", "Expected releases in road accidents."),
    ("spills_handling", "1/yr", "Expected spills from handling containers."),
    (
        "compliance",
        "1",
        "(compliant + weight x basically compliant sources) / assessed sources, by overflow days and age.",
    ),
)
for _definition in (*SHARED, *HAZARDOUS):
    define(*_definition)
