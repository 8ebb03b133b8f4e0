"""Working days: those that are known, and what lies beyond them."""

import numpy as np
import pytest

from sim.calendars import WorkingCalendar


@pytest.mark.parametrize("working", [[], [0], [1, 2, 5], [3, 4, 6, 9]])
def test_working_days_go_on_beyond_those_that_are_known(working: list[int]) -> None:
    calendar = WorkingCalendar(np.array(working, dtype=np.int64), 2026)
    last = working[-1] if working else -1
    for day in range(13):
        open_days = [*(one for one in working if one > day), *range(max(day, last) + 1, 60)]
        for count in (1, 2, 4, 20):
            assert calendar.after(day, count) == open_days[count - 1]
        assert calendar.next_working(day) == (day if day in working else open_days[0])
    for count in (1, 2, 4, 20):
        found = calendar.after_each(np.arange(13), count).tolist()
        assert found == [calendar.after(day, count) for day in range(13)]
