"""Random numbers with names.

A sequence is a pure function of (seed, name, replication): the Philox key is a hash of seed and name,
the replication is the counter's highest word. Nothing else that exists can shift it, and a longer
draw begins with the shorter one.
"""

from __future__ import annotations

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
        self.seed = seed
        self._bits = np.random.Philox(key=0)
        self._generator = np.random.Generator(self._bits)
        self._counter = np.array([0, 0, 0, replication], dtype=np.uint64)
        self._state: Any = self._bits.state
        self._state["state"]["counter"] = self._counter

    def open(self, *name: str, block: int = 0) -> np.random.Generator:
        """Generator at the beginning of the sequence called `name`, or `block` blocks of four words on."""
        self._counter[0] = block
        self._state["state"]["key"] = _key(self.seed, "/".join(name))
        self._bits.state = self._state
        return self._generator
