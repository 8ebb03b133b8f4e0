"""Which plan to take: the cheapest that keeps the limits on storage, and that keeps every limit."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

WORST_FIRST = ("fails", "doubtful", "undecided", "meets")
"""`doubtful`: not decided, and what the runs show on average lies beyond the limit."""

QUESTIONS = ("storage", "age")

Row = Mapping[str, Any]


def kept(row: Row, questions: Sequence[str] = QUESTIONS) -> str:
    """The worst verdict of a plan over futures and questions; empty where it is judged on none."""
    words = {there["verdicts"][question] for there in row["in_future"] for question in questions}
    return next((word for word in WORST_FIRST if word in words), "")


def counts(row: Row) -> tuple[int, int, int]:
    """Limits of a plan that are kept, that fail, and that are judged, over futures and questions."""
    words = [word for there in row["in_future"] for word in there["verdicts"].values() if word]
    return words.count("meets"), words.count("fails"), len(words)


def _distance(row: Row) -> tuple[int, int]:
    kept_limits, failed, _ = counts(row)
    return -kept_limits, failed


def choose(rows: Sequence[Row]) -> dict[str, Any]:
    """The plans that the headline names.

    Returns
    -------
    `storage` and `every`: the cheapest plan that keeps the limits on storage, or every limit, in every
    future; whether that is decided (`meets`) or only not contradicted by the runs (`undecided`); and as
    `perhaps` a cheaper one of which the runs do not decide it. None where every plan fails. `closest`: the
    plan that keeps most limits. A tie goes to the cheaper plan, then to the one that is named first.
    """
    by_cost = sorted(rows, key=lambda row: math.inf if math.isnan(row["cost"]) else row["cost"])
    return {
        "storage": _cheapest(by_cost, ("storage",)),
        "every": _cheapest(by_cost, QUESTIONS),
        "closest": min(by_cost, key=_distance)["plan"],
    }


def _cheapest(by_cost: Sequence[Row], questions: Sequence[str]) -> dict[str, str] | None:
    words = [kept(row, questions) for row in by_cost]
    for word in ("meets", "undecided"):
        if word in words:
            place = words.index(word)
            maybe = words[:place].index("undecided") if "undecided" in words[:place] else place
            return {
                "plan": by_cost[place]["plan"],
                "verdict": word,
                "perhaps": by_cost[maybe]["plan"] if maybe != place else "",
            }
    return None
