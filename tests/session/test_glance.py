"""The newest tension goes to everybody who watches, and to nobody who has stopped."""

import numpy as np

from isotimer.core.block import Block
from isotimer.session.glance import Glance


def _block(*totals: float) -> Block:
    pairs = np.array([[t / 2, t / 2] for t in totals]).reshape(-1, 2)
    return Block(np.arange(len(totals), dtype=float), pairs, pairs, np.zeros(len(totals), np.uint8))


def test_watchers_hear_of_the_newest_sample_of_each_block() -> None:
    glance, one, other = Glance(), [], []
    end = glance.watch(one.append)
    glance.watch(other.append)
    glance.block(_block(10.0, 20.0))
    glance.block(_block())
    end()
    end()
    glance.block(_block(30.0))
    assert (one, other) == ([20.0], [20.0, 30.0])


def test_one_who_watches_twice_is_told_twice_and_ends_once() -> None:
    glance, heard = Glance(), []
    ends = [glance.watch(lambda v, n=n: heard.append((n, v))) for n in range(2)]
    ends[0]()
    glance.block(_block(5.0))
    assert heard == [(1, 5.0)]
