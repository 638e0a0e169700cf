"""What msgspec says of a TOML table that does not fit its schema, in words for the one who wrote it."""

import difflib
import re
import types
import typing
from typing import Any

import msgspec

_README = "see devices/README.md"


def explain(message: str, top: type) -> tuple[str, str]:
    """Return (why, advice) for msgspec's message about a table of type ``top``.

    An unknown key gets the nearest known one at its place in the file.
    """
    found = re.search(r" - at `\$\.?(.*?)`$", message)
    path = found.group(1) if found else ""
    words = message[: found.start()] if found else message
    if unknown := re.search(r"unknown field `(.*)`", words):
        key = unknown.group(1)
        near = difflib.get_close_matches(key, _known_keys(path, top), n=1, cutoff=0.4)
        why = f"unknown key '{_join(path, key)}'"
        return why, f"did you mean '{near[0]}'?" if near else f"remove it or {_README}"
    if missing := re.search(r"missing required field `(.*)`", words):
        return f"key '{_join(path, missing.group(1))}' is missing", f"add it, {_README}"
    if allowed := _allowed(path, top):
        return f"key '{path}': {_plain(words)}", f"write one of {allowed}"
    return f"key '{path}': {_plain(words)}", "correct that key"


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _plain(words: str) -> str:
    words = words.replace("`", "'").replace("array", "list").replace("object", "table")
    return words[:1].lower() + words[1:]


def _type_at(path: str, top: type) -> Any:
    """Return the annotation found at a path such as ``channel[0].sign_group``, or None."""
    here: Any = top
    for part in re.findall(r"[^.\[\]]+|\[", path.replace("[...]", "[0]")):
        if part.isdigit():
            continue
        if part == "[":
            here = (typing.get_args(here) or (None,))[-1]
        else:
            struct = next(
                (t for t in _options(here) if isinstance(t, type) and issubclass(t, msgspec.Struct)), None
            )
            here = None if struct is None else typing.get_type_hints(struct).get(part)
    return here


def _options(annotation: Any) -> tuple[Any, ...]:
    union = typing.get_origin(annotation) in (typing.Union, types.UnionType)
    return typing.get_args(annotation) if union else (annotation,)


def _known_keys(path: str, top: type) -> list[str]:
    for option in _options(_type_at(path, top)):
        if isinstance(option, type) and issubclass(option, msgspec.Struct):
            return list(option.__struct_fields__)
    return []


def _allowed(path: str, top: type) -> str:
    here = _type_at(path, top)
    if typing.get_origin(here) is not typing.Literal:
        return ""
    return ", ".join(f"'{v}'" if isinstance(v, str) else str(v) for v in typing.get_args(here))
