"""A hold begins: what the store keeps of it, and what the athlete did before in its series."""

from isotimer.core.hold import HoldStarted
from isotimer.core.positions import Position
from isotimer.core.units import COUNTS, NEWTONS
from isotimer.session.finish import Circumstances
from isotimer.session.sensor import SensorFacts
from isotimer.session.snapshot import Earlier
from isotimer.session.told import Told, step_json
from isotimer.store.database import Store
from isotimer.store.queries import last_and_best
from isotimer.store.rows import HoldStart, Series


def hold_start(
    started: HoldStarted,
    session_id: str,
    *,
    position: Position | None,
    setup_id: str | None,
    device_id: str | None,
    sensor: SensorFacts | None,
    circumstances: Circumstances,
    what: Told,
    device_ids: tuple[str, ...] = (),
) -> HoldStart:
    """Return what the store keeps of a hold that begins.

    Args:
        started: The hold.
        session_id: Key of its session.
        position: Its position; None if nobody knows it any more.
        setup_id: Key of its setup.
        device_id: Key of its sensor.
        sensor: The sensor; None without one.
        circumstances: What is known about the sensor.
        what: The cues that measures count from.
        device_ids: With a rig the device of each channel.
    """
    step, target = started.step, started.step.target
    calibration = sensor.calibration() if sensor else None
    return HoldStart(
        session_id=session_id,
        position=step.position,
        phase=position.phase.value if position is not None else "",
        side=step.side.value,
        mode=step.mode.value,
        step_index=started.step_index,
        start_s=started.start_s,
        set_no=step.set_no,
        rep_no=step.rep_no,
        attempt=started.attempt,
        planned_s=step.seconds,
        start_mode=step.start.value,
        target_n=target.force_n if target else None,
        target_low_n=target.low_n if target else None,
        target_high_n=target.high_n if target else None,
        setup_id=setup_id,
        device_id=device_id,
        calibration_ids=tuple(line.id for line in calibration.lines if line.id) if calibration else (),
        unit=calibration.unit if calibration else None,
        channels=sensor.channel_names if sensor else (),
        zero_raw=tuple(line.zero_raw for line in calibration.lines) if calibration else (),
        slope_n_per_raw=tuple(line.slope_n_per_raw for line in calibration.lines) if calibration else (),
        noise_floor_n=circumstances.noise_floor_n,
        resonance_hz=circumstances.resonance_hz,
        step=step_json(step, what),
        rig=sensor.layout(circumstances.body_mass_kg) if sensor else "{}",
        device_ids=device_ids,
    )


def earlier_of(store: Store, athlete_id: str, start: HoldStart, hold_id: str | None) -> Earlier | None:
    """Return what the athlete did before in a hold's series, in the same unit; None if nothing."""
    series = Series(start.position, start.side, start.mode, start.setup_id)
    found = last_and_best(store, athlete_id, series, before=hold_id)
    if not found.holds:
        return None
    other = COUNTS if start.unit == NEWTONS else NEWTONS
    return Earlier(
        found.holds,
        {name: value for (name, unit), value in found.last.items() if unit != other},
        {name: value for (name, unit), value in found.highest.items() if unit != other},
    )
