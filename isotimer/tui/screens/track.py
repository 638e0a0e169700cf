"""Does it reach the track: strength, shake and speed over one time axis, and what can be said of them."""

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Static

from isotimer.core.text import printable
from isotimer.review.points import Point
from isotimer.session.coach_views import TrackView
from isotimer.tui.actions import bindings
from isotimer.tui.coach_base import LOADING, NOBODY, CoachScreen
from isotimer.tui.messages import Go
from isotimer.tui.widgets.key_line import KeyLine
from isotimer.tui.widgets.plot import Plot, PlotData

_PLOTS = ("strength", "phases", "shake", "speed")
_NO_SPRINTS = "No sprints yet: press s and note some, to set speed beside strength."
_NO_HOLDS = "No max hold yet: strength over time needs holds of mode max."


class TrackScreen(CoachScreen):
    """Sets strength and shake of an athlete beside what was run."""

    NAME = "track"
    BINDINGS: ClassVar[list[BindingType]] = bindings("track")

    def compose(self) -> ComposeResult:
        """Return the parts, from top to bottom."""
        yield from self.compose_head()
        yield from self.compose_athlete()
        with Vertical(id="plots"):
            for name in _PLOTS:
                yield Plot(glyphs=self.glyphs, dom_id=name)
        with VerticalScroll(id="text"):
            yield Static(id="said", markup=False)
        yield KeyLine()

    def on_mount(self) -> None:
        """Show who trains."""
        self.query_one("#text").focus()
        self.query_one("#plots").display = False
        self.call_after_refresh(self.load)

    def on_screen_resume(self) -> None:
        """Show sprints that were added meanwhile."""
        self.load()

    def load(self) -> None:
        """Ask for strength and sprints."""
        if self.waits():
            return
        if self.coach.empty:
            self.say(NOBODY)
            return
        self.say(LOADING)
        who = self.about
        self.ask(lambda: (self.coach.choices(), self.coach.track(who)), self._put)

    def _put(self, found: tuple[dict[str, list[str]], TrackView]) -> None:
        known, view = found
        self.suggest(known["athletes"])
        kind, run = next(iter(view.runs.items()), ("", ()))
        shown: dict[str, tuple[str, Sequence[Point]]] = {
            "strength": ("strength of all series, start = 100", view.strength),
            "phases": (_weakest(view), _phase(view)),
            "shake": ("shake of steady holds, % of tension", view.shake),
            "speed": (f"speed, m/s: {kind}", run),
        }
        days = [p.day for _, points in shown.values() for p in points]
        self.query_one("#plots").display = bool(days)
        for name, (title, points) in shown.items():
            plot = self.query_one(f"#{name}", Plot)
            plot.display = bool(points)
            if points:
                last = name == [n for n, (_, p) in shown.items() if p][-1]
                plot.show(_plot(title, points, (min(days), max(days)), dates=last))
        self.say(view.answers[0].answer.value if view.answers else _NO_SPRINTS)
        said = [] if view.strength else [_NO_HOLDS]
        for answer in view.answers:
            said += [answer.sentence, answer.link_sentence, *(f"! {w}" for w in answer.warnings)]
        self.query_one("#said", Static).update("\n".join(printable(s, 1000) for s in said))

    def action_sprints(self) -> None:
        """Look at the sprints of this athlete."""
        self.post_message(Go("sprints", self.about))


def _weakest(view: TrackView) -> str:
    return "swing against push and return, start = 100" if _phase(view) else ""


def _phase(view: TrackView) -> tuple[Point, ...]:
    """Return swing strength against the mean of the other two phases, in sessions that had all three."""
    by_session = [{p.session_id: p for p in points} for points in view.phases.values()]
    if len(by_session) < 3:
        return ()
    push, swing, back = by_session
    both = [s for s in swing if s in push and s in back]
    return tuple(
        Point(swing[s].at, 100 * swing[s].value / (push[s].value * back[s].value) ** 0.5, s) for s in both
    )


def _plot(title: str, points: Sequence[Point], ends: tuple[float, float], *, dates: bool) -> PlotData:
    return PlotData(
        title,
        np.array([p.day for p in points]),
        np.array([p.value for p in points]),
        start_day=ends[0],
        end_day=ends[1],
        joined=len(points) > 1,
        dates=dates,
    )
