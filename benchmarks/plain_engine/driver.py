"""A long-distance driver's day."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from benchmarks.plain_engine.county import County
from sim.units import DAY

Steps = Generator[Any, Any, Any]


class Driver:
    """Drives, works, waits and sleeps; `hours` adds up the seconds of each."""

    def __init__(self, county: County) -> None:
        self.county = county
        self.rules = county.network.time
        self.loaded = False
        self.hours = dict.fromkeys(("drive_empty", "drive_loaded", "load", "unload", "wait", "rest"), 0)
        self.got_up = county.now
        self.driven_today = 0
        self.driven_since_break = 0

    def drive(self, duration: int) -> Steps:
        """Drive; a way that does not fit into what is left of the shift is begun tomorrow."""
        yield from self.sleep_unless_fits(min(duration, self.rules.shift, self.rules.driving))
        while duration > 0:
            if self.driven_today == self.rules.driving:
                yield from self.sleep()
            if self.driven_since_break == self.rules.break_after:
                yield from self.spend("rest", self.rules.break_time)
                self.driven_since_break = 0
            stretch = min(
                duration,
                self.rules.driving - self.driven_today,
                self.rules.break_after - self.driven_since_break,
            )
            yield from self.spend("drive_loaded" if self.loaded else "drive_empty", stretch)
            self.driven_today += stretch
            self.driven_since_break += stretch
            duration -= stretch

    def work(self, what: str, duration: int) -> Steps:
        """Load or unload; that is a break from driving."""
        yield from self.sleep_unless_fits(duration)
        yield from self.spend(what, duration)
        self.driven_since_break = 0

    def wait(self, until: int) -> Steps:
        """Stand by; who has stood by over midnight has slept."""
        if until > self.county.now:
            yield from self.spend("wait", until - self.county.now)
            if self.county.now // DAY > self.got_up // DAY:
                self._get_up()

    def sleep_unless_fits(self, duration: int) -> Steps:
        """Sleep if the shift would end before `duration` is over, unless it has just begun."""
        on_duty = self.county.now - self.got_up
        if on_duty and on_duty + duration > self.rules.shift:
            yield from self.sleep()

    def sleep(self) -> Steps:
        """Rest until tomorrow's shift begins."""
        tomorrow = (self.county.now // DAY + 1) * DAY
        yield from self.spend("rest", tomorrow + self.rules.shift_start - self.county.now)
        self._get_up()

    def spend(self, what: str, duration: int) -> Steps:
        """Let time pass."""
        self.hours[what] += duration
        yield self.county.env.timeout(duration)

    def _get_up(self) -> None:
        self.got_up = self.county.now
        self.driven_today = self.driven_since_break = 0
