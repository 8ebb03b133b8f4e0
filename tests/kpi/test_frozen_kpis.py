"""Every number of a few small runs, frozen; `python tests/frozen_kpis.py` renews them."""

import pytest
from frozen_kpis import kept, measured


def test_every_measured_number_is_the_one_that_was_frozen() -> None:
    then, now = kept(), measured()

    assert now.keys() == then.keys()
    moved = [
        f"{'/'.join(names)}: {value} -> {now[names]}"
        for names, value in then.items()
        if now[names] != pytest.approx(value, rel=1e-9, abs=1e-9, nan_ok=True)
    ]
    assert not moved, "\n".join([*moved[:12], "if this is meant: python tests/frozen_kpis.py"])
