"""Planned sounds on their sample, with a simulated sound card."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isotimer.core.force_tone import ForceSound
from isotimer.core.tones import Wave
from isotimer.sound.player import Player

RATE_HZ = 48000.0
CLICK = np.full(24, 0.5, np.float32)


class Card:
    """Asks for blocks as a sound card does, and says when they will sound, more or less well."""

    def __init__(self, player: Player, *, drift: float = 0.0, jitter_s: Sequence[float] = (0.0,)) -> None:
        self.player = player
        self.rate_hz = RATE_HZ * (1 + drift)
        self.jitter_s = jitter_s
        self.start_s = 1000.0
        self.blocks: list[Wave] = []
        self.frames = 0

    def run(self, until_s: float, frames: int = 600) -> "Card":
        while self.start_s + self.frames / self.rate_hz < until_s:
            sounds_s = self.start_s + self.frames / self.rate_hz
            out = np.empty((frames, 2), np.float32)
            self.player.fill(out, sounds_s + self.jitter_s[len(self.blocks) % len(self.jitter_s)])
            assert np.array_equal(out[:, 0], out[:, 1])
            self.blocks.append(out[:, 0].copy())
            self.frames += frames
        return self

    @property
    def sound(self) -> Wave:
        return np.concatenate(self.blocks)

    def onsets_s(self) -> list[float]:
        loud = np.abs(self.sound) > 0.1
        first = np.flatnonzero(loud & ~np.concatenate([[False], loud[:-1]]))
        return [float(self.start_s + n / self.rate_hz) for n in first]


def test_beats_are_exactly_one_second_apart() -> None:
    player = Player(RATE_HZ)
    card = Card(player).run(1001)
    for n in range(5):
        player.plan(CLICK, 1002.0 + n)
    onsets = card.run(1008).onsets_s()
    assert onsets == pytest.approx([1002.0 + n for n in range(5)], abs=1e-4)
    assert [s.planned_s for s in player.sounded] == [1002.0 + n for n in range(5)]
    assert [s.sounds_s for s in player.sounded] == pytest.approx(onsets, abs=1e-4)


@settings(max_examples=25, deadline=None)
@given(
    st.floats(-3e-4, 3e-4), st.lists(st.floats(-0.002, 0.002), min_size=5, max_size=50), st.integers(64, 4800)
)
def test_drift_and_jitter_of_the_card_are_followed(drift: float, jitter: list[float], frames: int) -> None:
    """A beat planned a minute ahead is on time on a card that is 18 ms off by then."""
    player = Player(RATE_HZ)
    card = Card(player, drift=drift, jitter_s=jitter)
    player.plan(CLICK, 1060.0)
    assert card.run(1061, frames).onsets_s() == [pytest.approx(1060.0, abs=0.003)]


def test_a_hiccup_of_the_card_is_followed() -> None:
    player = Player(RATE_HZ)
    card = Card(player).run(1001)
    card.start_s += 0.37
    card.run(1002)
    player.plan(CLICK, 1003.0)
    assert card.run(1004).onsets_s() == [pytest.approx(1003.0, abs=1e-4)]


def test_a_card_that_contradicts_itself_a_little_does_not_move_the_beat() -> None:
    player = Player(RATE_HZ)
    card = Card(player).run(1001)
    for n in range(8):
        player.plan(CLICK, 1001.5 + n)
    for second in range(2, 9):
        card.jitter_s = (0.003 * (second % 2),)
        card.run(1000 + second)
    assert np.abs(np.diff(card.run(1010).onsets_s()) - 1.0).max() < 0.0006


def test_what_is_cancelled_is_not_heard_and_what_comes_before_is() -> None:
    player = Player(RATE_HZ)
    card = Card(player)
    for at_s in (1001.0, 1002.0, 1003.0):
        player.plan(CLICK, at_s)
    player.cancel_after(1001.5)
    player.plan(CLICK, 1004.0)
    assert card.run(1005).onsets_s() == pytest.approx([1001.0, 1004.0], abs=1e-4)


def test_a_late_sound_is_played_at_once_and_a_stale_one_is_dropped() -> None:
    player = Player(RATE_HZ)
    card = Card(player).run(1005)
    player.plan(CLICK, 1004.9)
    player.plan(CLICK, 1001.0)
    assert card.run(1006).onsets_s() == pytest.approx([1005.0], abs=0.013)
    assert player.dropped == 1


def test_a_sound_played_at_once_begins_with_the_next_block() -> None:
    player = Player(RATE_HZ)
    card = Card(player).run(1001)
    player.play(CLICK)
    assert card.run(1002).onsets_s() == pytest.approx([1001.0], abs=0.013)
    assert player.sounded[-1].planned_s is None


def test_a_known_delay_is_made_up_for() -> None:
    player = Player(RATE_HZ, early_s=0.2)
    card = Card(player).run(1001)
    player.plan(CLICK, 1003.0)
    assert card.run(1004).onsets_s() == [pytest.approx(1002.8, abs=1e-4)]
    assert player.sounded[-1].sounds_s == pytest.approx(1003.0, abs=1e-4)


def test_volume_and_mute_change_without_a_click() -> None:
    player = Player(RATE_HZ)
    tone = np.full(int(RATE_HZ), 0.5, np.float32)
    player.play(tone)
    card = Card(player).run(1000.2, 64)
    player.volume = 0.5
    card.run(1000.4, 64)
    player.muted = True
    card.run(1000.6, 64)
    assert np.abs(card.sound).max() == 0.5
    assert card.sound[int(0.35 * RATE_HZ)] == pytest.approx(0.25, abs=1e-3)
    assert card.sound[-1] == 0.0
    assert np.abs(np.diff(card.sound[1:])).max() < 0.002


def test_blocks_larger_than_the_work_space_are_filled() -> None:
    player = Player(RATE_HZ)
    card = Card(player).run(1001)
    player.plan(CLICK, 1002.0)
    assert card.run(1003, 30000).onsets_s() == [pytest.approx(1002.0, abs=1e-4)]


def test_the_sound_of_the_force_is_off_until_wanted() -> None:
    player = Player(RATE_HZ)
    card = Card(player).run(1000.5)
    assert not card.sound.any()
    player.force = ForceSound(0.0)
    card.run(1001)
    assert card.sound.any()
    player.force = None
    card.run(1002)
    assert not card.blocks[-1].any()
