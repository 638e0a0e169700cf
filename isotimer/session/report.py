"""A finished hold as the command line gives it: one JSON object, or lines of words."""

from typing import Any

from isotimer.core.positions import position
from isotimer.core.text import printable
from isotimer.session.snapshot import HoldResult


def result_json(result: HoldResult) -> dict[str, Any]:
    """Return the object that ``hold --json`` and ``analyse --json`` print."""
    step = result.step
    measures: dict[str, Any] = {}
    for m in result.measures:
        measures[m.id] = {"value": m.value, "unit": m.unit}
        if m.reason:
            measures[m.id]["reason" if m.value is None else "doubt"] = m.reason
    return {
        "hold": result.hold_id,
        "position": step.position,
        "phase": position(step.position).phase.value,
        "side": step.side.value,
        "mode": step.mode.value,
        "planned_s": step.seconds,
        "hold_s": round(result.hold_s, 6),
        "end": result.end.value,
        "samples": result.samples,
        "rate_hz": None if result.rate_hz is None else round(result.rate_hz, 4),
        "gaps": [{"at_s": round(at, 6), "length_s": round(length, 6)} for at, length in result.gaps],
        "measures": measures,
    }


def result_lines(result: HoldResult) -> list[str]:
    """Return a hold in words: how long, how hard, how steady; what is absent with its reason."""
    step = result.step
    planned = f" of {step.seconds:g} s" if step.seconds is not None else ""
    lines = [
        f"{printable(position(step.position).name)}, {step.side.value}: "
        f"{result.hold_s:.2f} s{planned}, {result.end.value}"
    ]
    if result.rate_hz is not None:
        gaps = f", {len(result.gaps)} gaps" if result.gaps else ""
        lines.append(f"  {result.samples} samples at {result.rate_hz:.2f} Hz{gaps}")
    for m in result.measures:
        if m.value is not None:
            doubt = f"  ({m.reason})" if m.reason else ""
            lines.append(f"  {m.name}: {m.value:.4g} {m.unit}{doubt}")
    missing: dict[str, list[str]] = {}
    for m in result.measures:
        if m.value is None:
            missing.setdefault(m.reason, []).append(m.name)
    lines += [f"  not measured ({reason}): {', '.join(names)}" for reason, names in missing.items()]
    return lines
