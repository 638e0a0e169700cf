"""A synthetic person standing on a plate: how load is shared, sways and shakes is known exactly. Pure."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol, runtime_checkable

import numpy as np

from isotimer.core.block import FloatArray
from isotimer.core.errors import WrongUseError
from isotimer.link.athlete import AthleteModel, ForceSource, TrueHold, gauss, share_out

_SIDES = ("", "left", "right")
_PHASE = math.pi / 3
_CELLS = {1: ((0, 0),), 2: ((-1, 0), (1, 0)), 4: ((1, 1), (-1, 1), (-1, -1), (1, -1))}
"""Places of a plate's cells in half spacings, by their number; four go round from the front right."""


@runtime_checkable
class CellSource(Protocol):
    """A source that knows what each cell of a device carries."""

    def cells(self, time_s: FloatArray, start_host_s: float, channels: int) -> FloatArray:
        """Return (n, channels) N at times since the stream's start, which was at a host's monotonic time."""
        ...

    def table(self) -> dict[str, Any]:
        """Return the truth as JSON values."""
        ...


@dataclass(frozen=True, slots=True)
class StanceModel:
    """Somebody who steps on a plate, stands, and steps off, again and again, as the athlete pulls.

    The centre of pressure goes round: x = a sin(2 pi f t), y = b sin(2 pi 1.5 f t + 60 degrees), in mm
    from the middle of the plate, on both plates alike; t is the host's time since ``at_host_s``, so that two
    plates see one person.

    Raises:
        WrongUseError: If a size makes no sense.
    """

    athlete: AthleteModel
    """How the weight comes and goes, and its shake; ``tension_n`` is the weight of the whole person."""
    side: str = ""
    """ "left" or "right" for one of two plates; empty for one that carries all."""
    share_right_pct: float = 50.0
    sway_x_mm: float = 5.0
    sway_y_mm: float = 8.0
    """Amplitudes."""
    sway_hz: float = 0.25
    half_x_mm: float = 150.0
    half_y_mm: float = 250.0
    """Half the distance between the plate's cells."""
    at_host_s: float | None = None
    """Host's monotonic time at which the person's clock was 0; the start of the stream if None."""

    def __post_init__(self) -> None:
        advice = "give one like --stance weight=700,share=48,sway=5:8,hz=0.25,side=right"
        if self.side not in _SIDES:
            raise WrongUseError(f"'{self.side}' is no side of a stance", "", advice)
        if not 0 <= self.share_right_pct <= 100:
            raise WrongUseError(f"a share of {self.share_right_pct:g} % is none", "", "give 0 to 100")
        sizes = (self.half_x_mm, self.half_y_mm)
        sways = (self.sway_x_mm, self.sway_y_mm)
        if not all(0 < h <= 3000 for h in sizes) or not 0 <= self.sway_hz <= 5:
            raise WrongUseError("that stance has an impossible plate or sway", "", advice)
        if not all(0 <= a < h for a, h in zip(sways, sizes, strict=True)):
            raise WrongUseError("that stance sways beyond its plate", "", advice)

    @property
    def part(self) -> float:
        """The share of the person that this plate carries, 0 to 1."""
        right = self.share_right_pct / 100
        return {"": 1.0, "left": 1 - right, "right": right}[self.side]

    def force(self, time_s: FloatArray) -> FloatArray:
        """Return the load of this plate without noise at times since the person's clock was 0."""
        return self.part * self.athlete.clean(time_s)

    def hold(self, number: int) -> TrueHold | None:
        """Return stance ``number`` (from 0) as this plate carries it, or None after the last one.

        None also with a clock other than the stream's, on which the times of holds are told.
        """
        true = self.athlete.hold(number) if self.at_host_s is None else None
        sizes = ("tension_n", "mean_n", "wobble_rms_n", "shake_rms_n", "shake_rms_flat_n")
        return None if true is None else replace(true, **{n: self.part * getattr(true, n) for n in sizes})

    def centre_mm(self, time_s: FloatArray) -> FloatArray:
        """Return (n, 2) the centre of pressure from the middle of the plate."""
        turn = 2 * np.pi * self.sway_hz * time_s
        x, y = self.sway_x_mm * np.sin(turn), self.sway_y_mm * np.sin(1.5 * turn + _PHASE)
        return np.column_stack([x, y])

    def path_mm(self, from_s: float, to_s: float) -> float:
        """Return the way of the centre of pressure between two times."""
        points = self.centre_mm(np.linspace(from_s, to_s, max(2, int((to_s - from_s) * 2000))))
        return float(np.hypot(*np.diff(points, axis=0).T).sum())

    def cells(self, time_s: FloatArray, start_host_s: float, channels: int) -> FloatArray:
        """Return (n, channels) what each cell carries, noise included, N."""
        since_s = time_s if self.at_host_s is None else time_s + (start_host_s - self.at_host_s)
        total = self.force(since_s)
        places = _CELLS.get(channels)
        if places is None:
            loads = share_out(total, channels)
        else:
            away = self.centre_mm(since_s) / (self.half_x_mm, self.half_y_mm)
            loads = np.column_stack(
                [total / channels * (1 + x * away[:, 0]) * (1 + y * away[:, 1]) for x, y in places]
            )
        seed = self.athlete.seed + 31 * _SIDES.index(self.side)
        noise = [gauss(since_s, seed * 64 + n) for n in range(channels)]
        return np.asarray(loads + self.athlete.noise_n * np.column_stack(noise))

    def table(self) -> dict[str, Any]:
        """Return the truth as JSON values."""
        round_s = 2 / self.sway_hz if self.sway_hz else 1.0
        return {
            "weight_n": self.athlete.tension_n,
            "side": self.side,
            "part": self.part,
            "load_share_right_pct": self.share_right_pct,
            "sway_mm": [self.sway_x_mm, self.sway_y_mm],
            "sway_hz": [self.sway_hz, 1.5 * self.sway_hz],
            "sway_rms_mm": [self.sway_x_mm / math.sqrt(2), self.sway_y_mm / math.sqrt(2)],
            "mean_speed_mm_s": self.path_mm(0.0, round_s) / round_s,
            "half_spacing_mm": [self.half_x_mm, self.half_y_mm],
            "at_host_s": self.at_host_s,
        }


