"""Who was taken out of a group stays out, whichever older copy is merged, until somebody puts them back.

That is remembered in the table of what is gone, under the keys of both: gone for good, or, once put back,
gone into itself, which means not gone (as with athletes that were merged into each other). The last decision
counts; who was merged from several athletes is one.
"""

from collections.abc import Iterable, Mapping

from isotimer.store.fates import Gone

KIND = "athlete"
"""That table knows no kind of its own for a membership; its keys have a mark that no other key has."""
_BETWEEN = "/"


def membership(squad_id: str, athlete_id: str) -> str:
    """Return the key under which the end of a membership is remembered."""
    return f"{squad_id}{_BETWEEN}{athlete_id}"


def left(decisions: Iterable[Gone], fate: Mapping[str, tuple[str, str | None]]) -> set[tuple[str, str]]:
    """Return (squad, athlete) of those who are out, before and after athletes were merged into others.

    Args:
        decisions: All that is gone.
        fate: What ``fates`` makes of it.
    """
    last: dict[tuple[str, str], tuple[str, bool]] = {}
    before: dict[tuple[str, str], set[str]] = {}
    for one in decisions:
        squad_id, mark, athlete_id = one.id.partition(_BETWEEN)
        if not mark:
            continue
        person = squad_id, fate.get(athlete_id, ("", None))[1] or athlete_id
        last[person] = max(last.get(person, ("", False)), (one.gone_at, one.kept_id is not None))
        before.setdefault(person, set()).update((athlete_id, person[1]))
    return {
        (squad, key) for (squad, who), (_, back) in last.items() if not back for key in before[squad, who]
    }
