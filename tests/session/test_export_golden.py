"""What an export looks like, byte for byte: a column, unit or format that changes by accident fails here.

One that is meant to change is written anew with
``ISOTIMER_GOLDEN=write pytest tests/session/test_export_golden.py``; the difference is then looked at like
any other, and told in the changelog: people's scripts read these files.
"""

import os
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from isotimer import __version__
from isotimer.core.block import Block
from isotimer.session.sharing import export_to
from isotimer.store.database import Store, open_store
from isotimer.store.results import Sprint
from isotimer.store.rows import CalibrationRow, HoldFinish, HoldStart, MeasureRow
from isotimer.store.traces import Trace

GOLDEN = Path(__file__).with_name("golden") / "export"
AT = datetime(2026, 5, 1, 17, 30, tzinfo=UTC)
_KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_SHORT = re.compile(r"(?<=[_-])[0-9a-f]{8,12}(?=\.csv|/|\")")
_NOW = re.compile(r"(?!2026-05-01)20\d\d-\d\d-\d\dT[0-9:.]+Z")


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A database with one hold and one of everything that hangs on it; the computer's zone is UTC."""
    zone = os.environ.get("TZ")
    os.environ["TZ"] = "UTC"
    time.tzset()
    path = tmp_path_factory.mktemp("golden") / "s.db"
    with open_store(path) as store:
        _fill(store)
    yield path
    del os.environ["TZ"]
    if zone is not None:
        os.environ["TZ"] = zone
    time.tzset()


def _fill(store: Store) -> None:
    ana = store.athlete("Ana")
    store.join_squad(store.add_squad("U20"), ana)
    store.add_body_mass(ana, 61.25, AT)
    device = store.device("chronojump-force-sensor", "cell", "/dev/x", "1:2", "S1")
    line = CalibrationRow(0, 0.0123, 2.9e5, ((1.0, 2.0),), 0.1)
    session = store.start_session(ana, '{"name": "morning"}', AT)
    hold = store.begin_hold(
        HoldStart(
            session_id=session,
            position="wall-push",
            phase="push",
            side="left",
            mode="steady",
            step_index=0,
            start_s=1000.5,
            started_at=AT,
            planned_s=8.0,
            target_n=300.0,
            target_low_n=285.0,
            target_high_n=315.0,
            device_id=device,
            setup_id=store.setup("red band", {"anchor": "knee"}),
            calibration_ids=(store.add_calibration(device, line),),
            channels=("force",),
            zero_raw=(0.0,),
            slope_n_per_raw=(1.0,),
        )
    )
    force = np.array([[-0.25], [251.5], [np.nan], [1234.0625]])
    block = Block(
        np.array([-0.0125, 0.0, 0.0125, 0.0250001]), force, force, np.array([0, 0, 1, 16], np.uint8)
    )
    measures = [
        MeasureRow("tension_mean_n", 251.3, "N", version=3),
        MeasureRow("shake_rms_n", 2.5, "N", "", "a resonance lies within the band"),
        MeasureRow("rfd_0_50_n_s", None, "N/s", "sensor too slow: 87.5 Hz, needs 500"),
    ]
    finish = HoldFinish(
        end="completed",
        hold_s=8.25,
        rate_hz=80.5,
        samples=3,
        gaps=((1.5, 0.25),),
        warnings=("The zero moved.",),
    )
    store.finish_hold(hold, finish, Trace.of(block, 0.0), measures)
    store.end_session(session, AT)
    store.set_effort_of_hold(hold, 8)
    store.add_note("hold", hold, "=slipped; once")
    store.add_sprint(ana, Sprint(distance_m=30, time_s=4.31, timing="hand", steps=17, contact_s=0.112), AT)


def plain(text: str) -> str:
    """Return text with what differs from run to run named instead: keys, the present time, the version."""
    keys = {key: f"key-{n}" for n, key in enumerate(dict.fromkeys(_KEY.findall(text)), start=1)}
    text = _KEY.sub(lambda found: keys[found[0]], text)
    return _NOW.sub("NOW", _SHORT.sub("SHORT", text)).replace(__version__, "VERSION")


def as_golden(name: str, files: dict[str, str]) -> None:
    """Compare files with the golden one of a format, which holds them all one after the other."""
    shown = "".join(f"==> {file} <==\n{text}\n" for file, text in files.items())
    golden = GOLDEN / f"{name}.txt"
    if os.environ.get("ISOTIMER_GOLDEN") == "write":
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_bytes(shown.encode())
    assert golden.exists(), __doc__
    assert shown == golden.read_bytes().decode(), __doc__


def written(database: Path, folder: Path, form: str, **signs: str) -> dict[str, str]:
    """Return the text of every file of an export by its name."""
    paths = export_to(database, folder, form, **signs).paths
    names = {path: path.relative_to(folder).as_posix() for path in paths}
    return {plain(name): plain(path.read_bytes().decode()) for path, name in names.items()}


def test_csv_with_its_package(database: Path, tmp_path: Path) -> None:
    files = written(database, tmp_path, "csv")
    # The dictionary says the same as the package and is compared with its page elsewhere.
    as_golden("csv-point", {name: text for name, text in files.items() if name != "columns.csv"})


def test_csv_with_decimal_commas(database: Path, tmp_path: Path) -> None:
    files = written(database, tmp_path, "csv", decimal=",")
    with_decimals = ("holds.csv", "sessions.csv", "sprints.csv", "traces/")
    as_golden("csv-comma", {name: text for name, text in files.items() if name.startswith(with_decimals)})


@pytest.mark.parametrize("form", ["chronojump", "tindeq"])
def test_raw_in_the_shape_of_another_program(database: Path, tmp_path: Path, form: str) -> None:
    as_golden(form, written(database, tmp_path, form))


def test_parquet_columns_types_and_units(database: Path, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    found = {}
    for path in export_to(database, tmp_path, "parquet").paths:
        with parquet.ParquetFile(path) as file:
            rows = [
                f"{f.name}: {f.type} {(f.metadata or {}).get(b'unit', b'').decode()}".rstrip()
                for f in file.schema_arrow
            ]
        found[plain(path.relative_to(tmp_path).as_posix())] = "\n".join(rows) + "\n"
    as_golden("parquet", found)
