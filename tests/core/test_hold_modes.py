"""The modes respond, track and switch, stop rules, pain, effort and going on at a later step."""

from dataclasses import replace

import numpy as np
import pytest

from isotimer.core.block import Block, FloatArray
from isotimer.core.cues import CueKind
from isotimer.core.hold import (
    CueDue,
    EffortRated,
    Engine,
    EngineSettings,
    Event,
    GoPlanned,
    HoldEnded,
    HoldStarted,
    Key,
    Prompt,
    SideDropped,
    State,
    StateChanged,
    StepSkipped,
)
from isotimer.core.plan import End, HoldStep, Mode, Plan, RestStep, Side, Step, TargetBand
from isotimer.core.task import PathPart, StopRule, TargetPath

RATE_HZ = 100.0
BAND = TargetBand(300, 270, 330)
LEFT, RIGHT = Side.LEFT, Side.RIGHT


def hold(side: Side = LEFT, seconds: float | None = 8.0, **more: object) -> HoldStep:
    return replace(HoldStep("x", side, seconds, countdown_s=2.0, target=BAND), **more)


def respond(**more: object) -> HoldStep:
    return hold(seconds=1.0, mode=Mode.RESPOND, target=None, **more)


class Run:
    """An engine, all it has told, and the clock and sensor that drive it together."""

    def __init__(self, *steps: Step, sensor: bool = True, **more: object) -> None:
        self.engine = Engine(Plan("p", "p", steps), sensor=sensor, **more)
        self.sensor = sensor
        self.events: list[Event] = []
        self.now_s = 0.0

    def press(self, key: Key) -> "Run":
        self.events += self.engine.press(key, self.now_s)
        return self

    def until(self, until_s: float, force_n: float = 0.0) -> "Run":
        """Let time pass at one tension."""
        time_s = np.arange(round(self.now_s * RATE_HZ), round(until_s * RATE_HZ)) / RATE_HZ
        return self.feed(time_s, np.full(len(time_s), force_n), until_s)

    def feed(self, time_s: FloatArray, force: FloatArray, until_s: float) -> "Run":
        if self.sensor:
            for a in range(0, len(time_s), 10):
                part = slice(a, a + 10)
                column = force[part, None]
                none = np.zeros(len(column), np.uint8)
                self.events += self.engine.feed(Block(time_s[part], column, column, none))
        self.events += self.engine.tick(until_s)
        self.now_s = until_s
        return self

    def of(self, kind: type) -> list:
        return [e for e in self.events if isinstance(e, kind)]

    def cues(self, *kinds: CueKind) -> list[float]:
        return [e.at_s for e in self.of(CueDue) if e.kind in kinds]

    @property
    def state(self) -> State:
        return self.engine.view(self.now_s).state

    @property
    def prompt(self) -> Prompt | None:
        return self.engine.view(self.now_s).prompt

    @property
    def go_s(self) -> float:
        return self.of(GoPlanned)[-1].due_s


def at_set(**more: object) -> Run:
    """A run whose wait for the go has just begun, at 2 s."""
    run = Run(respond(), RestStep(10), respond(), **more).press(Key.GO).until(2.01)
    assert (run.state, run.prompt) == (State.ARMED, Prompt.SET)
    return run


# respond


def test_the_go_comes_after_a_wait_within_its_limits_and_the_hold_starts_with_it() -> None:
    waits = set()
    for seed in range(30):
        run = at_set(seed=seed)
        waits.add(run.go_s - 2.0)
        run.until(run.go_s - 0.01)
        assert run.state is State.ARMED
        assert run.engine.view(run.now_s).remaining_s is None
        run.until(run.go_s + 0.2)
        assert (run.state, run.prompt) == (State.HOLD, Prompt.GO)
        assert run.of(HoldStarted)[0].start_s == run.go_s
        assert run.cues(CueKind.SET) == [2.0]
        assert run.cues(CueKind.GO) == [run.go_s]
    assert 1.5 <= min(waits) < 2.0
    assert 3.5 < max(waits) <= 4.0
    assert at_set(seed=3).go_s == at_set(seed=3).go_s


def test_a_pull_after_the_go_is_no_false_start_and_the_hold_lasts_its_time() -> None:
    run = at_set()
    run.until(run.go_s + 0.25).until(run.go_s + 0.4, 300).until(run.go_s + 3, 0)
    (end,) = run.of(HoldEnded)
    assert (end.end, end.flag) == (End.COMPLETED, "")
    assert end.end_s == end.start_s + 1.0
    assert run.cues(CueKind.FALSE_START) == []


