"""Plans as TOML: read with the line of every mistake, and written back."""

import tomllib
from collections.abc import Sequence
from dataclasses import MISSING
from decimal import Decimal
from pathlib import PurePath
from typing import Any

from isotimer.core.errors import DataError, WrongUseError
from isotimer.core.plan_faults import faults
from isotimer.core.plan_fields import (
    BLOCK_FIELDS,
    PATH_FIELDS,
    PLAN_FIELDS,
    Field,
    KeyedError,
    default_of,
    read_table,
)
from isotimer.core.plan_shape import PlanBlock, PlanSpec
from isotimer.core.plan_values import say
from isotimer.core.positions import POSITIONS, Position
from isotimer.core.task import PathPart, TargetPath
from isotimer.core.toml_lines import KeyPath, line_of


class _At(Exception):  # noqa: N818  # it carries a place, and is no error of its own
    """A mistake at a place in the file."""

    def __init__(self, path: KeyPath, why: str, advice: str) -> None:
        super().__init__(path, why, advice)
        self.path, self.why, self.advice = path, why, advice


def parse_plan(text: str, name: str, *, known: Sequence[Position] = POSITIONS) -> PlanSpec:
    """Return the plan in a TOML text.

    Args:
        text: The file's contents.
        name: The file's name or path; its stem is the id of the plan.
        known: The positions that a plan may use.

    Raises:
        DataError: If it is no TOML, or a value is missing, unknown, out of range or contradicts another.
            The message names file, line and key.
    """
    try:
        table = tomllib.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError) as e:
        why = "too many brackets" if isinstance(e, RecursionError) else _toml_words(str(e), text)
        raise DataError(f"{name} is not TOML", why, "correct that line") from None
    try:
        spec = _plan(table, PurePath(name).stem)
        fault = next(faults(spec, known), None)
        if fault is not None:
            where: KeyPath = () if fault.block is None else ("block", fault.block)
            raise _At((*where, fault.key), fault.why, fault.advice)
    except _At as e:
        key = next((k for k in reversed(e.path) if isinstance(k, str)), "")
        raise DataError(f"{name}, line {line_of(text, e.path)}, {key}", e.why, e.advice) from None
    return spec


def plan_text(spec: PlanSpec) -> str:
    """Return a plan as TOML; what is left at its default is not written."""
    parts = [_lines(spec, PLAN_FIELDS)]
    for block in spec.blocks:
        parts.append(["", "[[block]]", *_lines(block, BLOCK_FIELDS)])
        for part in block.path.parts if block.path is not None else ():
            parts.append(["", "[[block.path]]", *_lines(part, PATH_FIELDS)])
    return "\n".join(line for lines in parts for line in lines) + "\n"


def _lines(value: Any, known: Sequence[Field]) -> list[str]:
    out = []
    for field in known:
        given = getattr(value, field.attribute)
        default = default_of(type(value), field.attribute)
        if default is MISSING or given != default:
            out.append(f"{field.key} = {field.kind.literal(given)}")
    return out


def _plan(table: dict[str, Any], plan_id: str) -> PlanSpec:
    blocks = _tables(table, "block", ())
    known = _read(table, PLAN_FIELDS, PlanSpec, (), apart="block")
    return PlanSpec(id=plan_id, blocks=tuple(_block(b, ("block", n)) for n, b in enumerate(blocks)), **known)


def _block(table: dict[str, Any], path: KeyPath) -> PlanBlock:
    known = _read(table, BLOCK_FIELDS, PlanBlock, path, apart="path")
    parts = [_part(p, (*path, "path", n)) for n, p in enumerate(_tables(table, "path", path))]
    return PlanBlock(**known, path=TargetPath(tuple(parts)) if parts else None)


def _part(table: dict[str, Any], path: KeyPath) -> PathPart:
    known = _read(table, PATH_FIELDS, PathPart, path)
    try:
        return PathPart(**known)
    except WrongUseError as e:
        key = "hz" if "Hz" in e.advice else "amplitude" if "amplitude" in e.advice else "seconds"
        raise _At((*path, key), f"{e.what}, {e.why}", e.advice) from None


def _read(
    table: dict[str, Any], known: Sequence[Field], owner: type, path: KeyPath, apart: str = ""
) -> dict[str, Any]:
    try:
        return read_table({k: v for k, v in table.items() if k != apart}, known, owner)
    except KeyedError as e:
        raise _At((*path, e.key), e.why, e.advice) from None


def _tables(table: dict[str, Any], key: str, path: KeyPath) -> list[dict[str, Any]]:
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(v, dict) for v in value):
        head = "block" if key == "block" else "block.path"
        raise _At((*path, key), f"{say(value)}, not a list of tables", f"write [[{head}]] above its keys")
    return value


def _toml_words(message: str, text: str) -> str:
    """Return the parser's message with the line first."""
    words, _, place = message.partition(" (at ")
    words = words[:1].lower() + words[1:]
    if not place:
        return words
    last = f"line {text.rstrip().count(chr(10)) + 1}, the last"
    return f"{place.rstrip(')').replace('end of document', last)}: {words}"
