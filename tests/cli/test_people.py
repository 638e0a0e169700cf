"""The verbs about people: athletes, groups, weights, sprints, notes, and databases made one."""

import json
import sqlite3

import pytest
from click.testing import CliRunner

from isotimer.cli.main import isotimer
from isotimer.core.errors import IsotimerError


@pytest.fixture
def say(tmp_path, monkeypatch):
    """Run a verb on a database of its own; return what it printed."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ISOTIMER_DB", str(tmp_path / "s.db"))

    def run(*words, typed=None):
        done = CliRunner().invoke(isotimer, list(words), input=typed, catch_exceptions=True)
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done.stdout

    return run


def names(say, *words):
    return [row["name"] for row in json.loads(say("athletes", "--json", *words))]


def test_people_come_and_change_and_go(say, tmp_path):
    say("athletes", "add", "Ana", "--weight", "61")
    say("athletes", "add", "Bea")
    say("athletes", "group", "U20", "Ana", "Bea")
    assert names(say, "--group", "U20") == ["Ana", "Bea"]
    say("athletes", "rename", "Bea", "Beatrix")
    say("athletes", "archive", "Beatrix")
    assert names(say) == ["Ana"]
    assert names(say, "--all") == ["Ana", "Beatrix"]
    say("athletes", "archive", "Beatrix", "--back")
    say("athletes", "merge", "Beatrix", "Ana")
    assert names(say, "--all") == ["Ana"]
    assert "61 kg" in say("athletes")
    assert len(list(tmp_path.glob("s.db.backup-athletes-*"))) == 1


def test_deleting_asks_for_the_name_and_keeps_a_backup(say, tmp_path):
    say("athletes", "add", "Ana")
    with pytest.raises(IsotimerError, match="nothing was deleted"):
        say("athletes", "delete", "Ana", typed="ana\n")
    assert names(say) == ["Ana"]
    assert list(tmp_path.glob("*backup*")) == []
    say("athletes", "delete", "Ana", typed="Ana\n")
    assert names(say, "--all") == []
    [backup] = tmp_path.glob("*backup*")
    assert sqlite3.connect(backup).execute("SELECT name FROM athlete").fetchall() == [("Ana",)]


def test_a_sprint_is_kept_listed_and_deleted(say):
    say("athletes", "add", "Ana")
    words = ["--distance", "20", "--time", "2.21", "--timing", "electronic", "--flying", "--steps", "9"]
    say("sprint", "add", "Ana", *words, "--on", "2026-05-01")
    say("sprint", "add", "Ana", *words, "--on", "2026-05-01")
    [row] = json.loads(say("sprint", "--json"))
    assert (row["flying"], row["time_s"], row["steps"], row["athlete"]) == (True, 2.21, 9, "Ana")
    assert row["ran_at"].startswith("2026-05-01")
    assert "flying 20 m in 2.21 s (electronic, 9 steps)" in say("sprint", "--athlete", "Ana")
    say("sprint", "delete", row["id"][:13])
    assert json.loads(say("sprint", "--json")) == []


def test_a_note_is_kept_changed_and_deleted(say):
    say("athletes", "add", "Ana")
    say("note", "add", "Ana", "left groin")
    [row] = json.loads(say("note", "--json"))
    assert (row["about"], row["text"]) == ("athlete", "left groin")
    say("note", "edit", row["id"], "right groin")
    assert "right groin" in say("note")
    say("note", "delete", row["id"])
    assert json.loads(say("note", "--json")) == []


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["note", "add", "Ana"], "what is the note about"),
        (["note", "add", "--hold", "abc", "text"], "there is no hold 'abc'"),
        (["note", "delete", "abc"], "there is no note"),
        (["sprint", "delete", "abc"], "there is no sprint"),
        (["sprint", "--athlete", "Zoe"], "there is no athlete 'Zoe'"),
        (["athletes", "rename", "Ana", "  "], "name is missing"),
        (["athletes", "group", "--remove", "none"], "there is no group"),
        (["athletes", "weight", "Ana", "0"], "not a body mass"),
        (["db", "merge", "no-such-file"], "there is no database"),
    ],
)
def test_what_cannot_be_is_one_sentence(say, words, sentence):
    say("athletes", "add", "Ana")
    with pytest.raises(IsotimerError) as caught:
        say(*words)
    assert sentence in caught.value.sentence


def test_hostile_names_are_shown_harmless(say):
    say("athletes", "add", "\x1b[31mAna [red]🙂")
    assert "\x1b" not in say("athletes")
    assert "[red]🙂" in say("athletes")


def test_databases_are_made_one_after_a_backup(say, tmp_path):
    say("--db", str(tmp_path / "other.db"), "athletes", "add", "Bea")
    say("athletes", "add", "Ana")
    [done] = json.loads(say("db", "merge", str(tmp_path / "other.db"), "--json"))
    assert (done["athletes"], done["conflicts"]) == (1, [])
    assert names(say) == ["Ana", "Bea"]
    [backup] = tmp_path.glob("s.db.backup-merge-*")
    assert sqlite3.connect(backup).execute("SELECT name FROM athlete").fetchall() == [("Ana",)]
