"""What is heard of a station: the force, words in the rests, volume."""

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from isotimer.core.cues import CueKind
from isotimer.core.events import EngineView, State
from isotimer.core.force_tone import ForceSound
from isotimer.core.plan import HoldStep, Mode, Plan, RestStep, Side, TargetBand
from isotimer.core.settings import Settings, changed
from isotimer.measures.live import LiveView
from isotimer.session.announce import announcements, next_words, side_words
from isotimer.session.sounding import SAMPLE_WORDS, Sounding, force_sound

BAND = TargetBand(200.0, 180.0, 220.0)


class Output:
    """A speaker that writes down what it is told."""

    audible = True
    sentence = ""
    rate_hz = 48000.0

    def __init__(self) -> None:
        self.told: list[tuple[object, ...]] = []
        self.heard = threading.Event()

    def __getattr__(self, name: str) -> Callable[..., None]:
        def take(*values: object, **named: object) -> None:
            self.told.append((name, *values, *named.values()))
            if name == "play_wave":
                self.heard.set()

        return take


class Voice:
    """Words that last a second each once they are prepared."""

    def __init__(self) -> None:
        self.ready: set[str] = set()

    def prepare(self, texts: tuple[str, ...]) -> threading.Thread:
        thread = threading.Thread(target=lambda: self.ready.update(texts))
        thread.start()
        return thread

    def wave(self, text: str) -> np.ndarray | None:
        return np.ones(48000, np.float32) if text in self.ready else None


def hold(**changes: object) -> HoldStep:
    return replace(HoldStep("x", Side.LEFT, 10.0, target=BAND), **changes)


def view(state: State = State.HOLD, step: HoldStep | None = None) -> EngineView:
    return EngineView(state, step or hold(), 0, None, None, 1.0, 9.0, 10.0, "in", target=BAND)


@pytest.fixture
def settings() -> list[Settings]:
    return [changed(Settings(), force_sound=True)]


@pytest.fixture
def sounding(settings: list[Settings]) -> Sounding:
    made = Sounding(lambda: settings[0])
    made._output = Output()
    return made


@pytest.mark.parametrize(("tension_n", "error"), [(200, 0), (220, 1), (180, -1), (240, 2), (0, -10)])
def test_pitch_follows_the_distance_from_the_target(tension_n: float, error: float) -> None:
    assert force_sound(tension_n, BAND, None).error == pytest.approx(error)


@pytest.mark.parametrize(("ratio", "shake"), [(None, 0), (0.5, 0), (1, 0), (2, 0.5), (3, 1), (9, 1)])
def test_roughness_follows_shake(ratio: float | None, shake: float) -> None:
    assert force_sound(200, BAND, LiveView(ratio=ratio)).shake == pytest.approx(shake)


def test_without_a_target_the_pitch_stays_and_shake_is_heard() -> None:
    assert force_sound(321.0, None, LiveView(ratio=2.0)) == ForceSound(0.0, 0.5)


def test_the_force_is_heard_in_a_hold_only_and_only_if_set(sounding, settings) -> None:
    told = sounding._output.told
    sounding.tension(200.0, view(State.REST), None)
    assert told == []
    sounding.tension(220.0, view(), None)
    assert told == [("force", ForceSound(1.0, 0.0))]
    sounding.tension(220.0, replace(view(), eyes_off=True), None)
    assert told.pop() == ("force", ForceSound(0.0, 0.0))
    sounding.tension(220.0, view(State.RELEASE), None)
    assert told[1:] == [("force", None)]
    sounding.tension(220.0, view(State.REST), None)
    assert len(told) == 2
    settings[0] = changed(settings[0], force_sound=False)
    sounding.tension(220.0, view(), None)
    assert len(told) == 2


def test_switching_it_off_or_losing_the_sensor_ends_the_tone(sounding, settings) -> None:
    sounding.tension(220.0, view(), None)
    sounding.hush()
    sounding.hush()
    assert [t for t in sounding._output.told if t == ("force", None)] == [("force", None)]
    sounding.tension(220.0, view(), None)
    settings[0] = changed(settings[0], force_sound=False, speak=False, volume=0.3, mute=True)
    sounding.apply()
    assert sounding._output.told[-2:] == [("set_volume", 0.3, True), ("force", None)]


