"""A-priori tours: the one module that knows the routing library.

A tour visits every source of a zone once, without capacity; rounds walk along it. It is solved when a
network is compiled, with a fixed seed and number of iterations, so it repeats exactly.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from sim.units import FloatArray, IntArray

ITERATIONS = 200
SEED = 1


def tour(distance: FloatArray) -> IntArray:
    """Order in which to visit stops 1..n of a closed tour that starts and ends at stop 0.

    Parameters
    ----------
    distance
        (n + 1, n + 1) distances, km; row 0 is the depot.

    Returns
    -------
    (n,) indices of the stops in tour order.
    """
    count = len(distance) - 1
    if count <= 2:
        return np.arange(1, count + 1, dtype=np.int64)
    metres = np.rint(distance * 1000).astype(np.int64)
    return np.array(_solve(metres.tobytes(), count + 1), dtype=np.int64)


@lru_cache(maxsize=256)
def _solve(metres: bytes, size: int) -> tuple[int, ...]:
    from pyvrp import Model
    from pyvrp.stop import MaxIterations

    matrix = np.frombuffer(metres, dtype=np.int64).reshape(size, size)
    model = Model()
    places = [model.add_location(0, 0) for _ in range(size)]
    depot = model.add_depot(places[0])
    for place in places[1:]:
        model.add_client(place)
    model.add_vehicle_type(1, start_depot=depot, end_depot=depot)
    for i in range(size):
        for j in range(size):
            if i != j:
                model.add_edge(places[i], places[j], distance=int(matrix[i, j]))
    best = model.solve(MaxIterations(ITERATIONS), seed=SEED, display=False).best
    return tuple(stop.idx + 1 for route in best.routes() for stop in route if stop.is_client())


def nearest_neighbour(distance: FloatArray) -> IntArray:
    """The same kind of tour, always going on to the nearest stop left: the yardstick for `tour`."""
    left = list(range(1, len(distance)))
    order: list[int] = []
    here = 0
    while left:
        here = min(left, key=lambda stop: (distance[here, stop], stop))
        left.remove(here)
        order.append(here)
    return np.array(order, dtype=np.int64)


def length(distance: FloatArray, order: IntArray) -> float:
    """Length of the closed tour 0 - order - 0, km."""
    stops = np.concatenate([[0], order, [0]])
    return float(distance[stops[:-1], stops[1:]].sum())
