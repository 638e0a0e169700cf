"""Export: whole files, in their folder and nowhere else, that other tools read."""

import csv
import errno
import json
import os
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from isotimer.core.block import Block
from isotimer.core.errors import DataError, WrongUseError
from isotimer.exchange import files
from isotimer.exchange.csv_export import trace_name, write_export
from isotimer.exchange.formats import FORMATS, export_format
from isotimer.store import queries
from isotimer.store.database import Store, open_store
from isotimer.store.rows import HoldFinish, HoldStart, MeasureRow
from isotimer.store.traces import Trace

HOLD = {"hold_id": "0190-aa", "position": "wall push", "side": "left", "started_local": "2026-05-01 10:00:00"}


def trace(n: int = 3) -> Trace:
    raw = np.arange(float(n))[:, None]
    return Trace.of(Block(np.arange(n) / 80, raw, raw, np.zeros(n, np.uint8)), 0.0)


def export(folder: Path, **changes: Any) -> list[Path]:
    given: dict[str, Any] = {"holds": [HOLD], "sessions": [], "measures": [], "traces": [(HOLD, trace())]}
    return write_export(folder, **(given | changes))


def read(path: Path, separator: str = ",") -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=separator))


def stored(store: Store, name: str) -> str:
    session = store.start_session(store.athlete(name), '{"steps": [-1, -2]}')
    start = HoldStart(
        session_id=session,
        position="standing-band-hip-flexion",
        phase="swing",
        side="left",
        mode="steady",
        step_index=0,
        start_s=0.0,
        planned_s=8.0,
        target_n=300.0,
        unit="N",
        channels=("force",),
    )
    hold_id = store.begin_hold(start)
    rows = [
        MeasureRow("tension_mean_n", 251.3, "N"),
        MeasureRow("rfd_0_50_n_s", None, "N/s", "sensor too slow: 87.5 Hz, needs 500"),
    ]
    finish = HoldFinish(end="completed", hold_s=8.0, samples=3, rate_hz=87.5, gaps=((1.5, 0.2),))
    store.finish_hold(hold_id, finish, trace(), rows)
    return hold_id


def test_a_stored_hold_leaves_whole(tmp_path: Path) -> None:
    with open_store(tmp_path / "s.db") as store:
        hold_id = stored(store, "Ana")
        holds = queries.holds(store)
        paths = write_export(
            tmp_path / "out",
            holds=holds,
            sessions=queries.sessions(store),
            measures=queries.measure_rows(store, [hold_id]),
            traces=queries.traces(store, holds),
        )
    assert [p.name for p in paths[:3]] == ["holds.csv", "sessions.csv", "measures.csv"]
    [hold] = read(paths[0])
    expected = {
        "hold_id": hold_id,
        "athlete": "Ana",
        "hold_s": "8.0",
        "planned_s": "8.0",
        "rate_hz": "87.5",
        "target_n": "300.0",
        "tension_mean_n": "251.3",
        "rfd_0_50_n_s": "",
        "end": "completed",
    }
    assert {n: hold[n] for n in expected} == expected
    assert json.loads(hold["gaps"]) == [{"at_s": 1.5, "length_s": 0.2}]
    [session] = read(paths[1])
    assert json.loads(session["plan"]) == {"steps": [-1, -2]}
    assert [(m["measure"], m["value"], m["reason"]) for m in read(paths[2])] == [
        ("rfd_0_50_n_s", "", "sensor too slow: 87.5 Hz, needs 500"),
        ("tension_mean_n", "251.3", ""),
    ]
    [samples] = paths[3:]
    assert samples.parent == tmp_path / "out" / "traces"
    day = holds[0]["started_local"][:10]
    assert samples.name == f"{day}_standing-band-hip-flexion_left_{hold_id[-8:]}.csv"
    assert (
        samples.read_bytes()
        == b"time_s,force_n,raw_force,flags\n0.0,0.0,0.0,0\n0.0125,1.0,1.0,0\n0.025,2.0,2.0,0\n"
    )


def test_measures_come_in_the_order_wished_and_then_by_name(tmp_path: Path) -> None:
    rows = [{"hold_id": "0190-aa", "measure": m, "value": 1.0} for m in ("z_n", "b_n", "a_n", "=x", "side")]
    path = export(tmp_path, measures=rows, measure_order=["z_n", "absent_n"])[0]
    [row] = read(path)
    assert list(row)[-4:] == ["z_n", "'=x", "a_n", "b_n"]
    assert row["side"] == "left"


