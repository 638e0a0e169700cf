"""The balance in one picture of text: push, swing and return by left and right. Pure functions."""

from isotimer.core.plan import Phase, Side
from isotimer.review.balance import Balance, Cell
from isotimer.review.words import count
from isotimer.tui.glyphs import Glyphs

_LABEL = 8


def balance_picture(balance: Balance, width: int, glyphs: Glyphs) -> list[str]:
    """Return the picture: bars of time under tension to both sides, the numbers of strength beneath.

    Args:
        balance: What to show.
        width: Cells across, 60 or more.
        glyphs: The signs to draw with.
    """
    half = (width - _LABEL) // 2
    longest = max((c.time_s for c in balance.cells), default=0.0)
    middle = " " * _LABEL
    lines = [f"{'LEFT':>{half}}{middle}{'RIGHT'}"]
    for phase in Phase:
        left, right, both = (_cell(balance, phase, side) for side in (Side.LEFT, Side.RIGHT, Side.BOTH))
        word = f"{phase.value.upper():^{_LABEL}}"
        lines.append(f"{_bar(left, half, longest, glyphs)[::-1]}{word}{_bar(right, half, longest, glyphs)}")
        for text in (work_words, strength_words, shake_words):
            lines.append(f"{text(left):>{half}}{middle}{text(right)}".rstrip())
        if both is not None and both.holds:
            said = f"both sides at once: {work_words(both)}"
            lines.append(f"{said:^{width}}".rstrip())
        lines.append("")
    return lines[:-1]


def work_words(cell: Cell | None) -> str:
    """Return how much was done."""
    if cell is None or not cell.holds:
        return "nothing in 28 days"
    return f"{count(cell.holds, 'hold')}, {cell.time_s:.0f} s"


def strength_words(cell: Cell | None) -> str:
    """Return strength in % of the own best, and its change."""
    if cell is None or (cell.best_pct is None and cell.change_pct is None):
        return "strength not known"
    parts = [f"{cell.best_pct:.0f} % of best"] if cell.best_pct is not None else []
    if cell.change_pct is not None:
        te = f" ({cell.change_te:+.1f} TE)" if cell.change_te is not None else ""
        parts.append(f"{cell.change_pct:+.0f} %{te}")
    return ", ".join(parts)


def shake_words(cell: Cell | None) -> str:
    """Return when shake doubled, and how long the holds were."""
    if cell is None or cell.hold_s.value is None:
        return ""
    parts = [f"hold {cell.hold_s.value:.0f} s"]
    if cell.shake_onset_s.value is not None:
        parts.insert(0, f"shake doubled at {cell.shake_onset_s.value:.0f} s")
    return ", ".join(parts)


def _cell(balance: Balance, phase: Phase, side: Side) -> Cell | None:
    return next((c for c in balance.cells if c.phase is phase and c.side is side), None)


def _bar(cell: Cell | None, width: int, longest: float, glyphs: Glyphs) -> str:
    filled = round((width - 2) * cell.time_s / longest) if cell is not None and longest > 0 else 0
    return (glyphs.marker * filled).ljust(width)
