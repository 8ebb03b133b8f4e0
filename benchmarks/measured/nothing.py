"""A replication that does nothing; apart, so that workers load nothing else for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sim.kpi.outcome import Outcome


@dataclass(frozen=True)
class Nothing:
    """Gives the same outcome at once: what is left is the cost of sending, stacking and joining."""

    outcome: Outcome

    def __call__(self, cell: Any, chance: Any, replication: int) -> Outcome:
        """Return it."""
        return self.outcome
