"""Visits and vehicles: missed visits, loading times, breakdowns, confirmations, enrolment, opening."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from sim.calendars import Horizon
from sim.chance.chance import Chance, lognormal_factor, normal_per_date
from sim.network.hazardous import CollectionSite, HazardousNetwork, Opening, ReceiverSite
from sim.units import FloatArray, IntArray

MISSED = -1
TOGETHER = 16
"""Sources whose visits are drawn together: few enough to stay in the processor's cache."""


def services(chance: Chance, network: HazardousNetwork) -> npt.NDArray[np.int32]:
    """(sites, days) time at each site on each date, s; `MISSED` where nobody is there or it is refused.

    Loading time is uniform around its mean. One pair of draws per (source, date): the two halves of a word
    of the source's sequence, and the date says which; 24 bits of each count.
    """
    time, horizon = network.time, network.horizon
    block, skip = divmod(horizon.start.toordinal(), 4)

    def draw() -> npt.NDArray[np.int32]:
        names = network.sites.names
        mean, half_width = np.float32(time.load), np.float32(time.load * time.load_cv * 3**0.5)
        missed_below = math.ceil(float(np.float32(time.missed)) * 2**24) << 8
        table = np.empty((len(names), horizon.days), dtype=np.int32)
        words = np.empty((TOGETHER, skip + horizon.days), dtype="<u8")
        for first in range(0, len(names), TOGETHER):
            some = names[first : first + TOGETHER]
            for row, name in enumerate(some):
                bits = chance.sequences.open("visit", name, block=block).bit_generator
                words[row] = bits.random_raw(skip + horizon.days)
            halves = words[: len(some), skip:].view("<u4")
            loading = (halves[:, 1::2] >> 8).astype(np.float32)
            for factor, summand in ((2.0**-23, -1.0), (half_width, mean)):
                loading *= factor
                loading += summand
            np.maximum(loading, 60, out=loading)
            loading[halves[:, ::2] < missed_below] = MISSED
            table[first : first + len(some)] = loading
        return table

    return chance.keep(("services", network.sites.names, time, horizon), draw)


def opening(chance: Chance, law: Opening) -> int:
    """Opening date of the collection point, s: the triangular law at one uniform draw."""
    if law.high == law.low:
        return law.low
    draw = chance.uniform("opening")
    width = law.high - law.low
    split = (law.mode - law.low) / width
    if draw < split:
        return round(law.low + math.sqrt(draw * width * (law.mode - law.low)))
    return round(law.high - math.sqrt((1 - draw) * width * (law.high - law.mode)))


def enrolment(chance: Chance, network: HazardousNetwork, site: CollectionSite, opens: int) -> IntArray:
    """(sites,) s at which each pilot source is enrolled: uniform over the enrolment period."""
    names = network.sites.names
    draws = chance.keep(
        ("enrolment", names), lambda: np.array([chance.uniform("enrolment", name) for name in names])
    )
    return opens + (draws * site.enrolment).astype(np.int64)


def operating_lives(chance: Chance, vehicle: str, count: int = 200) -> FloatArray:
    """(count,) operating time at each breakdown of a vehicle, in mean lives."""
    return chance.keep(
        ("breakdowns", vehicle, count),
        lambda: chance.sequences.open("breakdown", vehicle).standard_exponential(count).cumsum(),
    )


def confirmations(chance: Chance, receiver: ReceiverSite, horizon: Horizon) -> IntArray:
    """(days,) time from arrival to acceptance for loads that arrive on each date, s."""

    def draw() -> IntArray:
        normal = normal_per_date(chance, horizon, "confirmation", receiver.name)
        times: IntArray = np.rint(
            receiver.confirmation * lognormal_factor(normal, receiver.confirmation_cv)
        ).astype(np.int64)
        return times

    return chance.keep(("confirmation", receiver, horizon), draw)