@pytest.mark.parametrize(
    ("after_go_s", "words"), [(-0.5, "before the go"), (0.03, "after the go"), (0.08, "after the go")]
)
def test_a_pull_too_soon_is_a_false_start_and_the_attempt_comes_again(after_go_s: float, words: str) -> None:
    run = at_set()
    go_s = run.go_s
    run.until(go_s + after_go_s).until(go_s + after_go_s + 0.3, 200)
    (end,) = run.of(HoldEnded)
    assert (end.end, end.flag, end.again) == (End.ABORTED, "false-start", True)
    assert words in end.why
    assert len(run.cues(CueKind.FALSE_START)) == 1
    assert run.cues(CueKind.GO) == ([] if after_go_s < 0 else [go_s])
    assert (run.state, run.prompt) == (State.RELEASE, Prompt.FALSE_START)
    assert run.engine.view(run.now_s).false_start
    run.until(run.now_s + 1.5)
    assert (run.state, run.engine.view(run.now_s).step_index) == (State.COUNTDOWN, 0)
    run.until(run.now_s + 2)
    assert run.state is State.ARMED
    run.until(run.go_s + 2)
    assert [(e.step_index, e.attempt, e.end) for e in run.of(HoldEnded)] == [
        (0, 1, End.ABORTED),
        (0, 2, End.COMPLETED),
    ]


def test_a_pull_at_a_tenth_of_a_second_counts() -> None:
    run = at_set()
    run.until(round(run.go_s + 0.13, 2)).until(run.go_s + 2, 200)
    assert [e.flag for e in run.of(HoldEnded)] == [""]


def test_one_spike_and_a_light_steady_tension_are_no_false_start() -> None:
    run = Run(respond()).press(Key.GO).until(2.01, 20)
    run.until(3.0, 20).until(3.01, 90).until(run.go_s + 0.2, 21)
    assert run.of(HoldEnded) == []
    assert run.state is State.HOLD


def test_after_many_false_starts_the_step_is_passed_over() -> None:
    run = Run(respond(), RestStep(3), hold(RIGHT), settings=EngineSettings(false_starts=2)).press(Key.GO)
    for _ in range(2):
        while run.state is not State.ARMED:
            run.until(run.now_s + 0.1)
        run.until(run.now_s + 0.3, 200)
    assert [(e.step_index, e.again) for e in run.of(HoldEnded)] == [(0, True), (0, False)]
    run.until(run.now_s + 3)
    assert run.engine.view(run.now_s).step_index == 2


def test_no_key_gives_the_go_away_and_a_pause_begins_the_countdown_anew() -> None:
    run = at_set().press(Key.GO)
    assert run.state is State.ARMED
    run.press(Key.PAUSE).until(20).press(Key.GO)
    assert run.state is State.COUNTDOWN
    assert run.of(HoldEnded) == []


def test_without_a_sensor_the_go_comes_all_the_same() -> None:
    run = Run(respond(), sensor=False).press(Key.GO).until(10)
    assert [e.end for e in run.of(HoldEnded)] == [End.COMPLETED]


# track

PATH = TargetPath(
    (PathPart("level", 4, 0.5), PathPart("ramp", 4, 0.5, 1.0), PathPart("level", 4, 1.0, eyes_off=True))
)


def test_the_band_moves_with_the_target_and_is_hidden_with_eyes_off() -> None:
    run = Run(hold(seconds=12, mode=Mode.TRACK, path=PATH)).press(Key.GO).until(2)
    run.until(5, 150)
    view = run.engine.view(run.now_s)
    assert view.in_band == "in"
    assert view.target is not None
    assert view.target.force_n == pytest.approx(150)
    run.until(9.5, 150)
    view = run.engine.view(run.now_s)
    assert view.in_band == "below"
    assert view.target is not None
    assert view.target.force_n == pytest.approx(300 * (0.5 + 0.5 * 3.5 / 4))
    told = run.cues(CueKind.OUT_OF_BAND)
    assert told
    run.until(13.5, 150)
    view = run.engine.view(run.now_s)
    assert (view.in_band, view.eyes_off) == (None, True)
    assert run.cues(CueKind.OUT_OF_BAND) == told
    run.until(15)
    assert [e.end for e in run.of(HoldEnded)] == [End.COMPLETED]


# switch


def switch(**more: object) -> HoldStep:
    return hold(Side.BOTH, 20.0, mode=Mode.SWITCH, wait_s=(2.0, 4.0), target=None, **more)


