"""Slag between two switches of the kiln, from crossing to crossing: plain loops over the lanes.

Between crossings (a month ends, a stock is empty or full) every rate is constant. A lane is a row of what the
log keeps of it (`PER_LANE`): its stocks, t, and what moves, t/d. Its rates are how fast heap and yard rise.
"""

from __future__ import annotations

from sim.kernels import kernel
from sim.record.slag import PER_LANE, STEM
from sim.units import DAY, FloatArray, IntArray

HEAP, YARD, DELIVERED, USED, HEAP_NO_OUTLET, YARD_NO_OUTLET = range(len(PER_LANE))
SHARE, HAUL, TARGET, FROM_RAW_MEAL, FROM_GRINDING = range(5)
"""What does not change of a lane: shares of all slag, haulage and the yard's target; routes it goes to."""
STEM_WIDTH, LANE_WIDTH = len(STEM), len(PER_LANE)
NEVER = float("inf")
FULL = 1e-9
"""Room, t, below which a place counts as full."""


@kernel()
def set_rates(lane: FloatArray, rates: FloatArray, fixed: FloatArray, arising: float, limit: float) -> None:
    """Rates from now on, while `arising` comes in and the route takes up to `limit`."""
    yard, haul, target = lane[YARD], fixed[HAUL], fixed[TARGET]
    delivered = haul if lane[HEAP] > 0.0 or arising > haul else arising
    if yard >= target:
        delivered = min(delivered, limit) if yard == target else 0.0
    used = limit if yard > 0.0 or delivered > limit else delivered
    lane[DELIVERED], lane[USED] = delivered, used
    rates[HEAP], rates[YARD] = arising - delivered, delivered - used
    lane[HEAP_NO_OUTLET] = lane[YARD_NO_OUTLET] = 0.0


@kernel()
def until_empty(stock: float, rate: float) -> float:
    """Days until a heap is empty."""
    return stock / -rate if rate < 0.0 < stock else NEVER


@kernel()
def goal_of(stock: float, rate: float, target: float) -> float:
    """Stock at which the rate of a yard changes."""
    return target if rate > 0.0 or stock > target else 0.0


@kernel()
def next_crossing(lane: FloatArray, rates: FloatArray, target: float) -> float:
    """Days until the heap is empty, or the yard is empty or at its target."""
    days = until_empty(lane[HEAP], rates[HEAP])
    if rates[YARD] != 0.0:
        left: float = (goal_of(lane[YARD], rates[YARD], target) - lane[YARD]) / rates[YARD]
        if left < days:
            return left
    return days


@kernel()
def move(lane: FloatArray, rates: FloatArray, target: float, days: float) -> None:
    """Let time pass, at most up to the next crossing."""
    heap, yard = lane[HEAP], lane[YARD]
    if rates[HEAP] != 0.0:
        lane[HEAP] = 0.0 if until_empty(heap, rates[HEAP]) <= days else heap + rates[HEAP] * days
    if rates[YARD] != 0.0:
        goal = goal_of(yard, rates[YARD], target)
        left = (goal - yard) / rates[YARD]
        lane[YARD] = goal if left <= days else yard + rates[YARD] * days


@kernel()
def cut(rates: FloatArray, gone: FloatArray) -> None:
    """Find what to take off the rising parts of a full place so that their sum rises no more.

    Room that one part leaves is given to the others in proportion to how fast they rise.
    """
    rising = falling = 0.0
    for rate in rates:
        rising += max(rate, 0.0)
        falling -= min(rate, 0.0)
    for part in range(len(rates)):
        gone[part] = max(rates[part], 0.0) * (1.0 - falling / rising) if rising > falling else 0.0


@kernel()
def total(parts: FloatArray) -> float:
    """Sum, one after the other."""
    found = 0.0
    for part in parts:
        found += part
    return found


