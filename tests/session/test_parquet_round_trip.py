"""A Parquet export taken into an empty database gives the same to the last bit."""

import shutil
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from isotimer.core.errors import DataError
from isotimer.core.positions.book import BUILTIN
from isotimer.session.importing import Asked, Imported, import_files
from isotimer.session.sharing import export_to
from isotimer.store.database import Store, open_store
from isotimer.store.results import Sprint
from isotimer.store.rows import CalibrationRow, HoldFinish, HoldStart, MeasureRow
from isotimer.store.traces import Trace

pytest.importorskip("pyarrow")

AT = datetime(2026, 5, 1, 17, 30, tzinfo=UTC)
WORDS = '=HYPERLINK("http://x")\r\n;-2+3\t@a, "q" \'=1 李'
TABLES = ("athlete", "body_mass", "device", "calibration", "plan", "setup", "session", "hold", "trace")
TABLES += ("measure", "sprint", "note")


def trace(channels: int, unit: str, n: int = 40) -> Trace:
    """Return a trace with voids, uneven times, and a sensor tared again in the middle."""
    rng = np.random.default_rng(channels)
    raw = rng.normal(3e5, 1e3, (n, channels))
    force = (raw - 2.9e5) * 0.0123
    raw[5:6] = force[5:6] = np.nan
    force[20:] -= 1 / 3
    time_ns = np.cumsum(rng.integers(1, 20_000_000, n)) - 100_000_000
    flags = rng.integers(0, 32, n).astype(np.uint8)
    return Trace(time_ns, raw, force, flags, unit, (2.9e5,) * channels, (0.0123,) * channels)