def test_words_are_planned_only_where_they_fit_before_the_next_cue(sounding) -> None:
    sounding._voice = Voice()
    sounding._voice.ready = {"Left."}
    sounding._say("Left.", 100.0, 101.1)
    sounding._say("not made", 100.0, 200.0)
    assert sounding._output.told == []
    sounding._say("Left.", 100.0, 101.3)
    assert [(name, at_s) for name, _, at_s in sounding._output.told] == [("plan_wave", 100.0)]


def test_nothing_is_said_where_that_is_not_wanted(sounding, settings) -> None:
    sounding._voice = Voice()
    sounding._voice.ready = {"Left."}
    settings[0] = changed(settings[0], speak=False)
    sounding._say("Left.", 100.0, 200.0)
    assert sounding._output.told == []


def test_words_of_a_plan_are_made_at_its_start(sounding) -> None:
    voice = Voice()
    sounding._voice = voice
    plan = Plan("p", "p", (hold(), RestStep(20.0), hold(side=Side.RIGHT)))
    sounding.begin(plan)
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join(5)
    assert voice.ready == set(announcements(plan))


def test_a_sample_is_spoken_as_soon_as_it_is_made(sounding) -> None:
    assert not sounding.sample_voice()
    sounding._voice = Voice()
    assert sounding.sample_voice()
    assert sounding._output.heard.wait(5)
    assert sounding._voice.ready == {SAMPLE_WORDS}


def test_before_it_is_opened_and_after_it_is_closed_nothing_fails(settings) -> None:
    sounding = Sounding(lambda: settings[0])
    sounding.apply()
    sounding.begin(Plan("p", "p", (hold(),)))
    sounding.tension(1.0, view(), None)
    assert not sounding.play(CueKind.GO)
    assert not sounding.audible
    assert sounding.sentence == ""
    sounding.close()
    sounding.close()
    assert sounding.open() == ""
    assert not sounding.audible


def test_what_is_said() -> None:
    assert next_words(hold()) == "Left next. 10 seconds."
    assert next_words(hold(side=Side.BOTH, seconds=1.0)) == "Both legs next. 1 second."
    assert next_words(hold(seconds=None, mode=Mode.ENDURANCE)) == "Left next. Until you let go."
    assert next_words(hold(seconds=120.0)) == "Left next. 2 minutes."
    assert next_words(hold(mode=Mode.MAX)).endswith("As hard as you can.")
    assert side_words(hold(side=Side.RIGHT)) == "Right."


def test_everything_that_is_said_can_be_spoken() -> None:
    from isotimer.sound.voice import speakable

    for mode in Mode:
        for side in Side:
            for seconds in (None, 0.5, 7.5, 60.0, 90.0):
                words = next_words(hold(mode=mode, side=side, seconds=seconds))
                assert speakable(words) == words


def test_the_station_takes_its_settings_from_the_file(tmp_path: Path) -> None:
    from isotimer.session.places import Places
    from isotimer.session.station import Station

    file = tmp_path / "settings.toml"
    file.write_text("volume = 0.4\nmute = 'x'\n")
    station = Station(Places(tmp_path / "s.db", (), tmp_path / "log", settings_file=file))
    assert station.settings.volume == 0.4
    assert any("line 2, key 'mute'" in sentence for sentence in station.news())
    assert station.newcomer
    file.unlink()
    station.change_settings(mute=True)
    assert station.audible
    assert "mute = true" in file.read_text()


def test_a_newcomer_is_taken_in_with_their_body_weight(tmp_path: Path) -> None:
    from isotimer.session.places import Places
    from isotimer.session.station import Station
    from isotimer.store.database import open_store

    places = Places(tmp_path / "s.db", (), tmp_path / "log", settings_file=tmp_path / "settings.toml")
    station = Station(places)
    station.welcome(' 🏃 "[red]" ', 70.5)
    assert not station.newcomer
    assert station.athlete == '🏃 "[red]"'
    with open_store(places.database) as store:
        assert store.body_mass(store.athlete(station.athlete)) == 70.5
    again = Station(places)
    assert not again.newcomer
    assert again.settings.athlete == '🏃 "[red]"'