def test_changes_come_at_random_and_the_prompt_alternates() -> None:
    run = Run(switch(), seed=5).press(Key.GO).until(2)
    (start,) = run.of(HoldStarted)
    changes = [at_s for at_s, kind in start.cues if kind is CueKind.SWITCH]
    gaps = np.diff([start.start_s, *changes])
    assert ((gaps >= 2.0 - 1e-9) & (gaps <= 4.0 + 1e-9)).all()
    assert changes[-1] <= start.start_s + 18
    wanted = Prompt.LEFT
    for at_s in changes:
        run.until(at_s - 0.01, 200)
        assert run.prompt is wanted
        wanted = Prompt.RIGHT if wanted is Prompt.LEFT else Prompt.LEFT
        run.until(at_s + 0.7, 0)
        assert run.prompt is wanted
    run.until(25, 200)
    assert run.cues(CueKind.SWITCH) == pytest.approx(changes)
    assert [e.end for e in run.of(HoldEnded)] == [End.COMPLETED]


@pytest.mark.parametrize(
    ("more", "first"),
    [
        ({"side": RIGHT}, Prompt.RIGHT),
        ({"between": "phases"}, Prompt.PUSH),
        ({"between": "phases", "side": RIGHT}, Prompt.PUSH),
    ],
)
def test_what_comes_first_is_said_before_it_starts(more: dict[str, object], first: Prompt) -> None:
    assert Run(replace(switch(), **more)).prompt is first


# stop rules and breathing


def test_too_little_for_too_long_ends_the_hold_where_it_began() -> None:
    run = Run(hold(seconds=30, stop=StopRule(below_target_share=0.8, below_s=2.0))).press(Key.GO).until(2)
    run.until(4, 200).until(8, 300).until(9.5, 200).until(11, 300).until(16, 200)
    (end,) = run.of(HoldEnded)
    assert (end.end, end.end_s) == (End.RELEASED, pytest.approx(11, abs=0.02))
    assert "80 % of the target" in end.why


def test_out_of_the_band_is_told_once_halfway_and_then_ends_the_hold() -> None:
    run = Run(hold(seconds=30, stop=StopRule(out_of_band_s=3.0))).press(Key.GO).until(2)
    run.until(7, 200).until(9, 300)
    begun = run.cues(CueKind.OUT_OF_BAND)
    run.until(20, 400)
    (end,) = run.of(HoldEnded)
    assert end.end is End.RELEASED
    assert end.end_s == pytest.approx(12, abs=0.3)
    told = run.cues(CueKind.OUT_OF_BAND)[len(begun) :]
    assert told == [pytest.approx(10.5, abs=0.3)]


def test_after_the_shake_has_doubled_the_hold_ends_so_much_later() -> None:
    run = Run(hold(seconds=60, stop=StopRule(after_shake_s=5.0))).press(Key.GO).until(2).until(12, 300)
    run.events += run.engine.shake_onset(11.0, run.now_s)
    run.events += run.engine.shake_onset(11.5, run.now_s)
    run.until(30, 300)
    (end,) = run.of(HoldEnded)
    assert (end.end, end.end_s) == (End.COMPLETED, 16.0)
    assert "shake" in end.why
    assert [s for s in run.cues(CueKind.LAST, CueKind.HALFWAY) if s > 16] == []


def test_without_the_rule_shake_ends_nothing() -> None:
    run = Run(hold(seconds=20)).press(Key.GO).until(12, 300)
    run.events += run.engine.shake_onset(8.0, run.now_s)
    assert run.until(30, 300).of(HoldEnded)[0].end_s == 22.0


def test_breathing_reminders_come_at_their_pace_and_beside_no_other_cue() -> None:
    run = Run(hold(seconds=20, breath_s=4.0), sensor=False).press(Key.GO).until(30)
    breaths = run.cues(CueKind.BREATHE)
    assert breaths == [6.0, 10.0, 14.0, 18.0]
    others = run.cues(*(k for k in CueKind if k is not CueKind.BREATHE))
    assert all(abs(b - o) >= 0.8 for b in breaths for o in others)


# pain

SIDES = (
    hold(LEFT),
    RestStep(20, "side"),
    hold(RIGHT),
    RestStep(40, "rep"),
    hold(LEFT),
    RestStep(20, "side"),
    hold(RIGHT),
)


def done(run: Run) -> list[tuple[int, str, str]]:
    return [(e.step_index, e.end.value, e.flag) for e in run.of(HoldEnded)]


def test_pain_ends_the_hold_and_leaves_out_the_side() -> None:
    run = Run(*SIDES, sensor=False).press(Key.GO).until(5).press(Key.PAIN)
    assert done(run) == [(0, "aborted", "pain")]
    (dropped,) = run.of(SideDropped)
    assert (dropped.side, dropped.steps) == (LEFT, (0, 4))
    run.until(500)
    assert done(run) == [(0, "aborted", "pain"), (2, "completed", ""), (6, "completed", "")]
    first, second = run.of(HoldEnded)[1:]
    assert second.start_s - first.end_s == pytest.approx(40)
    assert run.state is State.DONE


