"""A hold is over: its samples become a trace, numbers and what the screen shows."""

from dataclasses import dataclass

import numpy as np

from isotimer.core.block import Block, Flag
from isotimer.core.plan import End, HoldStep
from isotimer.measures.measure import Value
from isotimer.measures.table import ALGORITHM_VERSION, MEASURES, compute
from isotimer.measures.trace import Trace
from isotimer.session.snapshot import HoldResult, MeasureView
from isotimer.store.rows import HoldFinish, MeasureRow

_NAMES = {m.id: m.name for m in MEASURES}


@dataclass(frozen=True, slots=True, eq=False)
class Circumstances:
    """What is known about the sensor besides its samples."""

    filter_delay_s: float | None = None
    plate: bool = False
    body_mass_kg: float | None = None
    noise_floor_n: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Finished:
    """A finished hold, ready to be stored and shown."""

    finish: HoldFinish
    measures: tuple[MeasureRow, ...]
    result: HoldResult


def finish_hold(
    hold_id: str,
    step: HoldStep,
    end: End,
    why: str,
    start_s: float,
    end_s: float,
    block: Block | None,
    circumstances: Circumstances,
) -> Finished:
    """Measure a hold.

    Args:
        hold_id: Its key in the store.
        step: What was planned.
        end: Why it ended.
        why: Half a sentence about the end.
        start_s: Session time of its start.
        end_s: Session time of its end.
        block: All samples kept, from before the start until after the end; None without a sensor.
        circumstances: What is known about the sensor.
    """
    hold_s = end_s - start_s
    trace = _trace(step, end, start_s, hold_s, block, circumstances)
    values = compute(trace)
    held = block.between(start_s, end_s) if block is not None else None
    rate_hz, gaps = _rate_and_gaps(held, start_s) if held is not None else (None, ())
    samples = int((held.flags & Flag.VOID == 0).sum()) if held is not None else 0
    finish = HoldFinish(
        end=end.value, hold_s=hold_s, why=why, start_s=start_s, samples=samples, rate_hz=rate_hz, gaps=gaps
    )
    result = HoldResult(
        hold_id=hold_id,
        step=step,
        end=end,
        hold_s=hold_s,
        samples=samples,
        rate_hz=rate_hz,
        gaps=gaps,
        measures=tuple(_view(v) for v in values),
        time_s=trace.time_s,
        force_n=trace.force_n,
        unit=trace.unit,
    )
    rows = tuple(MeasureRow(v.id, v.value, v.unit, v.reason, v.doubt, ALGORITHM_VERSION) for v in values)
    return Finished(finish, rows, result)


def _trace(
    step: HoldStep, end: End, start_s: float, hold_s: float, block: Block | None, about: Circumstances
) -> Trace:
    if block is None:
        return Trace.without_sensor(hold_s, step.seconds, step.mode.value, end.value)
    target = step.target
    return Trace(
        time_s=block.time_s - start_s,
        force_n=block.total_n,
        hold_s=hold_s,
        planned_s=step.seconds,
        unit=block.unit,
        mode=step.mode.value,
        end=end.value,
        target_n=target.force_n if target else None,
        low_n=target.low_n if target else None,
        high_n=target.high_n if target else None,
        filter_delay_s=about.filter_delay_s,
        body_mass_kg=about.body_mass_kg,
        noise_floor_n=about.noise_floor_n,
        plate=about.plate,
    )


def _rate_and_gaps(held: Block, start_s: float) -> tuple[float | None, tuple[tuple[float, float], ...]]:
    """Return the measured rate and the gaps (at_s, length_s) within a hold."""
    steps = np.diff(held.time_s)
    gap = (held.flags[1:] & Flag.GAP_BEFORE) != 0
    normal = steps[~gap]
    rate_hz = len(normal) / float(normal.sum()) if len(normal) >= 8 and normal.sum() > 0 else None
    gaps = tuple((float(held.time_s[i] - start_s), float(steps[i])) for i in np.flatnonzero(gap).tolist())
    return rate_hz, gaps


def _view(value: Value) -> MeasureView:
    return MeasureView(
        value.id, _NAMES.get(value.id, value.id), value.value, value.unit, value.reason or value.doubt
    )
