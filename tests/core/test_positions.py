"""The table of positions."""

import pytest

from isotimer.core.errors import WrongUseError
from isotimer.core.plan import Phase, Side
from isotimer.core.positions import POSITIONS, SOURCES, Position, position


def test_the_catalogue_has_every_position_once() -> None:
    ids = [p.id for p in POSITIONS]
    assert len(set(ids)) == len(ids) == 21
    counts = {phase: sum(p.phase is phase for p in POSITIONS) for phase in Phase}
    assert counts == {Phase.PUSH: 7, Phase.SWING: 8, Phase.RETURN: 6}


@pytest.mark.parametrize("row", POSITIONS, ids=lambda p: p.id)
def test_each_position_says_all_that_an_athlete_needs(row: Position) -> None:
    assert all([row.name, row.muscles, row.setup, row.sensor, row.faults, row.uses])
    assert row.setup.endswith(".")
    assert row.sensor.endswith(".")
    assert all(len(cue) <= 45 for cue in row.cues)
    assert row.sides in ((Side.LEFT, Side.RIGHT), (Side.BOTH,), (Side.LEFT, Side.RIGHT, Side.BOTH))
    assert 1 <= row.default_seconds <= 20
    assert row.phase not in row.also
    assert row.phases == (row.phase, *row.also)


@pytest.mark.parametrize("row", POSITIONS, ids=lambda p: p.id)
def test_each_source_is_known(row: Position) -> None:
    assert set(row.source.split(", ")) <= set(SOURCES)


def test_every_source_is_used_and_variants_vary_something() -> None:
    assert {code for p in POSITIONS for code in p.source.split(", ")} == set(SOURCES)
    assert all(position(p.variant_of).phase is p.phase for p in POSITIONS if p.variant_of)


def test_a_position_is_found_by_its_id() -> None:
    assert position("standing-band-hip-flexion").phase is Phase.SWING


@pytest.mark.parametrize(
    ("wrong", "near"),
    [("standing-hip-flexion", "standing-band-hip-flexion"), ("Wall-Drive", "wall-drive-hold")],
)
def test_an_unknown_position_is_answered_with_the_nearest(wrong: str, near: str) -> None:
    with pytest.raises(WrongUseError) as caught:
        position(wrong)
    assert wrong in caught.value.sentence
    assert near in caught.value.sentence


def test_something_quite_different_has_no_nearest() -> None:
    with pytest.raises(WrongUseError) as caught:
        position("§§§")
    assert "did you mean" not in caught.value.sentence
