"""Named sequences: pure functions of seed, name and replication, however they are opened."""

import copy

import numpy as np
import pytest

from sim import randomness
from sim.randomness import Sequences


def drawn(sequences: Sequences) -> list[bytes]:
    """Draws of many kinds, each cut off in the middle of what the generator holds ready."""
    kinds = (
        lambda generator: generator.random(3, dtype=np.float32),
        lambda generator: generator.random(5),
        lambda generator: generator.standard_exponential(7),
        lambda generator: generator.standard_gamma(0.7, 9),
        lambda generator: generator.standard_normal(2),
    )
    return [
        draw(sequences.open("batch", str(number), block=block)).tobytes()
        for number in range(4)
        for block in (0, 1, 3)
        for draw in kinds
    ]


def test_the_quick_way_to_open_a_sequence_gives_what_the_proper_way_gives(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    quick = [drawn(Sequences(5, replication)) for replication in (0, 3)]
    monkeypatch.setattr(randomness, "_memory_is_known", lambda: False)
    assert quick == [drawn(Sequences(5, replication)) for replication in (0, 3)]
    assert quick[0] != quick[1]


def test_the_quick_way_is_taken_with_this_numpy() -> None:
    assert randomness._memory_is_known()


def test_what_was_drawn_before_does_not_matter() -> None:
    sequences = Sequences(5, 1)
    first = drawn(sequences)
    sequences.open("other").random(1, dtype=np.float32)
    assert drawn(sequences) == first


def test_a_block_is_four_words_on() -> None:
    sequences = Sequences(5, 1)
    whole = sequences.open("batch").random(12)
    assert (sequences.open("batch", block=2).random(4) == whole[8:]).all()


def test_a_copy_draws_the_same_and_leaves_the_original_alone() -> None:
    sequences = Sequences(5, 2)
    before = drawn(sequences)
    other = copy.deepcopy(sequences)
    generator = sequences.open("batch")
    assert drawn(other) == before
    assert generator.random() == Sequences(5, 2).open("batch").random()
