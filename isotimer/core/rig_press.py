"""Which channel was pressed, and how well a known weight on a corner is read."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from isotimer.core.block import FloatArray
from isotimer.core.calibration import noise_of
from isotimer.core.errors import IsotimerError, WrongUseError
from isotimer.core.rig import Rig
from isotimer.core.units import STANDARD_GRAVITY

CLEAR = 20.0
"""A press changes a channel by so many times its noise."""
NEXT_BEST = 0.75
"""Another channel of the same device that changes by more than this share: pressed between two corners."""
HEAVIEST_KG = 500.0


@dataclass(frozen=True, slots=True, eq=False)
class Quiet:
    """One device with nothing on it."""

    level: FloatArray
    """(c,) medians of its raw values."""
    noise: FloatArray
    """(c,) SD of their noise, at least the smallest step."""


@dataclass(frozen=True, slots=True)
class Press:
    """What was pressed."""

    device: int
    """Number of the device."""
    channel: int
    sign: int
    """-1 if the channel falls under load."""


def quiet(raw: FloatArray) -> Quiet:
    """Return a device with nothing on it.

    Args:
        raw: (n, c) about a second of its raw values.

    Raises:
        IsotimerError: If there is too little of them.
    """
    raw = raw[np.isfinite(raw).all(axis=1)]
    if len(raw) < 8:
        raise IsotimerError("cannot read the sensor", "it sends too little", "wait a moment, then again")
    steps = np.abs(np.diff(raw, axis=0))
    least = [float(s[s > 0].min()) if (s > 0).any() else 1e-6 for s in steps.T]
    noise = [noise_of(channel) for channel in raw.T]
    return Quiet(np.median(raw, axis=0), np.maximum(noise, least))


def pressed(before: Sequence[Quiet], raw: Sequence[FloatArray]) -> Press:
    """Return the channel that is pressed.

    It is of the device that changed most against its noise, and of its channels the one that changed most.

    Args:
        before: The devices with nothing on them.
        raw: For each (n, c) its newest raw values, about half a second.

    Raises:
        IsotimerError: If nothing is pressed, or two channels about alike.
    """
    changes = [
        np.nanmedian(r, axis=0) - b.level if len(r) else b.level * 0 for r, b in zip(raw, before, strict=True)
    ]
    clear = [float(np.max(np.abs(c) / b.noise)) for c, b in zip(changes, before, strict=True)]
    device = int(np.argmax(clear))
    if not clear[device] >= CLEAR:
        raise IsotimerError("nothing is pressed", "no channel changes", "press harder and hold it")
    sizes = np.abs(changes[device])
    channel = int(np.argmax(sizes))
    others = np.delete(sizes, channel)
    if others.size and float(others.max()) > NEXT_BEST * float(sizes[channel]):
        raise IsotimerError(
            "that was between two corners", "two channels change alike", "press right above one cell"
        )
    return Press(device, channel, 1 if changes[device][channel] > 0 else -1)


@dataclass(frozen=True, slots=True)
class CornerError:
    """How a known weight on a corner is read."""

    name: str
    """Which corner it lies nearest to."""
    weight_n: float
    found_n: float
    off_mm: float
    """Distance of the centre of pressure found from that corner's cell."""

    @property
    def error_pct(self) -> float:
        """What was found too much, %."""
        return 100 * (self.found_n / self.weight_n - 1)

    @property
    def words(self) -> str:
        """The error in words."""
        return (
            f"{self.name}: {self.found_n:.1f} N for {self.weight_n:.1f} N ({self.error_pct:+.2f} %), "
            f"read {self.off_mm:.0f} mm from the cell"
        )


def corner_error(rig: Rig, before_n: FloatArray, after_n: FloatArray, mass_kg: float) -> CornerError:
    """Return how a known weight is read that was put on one corner.

    Args:
        rig: The rig.
        before_n: (c,) forces without it.
        after_n: (c,) forces with it.
        mass_kg: The weight.

    Raises:
        WrongUseError: If that is no weight: not above zero, or too heavy.
        IsotimerError: If hardly anything changed.
    """
    if not 0 < mass_kg <= HEAVIEST_KG:
        raise WrongUseError(f"{mass_kg:g} kg is no weight for a corner", "", f"give up to {HEAVIEST_KG:g} kg")
    weight_n, change = mass_kg * STANDARD_GRAVITY, after_n - before_n
    parts = [rig.columns(plate) for plate in rig.plates]
    parts += [(n,) for n, c in enumerate(rig.channels) if not c.plate]
    columns = max(parts, key=lambda part: float(np.abs(change[list(part)].sum())))
    found = float(change[list(columns)].sum())
    if not abs(found) > 0.2 * weight_n:
        raise IsotimerError(
            "the weight is not seen", f"the load rose by {found:.1f} N", "put it on one corner"
        )
    loads = change[list(columns)]
    places = rig.places_m(columns)
    if len(columns) == 1 or not np.isfinite(places).all():
        return CornerError(rig.names[columns[int(np.argmax(loads))]], weight_n, found, 0.0)
    centre = loads @ places / found
    away = np.hypot(*(places - centre).T)
    nearest = int(np.argmin(away))
    return CornerError(rig.names[columns[nearest]], weight_n, found, 1000 * float(away[nearest]))
