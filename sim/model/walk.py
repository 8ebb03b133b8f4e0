"""A round on paper: from site to site along a tour, while they fit into a shift."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from sim.chance.visits import MISSED
from sim.model.world import World
from sim.record.hazardous import Kind, Trip
from sim.units import DAY


class Paper(NamedTuple):
    """Rounds on paper.

    For each of their visits the site and when it ends, s; the numbers of those where nobody was there.
    """

    rounds: list[Trip]
    sites: list[int]
    left: list[int]
    missed: list[int]


Leaves = tuple[int, int, int, int]
"""A van that leaves: its number, when the round was decided on, when the van was free for it, and now; s."""


def walker(world: World) -> Callable[[list[int], Leaves, Paper], Trip]:
    """Return the walk of a run: it puts one round on paper."""
    network, rules = world.network, world.network.time
    service_at, factor_on, usual = world.services.item, world.local.factor.item, network.pace
    depot, home, legs, farthest = network.depot, network.home, network.legs, network.farthest
    shift, break_after, unload = rules.shift, rules.break_after, rules.unload
    kind, nobody = int(Kind.ROUND), (-1,) * 4

    def walk(stops: list[int], leaves: Leaves, paper: Paper) -> Trip:
        """Visit sites one after the other while they fit into a shift; the first always does."""
        van, decided, free, start = leaves
        day = start // DAY
        pace = usual * factor_on(day) / 1000
        limit = start + shift - unload
        surely = limit - int(farthest * pace)
        here, clock, driven, metres, loading = depot, start, 0, 0, 0
        left, first = paper.left, len(paper.left)
        for stop in stops:
            service = service_at(stop, day)
            leg = legs[here][stop]
            drive = int(leg * pace)
            done = clock + drive
            if service != MISSED:
                done += service
            if driven + drive > break_after >= driven:
                done += rules.break_time
            if done > surely and done + int(home[stop] * pace) > limit and here != depot:
                break
            if service != MISSED:
                loading += service
            else:
                paper.missed.append(len(left))
            here, clock = stop, done
            driven += drive
            metres += leg
            left.append(done)
        outward, homeward = int(legs[depot][stops[0]] * pace), int(home[here] * pace)
        loaded, rest, back = (
            driven - outward + homeward,
            clock - start - driven - loading,
            clock + homeward + unload,
        )
        overtime = max(0, back - start - shift)
        visits = len(left) - first
        paper.sites.extend(stops[:visits])
        ways = metres + home[here], outward, loaded, loading, unload, 0, rest
        trip = Trip._make((kind, van, decided, decided, free, start, back, *ways, visits, overtime, *nobody))
        paper.rounds.append(trip)
        return trip

    return walk
