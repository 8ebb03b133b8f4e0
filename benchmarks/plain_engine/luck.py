"""Chance as the plain engine meets it: the model's own draws, or draws of its own from the same laws."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from sim.calendars import Horizon
from sim.chance import visits
from sim.chance.chance import Chance
from sim.chance.deposits import capture_draws, cleanings, deposits
from sim.chance.roads import RoadState, road_state
from sim.network.hazardous import HazardousNetwork, ReceiverSite, Road, RoadClosures
from sim.units import DAY, YEAR

MISSED = -1
Ints = npt.NDArray[np.int64]


class Batch(NamedTuple):
    """What arises at once; it is stored if `draw` is below the share that the site's regime captures."""

    store: int
    when: int
    mass: int
    draw: float


class Luck(Protocol):
    """All that is left to chance in the hazardous chain."""

    def batches(self) -> list[Batch]:
        """All batches, in order of time at each store."""

    def cleaned(self) -> int:
        """What planned pickups take, g."""

    def services(self) -> Ints:
        """(sites, days) time at a site, s; `MISSED` if nobody is there."""

    def road(self, road: Road) -> RoadState:
        """A road's closures and slowness by date."""

    def confirmations(self, receiver: ReceiverSite) -> Ints:
        """(days,) time until a load that arrives on a date is accepted, s."""

    def opening(self) -> int:
        """When the collection point opens, s."""

    def enrolled(self, opens: int) -> list[int]:
        """When each site is enrolled, s."""

    def lives(self, van: int) -> list[float]:
        """Operating time at each breakdown of a van, s."""


class SharedLuck:
    """The draws that the model meets too."""

    def __init__(self, network: HazardousNetwork, chance: Chance) -> None:
        self.network, self.chance = network, chance

    def batches(self) -> list[Batch]:
        """All batches, in order of time at each store."""
        arising = self.network.arising
        drawn, draws = deposits(self.chance, arising), capture_draws(self.chance, arising)
        columns = (drawn.store, drawn.time, drawn.mass, draws)
        return [Batch(*row) for row in zip(*(column.tolist() for column in columns), strict=True)]

    def cleaned(self) -> int:
        """What planned pickups take, g."""
        return int(cleanings(self.chance, self.network.arising)[1].sum())

    def services(self) -> Ints:
        """(sites, days) time at a site, s."""
        return visits.services(self.chance, self.network)

    def road(self, road: Road) -> RoadState:
        """A road's closures and slowness by date."""
        return road_state(self.chance, road, self.network.horizon)

    def confirmations(self, receiver: ReceiverSite) -> Ints:
        """(days,) time until a load is accepted, s."""
        return visits.confirmations(self.chance, receiver, self.network.horizon)

    def opening(self) -> int:
        """When the collection point opens, s."""
        assert self.network.collection is not None
        return visits.opening(self.chance, self.network.collection.opening)

    def enrolled(self, opens: int) -> list[int]:
        """When each site is enrolled, s."""
        assert self.network.collection is not None
        dates: list[int] = visits.enrolment(
            self.chance, self.network, self.network.collection, opens
        ).tolist()
        return dates

    def lives(self, van: int) -> list[float]:
        """Operating time at each breakdown of a van, s."""
        assert self.network.collection is not None
        lives = visits.operating_lives(self.chance, f"van_{van}") * self.network.collection.mean_operating
        return [float(life) for life in lives]


