"""The plans there are: those that come with isotimer and the user's own TOML files."""

import difflib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from isotimer.core.errors import DataError, IsotimerError, WrongUseError
from isotimer.core.plan_spec import PlanSpec, parse_plan, plan_text
from isotimer.core.positions import POSITIONS, Position
from isotimer.session.own_file import read_own, write_own
from isotimer.session.places import Places, shipped_plans
from isotimer.session.position_files import load_book

MAX_FILE_BYTES = 200_000
"""A plan file larger than this is not read."""

_ID_LENGTH = 60


@dataclass(frozen=True, slots=True)
class ShelfPlan:
    """One plan file: its plan, or why it cannot be used."""

    id: str
    path: Path
    own: bool
    """Whether it is the user's: only such a file is ever changed."""
    spec: PlanSpec | None
    problem: str = ""
    """One sentence where there is no plan."""


class PlanShelf:
    """Lists, finds and keeps plans.

    Args:
        folders: Where plan files are, the user's own folder first. Of two with the same id the first wins.
        positions: The positions that plans may use.
    """

    def __init__(self, folders: Sequence[Path], positions: Sequence[Position] = POSITIONS) -> None:
        self._folders = tuple(folders)
        self.positions = tuple(positions)

    @staticmethod
    def of(places: Places) -> "PlanShelf":
        """Return the shelf of this user, with the user's own positions."""
        return PlanShelf(places.plan_folders, load_book(places.position_folders).positions)

    @property
    def own_folder(self) -> Path | None:
        """Where the user's plans are kept; None if there is no such place."""
        return next((f for f in self._folders if f != shipped_plans()), None)

    def plans(self) -> tuple[ShelfPlan, ...]:
        """Return every plan file, the user's own first, each by name; a broken one says why."""
        found: dict[str, ShelfPlan] = {}
        for path, own in self._files():
            try:
                entry = ShelfPlan(path.stem, path, own, self.load(path))
            except IsotimerError as e:
                entry = ShelfPlan(path.stem, path, own, None, e.sentence)
            found.setdefault(path.stem, entry)
        return tuple(sorted(found.values(), key=lambda p: (not p.own, _title(p).casefold(), p.id)))

    def load(self, path: Path) -> PlanSpec:
        """Return the plan in a file.

        Raises:
            DataError: If it cannot be read or is no valid plan; file, line and key are named.
        """
        text = read_own(path, "plan file", MAX_FILE_BYTES, "check the path and the file")
        return parse_plan(text, str(path), known=self.positions)

    def entry(self, plan_id: str) -> ShelfPlan:
        """Return the file of a plan.

        Raises:
            WrongUseError: If there is none; it names the nearest.
        """
        plans = self.plans()
        for plan in plans:
            if plan.id == plan_id:
                return plan
        near = difflib.get_close_matches(plan_id.lower(), [p.id for p in plans], n=1, cutoff=0.4)
        look = "list them with 'isotimer plans'"
        advice = f"did you mean '{near[0]}'? If not, {look}" if near else look
        raise WrongUseError(f"plan '{plan_id}'", "there is none of that name", advice)

    def find(self, plan_id: str) -> PlanSpec:
        """Return a plan by its id.

        Raises:
            WrongUseError: If there is none; it names the nearest.
            DataError: If its file is no valid plan.
        """
        entry = self.entry(plan_id)
        return self.load(entry.path) if entry.spec is None else entry.spec

    def save(self, spec: PlanSpec) -> PlanSpec:
        """Keep a plan among the user's own and return it as it was kept.

        A plan of the user is written over; of any other, one that comes with isotimer too, a copy under
        a new id is kept. Sessions done keep the plan as it was then.

        Raises:
            DataError: If it cannot be written.
        """
        known = next((p for p in self.plans() if p.id == spec.id and p.own), None)
        if known is None:
            return self.save_new(spec)
        self._write(known.path, plan_text(spec))
        return spec

    def save_new(self, spec: PlanSpec) -> PlanSpec:
        """Keep a plan under a new id made of its name, and return it with that id.

        Raises:
            DataError: If it cannot be written.
        """
        folder = self.own_folder
        if folder is None:
            raise DataError("the plan is not kept", "there is no folder for your own plans", "")
        taken = {p.id for p in self.plans()} | set(_stems(folder))
        spec = replace(spec, id=_free_id(spec.name, taken))
        self._write(folder / f"{spec.id}.toml", plan_text(spec))
        return spec

    def rename(self, plan_id: str, name: str) -> PlanSpec:
        """Give one of the user's plans another name; its id stays, and with it its history.

        Raises:
            WrongUseError: If there is no such plan, or it is not the user's.
            DataError: If it cannot be read or written.
        """
        self._own_entry(plan_id, "renamed")
        spec = replace(self.find(plan_id), name=name.strip())
        # The name is checked as every other value: by the reader.
        parse_plan(plan_text(spec), spec.id, known=self.positions)
        return self.save(spec)

    def delete(self, plan_id: str) -> None:
        """Remove one of the user's plans; sessions done keep it.

        Raises:
            WrongUseError: If there is no such plan, or it is not the user's.
            DataError: If it cannot be removed.
        """
        path = self._own_entry(plan_id, "deleted").path
        try:
            path.unlink()
        except OSError as e:
            raise DataError(f"cannot delete {path}", e.strerror or str(e), "check the folder") from None

    def _own_entry(self, plan_id: str, done: str) -> ShelfPlan:
        entry = self.entry(plan_id)
        if not entry.own:
            raise WrongUseError(
                f"plan '{plan_id}'", f"it comes with isotimer and cannot be {done}", "change a copy of it"
            )
        return entry

    def _files(self) -> Iterator[tuple[Path, bool]]:
        for folder in self._folders:
            own = folder != shipped_plans()
            try:
                paths = sorted(p for p in folder.glob("*.toml") if not p.name.startswith("."))
            except OSError:
                continue
            yield from ((path, own) for path in paths)

    def _write(self, path: Path, text: str) -> None:
        try:
            write_own(path, text)
        except OSError as e:
            why = e.strerror or str(e)
            raise DataError(f"the plan is not kept: cannot write {path}", why, "check the folder") from None


def _title(plan: ShelfPlan) -> str:
    return plan.id if plan.spec is None else plan.spec.name


def _stems(folder: Path) -> Iterator[str]:
    try:
        yield from (path.stem for path in folder.iterdir())
    except OSError:
        return


def _free_id(name: str, taken: set[str]) -> str:
    """Return an id made of a name: small letters, digits and hyphens, with a number if it is taken."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_ID_LENGTH].rstrip("-") or "plan"
    number, found = 1, base
    while found in taken:
        number += 1
        found = f"{base}-{number}"
    return found
