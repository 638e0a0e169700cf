"""An expanded plan as JSON, as it is kept with a session, and back."""

from typing import Any

import msgspec

from isotimer.core.errors import DataError
from isotimer.core.plan import HoldStep, Plan, RestStep, Step


def plan_json(plan: Plan, spec: str = "") -> str:
    """Return a plan as JSON: id, name, steps and, where it came from a written plan, that one as "spec".

    Args:
        plan: What is run.
        spec: The written plan as JSON; empty if there is none.
    """
    table = msgspec.to_builtins(plan)
    if spec:
        table["spec"] = msgspec.json.decode(spec)
    return msgspec.json.encode(table).decode()


def plan_from_json(text: str) -> tuple[Plan, str]:
    """Return the plan that was kept with a session, and the written plan as JSON, empty without one.

    Raises:
        DataError: If it is none.
    """
    try:
        table = msgspec.json.decode(text)
        steps = tuple(_step(step) for step in table["steps"])
        plan = Plan(str(table["id"]), str(table["name"]), steps, table.get("ask_effort") is not False)
        spec = msgspec.json.encode(table["spec"]).decode() if table.get("spec") else ""
    except (msgspec.MsgspecError, KeyError, TypeError, AttributeError) as e:
        raise DataError("the plan kept with a session cannot be read", str(e), "start it anew") from None
    return plan, spec


def step_table(step: HoldStep) -> dict[str, Any]:
    """Return a hold's step as plain values."""
    table: dict[str, Any] = msgspec.to_builtins(step)
    return table


def step_from_table(table: dict[str, Any]) -> HoldStep:
    """Return the step that plain values mean.

    Raises:
        DataError: If they mean none.
    """
    try:
        return msgspec.convert(table, HoldStep)
    except msgspec.MsgspecError as e:
        raise DataError("the step kept with a hold cannot be read", str(e), "") from None


def _step(table: dict[str, Any]) -> Step:
    if "position" in table:
        return msgspec.convert(table, HoldStep)
    return msgspec.convert(table, RestStep)
