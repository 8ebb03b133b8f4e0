"""Days that workers keep on disk, and their bands."""

from pathlib import Path

import numpy as np
import pytest

from sim.experiment.days import bands_of, bands_of_kept, keep

NONE = float("nan")


def test_days_kept_in_any_order_give_the_bands_of_all(tmp_path: Path) -> None:
    daily = np.random.default_rng(1).random((10, 2, 5)).astype(np.float32)
    for first, last in ((6, 10), (0, 3), (3, 6), (0, 3)):
        keep(tmp_path / "days", first, list(daily[first:last]))
    found = bands_of_kept(tmp_path / "days", 10, 5, np.array([0.5, NONE]))
    assert found.quantiles[:, :, 2] == pytest.approx(np.median(daily, axis=0))
    assert found.over[0] == pytest.approx((daily[:, 0] > 0.5).mean(axis=0))
    assert np.isnan(found.over[1]).all()


def test_where_nothing_is_followed_there_are_no_bands(tmp_path: Path) -> None:
    keep(tmp_path / "days", 0, [np.empty((0, 5), np.float32)])
    found = bands_of_kept(tmp_path / "days", 1, 5, np.empty(0))
    assert found.quantiles.shape == (0, 5, 5)
    assert found.over.shape == (0, 5)


def test_where_every_replication_broke_off_nothing_is_known() -> None:
    found = bands_of(np.full((3, 1, 2), np.nan, np.float32), np.array([1.0]))
    assert np.isnan(found.quantiles).all()
    assert np.isnan(found.over).all()
