"""Exact laws of a store that is emptied on call, on a lattice of masses.

Batches come as a compound Poisson process. The store calls when it holds `call`; a truck comes at one
fixed time of day, on the first morning after the call plus whole days of papers. Mornings make the lead
time depend on the hour of the call, so the law is followed from morning to morning.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import gammainc

from sim.units import BoolArray, FloatArray

SIZE = 2048
"""Points of the lattice; what lies beyond must be impossible in practice."""
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(24)


@dataclass(frozen=True)
class Batches:
    """A compound Poisson process: batches a day, and the transform of a batch's mass on a lattice."""

    per_day: float
    step: float
    mean: float
    transform: np.typing.NDArray[np.complex128]

    @classmethod
    def of(cls, per_day: float, mean: float, cv: float, step: float) -> Batches:
        """Gamma masses rounded to the lattice (constant where `cv` is 0)."""
        mass = np.zeros(SIZE)
        if cv == 0.0:
            mass[round(mean / step)] = 1.0
        else:
            shape = 1 / cv**2
            edges = (np.arange(SIZE + 1) - 0.5).clip(0) * step
            mass = np.diff(gammainc(shape, edges * shape / mean))
        return cls(per_day, step, mean, np.fft.rfft(mass, 2 * SIZE))

    def add(self, law: FloatArray, days: float) -> FloatArray:
        """Law of a stock after `days` more."""
        grown = np.fft.rfft(law, 2 * SIZE) * np.exp(self.per_day * days * (self.transform - 1.0))
        return np.asarray(np.fft.irfft(grown)[:SIZE].clip(0), dtype=np.float64)


@dataclass(frozen=True)
class Cycle:
    """Expectations over the time from one removal to the next.

    Attributes
    ----------
    overflow
        Probability that the stock passes the capacity.
    excess
        Stock above the capacity when the truck comes.
    days, over_days
        Length, and time above the capacity.
    stock_days
        Integral of the stock.
    """

    overflow: float
    excess: float
    days: float
    over_days: float
    stock_days: float


def cycle(batches: Batches, call: float, capacity: float, papers_days: int, hour: float) -> Cycle:
    """Work a cycle out.

    Parameters
    ----------
    call, capacity
        In the unit of the batches' mean; a store overflows above its capacity.
    papers_days, hour
        Whole days between call and morning, and days from the morning to the removal.
    """
    mass = np.arange(SIZE) * batches.step
    calls, over = mass >= call - 1e-9, mass > capacity + 1e-9
    quiet = np.zeros(SIZE)
    quiet[0] = 1.0
    first = batches.add(quiet, 1.0 - hour)
    called, quiet = np.where(calls, first, 0.0), np.where(calls, 0.0, first)
    mornings = np.zeros(SIZE)
    while quiet.sum() > 1e-13:
        mornings += quiet
        later = batches.add(quiet, 1.0)
        called += np.where(calls, later, 0.0)
        quiet = np.where(calls, 0.0, later)
    empty = np.zeros(SIZE)
    empty[0] = 1.0
    phases = ((empty, 1.0 - hour), (mornings, 1.0), (called, papers_days + hour))
    final = batches.add(called, papers_days + hour)
    half_rate = batches.per_day * batches.mean / 2
    return Cycle(
        overflow=float(final[over].sum()),
        excess=float(final[over] @ (mass[over] - capacity)),
        days=sum(float(law.sum()) * days for law, days in phases),
        over_days=sum(_over_days(batches, law, days, over) for law, days in phases),
        stock_days=sum(float(law @ (mass * days + half_rate * days**2)) for law, days in phases),
    )


def _over_days(batches: Batches, law: FloatArray, days: float, over: BoolArray) -> float:
    """Expected time above the capacity while a stock of this law grows for `days`."""
    moments = days * (_NODES + 1) / 2
    above = [float(batches.add(law, moment)[over].sum()) for moment in moments]
    return float(days / 2 * (_WEIGHTS @ np.array(above)))


def poisson(mean: float, size: int) -> FloatArray:
    """(size,) probabilities of 0, 1, ..."""
    counts = np.arange(size)
    logs = counts * math.log(mean) - mean - np.array([math.lgamma(count + 1) for count in counts])
    return np.asarray(np.exp(logs), dtype=np.float64)
