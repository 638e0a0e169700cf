"""A rig: which channel of which device is where, on which side, and which way it counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from isotimer.core.block import FloatArray
from isotimer.core.errors import DataError, WrongUseError
from isotimer.core.plan import Side
from isotimer.core.text import printable

MOST_CHANNELS = 32
FARTHEST_MM = 3000.0
"""No cell of a plate lies farther from the middle of the rig."""

NEAREST_MM = 20.0
"""Two cells nearer to each other than this are one cell named twice."""


@dataclass(frozen=True, slots=True)
class RigDevice:
    """A device of the rig."""

    id: str
    """Its name within the rig: "a", "left", ..."""
    profile: str
    """Id of its device file."""
    serial_number: str = ""
    """Empty if the device has none, or any will do."""


@dataclass(frozen=True, slots=True)
class RigChannel:
    """A channel of the rig.

    Raises:
        WrongUseError: On a place or a sign that makes no sense.
    """

    device: str
    channel: int
    """Number of the device's channel, from 0."""
    side: Side = Side.BOTH
    plate: str = ""
    """Name of the plate that the cell carries; empty for a strap."""
    x_mm: float | None = None
    """To the right of the middle of the rig, as the athlete stands."""
    y_mm: float | None = None
    """To the front."""
    sign: int = 1
    """-1 if the channel shows load as a negative value."""

    def __post_init__(self) -> None:
        name = f"channel {self.channel} of device '{printable(self.device)}'"
        if self.channel < 0:
            raise WrongUseError(name, "there is none", "count channels from 0")
        if self.sign not in (1, -1):
            raise WrongUseError(name, f"its sign is {self.sign}", "give 1 or -1")
        if (self.x_mm is None) != (self.y_mm is None):
            raise WrongUseError(name, "only one of x_mm and y_mm is given", "give both or neither")
        for value in (self.x_mm, self.y_mm):
            if value is not None and not abs(value) <= FARTHEST_MM:
                raise WrongUseError(
                    name, f"its place of {value:g} mm is too far away", f"give at most {FARTHEST_MM:g} mm"
                )
        if self.plate and self.x_mm is None:
            raise WrongUseError(name, "it belongs to a plate but has no place", "give x_mm and y_mm")


@dataclass(frozen=True, slots=True)
class Rig:
    """Channels in the order in which a block of the rig carries them.

    Raises:
        WrongUseError: If it has no channel, or names one twice, or two cells at one place.
    """

    name: str
    devices: tuple[RigDevice, ...]
    channels: tuple[RigChannel, ...]
    share_pct: tuple[float, float] | None = None
    """Lowest and highest share of the right side that the athlete is to keep, %; None for none."""

    def __post_init__(self) -> None:
        about = f"rig '{printable(self.name)}'"
        if self.share_pct is not None and not 0 <= self.share_pct[0] < self.share_pct[1] <= 100:
            raise WrongUseError(about, "its share of load is no band of %", "give one like 50 and 3")
        if not 1 <= len(self.channels) <= MOST_CHANNELS:
            raise WrongUseError(about, f"it has {len(self.channels)} channels", f"give 1 to {MOST_CHANNELS}")
        known = {device.id for device in self.devices}
        if len(known) != len(self.devices):
            raise WrongUseError(about, "two of its devices have one name", "name them apart")
        seen: dict[tuple[str, int], None] = {}
        for channel in self.channels:
            if channel.device not in known:
                raise WrongUseError(
                    about,
                    f"there is no device '{printable(channel.device)}'",
                    f"name one of {_listed(known)}",
                )
            key = (channel.device, channel.channel)
            if key in seen:
                raise WrongUseError(
                    about, f"channel {key[1]} of '{printable(key[0])}' stands in it twice", "name it once"
                )
            seen[key] = None
        self._apart(about)

    def _apart(self, about: str) -> None:
        cells = [c for c in self.channels if c.plate]
        for n, one in enumerate(cells):
            for other in cells[:n]:
                away = np.hypot((one.x_mm or 0) - (other.x_mm or 0), (one.y_mm or 0) - (other.y_mm or 0))
                if away < NEAREST_MM:
                    raise WrongUseError(
                        about,
                        f"two cells lie {away:.0f} mm apart: one corner was pressed twice",
                        "press each corner once",
                    )

    @property
    def plates(self) -> tuple[str, ...]:
        """Names of the plates, in order."""
        return tuple(dict.fromkeys(c.plate for c in self.channels if c.plate))

    @property
    def sided(self) -> bool:
        """Whether left and right are told apart."""
        return {Side.LEFT, Side.RIGHT} <= {c.side for c in self.channels}

    @property
    def has_centre(self) -> bool:
        """Whether a centre of pressure can be had: a plate with cells that do not lie on one line."""
        return any(is_spread(self.places_m(self.columns(plate))) for plate in self.plates)

    @property
    def tension_columns(self) -> tuple[int, ...]:
        """Columns that add up to the tension: those of straps where there are any, else all.

        Of who stands on a plate and pulls on a strap the pull is wanted; the weight is no effort.
        """
        straps = tuple(n for n, c in enumerate(self.channels) if not c.plate)
        return straps or tuple(range(len(self.channels)))

    @property
    def stood_on(self) -> bool:
        """Whether tension is the weight on plates."""
        return all(c.plate for c in self.channels)

    @property
    def names(self) -> tuple[str, ...]:
        """A short name for each channel, from what it is: "left front right", "right", "strap"."""
        return tuple(_name(c, self) for c in self.channels)

    def columns(self, plate: str) -> tuple[int, ...]:
        """Return the columns of a plate's cells in a block of the rig."""
        return tuple(n for n, c in enumerate(self.channels) if c.plate == plate)

    def side_columns(self, side: Side) -> tuple[int, ...]:
        """Return the columns of one side."""
        return tuple(n for n, c in enumerate(self.channels) if c.side is side)

    def places_m(self, columns: Sequence[int]) -> FloatArray:
        """Return (k, 2) the places of columns, m; NaN where a column has none."""
        places = [(self.channels[n].x_mm, self.channels[n].y_mm) for n in columns]
        return np.array([[np.nan if v is None else v / 1000 for v in place] for place in places]).reshape(
            -1, 2
        )

    @property
    def signs(self) -> FloatArray:
        """(c,) what to multiply each column by, so that load counts as positive."""
        return np.array([float(c.sign) for c in self.channels])

    def check_devices(self, channels: Mapping[str, int]) -> None:
        """Raise unless each device has the channels that the rig names.

        Args:
            channels: Name of the device within the rig -> number of its channels.

        Raises:
            WrongUseError: A channel that no device has, named.
        """
        for channel in self.channels:
            count = channels.get(channel.device)
            if count is None:
                raise WrongUseError(
                    f"rig '{printable(self.name)}'",
                    f"its device '{printable(channel.device)}' is not connected",
                    "connect it, or choose another rig",
                )
            if channel.channel >= count:
                raise WrongUseError(
                    f"rig '{printable(self.name)}'",
                    f"device '{printable(channel.device)}' has no channel {channel.channel}, it has {count}",
                    "make the rig again, pressing each corner",
                )


