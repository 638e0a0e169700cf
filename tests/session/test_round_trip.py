"""An export taken into an empty database gives the same holds, traces and measures, to the last bit."""

import csv
import shutil
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isotimer.core.block import Block
from isotimer.core.errors import DataError, IsotimerError, WrongUseError
from isotimer.core.positions.book import BUILTIN
from isotimer.session.importing import Asked, import_files
from isotimer.session.sharing import export_to
from isotimer.store import queries
from isotimer.store.database import Store, open_store
from isotimer.store.results import Sprint
from isotimer.store.rows import CalibrationRow, HoldFinish, HoldStart, MeasureRow
from isotimer.store.traces import Trace

AT = datetime(2026, 5, 1, 17, 30, tzinfo=UTC)
EVIL = '=HYPERLINK("http://x")\r\n;-2+3\t@a, "q" \'=1'
COMPARED = ["athlete", "body_mass", "device", "calibration", "plan", "setup", "hold", "trace", "measure"]
COMPARED += ["sprint", "note", "v_holds", "v_sessions", "v_measures"]


def kept(store: Store, session_id: str, trace: Trace | None, number: int, **more: Any) -> str:
    """Do a hold."""
    known: dict[str, Any] = {
        "session_id": session_id,
        "position": "wall-push",
        "phase": "push",
        "side": "left",
    }
    known |= {"mode": "steady", "step_index": number, "start_s": 1000.1 + number, "started_at": AT}
    if trace is not None:
        known |= {"unit": trace.unit, "zero_raw": trace.zero_raw, "slope_n_per_raw": trace.slope_n_per_raw}
        known |= {"channels": tuple(f"ch {i};'=" for i in range(trace.raw.shape[1]))}
    hold_id = store.begin_hold(HoldStart(**(known | more)))
    rows = [
        MeasureRow("tension_mean_n", 251.3 + number / 3, "N", version=3),
        MeasureRow("rfd_0_50_n_s", None, "N/s", "sensor too slow: 87.5 Hz, needs 500"),
        MeasureRow("shake_pct", 0.1 + 0.2, "%", "", "-doubt"),
    ]
    end = "interrupted" if trace is None else "completed"
    finish = HoldFinish(end=end, hold_s=None if trace is None else 8.1, gaps=((1.5, 0.2),), warnings=(EVIL,))
    store.finish_hold(hold_id, finish, trace, rows)
    return hold_id


def odd_trace(channels: int, unit: str, seed: int = 1) -> Trace:
    """Return a trace with voids, uneven times, and a sensor tared again in the middle."""
    rng = np.random.default_rng(seed)
    n = 40
    raw = rng.normal(3e5, 1e3, (n, channels))
    raw[5] = np.nan
    force = (raw - 2.9e5) * 0.0123
    force[20:] -= 1 / 3
    time_ns = np.cumsum(rng.integers(1, 20_000_000, n)) - 100_000_000
    flags = rng.integers(0, 32, n).astype(np.uint8)
    return Trace(time_ns, raw, force, flags, unit, (2.9e5,) * channels, (0.0123,) * channels)


