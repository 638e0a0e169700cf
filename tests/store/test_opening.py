"""Opening: made private, refused with a sentence when it is not ours, brought up to date after a backup."""

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import sqlite_utils
from sqlite_utils.migrations import Migrations

from isotimer.core.errors import DataError
from isotimer.store.database import open_store
from isotimer.store.migrations import APPLICATION_ID, MIGRATIONS, SCHEMA
from isotimer.store.opening import open_database
from isotimer.store.rows import RigCheck

TABLES = {
    "athlete",
    "body_mass",
    "device",
    "rig",
    "calibration",
    "plan",
    "session",
    "hold",
    "setup",
    "trace",
    "journal",
    "measure",
    "sprint",
    "note",
    "squad",
    "squad_member",
    "gone",
    "setup_choice",
    "rig_choice",
    "imported",
}
VIEWS = {"v_holds", "v_sessions", "v_measures"}


def names(db: sqlite_utils.Database, kind: str) -> set[str]:
    found = db.execute("SELECT name FROM sqlite_master WHERE type = ?", [kind])
    return {name for (name,) in found if not name.startswith(("sqlite_", "_sqlite_"))}


def pragma(db: sqlite_utils.Database, name: str) -> object:
    return db.execute(f"PRAGMA {name}").fetchone()[0]


def fingerprint(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file() and not p.name.endswith("-shm")}


def test_new_database_has_exactly_the_designed_tables(path: Path) -> None:
    with open_store(path) as store:
        assert names(store.db, "table") == TABLES
        assert names(store.db, "view") == VIEWS
        loose = store.db.execute("SELECT name FROM pragma_table_list WHERE NOT strict AND type = 'table'")
        assert {name for (name,) in loose if name in TABLES} == set()


def test_new_database_is_set_up_for_safety(path: Path) -> None:
    with open_store(path) as store:
        found = {
            n: pragma(store.db, n) for n in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
        assert found == {"journal_mode": "wal", "synchronous": 1, "foreign_keys": 1, "busy_timeout": 5000}
        assert pragma(store.db, "application_id") == APPLICATION_ID
        assert pragma(store.db, "user_version") == SCHEMA
        assert pragma(store.db, "synchronous") == 1


def test_schema_number_counts_the_migrations() -> None:
    assert len(MIGRATIONS.pending(sqlite_utils.Database(memory=True))) == SCHEMA


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX's")
def test_files_and_folders_made_are_private(path: Path) -> None:
    with open_store(path):
        modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in path.parent.iterdir()}
        assert set(modes.values()) == {0o600}
        assert "sessions.db-wal" in modes
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_views_carry_no_blobs(path: Path) -> None:
    with open_store(path) as store:
        for view in VIEWS:
            columns = store.db.execute("SELECT name, type FROM pragma_table_info(?)", [view]).fetchall()
            assert columns
            assert [c for c in columns if c[1] == "BLOB" or c[0] == "data"] == []


def test_empty_file_becomes_a_database(tmp_path: Path) -> None:
    (tmp_path / "s.db").touch()
    with open_store(tmp_path / "s.db") as store:
        assert store.athletes() == []


def test_reopening_keeps_what_is_there_and_makes_no_backup(path: Path) -> None:
    with open_store(path) as store:
        ana = store.athlete("Ana")
    with open_store(path) as store:
        assert store.athlete("Ana") == ana
    assert [p.name for p in path.parent.iterdir()] == ["sessions.db"]


def refused(place: Path, *words: str, readonly: bool = False) -> None:
    with pytest.raises(DataError) as caught:
        open_store(place, readonly=readonly)
    sentence = caught.value.sentence
    assert str(place) in sentence
    assert "\n" not in sentence
    assert all(w in sentence for w in words), sentence
    assert caught.value.advice


def test_no_database_is_refused_untouched(tmp_path: Path) -> None:
    place = tmp_path / "notes.txt"
    place.write_text("hello, this is no database\n" * 50)
    before = fingerprint(tmp_path)
    refused(place, "not an SQLite database", "--db")
    assert fingerprint(tmp_path) == before


@pytest.mark.parametrize("mode", ["delete", "wal"])
def test_foreign_database_is_refused_untouched(tmp_path: Path, mode: str) -> None:
    place = tmp_path / "photos.db"
    db = sqlite3.connect(place)
    db.execute(f"PRAGMA journal_mode = {mode}")
    db.execute("CREATE TABLE photo (id)")
    db.commit()
    db.close()
    before = place.read_bytes()
    refused(place, "another program")
    assert place.read_bytes() == before


