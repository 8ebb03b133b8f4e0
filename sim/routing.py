"""A-priori tours: the one module that knows the routing library.

A tour visits every source of a zone once, without capacity; rounds walk along it. It is solved when a
network is compiled, from the nearest-neighbour tour with a fixed seed and number of iterations, so it
repeats exactly and is never longer than that tour.
"""

from __future__ import annotations

import hashlib

import numpy as np

from sim.units import FloatArray, IntArray

ITERATIONS = 1000
SEED = 1

_solved: dict[bytes, IntArray] = {}


def tour(distance: FloatArray) -> IntArray:
    """Order in which to visit stops 1..n of a closed tour that starts and ends at stop 0.

    The tour does not depend on how the stops are numbered (but for stops that lie in one place), and of its
    two directions it takes the one whose first stop is nearer to the depot.

    Parameters
    ----------
    distance
        (n + 1, n + 1) symmetric distances, km; row 0 is the depot.

    Returns
    -------
    (n,) indices of the stops in tour order.
    """
    if len(distance) <= 2:
        return np.arange(1, len(distance), dtype=np.int64)
    metres = np.rint(distance * 1000).astype(np.int64)
    # A solver reads stops in order, so they are put in one that depends on what each sees of the others.
    stops = sorted(range(1, len(metres)), key=lambda stop: (metres[0, stop], np.sort(metres[stop]).tobytes()))
    places = np.array([0, *stops], dtype=np.int64)
    metres = np.ascontiguousarray(metres[np.ix_(places, places)])
    key = hashlib.sha256(metres.tobytes()).digest()
    if key not in _solved:
        order = _solve(metres)
        _solved[key] = order if order[0] < order[-1] else order[::-1]
    return places[_solved[key]]


def _solve(metres: IntArray) -> IntArray:
    from pyvrp import Client, Depot, Location, ProblemData, Solution, VehicleType, solve
    from pyvrp.stop import MaxIterations

    size = len(metres)
    data = ProblemData(
        [Location(0, 0)] * size,
        [Client(place) for place in range(1, size)],
        [Depot(0)],
        [VehicleType(1, start_depot=0, end_depot=0)],
        [metres],  # type: ignore[list-item]
        [np.zeros_like(metres)],  # type: ignore[list-item]
    )
    first = Solution(data, [(nearest_neighbour(metres) - 1).tolist()])
    best = solve(data, MaxIterations(ITERATIONS), SEED, collect_stats=False, initial_solution=first).best
    stops = [stop.idx + 1 for route in best.routes() for stop in route if stop.is_client()]
    return np.array(stops, dtype=np.int64)


def nearest_neighbour(distance: FloatArray | IntArray) -> IntArray:
    """The same kind of tour, always going on to the nearest stop left: the yardstick for `tour`."""
    left = np.ones(len(distance), dtype=bool)
    order = np.zeros(len(distance), dtype=np.int64)
    for position in range(1, len(distance)):
        left[order[position - 1]] = False
        stops = np.flatnonzero(left)
        order[position] = stops[distance[order[position - 1], stops].argmin()]
    return order[1:]


def length(distance: FloatArray, order: IntArray) -> float:
    """Length of the closed tour 0 - order - 0, km."""
    stops = np.concatenate([[0], order, [0]])
    return float(distance[stops[:-1], stops[1:]].sum())
