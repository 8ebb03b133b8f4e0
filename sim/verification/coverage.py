"""Coverage of intervals: samples of known laws, and how often an interval leaves the mean out.

Laws are those of a mean over the years and sites of a replication: sites differ, years have a common factor,
events may be rare, come in bad runs, or be one yes or no.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from sim.experiment.intervals import SINGLE, Errors, reach_interval
from sim.units import FloatArray

SEED = 20260103
SAMPLES = 4_000
SIZES = (20, 50, 200)
"""Replications of a sample."""
VERDICT = Errors(side=0.05 / 94 / 24, few=0.05 / 94 / 24, none=0.05 / 94 / 2)
"""Errors of one of 94 limits at one of 12 looks."""
SITES, YEARS = 90, 5

Draw = Callable[[np.random.Generator, tuple[int, int]], FloatArray]


@dataclass(frozen=True)
class Law:
    """A law of replications.

    Attributes
    ----------
    mean
        Exact.
    low, high
        Ends of its domain as far as the interval is told.
    within
        Whether what is not seen is mostly within the reach of what is.
    """

    draw: Draw
    mean: float
    low: float = 0.0
    high: float = 1.0
    within: bool = True


@dataclass(frozen=True)
class Missed:
    """Share of samples whose lower bound is above the mean, and whose upper bound is below it."""

    below: float
    above: float

    @property
    def covered(self) -> float:
        """Share of samples whose interval holds the mean."""
        return 1 - self.below - self.above


# --- laws --------------------------------------------------------------------------------------------


def site_years(
    risk: float | FloatArray, spread: float, random: np.random.Generator, shape: tuple[int, int]
) -> FloatArray:
    """Shares of site-years; sites in three kinds of risk 0.25, 1 and 1.75, years with a common factor.

    The factor is uniform on 1 +- `spread`, so means are exact.
    """
    total = np.zeros(shape)
    for _ in range(YEARS):
        factor = random.uniform(1 - spread, 1 + spread, shape)
        for kind in (0.25, 1.0, 1.75):
            total += random.binomial(SITES // 3, np.minimum(risk * factor * kind, 1.0))
    return np.asarray(total / (SITES * YEARS))


def bad_runs(
    often: float, times: float, risk: float, random: np.random.Generator, shape: tuple[int, int]
) -> FloatArray:
    """Site-years whose risk is so many times as large in some runs."""
    return site_years(np.where(random.random(shape) < often, times * risk, risk), 0.5, random, shape)


def one_place(risk: float, random: np.random.Generator, shape: tuple[int, int]) -> FloatArray:
    """Years of one place whose risk differs wildly between runs (beta of size 1/2)."""
    return np.asarray(random.binomial(YEARS, random.beta(risk / 2, (1 - risk) / 2, shape)) / YEARS)


def yes_or_no(risk: float, random: np.random.Generator, shape: tuple[int, int]) -> FloatArray:
    """One place in one year."""
    return np.asarray(random.random(shape) < risk, dtype=np.float64)


def mostly_nothing(
    often: float, one: float, other: float, random: np.random.Generator, shape: tuple[int, int]
) -> FloatArray:
    """0 in most runs, a beta law in the others."""
    return np.asarray((random.random(shape) < often) * random.beta(one, other, shape))


def heavy(one: float, other: float, random: np.random.Generator, shape: tuple[int, int]) -> FloatArray:
    """A beta law."""
    return np.asarray(random.beta(one, other, shape))


def days(often: float, random: np.random.Generator, shape: tuple[int, int]) -> FloatArray:
    """Days: 0, or exponential with a mean of 2."""
    return np.asarray((random.random(shape) < often) * random.exponential(2.0, shape))


def cost(random: np.random.Generator, shape: tuple[int, int]) -> FloatArray:
    """Normal."""
    return np.asarray(random.normal(700.0, 20.0, shape))


def paired_risk(random: np.random.Generator, shape: tuple[int, int]) -> FloatArray:
    """Difference of two plans' shares on the same years: one has most of the other's site-years fewer."""
    base = site_years(0.05, 0.5, random, shape)
    return np.asarray(base * random.beta(2.0, 38.0, shape) - base)


def all_equal(random: np.random.Generator, shape: tuple[int, int]) -> FloatArray:
    """The same in every run."""
    return np.full(shape, 0.3)


LAWS: Mapping[str, Law] = {
    "site-years, 5 %": Law(partial(site_years, 0.05, 0.5), 0.05),
    "site-years, 0.3 %, years very unlike": Law(partial(site_years, 0.003, 1.0), 0.003),
    "site-years, 0.01 %": Law(partial(site_years, 1e-4, 0.5), 1e-4),
    "site-years, one run in ten three times as bad": Law(partial(bad_runs, 0.1, 3.0, 0.03), 0.036),
    "site-years, one run in thirty five times as bad": Law(partial(bad_runs, 1 / 30, 5.0, 0.03), 0.034),
    "years of one bay, 1 %, runs very unlike": Law(partial(one_place, 0.01), 0.01),
    "years of one bay, 5 %, runs very unlike": Law(partial(one_place, 0.05), 0.05),
    "years of one bay, 30 %, runs very unlike": Law(partial(one_place, 0.3), 0.3),
    "years that meet a target, 97 %": Law(partial(one_place, 0.97), 0.97),
    "yes or no, 1.6 %": Law(partial(yes_or_no, 0.016), 0.016),
    "yes or no, 15 %": Law(partial(yes_or_no, 0.15), 0.15),
    "yes or no, 50 %": Law(partial(yes_or_no, 0.5), 0.5),
    "age, 0 in nine runs of ten": Law(partial(mostly_nothing, 0.1, 1.0, 30.0), 0.1 / 31),
    "age, 0 in two runs of three": Law(partial(mostly_nothing, 1 / 3, 0.5, 10.0), 0.5 / 10.5 / 3),
    "age, skewed": Law(partial(heavy, 0.3, 20.0), 0.3 / 20.3),
    "rate, close to 1": Law(partial(heavy, 50.0, 0.5), 50 / 50.5),
    "days, exponential in every run": Law(partial(days, 1.0), 2.0, high=np.inf),
    "days, in one run of five": Law(partial(days, 0.2), 0.4, high=np.inf),
    "cost": Law(cost, 700.0, low=-np.inf, high=np.inf),
    "paired difference of shares": Law(paired_risk, -0.0475, low=-1.0),
    "all runs alike": Law(all_equal, 0.3),
    "site-years, one run in 100 twenty times as bad": Law(
        partial(bad_runs, 0.01, 20.0, 0.01), 0.0119, within=False
    ),
}


# --- how often the mean is left out --------------------------------------------------------------------


def missed(name: str, size: int, errors: Errors = SINGLE, samples: int = SAMPLES) -> Missed:
    """Left out by intervals of samples of a law, each with its own fixed seed."""
    law = LAWS[name]
    random = np.random.Generator(np.random.Philox(key=[SEED, zlib.crc32(f"{name} {size}".encode())]))
    below = above = 0
    for part in _parts(samples):
        found, _ = reach_interval(law.draw(random, (size, part)), law.low, law.high, errors)
        below += int((found.low > law.mean).sum())
        above += int((found.high < law.mean).sum())
    return Missed(below / samples, above / samples)


def _parts(samples: int, most: int = 2000) -> Iterator[int]:
    for first in range(0, samples, most):
        yield min(most, samples - first)