def test_newer_database_is_refused_untouched(path: Path) -> None:
    with open_store(path) as store:
        store.athlete("Ana")
        store.db.execute(f"PRAGMA user_version = {SCHEMA + 1}")
    before = path.read_bytes()
    refused(path, "newer isotimer", "update")
    refused(path, "newer isotimer", readonly=True)
    assert path.read_bytes() == before


def test_damaged_database_is_refused(path: Path) -> None:
    with open_store(path) as store:
        store.athlete("Ana")
    data = bytearray(path.read_bytes())
    data[100:4000] = b"\xff" * 3900
    path.write_bytes(data)
    refused(path, "damaged", "backup")


def test_folder_in_place_of_a_file_is_refused(tmp_path: Path) -> None:
    refused(tmp_path, "it is a folder")


def test_file_in_place_of_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    refused(tmp_path / "file" / "s.db", "not a directory")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_named_pipe_is_refused_without_waiting_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    refused(tmp_path / "pipe", "not an ordinary file")


def test_link_to_nowhere_is_refused(tmp_path: Path) -> None:
    (tmp_path / "s.db").symlink_to(tmp_path / "gone" / "s.db")
    refused(tmp_path / "s.db", "link to nowhere")


def test_read_only_file_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_store(path).close()
    monkeypatch.setattr(os, "access", lambda _path, mode: mode != os.W_OK)
    refused(path, "read-only")
    with open_store(path, readonly=True) as reader:
        assert reader.athletes() == []


def test_reader_needs_a_database(path: Path) -> None:
    refused(path, "there is no database", readonly=True)
    assert not path.parent.exists()


def test_reader_cannot_write(path: Path) -> None:
    open_store(path).close()
    with open_store(path, readonly=True) as reader, pytest.raises(DataError, match="read-only"):
        reader.athlete("Ana")


def test_failed_making_leaves_no_empty_file(path: Path) -> None:
    broken = Migrations("isotimer")

    @broken(name="0001")
    def fail(db: sqlite_utils.Database) -> None:
        db.execute("CREATE TABLE nonsense")

    with pytest.raises(DataError):
        open_database(path, migrations=broken)
    with open_store(path) as store:
        assert names(store.db, "table") == TABLES


def first_steps(count: int) -> Migrations:
    """Return the schema as it was after so many steps."""
    steps = Migrations("isotimer")
    for known in MIGRATIONS.pending(sqlite_utils.Database(memory=True))[:count]:
        steps(name=known.name)(known.fn)
    return steps


def one_more_step(fail: bool = False) -> Migrations:
    steps = first_steps(SCHEMA)

    @steps(name="9999")
    def last(db: sqlite_utils.Database) -> None:
        db.execute("ALTER TABLE athlete ADD COLUMN colour TEXT")
        db.execute(f"PRAGMA user_version = {SCHEMA + 1}")
        if fail:
            db.execute("SELECT * FROM nowhere")

    return steps


def test_upgrade_makes_a_private_backup_first(path: Path) -> None:
    with open_store(path) as store:
        ana = store.athlete("Ana")
    db = open_database(path, migrations=one_more_step(), schema=SCHEMA + 1)
    assert db.execute("SELECT id, name, colour FROM athlete").fetchall() == [(ana, "Ana", None)]
    db.close()
    [backup] = path.parent.glob(f"sessions.db.backup-{SCHEMA:04d}-*")
    assert stat.S_IMODE(backup.stat().st_mode) & 0o077 == 0
    with open_store(backup) as old:
        assert [row["name"] for row in old.athletes()] == ["Ana"]
        assert old.check() == []


