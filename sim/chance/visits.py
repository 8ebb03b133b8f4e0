"""Visits and vehicles: missed visits, loading times, breakdowns, confirmations, enrolment, opening."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from sim.calendars import Horizon
from sim.chance.chance import Chance, lognormal_factor, normal_per_date
from sim.network.hazardous import CollectionSite, HazardousNetwork, Opening, ReceiverSite, WorkingTime
from sim.units import FloatArray, IntArray

MISSED = -1
TOGETHER = 16
"""Sources whose visits are drawn together: few enough to stay in the processor's cache."""


def services(chance: Chance, network: HazardousNetwork) -> npt.NDArray[np.int32]:
    """(sites, days) time at each site on each date, s; `MISSED` where nobody is there or it is refused.

    Loading time is uniform around its mean, a minute at least. Two draws of 16 bits per (source, date): the
    two quarters of a word of the source's sequence, and the date says which.
    """
    time, horizon = network.time, network.horizon
    block, skip = divmod(horizon.start.toordinal(), 8)

    def draw() -> npt.NDArray[np.int32]:
        names, days = network.sites.names, horizon.days
        begin, raw = chance.sequences.begin, chance.sequences.generator.bit_generator.random_raw
        missed_below, least, span = loading(time)
        words = np.empty((TOGETHER, (skip + days + 1) // 2), dtype="<u8")
        table = np.empty((len(names), days), dtype=np.int32)
        wide = np.uint32(span) if span < 1 << 16 else np.uint64(span)
        keys = chance.sequences.keys("visit", names)
        for first in range(0, len(names), TOGETHER):
            some = keys[first : first + TOGETHER]
            for row, key in enumerate(some):
                begin(key, block)
                words[row] = raw(words.shape[1])
            halves = words[: len(some)].view("<u4")[:, skip : skip + days]
            own = table[first : first + len(some)]
            own[:] = (halves >> 16) * wide >> 16
            own += least
            np.maximum(own, 60, out=own)
            own[halves & 0xFFFF < missed_below] = MISSED
        return table

    return chance.keep(("services", network.sites.names, time, horizon), draw)


def loading(time: WorkingTime) -> tuple[int, int, int]:
    """Draw of 16 bits below which a visit is missed; least loading time and the range above it, s."""
    half_width = time.load * time.load_cv * 3**0.5
    return round(time.missed * 2**16), round(time.load - half_width), round(2 * half_width)


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
    names, sequences = network.sites.names, chance.sequences

    def draw() -> FloatArray:
        drawn = np.empty(len(names))
        for row, key in enumerate(sequences.keys("enrolment", names)):
            sequences.begin(key)
            drawn[row] = sequences.generator.random()
        return drawn

    return opens + (chance.keep(("enrolment", names), draw) * site.enrolment).astype(np.int64)


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
