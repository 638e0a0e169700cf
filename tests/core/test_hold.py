"""The hold engine, rule by rule."""

from collections.abc import Callable

import numpy as np
import pytest

from isotimer.core.block import Block, Flag, FloatArray
from isotimer.core.cues import CueKind
from isotimer.core.hold import (
    CueDue,
    Engine,
    EngineSettings,
    Event,
    HoldEnded,
    HoldStarted,
    Key,
    State,
    StateChanged,
)
from isotimer.core.plan import End, HoldStep, Plan, RestStep, Side, Start, Step, TargetBand

RATE_HZ = 80.0
BAND = TargetBand(300, 270, 330)

Force = Callable[[FloatArray], FloatArray]


def plan(*steps: Step) -> Plan:
    return Plan("p", "p", steps)


def hold(seconds: float | None = 8, start: Start = Start.CLOCK, target: TargetBand | None = BAND) -> HoldStep:
    return HoldStep("x", Side.LEFT, seconds, start=start, target=target)


def block(time_s: FloatArray, force: FloatArray, unit: str = "N") -> Block:
    column = np.asarray(force, float)[:, None]
    return Block(np.asarray(time_s, float), column, column, np.zeros(len(time_s), np.uint8), unit)


class Run:
    """An engine and all it has told."""

    def __init__(self, *steps: Step, sensor: bool = True, settings: EngineSettings | None = None) -> None:
        self.engine = Engine(plan(*steps), settings or EngineSettings(), sensor=sensor)
        self.events: list[Event] = []
        self.fed_s = 0.0

    def go(self, now_s: float = 0.0) -> "Run":
        return self.press(Key.GO, now_s)

    def press(self, key: Key, now_s: float) -> "Run":
        self.events += self.engine.press(key, now_s)
        return self

    def tick(self, now_s: float) -> "Run":
        self.events += self.engine.tick(now_s)
        return self

    def line(self, alive: bool, now_s: float) -> "Run":
        self.events += self.engine.line(alive, now_s)
        return self

    def feed(self, force: Force | float, until_s: float, rate_hz: float = RATE_HZ, unit: str = "N") -> "Run":
        time_s = np.arange(round(self.fed_s * rate_hz), round(until_s * rate_hz)) / rate_hz
        values = force(time_s) if callable(force) else np.full(len(time_s), force)
        for a in range(0, len(time_s), 7):
            self.events += self.engine.feed(block(time_s[a : a + 7], values[a : a + 7], unit))
        self.fed_s = until_s
        return self

    @property
    def state(self) -> State:
        return self.engine.view(0).state

    @property
    def started(self) -> list[HoldStarted]:
        return [e for e in self.events if isinstance(e, HoldStarted)]

    @property
    def ended(self) -> list[HoldEnded]:
        return [e for e in self.events if isinstance(e, HoldEnded)]

    @property
    def states(self) -> list[tuple[State, float]]:
        return [(e.state, e.at_s) for e in self.events if isinstance(e, StateChanged)]

    def cues(self, *kinds: CueKind) -> list[float]:
        return [e.at_s for e in self.events if isinstance(e, CueDue) and e.kind in kinds]


def pull(up_s: float, down_s: float, force_n: float = 300, rise_s: float = 0.5, fall_s: float = 0.2) -> Force:
    """Raised-cosine ramps that begin at ``up_s`` and ``down_s``; half is crossed in the middle of each."""

    def force(time_s: FloatArray) -> FloatArray:
        up = np.clip((time_s - up_s) / rise_s, 0, 1)
        down = np.clip((time_s - down_s) / fall_s, 0, 1)
        return force_n * (0.5 - 0.5 * np.cos(np.pi * up)) * (0.5 + 0.5 * np.cos(np.pi * down))

    return force


def with_dips(force: Force, *dips: tuple[float, float]) -> Force:
    """Zero from each first to each second time."""

    def dipped(time_s: FloatArray) -> FloatArray:
        values = force(time_s).copy()
        for start_s, end_s in dips:
            values[(time_s >= start_s) & (time_s < end_s)] = 0
        return values

    return dipped


