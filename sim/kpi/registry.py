"""Units and definitions of all KPIs, as tables and reports read them."""

from __future__ import annotations

from sim.glossary import KPIS, Definition

__all__ = ["KPIS", "Definition"]
