"""A user's own position: what is right is read, what is wrong is named with file, line and key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isotimer.core.plan import Phase, Side
from isotimer.core.positions import POSITIONS, Cuff, PositionBook, Pull, Use
from isotimer.core.positions.file import EXAMPLE, read_position


def test_the_example_is_a_position() -> None:
    read = read_position(EXAMPLE, "step.toml")
    assert read.faults == ()
    found = read.position
    assert (found.id, found.phase, found.sides) == ("step-up-hold", Phase.PUSH, (Side.LEFT, Side.RIGHT))
    assert (found.pull, found.uses, found.cuffs) == (Pull.BELOW, (Use.BODY, Use.STRAP), (Cuff.HIP,))
    assert found.default_seconds == 10.0


BAD = (
    ('id = "step-up-hold"', 'id = "Step Up"', 1, "id", "not an id"),
    ('id = "step-up-hold"', f'id = "{POSITIONS[0].id}"', 1, "id", "comes with isotimer"),
    ('phase = "push" ', 'phase = "jump" ', 3, "phase", "push, swing, return"),
    ('sides = ["left", "right"]', 'sides = ["left"]', 4, "sides", "go together"),
    ('uses = ["body", "strap"]', "uses = []", 5, "uses", "body, band"),
    ('cues = ["Whole foot.", "Tall chest."]', 'cues = ["One."]', 11, "cues", "2 texts"),
    ("seconds = 10", "seconds = -3", 14, "seconds", "-3"),
    ("seconds = 10", "seconds = 1e9", 14, "seconds", "1e+09"),
    ("seconds = 10", "seconds = nan", 14, "seconds", "nan"),
    ("seconds = 10", "secondz = 10", 14, "secondz", "did you mean 'seconds'?"),
    ("seconds = 10", "", 1, "seconds", "missing"),
    ('drawing = "split-squat-knee-iso"', 'drawing = "split-squat"', 16, "drawing", "split-squat-knee-iso"),
    ('drawing = "split-squat-knee-iso"', 'picture = "ä"', 16, "picture", "ASCII"),
    ('note = ""  ', 'also = ["push"]  ', 15, "also", "already"),
)


@pytest.mark.parametrize(("old", "new", "line", "key", "words"), BAD)
def test_a_fault_names_file_line_and_key(old: str, new: str, line: int, key: str, words: str) -> None:
    assert old in EXAMPLE
    read = read_position(EXAMPLE.replace(old, new), "mine.toml")
    assert read.position is None
    sentence = next(f for f in read.faults if f"key '{key}'" in f)
    assert sentence.startswith(f"mine.toml, line {line}, key '{key}': ")
    assert words in sentence
    assert sentence.count("\n") == 0


def test_what_is_no_toml_says_where() -> None:
    assert "x.toml is not valid TOML" in read_position("id = ", "x.toml").faults[0]
    assert "line 2" in read_position("a = 1\nb = = 2\n", "x.toml").faults[0]


def test_hostile_words_are_made_harmless() -> None:
    text = EXAMPLE.replace('name = "Step-up hold"', 'name = "\\u001b[2J[red]hi\\u202e"')
    name = read_position(text, "x.toml").position.name
    assert name == "\\x1b[2J[red]hi\\u202e"
    fault = read_position('"\\u001b[2J" = 1', "\x1b[31mx.toml").faults
    assert not any("\x1b" in sentence for sentence in fault)


_VALUES = st.recursive(
    st.one_of(st.booleans(), st.integers(), st.text(max_size=5)), lambda inner: st.lists(inner, max_size=3)
)


@given(st.text(max_size=200))
def test_no_text_raises(text: str) -> None:
    assert read_position(text, "x.toml").faults


@given(st.sampled_from([line.split(" ")[0] for line in EXAMPLE.splitlines()]), _VALUES)
def test_no_value_raises(key: str, value: object) -> None:
    words = {True: "true", False: "false"}.get(value) if isinstance(value, bool) else None
    shown = words or (repr(value) if isinstance(value, int) else str(value).replace("'", '"'))
    read_position(
        "\n".join(f"{key} = {shown}" if n.startswith(key) else n for n in EXAMPLE.splitlines()), "x"
    )


def test_a_book_knows_both_and_names_what_is_gone() -> None:
    own = read_position(EXAMPLE, "x.toml").position
    book = PositionBook((own,))
    assert book.get("step-up-hold") is own
    assert book.find("gone") is None
    assert book.name("gone\x1b") == "gone\\x1b"
    listed = [p.id for p in book.positions]
    assert len(listed) == len(POSITIONS) + 1
    assert [p.phase for p in book.positions] == sorted(
        (p.phase for p in book.positions), key=list(Phase).index
    )
    assert "step-up-hold" not in [p.id for p in PositionBook().positions]
