"""Columns: exact, and as small as their regularity allows."""

import numpy as np
import pytest
from numpy.typing import NDArray

from isotimer.store.columns import (
    Packed,
    PackError,
    inflate,
    pack_floats,
    pack_ints,
    unpack_floats,
    unpack_ints,
)

N = 5000
STEPS = np.arange(N, dtype=np.int64)


@pytest.mark.parametrize(
    "values",
    [
        STEPS * 12_500_000 - 7,
        STEPS * 1_000_000 + STEPS**2 * 1_000,
        np.full(N, -(2**63)),
        np.where(STEPS % 2, 2**63 - 1, -(2**63)),
    ],
    ids=["line", "parabola", "constant", "extremes"],
)
def test_regular_integers_take_next_to_nothing(values: NDArray[np.int64]) -> None:
    packed = pack_ints(values)
    np.testing.assert_array_equal(unpack_ints(packed, N), values)
    assert len(packed.data) < 200


def test_decimals_take_the_room_of_their_digits() -> None:
    values = np.round(np.random.default_rng(1).uniform(0, 2, N), 2)
    packed = pack_floats(values)
    np.testing.assert_array_equal(unpack_floats(packed, N), values)
    assert len(packed.data) < 1.2 * N


def test_single_precision_is_recognised() -> None:
    values = np.random.default_rng(1).normal(0, 1, N).astype(np.float32).astype(np.float64)
    packed = pack_floats(values)
    np.testing.assert_array_equal(unpack_floats(packed, N), values)
    assert len(packed.data) < 4.2 * N


def test_a_hint_makes_multiples_of_an_odd_factor_small() -> None:
    values = np.random.default_rng(1).integers(0, 200, N) * 0.0123457
    with_hint = pack_floats(values, (0.0123457,))
    np.testing.assert_array_equal(unpack_floats(with_hint, N), values)
    assert len(with_hint.data) * 3 < len(pack_floats(values).data)


@pytest.mark.parametrize("values", [[np.nan] * 4, [np.nan, 1.0, np.nan], [-0.0, np.inf, -np.inf], []])
def test_odd_floats_come_back(values: list[float]) -> None:
    packed = pack_floats(np.array(values))
    found = unpack_floats(packed, len(values))
    np.testing.assert_array_equal(found, values)
    assert not np.signbit(found[found == 0]).any()


def test_damage_is_an_error_and_bounded() -> None:
    packed = pack_ints(STEPS**3)
    with pytest.raises(PackError):
        unpack_ints(Packed(packed.spec | {"width": 9}, packed.data), N)
    with pytest.raises(PackError):
        unpack_ints(Packed(packed.spec | {"order": 3}, packed.data), N)
    with pytest.raises(PackError):
        unpack_ints(packed, 10 * N)
    with pytest.raises(PackError):
        inflate(b"no zlib", 5)
