"""A station without threads, ports or files, steered by the test."""

import asyncio
import gc
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from types import SimpleNamespace

import numpy as np
import pytest
from textual.app import App
from textual.containers import VerticalScroll
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.pilot import Pilot
from textual.widgets import OptionList

from isotimer.core.events import CueDue, EngineView, Key, State
from isotimer.core.plan import End, HoldStep, Phase, Plan, Side, Target, TargetBand
from isotimer.core.positions import BUILTIN, POSITIONS, PositionBook
from isotimer.core.settings import Settings, changed
from isotimer.session.glance import Glance
from isotimer.session.snapshot import HoldResult, LineState, LineView, MeasureView, Snapshot
from isotimer.tui.widgets.key_line import KeyLine

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
    known: bool = False
    named: bool = False


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


class FakeSound:
    """A sound card that writes down what it is asked for."""

    def __init__(self) -> None:
        self.sentence = ""
        self.played: list[object] = []
        self.voice = True

    def play(self, kind: object) -> bool:
        self.played.append(kind)
        return not self.sentence

    def sample_voice(self) -> bool:
        self.played.append("voice")
        return self.voice


class FakeStation:
    """Answers the screens from plain attributes and writes down what they ask for."""

    def __init__(self) -> None:
        self.athlete = "Ana"
        self.asked: list[object] = []
        self.coming = str
        self.closed = 0
        self.opened = 0
        self.audible = False
        self.cut: object = None
        self.newcomer = False
        self.ready = True
        self.settings = Settings()
        self.positions = BUILTIN
        self.setups_chosen: dict[str, object] = {}
        self.setups_known: tuple[object, ...] = ()
        self.setups_wanted: set[str] = set()
        self.best_n: float | None = None
        self.references: dict[tuple[str, Side], object] = {}
        self.references_set: dict[tuple[str, Side], float | None] = {}
        self.sound = FakeSound()
        self.started: Plan | None = None
        self.ports: tuple[PortChoice, ...] = ()
        self.answers: dict[str, PortChoice] = {}
        self.air: tuple[PortChoice, ...] | Exception = ()
        self.kept_words = ""
        self.make_bench: Callable[[int], object] = lambda channel: None
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
        self.stood: object = None
        self.stood_on = False
        self._listeners: list[Callable[[object], None]] = []
        self.glance = Glance()

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

    def look_for_positions(self) -> PositionBook:
        return self.positions

    def setup_of(self, position: str) -> object:
        return self.setups_chosen.get(position)

    def setups(self, position: str) -> tuple[object, ...]:
        return self.setups_known

    def choose_setup(self, position: str, setup: object) -> None:
        self.setups_chosen[position] = setup
        self.setups_wanted.discard(position)

    def skip_setup(self, position: str) -> None:
        self.asked.append(("skip setup", position))
        self.setups_wanted.discard(position)

    def reference(self, position: str, side: Side) -> object:
        return self.references.get((position, side))

    def set_reference(self, position: str, side: Side, force_n: float | None) -> None:
        self.references_set[position, side] = force_n

    def unasked(self, positions: Iterable[str]) -> tuple[str, ...]:
        return tuple(p for p in dict.fromkeys(positions) if p in self.setups_wanted)

    def target_band(self, target: Target, position: str, side: Side) -> TargetBand:
        return target.resolve(self.best_n, 80.0)

    def change_settings(self, **changes: object) -> None:
        self.settings = changed(self.settings, **changes)

    def welcome(self, name: str, mass_kg: float | None) -> None:
        self.asked.append(("welcome", name, mass_kg))
        self.athlete, self.newcomer = name.strip() or "Athlete", False

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

    def ask(self, port: str, profile_id: str = "") -> PortChoice:
        self.asked.append(("ask", port, profile_id))
        return self.answers.get(port, PortChoice(port, "", "", "", False, "nothing comes"))

    def look_around(self) -> tuple[PortChoice, ...]:
        self.asked.append("look around")
        if isinstance(self.air, Exception):
            raise self.air
        return self.air

    def kept(self) -> str:
        return self.kept_words

    def bench(self, channel: int = 0) -> object:
        return self.make_bench(channel)

    def keep_calibration(self, bench: object) -> str:
        self.asked.append(("keep", bench.row()))
        return "Calibrated [b]it[/b]."

    def connect(self, port: str, profile_id: str) -> None:
        self.asked.append(("connect", port, profile_id))

    def disconnect(self) -> None:
        self.asked.append("disconnect")

    def tare(self) -> str:
        self.asked.append("tare")
        return "Zero set: [red]3.2[/] N taken off."

    def start(self, plan: Plan, spec: str = "") -> None:
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

    def pain(self, side: Side) -> None:
        self.asked.append(("pain", side))

    def pain_level(self, pain: int | None) -> None:
        self.asked.append(("pain level", pain))

    def effort(self, effort: int) -> None:
        self.asked.append(("effort", effort))

    def unfinished_session(self) -> object:
        return self.cut

    def forget_cut_off(self, cut: object) -> None:
        self.asked.append(("forget", cut))
        self.cut = None

    def resume(self, cut: object) -> None:
        self.asked.append(("resume", cut))
        self.enter(State.READY)

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

    def rigs(self) -> tuple[object, ...]:
        return ()

    def stance(self, seconds: float) -> object:
        return self.stood

    def trace(self, seconds: float) -> tuple[np.ndarray, np.ndarray]:
        time_s = np.arange(-seconds, 0, 1 / 87.5)
        return time_s, tension_n(time_s)

    def subscribe(self, callback: Callable[[object], None]) -> Callable[[], None]:
        self._listeners.append(callback)
        return lambda: self._listeners.remove(callback)

    def again(self) -> tuple[Plan, str]:
        assert self.last_started is not None
        return self.last_started, ""

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
        await asyncio.sleep(0.01)
    assert holds()


def fits(widget: object) -> bool:
    """Return whether a line of keys is not longer than the screen is wide; of others their place says it."""
    return not isinstance(widget, KeyLine) or widget.needed_width <= widget.size.width


def outside(app: App[None]) -> list[object]:
    """Return the widgets that reach beyond the screen, except those that can be scrolled to."""
    screen = app.screen
    return [
        w
        for w in screen.walk_children()
        if w.display
        and w.region.area
        and not (screen.region.contains_region(w.region) and fits(w))
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


@pytest.fixture(scope="session", autouse=True)
def style_sheets_read_once() -> Iterator[None]:
    """Let all apps share the parsed style sheets: to parse them takes half of the start of an app."""
    parsed: dict[tuple[object, ...], list[RuleSet]] = {}
    parse = Stylesheet._parse_rules

    def parse_once(sheet: Stylesheet, css: str, *place: object, **more: object) -> list[RuleSet]:
        key = (css, place, *more.items(), *sheet._variables.items())
        if key not in parsed:
            parsed[key] = parse(sheet, css, *place, **more)
        return parsed[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stylesheet, "_parse_rules", parse_once)
        # Textual's own is the identity too, but in Python, and asked for millions of times.
        patch.setattr(RuleSet, "__hash__", object.__hash__)
        yield


@pytest.fixture(scope="session", autouse=True)
def modules_not_searched_for_garbage() -> Iterator[None]:
    """Keep what was imported out of every search for the garbage that apps leave."""
    gc.collect()
    gc.freeze()
    usual = gc.get_threshold()
    gc.set_threshold(50_000, *usual[1:])
    yield
    gc.set_threshold(*usual)
    gc.unfreeze()


@pytest.fixture
def station() -> FakeStation:
    return FakeStation()
