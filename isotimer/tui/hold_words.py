"""A stored hold in words: how it ended, each number with its reason."""

from collections.abc import Sequence

from isotimer.core.plan import End
from isotimer.core.text import printable
from isotimer.session.snapshot import MeasureView
from isotimer.tui.words import amount

END_WORDS: dict[End, str] = {
    End.COMPLETED: "completed",
    End.RELEASED: "released early",
    End.ABORTED: "stopped",
    End.DEVICE_LOST: "sensor lost",
    End.INTERRUPTED: "interrupted",
}
_NAME_CELLS = 28


def numbers_of(measures: Sequence[MeasureView]) -> list[str]:
    """Return the measures that are there, one to a line, then the absent ones by their reasons."""
    lines = []
    for m in measures:
        if m.value is not None:
            doubt = f"  ~ {printable(m.reason)}" if m.reason else ""
            lines.append(f"{printable(m.name, _NAME_CELLS):<{_NAME_CELLS}} {amount(m):>12}{doubt}")
    missing: dict[str, list[str]] = {}
    for m in measures:
        if m.value is None:
            missing.setdefault(printable(m.reason), []).append(printable(m.name, _NAME_CELLS))
    return lines + [f"not measured ({reason}): {', '.join(names)}" for reason, names in missing.items()]
