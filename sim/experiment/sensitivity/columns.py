"""Columns of the tables of a sensitivity study, with unit and meaning."""

from __future__ import annotations

from collections.abc import Mapping

from sim.columns import KPI, OWN, P_VALUE, Column, Table

OUTPUT = {
    "plan": Column("Scenario that is asked about.", "", "chengkou/pilot"),
    "against": Column(
        "Scenario that it is compared with; empty: the row is about the plan alone.", "", "chengkou/long_haul"
    ),
    **KPI,
}
PATH = {
    "path": Column(
        "Dotted path of the assumption; `future` where futures are told apart.", "", "direct.call.fill_share"
    )
}
SQUARED = "`unit` squared"
ASSUMPTION = PATH | {
    "factor_unit": Column("Unit of the assumption; empty: a plain ratio, a count, or no number.", "", "t"),
    "value": Column("Value that the scenario has.", "", "0.8"),
    "low": Column("Lowest value that was looked at.", "", "0.5"),
    "high": Column("Highest value that was looked at.", "", "1"),
    "law": Column("Law of the values in between, or `levels`.", "", "uniform"),
    "origin": Column("Where the scenario has the value from.", "", "assumption: habit"),
    "confidence": Column("How sure the scenario is of it.", "", "low"),
}
ROLE = {
    "role": Column(
        "Its part: `decides`, `adds`, `hardly`, `none` (not a bit), `luck` (no more than luck does).",
        example="decides",
    )
}
MORRIS = {
    "mu": Column("Mean effect of moving it over its whole range, up and down cancelling.", OWN, "-0.12"),
    "mu_star": Column("Mean size of that effect, up or down.", OWN, "0.14"),
    "mu_star_low": Column("Lower end of the 95 % interval of `mu_star`.", OWN, "0.1"),
    "mu_star_high": Column("Upper end of the 95 % interval of `mu_star`.", OWN, "0.19"),
    "sigma": Column("Spread of the effect: large where it depends on the other assumptions.", OWN, "0.05"),
    "strength": Column("Root of the mean squared effect with luck taken out.", OWN, "0.13"),
    "noise": Column("Standard error of a single effect that luck leaves.", OWN, "0.02"),
    "trajectories": Column("Trajectories that have a value.", "1", "4"),
    "share": Column("Its part of the sum of all squared effects, luck taken out.", "1", "0.63"),
    "beyond_luck": Column("Whether the effect is more than luck alone makes: `yes` or `no`.", "", "yes"),
}
SOBOL = {
    "first": Column("Share of the variance that it explains alone.", "1", "0.55"),
    "first_low": Column("Lower end of the 95 % interval of `first`.", "1", "0.4"),
    "first_high": Column("Upper end of the 95 % interval of `first`.", "1", "0.7"),
    "total": Column("Share of the variance that it explains with all its interplays.", "1", "0.62"),
    "total_low": Column("Lower end of the 95 % interval of `total`.", "1", "0.5"),
    "total_high": Column("Upper end of the 95 % interval of `total`.", "1", "0.8"),
    "total_luck": Column("Standard error of `total` that luck adds.", "1", "0.03"),
    "base_rows": Column("Base rows of the design that have all their values.", "1", "64"),
    "note": Column(
        "What must be said of an index, such as that it is read as 0; empty: nothing.", "", "first read as 0"
    ),
}
SPLIT = {
    "distance": Column(
        "Largest difference of its cumulative shares between points that fail and the others.", "1", "0.7"
    ),
    **P_VALUE,
    "failing_share": Column("Where the median of failing points lies in its law, from 0 to 1.", "1", "0.8"),
    "other_share": Column("Where the median of the other points lies in its law, from 0 to 1.", "1", "0.4"),
    "failing_median": Column("Median of its values at points that fail.", "", "0.94"),
    "other_median": Column("Median of its values at the other points.", "", "0.71"),
    "fails_most_at": Column("Of words: the one with the largest share of failures; empty: it has numbers."),
}
CHANGE = {
    "value": Column("Value at this end of the range.", "", "0.5"),
    "base_value": Column("Value that the scenario has.", "", "0.8"),
    "mean": Column("Mean at this end, all else as the scenario has it.", OWN, "0.02"),
    "ci_low": Column("Lower end of its 95 % interval.", OWN, "0.01"),
    "ci_high": Column("Upper end of its 95 % interval.", OWN, "0.03"),
    "change": Column("Mean at this end minus that of the scenario, on the same chance.", OWN, "-0.03"),
    "change_low": Column("Lower end of the 95 % interval of the change.", OWN, "-0.04"),
    "change_high": Column("Upper end of the 95 % interval of the change.", OWN, "-0.02"),
    "base_mean": Column("Mean of the scenario as it stands.", OWN, "0.05"),
    "base_low": Column("Lower end of its 95 % interval.", OWN, "0.04"),
    "base_high": Column("Upper end of its 95 % interval.", OWN, "0.06"),
    "replications": Column("Runs of each point.", "1", "16"),
    "turns": Column(
        "Whether it turns the order of the plans: `yes`, `open` (the interval holds 0), `no`; empty: none.",
        example="no",
    ),
}
DESIGN = {
    "design": Column("Design that the row is of: `screening`, `sobol`, `ends`, `points`.", "", "screening")
}
COUNTED = {"points": Column("Points of the design that have a value.", "1", "516")}
BOX = {
    "coverage": Column("Share of all failures that lie in the box.", "1", "0.51"),
    "density": Column("Share of the box's points that fail.", "1", "0.73"),
    "mass": Column("Share of all points that lie in the box.", "1", "0.12"),
}

