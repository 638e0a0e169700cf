"""One line of plain text that is painted only when it changes, and the line that tells of the sensor."""

from textwrap import wrap

from textual.widgets import Static

from isotimer.core.text import printable
from isotimer.session.snapshot import LineState, LineView
from isotimer.tui.glyphs import UNICODE, Glyphs

_TROUBLE = (LineState.SILENT, LineState.LOST, LineState.FAILED)


class TextLine(Static):
    """Text of a fixed size; never read as markup."""

    def __init__(self, text: str = "", *, dom_id: str | None = None, classes: str | None = None) -> None:
        super().__init__(text, id=dom_id, classes=classes, markup=False)
        self._text = text

    @property
    def text(self) -> str:
        """The text shown."""
        return self._text

    def show(self, text: str) -> None:
        """Show another text; nothing happens if it is the same."""
        if text != self._text:
            self._text = text
            self.update(text, layout=False)

    def say(self, text: str, *, trouble: bool = False) -> None:
        """Show what is going on, made printable; trouble is coloured besides."""
        self.show(printable(text, 400))
        self.set_class(trouble, "-trouble")


class SensorLine(TextLine):
    """The state of the line to the sensor, by glyph, word and numbers.

    Trouble takes up to three lines: what to do about it stands at the end of the sentence.
    """

    def __init__(self, *, glyphs: Glyphs = UNICODE, dom_id: str | None = None) -> None:
        super().__init__(dom_id=dom_id)
        self._glyphs = glyphs
        self.rows = 1
        """How many lines it takes."""

    def show_line(self, line: LineView, news: str = "") -> None:
        """Show a line; news, if any, takes its place."""
        well = line.state is LineState.STREAMING and not line.message and not news
        trouble = bool(news) or line.state in _TROUBLE or (line.state is LineState.STREAMING and not well)
        text = f"! {printable(news)}" if news else line_text(line, self._glyphs)
        self.set_class(trouble, "-trouble")
        self.set_class(well, "-good")
        if text != self.text:
            self.rows = len(wrap(text, max(20, self.size.width))) if trouble else 1
            self.set_class(self.rows == 2, "-two")
            self.set_class(self.rows > 2, "-three")
        self.show(text)


def line_text(line: LineView, glyphs: Glyphs) -> str:
    """Return the state of the line in one sentence, the important first."""
    if line.state is LineState.NONE:
        return f"{glyphs.none} no sensor: timer only"
    if line.state is LineState.STREAMING and line.message:
        rate = "" if line.rate_hz is None else f" {glyphs.dot} {line.rate_hz:.1f} Hz"
        return f"! {printable(line.message)}{rate}"
    sign = {LineState.STREAMING: glyphs.good, LineState.OPENING: glyphs.none}.get(line.state, glyphs.bad)
    words = [f"{sign} {line.state.value.upper() if line.state in _TROUBLE else line.state.value}"]
    if line.message:
        words.append(printable(line.message))
        if line.state in _TROUBLE:
            # the sentence names the port; its advice needs the room
            return f" {glyphs.dot} ".join(words)
    if line.rate_hz is not None and line.state is LineState.STREAMING:
        words.append(f"{line.rate_hz:.1f} Hz")
    if line.gaps:
        words.append(f"{line.gaps} gaps")
    if line.rejected:
        words.append(f"{line.rejected} rejected")
    words += [printable(text, 60) for text in (line.device, line.port) if text]
    return f" {glyphs.dot} ".join(words)
