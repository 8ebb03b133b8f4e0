"""Vans: when each is free, and broken down."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.chance.visits import operating_lives
from sim.model.world import World
from sim.network.hazardous import CollectionSite
from sim.units import IntArray


class Vans:
    """When each van is free, and its breakdowns, which operating time brings on."""

    def __init__(self, world: World, site: CollectionSite, mornings: IntArray) -> None:
        self.free = np.full(site.vans, world.opens, dtype=np.int64)
        self.back = self.free.copy()
        """When each is back from the last round that is made for it, s."""
        self.down: list[tuple[int, int, int]] = []
        operated, broken = np.zeros((2, site.vans), dtype=np.int64)
        days = world.network.horizon.days
        lives = [
            operating_lives(world.chance, f"van_{van}", days) * site.mean_operating
            for van in range(site.vans)
        ]
        self.given: Any = (
            self.free,
            self.back,
            operated,
            broken,
            np.array(lives, ndmin=2),
            site.repair,
            mornings,
        )
        """As kernels take it."""