@kernel()
def send_away(lanes: FloatArray, rates: FloatArray, place: int, capacity: float) -> None:
    """Send away what finds no room in a full place that keeps nothing above its capacity."""
    if total(lanes[:, place]) >= capacity - FULL:
        gone = lanes[:, place + HEAP_NO_OUTLET]
        cut(rates[:, place], gone)
        for lane in range(len(lanes)):
            rates[lane, place] -= gone[lane]
            if place == YARD:
                lanes[lane, DELIVERED] -= gone[lane]


@kernel()
def until_full(lanes: FloatArray, rates: FloatArray, place: int, capacity: float) -> float:
    """Days until the parts of a place fill its capacity together."""
    room, rate = capacity - total(lanes[:, place]), total(rates[:, place])
    return room / rate if rate > 0.0 and room > FULL else NEVER


@kernel(
    "Tuple((f8, f8, i8, i8))(f8, f8, i8, i8, b1, f8, f8, f8[:, ::1], f8[:, ::1], f8[:, ::1], i8[::1],"
    " f8[::1], f8[::1], f8, f8, f8, f8, f8[:, ::1], i8)"
)
def flow(
    now: float,
    silo: float,
    month: int,
    until: int,
    burning: bool,
    clinker: float,
    raw_limit: float,
    lanes: FloatArray,
    rates: FloatArray,
    fixed: FloatArray,
    month_ends: IntArray,
    arising: FloatArray,
    demand: FloatArray,
    slag_per_clinker: float,
    silo_capacity: float,
    heap_capacity: float,
    yard_capacity: float,
    log: FloatArray,
    row: int,
) -> tuple[float, float, int, int]:
    """Let time pass until `until`, s, or the log is full; returns time, silo, month and rows written.

    Parameters
    ----------
    clinker, raw_limit
        What the kiln makes and its raw meal takes while it burns.
    lanes, rates, fixed
        (lanes, ...) `PER_LANE`, how fast heap and yard rise, what does not change.
    arising, demand
        (months,) slag that arises for the works, clinker that is to be ground.
    heap_capacity, yard_capacity
        Of places that keep nothing above it; infinite of others.
    """
    made, raw_meal = (clinker, raw_limit) if burning else (0.0, 0.0)
    while now < until and row < len(log):
        silo_empty = silo <= 0.0 and made < demand[month]
        ground = made if silo_empty else demand[month]
        sold = max(0.0, made - ground) if silo >= silo_capacity else 0.0
        for lane in range(len(lanes)):
            limit = raw_meal * fixed[lane, FROM_RAW_MEAL]
            limit += slag_per_clinker * ground * fixed[lane, FROM_GRINDING]
            set_rates(lanes[lane], rates[lane], fixed[lane], fixed[lane, SHARE] * arising[month], limit)
        send_away(lanes, rates, HEAP, heap_capacity)
        send_away(lanes, rates, YARD, yard_capacity)

        edge = min(until, month_ends[month])
        whole = (edge - now) / DAY
        days = min(
            whole,
            until_full(lanes, rates, HEAP, heap_capacity),
            until_full(lanes, rates, YARD, yard_capacity),
        )
        silo_rate = made - ground - sold
        silo_goal, silo_left = silo, NEVER
        if silo_rate != 0.0:
            silo_goal = silo_capacity if silo_rate > 0.0 else 0.0
            silo_left = (silo_goal - silo) / silo_rate
            days = min(days, silo_left)
        for lane in range(len(lanes)):
            left = next_crossing(lanes[lane], rates[lane], fixed[lane, TARGET])
            days = left if left < days else days

        log[row, 0], log[row, 1], log[row, 2], log[row, 3] = now, silo, burning, silo_empty
        log[row, 4], log[row, 5], log[row, 6] = made, ground, sold
        for lane in range(len(lanes)):
            for column in range(LANE_WIDTH):
                log[row, STEM_WIDTH + lane * LANE_WIDTH + column] = lanes[lane, column]
            move(lanes[lane], rates[lane], fixed[lane, TARGET], days)
        row += 1
        silo = silo_goal if silo_left <= days else silo + silo_rate * days
        now = now + days * DAY if days < whole else float(edge)
        if now == month_ends[month]:
            month += 1
    return now, silo, month, row
