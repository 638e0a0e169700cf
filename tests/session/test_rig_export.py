"""A hold on two plates leaves with all that its rig saw, and comes back as it was."""

import csv
import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from isotimer.core.plan import Side
from isotimer.core.positions.book import BUILTIN
from isotimer.core.rig import Rig, RigChannel, RigDevice, rig_dict
from isotimer.exchange.trace_table import RIG_COLUMNS
from isotimer.session.importing import Asked, import_files
from isotimer.session.sharing import export_to
from isotimer.store.database import open_store
from isotimer.store.rigs import keep_rig, rig_named
from isotimer.store.rows import HoldFinish, HoldStart
from isotimer.store.traces import Trace

AT = datetime(2026, 5, 1, 17, 30, tzinfo=UTC)
CORNERS = ((150, 250), (-150, 250), (-150, -250), (150, -250))
PLATES = (("l", "left", -200, Side.LEFT), ("r", "right", 200, Side.RIGHT))
LEFT_MM, RIGHT_MM, SHARE = (10.0, 20.0), (-30.0, 40.0), 0.4
STRAP_N = 55.0


def plates(*, strap: bool) -> Rig:
    cells = tuple(
        RigChannel(device, n, side, plate, middle + x, y)
        for device, plate, middle, side in PLATES
        for n, (x, y) in enumerate(CORNERS)
    )
    devices = tuple(RigDevice(device, "teensy-plate4", f"SN-{device}") for device, *_ in PLATES)
    if not strap:
        return Rig("two plates", devices, cells, (47.0, 53.0))
    return Rig("with strap", (*devices, RigDevice("s", "hx711-line")), (*cells, RigChannel("s", 0)))


