"""``isotimer import``: recordings and sprint tables of others, told by line and column what is wrong."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from isotimer.cli.main import isotimer
from isotimer.core.errors import DataError, IsotimerError, WrongUseError
from isotimer.core.units import STANDARD_GRAVITY
from isotimer.exchange import sprint_table
from isotimer.session.recompute import recompute
from isotimer.store import queries
from isotimer.store.database import open_store

Say = Callable[..., Any]
RECORDING = ("--athlete", "Ana", "--position", "ankle-iso-push", "--side", "left")


@pytest.fixture
def say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Say:
    """Run a verb on a database of its own, with Ana in it; return the result."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ISOTIMER_DB", str(tmp_path / "s.db"))

    def run(*words: object) -> Any:
        done = CliRunner().invoke(isotimer, list(map(str, words)))
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        assert done.exit_code == 0, done.output
        return done

    run("athletes", "add", "Ana")
    return run


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def make(text: str, name: str = "file.csv") -> Path:
        path = tmp_path / name
        path.write_text(text, "utf-8", newline="")
        return path

    return make


Write = Callable[..., Path]


def pull(rate_hz: float = 85.0) -> tuple[np.ndarray, np.ndarray]:
    """Return times in s and tension in N: rest, 6 s of 250 N, rest."""
    time = np.arange(0, 10, 1 / rate_hz)
    force = 250 * np.clip((time - 2) / 0.2, 0, 1) * (time < 8) + 0.3 * np.sin(time * 7)
    return time, force


def tindeq(date: str = "2026-27-07 12:43:34", head: str = "date,tag,comment,unit") -> str:
    rows = "".join(
        f"{t!r},{f / STANDARD_GRAVITY!r}\n" for t, f in zip(*map(np.ndarray.tolist, pull()), strict=True)
    )
    return f"{head}\n{date},try 2,sore =1,SI\n\ntime,weight\n{rows}"


def chronojump() -> str:
    rows = "".join(f"{round(t * 1e6)};{f:.2f}\n".replace(".", ",") for t, f in zip(*pull(), strict=True))
    return f"Time (micros);Force(N)\n{rows}"


def holds(tmp_path: Path) -> list[dict[str, Any]]:
    with open_store(tmp_path / "s.db", readonly=True) as store:
        return queries.holds(store)


def sprints(say: Say) -> list[dict[str, Any]]:
    return json.loads(say("sprint", "--json").stdout)


def test_a_tindeq_recording_becomes_a_hold(say: Say, write: Write, tmp_path: Path) -> None:
    file = write(tindeq())
    told = say("import", file, *RECORDING).stderr
    assert "27 July 2026" in told
    [hold] = holds(tmp_path)
    assert hold["started_local"].startswith("2026-07-27 12:43:3")
    assert (hold["side"], hold["phase"], hold["unit"], hold["end"]) == ("left", "push", "N", "completed")
    assert hold["hold_s"] == pytest.approx(6, abs=0.3)
    assert hold["rate_hz"] == pytest.approx(85, rel=0.01)
    with open_store(tmp_path / "s.db", readonly=True) as store:
        values = {m.id: m.value for m in queries.measures(store, hold["hold_id"])}
    assert values["tension_best_1s_n"] == pytest.approx(250, rel=0.01)
    assert "try 2, sore =1" in say("note").stdout
    assert recompute(tmp_path / "s.db").changed == ()


def test_the_same_file_again_adds_nothing(say: Say, write: Write, tmp_path: Path) -> None:
    file = write(tindeq())
    say("import", file, *RECORDING)
    assert "already; nothing was added" in say("import", file, write(tindeq(), "copy.csv"), *RECORDING).stderr
    say("import", file, *RECORDING[:-1], "right")
    assert sorted(hold["side"] for hold in holds(tmp_path)) == ["left", "right"]
    assert len({hold["session_id"] for hold in holds(tmp_path)}) == 1


def test_a_chronojump_recording_is_dated_by_its_name(say: Say, write: Write, tmp_path: Path) -> None:
    say("import", write(chronojump(), "12_Somebody_2026-03-04_18-05-06.csv"), *RECORDING)
    [hold] = holds(tmp_path)
    assert hold["started_local"].startswith("2026-03-04 18:05:0")
    assert hold["hold_s"] == pytest.approx(6, abs=0.3)


def test_a_recording_without_a_date_asks_for_it(say: Say, write: Write, tmp_path: Path) -> None:
    file = write(chronojump())
    with pytest.raises(DataError, match="says when it was recorded; say it with --at"):
        say("import", file, *RECORDING)
    say("import", file, *RECORDING, "--at", "2026-05-01T10:00")
    assert holds(tmp_path)[0]["started_local"].startswith("2026-05-01 10:00:0")


def test_any_table_with_a_mapping(say: Say, write: Write, tmp_path: Path) -> None:
    time, force = pull()
    rows = "".join(
        f"{i};{t * 1000:.1f};{-f / 1000!r}\n"
        for i, (t, f) in enumerate(zip(time.tolist(), force.tolist(), strict=True))
    )
    file = write(f"no;stamp;reading\n{rows}")
    how = (
        "--time-column",
        "stamp",
        "--time-unit",
        "ms",
        "--force-column",
        "reading",
        "--unit",
        "kN",
        "--invert",
    )
    say("import", file, *RECORDING, "--at", "2026-05-01", *how)
    [hold] = holds(tmp_path)
    assert hold["hold_s"] == pytest.approx(6, abs=0.3)


