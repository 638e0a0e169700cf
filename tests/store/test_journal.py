"""Journal rows: exact, and a damaged one does not take the others with it."""

import numpy as np
import pytest

from isotimer.core.block import Block
from isotimer.store.journal import join_rows, pack_block, unpack_block


def block(n: int, channels: int = 2, unit: str = "N") -> Block:
    values = np.arange(n * channels, dtype=float).reshape(n, channels)
    values[0, 0] = np.nan
    return Block(np.arange(n) / 7, values * 2, values[:, ::1], np.arange(n).astype(np.uint8), unit)


@pytest.mark.parametrize(("n", "channels", "unit"), [(1, 1, "N"), (33, 4, "counts"), (5, 0, "N")])
def test_block_comes_back(n: int, channels: int, unit: str) -> None:
    given = (
        block(n, 2, unit)
        if channels
        else Block(np.arange(5.0), *[np.empty((5, 0))] * 2, np.zeros(5, np.uint8))
    )
    found = unpack_block(pack_block(given))
    assert found is not None
    assert found.unit == unit
    for name in ("time_s", "raw", "force_n", "flags"):
        np.testing.assert_array_equal(getattr(found, name), getattr(given, name))
        assert getattr(found, name).shape == getattr(given, name).shape


def test_slices_of_other_orders_come_back() -> None:
    whole = block(40, 3)
    part = Block(whole.time_s[::2], np.asfortranarray(whole.force_n[::2]), whole.raw[::2], whole.flags[::2])
    found = unpack_block(pack_block(part))
    assert found is not None
    np.testing.assert_array_equal(found.force_n, part.force_n)
    np.testing.assert_array_equal(found.raw, part.raw)


def test_damaged_rows_are_left_out() -> None:
    rows = [pack_block(block(10)) for _ in range(3)]
    broken = bytearray(rows[1])
    broken[60] ^= 1
    joined = join_rows([rows[0], bytes(broken), rows[2], b"", rows[0][:30], b"x" * 100])
    assert joined is not None
    assert len(joined) == 20


def test_rows_of_another_unit_or_width_are_left_out() -> None:
    joined = join_rows([pack_block(block(3)), pack_block(block(5, unit="counts")), pack_block(block(7, 1))])
    assert joined is not None
    assert (len(joined), joined.unit) == (3, "N")


def test_no_rows_are_no_block() -> None:
    assert join_rows([]) is None
