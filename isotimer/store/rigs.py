"""Rigs: kept by name, chosen per position."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from isotimer.core.errors import WrongUseError
from isotimer.core.text import printable
from isotimer.store.connection import json_text
from isotimer.store.database import Store
from isotimer.store.ids import new_id, stamp
from isotimer.store.roster import checked_name
from isotimer.store.rows import Row


@dataclass(frozen=True, slots=True)
class RigRow:
    """One stored rig."""

    id: str
    name: str
    layout: str
    """As JSON."""
    positions: tuple[str, ...] = ()
    """Positions that it was chosen for."""


_ALL = (
    "SELECT r.id, r.name, r.layout, group_concat(c.position, char(10)) AS positions"
    " FROM rig r LEFT JOIN rig_choice c ON c.rig_id = r.id"
)


def rigs(store: Store) -> list[RigRow]:
    """Return all rigs by name."""
    return [_rig(row) for row in store.rows(f"{_ALL} GROUP BY r.id ORDER BY r.name, r.id")]


def rig_named(store: Store, name: str) -> RigRow:
    """Return the rig of a name.

    Raises:
        WrongUseError: If there is none.
    """
    found = store.rows(f"{_ALL} WHERE r.name = ? GROUP BY r.id ORDER BY r.updated_at DESC", [name.strip()])
    if not found:
        known = ", ".join(printable(r.name, 30) for r in rigs(store)[:8])
        advice = f"known are {known}" if known else "make one with 'isotimer rig make', or on its screen"
        raise WrongUseError(f"there is no rig '{printable(name, 40)}'", "", advice)
    return _rig(found[0])


def keep_rig(store: Store, name: str, layout: Mapping[str, Any]) -> str:
    """Keep a rig and return its key; one of the same name is replaced.

    Holds keep the layout that they were made with.

    Raises:
        WrongUseError: If the name is empty, too long or not text.
    """
    name, text = checked_name(name), json_text(dict(layout))
    at, offset_min = stamp()
    with store.writing():
        known = store.db.execute(
            "SELECT id FROM rig WHERE name = ? ORDER BY created_at, id", [name]
        ).fetchone()
        if known:
            store.update("rig", known[0], {"layout": text, "updated_at": at})
            return str(known[0])
        row_id = new_id()
        row = {"id": row_id, "name": name, "layout": text, "created_at": at, "created_offset_min": offset_min}
        store.insert("rig", row | {"updated_at": at})
        return row_id


def delete_rig(store: Store, rig_id: str) -> None:
    """Forget a rig; holds keep the layout that they were made with."""
    with store.writing():
        store.db.execute("DELETE FROM rig WHERE id = ?", [rig_id])


def choose_rig(store: Store, position: str, rig_id: str | None) -> None:
    """Remember the rig of a position, in the place of an earlier one; None forgets it."""
    with store.writing():
        store.db.execute("DELETE FROM rig_choice WHERE position = ?", [position])
        if rig_id is not None:
            row = {"position": position, "rig_id": rig_id, "updated_at": stamp()[0]}
            store.insert("rig_choice", row)


def chosen_rig(store: Store, position: str) -> RigRow | None:
    """Return the rig of a position; None if none was chosen."""
    wanted = "WHERE r.id = (SELECT rig_id FROM rig_choice WHERE position = ?) GROUP BY r.id"
    found = store.rows(f"{_ALL} {wanted}", [position])
    return _rig(found[0]) if found else None


def _rig(row: Row) -> RigRow:
    positions = row["positions"] or ""
    return RigRow(
        row["id"], row["name"], row["layout"], tuple(sorted(positions.split("\n"))) if positions else ()
    )
