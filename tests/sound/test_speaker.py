"""Cues through a real sound stream, timed in a recording of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

from isotimer.core.block import FloatArray
from isotimer.core.tones import Wave

if TYPE_CHECKING:
    from conftest import NullSink

RATE_HZ = 48000

BUSY = """
import threading, time

def burn():
    while True:
        end = time.monotonic() + 0.025
        while time.monotonic() < end:
            pass
        time.sleep(0.008)

def busy():
    threading.Thread(target=burn, daemon=True).start()
"""

BEATS = (
    BUSY
    + """
import json, sys
from isotimer.core.cues import CueKind
from isotimer.sound.speaker import Speaker

count, spacing_s = int(sys.argv[1]), float(sys.argv[2])
speaker = Speaker()
busy()
first_s = time.monotonic() + 0.3
planned = [first_s + n * spacing_s for n in range(count)]
for at_s in planned:
    # Told 0.15 s ahead, from a thread that has to fight for its turn.
    time.sleep(max(at_s - 0.15 - time.monotonic(), 0))
    speaker.plan(CueKind.BEAT, at_s)
time.sleep(0.8)
said = [s.sounds_s for s in speaker.player.sounded]
counts = {"underflows": speaker.underflows, "dropped": speaker.player.dropped}
print(json.dumps({"planned": planned, "said": said, **counts}))
speaker.close()
"""
)

SESSION = (
    BUSY
    + """
import json
from isotimer.core.cues import CueKind
from isotimer.core.events import CueDue
from isotimer.core.hold import Key
from isotimer.core.plan import HoldStep, Plan, Side
from isotimer.session.conductor import Conductor
from isotimer.session.cueing import Cueing
from isotimer.sound.speaker import Speaker

plan = Plan("p", "p", (HoldStep("x", Side.LEFT, 4.0, countdown_s=4.0),))
speaker = Speaker()
cueing = Cueing(plan, speaker)
due = []

def on_event(event):
    cueing.event(event)
    if isinstance(event, CueDue):
        due.append((event.at_s, event.kind.value))

busy()
conductor = Conductor(plan, sensor=False, on_block=lambda block: None, on_event=on_event)
conductor.start()
conductor.press(Key.GO)
conductor.wait(20)
time.sleep(1.2)
conductor.stop()
print(json.dumps({"due": due, "underflows": speaker.underflows}))
speaker.close()
"""
)

CLOSED = """
import time
from isotimer.core.cues import CueKind
from isotimer.sound.speaker import Speaker
speaker = Speaker(volume=0.5)
print(speaker.audible)
speaker.set_volume(0.5, muted=True)
print(speaker.audible)
speaker.close()
speaker.close()
speaker.plan(CueKind.GO, time.monotonic())
speaker.play(CueKind.GO)
"""


def onsets_s(sound: Wave, quiet_s: float = 0.04) -> FloatArray:
    """Where sound begins after silence."""
    loud = np.flatnonzero(np.abs(sound) > 0.1)
    first = np.concatenate([[True], np.diff(loud) > quiet_s * RATE_HZ])
    return loud[first] / RATE_HZ


def check_beats(null_sink: NullSink, count: int, spacing_s: float) -> None:
    heard = null_sink.record(BEATS, str(count), str(spacing_s))
    told = json.loads(heard.printed)
    onsets = onsets_s(heard.sound)
    assert len(onsets) == count
    assert np.abs(np.diff(onsets) - spacing_s).max() <= 0.001
    late = onsets - np.array(told["planned"])
    assert np.abs(late - np.median(late)).max() <= 0.010
    assert np.abs(np.array(told["said"]) - np.array(told["planned"])).max() <= 0.010
    assert told["underflows"] == 0
    assert told["dropped"] == 0
    assert heard.errors == ""


def test_thirty_beats_are_on_time_while_the_process_is_busy(null_sink: NullSink) -> None:
    check_beats(null_sink, 30, 0.2)


@pytest.mark.soak
def test_thirty_beats_one_second_apart(null_sink: NullSink) -> None:
    check_beats(null_sink, 30, 1.0)


def test_every_cue_of_a_hold_is_on_time_while_the_process_is_busy(null_sink: NullSink) -> None:
    heard = null_sink.record(SESSION)
    told = json.loads(heard.printed)
    kinds = [kind for _, kind in told["due"]]
    assert kinds == ["ready", *["beat"] * 3, "go", *["last"] * 3, "release", "done"]
    onsets = onsets_s(heard.sound, quiet_s=0.15)
    assert len(onsets) == len(kinds)
    # The first answers a key and cannot be known.
    late = (onsets - np.array([at_s for at_s, _ in told["due"]]))[1:]
    assert np.abs(late - np.median(late)).max() <= 0.010
    for beats in (onsets[1:4], onsets[5:8]):
        assert np.abs(np.diff(beats) - 1.0).max() <= 0.001
    assert told["underflows"] == 0


def test_a_closed_speaker_can_be_told_anything(null_sink: NullSink) -> None:
    heard = null_sink.record(CLOSED)
    assert heard.printed.split() == ["True", "False"]
    assert heard.errors == ""
