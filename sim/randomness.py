"""Random numbers with names.

A sequence is a pure function of (seed, name, replication): the Philox key is a hash of seed and name,
the replication is the counter's highest word. Nothing else that exists can shift it, and a longer
draw begins with the shorter one.
"""

from __future__ import annotations

import ctypes
from functools import cache
from hashlib import blake2b
from typing import Any

import numpy as np

Philox = tuple[int, int]
"""A Philox key."""


@cache
def _key(seed: int, name: str) -> Philox:
    digest = blake2b(f"{seed}/{name}".encode(), digest_size=16).digest()
    return int.from_bytes(digest[:8], "little"), int.from_bytes(digest[8:], "little")


@cache
def _keys(seed: int, kind: str, names: tuple[str, ...]) -> list[Philox]:
    return [_key(seed, f"{kind}/{name}") for name in names]


class Sequences:
    """Opens named sequences of one (seed, replication).

    One generator is re-used: what `open` returned before must be finished with before it is called again.
    """

    def __init__(self, seed: int, replication: int) -> None:
        self.seed, self.replication = seed, replication
        bits = np.random.Philox(key=0)
        bits.state = _state(0, replication, _key(seed, ""))
        self.generator = np.random.Generator(bits)
        self._memory = _Memory(bits) if _memory_is_known() else None

    def open(self, *name: str, block: int = 0) -> np.random.Generator:
        """Generator at the beginning of the sequence called `name`, or `block` blocks of four words on."""
        self.begin(_key(self.seed, "/".join(name)), block)
        return self.generator

    def keys(self, kind: str, names: tuple[str, ...]) -> list[Philox]:
        """Keys of the sequences called `kind`, name: for `begin`, where many follow each other."""
        return _keys(self.seed, kind, names)

    def begin(self, key: Philox, block: int = 0) -> None:
        """Put `generator` at the beginning of the sequence of a key, or `block` blocks of four words on."""
        if self._memory is None:
            self.generator.bit_generator.state = _state(block, self.replication, key)
        else:
            self._memory.begin(key, block)

    def __reduce__(self) -> tuple[type[Sequences], tuple[int, int]]:
        """A copy has a generator of its own."""
        return Sequences, (self.seed, self.replication)


def _state(block: int, replication: int, key: Philox) -> Any:
    """A Philox generator's state in which nothing has been drawn."""
    return {
        "bit_generator": "Philox",
        "state": {
            "counter": np.array([block, 0, 0, replication], dtype=np.uint64),
            "key": np.array(key, dtype=np.uint64),
        },
        "buffer": np.zeros(4, dtype=np.uint64),
        "buffer_pos": 4,
        "has_uint32": 0,
        "uinteger": 0,
    }


class _Memory:
    """Where a Philox generator keeps its state: setting it there takes a tenth of the time."""

    def __init__(self, bits: np.random.Philox) -> None:
        self._held = _words(bits.ctypes.state_address, 8)
        self._counter, self._key = _words(self._held[0], 4), _words(self._held[1], 2)

    def begin(self, key: Philox, block: int) -> None:
        """Be as if another key had been set and nothing drawn; no sequence is so long that a word carries."""
        self._counter[0] = block
        self._key[0], self._key[1] = key
        self._held[2] = 4
        self._held[7] = 0


def _words(address: int, count: int) -> memoryview:
    return memoryview((ctypes.c_uint64 * count).from_address(address)).cast("B").cast("Q")


@cache
def _memory_is_known() -> bool:
    """Whether this NumPy lays the state out as `_Memory` takes it to: tried once, beside the proper way."""
    ours, theirs = np.random.Philox(key=0), np.random.Philox(key=0)
    held = _words(ours.ctypes.state_address, 8)
    room = range(id(ours), id(ours) + type(ours).__basicsize__ - 31)
    if held[0] not in room or held[1] not in room:
        return False
    np.random.Generator(ours).random(3, dtype=np.float32)
    _Memory(ours).begin((5, 6), 8)
    theirs.state = _state(8, 0, (5, 6))
    drawn = [np.random.Generator(bits).random(9, dtype=np.float32).tobytes() for bits in (ours, theirs)]
    return drawn[0] == drawn[1] and ours.random_raw() == theirs.random_raw()