def keep(store: Store, session_id: str, samples: Trace | None, number: int, **more: Any) -> str:
    """Do a hold."""
    if samples is not None:
        more |= {"unit": samples.unit, "zero_raw": samples.zero_raw}
        more |= {"slope_n_per_raw": samples.slope_n_per_raw}
        more |= {"channels": tuple(f"ch {i};'=" for i in range(samples.raw.shape[1]))}
    hold_id = store.begin_hold(
        HoldStart(
            session_id=session_id,
            position="wall-push",
            phase="push",
            side="left",
            mode="steady",
            step_index=number,
            start_s=1000.1 + number,
            started_at=AT,
            **more,
        )
    )
    rows = [
        MeasureRow("tension_mean_n", 251.3 + number / 3, "N", version=3),
        MeasureRow("rfd_0_50_n_s", None, "N/s", "sensor too slow: 87.5 Hz, needs 500"),
    ]
    finish = HoldFinish(end="completed", hold_s=8.1, gaps=((1.5, 0.2),), warnings=(WORDS,))
    store.finish_hold(hold_id, finish, samples, rows)
    return hold_id


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a database that has one of everything, and its export."""
    folder = tmp_path_factory.mktemp("parquet")
    with open_store(folder / "s.db") as store:
        ana, bo = store.athlete("=Ana"), store.athlete("Bo 李")
        store.join_squad(store.add_squad("-U20"), ana)
        store.add_body_mass(ana, 61.25, AT)
        device = store.device("chronojump", "cell", "/dev/x", "1:2", "S1")
        calibration = store.add_calibration(device, CalibrationRow(0, 0.0123, 2.9e5, ((1.0, 2.0),), 0.1))
        session = store.start_session(ana, '{"steps":[-1,-2],"name":"=x"}', AT)
        known = {"device_id": device, "calibration_ids": (calibration,), "setup_id": store.setup("red", {})}
        first = keep(store, session, trace(1, "N"), 0, **known)
        for number, samples in enumerate([trace(2, "counts"), trace(2, "N"), None], start=1):
            keep(store, session, samples, number)
        store.end_session(session, AT)
        for about, key in (("athlete", ana), ("session", session), ("hold", first)):
            store.add_note(about, key, WORDS)
        store.add_sprint(ana, Sprint(distance_m=30, time_s=4.31, timing="hand", note=WORDS), AT)
        keep(store, store.start_session(bo, "{}", AT), trace(1, "N"), 0)
    export_to(folder / "s.db", folder / "out", "parquet")
    return folder


def content(path: Path) -> dict[str, list[str]]:
    """Return all rows of all tables; what runs a session is not exported."""
    db = sqlite3.connect(path)
    out = {}
    for table in TABLES:
        names = [name for (name,) in db.execute("SELECT name FROM pragma_table_info(?)", [table])]
        columns = ", ".join(f'"{name}"' for name in names if (table, name) != ("session", "process"))
        out[table] = sorted(map(repr, db.execute(f"SELECT {columns} FROM {table}")))
    groups = "SELECT q.name, m.athlete_id FROM squad q JOIN squad_member m ON m.squad_id = q.id"
    out["groups"] = sorted(map(repr, db.execute(groups)))
    db.close()
    return out


def take(path: Path, *files: Path) -> Imported:
    return import_files(path, files, Asked(), BUILTIN)


def test_everything_comes_back(made: Path, tmp_path: Path) -> None:
    done = take(tmp_path / "fresh.db", made / "out")
    assert (done.athletes, done.sessions, done.holds, done.sprints, done.changed) == (2, 2, 5, 1, 0)
    assert content(tmp_path / "fresh.db") == content(made / "s.db")


def test_twice_adds_nothing_nor_does_the_same_as_csv(made: Path, tmp_path: Path) -> None:
    shutil.copy(made / "s.db", tmp_path / "s.db")
    export_to(made / "s.db", tmp_path / "csv", "csv")
    done = take(tmp_path / "s.db", made / "out", made / "out" / "athletes.parquet", tmp_path / "csv")
    assert (done.athletes, done.sessions, done.holds, done.sprints, done.changed) == (0, 0, 0, 0, 0)
    assert content(tmp_path / "s.db") == content(made / "s.db")


def change(path: Path, column: str, value: Any) -> None:
    """Write a value into the first row of a file, None to take the column away."""
    from pyarrow import parquet

    table = parquet.ParquetFile(path).read()
    rows = table.to_pylist()
    at = table.schema.get_field_index(column)
    if value is None:
        table = table.remove_column(at)
    else:
        rows[0][column] = value
        table = type(table).from_pylist(rows, table.schema)
    parquet.write_table(table, path)


WRONG = {
    "unknown session": (
        "holds/*/*/*",
        "session_id",
        "x",
        "row 1, column 'session_id' of .*no 'x' in sessions",
    ),
    "no such end": ("holds/*/*/*", "end", "won", "row 1, column 'end' of .*'won' is none of completed"),
    "column lost": ("measures/*/*/*", "value", None, "measures.parquet: there is no column 'value'"),
    "unit": ("measures/*/*/*", "unit", "kgf", "row 1 of .*column 'unit'.*not in 'kgf'"),
    "no JSON": ("sessions", "plan", "{", "row 1, column 'plan' of .*not JSON"),
    "elsewhere": ("holds/*/*/*", "trace", "traces/../x/../s.db", "no file of traces"),
    "endless time": ("traces/*/*/*", "time_s", 1e300, "row 1, column 'time_s' of .*not a time"),
    "one value less": ("traces/*/*/*", "raw", [], "column 'raw' of .*as many values"),
    "column of traces": ("traces/*/*/*", "flags", None, "there is no column 'flags' of uint8"),
}


@pytest.mark.parametrize(("table", "column", "value", "says"), WRONG.values(), ids=WRONG)
def test_something_wrong_is_told_by_row_and_nothing_is_taken(
    made: Path, tmp_path: Path, table: str, column: str, value: Any, says: str
) -> None:
    out, fresh = tmp_path / "out", tmp_path / "fresh.db"
    shutil.copytree(made / "out", out)
    change(sorted(out.glob(f"{table}.parquet"))[0], column, value)
    with pytest.raises(DataError, match=says):
        take(fresh, out)
    with open_store(fresh, readonly=True) as store:
        assert store.athletes() == []


def test_a_lost_file_a_cut_file_and_a_file_alone_are_told(made: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    shutil.copytree(made / "out", out)
    for lost in ("measures", "holds"):
        file = sorted(out.glob(f"{lost}/*/*/*"))[0]
        content = file.read_bytes()
        file.unlink()
        with pytest.raises(DataError, match=rf"{lost}\.parquet: it is not there"):
            take(tmp_path / "fresh.db", out)
        file.write_bytes(content)
    with pytest.raises(DataError, match="name the folder of the export"):
        take(tmp_path / "fresh.db", file)
    file.write_bytes(file.read_bytes()[:-20])
    with pytest.raises(DataError, match=r"holds\.parquet: it is no whole Parquet file"):
        take(tmp_path / "fresh.db", out)
