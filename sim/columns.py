"""Columns of the tables of studies and sweeps, with unit and meaning: what code, docs and readers share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """What a column says. `unit` is empty where it holds text, `1` where it holds a ratio or a count."""

    about: str
    unit: str = ""
    example: str = ""


Table = Mapping[str, Column]
OWN = "that of `unit`"
"""Unit of a number whose row names its unit."""


def text_columns(tables: Iterable[Table]) -> frozenset[str]:
    """Columns that hold text; an empty cell of theirs is an empty text."""
    return frozenset(name for table in tables for name, column in table.items() if not column.unit)


# --- what many tables have ---------------------------------------------------------------------------

STUDY = {"study": Column("Study, as its file or the command names it.")}
CELL = {
    "plan": Column("Plan, as the study writes it.", example="pilot"),
    "future": Column(
        "Futures in which the plan is run, joined by `+`; empty: the plan as it stands.", "", "g69_open"
    ),
}
KPI = {
    "place": Column(
        "Place that the KPI is of: a group (`sources`), a bay, a site (`site:NAME`).", "", "sources"
    ),
    "kpi": Column("KPI, a name of [KPIS.md](../KPIS.md).", "", "overflow_days"),
    "unit": Column("Unit of the numbers of the row; `1` is a plain ratio.", "", "d/yr"),
}
RUN = {
    "replication": Column(
        "Number of the run, from 0; the same number has met the same chance everywhere.", "1"
    )
}
SEED = {"seed": Column("Number from which all chance is drawn.", "1", "1")}
COUNT = {"n": Column("Replications that have a value.", "1", "30")}
MEAN = {
    "mean": Column("Mean over replications.", OWN, "1.52"),
    "ci_low": Column("Lower end of the 95 % interval of the mean; empty: none is known.", OWN, "1.31"),
    "ci_high": Column("Upper end of the 95 % interval of the mean; empty: none is known.", OWN, "1.74"),
}
METHOD = {
    "ci_method": Column(
        "How the interval is made, a word of [results/README.md](../../results/README.md).", "", "bootstrap"
    )
}
SPREAD = {
    "p05": Column("Value that 5 % of the replications do not exceed.", OWN, "0.4"),
    "p50": Column("Value that half of the replications do not exceed.", OWN, "1.4"),
    "p95": Column("Value that 95 % of the replications do not exceed.", OWN, "2.9"),
}
VERDICT = {
    "tolerance": Column("Limit that the study sets to the KPI; empty: none.", OWN, "2"),
    "verdict": Column(
        "The whole interval keeps the limit (`meets`), breaks it (`fails`), or neither (`undecided`).",
        example="undecided",
    ),
}
P_VALUE = {
    "p_value": Column(
        "Chance that so large a difference arises where there is none; empty: not tested.", "1", "0.002"
    ),
    "p_adjusted": Column("The same, adjusted for all that is tested together (Holm).", "1", "0.01"),
}

# --- a study -----------------------------------------------------------------------------------------

RESULTS: Mapping[str, Table] = {
    "summary": STUDY | CELL | KPI | COUNT | MEAN | METHOD | SPREAD | VERDICT,
    "paired": STUDY
    | {
        "plan": CELL["plan"],
        "baseline": Column("What the plan is compared with: a plan, a future, or a whole scenario name."),
        "future": CELL["future"],
    }
    | KPI
    | {
        "n": Column("Replications that both have.", "1"),
        "difference": Column(
            "Mean of plan minus baseline, replication by replication on the same chance.", OWN
        ),
        "ci_low": Column("Lower end of the 95 % interval of the difference.", OWN),
        "ci_high": Column("Upper end of the 95 % interval of the difference.", OWN),
    }
    | P_VALUE
    | {
        "variance_ratio": Column(
            "How many times more replications it would take on chance of their own; empty: nothing varies.",
            "1",
        ),
    },
    "replications": STUDY
    | CELL
    | RUN
    | SEED
    | KPI
    | {"value": Column("Value of the KPI in this run, over the reported years.", OWN)},
    "years": CELL | {"year": Column("Calendar year that the row is about.", "year")} | KPI | COUNT | MEAN,
    "daily_bands": CELL
    | {
        "date": Column("Day; stocks are those of the midnight that begins it."),
        "place": KPI["place"],
        "quantity": Column(
            "What is followed: `stock` and its `_part` earmarked for a route (t), `clinker_silo` (t), "
            "`not_burning` (1: the kiln stands)."
        ),
        "p05": Column("Value that 5 % of the replications do not exceed on this day.", "that of `quantity`"),
        "p25": Column("Value that 25 % of the replications do not exceed on this day.", "that of `quantity`"),
        "p50": Column("Value that half of the replications do not exceed on this day.", "that of `quantity`"),
        "p75": Column("Value that 75 % of the replications do not exceed on this day.", "that of `quantity`"),
        "p95": Column("Value that 95 % of the replications do not exceed on this day.", "that of `quantity`"),
        "p_over_capacity": Column("Share of replications above the place's capacity on this day.", "1"),
    },
    "episodes": CELL
    | RUN
    | {
        "place": Column("Store, bay, heap or yard that overflowed."),
        "start": Column("When the stock rose above the capacity, local time."),
        "end": Column("When it was back, or the period ended."),
        "days": Column("Length of the episode.", "d"),
        "peak_excess_t": Column("Largest stock above the capacity in it.", "t"),
        "cause": Column("What blocked the next removal then ([why](../MODEL.md#why-a-store-overflowed))."),
    },
    "mass_balance": CELL
    | RUN
    | {
        "stream": Column("Waste stream, or slag by who takes it (`slag`, `slag/pond`)."),
        "start_t": Column("In stock and under way when the reported period begins.", "t"),
        "generated_t": Column("Arose in the period.", "t"),
        "informal_t": Column("Went to informal buyers.", "t"),
        "transferred_t": Column("Hazardous waste accepted by receivers.", "t"),
        "used_t": Column("Slag used: in raw meal, in cement, by other outlets and elsewhere.", "t"),
        "no_outlet_t": Column("Slag that found no outlet.", "t"),
        "diverted_t": Column("Left an overfull store by illegal ways.", "t"),
        "end_t": Column("In stock and under way when the period ends.", "t"),
        "residual_t": Column(
            "What the books do not explain: 0 up to rounding, else the run is a failure.", "t"
        ),
    },
    "time_balance": CELL
    | RUN
    | {
        "object": Column("Whose time it is: `vans`, `receivers` (their trucks), `kiln`."),
        "state": Column("What was done in it, such as `drive_loaded`, `rest`, `idle`, `off_peak`."),
        "hours": Column("Time in this state over the reported period, all vehicles together.", "h"),
        "share_scheduled": Column(
            "Share of scheduled time: of shifts and overtime, of trips, or of what the kiln need not stand.",
            "1",
        ),
        "share_calendar": Column("Share of all time since the opening; empty for receivers' trucks.", "1"),
    },
    "storage_curve": CELL
    | {
        "place": Column("Store, bay or yard, or all stores of a class (`sources/CLASS`)."),
        "capacity_t": Column("Capacity that is asked about.", "t"),
        "p_overflow": Column(
            "Risk of an overflow at this capacity: share of years, or of whole runs, as `method` says.", "1"
        ),
        "ci_low": Column("Lower end of the 95 % interval at this capacity alone.", "1"),
        "ci_high": Column("Upper end of the 95 % interval at this capacity alone.", "1"),
        "n": COUNT["n"],
        "method": Column("How the risk was found, a word that [STORAGE.md](../STORAGE.md) explains."),
        "band_low": Column("Lower end of the 95 % band that holds at all capacities together.", "1"),
        "band_high": Column("Upper end of the 95 % band that holds at all capacities together.", "1"),
    },
}
"""Tables of a results folder (`NAME.csv`)."""

TABLE = {"table": Column("Table of the study.", "", "hazardous")}
DECIDED: Mapping[str, Table] = {
    "stops": TABLE
    | CELL
    | {
        "question": Column("What was asked: a KPI at a place, with its limit.", "", "overflow_days@sources"),
        "verdict": VERDICT["verdict"],
        "n": Column("Replications that were run.", "1", "60"),
        "stopped_by": Column(
            "Why no more were run: all is `decided`, narrow enough, or the `budget` is used.", "", "budget"
        ),
        "detail": Column("Half-widths that were reached; empty: none was asked for."),
    },
    "selection": TABLE
    | {"future": CELL["future"], "plan": CELL["plan"]}
    | {
        "kpi": Column("KPI that the choice is by, as `kpi@place`.", "", "cost@county"),
        "status": Column(
            "`best`; `eliminated` by a plan that was clearly better; `behind`; `open` at its budget.",
            example="best",
        ),
        "n": Column("Replications that were run.", "1", "60"),
        "batches": Column("Batches of the race that the plan was in.", "1", "3"),
        "mean": Column("Mean of the KPI over these batches.", "that of `kpi`", "812000"),
        "eliminated_by": Column("Plan that was clearly better; empty: none."),
    },
}
"""Tables that stand beside them only with `--until-decided`, `--until-half-width` or `--select`."""

# --- a sweep -----------------------------------------------------------------------------------------

POINT = {"point": Column("Number of the point, from 0.", "1", "3")}
POINTS = POINT | {
    "scenario": Column("Scenario that the point is run in.", "", "chengkou/pilot"),
    "future": CELL["future"],
}
FACTORS = {
    "*": Column("A column for each path that varies: its value at this point.", "that of the path", "12")
}
"""Columns whose names are paths or KPIs of what was asked."""
ESTIMATES = (
    KPI
    | COUNT
    | {"failed": Column("Replications that failed and are left out.", "1", "0")}
    | MEAN
    | METHOD
    | SPREAD
    | VERDICT
    | {
        "difference": Column(
            "Mean of this point minus the first, on the same chance; empty: the first.", OWN, "-0.4"
        ),
        "difference_low": Column("Lower end of the 95 % interval of the difference.", OWN, "-0.6"),
        "difference_high": Column("Upper end of the 95 % interval of the difference.", OWN, "-0.2"),
    }
)
SWEEPS: Mapping[str, Table] = {
    "design": POINTS | FACTORS,
    "runs": POINT
    | SEED
    | {"replication": Column(RUN["replication"].about, "1", "0")}
    | KPI
    | {
        "value": Column("Value of the KPI in this run, over the reported years.", OWN, "1.4"),
        "failure": Column("Why the run failed; it has one row, without a KPI. Empty: it did not."),
    },
    "points": POINTS | FACTORS | ESTIMATES,
}
"""Tables of a sweep's folder."""
