"""The places that the glossary gives each KPI are those at which runs measure it."""

from sim.calendars import Horizon
from sim.experiment.replicate import prepare
from sim.glossary import KPIS, PARTS, Chain, kind_of_place
from sim.scenario.load import load_scenario

CHAINS: tuple[Chain, ...] = ("hazardous", "slag")


def test_every_kpi_is_measured_where_the_glossary_says() -> None:
    measured: dict[tuple[Chain, str], set[str]] = {}
    parts = set()
    for plan in ("long_haul", "mixed"):
        for chain in CHAINS:
            scenario = load_scenario(f"chengkou/{plan}")
            layout = prepare(scenario, chain, Horizon(2026, 2026, 0), "oldest_first", 0.98).layout
            for place, kpi in layout.keys:
                name, _, part = kpi.partition(":")
                measured.setdefault((chain, name), set()).add(kind_of_place(place))
                parts |= {part} - {""}
    said = {(chain, name): set(what.places(chain)) for name, what in KPIS.items() for chain in CHAINS}
    assert measured == {key: places for key, places in said.items() if places}
    assert parts == set(PARTS)
