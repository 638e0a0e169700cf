"""``history``, ``balance``, ``trend`` and ``report``."""

import json
import os
import stat

import pytest
from click.testing import CliRunner

from isotimer.cli.main import isotimer
from isotimer.core.errors import IsotimerError
from isotimer.store.database import open_store

DEMO = "Demo athlete"


@pytest.fixture
def say(season_db, tmp_path, monkeypatch):
    """Run a verb on the made-up season; return what it printed."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ISOTIMER_DB", str(season_db))

    def run(*words):
        done = CliRunner().invoke(isotimer, list(words))
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done.stdout

    return run


def test_history_lists_filters_and_judges(say):
    rows = json.loads(say("history", "--athlete", DEMO, "--mode", "max", "--limit", "5", "--json"))
    assert [(r["athlete"], r["mode"]) for r in rows] == [(DEMO, "max")] * 5
    queue = json.loads(say("history", "--review", "--json"))
    assert len(queue) == 2
    say("history", "--accept", queue[0]["hold_id"])
    say("history", "--set-aside", queue[1]["hold_id"])
    assert json.loads(say("history", "--review", "--json")) == []
    assert "set-aside, " in say("history", "--athlete", DEMO, "--limit", "500")
    assert "synthetic season" in say("history", "--sessions", "--limit", "2")


def test_dates_bound_the_history(say):
    sessions = json.loads(say("history", "--sessions", "--athlete", DEMO, "--json"))
    day = sessions[3]["started_at"][:10]
    newer = json.loads(say("history", "--sessions", "--athlete", DEMO, "--since", day, "--json"))
    older = json.loads(say("history", "--sessions", "--athlete", DEMO, "--until", day, "--json"))
    assert [len(newer), len(newer) + len(older)] == [4, len(sessions)]


def test_balance_and_trend_say_sentences_and_json(say):
    assert "Swing, left side, is the limiting one" in say("balance", "--athlete", DEMO, "--on", "2026-06-01")
    assert "No limiting phase can be named yet" in say("balance", "--athlete", DEMO, "--on", "2025-06-01")
    assert json.loads(say("balance", "--athlete", DEMO, "--json"))["athlete"] == DEMO
    found = json.loads(say("trend", "--athlete", DEMO, "--mode", "max", "--json"))
    assert len(found["series"]) == 6
    assert found["track"]["answers"][0]["answer"] == "stronger and faster"
    said = say("trend", "--athlete", DEMO, "--phase", "swing", "--side", "left")
    assert "Lying 90/90 pull, left, max, best second: " in said
    assert "sessions in" in said
    assert "Stronger and faster" in said


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["balance"], "no athlete is named: known are Demo"),
        (["balance", "--athlete", "Zoe"], "there is no athlete 'Zoe'"),
        (["trend", "--athlete", DEMO, "--measure", "x"], "there is no measure 'x'"),
        (["history", "--accept", "zzz"], "there is no hold 'zzz'"),
        (["report", "--athlete", "Zoe", "-o", "z.html"], "there is no athlete 'Zoe'"),
        (["report", "--athlete", DEMO, "-o", "/proc/none/z.html"], "cannot write"),
    ],
)
def test_a_mistake_is_one_sentence(say, words, sentence):
    with pytest.raises(IsotimerError, match=sentence):
        say(*words)


def test_the_only_athlete_need_not_be_named(say, season_db):
    with open_store(season_db) as store:
        for row in store.people():
            if row["name"] != DEMO:
                store.archive_athlete(row["id"])
    assert json.loads(say("balance", "--json"))["athlete"] == DEMO


def test_without_a_database_it_is_said(say, tmp_path):
    with pytest.raises(IsotimerError, match="there is no database"):
        say("history", "--db", str(tmp_path / "none.db"))


def test_a_report_is_private_and_not_written_over(say, tmp_path):
    page = tmp_path / "ana.html"
    say("report", "--athlete", DEMO, "-o", str(page))
    assert stat.S_IMODE(os.stat(page).st_mode) == 0o600
    assert "<h1>Demo athlete</h1>" in page.read_text("utf-8")
    with pytest.raises(IsotimerError, match="it is there already"):
        say("report", "--athlete", DEMO, "-o", str(page))
    say("report", "--athlete", DEMO, "-o", str(page), "--since", "2026-05-01", "--force")
    assert "since 2026-05-01" in page.read_text("utf-8")
