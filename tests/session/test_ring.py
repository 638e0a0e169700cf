"""The newest samples: as they were added, from a time on, after any number of turns."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from isotimer.core.block import Block
from isotimer.session.ring import Ring


@given(st.lists(st.integers(0, 25), max_size=12), st.floats(-1, 120, allow_nan=False))
def test_it_gives_what_was_added_last(sizes: list[int], start_s: float) -> None:
    ring, added = Ring(16, 2), 0
    for n in sizes:
        time_s = np.arange(added, added + n, dtype=float)
        pair = np.stack([time_s, -time_s], axis=1)
        ring.add(Block(time_s, pair, pair * 2, np.full(n, 4, np.uint8), "counts"))
        added += n
    expected = np.array([t for t in range(max(0, added - 16), added) if t >= start_s], float)
    seen = ring.since(start_s)
    assert seen.time_s.tolist() == expected.tolist()
    assert seen.force_n[:, 1].tolist() == (-expected).tolist()
    assert seen.raw[:, 0].tolist() == (2 * expected).tolist()
    assert len(seen.flags) == len(expected)
    alone_s, total_n = ring.tension(start_s)
    assert (alone_s.tolist(), total_n.tolist()) == (expected.tolist(), [0.0] * len(expected))


def test_the_newest_tension_is_that_of_the_last_sample_unless_it_is_old() -> None:
    ring = Ring(4, 2)
    assert ring.newest(float("-inf")) is None
    for at_s in range(6):
        ring.add(
            Block(np.array([float(at_s)]), np.array([[at_s, 1.0]]), np.ones((1, 2)), np.zeros(1, np.uint8))
        )
        assert ring.newest(at_s) == at_s + 1.0
        assert ring.newest(at_s + 0.5) is None


def test_the_tension_is_that_of_the_channels_of_the_strap() -> None:
    ring, force = Ring(4, 2), np.array([[1.0, 10.0], [2.0, 20.0]])
    ring.add(Block(np.arange(2.0), force, force, np.zeros(2, np.uint8), "N", (1,)))
    assert ring.tension(0.0)[1].tolist() == [10.0, 20.0]
    assert ring.newest(0.0) == 20.0


def test_a_copy_does_not_change_with_the_ring() -> None:
    ring = Ring(4, 1)
    one = np.ones((4, 1))
    ring.add(Block(np.arange(4.0), one, one, np.zeros(4, np.uint8)))
    seen = ring.since(0)
    ring.add(Block(np.arange(4.0, 8.0), one * 9, one, np.zeros(4, np.uint8)))
    assert seen.time_s.tolist() == [0, 1, 2, 3]
    assert seen.unit == "N"
