"""The usual rigs: what they consist of, in the order in which their places are pressed."""

from collections.abc import Sequence
from dataclasses import dataclass

from isotimer.core.errors import WrongUseError
from isotimer.core.plan import Side
from isotimer.core.rig import Rig, RigChannel, RigDevice
from isotimer.core.text import printable


@dataclass(frozen=True, slots=True)
class Spot:
    """One place of a rig that is to be pressed."""

    words: str
    """Where it is, for "press here now"."""
    side: Side = Side.BOTH
    plate: str = ""
    corner: tuple[int, int] = (0, 0)
    """Right (1) or left (-1), front (1) or back (-1) of its plate's middle."""


@dataclass(frozen=True, slots=True)
class RigKind:
    """One usual rig."""

    id: str
    name: str
    spots: tuple[Spot, ...]

    @property
    def plates(self) -> tuple[str, ...]:
        """Its plates, from left to right."""
        return tuple(dict.fromkeys(s.plate for s in self.spots if s.plate))


@dataclass(frozen=True, slots=True)
class Size:
    """How large plates are.

    Raises:
        WrongUseError: If a size is none.
    """

    width_mm: float = 300.0
    """Between the middles of a plate's left and right cells."""
    depth_mm: float = 500.0
    """Between the middles of its front and back cells."""
    apart_mm: float = 400.0
    """Between the middles of two plates."""

    def __post_init__(self) -> None:
        for value in (self.width_mm, self.depth_mm, self.apart_mm):
            if not 50 <= value <= 2000:
                raise WrongUseError(f"{value:g} mm is no size of a plate", "", "give 50 to 2000 mm")


_ROUND = (("front right", (1, 1)), ("front left", (-1, 1)), ("back left", (-1, -1)), ("back right", (1, -1)))


def _plate(name: str, side: Side) -> tuple[Spot, ...]:
    of = f" of the {name} plate" if side is not Side.BOTH else ""
    return tuple(Spot(f"the {words} corner{of}", side, name, corner) for words, corner in _ROUND)


KINDS: tuple[RigKind, ...] = (
    RigKind("cell", "one load cell", (Spot("the load cell"),)),
    RigKind(
        "two-cells",
        "two load cells, left and right",
        (Spot("the left load cell", Side.LEFT), Spot("the right load cell", Side.RIGHT)),
    ),
    RigKind("plate", "one plate with four cells", _plate("plate", Side.BOTH)),
    RigKind(
        "two-plates", "two plates, left and right", (*_plate("left", Side.LEFT), *_plate("right", Side.RIGHT))
    ),
    RigKind("plate-strap", "a plate and a strap", (*_plate("plate", Side.BOTH), Spot("the strap"))),
)


def kind(kind_id: str) -> RigKind:
    """Return the kind with an id.

    Raises:
        WrongUseError: If there is none.
    """
    for one in KINDS:
        if one.id == kind_id:
            return one
    known = ", ".join(k.id for k in KINDS)
    raise WrongUseError(f"there is no kind of rig '{printable(kind_id, 40)}'", "", f"give one of {known}")


def rig_of(
    name: str,
    made: RigKind,
    devices: Sequence[RigDevice],
    channels: Sequence[tuple[str, int, int]],
    size: Size | None = None,
) -> Rig:
    """Return a rig of a kind.

    Args:
        name: Its name.
        made: The kind.
        devices: Its devices; those without a channel are left out.
        channels: For each spot the device's name, its channel and the sign.
        size: How large its plates are.

    Raises:
        WrongUseError: If a spot is missing, or two spots are one channel.
    """
    size = size or Size()
    if len(channels) != len(made.spots):
        what = f"{made.name} has {len(made.spots)} places, {len(channels)} are known"
        raise WrongUseError(f"rig '{printable(name)}' is not complete", what, "press the others")
    used = {device for device, _, _ in channels}
    placed = tuple(
        _channel(spot, device, channel, sign, made, size)
        for spot, (device, channel, sign) in zip(made.spots, channels, strict=True)
    )
    return Rig(name, tuple(d for d in devices if d.id in used), placed)


def _channel(spot: Spot, device: str, channel: int, sign: int, made: RigKind, size: Size) -> RigChannel:
    if not spot.plate:
        return RigChannel(device, channel, spot.side, sign=sign)
    middle = (made.plates.index(spot.plate) - (len(made.plates) - 1) / 2) * size.apart_mm
    x_mm = middle + spot.corner[0] * size.width_mm / 2
    y_mm = spot.corner[1] * size.depth_mm / 2
    return RigChannel(device, channel, spot.side, spot.plate, x_mm, y_mm, sign)