@pytest.fixture
def database(template: Path, tmp_path: Path) -> Path:
    """A database of one's own with one of everything, and hostile words in it."""
    return Path(shutil.copy(template, tmp_path / "s.db"))


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What ``database`` is a copy of."""
    path = tmp_path_factory.mktemp("template") / "s.db"
    with open_store(path) as store:
        ana, bo = store.athlete(EVIL.replace("\r\n", " ")), store.athlete("Bo 李")
        store.join_squad(store.add_squad("-U20"), ana)
        store.add_body_mass(ana, 61.25, AT)
        device = store.device("chronojump", "cell", "/dev/x", "1:2", "S1")
        calibration = store.add_calibration(device, CalibrationRow(0, 0.0123, 2.9e5, ((1.0, 2.0),), 0.1))
        setup = store.setup("red band", {"anchor": "knee"})
        session = store.start_session(ana, '{"steps":[-1,-2],"name":"=x"}', AT)
        first = kept(
            store,
            session,
            odd_trace(1, "N"),
            0,
            device_id=device,
            calibration_ids=(calibration,),
            setup_id=setup,
            planned_s=8.0,
            target_n=300.0,
        )
        kept(store, session, odd_trace(2, "counts"), 1)
        kept(store, session, None, 2)
        store.end_session(session, AT)
        store.set_effort_of_hold(first, 8)
        for about, key in (("athlete", ana), ("session", session), ("hold", first)):
            store.add_note(about, key, EVIL)
        store.add_sprint(ana, Sprint(distance_m=30, time_s=4.31, timing="hand", note=EVIL), AT)
        kept(store, store.start_session(bo, "{}", AT), odd_trace(1, "N", 2), 0)
    return path


def content(path: Path) -> dict[str, list[str]]:
    """Return all rows of all tables that must come back."""
    db = sqlite3.connect(path)
    out = {table: sorted(map(repr, db.execute(f"SELECT * FROM {table}"))) for table in COMPARED}
    groups = "SELECT q.name, a.name FROM squad q JOIN squad_member m ON m.squad_id = q.id"
    out["groups"] = sorted(map(repr, db.execute(f"{groups} JOIN athlete a ON a.id = m.athlete_id")))
    db.close()
    return out


def take(path: Path, *files: Path, **asked: Any) -> Any:
    return import_files(path, files, Asked(**asked), BUILTIN)


@pytest.mark.parametrize(("separator", "decimal"), [(None, None), (None, ","), ("\t", ",")])
def test_everything_comes_back(
    database: Path, tmp_path: Path, separator: str | None, decimal: str | None
) -> None:
    out, fresh = tmp_path / "out", tmp_path / "fresh.db"
    export_to(database, out, "csv", separator=separator, decimal=decimal)
    done = take(fresh, out)
    assert (done.athletes, done.sessions, done.holds, done.sprints, done.changed) == (2, 2, 4, 1, 0)
    assert content(fresh) == content(database)
    with open_store(fresh, readonly=True) as store:
        assert store.check() == []


def test_twice_adds_nothing_and_what_was_deleted_stays_so(database: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    export_to(database, out, "csv")
    before = content(database)
    done = take(database, out, out / "holds.csv")
    assert (done.athletes, done.sessions, done.holds, done.sprints, done.changed) == (0, 0, 0, 0, 0)
    assert content(database) == before
    with open_store(database) as store:
        store.delete_athlete(store.find_athlete("Bo 李"))
    done = take(database, out)
    assert done.holds == 0
    assert any("1 of the holds" in sentence for sentence in done.told)


def test_one_athlete_alone(database: Path, tmp_path: Path) -> None:
    export_to(database, tmp_path / "out", "csv", athlete="Bo 李")
    text = "".join(p.read_text() for p in (tmp_path / "out").rglob("*") if p.is_file())
    assert "Bo 李" in text
    for other in ("red band", "61.25", "4.31", "-U20"):
        assert other not in text
    assert take(tmp_path / "fresh.db", tmp_path / "out").holds == 1


def test_one_session_and_dates(database: Path, tmp_path: Path) -> None:
    with open_store(database, readonly=True) as store:
        session = queries.sessions(store)[0]["session_id"]
    done = export_to(database, tmp_path / "one", "csv", session_id=session)
    assert done.holds == 3
    assert len((tmp_path / "one" / "sprints.csv").read_text().splitlines()) == 1
    assert export_to(database, tmp_path / "none", "csv", until=AT).holds == 0
    assert take(tmp_path / "fresh.db", tmp_path / "one").holds == 3


Change = Callable[[list[dict[str, str]]], Any]


def edited(folder: Path, table: str, change: Change) -> None:
    """Change cells of an exported table."""
    path = folder / table
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    change(rows)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


BROKEN: dict[str, tuple[str, Change, str]] = {
    "no number": (
        "holds.csv",
        lambda r: r[1].update(hold_s="eight"),
        "column 17 'hold_s' .*'eight' is not a number",
    ),
    "no such end": ("holds.csv", lambda r: r[0].update(end="won"), "'won' is none of completed"),
    "unknown session": (
        "holds.csv",
        lambda r: r[0].update(session_id="x"),
        "there is no 'x' in sessions.csv",
    ),
    "pain of 11": ("holds.csv", lambda r: r[0].update(pain="11"), "line [0-9]+ of .*it does not fit"),
    "date missing": (
        "holds.csv",
        lambda r: r[0].update(started_at=""),
        "column 5 'started_at' .*it is empty",
    ),
    "date without zone": (
        "sessions.csv",
        lambda r: r[0].update(started_at="2026-05-01 10:00"),
        "time in UTC",
    ),
    "out of the folder": (
        "holds.csv",
        lambda r: r[0].update(trace="traces/../../s.db"),
        "no file in the folder",
    ),
    "mixed units": ("measures.csv", lambda r: r[0].update(unit="kgf"), "is in N/s, not in 'kgf'"),
    "column lost": (
        "measures.csv",
        lambda r: [row.pop("value") for row in r],
        "line 1 of .*no column 'value'",
    ),
    "row twice": ("holds.csv", lambda r: r.append(r[0]), "an earlier row has the same key"),
    "no JSON": ("sessions.csv", lambda r: r[0].update(plan="{"), "'{' is not JSON"),
    "zeros": ("holds.csv", lambda r: r[0].update(zero_raw="5"), "column 'zero_raw'.*a list of numbers"),
    "nested": (
        "equipment.csv",
        lambda r: r[0].update(details='{"id": "' + r[0]["id"] + '", "name": ["x"]}'),
        "details are not those",
    ),
    "no plan of ours": ("equipment.csv", lambda r: r[0].update(details='{"id": 1}'), "details are not those"),
}


@pytest.mark.parametrize(("table", "change", "says"), BROKEN.values(), ids=BROKEN)
def test_something_wrong_is_told_by_line_and_nothing_is_taken(
    exported: Path, tmp_path: Path, table: str, change: Change, says: str
) -> None:
    out, fresh = tmp_path / "copy", tmp_path / "fresh.db"
    shutil.copytree(exported, out)
    edited(out, table, change)
    with pytest.raises(DataError, match=says) as caught:
        take(fresh, out)
    assert str(out / table) in caught.value.sentence
    with open_store(fresh, readonly=True) as store:
        assert store.athletes() == []


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small export."""
    folder = tmp_path_factory.mktemp("export")
    with open_store(folder / "s.db") as store:
        device = store.device("chronojump", "cell")
        session = store.start_session(store.athlete("Ana"), "{}", AT)
        for number in range(2):
            kept(store, session, odd_trace(1, "N", number), number, device_id=device)
    export_to(folder / "s.db", folder / "out", "csv")
    return folder / "out"


