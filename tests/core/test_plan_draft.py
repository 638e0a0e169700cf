"""A plan in a form: what is typed, what it means, what is wrong, and moving blocks about."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import isotimer
from isotimer.core.errors import WrongUseError
from isotimer.core.path_text import path_text, read_path
from isotimer.core.plan_draft import PATH_KEY, PLAN_ROW, Draft, new_plan, relevant
from isotimer.core.plan_fields import BLOCK_FIELDS, PLAN_FIELDS
from isotimer.core.plan_spec import PlanBlock, PlanSpec, parse_plan
from isotimer.core.target import parse_target
from isotimer.core.task import PathPart, TargetPath

FILES = sorted((Path(isotimer.__file__).parent / "plans").glob("*.toml"))
TWO = PlanSpec("x", "Two", (PlanBlock("standing-pull-back", 10.0), PlanBlock("ankle-iso-push", 5.0)))


def flat(spec: PlanSpec) -> PlanSpec:
    """Texts of several lines stand on one in a form."""
    return replace(spec, about=" ".join(spec.about.split()), basis=" ".join(spec.basis.split()))


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_a_plan_goes_through_the_form_unchanged(path: Path) -> None:
    spec = parse_plan(path.read_text("utf-8"), path.name)
    draft = Draft(spec)
    reading = draft.read()
    assert reading.problems == {}
    assert reading.spec == flat(spec)
    assert not draft.changed


@pytest.mark.parametrize(
    ("key", "text", "attribute", "value"),
    [
        ("hold_s", "12,5", "seconds", 12.5),
        ("hold_s", "Open", "seconds", None),
        ("target", "70%, 80 % ,90%", "targets", tuple(map(parse_target, ("70%", "80%", "90%")))),
        ("target", "", "targets", ()),
        ("band_pct", "7.5", "band_share", 0.075),
        ("band_pct", "", "band_share", None),
        ("rest_side_s", "", "rest_side_s", 30.0),
        ("rest_side_s", "0", "rest_side_s", 0.0),
        ("sides", "per-set", "sides", "per-set"),
        ("note", " Stay tall. ", "note", "Stay tall."),
    ],
)
def test_what_a_text_means(key: str, text: str, attribute: str, value: object) -> None:
    draft = Draft(TWO)
    draft.write(1, "reps", "3")
    draft.write(1, key, text)
    spec = draft.read().spec
    assert spec is not None
    assert getattr(spec.blocks[0], attribute) == value
    assert draft.changed


def test_a_span_and_a_flag_of_the_plan() -> None:
    draft = Draft(TWO)
    for key, text in (("per_week", "2-3"), ("weeks", "4"), ("ask_effort", "no"), ("rounds", "2")):
        draft.write(PLAN_ROW, key, text)
    spec = draft.read().spec
    assert spec is not None
    assert (spec.per_week, spec.weeks, spec.ask_effort, spec.rounds) == ((2, 3), (4, 4), False, 2)


@pytest.mark.parametrize(
    ("row", "key", "text", "said"),
    [
        (1, "hold_s", "-3", "below zero"),
        (1, "hold_s", "", "not a number"),
        (1, "hold_s", "ten", "not a number"),
        (2, "sets", "1.5", "not a whole number"),
        (2, "target", "75", "not a number with a unit"),
        (1, "cap_s", "5", "the hold has a length"),
        (1, "stop_below_pct", "60", "there is no target"),
        (1, "sides", "both", "cannot be done so"),
        (1, "mode", "respond", "mode respond needs it"),
        (1, PATH_KEY, "wave", "unknown"),
        (PLAN_ROW, "name", " ", "nothing is written there"),
        (PLAN_ROW, "per_week", "3-2", "the first is larger"),
        (PLAN_ROW, "per_week", "-1", "too little"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(row: int, key: str, text: str, said: str) -> None:
    draft = Draft(TWO)
    draft.write(row, key, text)
    reading = draft.read()
    assert reading.spec is None
    where = {"mode": "wait_s"}.get(key, key)
    assert said in reading.problems[row, where]
    assert {at for at, _ in reading.problems} == {row}


@settings(deadline=None, max_examples=100)
@given(st.data())
def test_no_text_crashes_the_form(data: st.DataObject) -> None:
    draft = Draft(TWO)
    texts = st.text(max_size=20) | st.sampled_from(["nan", "1e999", "9" * 5000, "-", "1-2", "open", "±", ";"])
    for _ in range(3):
        row = data.draw(st.integers(0, 2))
        known = PLAN_FIELDS if row == PLAN_ROW else BLOCK_FIELDS
        key = data.draw(st.sampled_from([f.key for f in known] + ([PATH_KEY] if row else [])))
        draft.write(row, key, data.draw(texts))
    reading = draft.read()
    assert (reading.spec is None) == bool(reading.problems)


def places(draft: Draft) -> list[str]:
    return [draft.texts(row)["position"] for row in range(1, draft.rows)]


def test_blocks_are_added_copied_moved_and_removed() -> None:
    draft = Draft(TWO)
    assert draft.add(1, "wall-switch") == 2
    assert places(draft) == ["standing-pull-back", "wall-switch", "ankle-iso-push"]
    assert draft.read().problems == {}
    assert draft.move(2, -1) == 1
    assert draft.move(1, -1) == 1
    assert draft.move(3, 1) == 3
    assert places(draft) == ["wall-switch", "standing-pull-back", "ankle-iso-push"]
    assert draft.duplicate(3) == 4
    assert draft.delete(4) == 3
    assert draft.delete(1) == 1
    assert places(draft) == ["standing-pull-back", "ankle-iso-push"]
    assert (draft.duplicate(PLAN_ROW), draft.move(PLAN_ROW, 1), draft.delete(PLAN_ROW)) == (0, 0, 0)
    draft.delete(1)
    assert draft.delete(1) == PLAN_ROW
    assert "no block" in draft.read().problems[PLAN_ROW, "block"]


def test_a_copy_of_a_block_is_its_own() -> None:
    draft = Draft(TWO)
    draft.duplicate(1)
    draft.write(2, "hold_s", "7")
    spec = draft.read().spec
    assert spec is not None
    assert [b.seconds for b in spec.blocks] == [10, 7, 5]


def test_kept_means_unchanged_until_something_is_written() -> None:
    draft = Draft(TWO)
    draft.write(1, "hold_s", "7")
    draft.kept("mine")
    assert not draft.changed
    draft.write(1, "hold_s", "8")
    assert draft.changed
    spec = draft.read().spec
    assert spec is not None
    assert spec.id == "mine"


def test_a_new_plan_is_valid() -> None:
    assert Draft(new_plan()).read().spec is not None


def test_only_fields_that_say_something_are_shown() -> None:
    texts = Draft(TWO).texts(1)
    assert not relevant("cap_s", texts)
    assert relevant("cap_s", texts | {"hold_s": "open"})
    assert relevant("cap_s", texts | {"cap_s": "5"})
    assert not relevant("wait_s", texts)
    assert relevant("wait_s", texts | {"mode": "switch"})
    assert not relevant("band_pct", texts)
    assert relevant("band_pct", texts | {"target": "75%"})
    assert relevant("hold_s", texts)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("level 10 s 100%", [PathPart("level", 10)]),
        ("ramp 5s 50%-100 % eyes-off", [PathPart("ramp", 5, 0.5, 1.0, eyes_off=True)]),
        (
            "sine 30s 100% ±25% 0.1Hz; level 2,5 s 40%",
            [PathPart("sine", 30, amplitude=0.25, hz=0.1), PathPart("level", 2.5, 0.4)],
        ),
        ("SINE 1 s +-10% 0.5 hz;", [PathPart("sine", 1, amplitude=0.1, hz=0.5)]),
    ],
)
def test_a_moving_target_on_one_line(text: str, parts: list[PathPart]) -> None:
    path = read_path(text)
    assert path == TargetPath(tuple(parts))
    assert read_path(path_text(path)) == path


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("wave 3s", "unknown"),
        ("level", "no length"),
        ("level 100%", "no length"),
        ("level 3", "no unit"),
        ("level 3s abc", "not understood"),
        ("level 3s 400%", "too much"),
        ("level 1.2.3s", "not a number"),
        ("sine 3s 100% ±25% 3Hz", "nobody can follow"),
        ("ramp 0s 0%-50%", "not a length"),
    ],
)
def test_what_is_wrong_with_a_moving_target(text: str, said: str) -> None:
    with pytest.raises(WrongUseError, match=said):
        read_path(text)


def test_no_path_is_an_empty_line() -> None:
    assert read_path(" ; ") is None
    assert path_text(None) == ""
