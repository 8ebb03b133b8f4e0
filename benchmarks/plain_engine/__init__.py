"""The whole model once more, as a plain SimPy program: one event per deposit and visit.

Written from docs/MODEL.md to check `sim.model`, and as the yardstick of the benchmarks. It shares the
compiled network and the drawn chance with it, and nothing else.
"""

from __future__ import annotations

from benchmarks.plain_engine.hazardous import simulate_hazardous
from benchmarks.plain_engine.slag import simulate_slag

__all__ = ["simulate_hazardous", "simulate_slag"]