def test_pain_in_a_rest_leaves_out_the_side_that_comes() -> None:
    run = Run(*SIDES, sensor=False).press(Key.GO).until(15)
    assert run.state is State.REST
    run.press(Key.PAIN)
    assert run.engine.view(run.now_s).step == SIDES[4]
    run.until(500)
    assert [i for i, _, _ in done(run)] == [0, 4]


@pytest.mark.parametrize("key", [None, Key.PAUSE])
def test_pain_of_the_last_side_ends_the_plan(key: Key | None) -> None:
    run = Run(hold(LEFT), RestStep(20), hold(RIGHT), sensor=False).press(Key.GO).until(15)
    if key:
        run.press(key)
    run.events += run.engine.pain(RIGHT, run.now_s)
    assert run.state is State.DONE
    assert done(run) == [(0, "completed", "")]


def test_pain_before_a_hold_waits_for_a_key_at_the_next_one() -> None:
    run = Run(*SIDES, sensor=False).press(Key.GO).until(1).press(Key.PAIN)
    assert (run.state, run.engine.view(1).step_index) == (State.READY, 2)
    assert run.until(60).of(HoldEnded) == []


def test_what_needs_both_legs_is_left_out_with_either() -> None:
    run = Run(
        hold(LEFT),
        RestStep(5),
        switch(),
        RestStep(5),
        hold(Side.BOTH),
        RestStep(5),
        hold(RIGHT),
        sensor=False,
    )
    run.press(Key.GO).until(3).press(Key.PAIN).until(100)
    assert [i for i, _, _ in done(run)] == [0, 6]


# effort


def sets() -> tuple[Step, ...]:
    one, two = hold(LEFT, 5.0, sets=2, set_no=1), hold(RIGHT, 5.0, sets=2, set_no=1)
    return (
        one,
        RestStep(5, "side"),
        two,
        RestStep(30, "set"),
        replace(one, set_no=2),
        RestStep(5, "side"),
        replace(two, set_no=2),
    )


def test_effort_is_asked_after_each_set_and_belongs_to_its_holds() -> None:
    run = Run(*sets(), sensor=False).press(Key.GO)
    asked = []
    while run.state is not State.DONE:
        run.until(run.now_s + 1)
        view = run.engine.view(run.now_s)
        if view.asks_effort:
            asked.append(run.now_s)
            run.events += run.engine.effort(7, run.now_s)
    assert len(asked) == 2
    assert [(e.effort, e.steps) for e in run.of(EffortRated)] == [(7, (0, 2)), (7, (4, 6))]


def test_effort_may_come_after_the_end_once_and_within_its_scale() -> None:
    run = Run(hold(), sensor=False).press(Key.GO).until(60)
    assert run.state is State.DONE
    for value in (0, 11, 10, 5):
        run.events += run.engine.effort(value, run.now_s)
    assert [e.effort for e in run.of(EffortRated)] == [10]


def test_nothing_is_asked_within_a_set() -> None:
    run = Run(*sets(), sensor=False).press(Key.GO).until(9)
    assert run.state is State.REST
    assert not run.engine.view(run.now_s).asks_effort
    assert run.engine.effort(5, run.now_s) == ()


# cues between, skipping, going on


def test_the_rest_between_sets_ends_with_a_cue_of_its_own() -> None:
    run = Run(*sets(), sensor=False).press(Key.GO).until(120)
    assert len(run.cues(CueKind.REST_OVER)) == 2
    assert run.cues(CueKind.SET_REST_OVER) == [pytest.approx(2 + 5 + 5 + 5 + 30 - 2)]


def test_a_hold_passed_over_by_key_is_told() -> None:
    run = Run(*SIDES, sensor=False).press(Key.SKIP)
    assert [e.step_index for e in run.of(StepSkipped)] == [0]
    assert run.engine.view(0).step_index == 2


def test_it_goes_on_at_a_later_step_with_what_was_before() -> None:
    run = Run(*SIDES, sensor=False, first=2, dropped=[RIGHT], attempts={4: 1}).press(Key.GO)
    assert run.engine.view(0).step_index == 4
    assert run.engine.view(0).attempt == 2
    run.until(60)
    assert [(e.step_index, e.attempt) for e in run.of(HoldEnded)] == [(4, 2)]
    assert run.state is State.DONE


def test_nothing_left_to_do_is_done_from_the_start() -> None:
    engine = Engine(Plan("p", "p", SIDES), sensor=False, first=7)
    assert engine.view(0).state is State.DONE
    assert engine.press(Key.GO, 0) == ()


def test_view_says_which_hold_of_how_many() -> None:
    run = Run(*SIDES, sensor=False).press(Key.GO).until(15)
    view = run.engine.view(run.now_s)
    assert (view.state, view.hold_no, view.holds) == (State.REST, 2, 4)
    assert [e.state for e in run.of(StateChanged)][-1] is State.REST
