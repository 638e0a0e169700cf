"""The page on plans names every key and every plan, and its example is a plan."""

import re
from pathlib import Path

from isotimer.core.plan_fields import BLOCK_FIELDS, PATH_FIELDS, PLAN_FIELDS
from isotimer.core.plan_spec import outline, parse_plan
from isotimer.session.places import shipped_plans

PAGE = (Path(__file__).resolve().parents[1] / "docs" / "plans.md").read_text("utf-8")


def test_every_key_is_explained() -> None:
    assert [f.key for f in (*PLAN_FIELDS, *BLOCK_FIELDS, *PATH_FIELDS) if f"`{f.key}`" not in PAGE] == []


def test_every_plan_is_listed() -> None:
    assert [f.stem for f in shipped_plans().glob("*.toml") if f"`{f.stem}`" not in PAGE] == []


def test_the_example_is_a_plan() -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    assert len(outline(parse_plan(example, "my-hips.toml")).steps) == 15
