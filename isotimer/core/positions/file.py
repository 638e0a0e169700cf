"""A user's own position as a TOML text: read, with one sentence about each fault."""

import difflib
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from isotimer.core.plan import Phase, Side
from isotimer.core.positions.book import POSITIONS
from isotimer.core.positions.position import Cuff, Position, Pull, Use
from isotimer.core.text import printable
from isotimer.core.toml_lines import line_of

PICTURE_LINES, PICTURE_CELLS = 12, 30
"""The largest picture of a user's own."""

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
_ASCII = re.compile(r"[ -~]*")
_SHORT, _LONG, _CUE = 60, 600, 45

E = TypeVar("E", bound=StrEnum)

EXAMPLE = """\
id = "step-up-hold"
name = "Step-up hold"
phase = "push"                      # push, swing or return
sides = ["left", "right"]           # or ["both"]
uses = ["body", "strap"]            # body, band, strap, plate
muscles = "thigh front, glute"
setup = "One foot on a knee-high box, the other just off the floor. Push into the box and freeze."
sensor = "Cell in a strap from a board under the box to a hip belt."
pull = "below"                      # behind, in front, below, above, beyond the feet, beyond the head
cuffs = ["hip belt"]                # ankle, knee, hip belt: where a strap holds the body
cues = ["Whole foot.", "Tall chest."]
faults = ["knee falls inwards"]
source = "my coach"
seconds = 10
note = ""                           # may be left out, as may also, cuffs, faults, muscles, source
drawing = "split-squat-knee-iso"    # show the drawing of that position; or picture = '''...'''
"""
"""A file that is right; the documentation shows it."""


@dataclass(frozen=True, slots=True)
class ReadPosition:
    """What a text says: a position, or why it is none."""

    position: Position | None
    faults: tuple[str, ...] = ()
    """One sentence each: file, line, key."""


def read_position(text: str, file: str) -> ReadPosition:
    """Return the position that a TOML text means; never raises.

    Args:
        text: The text.
        file: Its name, for the sentences.
    """
    try:
        table = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as e:
        why = str(e) if isinstance(e, tomllib.TOMLDecodeError) else "nested too deeply"
        return ReadPosition(None, (f"{printable(file)} is not valid TOML: {printable(why)}.",))
    values: dict[str, Any] = {}
    faults: list[str] = []
    for key, (check, default) in _RULES.items():
        if key not in table and default is not None:
            values[key] = default
            continue
        try:
            if key not in table:
                raise ValueError("it is missing")
            values[key] = check(table[key])
        except ValueError as e:
            faults.append(_sentence(file, text, key, str(e)))
    faults += [_sentence(file, text, key, _unknown(key)) for key in table if key not in _RULES]
    if not faults:
        faults = [_sentence(file, text, key, why) for key, why in _contradictions(values)]
    return ReadPosition(None if faults else _position(values), tuple(faults))


def _position(values: Mapping[str, Any]) -> Position:
    return Position(
        id=values["id"],
        name=values["name"],
        phase=values["phase"],
        sides=values["sides"],
        uses=values["uses"],
        muscles=values["muscles"],
        setup=values["setup"],
        sensor=values["sensor"],
        pull=values["pull"],
        cues=values["cues"],
        faults=values["faults"],
        source=values["source"],
        default_seconds=values["seconds"],
        also=values["also"],
        note=values["note"],
        cuffs=values["cuffs"],
        drawing=values["drawing"],
        picture=values["picture"],
    )


