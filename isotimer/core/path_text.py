"""A moving target on one line of a form: "level 10 s 100%; ramp 5 s 100%-50%; sine 30 s 100% ±25% 0.1 Hz"."""

import re

from isotimer.core.errors import WrongUseError
from isotimer.core.plan_kinds import Share
from isotimer.core.plan_values import as_number, short
from isotimer.core.task import PathPart, TargetPath
from isotimer.core.text import printable

EXAMPLE = "sine 30s 100% ±25% 0.1Hz; ramp 10s 50%-100%; level 5s 100% eyes-off"

PATTERNS = ("steps", "ramp", "sine")
"""Moving targets known by a word; see ``pattern``."""
_KINDS = ("level", "ramp", "sine")
_EYES_OFF = "eyes-off"
_LEVEL = Share(low=0.0, high=300.0)
_TOKEN = re.compile(r"(±|\+-)?\s*([\d.,]+)\s*(%?)(?:\s*-\s*([\d.,]+)\s*%)?\s*(s|hz)?", re.IGNORECASE)


def path_text(path: TargetPath | None) -> str:
    """Return a moving target on one line; nothing for none."""
    return "" if path is None else "; ".join(_part_text(part) for part in path.parts)


def read_path(text: str) -> TargetPath | None:
    """Return the moving target that a line means; None for an empty one.

    Raises:
        WrongUseError: If a part of it makes no sense; it is named.
    """
    parts = [_read_part(part.strip()) for part in text.split(";") if part.strip()]
    return TargetPath(tuple(parts)) if parts else None


def pattern(text: str, seconds: float) -> TargetPath:
    """Return a moving target known by a word, for a hold of so many seconds, or the one that a line means.

    "steps" are thirds at 50, 100 and 75 % of the target, "ramp" goes from 50 to 100 % and back, "sine" swings
    by 25 % of the target around it at 0.1 Hz.

    Raises:
        WrongUseError: If it is neither a word nor parts, or the parts are longer than the hold.
    """
    third, half = seconds / 3, seconds / 2
    parts = {
        "steps": tuple(PathPart("level", third, share) for share in (0.5, 1.0, 0.75)),
        "ramp": (PathPart("ramp", half, 0.5, 1.0), PathPart("ramp", half, 1.0, 0.5)),
        "sine": (PathPart("sine", seconds, amplitude=0.25, hz=0.1),),
    }.get(text.strip().lower())
    if parts is not None:
        return TargetPath(parts)
    path = read_path(text) if " " in text.strip() else None
    if path is None:
        raise WrongUseError(
            f"moving target '{printable(text, 60)}'",
            "there is none of that name",
            f"give {', '.join(PATTERNS)} or parts like '{EXAMPLE}'",
        )
    if path.seconds > seconds + 1e-9:
        why = f"they take {short(path.seconds)} s, the hold {short(seconds)} s"
        raise WrongUseError("the parts of the moving target are too long", why, "make the hold longer")
    return path


def path_words(path: TargetPath, target_n: float) -> str:
    """Return a moving target as an athlete is told of it, in newtons."""
    return ", then ".join(_part_words(part, target_n) for part in path.parts)


def _part_words(part: PathPart, target_n: float) -> str:
    start, end = f"{target_n * part.level:.0f}", f"{target_n * part.to:.0f}"
    said = {
        "level": f"{start} N for {short(part.seconds)} s",
        "ramp": f"from {start} to {end} N in {short(part.seconds)} s",
        "sine": f"waves around {start} N by {target_n * part.amplitude:.0f} N, one in "
        f"{short(round(1 / part.hz, 1)) if part.hz else 0} s, for {short(part.seconds)} s",
    }[part.kind]
    return f"{said}, by feel" if part.eyes_off else said


def _part_text(part: PathPart) -> str:
    words = [part.kind, f"{short(part.seconds)}s"]
    if part.kind == "ramp":
        words.append(f"{_LEVEL.literal(part.level)}%-{_LEVEL.literal(part.to)}%")
    else:
        words.append(f"{_LEVEL.literal(part.level)}%")
    if part.kind == "sine":
        words += [f"±{_LEVEL.literal(part.amplitude)}%", f"{short(part.hz)}Hz"]
    return " ".join([*words, _EYES_OFF] if part.eyes_off else words)


def _read_part(text: str) -> PathPart:
    shown = f"'{printable(text, 60)}'"
    kind, _, rest = text.partition(" ")
    kind = kind.lower()
    if kind not in _KINDS:
        raise WrongUseError(shown, "unknown", f"begin each part with {', '.join(_KINDS)}")
    eyes_off = _EYES_OFF in rest.lower()
    rest = re.sub(_EYES_OFF, " ", rest, flags=re.IGNORECASE).strip()
    given: dict[str, float] = {}
    at = 0
    while at < len(rest):
        token = _TOKEN.match(rest, at)
        if token is None or token.end() == at:
            raise WrongUseError(shown, f"'{printable(rest[at:], 30)}' is not understood", f"like {EXAMPLE}")
        given |= _value(token, shown)
        at = token.end()
        at += len(rest[at:]) - len(rest[at:].lstrip())
    if "seconds" not in given:
        raise WrongUseError(shown, "it has no length", f"like {EXAMPLE}")
    return PathPart(kind, **given, eyes_off=eyes_off)  # type: ignore[arg-type]  # it is one of _KINDS


def _value(token: re.Match[str], shown: str) -> dict[str, float]:
    plus_minus, number, per_cent, to, unit = token.groups()
    if unit is not None and not per_cent and not plus_minus:
        return {"seconds" if unit.lower() == "s" else "hz": _number(number, shown)}
    if not per_cent or unit is not None:
        raise WrongUseError(shown, f"'{token[0].strip()}' has no unit that fits", f"like {EXAMPLE}")
    if plus_minus:
        return {"amplitude": _LEVEL.read(as_number(number))}
    out = {"level": _LEVEL.read(as_number(number))}
    return out | ({"to": _LEVEL.read(as_number(to))} if to else {})


def _number(text: str, shown: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        raise WrongUseError(shown, f"'{text}' is not a number", f"like {EXAMPLE}") from None
