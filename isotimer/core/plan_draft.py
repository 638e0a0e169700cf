"""A plan while it is written in a form: texts that may still be wrong, and the plan that they mean."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, replace
from typing import Any

from isotimer.core.errors import WrongUseError
from isotimer.core.path_text import path_text, read_path
from isotimer.core.plan_fields import BLOCK_FIELDS, PLAN_FIELDS, Field, default_of, typed
from isotimer.core.plan_kinds import OPEN
from isotimer.core.plan_shape import PlanBlock, PlanSpec, Sides
from isotimer.core.plan_spec import faults, outline
from isotimer.core.positions import POSITIONS, Position

PLAN_ROW = 0
"""The row of the plan itself; block n, from 0, is row n + 1."""

PATH_KEY = "path"
"""Key of the moving target, which a form shows on one line."""

_Texts = dict[str, str]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a draft means."""

    spec: PlanSpec | None
    """The plan; None while something is wrong."""
    problems: dict[tuple[int, str], str] = field(default_factory=dict)
    """(row, key) -> what is wrong there, in a sentence."""
    blocks: tuple[PlanBlock | None, ...] = ()
    """Each block as far as it can be read by itself."""


class Draft:
    """A plan that is being changed.

    Args:
        spec: The plan to begin with.
        known: The positions that there are.
    """

    def __init__(self, spec: PlanSpec, known: Sequence[Position] = POSITIONS) -> None:
        self.id = spec.id
        self.known = tuple(known)
        self._plan = _shown(spec, PLAN_FIELDS)
        self._blocks = [_block_texts(block) for block in spec.blocks]
        self._kept = self._state()

    @property
    def rows(self) -> int:
        """The number of rows: the plan, and its blocks."""
        return 1 + len(self._blocks)

    @property
    def changed(self) -> bool:
        """Whether anything differs from what was kept last."""
        return self._state() != self._kept

    def kept(self, plan_id: str) -> None:
        """Take the draft, as it is, for the plan with this id: nothing of it is changed."""
        self.id = plan_id
        self._kept = self._state()

    def texts(self, row: int) -> dict[str, str]:
        """Return the texts of a row by key."""
        return dict(self._plan if row == PLAN_ROW else self._blocks[row - 1])

    def write(self, row: int, key: str, text: str) -> None:
        """Write a text into a field."""
        (self._plan if row == PLAN_ROW else self._blocks[row - 1])[key] = text

    def add(self, row: int, position: str = "") -> int:
        """Put a new block behind a row; return its row."""
        chosen = next((p for p in self.known if p.id == position), self.known[0])
        both = Sides.BOTH if chosen.sides[0] == "both" else Sides.ALTERNATE
        block = PlanBlock(chosen.id, chosen.default_seconds, sides=both, reps=3)
        self._blocks.insert(row, _block_texts(block))
        return row + 1

    def duplicate(self, row: int) -> int:
        """Put a copy of a block behind it; return the copy's row. The plan itself has no copy."""
        if row == PLAN_ROW:
            return row
        self._blocks.insert(row, dict(self._blocks[row - 1]))
        return row + 1

    def move(self, row: int, by: int) -> int:
        """Move a block up or down; return where it is then."""
        to = row + by
        if row == PLAN_ROW or not 1 <= to < self.rows:
            return row
        blocks = self._blocks
        blocks[row - 1], blocks[to - 1] = blocks[to - 1], blocks[row - 1]
        return to

    def delete(self, row: int) -> int:
        """Remove a block; return the row that is then in its place."""
        if row != PLAN_ROW:
            del self._blocks[row - 1]
        return min(row, self.rows - 1)

    def read(self) -> Reading:
        """Return the plan that the texts mean, and everything that is wrong with them."""
        problems: dict[tuple[int, str], str] = {}
        plan = _read(self._plan, PLAN_FIELDS, PlanSpec, PLAN_ROW, problems)
        blocks: list[PlanBlock | None] = []
        for n, texts in enumerate(self._blocks):
            row, found = n + 1, len(problems)
            given = _read(texts, BLOCK_FIELDS, PlanBlock, row, problems)
            try:
                given["path"] = read_path(texts[PATH_KEY])
            except WrongUseError as e:
                problems[row, PATH_KEY] = e.sentence
            blocks.append(PlanBlock(**given) if len(problems) == found else None)
        whole = tuple(b for b in blocks if b is not None)
        if problems or len(whole) < len(blocks):
            return Reading(None, problems, tuple(blocks))
        spec = PlanSpec(id=self.id, blocks=whole, **plan)
        for fault in faults(spec, self.known):
            row = PLAN_ROW if fault.block is None else fault.block + 1
            problems.setdefault((row, fault.key), f"{fault.why}; {fault.advice}.")
        if not problems:
            try:
                outline(spec)
            except WrongUseError as e:
                problems[PLAN_ROW, "name"] = e.sentence
        return Reading(None if problems else spec, problems, tuple(blocks))

    def _state(self) -> tuple[Any, ...]:
        return (dict(self._plan), tuple(dict(b) for b in self._blocks))


