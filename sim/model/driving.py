"""A driver's day: driving with breaks, work at stops, overnight rest when the day is full.

A driver's clock is an array of seconds: five for now and today, then the time spent in each state.
"""

from __future__ import annotations

import numpy as np

from sim.kernels import kernel
from sim.network.hazardous import WorkingTime
from sim.units import DAY, IntArray

NOW, WAKE, DRIVEN, SINCE_BREAK, LOADED = range(5)
DRIVE_EMPTY, DRIVE_LOADED, LOAD, UNLOAD, WAIT, REST = range(5, 11)
STATES = {
    "drive_empty": DRIVE_EMPTY,
    "drive_loaded": DRIVE_LOADED,
    "load": LOAD,
    "unload": UNLOAD,
    "wait": WAIT,
    "rest": REST,
}
SHIFT_START, SHIFT, DRIVING, BREAK_AFTER, BREAK_TIME = range(5)
"""Places in `WorkingTime.limits`."""
CLOCK, LIMITS = "i8[::1]", "i8[::1]"


@kernel()
def set_out(clock: IntArray, when: int) -> None:
    """Be fresh at `when`."""
    clock[:] = 0
    clock[NOW] = clock[WAKE] = when


@kernel()
def _spend(clock: IntArray, state: int, duration: int) -> None:
    clock[state] += duration
    clock[NOW] += duration


@kernel()
def _wake_up(clock: IntArray) -> None:
    clock[WAKE] = clock[NOW]
    clock[DRIVEN] = clock[SINCE_BREAK] = 0


@kernel()
def sleep(clock: IntArray, limits: IntArray) -> None:
    """Rest until the next morning's shift."""
    morning = (clock[NOW] // DAY + 1) * DAY + limits[SHIFT_START]
    _spend(clock, REST, morning - clock[NOW])
    _wake_up(clock)


@kernel()
def _begin(clock: IntArray, limits: IntArray, duration: int) -> None:
    on_duty = clock[NOW] - clock[WAKE]
    if on_duty > 0 and on_duty + duration > limits[SHIFT]:
        sleep(clock, limits)


@kernel(f"void({CLOCK}, {LIMITS}, i8)")
def drive(clock: IntArray, limits: IntArray, duration: int) -> None:
    """Drive for `duration`; starts tomorrow when today has not enough room for it."""
    _begin(clock, limits, min(duration, limits[SHIFT], limits[DRIVING]))
    state = DRIVE_LOADED if clock[LOADED] else DRIVE_EMPTY
    while duration > 0:
        step = min(duration, limits[DRIVING] - clock[DRIVEN], limits[BREAK_AFTER] - clock[SINCE_BREAK])
        if step > 0:
            _spend(clock, state, step)
            clock[DRIVEN] += step
            clock[SINCE_BREAK] += step
            duration -= step
        elif clock[DRIVEN] >= limits[DRIVING]:
            sleep(clock, limits)
        else:
            _spend(clock, REST, limits[BREAK_TIME])
            clock[SINCE_BREAK] = 0


@kernel(f"void({CLOCK}, {LIMITS}, i8, i8)")
def work(clock: IntArray, limits: IntArray, state: int, duration: int) -> None:
    """Load or unload."""
    _begin(clock, limits, duration)
    _spend(clock, state, duration)
    clock[SINCE_BREAK] = 0


@kernel(f"void({CLOCK}, i8)")
def wait_until(clock: IntArray, when: int) -> None:
    """Stand until `when`; a wait over a night is also a rest."""
    if when > clock[NOW]:
        _spend(clock, WAIT, when - clock[NOW])
        if clock[NOW] // DAY > clock[WAKE] // DAY:
            _wake_up(clock)


class Driver:
    """Clock of one long trip, by state, in seconds.

    A driver drives at most `driving` a day with a break after `break_after`, is on duty at most one
    shift a day, and rests until the next morning's shift when either is used up.
    """

    __slots__ = ("clock", "limits")

    def __init__(self, when: int, rules: WorkingTime) -> None:
        self.clock = np.zeros(1 + REST, dtype=np.int64)
        self.clock[NOW] = self.clock[WAKE] = when
        self.limits = rules.limits

    @property
    def now(self) -> int:
        """The driver's time, s."""
        return self.clock.item(NOW)

    @property
    def hours(self) -> dict[str, int]:
        """Time spent in each state, s."""
        return dict(zip(STATES, self.clock[DRIVE_EMPTY:].tolist(), strict=True))

    def load_from_now_on(self) -> None:
        """From now on there is something on board."""
        self.clock[LOADED] = 1

    def drive(self, duration: int) -> None:
        """Drive for `duration`; starts tomorrow when today has not enough room for it."""
        drive(self.clock, self.limits, duration)

    def work(self, state: str, duration: int) -> None:
        """Load or unload."""
        work(self.clock, self.limits, STATES[state], duration)

    def wait_until(self, when: int) -> None:
        """Stand until `when`; a wait over a night is also a rest."""
        wait_until(self.clock, when)