def test_nothing_happens_before_go() -> None:
    run = Run(hold(), sensor=False).tick(100)
    assert run.events == []
    view = run.engine.view(100)
    assert (view.state, view.remaining_s, view.planned_s, view.step) == (State.READY, None, 8, hold())


def test_one_hold_by_the_clock() -> None:
    run = Run(hold(8), sensor=False).go(100).tick(200)
    assert run.states == [(State.COUNTDOWN, 100), (State.HOLD, 105), (State.RELEASE, 113), (State.DONE, 114)]
    (end,) = run.ended
    assert (end.start_s, end.end_s, end.end, end.attempt, end.at_s) == (105, 113, End.COMPLETED, 1, 113)
    assert run.cues(CueKind.BEAT) == [102, 103, 104]
    assert run.cues(CueKind.GO) == [105]
    assert run.cues(CueKind.HALFWAY) == [109]
    assert run.cues(CueKind.LAST) == [110, 111, 112]
    assert run.cues(CueKind.RELEASE, CueKind.DONE) == [113, 114]


def test_the_next_hold_starts_when_the_rest_is_over() -> None:
    run = Run(hold(8), RestStep(30), hold(4), sensor=False).go().tick(100)
    assert run.states == [
        (State.COUNTDOWN, 0),
        (State.HOLD, 5),
        (State.RELEASE, 13),
        (State.REST, 14),
        (State.COUNTDOWN, 38),
        (State.HOLD, 43),
        (State.RELEASE, 47),
        (State.DONE, 48),
    ]
    assert [e.step_index for e in run.events if isinstance(e, StateChanged)] == [0, 0, 0, 1, 2, 2, 2, 2]
    assert run.cues(CueKind.REST_OVER) == [38]
    assert run.cues(CueKind.READY) == [0]


def test_a_countdown_follows_a_rest_that_is_too_short_for_it() -> None:
    run = Run(hold(8), RestStep(2), hold(8), hold(8), sensor=False).go().tick(100)
    assert [e.start_s for e in run.started] == [5, 5 + 8 + 2 + 5, 20 + 8 + 1 + 5]


def test_without_a_sensor_a_force_start_is_a_clock_start() -> None:
    run = Run(hold(8, Start.FORCE), sensor=False).go().tick(100)
    assert run.ended[0].start_s == 5


def test_a_key_starts_a_hold() -> None:
    run = Run(hold(8, Start.KEY)).go().tick(7)
    assert run.state is State.ARMED
    run.go(7.5).tick(100)
    assert (run.ended[0].start_s, run.ended[0].end_s) == (7.5, 15.5)


def test_an_open_hold_without_a_sensor_ends_by_key() -> None:
    run = Run(hold(None), sensor=False).go().tick(50)
    assert run.engine.view(50).remaining_s is None
    run.go(61)
    assert (run.ended[0].end, run.ended[0].end_s) == (End.RELEASED, 61)


def test_the_start_is_dated_back_to_the_crossing() -> None:
    run = Run(hold(8, Start.FORCE)).go().feed(pull(7, 99), 20)
    (start,) = run.started
    assert start.start_s == pytest.approx(7.25, abs=1e-3)
    assert start.at_s == pytest.approx(7.45, abs=1e-3)
    assert run.ended[0].end is End.COMPLETED
    assert run.ended[0].end_s == run.ended[0].start_s + 8


def test_without_a_target_the_start_is_at_a_set_tension() -> None:
    run = Run(hold(8, Start.FORCE, target=None)).go().feed(lambda t: np.clip(t - 6, 0, None) * 10, 20)
    assert run.started[0].start_s == pytest.approx(7.0)


def test_a_touch_does_not_start_a_hold() -> None:
    run = Run(hold(8, Start.FORCE)).go().feed(with_dips(pull(5.5, 99), (5.9, 7.0), (7.15, 8), (8.19, 9)), 12)
    assert [e.start_s for e in run.started] == [pytest.approx(9, abs=1 / RATE_HZ)]


def test_tension_before_armed_counts_from_armed() -> None:
    run = Run(hold(8, Start.FORCE)).go().feed(pull(2, 99), 20)
    assert run.started[0].start_s == 5