def relevant(key: str, texts: Mapping[str, str]) -> bool:
    """Return whether a field of a block or plan says anything, as the other fields stand.

    A field in which something is written is always of interest: it may be what is wrong.
    """
    needs = _NEEDS.get(key)
    if needs is None or needs(texts):
        return True
    usual = _USUAL_TEXTS.get(key, "")
    return texts.get(key, "").strip() not in ("", usual)


def _mode(*modes: str) -> Callable[[Mapping[str, str]], bool]:
    return lambda texts: texts.get("mode", "").strip().lower() in modes


def _written(key: str) -> Callable[[Mapping[str, str]], bool]:
    return lambda texts: bool(texts.get(key, "").strip())


_NEEDS: dict[str, Callable[[Mapping[str, str]], bool]] = {
    "cap_s": lambda texts: texts.get("hold_s", "").strip().lower() == OPEN,
    "wait_s": _mode("respond", "switch"),
    "between": _mode("switch"),
    PATH_KEY: _mode("track"),
    "extra_attempts": _mode("max"),
    "band_pct": _written("target"),
    "stop_below_pct": _written("target"),
    "stop_out_of_band_s": _written("target"),
    "stop_below_s": _written("stop_below_pct"),
    "rest_set_s": lambda texts: texts.get("sets", "").strip() != "1",
    "rest_rep_s": lambda texts: texts.get("reps", "").strip() != "1",
    "rest_side_s": lambda texts: texts.get("sides", "") not in ("left", "right", "both"),
    "rest_round_s": lambda texts: texts.get("rounds", "").strip() != "1",
}
"""Key -> when the field is of interest; all others always are."""

_USUAL_TEXTS = {
    "between": "sides",
    "extra_attempts": "0",
    "stop_below_s": "2",
    "rest_set_s": "120",
    "rest_rep_s": "60",
    "rest_side_s": "30",
    "rest_round_s": "90",
}


def new_plan(known: Sequence[Position] = POSITIONS) -> PlanSpec:
    """Return a plan to begin with: one position, three reps a leg."""
    draft = Draft(PlanSpec("", "My plan", ()), known)
    draft.add(PLAN_ROW)
    spec = draft.read().spec
    return replace(spec, id="") if spec is not None else PlanSpec("", "My plan", ())


def _block_texts(block: PlanBlock) -> _Texts:
    return _shown(block, BLOCK_FIELDS) | {PATH_KEY: path_text(block.path)}


def _shown(value: Any, known: Sequence[Field]) -> _Texts:
    """Return the texts of all fields; what is left at a default that is nothing stays empty."""
    out = {}
    for field_ in known:
        given = getattr(value, field_.attribute)
        default = default_of(type(value), field_.attribute)
        nothing = default is not MISSING and given == default and default in (None, "", ())
        out[field_.key] = "" if nothing else field_.kind.shown(given)
    return out


def _read(
    texts: _Texts, known: Sequence[Field], owner: type, row: int, problems: dict[tuple[int, str], str]
) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for field_ in known:
        try:
            out[field_.attribute] = typed(field_, owner, texts[field_.key])
        except WrongUseError as e:
            problems[row, field_.key] = e.sentence
    return out