def test_first_schema_is_brought_up_to_date_with_all_that_is_in_it(path: Path) -> None:
    old = open_database(path, migrations=first_steps(1), schema=1)
    at = "2026-05-01T08:00:00.000000Z"
    with old.conn:
        old.execute("INSERT INTO athlete VALUES ('a', 'Ana', ?, 0, ?, NULL)", [at, at])
        old.execute(
            "INSERT INTO device VALUES ('d', 'hx711-line', 'Cell', '/dev/x', '', '', ?, 0, ?)", [at, at]
        )
        old.execute(
            "INSERT INTO session VALUES ('s', 'a', NULL, NULL, '{}', '', '0.1', ?, 0, NULL, NULL)", [at]
        )
        old.execute(
            "INSERT INTO hold (id, session_id, position, phase, side, mode, set_no, rep_no, attempt,"
            ' step_index, hold_s, "end", start_mode, start_s, started_at, started_offset_min, device_id,'
            " calibration_ids, channels, zero_raw, slope_n_per_raw, noise_floor_n) VALUES ('h', 's', 'p',"
            " 'swing', 'left', 'steady', 1, 1, 1, 0, 20.0, 'completed', 'clock', 5.0, ?, 0, 'd', '[]', '[]',"
            " '[]', '[]', 0.02)",
            [at],
        )
    columns = [name for (name,) in old.execute("SELECT name FROM pragma_table_info('device')")]
    assert "resonance_hz" not in columns
    old.close()

    with open_store(path) as store:
        assert pragma(store.db, "user_version") == SCHEMA
        assert store.check() == []
        [hold] = store.rows("SELECT * FROM v_holds")
        assert (hold["athlete"], hold["device"], hold["hold_s"]) == ("Ana", "Cell", 20.0)
        assert (hold["noise_floor_n"], hold["resonance_hz"]) == (0.02, None)
        assert store.rig_check("d") == RigCheck()
        store.keep_resonance("d", 9.4)
        assert store.rig_check("d").resonance_hz == 9.4
    [backup] = path.parent.glob("sessions.db.backup-0001-*")
    kept = sqlite3.connect(backup)
    assert kept.execute("PRAGMA user_version").fetchone() == (1,)
    assert kept.execute("SELECT name FROM athlete").fetchall() == [("Ana",)]
    kept.close()


def test_failed_upgrade_changes_nothing(path: Path) -> None:
    with open_store(path) as store:
        ana = store.athlete("Ana")
    with pytest.raises(DataError):
        open_database(path, migrations=one_more_step(fail=True), schema=SCHEMA + 1)
    with open_store(path) as store:
        assert store.athlete("Ana") == ana
        assert pragma(store.db, "user_version") == SCHEMA


def test_reader_of_an_older_schema_is_told_to_bring_it_up_to_date(path: Path) -> None:
    open_store(path).close()
    with pytest.raises(DataError, match="older isotimer"):
        open_database(path, readonly=True, migrations=one_more_step(), schema=SCHEMA + 1)


def test_several_processes_may_make_the_same_database(path: Path) -> None:
    code = (
        "import sys; from isotimer.store.database import open_store; open_store(sys.argv[1]).athlete('Ana')"
    )
    made = [
        subprocess.Popen([sys.executable, "-c", code, str(path)], stderr=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    errors = [process.communicate(timeout=50)[1] for process in made]
    assert [p.returncode for p in made] == [0] * 4, errors
    with open_store(path) as store:
        assert [row["name"] for row in store.athletes()] == ["Ana"]
    assert list(path.parent.glob("*backup*")) == []


def test_store_belongs_to_the_thread_that_opened_it(path: Path) -> None:
    raised: list[type] = []

    def use() -> None:
        try:
            store.athletes()
        except sqlite3.ProgrammingError as e:
            raised.append(type(e))

    with open_store(path) as store:
        thread = threading.Thread(target=use)
        thread.start()
        thread.join()
    assert raised == [sqlite3.ProgrammingError]


@pytest.mark.parametrize("name", ["a?b#c%20.db", "späti 😀.db", "'; DROP TABLE x.db"])
def test_odd_file_names_are_only_names(tmp_path: Path, name: str) -> None:
    with open_store(tmp_path / name) as store:
        store.athlete("Ana")
    assert {p.name for p in tmp_path.iterdir()} == {name}


def test_one_that_was_cut_off_while_it_was_made_is_opened_and_made(tmp_path: Path) -> None:
    path, cut = tmp_path / "s.db", tmp_path / "cut.db"
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA cache_size = 1")
    db.execute("CREATE TABLE begun (x)")
    db.execute("BEGIN")
    db.executemany("INSERT INTO begun VALUES (?)", [("x" * 3000,)] * 200)
    for suffix in ("", "-journal"):
        shutil.copyfile(f"{path}{suffix}", f"{cut}{suffix}")
    db.close()
    # what was begun is undone first; whose it is can only be told then
    with pytest.raises(DataError, match="belongs to another program"):
        open_database(cut)
