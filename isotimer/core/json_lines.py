"""Lines that are JSON objects: the texts of the values at some keys."""

import json
from collections.abc import Sequence
from typing import Any

Tree = dict[str, Any]
"""A JSON object; its numbers are the texts that were sent."""


def parse_object(line: str) -> Tree | None:
    """Return the object that a line holds, with numbers as texts; None if it holds none."""
    try:
        tree = json.loads(line, parse_int=str, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError):
        return None
    return tree if isinstance(tree, dict) else None


def path_of(group: str) -> tuple[str, ...]:
    """Return the keys from the outermost object inwards that a group names."""
    return tuple(group.split("."))


def has_key(tree: Tree, path: Sequence[str]) -> bool:
    """Whether there is one value, rather than nothing or a list or object, at a path."""
    found, value = _at(tree, path)
    return found and not isinstance(value, (dict, list))


def text_at(tree: Tree, path: Sequence[str]) -> str | None:
    """Return the value at a path as it was sent; None for null and where there is none."""
    value = _at(tree, path)[1]
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else None


def _at(tree: Any, path: Sequence[str]) -> tuple[bool, Any]:
    for key in path:
        if isinstance(tree, dict) and key in tree:
            tree = tree[key]
        elif isinstance(tree, list) and key.isascii() and key.isdigit() and int(key) < len(tree):
            tree = tree[int(key)]
        else:
            return False, None
    return True, tree
