"""Which stored setup the holds of a session belong to."""

from isotimer.core.plan import HoldStep, Plan
from isotimer.store.database import Store
from isotimer.store.setups import SetupRow, choose_setup, chosen_setup, setup_named


def setup_for(store: Store, athlete_id: str, position: str, name: str = "") -> SetupRow | None:
    """Return the setup of this name; without a name the one remembered for the athlete and position.

    None if there is none of that name, or nothing is remembered.
    """
    if name:
        return setup_named(store, athlete_id, position, name)
    return chosen_setup(store, athlete_id, position)


class SetupOfHolds:
    """Knows the setup of each hold of a session, in whichever database it is written to."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str], SetupRow | None] = {}
        self._ids: dict[tuple[str, str], str | None] = {}

    def begin(self, store: Store, athlete_id: str, plan: Plan) -> None:
        """Look up, or make, the setups of a plan's holds.

        A setup given by its name is remembered where none was. Called again with another database it makes
        them there.

        Raises:
            DataError: If the database cannot be read or written.
        """
        first = not self._rows
        for step in (s for s in plan.steps if isinstance(s, HoldStep)):
            key = (step.position, step.setup)
            if first:
                row = self._rows[key] = _found_or_made(store, athlete_id, *key)
                self._ids[key] = row.id if row is not None else None
            else:
                kept = self._rows.get(key)
                self._ids[key] = store.setup(kept.name, kept.details) if kept is not None else None

    def name_of(self, step: HoldStep) -> str:
        """Return the name of a hold's setup; empty if none was stated."""
        row = self._rows.get((step.position, step.setup))
        return row.name if row is not None else ""

    def id_of(self, step: HoldStep) -> str | None:
        """Return the key of a hold's setup; None if none was stated."""
        return self._ids.get((step.position, step.setup))


def _found_or_made(store: Store, athlete_id: str, position: str, name: str) -> SetupRow | None:
    row = setup_for(store, athlete_id, position, name)
    if name:
        row = row or SetupRow(store.setup(name), name, {})
        if chosen_setup(store, athlete_id, position) is None:
            choose_setup(store, athlete_id, position, row.id)
    return row
