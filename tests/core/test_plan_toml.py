"""Plan files: every mistake is told with file, line and key, and nothing crashes."""

import contextlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isotimer.core.errors import DataError
from isotimer.core.plan_fields import BLOCK_FIELDS, PATH_FIELDS, PLAN_FIELDS
from isotimer.core.plan_spec import parse_plan
from isotimer.core.positions import POSITIONS
from isotimer.core.toml_lines import line_of

HEAD = 'name = "x"\n\n[[block]]\nposition = "ankle-iso-push"\n'
HOLD = HEAD + "hold_s = 10\n"
TRACK = HOLD + 'mode = "track"\ntarget = "40%"\n'


def said(text: str) -> str:
    with pytest.raises(DataError) as caught:
        parse_plan(text, "plans/x.toml")
    assert caught.value.exit_code == 4
    assert "\n" not in caught.value.sentence
    return caught.value.sentence


@pytest.mark.parametrize(
    ("text", "line", "key", "shown"),
    [
        (HEAD + "hold_s = -3\n", 5, "hold_s", "-3, below zero; give more than 0"),
        (HEAD + "hold_s = 0\n", 5, "hold_s", "0, too little"),
        (HEAD + "hold_s = nan\n", 5, "hold_s", "not a number"),
        (HEAD + "hold_s = inf\n", 5, "hold_s", "too much; give more than 0, at most 3600 seconds"),
        (HEAD + "hold_s = 1e400\n", 5, "hold_s", "too much"),
        (HEAD + f"hold_s = 1{'0' * 100}\n", 5, "hold_s", "a huge number, too much"),
        (HEAD + 'hold_s = "ten"\n', 5, "hold_s", '"ten", not a number'),
        (HEAD + "hold_s = true\n", 5, "hold_s", "true, not a number"),
        (HEAD + "hold_s = [1, 2]\n", 5, "hold_s", "[1, 2], not a number"),
        (HEAD, 3, "hold_s", "it is missing; add it"),
        ("name = 'x'\n[[block]]\nhold_s = 3\n", 2, "position", "it is missing"),
        ("[[block]]\nposition = 'x'\nhold_s = 3\n", 1, "name", "it is missing"),
        ("name = ' '\n[[block]]\nposition = 'x'\nhold_s = 3\n", 1, "name", "nothing is written there"),
        ("name = 'x'\n", 1, "block", "the plan has no block"),
        ("name = 'x'\nblock = 3\n", 2, "block", "write [[block]] above its keys"),
        (HOLD + "sets = 0\n", 6, "sets", "0, too little; give 1 to 100"),
        (HOLD + "sets = 1.5\n", 6, "sets", "1.5, not a whole number"),
        (HOLD + "reps = 1000000000000000000000\n", 6, "reps", "a huge number, too much"),
        (HOLD + "sets = 100\nreps = 100\n", 3, "block", "20000 holds; give at most 500"),
        (HOLD + "rest_rep_s = -0.5\n", 6, "rest_rep_s", "-0.5, below zero; give 0 to 3600 seconds"),
        (HOLD + "rest_repp_s = 3\n", 6, "rest_repp_s", "unknown key; did you mean rest_rep_s?"),
        (HOLD + "qqq = 3\n", 6, "qqq", "unknown key; remove it, or use position, mode, hold_s"),
        (HOLD + 'mode = "stedy"\n', 6, "mode", '"stedy", unknown; write one of steady, max'),
        (HOLD + 'sides = "both"\n', 6, "sides", '"both", ankle-iso-push cannot be done so; write alternate'),
        (HOLD + 'target = "75"\n', 6, "target", "not a number with a unit"),
        (HOLD + 'target = "0%"\n', 6, "target", "too little"),
        (HOLD + "target = 75\n", 6, "target", "not a target"),
        (HOLD + 'target = ["1N", "2N"]\n', 6, "target", "2 targets for 1 reps"),
        (HOLD + "band_pct = 0\n", 6, "band_pct", "too little; give 1 to 100 per cent"),
        (HOLD + "cap_s = 5\n", 6, "cap_s", 'but the hold has a length; remove it, or write hold_s = "open"'),
        (HOLD + "wait_s = [1, 2]\n", 6, "wait_s", "a random wait, but the mode is steady"),
        (HOLD + 'mode = "respond"\nwait_s = [4, 1]\n', 7, "wait_s", "turn them round"),
        (HOLD + 'mode = "respond"\n', 3, "wait_s", "it is missing, and mode respond needs it"),
        (HOLD + "stop_below_pct = 60\n", 6, "stop_below_pct", "there is no target"),
        (HOLD + "stop_out_of_band_s = 6\n", 6, "stop_out_of_band_s", "there is no target"),
        (HOLD + "per_week = 3\n", 6, "per_week", "unknown key"),
        ("per_week = [3, 2]\n" + HOLD, 1, "per_week", "the first is larger"),
        ("per_week = -1\n" + HOLD, 1, "per_week", "-1, too little; give 1 to 21"),
        ("rounds = 100\n" + HOLD + "reps = 10\n", 1, "rounds", "2000 holds"),
        (HOLD + 'mode = "track"\n', 3, "target", "it is missing, and mode track follows it"),
        (TRACK, 3, "path", "it is missing, and mode track follows it"),
        (
            TRACK + '[[block.path]]\nkind = "sine"\nseconds = 11\nhz = 0.1\n',
            8,
            "path",
            "takes 11 s, the hold 10",
        ),
        (TRACK + '[[block.path]]\nkind = "sine"\nseconds = 5\nhz = 2\n', 11, "hz", "too much; give 0 to 0.5"),
        (TRACK + '[[block.path]]\nkind = "sine"\nseconds = 5\nhz = 0\n', 11, "hz", "nobody can follow it"),
        (
            TRACK + '[[block.path]]\nkind = "sine"\nseconds = 5\nhz = 0.1\namplitude = 2\n',
            12,
            "amplitude",
            "it would go below zero",
        ),
        (HOLD + '[[block.path]]\nkind = "level"\nseconds = 5\n', 6, "path", "a moving target, but the mode"),
        (HEAD + 'hold_s = "open"\nmode = "respond"\nwait_s = 2\n', 5, "hold_s", '"open", but mode respond'),
        (
            'name = "x"\n[[block]]\nposition = "ankle-iso-pus"\nhold_s = 1\n',
            3,
            "position",
            "did you mean ankle-iso-push",
        ),
        ('name = "\\u001b[31m"\n[[block]]\nposition = "\\u001b"\nhold_s = 1\n', 3, "position", "\\x1b"),
        (f'name = "{"x" * 101}"\n', 1, "name", "too long; give 1 to 100 characters"),
    ],
)
def test_a_mistake_is_told_with_file_line_and_key(text: str, line: int, key: str, shown: str) -> None:
    sentence = said(text)
    assert sentence.startswith(f"plans/x.toml, line {line}, {key}: ")
    assert shown in sentence
    assert "\x1b" not in sentence


