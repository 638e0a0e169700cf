"""A moving target on one line of a form: "level 10 s 100%; ramp 5 s 100%-50%; sine 30 s 100% ±25% 0.1 Hz"."""

import re

from isotimer.core.errors import WrongUseError
from isotimer.core.plan_kinds import Share
from isotimer.core.plan_values import as_number, short
from isotimer.core.task import PathPart, TargetPath
from isotimer.core.text import printable

EXAMPLE = "sine 30s 100% ±25% 0.1Hz; ramp 10s 50%-100%; level 5s 100% eyes-off"

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
