"""Databases of every schema there has been: they open, and nothing in them means anything else."""

import sqlite3
from pathlib import Path

import numpy as np
import pytest

from isotimer.core.errors import DataError
from isotimer.session.recovery import recover
from isotimer.session.stored import step_of
from isotimer.store import queries
from isotimer.store.database import open_store
from isotimer.store.history import HoldFilter, hold_page, hold_rows
from isotimer.store.migrations import SCHEMA

FIXTURES = Path(__file__).with_name("fixtures")
VERSIONS = range(1, SCHEMA + 1)
VIEWS = ("v_holds", "v_sessions", "v_measures")


def made(folder: Path, version: int) -> Path:
    """Return a database as that schema's isotimer left it."""
    path = folder / "sessions.db"
    db = sqlite3.connect(path)
    db.executescript((FIXTURES / f"schema{version}.sql").read_text("utf-8"))
    db.close()
    return path


def tables(path: Path) -> dict[str, list[dict[str, object]]]:
    """Return all rows of all tables and views."""
    db = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
    db.row_factory = sqlite3.Row
    names = [r[0] for r in db.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")]
    rows = {
        n: sorted(({**r} for r in db.execute(f"SELECT * FROM {n}")), key=repr)
        for n in names
        if not n.startswith("_")
    }
    db.close()
    return rows


def test_every_schema_there_has_been_is_tried() -> None:
    assert [int(f.stem.removeprefix("schema")) for f in sorted(FIXTURES.glob("schema*.sql"))] == [*VERSIONS]


@pytest.mark.parametrize("version", VERSIONS)
def test_nothing_changes_in_what_it_means(tmp_path: Path, version: int) -> None:
    path = made(tmp_path, version)
    before = tables(path)
    assert {len(before[n]) > 0 for n in ("hold", "trace", "measure", "sprint", "note", "body_mass")} == {True}
    with open_store(path) as store:
        assert store.db.execute("PRAGMA user_version").fetchone() == (SCHEMA,)
        assert store.check() == []
    after = tables(path)
    for name, rows in before.items():
        assert len(after[name]) == len(rows), name
        told = [{column: new[column] for column in rows[0]} for new in after[name]] if rows else []
        assert sorted(told, key=repr) == rows, name
    again = tables(path)
    open_store(path).close()
    assert tables(path) == again


@pytest.mark.parametrize("version", VERSIONS)
def test_a_backup_is_made_first_and_named(tmp_path: Path, version: int) -> None:
    path = made(tmp_path, version)
    before = tables(path)
    open_store(path).close()
    backups = list(tmp_path.glob("sessions.db.backup-*"))
    if version == SCHEMA:
        assert backups == []
        return
    [backup] = backups
    assert backup.name.startswith(f"sessions.db.backup-{version:04d}-")
    assert backup.stat().st_mode & 0o077 == 0
    assert tables(backup) == before


@pytest.mark.parametrize("version", VERSIONS)
def test_everything_reads_it(tmp_path: Path, version: int) -> None:
    path = made(tmp_path, version)
    [sentence] = recover(path)
    assert "Bo" in sentence
    with open_store(path) as store:
        holds = queries.holds(store)
        assert {h["end"] for h in holds} == {"released", "completed", "interrupted"}
        assert {step_of(h).position for h in holds} == {"standing-band-hip-flexion", "standing-pull-back"}
        [cut_off] = [h for h in holds if h["end"] == "interrupted"]
        trace = queries.trace(store, cut_off["hold_id"])
        assert trace is not None
        assert len(trace) == 120
        [released] = [h for h in holds if h["end"] == "released"]
        kept = queries.trace(store, released["hold_id"])
        assert kept is not None
        assert np.nanmean(kept.force_n[(kept.time_s > 0.5) & (kept.time_s < 2.5)]) == pytest.approx(
            300, rel=0.01
        )
        values = {m.id: m.value for m in queries.measures(store, released["hold_id"])}
        assert values["tension_mean_n"] == pytest.approx(300, rel=0.02)
        [ana] = [p for p in store.people() if p["name"].startswith("Ana")]
        assert ana["mass_kg"] == 58.5
        assert len(hold_page(store, HoldFilter(athlete_id=ana["id"])).rows) == 1
        [row] = hold_rows(store, ana["id"], measures=["tension_mean_n"])
        assert row.values["tension_mean_n"] == pytest.approx(values["tension_mean_n"])


@pytest.mark.parametrize("readonly", [True, False])
def test_a_newer_one_is_refused_and_left_as_it_is(tmp_path: Path, readonly: bool) -> None:
    path = made(tmp_path, SCHEMA)
    db = sqlite3.connect(path)
    db.execute(f"PRAGMA user_version = {SCHEMA + 1}")
    db.execute("ALTER TABLE hold ADD COLUMN colour TEXT")
    db.commit()
    db.close()
    before = path.read_bytes()
    with pytest.raises(DataError, match="a newer isotimer wrote it and it is left as it is"):
        open_store(path, readonly=readonly)
    assert path.read_bytes() == before
    assert [f.name for f in tmp_path.iterdir()] == ["sessions.db"]
