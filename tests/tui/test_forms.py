import pytest

from isotimer.core.errors import WrongUseError
from isotimer.core.plan import HoldStep, Phase, Plan, RestStep, Side, Start
from isotimer.core.positions import POSITIONS
from isotimer.tui.forms import DEFAULT_POSITION, Form, form_of, plan_in_short, side_choices


def test_the_defaults_are_a_first_hold_on_each_side():
    plan = Form().plan()
    holds = [s for s in plan.steps if isinstance(s, HoldStep)]
    assert [(h.side, h.seconds, h.target, h.start) for h in holds] == [
        (Side.LEFT, 10.0, None, Start.CLOCK),
        (Side.RIGHT, 10.0, None, Start.CLOCK),
    ]


def test_the_default_position_exists():
    assert DEFAULT_POSITION in {p.id for p in POSITIONS}


@pytest.mark.parametrize(
    "form",
    [
        Form(),
        Form(
            sides="right-left", seconds="7.5", sets="3", reps="2", rest_side="5", rest_rep="15", rest_set="60"
        ),
        Form(sides="left", start="force", target="250 N", countdown="3"),
        Form(sides="right", seconds="", start="key"),
    ],
)
def test_a_plan_fills_the_fields_that_made_it(form):
    again = form_of(form.plan())
    assert again.plan() == form.plan()


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("seconds", "ten"),
        ("seconds", "-3"),
        ("seconds", "nan"),
        ("seconds", "99999"),
        ("sets", "1.5"),
        ("reps", "0"),
        ("countdown", "x"),
        ("rest_side", "-1"),
        ("target", "300"),
        ("target", "80%"),
        ("target", "[red]"),
    ],
)
def test_a_wrong_field_is_named(field, text):
    with pytest.raises(WrongUseError) as error:
        Form(**{field: text, "sets": text if field == "sets" else "2"}).plan()
    assert text.lstrip("-") in error.value.sentence


def test_a_decimal_comma_is_understood():
    assert Form(seconds="7,5").plan().steps[0].seconds == 7.5


def test_a_plan_of_several_positions_leaves_the_defaults():
    steps = (
        HoldStep(POSITIONS[0].id, Side.LEFT, 5.0),
        RestStep(5.0),
        HoldStep(POSITIONS[1].id, Side.LEFT, 5.0),
    )
    assert form_of(Plan("p", "p", steps)) == Form()
    assert form_of(None) == Form()


def test_only_possible_sides_are_offered():
    for position in POSITIONS:
        assert side_choices(position)
    one = next(p for p in POSITIONS if Side.BOTH not in p.sides)
    assert "both" not in dict(side_choices(one))


def test_a_plan_in_short():
    assert plan_in_short(Form().plan()) == "2 holds, 45 s in all"
    assert "open end" in plan_in_short(Form(seconds="").plan())
    assert {p.phase for p in POSITIONS} == set(Phase)
