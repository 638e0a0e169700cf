"""A finished hold as the command line gives it: one JSON object, or lines of words."""

from collections.abc import Sequence
from typing import Any

from isotimer.core.positions import BUILTIN, PositionBook
from isotimer.core.text import printable
from isotimer.measures.needs import RIG_LACKS
from isotimer.measures.table import MEASURES
from isotimer.session.against import against
from isotimer.session.snapshot import HoldResult, MeasureView


def result_json(result: HoldResult, positions: PositionBook = BUILTIN) -> dict[str, Any]:
    """Return the object that ``hold --json`` and ``analyse --json`` print."""
    step = result.step
    about = positions.find(step.position)
    return {
        "hold": result.hold_id,
        "position": step.position,
        "phase": about.phase.value if about is not None else None,
        "side": step.side.value,
        "mode": step.mode.value,
        "setup": result.setup or None,
        "planned_s": step.seconds,
        **measured_json(result.hold_s, result.end.value, result.samples, result.rate_hz, result.gaps),
        "measures": measures_json(result.measures),
        "notices": list(result.notices),
    }


def measured_json(
    hold_s: float,
    end: str | None,
    samples: int,
    rate_hz: float | None,
    gaps: Sequence[tuple[float, float]],
) -> dict[str, Any]:
    """Return how long a hold was and how completely it was seen, as JSON."""
    return {
        "hold_s": round(hold_s, 6),
        "end": end,
        "samples": samples,
        "rate_hz": None if rate_hz is None else round(rate_hz, 4),
        "gaps": [{"at_s": round(at, 6), "length_s": round(length, 6)} for at, length in gaps],
    }


def measures_json(measures: Sequence[MeasureView]) -> dict[str, Any]:
    """Return measures as JSON: id to value and unit, with the reason or the doubt if there is one."""
    out: dict[str, Any] = {}
    for m in measures:
        out[m.id] = {"value": m.value, "unit": m.unit}
        if m.reason:
            out[m.id]["reason" if m.value is None else "doubt"] = m.reason
    return out


def result_lines(result: HoldResult, positions: PositionBook = BUILTIN) -> list[str]:
    """Return a hold in words: how long, how hard, how steady; what is absent with its reason."""
    step = result.step
    planned = f" of {step.seconds:g} s" if step.seconds is not None else ""
    lines = [
        f"{positions.name(step.position)}, {step.side.value}: "
        f"{result.hold_s:.2f} s{planned}, {result.end.value}"
    ]
    lines += [f"  ! {notice}" for notice in result.notices]
    if result.setup:
        lines.append(f"  with {printable(result.setup)}")
    lines += measure_lines(result.samples, result.rate_hz, result.gaps, result.measures)
    return lines + [f"  {title.lower()}{': ' if title else ''}{words}" for title, words in against(result)]


NO_SENSOR = "no sensor"
"""The reason of every measure of a hold that no sensor has seen."""


_DECIMALS = {m.id: m.decimals for m in MEASURES}


def shown_value(measure_id: str, value: float) -> str:
    """Return a value with as many decimals as its measure deserves; four figures if it is none of ours."""
    decimals = _DECIMALS.get(measure_id)
    return f"{value:.4g}" if decimals is None else f"{value:z.{decimals}f}"


def measure_lines(
    samples: int,
    rate_hz: float | None,
    gaps: Sequence[tuple[float, float]],
    measures: Sequence[MeasureView],
) -> list[str]:
    """Return what was measured in words, and what was not with its reason."""
    lines = []
    if rate_hz is not None:
        holes = f", {len(gaps)} gaps" if gaps else ""
        lines.append(f"  {samples} samples at {rate_hz:.2f} Hz{holes}")
    for m in measures:
        if m.value is not None:
            doubt = f"  ({m.reason})" if m.reason else ""
            lines.append(f"  {m.name}: {shown_value(m.id, m.value)} {m.unit}{doubt}")
    missing: dict[str, list[str]] = {}
    for m in measures:
        if m.value is None and m.reason not in RIG_LACKS:
            missing.setdefault(m.reason, []).append(m.name)
    if missing.keys() == {NO_SENSOR} and len(missing[NO_SENSOR]) == len(measures):
        return [*lines, "  timed without a sensor: there is nothing else to measure"]
    lines += [f"  not measured ({reason}): {', '.join(names)}" for reason, names in missing.items()]
    return lines
