"""A hold on a rig: its cells put together for the measures, and what of it was lost."""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from isotimer.core.block import Block, FlagArray, FloatArray, IntArray
from isotimer.core.errors import DataError
from isotimer.core.pressure import least_load_n
from isotimer.core.rig import Rig, rig_from_dict
from isotimer.core.rig_forces import lifted, rig_forces, side_centres
from isotimer.core.text import printable
from isotimer.core.units import NEWTONS, STANDARD_GRAVITY
from isotimer.measures.trace import Trace
from isotimer.store.rows import Row
from isotimer.store.traces import Trace as StoredTrace

logger = logging.getLogger(__name__)

LOST_S = 0.25
"""A shorter stretch without one of the devices is told by the measures alone."""


def rig_of_layout(layout: object) -> tuple[Rig | None, float | None]:
    """Return the rig that a hold was made with and the body mass then, kg; None without one.

    A damaged layout is none: the hold keeps its tension, and the log says why there is no more.
    """
    layout = _json(layout)
    if not isinstance(layout, Mapping) or not layout:
        return None, None
    mass = layout.get("body_mass_kg")
    try:
        rig = rig_from_dict(str(layout.get("name", "rig")), layout)
    except DataError as e:
        logger.warning("the rig of a hold: %s", e.sentence)
        return None, None
    return rig, float(mass) if isinstance(mass, int | float) and mass > 0 else None


def devices_of(row: Row) -> tuple[str, ...]:
    """Return the keys of the devices of a hold (a row of v_holds): with a rig one for each channel."""
    ids = _json(row["device_ids"])
    return tuple(str(i) for i in ids) if isinstance(ids, list) and ids else (row["device_id"],)


def lines_on_rig(row: Row, lines: Sequence[Row]) -> list[Row]:
    """Return calibrations of a device's own channels as those of the channels of a hold.

    Args:
        row: The hold (a row of v_holds).
        lines: Calibrations (rows of ``queries.calibrations``) of one device.
    """
    rig, _ = rig_of_layout(row["rig"])
    ids = devices_of(row)
    if rig is None or len(ids) != len(rig.channels):
        return list(lines)
    return [
        {**line, "channel": column, "slope_n_per_raw": channel.sign * line["slope_n_per_raw"]}
        for line in lines
        for column, channel in enumerate(rig.channels)
        if ids[column] == line["device_id"] and channel.channel == line["channel"]
    ]


def _json(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        logger.warning("what is stored of the rig of a hold is no JSON")
        return None


def on_rig(trace: Trace, block: Block, rig: Rig | None, body_mass_kg: float | None) -> Trace:
    """Return a trace with the sides and the centre of pressure that a rig sees.

    Args:
        trace: The hold, its force the sum of all channels.
        block: Its samples, in the rig's channels.
        rig: The rig; None without one.
        body_mass_kg: Of the athlete; a plate that carries less than a twentieth of it has no centre.
    """
    if rig is None or block.force_n.shape[1] != len(rig.channels):
        return trace
    weight_n = None if body_mass_kg is None else STANDARD_GRAVITY * body_mass_kg
    forces = rig_forces(rig, block.force_n, least_load_n(weight_n))
    centre = forces.centre_mm if block.unit == NEWTONS else None
    return replace(
        trace,
        force_n=forces.tension_n,
        left_n=forces.left_n,
        right_n=forces.right_n,
        centre_mm=centre,
        share_pct=rig.share_pct,
    )


def lost_devices(rig: Rig | None, held: Block | None) -> tuple[tuple[float, float, str], ...]:
    """Return (at_s, length_s, which device) of every stretch of a hold without one of several devices."""
    if rig is None or held is None or held.raw.shape[1] != len(rig.channels) or len(held) < 2:
        return ()
    found = []
    for device in rig.devices:
        columns = [n for n, c in enumerate(rig.channels) if c.device == device.id]
        void = np.concatenate(([False], np.isnan(held.raw[:, columns]).all(axis=1), [False]))
        edges = np.flatnonzero(np.diff(void.astype(np.int8)))
        for start, stop in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
            at_s, until_s = held.time_s[start], held.time_s[min(stop, len(held) - 1)]
            if until_s - at_s >= LOST_S:
                found.append((float(at_s), float(until_s - at_s), device.id))
    return tuple(sorted(found))


def rig_notices(
    rig: Rig | None, held: Block | None, lost: tuple[tuple[float, float, str], ...]
) -> tuple[str, ...]:
    """Return what a hold on a rig should be read with, in sentences."""
    if rig is None or held is None:
        return ()
    words = [
        f"Nothing came from '{printable(device, 40)}' for {length_s:.1f} s from {at_s:.1f} s on; "
        "the rest was kept."
        for at_s, length_s, device in lost
    ]
    if held.unit == NEWTONS and held.force_n.shape[1] == len(rig.channels):
        words += [f"{sentence[0].upper()}{sentence[1:]}." for sentence in lifted(rig, held.force_n)]
    return tuple(words)


@dataclass(frozen=True, slots=True, eq=False)
class RigTrace:
    """A stored trace with what its rig sees, for files."""

    time_ns: IntArray
    raw: FloatArray
    force_n: FloatArray
    flags: FlagArray
    unit: str
    tension_n: FloatArray
    rig_columns: Mapping[str, FloatArray]
    """Name among ``RIG_COLUMNS`` of an export -> (n,) values; those that the rig has."""


def with_rig(row: Row, trace: StoredTrace) -> StoredTrace | RigTrace:
    """Return a stored trace with what the rig of its hold (a row of v_holds) sees; as it is without a rig."""
    rig, mass_kg = rig_of_layout(row["rig"])
    if rig is None or trace.force_n.shape[1] != len(rig.channels) or trace.unit != NEWTONS:
        return trace
    weight_n = None if mass_kg is None else STANDARD_GRAVITY * mass_kg
    seen = rig_forces(rig, trace.force_n, least_load_n(weight_n))
    columns: dict[str, FloatArray] = {}
    if seen.left_n is not None and seen.right_n is not None:
        columns |= {"left_n": seen.left_n, "right_n": seen.right_n}
    if seen.centre_mm is not None:
        columns |= {"cop_x_mm": seen.centre_mm[:, 0], "cop_y_mm": seen.centre_mm[:, 1]}
    for side, centre_mm in side_centres(rig, trace.force_n, least_load_n(weight_n)).items():
        columns |= {f"{side}_cop_x_mm": centre_mm[:, 0], f"{side}_cop_y_mm": centre_mm[:, 1]}
    return RigTrace(trace.time_ns, trace.raw, trace.force_n, trace.flags, trace.unit, seen.tension_n, columns)