def test_a_damaged_trace_is_told_by_line_and_column(exported: Path, tmp_path: Path) -> None:
    out = tmp_path / "copy"
    shutil.copytree(exported, out)
    [first, *_] = sorted((out / "traces").iterdir())
    lines = first.read_text().splitlines(keepends=True)
    lines[7] = lines[7].replace(",", ",x", 1)
    first.write_text("".join(lines))
    with pytest.raises(DataError, match=r"line 8, column 2 'force_n' of .*is not a number"):
        take(tmp_path / "fresh.db", out)
    first.write_text("".join(lines[:7]) + "1.0,2.0\n")
    with pytest.raises(DataError, match=r"line 8 of .*it has 2 cells and the header has 4"):
        take(tmp_path / "fresh.db", out)


def test_a_folder_that_is_no_export(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no export of isotimer"):
        take(tmp_path / "s.db", tmp_path)
    with pytest.raises(IsotimerError, match="there is no file"):
        take(tmp_path / "s.db", tmp_path / "nothing.csv")


WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=40)
VALUES = st.lists(st.floats(allow_infinity=False), min_size=1, max_size=5)


@settings(max_examples=2, deadline=None)
@given(
    holds=st.lists(st.tuples(WORDS.filter(str.strip), VALUES), min_size=1, max_size=20), comma=st.booleans()
)
def test_any_words_and_numbers_come_back(
    tmp_path_factory: pytest.TempPathFactory, holds: list[tuple[str, list[float]]], comma: bool
) -> None:
    folder = tmp_path_factory.mktemp("any")
    with open_store(folder / "a.db") as store:
        session = store.start_session(store.athlete("Ana"), "{}", AT)
        for number, (words, values) in enumerate(holds):
            raw = np.array(values)[:, None] + 0.0
            time_ns = np.arange(len(values)) * 10**9 // 7
            trace = Trace(time_ns, raw, raw.copy(), np.zeros(len(values), np.uint8), "N", (0.0,), (1.0,))
            store.add_note("hold", kept(store, session, trace, number), words)
    export_to(folder / "a.db", folder / "out", "csv", decimal="," if comma else None)
    take(folder / "b.db", folder / "out")
    assert content(folder / "b.db") == content(folder / "a.db")


