"""Writes docs/KPIS.md from the definitions in the code: `python tests/kpis_page.py`."""

from pathlib import Path

PAGE = Path(__file__).resolve().parent.parent / "docs" / "KPIS.md"
SCENARIO = "chengkou/mixed+g69_open"
HEAD = """# KPIs

Every KPI of the tables, with its unit, the places it is given for, and what it means. The code holds them
(`sim/glossary.py`); `python tests/kpis_page.py` writes this page, a test compares.

Places: `sources` (all sites as a group), `site` (one site, `site:<name>`, and one of its stores,
`site:<name>/<class>`), `collection_point`, `bay` (`collection_point/<class>`), `smelters` (all heaps),
`kiln_yard`, `kiln`, `slag` (its chain), `vans`, `receivers` (their trucks), `county` (the whole).
Unit `1` is a plain ratio.

A value is one replication's mean over the reported years, or of one calendar year (`years.csv`), unless the
definition says otherwise; tables give the mean over replications with its interval. All but single sites have
a value per year: trips count in the year in which they start, the cohort's tonnes in that in which they arose
(none in a year that lies in the period's last 365 days), what is left at its end.

| KPI | Unit | Places | Definition |
|---|---|---|---|
"""


def page() -> str:
    """The whole page."""
    places = _places()
    from sim.glossary import KPIS

    rows = [
        f"| `{name}` | {kpi.unit} | {', '.join(places.get(name, []))} | {kpi.text} |"
        for name, kpi in sorted(KPIS.items())
    ]
    return HEAD + "\n".join(rows) + "\n"


def _places() -> dict[str, list[str]]:
    """Kinds of place of each KPI, from one run of both chains."""
    from sim.calendars import Horizon
    from sim.experiment.replicate import prepare
    from sim.glossary import kind_of_place
    from sim.scenario.load import load_scenario

    scenario = load_scenario(SCENARIO)
    found: dict[str, list[str]] = {}
    for chain in ("hazardous", "slag"):
        layout = prepare(scenario, chain, Horizon(2026, 2027, 0), "oldest_first", 0.98).layout
        for place, kpi in layout.keys:
            kinds = found.setdefault(kpi.split(":")[0], [])
            if (kind := kind_of_place(place)) not in kinds:
                kinds.append(kind)
    return found


if __name__ == "__main__":
    import sys

    sys.path.insert(0, str(PAGE.parent.parent))
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
