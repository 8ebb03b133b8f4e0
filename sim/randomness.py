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


@cache
def _key(seed: int, name: str) -> Any:
    digest = blake2b(f"{seed}/{name}".encode(), digest_size=16).digest()
    return np.frombuffer(digest, dtype=np.uint64)


class Sequences:
    """Opens named sequences of one (seed, replication).

    One generator is re-used: what `open` returned before must be finished with before it is called again.
    """

    def __init__(self, seed: int, replication: int) -> None:
        self.seed, self.replication = seed, replication
        self._bits = np.random.Philox(key=0)
        self._generator = np.random.Generator(self._bits)
        self._counter = np.array([0, 0, 0, replication], dtype=np.uint64)
        self._bits.state = _state(self._counter, _key(seed, ""))
        self._memory = _Memory(self._bits) if _memory_is_known() else None

    def open(self, *name: str, block: int = 0) -> np.random.Generator:
        """Generator at the beginning of the sequence called `name`, or `block` blocks of four words on."""
        key = _key(self.seed, "/".join(name))
        if self._memory is None:
            self._counter[0] = block
            self._bits.state = _state(self._counter, key)
        else:
            self._memory.begin(block, key)
        return self._generator

    def __reduce__(self) -> tuple[type[Sequences], tuple[int, int]]:
        """A copy has a generator of its own."""
        return Sequences, (self.seed, self.replication)


def _state(counter: Any, key: Any) -> Any:
    """A Philox generator's state in which nothing has been drawn."""
    return {
        "bit_generator": "Philox",
        "state": {"counter": counter, "key": key},
        "buffer": np.zeros(4, dtype=np.uint64),
        "buffer_pos": 4,
        "has_uint32": 0,
        "uinteger": 0,
    }


class _Memory:
    """Where a Philox generator keeps its state: setting it there takes a quarter of the time."""

    def __init__(self, bits: np.random.Philox) -> None:
        self._held = _words(bits.ctypes.state_address, 8)
        self._counter, self._key = _words(int(self._held[0]), 4), _words(int(self._held[1]), 2)

    def begin(self, block: int, key: Any) -> None:
        """Be as if another key had been set and nothing drawn; no sequence is so long that a word carries."""
        self._counter[0] = block
        self._key[:] = key
        self._held[2] = 4
        self._held[7] = 0


def _words(address: int, count: int) -> Any:
    return np.ctypeslib.as_array((ctypes.c_uint64 * count).from_address(address))


@cache
def _memory_is_known() -> bool:
    """Whether this NumPy lays the state out as `_Memory` takes it to: tried once, beside the proper way."""
    ours, theirs = np.random.Philox(key=0), np.random.Philox(key=0)
    held = _words(ours.ctypes.state_address, 8)
    room = range(id(ours), id(ours) + type(ours).__basicsize__ - 31)
    if int(held[0]) not in room or int(held[1]) not in room:
        return False
    key = np.arange(5, 7, dtype=np.uint64)
    np.random.Generator(ours).random(3, dtype=np.float32)
    _Memory(ours).begin(8, key)
    theirs.state = _state(np.array([8, 0, 0, 0], dtype=np.uint64), key)
    drawn = [np.random.Generator(bits).random(9, dtype=np.float32).tobytes() for bits in (ours, theirs)]
    return drawn[0] == drawn[1] and ours.random_raw() == theirs.random_raw()