@pytest.mark.parametrize(
    "text", ["x", 'name = "a\nb"', "a = 1\na = 2", "a = " + "[" * 9000, "a = 1" + "0" * 9000]
)
def test_what_is_no_toml_says_so(text: str) -> None:
    assert said(text).startswith("plans/x.toml is not TOML: ")


def test_the_line_of_no_toml_is_named() -> None:
    assert "line 3" in said('name = "x"\n\nhold_s = = 3\n')


@settings(deadline=None, max_examples=200)
@given(st.data())
def test_no_value_crashes_the_reader(data: st.DataObject) -> None:
    values = st.sampled_from(
        [
            "-1",
            "0",
            "1e308",
            "nan",
            "-inf",
            "true",
            '""',
            '"x"',
            "[]",
            "[1]",
            "[[]]",
            "{}",
            "{a=1}",
            "1979-05-27",
        ]
    )
    keys = st.sampled_from([f.key for f in (*PLAN_FIELDS, *BLOCK_FIELDS, *PATH_FIELDS)] + ["block", "path"])
    lines = data.draw(st.lists(st.tuples(keys, values), max_size=6, unique_by=lambda kv: kv[0]))
    written = "\n".join(f"{k} = {v}" for k, v in lines)
    for text in (f"{HOLD}{written}", f"{written}\n{HOLD}", f"{TRACK}[[block.path]]\n{written}"):
        with contextlib.suppress(DataError):
            parse_plan(text, "x.toml")


@settings(deadline=None)
@given(st.text(max_size=200))
def test_no_text_crashes_the_reader(text: str) -> None:
    with pytest.raises(DataError):
        parse_plan(text, "x.toml")


def test_an_own_position_is_known_when_it_is_given() -> None:
    own = [p for p in POSITIONS if p.id != "ankle-iso-push"]
    assert parse_plan(HOLD, "x.toml").blocks[0].position == "ankle-iso-push"
    with pytest.raises(DataError, match="no position of that name"):
        parse_plan(HOLD, "x.toml", known=own)


def test_the_id_is_the_name_of_the_file() -> None:
    assert parse_plan(HOLD, str(Path("some") / "where" / "my-plan.toml")).id == "my-plan"


LINES = '''# name = "no"
name = """
[[block]]
name = "not here"
""" # a = 1
list = [
  "a = 1", # b = 2
  { c = 3 },
]
"quoted key" = 'it''s'
[[block]]
a = "x \\" b = 4"
b = 2
  [[block.path]]
  c = 1
[[block]]
b = 3
[[block.path]]
c = 2
[table]
b = 4
'''.replace("'it''s'", '"its"')


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("name",), 2),
        (("list",), 6),
        (("quoted key",), 10),
        (("block", 0), 11),
        (("block", 0, "a"), 12),
        (("block", 0, "b"), 13),
        (("block", 0, "path", 0, "c"), 15),
        (("block", 1), 16),
        (("block", 1, "b"), 17),
        (("block", 1, "path", 0, "c"), 19),
        (("block", 1, "missing"), 16),
        (("table", "b"), 21),
        (("missing",), 1),
    ],
)
def test_the_line_of_a_key(path: tuple[str | int, ...], line: int) -> None:
    assert line_of(LINES, path) == line