def test_a_pull_that_is_seen_only_after_a_silence_is_not_dated_into_it() -> None:
    run = Run(hold(8, Start.FORCE)).go().feed(0, 6)
    run.fed_s = 9
    run.feed(300, 12)
    assert run.started[0].start_s == 9


def test_tension_on_both_sides_of_a_silence_counts_from_after_it() -> None:
    run = Run(hold(8, Start.FORCE)).go().feed(with_dips(pull(0, 99), (5, 5.9)), 6)
    run.fed_s = 9
    run.feed(300, 12)
    assert run.started[0].start_s == 9


def test_samples_tell_the_time_up_to_the_last_of_them() -> None:
    run = Run(hold(1.1, Start.FORCE)).go().feed(300, 5.2 + 1 / RATE_HZ)
    assert run.started[0].start_s == 5
    assert len(run.cues(CueKind.LAST)) == 1


def test_go_starts_an_armed_hold_when_the_line_is_lost() -> None:
    run = Run(hold(8, Start.FORCE)).go().feed(0, 6).line(False, 6.5).tick(8)
    assert run.state is State.ARMED
    assert run.cues(CueKind.LINE_LOST) == [6.5]
    run.go(9).line(True, 10).tick(30)
    assert run.cues(CueKind.LINE_BACK) == [10]
    assert (run.ended[0].start_s, run.ended[0].end) == (9, End.COMPLETED)


def test_an_early_release_is_dated_back_to_the_crossing() -> None:
    run = Run(hold(20, Start.FORCE)).go().feed(pull(7, 12), 20)
    (end,) = run.ended
    assert end.end is End.RELEASED
    assert end.end_s - end.start_s == pytest.approx(12.1 - 7.25, abs=1 / RATE_HZ)
    assert end.at_s == pytest.approx(12.6, abs=1e-3)


def test_the_rest_counts_from_the_true_end() -> None:
    run = Run(hold(20, Start.FORCE), RestStep(10), hold(3)).go().feed(pull(7, 12), 40)
    assert run.started[1].start_s == pytest.approx(12.1 + 10, abs=1e-3)


def test_no_dip_shorter_than_the_grace_ends_a_hold() -> None:
    dips = [(t, t + 0.45) for t in (8, 9, 10, 11)] + [(12, 12.013)]
    run = Run(hold(8, Start.FORCE)).go().feed(with_dips(pull(5, 99), *dips), 20)
    assert [e.end for e in run.ended] == [End.COMPLETED]


def test_without_a_target_release_is_below_half_of_the_own_peak() -> None:
    step = hold(None, Start.FORCE, target=None)
    kept = Run(step).go().feed(lambda t: np.where(t < 10, 200.0, 120.0) * (t > 6), 20)
    assert kept.ended == []
    let_go = Run(step).go().feed(lambda t: np.where(t < 10, 200.0, 80.0) * (t > 6), 20)
    assert let_go.ended[0].end_s == pytest.approx(10, abs=1 / RATE_HZ)


def test_one_spike_does_not_raise_the_own_peak() -> None:
    spike = with_spike(lambda t: 200.0 * (t > 6), 8.0, 5000)
    run = Run(hold(None, Start.FORCE, target=None)).go().feed(spike, 20)
    assert run.ended == []


def with_spike(force: Force, at_s: float, value: float) -> Force:
    def spiked(time_s: FloatArray) -> FloatArray:
        values = np.array(force(time_s), float)
        values[np.abs(time_s - at_s) < 1e-6] = value
        return values

    return spiked


def test_a_hold_by_the_clock_that_never_loads_the_sensor_completes() -> None:
    assert Run(hold(8)).go().feed(0, 20).ended[0].end is End.COMPLETED
    assert Run(hold(8)).go().feed(100, 20).ended[0].end is End.COMPLETED
    assert Run(hold(8)).go().feed(with_spike(lambda t: 0 * t, 7, 900), 20).ended[0].end is End.COMPLETED


def test_a_late_pull_in_a_hold_by_the_clock_can_be_let_go() -> None:
    run = Run(hold(20)).go().feed(pull(9, 12), 30)
    assert (run.ended[0].start_s, run.ended[0].end) == (5, End.RELEASED)
    assert run.ended[0].end_s == pytest.approx(12.1, abs=1e-3)