def test_one_bad_file_keeps_all_out(say: Say, write: Write, tmp_path: Path) -> None:
    bad = write(tindeq("2026-40-40 10:00:00"), "bad.csv")
    with pytest.raises(DataError, match=r"line 2, column 'date' of .*bad.csv.*is not a date"):
        say("import", write(tindeq()), bad, *RECORDING)
    assert holds(tmp_path) == []


def test_what_is_not_said_is_asked(say: Say, write: Write) -> None:
    file = write(tindeq())
    with pytest.raises(WrongUseError, match="--athlete, --position, --side"):
        say("import", file)
    with pytest.raises(WrongUseError, match=r"there is no athlete 'Anna'.*--add-athletes"):
        say("import", file, "--athlete", "Anna", *RECORDING[2:])
    with pytest.raises(WrongUseError, match="there is no setup 'red'"):
        say("import", file, *RECORDING, "--setup", "red")


def test_a_table_of_sprints(say: Say, write: Write) -> None:
    table = (
        "Name;Date;Distance (m);Time (s);Flying;Timing;Steps;Contact (ms);Note\n"
        "Ana;01.05.2026;30;4,31;no;hand;17;;windy\nAna;01.05.2026;30;4,31;no;hand;17;;\n"
        "Ana;2.5.2026 17:30;20;2,05;yes;gates;9;112;\n"
    )
    file = write(table)
    assert "3 sprints" in say("import", file).stdout
    assert "0 sprints" in say("import", file).stdout
    rows = sprints(say)
    assert [(r["distance_m"], r["time_s"], r["flying"], r["timing"], r["steps"]) for r in rows] == [
        (30, 4.31, False, "hand", 17),
        (30, 4.31, False, "hand", 17),
        (20, 2.05, True, "electronic", 9),
    ]
    assert rows[2]["contact_s"] == pytest.approx(0.112)


def test_a_column_for_each_distance(say: Say, write: Write) -> None:
    file = write("date,10 m,30m (s),flying 20 m\n2026-05-01,1.85,4.31,\n2026-05-08,,4.28,2.05\n")
    say("import", file, "--athlete", "Ana", "--timing", "electronic")
    assert [(r["distance_m"], r["time_s"], r["flying"]) for r in sprints(say)] == [
        (10, 1.85, False),
        (30, 4.31, False),
        (30, 4.28, False),
        (20, 2.05, True),
    ]


def test_sprints_that_isotimer_exported_are_known(say: Say, write: Write, tmp_path: Path) -> None:
    say("import", write("date,time,distance\n2026-05-01,4.31,30\n"), "--athlete", "Ana", "--timing", "hand")
    say("export", "--to", tmp_path / "out")
    assert "0 sprints" in say("import", tmp_path / "out" / "sprints.csv").stdout


SPRINT = "date,athlete,distance,time,timing\n"
WRONG = {
    "unit in a cell": (
        SPRINT + "2026-05-01,Ana,30,4.31 s,hand\n",
        "line 2, column 4 'time' of .*'4.31 s' is not",
    ),
    "unit unknown": (
        SPRINT.replace("time,", "time (min),") + "2026-05-01,Ana,30,4.3,hand\n",
        "in which unit|time",
    ),
    "date missing": (SPRINT + ",Ana,30,4.31,hand\n", "line 2, column 1 'date' of .*the date is missing"),
    "date of two days": (SPRINT + "03/04/2026,Ana,30,4.31,hand\n", "column 1 .*could be two days.*--dates"),
    "nobody": (
        SPRINT + "2026-05-01,Ana,30,4.3,hand\n2026-05-01,Bob,30,4.3,hand\n",
        "line 3, column 2 'athlete' of .*no athlete 'Bob'",
    ),
    "too fast": (SPRINT + "2026-05-01,Ana,100,4.31,hand\n", "line 2 of .*faster than anybody"),
    "how timed": (SPRINT + "2026-05-01,Ana,30,4.31,sundial\n", "column 5 'timing' .*neither hand nor"),
    "cells": (SPRINT + "2026-05-01,Ana,30\n", "line 2 of .*3 cells and the header has 5"),
    "endless": (SPRINT + "2026-05-01,Ana,30,4.31,hand\n" * 600, "line 502 of .*more than 500 rows"),
    "empty": (SPRINT, "it has no sprint"),
}


@pytest.mark.parametrize(("text", "says"), WRONG.values(), ids=WRONG)
def test_a_wrong_sprint_is_told_by_line_and_column(
    say: Say, write: Write, text: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sprint_table, "MOST_ROWS", 500)
    with pytest.raises(IsotimerError, match=says):
        say("import", write(text), "--as", "sprints")
    assert sprints(say) == []


def test_columns_by_name(say: Say, write: Write) -> None:
    file = write("wann,strecke,zeit\n03/04/2026,30,4.31\n")
    with pytest.raises(WrongUseError, match="which column is the distance"):
        say("import", file, "--as", "sprints", "--athlete", "Ana", "--timing", "hand")
    maps = ("--map", "date=wann", "--map", "distance=strecke", "--map", "time=zeit", "--dates", "dmy")
    say("import", file, "--as", "sprints", "--athlete", "Ana", "--timing", "hand", *maps)
    assert sprints(say)[0]["ran_at"].startswith("2026-04-03")
