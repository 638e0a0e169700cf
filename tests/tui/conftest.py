"""A station without threads, ports or files, steered by the test."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from types import SimpleNamespace

import numpy as np
import pytest
from textual.app import App
from textual.containers import VerticalScroll
from textual.pilot import Pilot
from textual.widgets import OptionList

from isotimer.core.events import CueDue, EngineView, Key, State
from isotimer.core.plan import End, HoldStep, Phase, Plan, Side, TargetBand
from isotimer.core.positions import POSITIONS
from isotimer.session.snapshot import HoldResult, LineState, LineView, MeasureView, Snapshot

SWING = next(p.id for p in POSITIONS if p.phase is Phase.SWING)
BAND = TargetBand(300.0, 270.0, 330.0)


@dataclass(frozen=True)
class PortChoice:
    port: str
    description: str
    profile_id: str
    profile_name: str
    answered: bool
    message: str


def tension_n(time_s: np.ndarray) -> np.ndarray:
    """A ramp to 300 N with wobble and shake."""
    ramp = 300 / (1 + np.exp(-(time_s + 7.5) * 4))
    return ramp + 8 * np.sin(2 * np.pi * 1.1 * time_s) + 4 * np.sin(2 * np.pi * 9.3 * time_s) * (time_s > -5)


def make_result(hold_id: str = "h1", *, side: Side = Side.LEFT, name: str = "mean tension") -> HoldResult:
    """Return a hold of 10 s at 300 N."""
    time_s = np.arange(-0.5, 10.5, 1 / 87.5)
    force_n = np.where((time_s > 0) & (time_s < 10), tension_n(time_s - 7.2), 3.0)
    measures = (
        MeasureView("tension_mean_n", name, 298.7, "N"),
        MeasureView("tension_peak_n", "peak tension", 323.4, "N"),
        MeasureView("cv_detrended_pct", "unsteadiness (CV, detrended)", 1.83, "%"),
        MeasureView("shake_rms_n", "shake 4 to 15 Hz", None, "N", "sensor too slow: 10.8 Hz, needs 40"),
    )
    step = HoldStep(SWING, side, 10.0, target=BAND)
    return HoldResult(
        hold_id,
        step,
        End.COMPLETED,
        10.0,
        875,
        87.5,
        (),
        measures,
        time_s,
        force_n,
        "N",
        notices=("Zero drifted by 4 N",),
    )


class FakeStation:
    """Answers the screens from plain attributes and writes down what they ask for."""

    def __init__(self) -> None:
        self.athlete = "Ana"
        self.asked: list[object] = []
        self.closed = 0
        self.opened = 0
        self.audible = False
        self.started: Plan | None = None
        self.ports: tuple[PortChoice, ...] = ()
        self.sentences: tuple[str, ...] = ()
        self.last_started: Plan | None = None
        self.line = LineView(LineState.STREAMING, "Chronojump force sensor", "/dev/ttyUSB0", 87.5)
        self.now_s = 1000.0
        self.tension: float | None = 301.0
        self.view: EngineView | None = None
        self.target: TargetBand | None = BAND
        self.last: HoldResult | None = None
        self.finished = 0
        self.message = ""
        self._listeners: list[Callable[[object], None]] = []

    def without_sensor(self) -> "FakeStation":
        """Take the sensor away."""
        self.line, self.tension, self.target = LineView(), None, None
        return self

    def enter(self, state: State, *, step: HoldStep | None = None, **changes: object) -> None:
        """Put the engine into a state."""
        step = step or HoldStep(SWING, Side.LEFT, 10.0, target=self.target, sets=3, reps=2)
        after = replace(step, side=Side.RIGHT)
        left = {State.COUNTDOWN: 3.0, State.HOLD: 7.0, State.REST: 20.0}.get(state)
        place = "in" if state is State.HOLD and self.target else None
        view = EngineView(state, step, 0, after, after, 2.0, left, step.seconds, place)
        self.view = replace(view, **changes)

    def happen(self, event: object) -> None:
        """Tell the listeners of an event."""
        for listener in tuple(self._listeners):
            listener(event)

    def cue(self, kind: object) -> None:
        """Tell the listeners of a cue."""
        self.happen(CueDue(self.now_s, kind))

    def open(self) -> None:
        self.opened += 1

    def athletes(self) -> tuple[str, ...]:
        return (self.athlete, "Berta")

    def choose_athlete(self, name: str) -> None:
        self.athlete = name

    def news(self) -> tuple[str, ...]:
        return self.sentences

    def sensors(self) -> tuple[PortChoice, ...]:
        self.asked.append("sensors")
        return self.ports

    def profiles(self) -> tuple[tuple[str, str], ...]:
        return (
            ("chronojump-force-sensor", "Chronojump force sensor"),
            ("mark10-series5", "Mark-10 Series 5"),
        )

    def connect(self, port: str, profile_id: str) -> None:
        self.asked.append(("connect", port, profile_id))

    def disconnect(self) -> None:
        self.asked.append("disconnect")

    def tare(self) -> str:
        self.asked.append("tare")
        return "Zero set: [red]3.2[/] N taken off."

    def start(self, plan: Plan) -> None:
        self.started = self.last_started = plan
        first = plan.steps[0]
        assert isinstance(first, HoldStep)
        self.last, self.finished = None, 0
        self.enter(State.READY, step=first)

    def press(self, key: Key) -> None:
        self.asked.append(key)
        if key is Key.GO and self.view is not None and self.view.state is State.READY:
            self.enter(State.COUNTDOWN, step=self.view.step)

    def stop(self) -> None:
        self.view = None

    def snapshot(self) -> Snapshot:
        return Snapshot(
            self.now_s,
            self.line,
            self.tension,
            self.view,
            self.target,
            self.last,
            self.finished,
            self.message,
        )

    def trace(self, seconds: float) -> tuple[np.ndarray, np.ndarray]:
        time_s = np.arange(-seconds, 0, 1 / 87.5)
        return time_s, tension_n(time_s)

    def subscribe(self, callback: Callable[[object], None]) -> Callable[[], None]:
        self._listeners.append(callback)
        return lambda: self._listeners.remove(callback)

    def last_plan(self) -> Plan | None:
        return self.last_started

    def close(self) -> None:
        self.closed += 1


def text_of(app: App[None]) -> str:
    """Return the screen as the athlete sees it, line by line."""
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())


def said(app: App[None]) -> str:
    """Return the sentences shown for a few seconds; none of them may be read as markup."""
    assert not any(note.markup for note in app._notifications)
    return "\n".join(note.message for note in app._notifications)


async def eventually(pilot: Pilot[None], holds: Callable[[], object]) -> None:
    """Wait until something holds; fail if it does not within a few seconds."""
    for _ in range(300):
        await pilot.pause()
        if holds():
            return
        await pilot.pause(0.01)
    assert holds()


def outside(app: App[None]) -> list[object]:
    """Return the widgets that reach beyond the screen, except those that can be scrolled to."""
    screen = app.screen
    return [
        w
        for w in screen.walk_children()
        if w.display
        and w.region.area
        and not screen.region.contains_region(w.region)
        and not any(isinstance(parent, VerticalScroll | OptionList) for parent in w.ancestors)
    ]


SIZES = ((80, 24), (120, 40))


@pytest.fixture(params=SIZES, ids=lambda s: f"{s[0]}x{s[1]}")
def size(request: pytest.FixtureRequest) -> tuple[int, int]:
    return request.param


@pytest.fixture
def tools() -> SimpleNamespace:
    return SimpleNamespace(
        text_of=text_of,
        said=said,
        eventually=eventually,
        outside=outside,
        make_result=make_result,
        PortChoice=PortChoice,
        swing=SWING,
        band=BAND,
    )


@pytest.fixture
def station() -> FakeStation:
    return FakeStation()