def test_samples_without_a_value_are_neither_above_nor_below() -> None:
    def holes(time_s: FloatArray) -> FloatArray:
        values = pull(6, 12)(time_s)
        values[(time_s > 8) & (time_s < 9.5)] = np.nan
        values[::3] = np.nan
        return values

    run = Run(hold(20, Start.FORCE)).go().feed(holes, 20)
    assert len(run.ended) == 1
    assert run.ended[0].end_s == pytest.approx(12.1, abs=2 / RATE_HZ)


def test_a_dip_at_the_planned_end_completes() -> None:
    run = Run(hold(8, Start.FORCE)).go().feed(with_dips(pull(5, 99), (13.0, 99)), 20)
    assert run.started[0].start_s == pytest.approx(5.25, abs=1e-3)
    assert run.ended[0].end is End.COMPLETED


def test_the_clock_completes_a_hold_whose_samples_lag() -> None:
    run = Run(hold(8, Start.FORCE)).go().feed(with_dips(pull(5, 99), (12.7, 99)), 13.1)
    assert run.ended == []
    run.tick(13.3).feed(0, 20)
    assert [e.end for e in run.ended] == [End.COMPLETED]


def test_letting_go_during_a_silence_counts_only_what_was_seen() -> None:
    run = Run(hold(20, Start.FORCE)).go().feed(pull(5, 99), 10)
    last_seen_s = 10 - 1 / RATE_HZ
    run.fed_s = 13
    run.feed(0, 15)
    assert (run.ended[0].end, run.ended[0].end_s) == (End.RELEASED, pytest.approx(last_seen_s))
    assert "no data" in run.ended[0].why


def test_a_marked_gap_is_not_interpolated_over_and_a_plain_slow_sensor_is() -> None:
    def ends(flag: int) -> float:
        engine = Engine(plan(hold(None, Start.FORCE)), sensor=True)
        engine.press(Key.GO, 0)
        time_s = np.array([5.0, 5.5, 6, 6.5, 7, 7.5, 8, 8.5])
        force = np.array([300.0, 300, 300, 300, 300, 0, 0, 0])[:, None]
        flags = np.array([0, 0, 0, 0, 0, flag, 0, 0], np.uint8)
        events = engine.feed(Block(time_s, force, force, flags))
        return next(e.end_s for e in events if isinstance(e, HoldEnded))

    assert ends(0) == pytest.approx(7.25)
    assert ends(Flag.GAP_BEFORE) == pytest.approx(7.0)


def test_the_timer_goes_on_when_the_sensor_is_lost() -> None:
    run = Run(hold(8)).go().feed(300, 8).line(False, 8.2).tick(30)
    (end,) = run.ended
    assert (end.end, end.end_s) == (End.DEVICE_LOST, 13)
    assert "3.0 s after the start" in end.why


def test_a_sensor_that_comes_back_in_time_leaves_no_mark() -> None:
    run = Run(hold(8)).go().feed(300, 8).line(False, 8.2).line(True, 11)
    run.fed_s = 11
    run.feed(300, 20)
    assert run.ended[0].end is End.COMPLETED
    assert run.cues(CueKind.LINE_LOST, CueKind.LINE_BACK) == [8.2, 11]


def test_an_open_hold_ends_with_the_last_sample_when_the_sensor_stays_away() -> None:
    run = Run(hold(None)).go().feed(300, 8).line(False, 8.2).tick(13.1)
    assert run.ended == []
    run.tick(13.3)
    (end,) = run.ended
    assert (end.end, end.at_s) == (End.DEVICE_LOST, pytest.approx(13.2))
    assert end.end_s == pytest.approx(8 - 1 / RATE_HZ)


def test_the_line_is_told_once() -> None:
    run = Run(hold(8)).go().line(False, 1).line(False, 2).line(True, 3).line(True, 4)
    assert run.cues(CueKind.LINE_LOST, CueKind.LINE_BACK) == [1, 3]
    assert Run(hold(8), sensor=False).go().line(False, 1).cues(CueKind.LINE_LOST) == []


