"""Strips of text made by hand, for widgets that draw whole lines."""

from collections.abc import Iterable, Iterator

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip


def strip_of(parts: Iterable[tuple[str, Style]], width: int) -> Strip:
    """Return pieces of text as one strip of exactly ``width`` cells, cut or filled at its end."""
    segments: list[Segment] = []
    used = 0
    style = Style()
    for text, style in _merged(parts):
        cells = cell_len(text)
        if used + cells > width:
            text = set_cell_size(text, width - used)
            cells = width - used
        if text:
            segments.append(Segment(text, style))
        used += cells
    if used < width:
        segments.append(Segment(" " * (width - used), style))
    return Strip(segments, width)


def _merged(parts: Iterable[tuple[str, Style]]) -> Iterator[tuple[str, Style]]:
    """Yield neighbours of one style as one piece: every segment costs, down to the terminal."""
    texts: list[str] = []
    before: Style | None = None
    for text, style in parts:
        if style is not before and before is not None:
            yield "".join(texts), before
            texts = []
        texts.append(text)
        before = style
    if before is not None:
        yield "".join(texts), before
