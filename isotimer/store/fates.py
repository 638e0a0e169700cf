"""What became of athletes that were merged or deleted at several stations: one answer, in any order."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Gone:
    """One decision: a row is deleted, or has become part of another."""

    id: str
    kind: str
    kept_id: str | None
    """The one that it became part of; None if it was deleted."""
    gone_at: str


def fates(decisions: Iterable[Gone]) -> dict[str, tuple[str, str | None]]:
    """Return key -> (kind, key of the one that is left or None) of all that is really gone.

    Who was merged into somebody that was merged elsewhere follows to the last of them. Where two stations
    have merged two athletes into each other, the later decision counts: the one that it kept is not gone.
    """
    known = {one.id: one for one in decisions}
    survivors = {_survivor(ring) for one in known.values() if (ring := _ring(one, known))}
    out: dict[str, tuple[str, str | None]] = {}
    for one in known.values():
        if one.id not in survivors:
            out[one.id] = (one.kind, _end(one, known, survivors))
    return out


def _ring(start: Gone, known: Mapping[str, Gone]) -> list[Gone]:
    """Return the decisions that lead from one back to itself; empty if they lead elsewhere."""
    seen = [start]
    while (kept := seen[-1].kept_id) is not None and kept in known:
        if kept == start.id:
            return seen
        if any(kept == one.id for one in seen):
            return []
        seen.append(known[kept])
    return []


def _survivor(ring: list[Gone]) -> str:
    last = max(ring, key=lambda one: (one.gone_at, one.id))
    return last.kept_id or last.id


def _end(one: Gone, known: Mapping[str, Gone], survivors: set[str]) -> str | None:
    kept = one.kept_id
    while kept is not None and kept in known and kept not in survivors:
        kept = known[kept].kept_id
    return kept