def _name(channel: RigChannel, rig: Rig) -> str:
    """Return what a channel is in words; a corner is named from the middle of its plate."""
    side = "" if channel.side is Side.BOTH else channel.side.value
    if not channel.plate:
        return side or f"strap {channel.channel + 1}"
    places = 1000 * rig.places_m(rig.columns(channel.plate))
    middle_x, middle_y = places.mean(axis=0).tolist()
    parts = [channel.plate if len(rig.plates) > 1 or not side else side]
    away_x, away_y = (channel.x_mm or 0.0) - middle_x, (channel.y_mm or 0.0) - middle_y
    if abs(away_y) > 1:
        parts.append("front" if away_y > 0 else "back")
    if abs(away_x) > 1:
        parts.append("right" if away_x > 0 else "left")
    return " ".join(parts)


def rig_dict(rig: Rig) -> dict[str, Any]:
    """Return a rig as JSON can hold it."""
    share = {} if rig.share_pct is None else {"share_pct": list(rig.share_pct)}
    return share | {
        "devices": [
            {"id": d.id, "profile": d.profile, "serial_number": d.serial_number} for d in rig.devices
        ],
        "channels": [
            {
                "device": c.device,
                "channel": c.channel,
                "side": c.side.value,
                "plate": c.plate,
                "x_mm": c.x_mm,
                "y_mm": c.y_mm,
                "sign": c.sign,
            }
            for c in rig.channels
        ],
    }


def rig_from_dict(name: str, layout: object) -> Rig:
    """Return the rig of a stored layout.

    Raises:
        DataError: If it is none.
    """
    about = f"rig '{printable(name)}'"
    try:
        if not isinstance(layout, Mapping):
            raise TypeError("not an object")
        devices = tuple(
            RigDevice(str(d["id"]), str(d["profile"]), str(d.get("serial_number", "")))
            for d in layout["devices"]
        )
        channels = tuple(
            RigChannel(
                str(c["device"]),
                int(c["channel"]),
                Side(c.get("side", "both")),
                str(c.get("plate", "")),
                _number(c.get("x_mm")),
                _number(c.get("y_mm")),
                int(c.get("sign", 1)),
            )
            for c in layout["channels"]
        )
        share = layout.get("share_pct")
        return Rig(name, devices, channels, None if share is None else (float(share[0]), float(share[1])))
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as e:
        raise DataError(about, f"its layout cannot be read ({e})", "make the rig again") from e
    except WrongUseError as e:
        what = about if e.what == about else f"{about}, {e.what}"
        raise DataError(what, e.why, e.advice) from e


def _number(value: object) -> float | None:
    return None if value is None else float(str(value))


def is_spread(places_m: FloatArray) -> bool:
    """Return whether (k, 2) places do not all lie on one line, so that a centre of pressure can be had."""
    if len(places_m) < 3:
        return False
    return bool(np.linalg.svd(places_m - places_m.mean(axis=0), compute_uv=False)[1] > NEAREST_MM / 1000)


def _listed(names: set[str]) -> str:
    return ", ".join(f"'{printable(name)}'" for name in sorted(names)) or "none: the rig has no device"
