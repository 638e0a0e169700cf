"""What a person has set: read from TOML with a sentence about each fault, and written back."""

import difflib
import json
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime, time
from typing import Any

SIGNS = ("auto", "unicode", "ascii")
"""The signs screens are drawn with; "auto" goes by the terminal."""

_MOST_PROBLEMS = 5
_NEAR = 0.75


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set once and for all; the defaults suit a first session."""

    volume: float = 0.8
    """Loudness of all sound, 0 to 1."""
    mute: bool = False
    speak: bool = True
    """Whether coming holds are announced in words, where the system has a voice."""
    voice: str = ""
    """The voice that speaks, by the system's own name; empty for its usual one."""
    force_sound: bool = False
    """Whether tension is heard: pitch for the distance from the target, roughness for shake."""
    theme: str = "isotimer-dark"
    signs: str = "auto"
    """One of ``SIGNS``."""
    flash: bool = True
    """Whether the screen flashes with the main cues."""
    reduced_motion: bool = False
    """Whether nothing flashes, slides or blinks."""
    band_pct: float = 10.0
    """Half the width of a target's band, in % of the target, where a plan states none."""
    countdown_s: float = 5.0
    """Countdown before a hold where a plan states none."""
    breath_s: float = 0.0
    """A breathing reminder every so many seconds where a plan states none; 0 for none."""
    reconnect: bool = True
    """Whether the sensor used last is connected at the start, if it is plugged in."""
    tare_each_set: bool = False
    """Whether the sensor is set to zero in the rest before each set."""
    calibration_age_days: int = 180
    """An older calibration is called old."""
    athlete: str = ""
    """Who trained last here."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Id of an action -> its keys in Textual's notation, where they are not the usual ones."""
    other: Mapping[str, Any] = field(default_factory=dict)
    """Keys of the file that this version does not know; they are written back."""


@dataclass(frozen=True, slots=True)
class ReadSettings:
    """What a file says."""

    settings: Settings
    """With the default for each value that is wrong."""
    problems: tuple[str, ...] = ()
    """One sentence about each fault: file, line, key. A file with faults is not to be written over."""
    remarks: tuple[str, ...] = ()
    """One sentence about each key that is kept but does nothing, and looks like a slip of the pen."""


def read_settings(text: str, file: str) -> ReadSettings:
    """Return the settings that a TOML text means; never raises.

    Args:
        text: The text.
        file: Its name, for the sentences.
    """
    try:
        table = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as e:
        why = str(e) if isinstance(e, tomllib.TOMLDecodeError) else "nested too deeply"
        why = why.replace("at end of document", f"at the end, line {text.rstrip().count(chr(10)) + 1}")
        return ReadSettings(Settings(), (f"{file} is not valid TOML: {why}; the defaults are used.",))
    good: dict[str, Any] = {}
    other: dict[str, Any] = {}
    problems: list[str] = []
    remarks: list[str] = []
    for key, value in table.items():
        if key == "keys":
            good["keys"], wrong = _read_keys(value, text, file)
            problems += wrong
        elif key in _RULES:
            try:
                good[key] = _RULES[key](value)
            except ValueError as e:
                used = _scalar(getattr(Settings(), key))
                problems.append(f"{_place(file, text, key)}: {e}; {used} is used.")
        else:
            other[key] = value
            if near := difflib.get_close_matches(key, _RULES, n=1, cutoff=_NEAR):
                remarks.append(f"{_place(file, text, key)}: unknown; did you mean '{near[0]}'?")
    settings = Settings(**good, other=other)
    return ReadSettings(settings, tuple(problems[:_MOST_PROBLEMS]), tuple(remarks[:_MOST_PROBLEMS]))


def changed(settings: Settings, **changes: Any) -> Settings:
    """Return settings with some values changed.

    Raises:
        ValueError: If a value is not allowed, or there is no such setting.
    """
    for key, value in changes.items():
        if key == "keys":
            wrong = _read_keys(value, "", "keys")[1]
            if wrong:
                raise ValueError(wrong[0])
        elif key in _RULES:
            changes[key] = _RULES[key](value)
        else:
            raise ValueError(f"there is no setting '{key}'")
    return replace(settings, **changes)