class OwnLuck:
    """Draws from the laws of docs/MODEL.md, section 3, by one generator and in the plainest way."""

    def __init__(self, network: HazardousNetwork, generator: np.random.Generator) -> None:
        self.network, self.generator = network, generator
        self.days = network.horizon.days

    def batches(self) -> list[Batch]:
        """A Poisson number of batches per flow and month, at uniform moments."""
        arising, draw = self.network.arising, self.generator
        edges = arising.horizon.month_edges.tolist()
        factor = {year: float(self._mean_one(arising.yearly_cv)) for year in arising.horizon.simulated_years}
        found = []
        for month, (begin, end) in enumerate(pairwise(edges)):
            year = arising.horizon.simulated_years[month // 12]
            growth = (1 + arising.growth) ** max(0, year - arising.growth_from)
            activity = arising.level * arising.seasons[month % 12] * growth * factor[year]
            flows = arising.flows
            expected = flows.batches_per_year * activity * (end - begin) / YEAR
            for flow, count in enumerate(draw.poisson(expected).tolist()):
                for when in draw.integers(begin, end, size=count).tolist():
                    mass = self._mass(float(flows.mean_mass[flow]), float(flows.cv[flow]))
                    found.append(Batch(int(flows.store[flow]), when, mass, float(draw.random())))
        return sorted(found)

    def _mass(self, mean: float, cv: float) -> int:
        drawn = self.generator.gamma(1 / cv**2, mean * cv**2) if cv else mean
        return max(1, round(drawn))

    def cleaned(self) -> int:
        """Every so often from a random first time on."""
        plan, total = self.network.arising.cleanings, 0
        for period, mass in zip(plan.period.tolist(), plan.mass.tolist(), strict=True):
            first = self.generator.integers(0, period)
            total += mass * len(range(int(first), self.network.horizon.end, period))
        return total

    def services(self) -> Ints:
        """Uniform around the mean, or missed."""
        time, size = self.network.time, (len(self.network.sites.names), self.days)
        half = time.load * time.load_cv * np.sqrt(3)
        stay = np.maximum(self.generator.uniform(time.load - half, time.load + half, size), 60).astype(
            np.int64
        )
        return np.where(self.generator.random(size) < time.missed, MISSED, stay)

    def road(self, road: Road) -> RoadState:
        """Lognormal slowness, and closures with a daily chance in their months."""
        spans = sorted(span for law in road.closures for span in self._closures(law))
        shut: list[int] = []
        open_again: list[int] = []
        for begin, end in spans:
            if open_again and begin <= open_again[-1]:
                open_again[-1] = max(open_again[-1], end)
            else:
                shut.append(begin)
                open_again.append(end)
        slowness = np.array(self._mean_one(road.travel_time_cv, self.days))
        return RoadState(slowness, np.array(shut, dtype=np.int64), np.array(open_again, dtype=np.int64))

    def _closures(self, law: RoadClosures) -> list[tuple[int, int]]:
        horizon, spans = self.network.horizon, []
        chance_per_day = law.per_year / (len(law.months) * 365.25 / 12)
        for day in range(self.days):
            if _month(horizon, day) in law.months and self.generator.random() < chance_per_day:
                begin = (day + self.generator.random()) * DAY
                spans.append((int(begin), int(begin + law.mean * self._mean_one(law.cv))))
        return spans

    def confirmations(self, receiver: ReceiverSite) -> Ints:
        """Lognormal."""
        drawn = receiver.confirmation * self._mean_one(receiver.confirmation_cv, self.days)
        return np.asarray(drawn, dtype=np.int64)

    def opening(self) -> int:
        """Triangular between three dates."""
        assert self.network.collection is not None
        law = self.network.collection.opening
        return law.low if law.low == law.high else int(self.generator.triangular(law.low, law.mode, law.high))

    def enrolled(self, opens: int) -> list[int]:
        """Uniform after the opening."""
        assert self.network.collection is not None
        period = self.network.collection.enrolment
        return [opens + int(self.generator.random() * period) for _ in self.network.sites.names]

    def lives(self, van: int) -> list[float]:
        """Exponential operating time from one breakdown to the next."""
        assert self.network.collection is not None
        gaps = self.generator.exponential(self.network.collection.mean_operating, 200)
        return [float(life) for life in gaps.cumsum()]

    def _mean_one(self, cv: float, size: int | None = None) -> npt.NDArray[np.float64]:
        """Lognormal factors with mean 1."""
        variance = np.log(1 + cv**2)
        return np.asarray(self.generator.lognormal(-variance / 2, np.sqrt(variance), size))


def _month(horizon: Horizon, day: int) -> int:
    return horizon.date_of(day * DAY).month