def loads_of(source: ForceSource, time_s: FloatArray, start_host_s: float, channels: int) -> FloatArray:
    """Return (n, channels) what each cell of a device carries, N."""
    # many times a second: asking whether it is a CellSource would take longer than all else
    cells: Callable[[FloatArray, float, int], FloatArray] | None = getattr(source, "cells", None)
    if cells is not None:
        return cells(time_s, start_host_s, channels)
    return share_out(source.force(time_s), channels)


def parse_stance(text: str, athlete: AthleteModel) -> StanceModel:
    """Return the stance that words like ``weight=700,share=48,sway=5:8,hz=0.25,side=right`` describe.

    Args:
        text: Words NAME=VALUE, separated by commas: weight (N), share (of the right, %), sway (X:Y, mm), hz,
            side (left, right), half (X:Y, mm, half the distance of the cells), at (host's monotonic s).
        athlete: How the weight comes and goes.

    Raises:
        WrongUseError: If a word is not understood.
    """
    given: dict[str, Any] = {}
    for word in filter(None, (w.strip() for w in text.split(","))):
        name, _, value = word.partition("=")
        try:
            given |= _parsed(name, value)
        except (KeyError, ValueError):
            why = "names are weight, share, sway, hz, side, half, at"
            raise WrongUseError(f"'{word}' is no part of a stance", why, "write NAME=VALUE") from None
    weight_n = given.pop("weight", None)
    model = athlete if weight_n is None else replace(athlete, tension_n=weight_n)
    return StanceModel(model, **given)


def _parsed(name: str, value: str) -> dict[str, Any]:
    if name == "side":
        return {"side": value}
    if name in ("sway", "half"):
        x, y = (float(v) for v in value.split(":"))
        return {f"{name}_x_mm": x, f"{name}_y_mm": y}
    key = {"weight": "weight", "share": "share_right_pct", "hz": "sway_hz", "at": "at_host_s"}[name]
    return {key: float(value)}