def settings_text(settings: Settings) -> str:
    """Return the TOML text that ``read_settings`` reads as these settings."""
    known = [f.name for f in fields(Settings) if f.name not in ("keys", "other")]
    flat = [name for name, value in settings.other.items() if not isinstance(value, dict)]
    tables = [name for name, value in settings.other.items() if isinstance(value, dict)]
    lines = ["# Settings of isotimer. The app writes this file; remarks in it are not kept."]
    lines += [f"{key} = {_scalar(getattr(settings, key))}" for key in known]
    lines += [f"{_name(key)} = {_scalar(settings.other[key])}" for key in flat]
    for name, table in (("keys", settings.keys), *((t, settings.other[t]) for t in tables)):
        if table:
            lines += ["", f"[{_name(name)}]", *(f"{_name(k)} = {_scalar(v)}" for k, v in table.items())]
    return "\n".join(lines) + "\n"


def _read_keys(value: object, text: str, file: str) -> tuple[dict[str, str], list[str]]:
    if not isinstance(value, Mapping):
        return {}, [f"{_place(file, text, 'keys')}: not a table of actions and keys; none is changed."]
    good: dict[str, str] = {}
    wrong: list[str] = []
    for action, keys in value.items():
        if isinstance(keys, str) and _KEYS.fullmatch(keys):
            good[str(action)] = keys
        else:
            place = _place(file, text, str(action))
            wrong.append(f"{place}: not a key such as 'f5' or 'ctrl+s'; the usual key is used.")
    return good, wrong


_KEYS = re.compile(r"[a-z0-9_+]{1,40}(,[a-z0-9_+]{1,40}){0,7}", re.ASCII | re.IGNORECASE)
_VOICE = re.compile(r"([\w(][\w .()+-]{0,60})?")
_THEME = re.compile(r"[\w-]{1,40}")


def _place(file: str, text: str, key: str) -> str:
    """Return file, line and key; a key that cannot be found has no line."""
    at = re.search(rf"""^[ \t]*["']?{re.escape(key)}["']?[ \t]*=|^[ \t]*\[{re.escape(key)}\]""", text, re.M)
    line = f", line {text.count(chr(10), 0, at.start()) + 1}" if at else ""
    return f"{file}{line}, key '{key}'"


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("neither true nor false")
    return value


def _number(low: float, high: float) -> Callable[[object], float]:
    def check(value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError("not a number")
        if not low <= value <= high:
            raise ValueError(f"{value:g} is not between {low:g} and {high:g}")
        return float(value)

    return check


def _whole(low: int, high: int) -> Callable[[object], int]:
    def check(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValueError("not a whole number")
        return int(_number(low, high)(value))

    return check


def _one_of(*allowed: str) -> Callable[[object], str]:
    def check(value: object) -> str:
        if value not in allowed:
            raise ValueError(f"not one of {', '.join(allowed)}")
        return str(value)

    return check


def _like(pattern: re.Pattern[str], what: str) -> Callable[[object], str]:
    def check(value: object) -> str:
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise ValueError(f"not {what}")
        return value

    return check


_RULES: dict[str, Callable[[object], Any]] = {
    "volume": _number(0.0, 1.0),
    "mute": _flag,
    "speak": _flag,
    "voice": _like(_VOICE, "the name of a voice"),
    "force_sound": _flag,
    "theme": _like(_THEME, "the name of a theme"),
    "signs": _one_of(*SIGNS),
    "flash": _flag,
    "reduced_motion": _flag,
    "band_pct": _number(1.0, 50.0),
    "countdown_s": _number(0.0, 60.0),
    "breath_s": _number(0.0, 60.0),
    "reconnect": _flag,
    "tare_each_set": _flag,
    "calibration_age_days": _whole(1, 3650),
    "athlete": _like(re.compile(r".{0,500}", re.S), "a name of at most 500 characters"),
}
"""What each value may be; each raises ValueError with half a sentence."""


def _name(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else _string(key)


def _string(text: str) -> str:
    # JSON's form of a string is TOML's too, but for DEL, and half characters, which no file can hold.
    whole = text.encode("utf-8", "replace").decode()
    return json.dumps(whole, ensure_ascii=False).replace("\x7f", "\\u007f")


def _scalar(value: object) -> str:
    """Return a value as TOML writes it, on one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_name(k)} = {_scalar(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_scalar, value)) + "]"
    return repr(value) if isinstance(value, int | float) else _string(str(value))
