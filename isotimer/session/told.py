"""What an athlete was told during a hold, as measures need it and the store keeps it with the hold's step."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from isotimer.core.cues import CueKind, Timed
from isotimer.core.plan import HoldStep
from isotimer.core.plan_json import step_from_table, step_table

_KEY = "cues"


@dataclass(frozen=True, slots=True)
class Told:
    """The cues of a hold that its measures count from; times from its start."""

    go_s: float | None = None
    """The go of mode respond."""
    changes_s: tuple[float, ...] = ()
    """The changes of mode switch."""
    latency_s: float | None = 0.0
    """How much later the cues came through than they were ordered; None if nobody knows."""


NOTHING = Told()


def told(cues: tuple[Timed, ...], start_s: float, latency_s: float | None) -> Told:
    """Return what is to be kept of a hold's planned cues.

    Args:
        cues: Session times and kinds.
        start_s: Session time of the hold's start.
        latency_s: Of cues at this moment.
    """
    go = [round(at_s - start_s, 9) for at_s, kind in cues if kind is CueKind.GO]
    changes = tuple(round(at_s - start_s, 9) for at_s, kind in cues if kind is CueKind.SWITCH)
    if not go and not changes:
        return NOTHING
    return Told(go[0] if go else None, changes, latency_s)


def step_json(step: HoldStep, what: Told = NOTHING) -> str:
    """Return the step of a hold, and what was told during it, as JSON for the store."""
    return json.dumps(step_table(step) | {_KEY: asdict(what)}, ensure_ascii=False, allow_nan=False)


def step_of_json(table: Mapping[str, Any]) -> HoldStep | None:
    """Return the step that was kept with a hold; None if none was.

    Raises:
        DataError: If it cannot be read.
    """
    plain = {name: value for name, value in table.items() if name != _KEY}
    return step_from_table(plain) if plain else None


def told_of_json(table: Mapping[str, Any]) -> Told:
    """Return what was told during a hold, of the JSON that was kept with it."""
    cues = table.get(_KEY) or {}
    return Told(cues.get("go_s"), tuple(cues.get("changes_s", ())), cues.get("latency_s", 0.0))