def test_decimal_comma(tmp_path: Path) -> None:
    paths = export(tmp_path, holds=[HOLD | {"hold_s": 8.25}], separator=";", decimal=",")
    assert read(paths[0], ";")[0]["hold_s"] == "8,25"
    assert paths[3].read_text().splitlines()[2] == "0,0125;1,0;1,0;0"


def test_wrong_signs_write_nothing(tmp_path: Path) -> None:
    with pytest.raises(WrongUseError):
        export(tmp_path / "out", separator=",", decimal=",")
    assert not (tmp_path / "out").exists()


def test_files_are_plain_utf8_with_bare_line_feeds(tmp_path: Path) -> None:
    for path in export(tmp_path, holds=[HOLD | {"athlete": "Zoë 李\r\n"}]):
        data = path.read_bytes()
        assert not data.startswith(b"\xef\xbb\xbf")
        assert data.endswith(b"\n")
        assert not data.endswith(b"\r\n")
    assert read(tmp_path / "holds.csv")[0]["athlete"] == "Zoë 李\r\n"


@pytest.mark.parametrize(
    "evil", ["../../evil", "/etc/passwd", "..", "a/b", "C:\\x", "con", "\x1b[31m", "x\0y", "é" * 300]
)
def test_hostile_names_stay_in_the_folder(tmp_path: Path, evil: str) -> None:
    hold = {"hold_id": evil, "position": evil, "side": evil, "started_local": evil}
    paths = export(tmp_path / "out", holds=[hold], traces=[(hold, trace())])
    everything = {p for p in tmp_path.rglob("*") if p.is_file()}
    assert everything == set(paths)
    assert {p.parent for p in paths} == {tmp_path / "out", tmp_path / "out" / "traces"}
    assert re.fullmatch(r"[a-z0-9_-]+\.csv", paths[3].name)
    assert len(paths[3].name) < 255


def test_same_short_keys_do_not_share_a_file() -> None:
    taken: set[str] = set()
    names = [trace_name(HOLD | {"hold_id": f"{i}-12345678"}, taken) for i in range(3)]
    assert names[0] == "2026-05-01_wall-push_left_12345678.csv"
    assert len(set(names)) == 3


def test_other_files_stay_and_own_ones_are_replaced(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    (tmp_path / "holds.csv").write_text("old")
    first = export(tmp_path)
    assert export(tmp_path) == first
    assert (tmp_path / "mine.txt").read_text() == "mine"
    assert (tmp_path / "holds.csv").read_text().startswith("hold_id,")
    assert {p for p in tmp_path.rglob("*") if p.is_file()} == {*first, tmp_path / "mine.txt"}


def test_links_are_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "precious.csv").write_text("precious")
    out = tmp_path / "out"
    out.mkdir()
    (out / "holds.csv").symlink_to(outside / "precious.csv")
    (out / "traces").symlink_to(outside)
    with pytest.raises(DataError, match="link"):
        export(out)
    assert (outside / "precious.csv").read_text() == "precious"
    assert [p.name for p in outside.iterdir()] == ["precious.csv"]
    assert not (out / "holds.csv").is_symlink()


def test_file_in_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("x")
    with pytest.raises(DataError, match="it is a file; name a folder"):
        export(tmp_path / "out")


def test_full_disk_leaves_the_old_file_and_no_leftovers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "holds.csv").write_text("old")

    def full(*_args: object, **_named: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(files.os, "fdopen", full)
    with pytest.raises(DataError, match="no space left on device") as caught:
        export(tmp_path)
    assert str(tmp_path / "holds.csv") in caught.value.sentence
    assert [p.name for p in tmp_path.iterdir()] == ["holds.csv"]
    assert (tmp_path / "holds.csv").read_text() == "old"


def test_damaged_trace_leaves_no_half_file(tmp_path: Path) -> None:
    def rows() -> Any:
        yield HOLD, trace()
        raise DataError("cannot read the trace of hold 2")

    with pytest.raises(DataError, match="hold 2"):
        export(tmp_path, traces=rows())
    assert len(list((tmp_path / "traces").iterdir())) == 1


def test_formats_are_found_by_name() -> None:
    assert export_format("csv").write is write_export
    assert len({row.id for row in FORMATS}) == len(FORMATS)
    with pytest.raises(WrongUseError, match="unknown format 'xls'; use csv"):
        export_format("xls")
