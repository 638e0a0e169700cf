"""Cues are planned ahead, exactly where the engine will give them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isotimer.core.block import Block
from isotimer.core.cues import CueKind
from isotimer.core.force_tone import ForceSound
from isotimer.core.hold import CueDue, Engine, EngineSettings, Key
from isotimer.core.plan import HoldStep, Mode, Plan, RestStep, Side, Start, Step
from isotimer.core.tones import Wave
from isotimer.session.cueing import COMMIT_S, Cueing, Say

BUFFERED_S = 0.06
"""What is computed ahead in a sound card and cannot be taken back."""


class Ear:
    """A sound output that remembers what would have been heard."""

    audible = True
    sentence = ""
    rate_hz = 48000.0

    def __init__(self) -> None:
        self.now_s = 0.0
        self.planned: list[tuple[float, CueKind, float]] = []
        self.heard: list[tuple[float, CueKind]] = []
        self.at_once: list[tuple[float, CueKind]] = []

    def plan(self, kind: CueKind, at_s: float) -> None:
        self.planned.append((at_s, kind, self.now_s))

    def play(self, kind: CueKind) -> None:
        self.at_once.append((self.now_s, kind))
        self.heard.append((self.now_s, kind))

    def cancel_after(self, at_s: float) -> None:
        sure_s = max(at_s, self.now_s + BUFFERED_S)
        self.planned = [p for p in self.planned if p[0] <= sure_s]

    def pass_time(self, until_s: float) -> None:
        due = [p for p in self.planned if p[0] < until_s]
        self.heard += [(max(at_s, told_s), kind) for at_s, kind, told_s in due]
        self.planned = [p for p in self.planned if p[0] >= until_s]

    def play_wave(self, wave: Wave) -> None: ...

    def plan_wave(self, wave: Wave, at_s: float) -> None: ...

    def force(self, sound: ForceSound | None) -> None: ...

    def set_volume(self, volume: float, *, muted: bool) -> None: ...

    def close(self) -> None: ...


class Session:
    """An engine ticked every 10 ms, as the conductor does, and what is heard of it."""

    def __init__(self, *steps: Step, sensor: bool = False, say: Say | None = None) -> None:
        plan = Plan("p", "p", steps)
        self.engine = Engine(plan, EngineSettings(), sensor=sensor)
        self.ear = Ear()
        self.cueing = Cueing(plan, self.ear, say=say)
        self.now_s = 0.0
        self.due: list[tuple[float, CueKind]] = []

    def take(self, events: tuple[object, ...]) -> None:
        for event in events:
            if isinstance(event, CueDue):
                self.due.append((event.at_s, event.kind))
            self.cueing.event(event)  # type: ignore[arg-type]

    def run(self, until_s: float) -> "Session":
        while self.now_s < until_s:
            self.now_s += 0.01
            self.ear.pass_time(self.now_s)
            self.ear.now_s = self.now_s
            self.take(self.engine.tick(self.now_s))
        return self

    def press(self, key: Key) -> "Session":
        self.take(self.engine.press(key, self.now_s))
        return self

    def feed(self, until_s: float, force_n: float) -> "Session":
        while self.now_s < until_s:
            time_s = self.now_s + np.array([0.0125])
            self.run(float(time_s[-1]))
            column = np.full((1, 1), force_n)
            self.take(self.engine.feed(Block(time_s, column, column, np.zeros(1, np.uint8))))
        return self


def hold(seconds: float | None = 8, **more: object) -> HoldStep:
    return HoldStep("x", Side.LEFT, seconds, **more)  # type: ignore[arg-type]


def errors_s(session: Session) -> list[float]:
    """How far each cue was heard from where the engine wanted it; both lists must match in kind."""
    heard, due = sorted(session.ear.heard), sorted(session.due)
    assert sorted(k for _, k in heard) == sorted(k for _, k in due)
    by_kind: dict[CueKind, list[float]] = {}
    for at_s, kind in heard:
        by_kind.setdefault(kind, []).append(at_s)
    return [by_kind[kind].pop(0) - at_s for at_s, kind in due]


def test_a_whole_plan_is_heard_on_time() -> None:
    session = (
        Session(hold(), RestStep(30), hold(4), RestStep(0.5), hold(10), hold(3.5)).press(Key.GO).run(100)
    )
    assert session.engine.view(100).state == "done"
    assert max(errors_s(session)) == pytest.approx(0.0, abs=1e-9)
    assert session.ear.at_once == []


def test_cues_are_planned_well_ahead() -> None:
    session = Session(hold(), RestStep(30), hold(8)).press(Key.GO).run(6)
    assert {kind for at_s, kind, told_s in session.ear.planned if at_s - told_s > COMMIT_S} == {
        CueKind.HALFWAY,
        CueKind.LAST,
        CueKind.RELEASE,
    }


def test_a_pause_silences_what_was_planned() -> None:
    session = Session(hold(countdown_s=5)).press(Key.GO).run(2.5).press(Key.PAUSE).run(60)
    assert [kind for _, kind in session.ear.heard] == [CueKind.READY, CueKind.BEAT]
    session.press(Key.PAUSE).run(61)
    assert session.ear.heard[-1] == (pytest.approx(60, abs=0.02), CueKind.READY)
    session.run(80)
    assert max(errors_s(session)) == pytest.approx(0.0, abs=1e-9)


def test_a_paused_rest_goes_on_where_it_was() -> None:
    session = Session(hold(4), RestStep(20), hold(4)).press(Key.GO).run(15).press(Key.PAUSE).run(40)
    before = len(session.ear.heard)
    assert session.ear.planned == []
    session.press(Key.PAUSE).run(41)
    session.run(80)
    assert session.engine.view(80).state == "done"
    assert session.ear.heard[before][1] is CueKind.REST_OVER
    assert max(errors_s(session)) == pytest.approx(0.0, abs=1e-9)


def test_a_skipped_rest_is_followed_by_a_full_countdown() -> None:
    session = Session(hold(4), RestStep(20), hold(4)).press(Key.GO).run(15).press(Key.SKIP).run(60)
    assert session.engine.view(60).state == "done"
    assert max(map(abs, errors_s(session))) == pytest.approx(0.0, abs=1e-9)
    assert session.ear.at_once == []


def test_a_hold_repeated_from_its_rest_has_a_full_countdown() -> None:
    session = Session(hold(4), RestStep(9), hold(4)).press(Key.GO).run(14.5)
    session.press(Key.REDO).run(60)
    assert session.engine.view(60).state == "done"
    assert max(map(abs, errors_s(session))) == pytest.approx(0.0, abs=1e-9)
    assert session.ear.at_once == []


@pytest.mark.parametrize("key_s", [9.5, 14.0])
def test_a_repeated_hold_during_the_last_part_of_a_rest(key_s: float) -> None:
    session = Session(hold(4), RestStep(9), hold(4, countdown_s=3)).press(Key.GO).run(key_s)
    session.press(Key.REDO).run(60)
    assert max(map(abs, errors_s(session))) == pytest.approx(0.0, abs=1e-9)
    assert session.ear.at_once == []


def test_a_rest_after_letting_go_early_counts_from_the_release() -> None:
    session = Session(hold(10, countdown_s=3), RestStep(8), hold(4), sensor=True).press(Key.GO)
    session.feed(6, 200).feed(19, 0)
    rest_over = next(at_s for at_s, kind in session.ear.heard if kind is CueKind.REST_OVER)
    assert rest_over == next(at_s for at_s, kind in session.due if kind is CueKind.REST_OVER)
    assert max(errors_s(session)[6:]) == pytest.approx(0.0, abs=1e-9)


def test_an_abort_silences_everything() -> None:
    session = Session(hold()).press(Key.GO).run(6).press(Key.ABORT).run(60)
    assert session.ear.heard[-1] == (pytest.approx(5.0), CueKind.GO)


def test_letting_go_early_is_answered_at_once_and_only_once() -> None:
    session = Session(hold(10, countdown_s=3), sensor=True).press(Key.GO)
    session.feed(6, 200).feed(20, 0)
    releases = [at_s for at_s, kind in session.ear.heard if kind is CueKind.RELEASE]
    assert releases == [pytest.approx(6.5, abs=0.1)]
    assert CueKind.LAST not in [kind for _, kind in session.ear.heard]


@pytest.mark.parametrize("let_go_s", np.arange(5.30, 5.60, 0.02))
def test_letting_go_just_before_the_end_is_one_release(let_go_s: float) -> None:
    """The planned release may be on its way to the sound card when the early one becomes known."""
    session = Session(hold(3, countdown_s=3), sensor=True).press(Key.GO)
    session.feed(let_go_s, 200).feed(10, 0)
    assert sum(kind is CueKind.RELEASE for _, kind in session.ear.heard) == 1


def test_tension_starts_a_hold_and_its_cues_count_from_the_start() -> None:
    session = Session(hold(8, start=Start.FORCE, countdown_s=0), sensor=True).press(Key.GO)
    session.feed(2, 0).feed(20, 200)
    start_s = next(at_s for at_s, kind in session.due if kind is CueKind.STARTED) - 0.2
    lasts = [at_s for at_s, kind in session.ear.heard if kind is CueKind.LAST]
    assert lasts == [pytest.approx(start_s + 8 - n, abs=0.02) for n in (3, 2, 1)]
    assert np.diff(lasts) == pytest.approx(1.0, abs=1e-9)


def test_a_lost_line_is_told_at_once_and_the_clock_is_still_heard() -> None:
    session = Session(hold(8, countdown_s=3), sensor=True).press(Key.GO).feed(5, 200)
    session.take(session.engine.line(False, session.now_s))
    session.run(20)
    heard = [kind for _, kind in session.ear.heard]
    assert heard.count(CueKind.LINE_LOST) == 1
    assert heard.count(CueKind.LAST) == 3
    assert heard.count(CueKind.RELEASE) == 1


def test_when_to_respond_is_not_planned() -> None:
    session = Session(hold(3, mode=Mode.RESPOND, countdown_s=4)).press(Key.GO).run(1)
    assert CueKind.GO not in [kind for _, kind, _ in session.ear.planned]


def test_what_comes_is_spoken() -> None:
    said: list[tuple[str, float, float]] = []
    right = HoldStep("x", Side.RIGHT, 4)
    session = Session(hold(4), RestStep(20), right, say=lambda *words: said.append(words))
    session.press(Key.GO).run(60)
    assert [words for words, _, _ in said] == ["Left.", "Right next. 4 seconds."]
    for _, begin_s, until_s in said:
        sounding = [at_s for at_s, _ in session.due if begin_s < at_s < until_s - 1e-6]
        assert sounding == []
        assert any(at_s == pytest.approx(until_s) for at_s, _ in session.due)


KEYS = st.tuples(st.floats(0.0, 6.0), st.sampled_from((Key.GO, Key.PAUSE, Key.SKIP, Key.REDO)))
SECONDS = st.sampled_from((0.5, 3.0, 3.5, 6.5, 8.0))
COUNTDOWN = st.sampled_from((0.0, 2.0, 3.0, 5.0))
REST = st.one_of(st.none(), st.sampled_from((0.0, 0.5, 1.0, 3.9, 4.0, 4.5, 9.0)))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(SECONDS, COUNTDOWN, REST), min_size=1, max_size=4), st.lists(KEYS, max_size=5))
def test_whatever_is_pressed_each_cue_is_heard_once(
    steps: list[tuple[float, float, float | None]], keys: list[tuple[float, Key]]
) -> None:
    """No cue is lost, doubled or invented; those taken back within the last 0.1 s may still be heard."""
    plan: list[Step] = []
    for n, (seconds, countdown_s, rest_s) in enumerate(steps):
        plan.append(hold(seconds, countdown_s=countdown_s))
        if rest_s is not None and n < len(steps) - 1:
            plan.append(RestStep(rest_s))
    session = Session(*plan).press(Key.GO)
    pressed_s = []
    for wait_s, key in keys:
        session.run(session.now_s + wait_s).press(key)
        pressed_s.append(session.now_s)
    session.run(session.now_s + 80)
    missing = list(session.due)
    for at_s, kind in session.ear.heard:
        match = next((d for d in missing if d[1] is kind and abs(d[0] - at_s) <= 0.16), None)
        if match is not None:
            missing.remove(match)
        else:
            assert any(p_s <= at_s <= p_s + COMMIT_S + 0.02 for p_s in pressed_s), (at_s, kind)
    assert missing == []
