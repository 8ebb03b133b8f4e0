"""How much is measured: the whole, or a little of everything for a test."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """Rounds and sizes.

    Attributes
    ----------
    growth
        (counties, reported years) of the synthetic regions, the shipped one first; a county has 90 sources.
    curves
        The same for engines side by side, each as far as it gets in `patience` seconds per replication.
    main_job
        Options of `python run.py`.
    """

    rounds: int
    slow_rounds: int
    years: int
    warm_up: int
    checked: int
    replications: int
    growth: tuple[tuple[int, int], ...]
    curves: tuple[tuple[int, int], ...]
    patience: float
    main_job: tuple[str, ...]


WHOLE = Scale(
    rounds=9,
    slow_rounds=2,
    years=5,
    warm_up=2,
    checked=3,
    replications=1000,
    growth=((1, 5), (10, 5), (100, 5), (1, 50)),
    curves=((1, 5), (10, 5), (100, 5), (1, 20), (1, 50)),
    patience=8.0,
    main_job=(),
)
QUICK = Scale(
    rounds=2,
    slow_rounds=1,
    years=1,
    warm_up=0,
    checked=1,
    replications=8,
    growth=((1, 1), (2, 1)),
    curves=((1, 1), (2, 1)),
    patience=1.0,
    main_job=("--replications", "2"),
)
