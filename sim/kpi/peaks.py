"""Highest stocks of every year: what a storage curve is made of."""

from __future__ import annotations

import numpy as np

from sim.kpi.first_passage import bay_claims, is_known
from sim.kpi.outcome import PeakPlace
from sim.kpi.sources import SourceStorage
from sim.kpi.storage import rises_of, storage_years
from sim.network.hazardous import HazardousNetwork
from sim.record.hazardous import HazardousRecord
from sim.units import TONNE, BoolArray, FloatArray


def peak_places(network: HazardousNetwork) -> tuple[PeakPlace, ...]:
    """Bays, then the stores of all sources, with how their storage curves may be read."""
    stores, classes, site = network.stores, network.classes, network.collection
    found = []
    if site is not None:
        method = "peak" if not site.refuses else "first_passage" if is_known(network) else "none"
        found = [
            PeakPlace(f"collection_point/{classes[bay.storage_class]}", bay.capacity / TONNE, method)
            for bay in site.bays
        ]
    word = "first_passage" if network.divert_share else "peak"
    shares = calls_by_share(network)
    return (
        *found,
        *(
            PeakPlace(f"site:{name}", capacity / TONNE, f"{word}_call_kept" if share else word, step / TONNE)
            for name, capacity, step, share in zip(
                stores.names, stores.capacity.tolist(), stores.container.tolist(), shares, strict=True
            )
        ),
    )


def calls_by_share(network: HazardousNetwork) -> BoolArray:
    """(stores,) whether it ever matters how full the store is: its site calls at a share of the capacity.

    Vans on fixed rounds do not ask; receivers' trucks and vans on call do.
    """
    site = network.collection
    if site is None:
        return np.ones(len(network.stores), dtype=np.bool_)
    asked = site.rounds == "on_call" or site.opening.high + site.enrolment > 0
    return np.asarray(~network.sites.pilot[network.stores.site] | asked, dtype=np.bool_)


def peaks_of(record: HazardousRecord, bays: FloatArray, storage: SourceStorage) -> FloatArray:
    """(places, years) of `peak_places`, t.

    Parameters
    ----------
    bays
        (bays, years) highest stock, t.
    """
    network = record.network
    if network.collection is not None and network.collection.refuses:
        bays = bay_claims(record)
    stores = _since_start(record) if network.divert_share else storage.stores.peak
    return np.concatenate([bays, stores / TONNE])


def _since_start(record: HazardousRecord) -> FloatArray:
    """(stores, years) highest stock from the begin of the run to the end of each reported year, g."""
    horizon, stores = record.network.horizon, record.network.stores
    edges = horizon.simulated_edges
    years = len(edges) - 1
    rises = rises_of(record.inflow, record.removals, stores.capacity, edges)
    peak = np.maximum.accumulate(storage_years(rises, len(stores), years).peak, axis=1)
    return np.asarray(peak[:, years - len(horizon.reported_years) :], dtype=np.float64)
