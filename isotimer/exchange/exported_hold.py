"""What holds.csv says of a trace that was exported beside it."""

import csv
import math
from dataclasses import dataclass
from pathlib import Path

_MOST_BYTES = 200_000_000


@dataclass(frozen=True, slots=True)
class ExportedHold:
    """The hold that an exported trace belongs to."""

    hold_s: float
    planned_s: float | None
    mode: str
    end: str
    target_n: float | None
    low_n: float | None
    high_n: float | None


def exported_hold(trace: Path) -> ExportedHold | None:
    """Return the hold of an exported trace; None if no holds.csv of the same export names it.

    A trace lies in the folder ``traces`` beside ``holds.csv``; its name ends as the hold's key does.
    """
    table = trace.resolve().parent.parent / "holds.csv"
    key = trace.stem.rpartition("_")[2]
    if trace.resolve().parent.name != "traces" or len(key) < 8 or not table.is_file():
        return None
    try:
        if table.stat().st_size > _MOST_BYTES:
            return None
        with table.open(encoding="utf-8", newline="") as file:
            head = file.readline()
            separator = next((s for s in ",;\t|" if f"hold_id{s}" in head), ",")
            file.seek(0)
            rows = [
                r for r in csv.DictReader(file, delimiter=separator) if (r.get("hold_id") or "").endswith(key)
            ]
    except (OSError, UnicodeDecodeError, csv.Error):
        return None
    return _read(rows[0]) if len(rows) == 1 else None


def _read(row: dict[str, str]) -> ExportedHold | None:
    hold_s = _number(row.get("hold_s"))
    if hold_s is None or hold_s <= 0:
        return None
    return ExportedHold(
        hold_s=hold_s,
        planned_s=_number(row.get("planned_s")),
        mode=row.get("mode") or "",
        end=row.get("end") or "",
        target_n=_number(row.get("target_n")),
        low_n=_number(row.get("target_low_n")),
        high_n=_number(row.get("target_high_n")),
    )


def _number(cell: str | None) -> float | None:
    try:
        value = float((cell or "").replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) else None