def test_other_formats_refuse_foreign_signs(database: Path, tmp_path: Path) -> None:
    for form, signs in (
        ("parquet", {"decimal": ","}),
        ("tindeq", {"decimal": ","}),
        ("chronojump", {"separator": ","}),
    ):
        with pytest.raises(WrongUseError, match="out"):
            export_to(database, tmp_path / form, form, **signs)
        assert not (tmp_path / form).exists()


def test_counts_and_holds_without_a_sensor_are_left_out_of_newtons_and_told(
    database: Path, tmp_path: Path
) -> None:
    done = export_to(database, tmp_path / "cj", "chronojump")
    assert done.holds == 2
    assert len(done.left_out) == 2
    assert len(list((tmp_path / "cj").iterdir())) == 3


def block(rate_hz: float = 80.0, seconds: float = 12.0) -> Block:
    """Return a pull of 8 s at 300 N with rest around it."""
    time = np.arange(-2 * rate_hz, (seconds - 2) * rate_hz) / rate_hz
    held = np.clip(time / 0.2, 0, 1) * (time < 8)
    force = (held * (300 + np.sin(2 * np.pi * 9 * time)) + 0.25)[:, None]
    return Block(time, force, force, np.zeros(time.size, np.uint8))


@pytest.mark.parametrize("form", ["chronojump", "tindeq"])
def test_what_leaves_in_the_shape_of_another_program_comes_back(tmp_path: Path, form: str) -> None:
    with open_store(tmp_path / "a.db") as store:
        session = store.start_session(store.athlete("Ana"), "{}", AT)
        kept(store, session, Trace.of(block(), 0.0), 0)
    export_to(tmp_path / "a.db", tmp_path / "out", form)
    [file] = [p for p in (tmp_path / "out").iterdir() if p.name != "index.csv"]
    asked = {"athlete": "Ana", "add_athletes": True, "position": "ankle-iso-push", "side": "left"}
    done = take(tmp_path / "b.db", file, **asked)
    assert done.holds == 1
    with open_store(tmp_path / "b.db", readonly=True) as store:
        [hold] = queries.holds(store)
        again = queries.trace(store, hold["hold_id"])
    assert again is not None
    assert hold["hold_s"] == pytest.approx(8, abs=0.2)
    ours = block()
    assert len(again) == len(ours)
    assert np.abs(np.diff(again.time_s) - np.diff(ours.time_s)).max() < 2e-6
    np.testing.assert_allclose(again.force_n, ours.force_n, rtol=1e-12)
    local = AT.astimezone().strftime("%Y-%m-%d %H:%M")
    assert hold["started_local"].startswith(local)