def _contradictions(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    found = []
    if values["phase"] in values["also"]:
        found.append(("also", f"'{values['phase'].value}' is the phase already"))
    if values["drawing"] and values["picture"]:
        found.append(("picture", "there is a drawing already; take one of the two"))
    return found


def _sentence(file: str, text: str, key: str, why: str) -> str:
    place = f"{printable(file)}, line {line_of(text, (key,))}, key '{printable(key, 40)}'"
    return f"{place}: {printable(why)}{'' if why.endswith('?') else '.'}"


def _unknown(key: str) -> str:
    near = difflib.get_close_matches(key, _RULES, n=1, cutoff=0.6)
    return f"there is no such key; did you mean '{near[0]}'?" if near else "there is no such key"


def _text(limit: int) -> Callable[[object], str]:
    def check(value: object) -> str:
        if not isinstance(value, str):
            raise ValueError("not a text in quotes")
        words = printable(" ".join(value.split()), 10 * limit)
        if not words:
            raise ValueError("it is empty")
        if len(words) > limit:
            raise ValueError(f"it has {len(words)} characters, at most {limit} are shown")
        return words

    return check


def _optional(limit: int) -> Callable[[object], str]:
    return lambda value: "" if value == "" else _text(limit)(value)


def _texts(least: int, most: int, limit: int) -> Callable[[object], tuple[str, ...]]:
    def check(value: object) -> tuple[str, ...]:
        if not isinstance(value, list) or not least <= len(value) <= most:
            count = f"{least}" if least == most else f"{least} to {most}"
            raise ValueError(f"not a list of {count} texts")
        return tuple(_text(limit)(item) for item in value)

    return check


def _one_of(kind: type[E]) -> Callable[[object], E]:
    def check(value: object) -> E:
        for member in kind:
            if member.value == value:
                return member
        raise ValueError(f"not one of {', '.join(m.value for m in kind)}")

    return check


def _some_of(kind: type[E], least: int = 1) -> Callable[[object], tuple[E, ...]]:
    def check(value: object) -> tuple[E, ...]:
        if not isinstance(value, list) or len(value) < least:
            raise ValueError(f"not a list of {', '.join(m.value for m in kind)}")
        found = tuple(_one_of(kind)(item) for item in value)
        if len(set(found)) != len(found):
            raise ValueError("one stands there twice")
        return found

    return check


def _sides(value: object) -> tuple[Side, ...]:
    found = _some_of(Side)(value)
    if (Side.LEFT in found) != (Side.RIGHT in found):
        raise ValueError("left and right go together")
    return tuple(side for side in Side if side in found)


def _id(value: object) -> str:
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise ValueError("not an id: up to 60 of a-z, 0-9 and -, beginning with a letter or digit")
    if any(p.id == value for p in POSITIONS):
        raise ValueError(f"'{value}' comes with isotimer; take another")
    return value


def _seconds(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("not a number of seconds")
    if not 0 < value <= 600:
        raise ValueError(f"{value:g} is not more than 0 and at most 600 seconds")
    return float(value)


def _drawing(value: object) -> str:
    if value == "":
        return ""
    if not any(p.id == value for p in POSITIONS):
        ids = [p.id for p in POSITIONS]
        near = difflib.get_close_matches(str(value), ids, n=1, cutoff=0.4)
        hint = f"; did you mean '{near[0]}'?" if near else ""
        raise ValueError(f"no position that comes with isotimer{hint}")
    return str(value)


def _picture(value: object) -> tuple[str, ...]:
    if not isinstance(value, str):
        raise ValueError("not a text in quotes")
    lines = tuple(line.rstrip() for line in value.strip("\r\n").splitlines())
    if len(lines) > PICTURE_LINES or any(len(line) > PICTURE_CELLS for line in lines):
        raise ValueError(f"larger than {PICTURE_CELLS} x {PICTURE_LINES} characters")
    if not all(_ASCII.fullmatch(line) for line in lines):
        raise ValueError("only ASCII characters can be shown everywhere and mirrored")
    return lines


_RULES: dict[str, tuple[Callable[[object], Any], Any]] = {
    "id": (_id, None),
    "name": (_text(_SHORT), None),
    "phase": (_one_of(Phase), None),
    "also": (_some_of(Phase, 0), ()),
    "sides": (_sides, (Side.LEFT, Side.RIGHT)),
    "uses": (_some_of(Use), None),
    "muscles": (_optional(_SHORT), ""),
    "setup": (_text(_LONG), None),
    "sensor": (_text(_LONG), None),
    "pull": (_one_of(Pull), None),
    "cuffs": (_some_of(Cuff, 0), ()),
    "cues": (_texts(2, 2, _CUE), None),
    "faults": (_texts(0, 8, _SHORT), ()),
    "source": (_optional(_LONG), ""),
    "seconds": (_seconds, None),
    "note": (_optional(_LONG), ""),
    "drawing": (_drawing, ""),
    "picture": (_picture, ()),
}
"""Key -> what it may be (raises ValueError with half a sentence), and its default; None: it must be there."""