def test_pause_in_a_countdown_begins_it_again() -> None:
    run = Run(hold(8), sensor=False).go().press(Key.PAUSE, 3).tick(50)
    assert run.state is State.PAUSED
    assert run.engine.view(50).paused_from is State.COUNTDOWN
    run.press(Key.PAUSE, 60).tick(100)
    assert [e.start_s for e in run.started] == [65]


def test_pause_in_a_rest_keeps_what_is_left() -> None:
    run = Run(hold(8), RestStep(30), hold(8), sensor=False).go().press(Key.PAUSE, 23)
    assert run.engine.view(99).remaining_s == pytest.approx(20)
    run.press(Key.PAUSE, 123)
    view = run.engine.view(123)
    assert (view.elapsed_s, view.remaining_s) == pytest.approx((10, 20))
    run.tick(200)
    assert run.started[1].start_s == pytest.approx(143)


def test_pause_while_letting_go_keeps_the_rest() -> None:
    run = (
        Run(hold(8), RestStep(30), hold(8), sensor=False)
        .go()
        .press(Key.PAUSE, 13.5)
        .press(Key.GO, 23.5)
        .tick(100)
    )
    assert run.started[1].start_s == pytest.approx(53)
    assert run.states[-5:-3] == [(State.REST, 24), (State.COUNTDOWN, 48)]


def test_pause_in_a_hold_keeps_it_and_offers_the_step_again() -> None:
    run = Run(hold(8), sensor=False).go().press(Key.PAUSE, 7).press(Key.PAUSE, 20)
    assert run.state is State.READY
    run.tick(50)
    assert len(run.started) == 1
    run.go(50).tick(100)
    assert [(e.attempt, e.end, e.end_s) for e in run.ended] == [(1, End.ABORTED, 7), (2, End.COMPLETED, 63)]


def test_skip_ends_a_rest() -> None:
    run = Run(hold(8), RestStep(30), hold(8), sensor=False).go().press(Key.SKIP, 20).tick(100)
    assert run.started[1].start_s == 25


def test_skip_passes_over_a_hold_and_the_rest_after_it() -> None:
    run = Run(hold(8), RestStep(30), hold(4), sensor=False).press(Key.SKIP, 1)
    assert run.state is State.READY
    run.go(2).press(Key.SKIP, 3)
    assert (run.state, run.ended) == (State.DONE, [])
    run = Run(hold(8), RestStep(30), hold(4), sensor=False).go().press(Key.SKIP, 3).tick(100)
    assert [(e.step_index, e.start_s) for e in run.started] == [(2, 8)]


def test_skip_in_a_hold_keeps_it_and_goes_on() -> None:
    run = Run(hold(8), RestStep(30), hold(4), sensor=False).go().press(Key.SKIP, 7).tick(100)
    assert [(e.end, e.end_s) for e in run.ended] == [(End.ABORTED, 7), (End.COMPLETED, 41)]


@pytest.mark.parametrize("at_s", [13.5, 20, 40])
def test_redo_repeats_the_last_hold_and_keeps_both(at_s: float) -> None:
    run = Run(hold(8), RestStep(30), hold(4), sensor=False).go().press(Key.REDO, at_s).tick(200)
    assert [(e.step_index, e.attempt) for e in run.ended] == [(0, 1), (0, 2), (2, 1)]
    assert run.ended[1].start_s == at_s + 5


def test_redo_in_a_hold_keeps_the_broken_one() -> None:
    run = Run(hold(8), sensor=False).go().press(Key.REDO, 7).tick(100)
    assert [(e.attempt, e.end) for e in run.ended] == [(1, End.ABORTED), (2, End.COMPLETED)]


def test_redo_before_the_first_hold_does_nothing() -> None:
    assert Run(hold(8), sensor=False).press(Key.REDO, 1).events == []


@pytest.mark.parametrize("at_s", [0.0, 3, 7, 13.5, 20])
def test_abort_ends_everything_and_keeps_a_running_hold(at_s: float) -> None:
    run = Run(hold(8), RestStep(30), hold(4), sensor=False).go().press(Key.ABORT, at_s)
    assert run.state is State.ABORTED
    assert [e.end for e in run.ended if e.end is End.ABORTED] == ([End.ABORTED] if at_s == 7 else [])
    told = len(run.events)
    run.tick(200).go(201).press(Key.REDO, 202).feed(300, 300)
    assert len(run.events) == told