def standing(rig: Rig) -> Trace:
    """Return 700 N, 40 % on the right, each foot somewhere; the right plate is lost in the end."""
    parts = [
        part * 700 / 4 * (1 + x * away[0] / 150) * (1 + y * away[1] / 250)
        for part, away in ((1 - SHARE, LEFT_MM), (SHARE, RIGHT_MM))
        for x, y in ((1, 1), (-1, 1), (-1, -1), (1, -1))
    ]
    parts += [STRAP_N] * (len(rig.channels) - 8)
    force = np.tile(parts, (50, 1))
    force += np.random.default_rng(1).normal(0, 1e-3, force.shape)
    force[40:, 4:8] = np.nan
    flags = np.where(np.arange(50) < 40, 0, 1).astype(np.uint8)
    zero, slope = (8000.0,) * force.shape[1], (0.01,) * force.shape[1]
    return Trace(np.arange(50) * 1_000_003, 8000 + 100 * force, force, flags, "N", zero, slope)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "s.db"
    with open_store(path) as store:
        session = store.start_session(store.athlete("Ana"), "{}", AT)
        for number, strap in enumerate((False, True)):
            rig, trace = plates(strap=strap), standing(plates(strap=strap))
            keep_rig(store, rig.name, rig_dict(rig))
            rig_named(store, rig.name)
            ids = {
                d.id: store.device(d.profile, "Plate", f"/dev/{d.id}", "", d.serial_number)
                for d in rig.devices
            }
            hold_id = store.begin_hold(
                HoldStart(
                    session_id=session,
                    position="standing-pull-back",
                    phase="push",
                    side="both",
                    mode="steady",
                    step_index=number,
                    start_s=1000.0 + number,
                    started_at=AT,
                    unit="N",
                    device_id=ids["l"],
                    channels=rig.names,
                    zero_raw=trace.zero_raw,
                    slope_n_per_raw=trace.slope_n_per_raw,
                    rig=json.dumps({"name": rig.name, **rig_dict(rig), "body_mass_kg": 71.4}),
                    device_ids=tuple(ids[c.device] for c in rig.channels),
                )
            )
            store.finish_hold(hold_id, HoldFinish(end="completed", hold_s=0.05), trace, [])
    return path


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_csv_tells_rig_sensors_and_every_centre(database: Path, tmp_path: Path) -> None:
    export_to(database, tmp_path / "out", "csv")
    plain, strapped = rows_of(tmp_path / "out" / "holds.csv")
    assert (plain["rig_name"], strapped["rig_name"]) == ("two plates", "with strap")
    assert json.loads(plain["devices"]) == ["Plate (SN-l)", "Plate (SN-r)"]
    assert json.loads(strapped["devices"]) == ["Plate (SN-l)", "Plate (SN-r)", "Plate"]
    assert len(json.loads(plain["device_ids"])) == len(json.loads(plain["channels"])) == 8
    assert json.loads(plain["rig"])["channels"][7]["side"] == "right"
    first, *_, last = rows_of(tmp_path / "out" / plain["trace"])
    assert set(RIG_COLUMNS) < set(first)
    assert float(first["left_cop_x_mm"]) == pytest.approx(LEFT_MM[0] - 200, abs=0.1)
    assert float(first["right_cop_y_mm"]) == pytest.approx(RIGHT_MM[1], abs=0.1)
    net = (1 - SHARE) * (LEFT_MM[0] - 200) + SHARE * (RIGHT_MM[0] + 200)
    assert float(first["cop_x_mm"]) == pytest.approx(net, abs=0.1)
    assert float(first["force_n"]) == pytest.approx(700, abs=0.1)
    assert (last["cop_x_mm"], last["right_cop_x_mm"], last["right_n"]) == ("", "", "")
    assert float(last["left_cop_x_mm"]) == pytest.approx(LEFT_MM[0] - 200, abs=0.1)
    pulled = rows_of(tmp_path / "out" / strapped["trace"])[0]
    assert float(pulled["force_n"]) == pytest.approx(STRAP_N, abs=0.1)
    explained = {row["column"]: row for row in rows_of(tmp_path / "out" / "columns.csv")}
    assert "rig_name" in explained


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_hold_on_a_rig_comes_back_identical(database: Path, tmp_path: Path, form: str) -> None:
    if form == "parquet":
        pytest.importorskip("pyarrow")
    fresh = tmp_path / "fresh.db"
    export_to(database, tmp_path / "out", form)
    done = import_files(fresh, (tmp_path / "out",), Asked(), BUILTIN)
    assert done.holds == 2
    assert content(fresh) == content(database)
    export_to(database, tmp_path / "a", "csv")
    export_to(fresh, tmp_path / "b", "csv")
    for file in sorted((tmp_path / "a").rglob("*.csv")):
        again = tmp_path / "b" / file.relative_to(tmp_path / "a")
        assert again.read_bytes() == file.read_bytes(), file.name


def test_parquet_has_the_same_columns_of_the_rig(database: Path, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    export_to(database, tmp_path / "out", "parquet")
    [path] = (tmp_path / "out" / "traces").rglob("*.parquet")
    table = parquet.ParquetFile(path).read().to_pydict()
    assert table["right_cop_x_mm"][0] == pytest.approx(RIGHT_MM[0] + 200, abs=0.1)
    assert table["right_cop_x_mm"][49] is None
    assert table["force_n"][50] == pytest.approx(STRAP_N, abs=0.1)


def test_what_leaves_for_other_programs_is_the_tension(database: Path, tmp_path: Path) -> None:
    export_to(database, tmp_path / "out", "chronojump")
    index = rows_of(tmp_path / "out" / "index.csv")
    assert [row["rig_name"] for row in index] == ["two plates", "with strap"]
    first = (tmp_path / "out" / index[1]["file"]).read_text().splitlines()[1]
    assert float(first.split(";")[1]) == pytest.approx(STRAP_N, abs=0.1)


def content(path: Path) -> dict[str, list[str]]:
    db = sqlite3.connect(path)
    out = {t: sorted(map(repr, db.execute(f"SELECT * FROM {t}"))) for t in ("hold", "trace", "device")}
    db.close()
    return out
