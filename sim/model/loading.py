"""Which classes share a vehicle's compartments."""

from __future__ import annotations

from sim.kernels import kernel
from sim.units import BoolArray, IntArray


@kernel()
def mass_of_group(group: int, apart: IntArray, due: IntArray) -> int:
    """Grams of all classes of a group."""
    mass = 0
    for storage_class in range(len(apart)):
        if apart[storage_class] == group:
            mass += due[storage_class]
    return mass


@kernel()
def share_compartments(compartments: int, apart: IntArray, due: IntArray, on_board: BoolArray) -> None:
    """Say which classes are taken on board: each group needs a compartment, most mass `due` first."""
    groups = 0
    for group in apart:
        groups = max(groups, group + 1)
    for storage_class in range(len(apart)):
        own = apart[storage_class]
        mass, ahead = mass_of_group(own, apart, due), 0
        for group in range(groups):
            other = mass_of_group(group, apart, due)
            if other > mass or (other == mass and group < own):
                ahead += 1
        on_board[storage_class] = ahead < compartments
