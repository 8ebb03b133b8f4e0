"""A driver's day: driving with breaks, work at stops, overnight rest when the day is full."""

from __future__ import annotations

from sim.network.hazardous import WorkingTime
from sim.units import DAY


class Driver:
    """Clock of one long trip, by state, in seconds.

    A driver drives at most `driving` a day with a break after `break_after`, is on duty at most one
    shift a day, and rests until the next morning's shift when either is used up.
    """

    __slots__ = ("_driven", "_since_break", "_wake", "hours", "loaded", "now", "rules")

    def __init__(self, when: int, rules: WorkingTime) -> None:
        self.now = when
        self.rules = rules
        self.loaded = False
        self.hours = {"drive_empty": 0, "drive_loaded": 0, "load": 0, "unload": 0, "wait": 0, "rest": 0}
        self._wake = when
        self._driven = self._since_break = 0

    def drive(self, duration: int) -> None:
        """Drive for `duration`; starts tomorrow when today has not enough room for it."""
        rules = self.rules
        self._begin(min(duration, rules.shift, rules.driving))
        state = "drive_loaded" if self.loaded else "drive_empty"
        while duration > 0:
            step = min(duration, rules.driving - self._driven, rules.break_after - self._since_break)
            if step > 0:
                self.hours[state] += step
                self.now += step
                self._driven += step
                self._since_break += step
                duration -= step
            elif self._driven >= rules.driving:
                self.sleep()
            else:
                self._spend("rest", rules.break_time)
                self._since_break = 0

    def work(self, state: str, duration: int) -> None:
        """Load or unload."""
        self._begin(duration)
        self._spend(state, duration)
        self._since_break = 0

    def wait_until(self, when: int) -> None:
        """Stand until `when`; a wait over a night is also a rest."""
        if when > self.now:
            self._spend("wait", when - self.now)
            if self.now // DAY > self._wake // DAY:
                self._wake_up()

    def sleep(self) -> None:
        """Rest until the next morning's shift."""
        morning = (self.now // DAY + 1) * DAY + self.rules.shift_start
        self._spend("rest", morning - self.now)
        self._wake_up()

    def _begin(self, duration: int) -> None:
        on_duty = self.now - self._wake
        if on_duty > 0 and on_duty + duration > self.rules.shift:
            self.sleep()

    def _spend(self, state: str, duration: int) -> None:
        self.hours[state] += duration
        self.now += duration

    def _wake_up(self) -> None:
        self._wake = self.now
        self._driven = self._since_break = 0
