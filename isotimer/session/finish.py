"""A hold is over: its samples become a trace, numbers and what the screen shows."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from isotimer.core.block import Block, Flag
from isotimer.core.plan import End, HoldStep
from isotimer.core.rig import Rig
from isotimer.core.units import COUNTS
from isotimer.measures.measure import Measure, Value
from isotimer.measures.prepared import Prepared
from isotimer.measures.table import ALGORITHM_VERSION, MEASURES, compute_prepared, value_of
from isotimer.measures.trace import Trace
from isotimer.measures.trial import notices, zero_after_n, zero_before_n
from isotimer.session.rig_hold import lost_devices, on_rig, rig_notices
from isotimer.session.snapshot import HoldResult, MeasureView
from isotimer.session.told import NOTHING, Told
from isotimer.store.rows import HoldFinish, MeasureRow

logger = logging.getLogger(__name__)

_NAMES = {m.id: m.name for m in MEASURES}


@dataclass(frozen=True, slots=True, eq=False)
class Circumstances:
    """What is known about the sensor besides its samples."""

    filter_delay_s: float | None = None
    plate: bool = False
    body_mass_kg: float | None = None
    noise_floor_n: float | None = None
    """Measured earlier; what the quiet before this very hold says is preferred."""
    resonance_hz: float | None = None
    """The rig's own frequency, from a tap test."""
    rig: Rig | None = None
    """Which channel is where; None for a sensor by itself."""


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """What the samples of one hold give."""

    values: tuple[Value, ...]
    """One for each row of ``MEASURES``, then for each measure asked for besides."""
    prepared: Prepared
    notices: tuple[str, ...]
    """Sentences about what is doubtful."""
    signs: tuple[str, ...]
    """The ids of those signs."""
    zero_before_n: float | None
    zero_after_n: float | None
    noise_floor_n: float | None


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
    told: Told = NOTHING,
    flag: str = "",
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
        told: The cues that measures count from.
        flag: ``false-start`` or ``pain``; empty mostly.
    """
    hold_s = end_s - start_s
    own = _on_hold_time(block, start_s) if block is not None else None
    trace = hold_trace(step, end, hold_s, own, circumstances, told)
    tared = own is None or own.unit != COUNTS or not np.array_equal(own.raw, own.force_n, equal_nan=True)
    found = _measured_in_any_case(trace, circumstances.noise_floor_n, tared)
    held = own.between(0.0, hold_s) if own is not None else None
    rate_hz, gaps = _rate_and_gaps(held) if held is not None else (None, ())
    lost = lost_devices(circumstances.rig, held)
    gaps = tuple(sorted({*gaps, *((at_s, length_s) for at_s, length_s, _ in lost)}))
    notices = (*found.notices, *rig_notices(circumstances.rig, held, lost))
    samples = int((held.flags & Flag.VOID == 0).sum()) if held is not None else 0
    finish = HoldFinish(
        end=end.value,
        hold_s=hold_s,
        why=why,
        start_s=start_s,
        samples=samples,
        rate_hz=rate_hz,
        gaps=gaps,
        zero_before_n=found.zero_before_n,
        zero_after_n=found.zero_after_n,
        noise_floor_n=found.noise_floor_n,
        warnings=notices,
        flag=flag,
    )
    result = HoldResult(
        hold_id=hold_id,
        step=step,
        end=end,
        hold_s=hold_s,
        samples=samples,
        rate_hz=rate_hz,
        gaps=gaps,
        measures=tuple(view(v) for v in found.values),
        time_s=trace.time_s,
        force_n=trace.force_n,
        unit=trace.unit,
        notices=notices,
        why=why,
        flag=flag,
        signs=found.signs,
    )
    version = ALGORITHM_VERSION
    rows = tuple(MeasureRow(v.id, v.value, v.unit, v.reason, v.doubt, version) for v in found.values)
    return Finished(finish, rows, result)


def measured(
    trace: Trace,
    noise_floor_n: float | None = None,
    more: Sequence[Measure] = (),
    *,
    zero_known: bool = True,
) -> Measured:
    """Return all that the samples of one hold give.

    Args:
        trace: The hold.
        noise_floor_n: Measured earlier; taken if the quiet before the hold does not say it.
        more: Measures besides those of ``MEASURES``.
        zero_known: Whether 0 means no load; counts that were never tared do not know it.
    """
    hold = Prepared(trace)
    if noise_floor_n is not None and (hold.fault or hold.noise_floor_n is None):
        hold = Prepared(replace(trace, noise_floor_n=noise_floor_n))
    values = (*compute_prepared(hold), *(value_of(row, hold) for row in more))
    seen = tuple(n for n in notices(hold) if zero_known or n.id != "pre-tension")
    told, signs = tuple(n.text for n in seen), tuple(n.id for n in seen)
    if hold.fault or trace.unit == COUNTS:
        return Measured(
            values, hold, told, signs, None, None, None if trace.unit == COUNTS else noise_floor_n
        )
    return Measured(values, hold, told, signs, zero_before_n(hold), zero_after_n(hold), hold.noise_floor_n)


def _measured_in_any_case(trace: Trace, noise_floor_n: float | None, zero_known: bool) -> Measured:
    """Return what the samples give; a fault of ours must not cost the athlete the hold itself."""
    try:
        return measured(trace, noise_floor_n, zero_known=zero_known)
    except Exception:
        logger.exception("a hold could not be measured")
        why = "isotimer failed to measure it; the log says where, 'isotimer db recompute' tries again"
        values = tuple(Value(m.id, None, m.unit, why) for m in MEASURES)
        return Measured(values, Prepared(trace), (why,), (), None, None, None)


def hold_trace(
    step: HoldStep,
    end: End,
    hold_s: float,
    block: Block | None,
    about: Circumstances,
    told: Told = NOTHING,
) -> Trace:
    """Return a hold as measures take it.

    Args:
        step: What was planned.
        end: Why it ended.
        hold_s: Its length.
        block: Its samples, time counted from its start; None without a sensor.
        about: What is known about the sensor.
        told: The cues that measures count from.
    """
    if block is None:
        return Trace.without_sensor(hold_s, step.seconds, step.mode.value, end.value)
    target = step.target
    trace = Trace(
        time_s=block.time_s,
        force_n=block.total_n,
        hold_s=hold_s,
        planned_s=step.seconds,
        unit=block.unit,
        mode=step.mode.value,
        end=end.value,
        target_n=target.force_n if target else None,
        low_n=target.low_n if target else None,
        high_n=target.high_n if target else None,
        target_path_n=target.force_n * step.path.share_at(block.time_s) if target and step.path else None,
        cue_s=told.go_s,
        cue_latency_s=told.latency_s,
        changes_s=told.changes_s,
        filter_delay_s=about.filter_delay_s,
        body_mass_kg=about.body_mass_kg,
        resonance_hz=about.resonance_hz,
        plate=about.plate,
    )
    return on_rig(trace, block, about.rig, about.body_mass_kg)


def view(value: Value, name: str = "") -> MeasureView:
    """Return a value as screens show it."""
    shown = name or _NAMES.get(value.id, value.id)
    return MeasureView(value.id, shown, value.value, value.unit, value.reason or value.doubt)


def _on_hold_time(block: Block, start_s: float) -> Block:
    """Return samples with the times that the store keeps, so that it gives the same numbers again."""
    time_s = np.rint((block.time_s - start_s) * 1e9) / 1e9
    return replace(block, time_s=time_s)


def _rate_and_gaps(held: Block) -> tuple[float | None, tuple[tuple[float, float], ...]]:
    """Return the measured rate and the gaps (at_s, length_s) that the timeline marked within a hold."""
    steps = np.diff(held.time_s)
    gap = (held.flags[1:] & Flag.GAP_BEFORE) != 0
    normal = steps[~gap]
    rate_hz = len(normal) / float(normal.sum()) if len(normal) >= 8 and normal.sum() > 0 else None
    gaps = tuple((float(held.time_s[i]), float(steps[i])) for i in np.flatnonzero(gap).tolist())
    return rate_hz, gaps
