"""Every key of a plan file: one table for the reader, the writer and the editor."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from typing import Any

from isotimer.core.errors import WrongUseError
from isotimer.core.plan import Mode, Start
from isotimer.core.plan_kinds import (
    Flag,
    Kind,
    Length,
    Number,
    OneOf,
    Pick,
    Share,
    Span,
    Targets,
    Text,
    Whole,
    Words,
)
from isotimer.core.plan_shape import Sides, StartSide

_MAX_WEEKS = 104


class KeyedError(Exception):
    """A key of a table is wrong; where the table stands is known to the caller."""

    def __init__(self, key: str, why: str, advice: str) -> None:
        super().__init__(key, why, advice)
        self.key, self.why, self.advice = key, why, advice


@dataclass(frozen=True, slots=True)
class Field:
    """One key."""

    key: str
    attribute: str
    kind: Kind
    label: str
    """One to three words, for a form."""
    about: str
    """One sentence."""


def _seconds(key: str, label: str, about: str, kind: Kind | None = None, attribute: str = "") -> Field:
    return Field(key, attribute or key, kind or Number(), label, about)


PLAN_FIELDS: tuple[Field, ...] = (
    Field("name", "name", Text(100, 1), "Name", "How the plan is called."),
    Field("about", "about", Text(4000), "About", "What it is for, how it is done, when it ends."),
    Field("basis", "basis", Text(2000), "Basis", "What a source states, and what is somebody's suggestion."),
    Field("sources", "sources", Words(), "Sources", "Codes of sources, or their titles."),
    Field("per_week", "per_week", Span(Whole(1, 21)), "Per week", "Sessions a week: 3, or from 2 to 3."),
    Field("weeks", "weeks", Span(Whole(1, _MAX_WEEKS)), "Weeks", "For how many weeks."),
    Field(
        "every_weeks",
        "every_weeks",
        Whole(1, _MAX_WEEKS),
        "Every ... weeks",
        "Done again every so many weeks.",
    ),
    Field("rounds", "rounds", Whole(), "Rounds", "How often all blocks are gone through, in turn."),
    _seconds("rest_round_s", "Rest round", "Rest between two rounds."),
    Field(
        "start_side",
        "start_side",
        Pick(StartSide),
        "First side",
        "Which leg begins; by-session changes it each time, drawn is chance, once for each athlete.",
    ),
    Field("ask_effort", "ask_effort", Flag(), "Ask effort", "Whether the effort is asked for after a set."),
    Field("stop_at_pain", "stop_at_pain", Flag(), "End: pain", "Whether pain ends the session."),
    Field(
        "stop_invalid",
        "stop_invalid",
        Whole(2, 20),
        "End: invalid",
        "The session ends after so many maximal holds in a row that do not count.",
    ),
    Field(
        "stop_fall_pct",
        "stop_fall_share",
        Share(),
        "End: fall",
        "It ends at the second fall in a row of maximal holds of a leg by more than this share.",
    ),
    Field(
        "stop_day_below_pct",
        "stop_day_share",
        Share(),
        "End: day's best",
        "It ends when each leg's best of the day stays below this share of its own best.",
    ),
)

BLOCK_FIELDS: tuple[Field, ...] = (
    Field("position", "position", Text(100, 1), "Position", "Id of the position."),
    Field(
        "mode", "mode", Pick(Mode), "Mode", "What is done: steady, max, endurance, respond, track, switch."
    ),
    _seconds("hold_s", "Hold", "Length of each hold, or open.", Length(), "seconds"),
    _seconds("cap_s", "At most", "Longest time of a hold with an open end.", Number(above=True)),
    Field("sides", "sides", Pick(Sides), "Sides", "Which legs work, in which order."),
    Field("sets", "sets", Whole(), "Sets", "Number of sets."),
    Field("reps", "reps", Whole(), "Reps", "Reps per set and leg."),
    Field("target", "targets", Targets(), "Target", "75% of best, 250N or 0.8BW; several: one for each rep."),
    Field("band_pct", "band_share", Share(), "Band ±", "Half the width of the band, in % of the target."),
    Field("start", "start", Pick(Start), "Start", "What starts a hold: clock, force (tension), key."),
    _seconds("countdown_s", "Countdown", "Length of the countdown."),
    _seconds("rest_side_s", "Rest side", "Rest from one leg to the other."),
    _seconds("rest_rep_s", "Rest rep", "Rest between reps."),
    _seconds("rest_set_s", "Rest set", "Rest between sets."),
    _seconds("rest_after_s", "Rest after", "Rest before the next block."),
    _seconds(
        "wait_s",
        "Random wait",
        "Shortest and longest wait before a cue.",
        Span(Number(above=True, high=60.0)),
    ),
    Field(
        "between",
        "between",
        OneOf(("sides", "phases")),
        "Switch",
        "What mode switch changes between: sides (left, right) or phases (push, swing).",
    ),
    Field(
        "stop_below_pct",
        "stop_below_share",
        Share(),
        "Stop: below",
        "A hold ends when tension stays below this share of the target.",
    ),
    _seconds("stop_below_s", "Stop: for", "... for so long.", Number(above=True, high=60.0)),
    _seconds(
        "stop_out_of_band_s",
        "Stop: off band",
        "A hold ends after so long out of the band; half of that after a warning.",
        Number(above=True, high=600.0),
    ),
    _seconds(
        "stop_after_shake_s",
        "Stop: shaken",
        "A hold ends so long after shake has doubled.",
        Number(high=600.0),
    ),
    _seconds("breath_s", "Breath every", "A breathing reminder every so many seconds; 0 for none."),
    Field(
        "stop_set_below_pct",
        "stop_set_share",
        Share(),
        "End set: below",
        "A leg's set ends after two holds in a row below this share of the target.",
    ),
    Field(
        "extra_attempts",
        "extra_attempts",
        Whole(0, 10),
        "Extra attempts",
        "Further attempts per side, done where the best two differ or the last is the best.",
    ),
    Field("note", "note", Text(500), "Note", "One or two sentences for the athlete."),
)

_SHARE = Number(0.0, 3.0, "(1 is the target itself)")

PATH_FIELDS: tuple[Field, ...] = (
    Field("kind", "kind", OneOf(("level", "ramp", "sine")), "Kind", "A level, a ramp or a sine."),
    _seconds("seconds", "Seconds", "Its length.", Number(above=True)),
    Field("level", "level", _SHARE, "Level", "Share of the target at its start; the middle of a sine."),
    Field("to", "to", _SHARE, "To", "Share of the target at the end of a ramp."),
    Field("amplitude", "amplitude", _SHARE, "Amplitude", "From the middle to the top of a sine."),
    Field("hz", "hz", Number(0.0, 0.5, "Hz"), "Hz", "Frequency of a sine."),
    Field("eyes_off", "eyes_off", Flag(), "Eyes off", "Whether target and tension are hidden."),
)


def default_of(owner: type[Any], attribute: str) -> Any:
    """Return the default of an attribute of a plan, block or path part; MISSING where it must be given."""
    return _defaults(owner)[attribute]


def _defaults(owner: type[Any]) -> Mapping[str, Any]:
    return {f.name: f.default for f in fields(owner)}


def read_table(table: Mapping[str, object], known: Sequence[Field], owner: type) -> dict[str, Any]:
    """Return the attributes that a TOML table gives, tables within it left out.

    Raises:
        KeyedError: On an unknown key, a missing one, or a value that makes no sense.
    """
    by_key, defaults = {f.key: f for f in known}, _defaults(owner)
    for key in table:
        if key not in by_key:
            near = difflib.get_close_matches(key, list(by_key), n=1, cutoff=0.5)
            advice = f"did you mean {near[0]}?" if near else f"remove it, or use {', '.join(by_key)}"
            raise KeyedError(key, "unknown key", advice)
    out: dict[str, Any] = {}
    for field in known:
        if field.key in table:
            try:
                out[field.attribute] = field.kind.read(table[field.key])
            except WrongUseError as e:
                raise KeyedError(field.key, f"{e.what}, {e.why}", e.advice) from None
        elif defaults[field.attribute] is MISSING:
            raise KeyedError(
                field.key, "it is missing", f"add it: {field.about[:1].lower()}{field.about[1:]}"
            )
    return out


def typed(field: Field, owner: type, text: str) -> Any:
    """Return what a text in a form means; nothing typed is the default.

    Raises:
        WrongUseError: If it makes no sense.
    """
    default = default_of(owner, field.attribute)
    if not text.strip() and default is not MISSING:
        return default
    return field.kind.read(field.kind.typed(text))
