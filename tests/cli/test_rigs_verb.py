"""``isotimer rig``: kept, shown, chosen, refused in one sentence."""

import json

import pytest
from click.testing import CliRunner

from isotimer.cli.main import isotimer
from isotimer.core.errors import IsotimerError

CORNERS = ((150, 250), (-150, 250), (-150, -250), (150, -250))


@pytest.fixture
def run(tmp_path):
    def call(*words, **more):
        result = CliRunner().invoke(isotimer, ["--db", str(tmp_path / "s.db"), *words], **more)
        if result.exception is not None and not isinstance(result.exception, IsotimerError | SystemExit):
            raise result.exception
        return result

    return call


@pytest.fixture
def layout(tmp_path):
    def write(**changes):
        channels = [
            {"device": "a", "channel": n, "plate": "plate", "x_mm": x, "y_mm": y}
            for n, (x, y) in enumerate(CORNERS)
        ]
        table = {"devices": [{"id": "a", "profile": "teensy-plate4"}], "channels": channels} | changes
        path = tmp_path / "rig.json"
        path.write_text(json.dumps(table))
        return str(path)

    return write


def test_a_rig_is_kept_shown_chosen_and_forgotten(run, layout):
    assert run("rig", "add", "my plate", layout()).exit_code == 0
    assert "4 channels of 1 devices, 1 plates" in run("rig").stdout
    shown = run("rig", "show", "my plate").stdout
    assert "plate front right: channel 0 of a at +150, +250 mm" in shown
    assert run("rig", "choose", "standing-pull-back", "my plate").exit_code == 0
    (row,) = json.loads(run("rig", "--json").stdout)
    assert (row["name"], row["positions"]) == ("my plate", ["standing-pull-back"])
    run("rig", "choose", "standing-pull-back")
    run("rig", "delete", "my plate")
    assert json.loads(run("rig", "--json").stdout) == []


def test_a_share_is_asked_of_a_rig_with_sides_only(run, layout):
    run("rig", "add", "one", layout())
    assert "does not tell left from right" in str(run("rig", "target", "one", "50").exception)
    channels = [{"device": "a", "channel": n, "side": side} for n, side in enumerate(("left", "right"))]
    run("rig", "add", "two", layout(channels=channels))
    assert "Keep 50 ± 3 %" in run("rig", "target", "two", "50").stdout
    assert json.loads(run("rig", "show", "two", "--json").stdout)["share_pct"] == [47, 53]
    run("rig", "target", "two")
    assert "share_pct" not in json.loads(run("rig", "show", "two", "--json").stdout)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"channels": [{"device": "a", "channel": 4}]}, "has no channel 4"),
        ({"channels": [{"device": "b", "channel": 0}]}, "no device 'b'"),
        ({"channels": []}, "0 channels"),
        ({"channels": 3}, "cannot be read"),
        (
            {"channels": [{"device": "a", "channel": n, "plate": "p", "x_mm": 1, "y_mm": n} for n in (0, 1)]},
            "pressed twice",
        ),
    ],
)
def test_an_impossible_rig_is_refused_in_one_sentence(run, layout, changes, words):
    error = run("rig", "add", "bad", layout(**changes)).exception
    assert isinstance(error, IsotimerError)
    assert words in error.sentence
    assert "\n" not in error.sentence
    assert json.loads(run("rig", "--json").stdout) == []


def test_a_device_that_is_not_plugged_in_is_named(run, layout):
    run("rig", "add", "one", layout())
    error = run("rig", "weigh", "one").exception
    assert "device 'a'" in error.sentence
    assert "--at a=PORT" in error.sentence
    assert "says no place" in str(run("rig", "weigh", "one", "--at", "a").exception)
    assert "no device 'c'" in str(run("rig", "weigh", "one", "--at", "c=/dev/x").exception)
    assert "there is no rig 'two'" in str(run("hold", "standing-pull-back", "--rig", "two").exception)