def test_keys_without_a_meaning_are_ignored() -> None:
    run = Run(hold(8), sensor=False).go().go(3).tick(7).go(8).tick(13.5).press(Key.PAUSE, 13.6).tick(20)
    assert [s for s, _ in run.states] == [State.COUNTDOWN, State.HOLD, State.RELEASE, State.DONE]


def test_a_sensor_in_counts_starts_and_ends_a_hold() -> None:
    rng = np.random.default_rng(1)

    def counts(time_s: FloatArray) -> FloatArray:
        return 8_000_000 + rng.normal(0, 80, len(time_s)) + 2000 * pull(7, 12)(time_s)

    run = Run(hold(None, Start.FORCE)).go().feed(counts, 20, unit="counts")
    assert 7.0 < run.started[0].start_s < 7.25
    assert run.ended[0].end_s == pytest.approx(12.1, abs=1 / RATE_HZ)


def test_in_counts_only_a_key_starts_when_nothing_is_known_of_the_sensor_at_rest() -> None:
    run = Run(hold(8, Start.FORCE)).go().tick(6)
    run.fed_s = 6
    run.feed(5_000_000, 9, unit="counts")
    assert run.state is State.ARMED
    run.go(9).feed(5_000_000, 20, unit="counts")
    assert run.ended[0].end is End.COMPLETED


def test_leaving_the_band_is_told_once_per_excursion() -> None:
    def force(time_s: FloatArray) -> FloatArray:
        return np.select(
            [time_s < 10, time_s < 14, time_s < 16, time_s < 17, time_s < 18], [300, 250, 300, 250, 300], 400
        )

    run = Run(hold(20)).go().feed(force, 30)
    assert run.cues(CueKind.OUT_OF_BAND) == [12, 20]


@pytest.mark.parametrize(("force_n", "side"), [(200, "below"), (300, "in"), (400, "above")])
def test_the_view_says_where_in_the_band_tension_is(force_n: float, side: str) -> None:
    run = Run(hold(20)).go().feed(force_n, 8)
    assert run.engine.view(8).in_band == side
    assert run.line(False, 8).engine.view(8.5).in_band is None


def test_the_view_tells_what_comes() -> None:
    first, rest, second = hold(8), RestStep(30), hold(4)
    run = Run(first, rest, second, sensor=False).go().tick(7)
    view = run.engine.view(7.5)
    assert (view.state, view.elapsed_s, view.remaining_s, view.planned_s) == (State.HOLD, 2.5, 5.5, 8)
    assert (view.step, view.next_step, view.following_hold) == (first, rest, second)
    view = run.tick(23).engine.view(23)
    assert (view.state, view.elapsed_s, view.remaining_s, view.planned_s) == (State.REST, 10, 20, 30)
    assert (view.step, view.next_step, view.following_hold, view.step_index) == (second, second, None, 1)
    view = run.tick(100).engine.view(100)
    assert (view.state, view.step, view.next_step, view.remaining_s) == (State.DONE, None, None, None)


def test_the_view_of_a_late_tick_stays_within_the_plan() -> None:
    view = Run(hold(8), sensor=False).go().tick(6).engine.view(50)
    assert (view.elapsed_s, view.remaining_s) == (8, 0)


def test_the_same_samples_twice_change_nothing() -> None:
    engine = Engine(plan(hold(None, Start.FORCE)), sensor=True)
    engine.press(Key.GO, 0)
    time_s = np.arange(0, 10, 0.0125)
    part = block(time_s, np.where(time_s > 6, 300.0, 0.0))
    first = engine.feed(part)
    assert any(isinstance(e, HoldStarted) for e in first)
    assert engine.feed(part) == ()
    assert engine.feed(Block.empty()) == ()


def test_samples_older_than_those_seen_are_passed_over() -> None:
    run = Run(hold(20)).go().feed(300, 12)
    time_s = np.arange(10, 11.9, 0.0125)
    assert run.engine.feed(block(time_s, np.zeros(len(time_s)))) == ()
    assert run.state is State.HOLD
