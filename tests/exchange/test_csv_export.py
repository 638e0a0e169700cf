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
from isotimer.exchange.csv_export import trace_names, write_csv
from isotimer.exchange.export_data import Export, HoldKey
from isotimer.exchange.formats import FORMATS, export_format
from isotimer.exchange.tables import HOLDS
from isotimer.measures.table import MEASURES
from isotimer.store.traces import Trace

HOLD = {
    "hold_id": "0190-aa",
    "athlete_id": "0190-bb",
    "athlete": "Ana",
    "position": "wall push",
    "side": "left",
    "started_local": "2026-05-01 10:00:00",
}


def trace(n: int = 3) -> Trace:
    raw = np.arange(float(n))[:, None]
    return Trace.of(Block(np.arange(n) / 80, raw, raw, np.zeros(n, np.uint8)), 0.0)


def made(holds: list[dict[str, Any]], measures: Any = (), traces: Any = None, **others: Any) -> Export:
    """Return an export of holds that each have a trace, unless told otherwise."""
    keys = [
        HoldKey(
            h["hold_id"],
            h["athlete_id"],
            h["athlete"],
            h["started_local"][:10],
            h["position"],
            h["side"],
            has_trace=True,
        )
        for h in holds
    ]
    found = [(hold, trace()) for hold in holds] if traces is None else traces
    return Export(
        tuple(keys),
        holds=lambda ids: [h for h in holds if h["hold_id"] in ids],
        measures=lambda ids: [m for m in measures if m["hold_id"] in ids],
        traces=lambda ids: iter(found),
        others={name: lambda rows=rows: rows for name, rows in others.items()},
    )


def export(folder: Path, separator: str = ",", decimal: str = ".", **changes: Any) -> list[Path]:
    given: dict[str, Any] = {"holds": [HOLD], "sessions": []}
    return list(write_csv(folder, made(**(given | changes)), separator, decimal).paths)


def read(path: Path, separator: str = ",") -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=separator))


def test_measures_stand_beside_their_hold_in_their_own_unit_only(tmp_path: Path) -> None:
    rows = [
        {"hold_id": "0190-aa", "measure": "tension_mean_n", "value": 251.3, "unit": "N"},
        {"hold_id": "0190-aa", "measure": "tension_peak_n", "value": 9e5, "unit": "counts"},
        {"hold_id": "0190-aa", "measure": "shake_pct", "value": None, "unit": "%", "reason": "too slow"},
        {"hold_id": "0190-aa", "measure": "side", "value": 5.0, "unit": ""},
    ]
    paths = export(tmp_path, measures=rows)
    [row] = read(paths[0])
    assert [row[m] for m in ("tension_mean_n", "tension_peak_n", "shake_pct")] == ["251.3", "", ""]
    assert row["side"] == "left"
    own = [column.name for column in HOLDS.columns]
    assert list(row) == [*own, *(m.id for m in MEASURES if m.id not in own)]
    assert [(m["measure"], m["value"], m["reason"]) for m in read(paths[1])] == [
        ("tension_mean_n", "251.3", ""),
        ("tension_peak_n", "900000.0", ""),
        ("shake_pct", "", "too slow"),
        ("side", "5.0", ""),
    ]


def test_the_trace_of_a_hold_is_named_in_its_row(tmp_path: Path) -> None:
    paths = export(tmp_path)
    [samples] = [p for p in paths if p.parent != tmp_path]
    assert read(paths[0])[0]["trace"] == samples.relative_to(tmp_path).as_posix()
    assert (
        samples.read_bytes()
        == b"time_s,force_n,raw_1,flags\n0.0,0.0,0.0,0\n0.0125,1.0,1.0,0\n0.025,2.0,2.0,0\n"
    )


def test_the_package_describes_every_file_and_every_column(tmp_path: Path) -> None:
    paths = export(tmp_path, separator=";", decimal=",")
    package = json.loads((tmp_path / "datapackage.json").read_text())
    listed = {tmp_path / resource["path"]: resource for resource in package["resources"]}
    assert listed.keys() == {*paths} - {tmp_path / "datapackage.json"}
    for path, resource in listed.items():
        fields = resource["schema"]["fields"]
        assert [f["name"] for f in fields] == path.read_text().split("\n")[0].split(";"), path
        assert resource["dialect"]["delimiter"] == ";"
        assert all(f["decimalChar"] == "," for f in fields if f["type"] == "number")
    described = {(row["table"], row["column"]) for row in read(tmp_path / "columns.csv", ";")}
    assert {("holds", name) for name in read(tmp_path / "holds.csv", ";")[0]} <= described
    assert all(row["meaning"] for row in read(tmp_path / "columns.csv", ";"))


def test_files_are_for_their_owner_alone(tmp_path: Path) -> None:
    for path in export(tmp_path / "out"):
        assert path.stat().st_mode & 0o77 == 0
        assert path.parent.stat().st_mode & 0o77 == 0


def test_what_a_spreadsheet_would_run_is_text(tmp_path: Path) -> None:
    path = export(tmp_path, holds=[HOLD | {"athlete": "=1+1", "position": "@x", "why": "a;-2"}])[0]
    [row] = read(path)
    assert (row["athlete"], row["position"], row["why"]) == ("'=1+1", "'@x", "a;'-2")


def test_decimal_comma(tmp_path: Path) -> None:
    paths = export(tmp_path, holds=[HOLD | {"hold_s": 8.25}], separator=";", decimal=",")
    assert read(paths[0], ";")[0]["hold_s"] == "8,25"
    [samples] = [p for p in paths if p.parent != tmp_path]
    assert samples.read_text().splitlines()[2] == "0,0125;1,0;1,0;0"


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
    hold = dict.fromkeys(HOLD, evil)
    paths = export(tmp_path / "out", holds=[hold])
    everything = {p for p in tmp_path.rglob("*") if p.is_file()}
    assert everything == set(paths)
    assert {p.parent for p in paths} == {tmp_path / "out", tmp_path / "out" / "traces"}
    [samples] = [p for p in paths if p.parent.name == "traces"]
    assert re.fullmatch(r"[a-z0-9_-]+\.csv", samples.name)
    assert len(samples.name) < 255


def test_same_short_keys_do_not_share_a_file() -> None:
    keys = made([HOLD | {"hold_id": f"{i}-12345678"} for i in range(3)]).keys
    names = list(trace_names(keys).values())
    assert names[0] == "traces/2026-05-01_wall-push_left_12345678.csv"
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
    assert export_format("csv") is FORMATS[0]
    assert len({row.id for row in FORMATS}) == len(FORMATS)
    with pytest.raises(WrongUseError, match="unknown format 'xls'; use csv"):
        export_format("xls")
