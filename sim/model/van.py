"""Vans: when each is free, and broken down."""

from __future__ import annotations

from sim.chance.visits import operating_lives
from sim.model.world import World
from sim.network.hazardous import CollectionSite


class Vans:
    """When each van is free, and its breakdowns, which operating time brings on."""

    def __init__(self, world: World, site: CollectionSite) -> None:
        self.repair = site.repair
        self.free = [world.opens] * site.vans
        self.back = [world.opens] * site.vans
        """When each is back from the last round that is laid out for it, s."""
        self.down: list[tuple[int, int, int]] = []
        self._operated = [0] * site.vans
        self._broken = [0] * site.vans
        self._lives = [
            operating_lives(world.chance, f"van_{van}", world.network.horizon.days) * site.mean_operating
            for van in range(site.vans)
        ]

    def state(self) -> tuple[list[int], ...]:
        """What `go_back_to` needs to undo what comes after."""
        return (
            self.free.copy(),
            self.back.copy(),
            self._operated.copy(),
            self._broken.copy(),
            [len(self.down)],
        )

    def go_back_to(self, state: tuple[list[int], ...]) -> None:
        """Be again as when `state` was taken."""
        self.free, self.back, self._operated, self._broken, (breakdowns,) = state
        del self.down[breakdowns:]

    def come_back(self, van: int, start: int, end: int) -> None:
        """Book a round; a van whose life runs out on it is repaired before the next."""
        self.free[van] = self.back[van] = end
        self._operated[van] += end - start
        if self._operated[van] >= self._lives[van].item(self._broken[van]):
            self._broken[van] += 1
            self.free[van] = end + self.repair
            self.down.append((van, end, self.free[van]))
