"""The shake of the last second on an axis of its own, from calm to doubled."""

from typing import TYPE_CHECKING, ClassVar

from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from isotimer.core.text import printable
from isotimer.tui.glyphs import UNICODE, Glyphs
from isotimer.tui.widgets.strips import strip_of

if TYPE_CHECKING:
    from isotimer.measures.live import LiveView

TOP_RATIO = 3.0
"""The right end of the scale: three times the shake of the hold's first seconds."""
DOUBLED = 2.0
LEAST_TIMES = 10.0
"""Shake is given as a share of tension where tension is at least so many times as large."""
_LEAST_CELLS = 12
HEART = " (heart too)"
"""Heartbeat and sway of who stands on a plate land in 4-8 Hz; one second cannot tell them from shake."""


class ShakeLine(Widget):
    """One line: the shake in its unit, a scale from calm to shaking, and how many times the start it is."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"shake--number", "shake--track", "shake--calm", "shake--doubled"}

    def __init__(self, *, glyphs: Glyphs = UNICODE, dom_id: str | None = None) -> None:
        super().__init__(id=dom_id)
        self._glyphs = glyphs
        self._shown: tuple[str, str, float | None, str] = ("", "", None, "")

    @property
    def text(self) -> str:
        """The words of the line, without the scale."""
        return f"{self._shown[0]} {self._shown[3]}"

    def show(self, live: "LiveView | None", unit: str, *, on_plate: bool = False) -> None:
        """Show the newest second; painted only when a digit or a cell changes.

        Args:
            live: The newest view.
            unit: Unit of the tension.
            on_plate: Whether somebody stands on the sensor: the heart then shakes it too, and that is said.
        """
        if live is None or live.shake_n is None:
            shown: tuple[str, str, float | None, str] = (
                "SHAKE  --",
                unit,
                None,
                printable(live.why, 60) if live is not None else "",
            )
        else:
            tension = live.tension_n or 0.0
            # an unloaded sensor has noise, and a share of nothing says nothing
            share = (
                f"{100 * live.shake_n / tension:5.2f} %"
                if tension > LEAST_TIMES * live.shake_n
                else "       "
            )
            number = f"SHAKE {live.shake_n:6.2f} {unit} {share}"
            heart = HEART if on_plate else ""
            shown = (number, unit, _rounded(live.ratio), f"{_words(live)}{heart}")
        if shown != self._shown:
            self._shown = shown
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return the line."""
        number, _, ratio, words = self._shown
        width = self.size.width
        style = self.get_component_rich_style("shake--number")
        track = self.get_component_rich_style("shake--track")
        room = width - len(number) - len(words) - 4
        if ratio is None or room < _LEAST_CELLS:
            return strip_of([(f" {number}  {words}", style if ratio is not None else track)], width)
        return strip_of([(f" {number} ", style), *self._scale(room, ratio), (f" {words}", style)], width)

    def _scale(self, room: int, ratio: float) -> list[tuple[str, Style]]:
        filled = min(room, round(ratio / TOP_RATIO * room))
        at = round(DOUBLED / TOP_RATIO * room)
        name = "shake--doubled" if ratio >= DOUBLED else "shake--calm"
        bar = "".join(
            self._glyphs.axis if i == at else self._glyphs.band if i < filled else self._glyphs.track
            for i in range(room)
        )
        track = self.get_component_rich_style("shake--track")
        return [(bar[:filled], self.get_component_rich_style(name)), (bar[filled:], track)]


def _rounded(ratio: float | None) -> float | None:
    return None if ratio is None else round(ratio, 1)


def _words(live: "LiveView") -> str:
    """Return what the scale means, in words: nothing here depends on colour."""
    if live.onset_s is not None:
        return f"{live.ratio or 0:.1f}x start, doubled at {live.onset_s:.0f} s"
    if live.ratio is not None:
        return f"{live.ratio:.1f}x start, {'shaking' if live.ratio >= DOUBLED else 'calm'}"
    return printable(live.why, 60)
