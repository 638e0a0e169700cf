"""``isotimer plans``: list, show, check."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from isotimer.cli.plans import plans
from isotimer.core.errors import IsotimerError
from isotimer.core.plan_facts import plan_facts
from isotimer.core.plan_spec import hold_count
from isotimer.session.places import shipped_plans
from isotimer.session.plan_shelf import PlanShelf

GOOD = (
    'name = "Mine [red]x[/]"\n[[block]]\nposition = "ankle-iso-push"\nhold_s = 10\nreps = 2\ntarget = "75%"\n'
)


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "ISOTIMER_DB"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    folder = tmp_path / "config" / "isotimer" / "plans"
    folder.mkdir(parents=True)
    return folder


def run(*words: str) -> Result:
    return CliRunner().invoke(plans, list(words))


def test_the_list_has_every_plan_and_tells_of_broken_files(own: Path) -> None:
    (own / "mine.toml").write_text(GOOD)
    (own / "bad.toml").write_text("?")
    done = run()
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert len(lines) == 15
    mine = next(line for line in lines if line.startswith("mine "))
    assert "4 holds" in mine
    assert "2:45" in mine
    assert "(your own)" in mine
    assert "bad.toml is not TOML" in done.stderr
    listed = json.loads(run("--json").stdout)
    assert {p["id"] for p in listed} == {f.stem for f in shipped_plans().glob("*.toml")} | {"mine", "bad"}
    assert all(p["holds"] > 0 for p in listed if "problem" not in p)
    assert [p["id"] for p in listed if "problem" in p] == ["bad"]


@pytest.mark.parametrize("plan_id", sorted(f.stem for f in shipped_plans().glob("*.toml")))
def test_show_tells_every_step_in_order(own: Path, plan_id: str) -> None:
    spec = PlanShelf((shipped_plans(),)).find(plan_id)
    shown = run("show", plan_id)
    assert shown.exit_code == 0
    assert shown.stdout.startswith(f"{spec.name} ({plan_id})")
    told = json.loads(run("show", plan_id, "--json").stdout)
    holds = [s for s in told["steps"] if s["step"] == "hold" and not s["if_needed"]]
    assert shown.stdout.count("if needed") == sum(s.get("if_needed", False) for s in told["steps"])
    assert len(holds) == hold_count(spec) == told["holds"]
    assert [s["at_s"] for s in told["steps"]] == sorted(s["at_s"] for s in told["steps"])
    end_s = holds[-1]["at_s"] + (holds[-1]["seconds"] or holds[-1]["cap_s"])
    assert end_s == pytest.approx(told["total_s"]) == pytest.approx(plan_facts(spec).total_s)
    assert all(s["target"] is None or "%" in s["target"] for s in holds)
    assert set(told["sources"]) == set(spec.sources)


def test_show_names_target_and_rests(own: Path) -> None:
    (own / "mine.toml").write_text(GOOD)
    lines = run("show", "mine").stdout.splitlines()
    assert lines[0] == "Mine [red]x[/] (mine)"
    assert "   0:05  right 10 s, Stiff-leg ankle push, target 75% of best, rep 1/2" in lines
    assert "   0:15  rest 30 s" in lines


def test_an_unknown_plan_names_the_nearest(own: Path) -> None:
    done = run("show", "classic-bnd")
    assert isinstance(done.exception, IsotimerError)
    assert done.exception.exit_code == 2
    assert "classic-band" in done.exception.sentence


def test_check_says_ok_with_holds_and_time(own: Path, tmp_path: Path) -> None:
    file = tmp_path / "some.toml"
    file.write_text(GOOD)
    assert run("check", str(file)).stdout == "ok: 4 holds, 2:45\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            GOOD.replace("hold_s = 10", "hold_s = -3"),
            "some.toml, line 4, hold_s: -3, below zero; give more than 0",
        ),
        (GOOD + "cap_s = 3\n", "some.toml, line 7, cap_s: 3, but the hold has a length"),
        (GOOD.replace("hold_s = 10\n", ""), "some.toml, line 2, hold_s: it is missing"),
        (GOOD + "sets = 1e9\n", "some.toml, line 7, sets: 1E+9, not a whole number"),
        ("name = ", "some.toml is not TOML: line 1"),
    ],
)
def test_check_names_file_line_and_key(own: Path, tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "some.toml"
    file.write_text(text)
    done = run("check", str(file))
    assert isinstance(done.exception, IsotimerError)
    assert done.exception.exit_code == 4
    assert said in done.exception.sentence


@pytest.mark.parametrize("name", ["missing.toml", "."])
def test_check_of_no_file_says_so(own: Path, tmp_path: Path, name: str) -> None:
    done = run("check", str(tmp_path / name))
    assert isinstance(done.exception, IsotimerError)
    assert done.exception.exit_code == 4
    assert "cannot read plan file" in done.exception.sentence
