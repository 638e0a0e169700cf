"""A plan kept with a session is the same when it is read again."""

import json

import pytest

from isotimer.core.errors import DataError
from isotimer.core.plan import HoldStep, Mode, Plan, RestStep, Side, Start, TargetBand
from isotimer.core.plan_json import plan_from_json, plan_json, step_from_table, step_table
from isotimer.core.task import PathPart, StopRule, TargetPath

STEP = HoldStep(
    "x", Side.LEFT, 12.0, Mode.TRACK, Start.FORCE, TargetBand(300, 270, 330), 3.0, 2, 3, 1, 2, "band [b]",
    TargetPath((PathPart("sine", 10, 0.5, amplitude=0.2, hz=0.3, eyes_off=True),)), (1.5, 4.0),
    StopRule(0.6, 2.0, 3.0, 5.0), 4.0, "phases",
)  # fmt: skip
PLAN = Plan("p", 'Na"me', (STEP, RestStep(20, "set"), HoldStep("y", Side.BOTH, None)))


def test_a_plan_comes_back_whole() -> None:
    assert plan_from_json(plan_json(PLAN)) == (PLAN, "")
    plan, spec = plan_from_json(plan_json(PLAN, '{"name": "written"}'))
    assert plan == PLAN
    assert json.loads(spec) == {"name": "written"}


def test_a_step_comes_back_whole() -> None:
    assert step_from_table(json.loads(json.dumps(step_table(STEP)))) == STEP


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "null", '{"id": 1, "name": 2, "steps": [{}]}', '{"steps": 3}']
)
def test_what_is_no_plan_is_said(text: str) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        plan_from_json(text)