TABLES: Mapping[str, Table] = {
    "indices": OUTPUT | ASSUMPTION | ROLE | MORRIS | SOBOL | SPLIT,
    "swings": OUTPUT | PATH | CHANGE,
    "order": OUTPUT
    | {
        "difference": Column("Plan minus the other as the scenario stands.", OWN, "-0.05"),
        "ci_low": Column("Lower end of its 95 % interval.", OWN, "-0.06"),
        "ci_high": Column("Upper end of its 95 % interval.", OWN, "-0.04"),
    }
    | DESIGN
    | COUNTED
    | {
        "turned": Column("Points at which the order is the other one.", "1", "60"),
        "open": Column("Points at which the interval of the difference holds 0.", "1", "271"),
    },
    "noise": OUTPUT
    | {
        "asked": Column(
            "Whether the output was asked for (`yes`), or comes from the same runs (`no`).", "", "yes"
        )
    }
    | DESIGN
    | {
        "points": Column("Points of the design.", "1", "516"),
        "replications": Column("Runs of each point.", "1", "4"),
        "missing": Column("Points that lack a value in some run.", "1", "0"),
        "lowest": Column("Smallest value of a run.", OWN, "0"),
        "highest": Column("Largest value of a run.", OWN, "0.4"),
        "mean": Column("Mean of all runs.", OWN, "0.06"),
        "variance_assumptions": Column(
            "Variance that the assumptions make, luck averaged out.", SQUARED, "0.004"
        ),
        "variance_luck": Column(
            "Variance of luck that hits all points alike; it leaves every difference.", SQUARED, "0.001"
        ),
        "variance_interplay": Column("Variance of luck that hits each point otherwise.", SQUARED, "0.0004"),
        "variance_left_in_means": Column(
            "What of the interplay is left in the mean of a point.", SQUARED, "0.0001"
        ),
        "share_assumptions": Column("Share of the assumptions in the variance of single runs.", "1", "0.74"),
        "share_luck": Column("Share of luck that hits all points alike.", "1", "0.19"),
        "share_interplay": Column("Share of luck that hits each point otherwise.", "1", "0.07"),
    },
    "points": DESIGN
    | {
        "future": Column("Futures that the point is run in, joined by `+`.", "", "g69_open"),
        "row": Column("Number of the point in its design, from 0.", "1", "3"),
        "*": Column(
            "A column for each path that varies, and one for each output (`kpi@place [minus PLAN]`): the "
            "value there, the mean over replications.",
            "that of the path or KPI",
            "0.8",
        ),
        "fails": Column("Whether the point breaks the limit: `yes` or `no`; empty: no value.", "", "no"),
    },
    "box": PATH
    | {
        "factor_unit": ASSUMPTION["factor_unit"],
        "from": Column("Smallest value inside the box; empty: no bound.", "", "0.758"),
        "to": Column("Largest value inside the box; empty: no bound.", "", "1"),
        "values": Column("Of words: those inside the box, with spaces between.", "", "g69_open"),
        "range_low": Column("Lowest value that was looked at.", "", "0.5"),
        "range_high": Column("Highest value that was looked at.", "", "1"),
        "share_low": Column("Where the lower bound lies in the law, from 0 to 1.", "1", "0.52"),
        "share_high": Column("Where the upper bound lies in the law, from 0 to 1.", "1", "1"),
        "p_value": Column("Chance that a bound gains so much where there is nothing to find.", "1", "0.001"),
    }
    | BOX
    | {"points": Column("Points that lie in the box.", "1", "30")},
    "peeling": BOX | {"restrictions": Column("Assumptions that the box restricts.", "1", "2")},
}
"""Tables of a sensitivity study's folder; the method decides which, and which columns of `indices`."""
