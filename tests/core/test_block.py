"""Blocks of samples put together."""

from collections.abc import Iterator

import numpy as np

from isotimer.core.block import Block


def _block(time_s: list[float]) -> Block:
    column = np.zeros((len(time_s), 1))
    return Block(np.array(time_s), column, column, np.zeros(len(time_s), np.uint8), "N", True)


class _Read(list[Block]):
    """Blocks that a reader's thread adds to: one more after each look at them."""

    def __iter__(self) -> Iterator[Block]:
        yield from tuple(super().__iter__())
        self.append(_block([9.0]))


def test_blocks_are_joined_in_order() -> None:
    joined = Block.join([_block([0.0, 0.1]), _block([0.2])])
    assert joined.time_s.tolist() == [0.0, 0.1, 0.2]
    assert joined.force_n.shape == (3, 1)


def test_a_list_that_grows_meanwhile_is_joined_as_it_was_at_one_moment() -> None:
    joined = Block.join(_Read([_block([0.0]), _block([0.1])]))
    columns = (joined.time_s, joined.force_n, joined.raw, joined.flags)
    assert [len(column) for column in columns] == [2, 2, 2, 2]
