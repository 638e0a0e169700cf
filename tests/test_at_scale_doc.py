"""What docs/at-scale.md shows works on a real export."""

import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from isotimer.session.sharing import export_to
from isotimer.store.database import open_store

PAGE = (Path(__file__).resolve().parents[1] / "docs" / "at-scale.md").read_text("utf-8")
END = datetime(2026, 6, 1, 12, tzinfo=UTC)


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, season_made: Path) -> Path:
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    folder = tmp_path_factory.mktemp("scale")
    shutil.copyfile(season_made, folder / "s.db")
    export_to(folder / "s.db", folder / "season", "parquet", since=END - timedelta(days=7))
    return folder


def test_the_queries_find_trend_and_balance(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    duckdb = pytest.importorskip("duckdb", reason="DuckDB is not installed")
    monkeypatch.chdir(place)
    trend, balance = (duckdb.sql(text).fetchall() for text in blocks("sql"))
    assert {"Demo athlete"} <= {row[0] for row in trend}
    assert all(row[4] > 0 and row[5] > 50 for row in trend)
    swing = [row for row in balance if row[:2] == ("Demo athlete", "swing")]
    # the made-up season has a weak left swing side
    assert swing[0][4] > 4


def test_two_workers_derive_the_same_measures(place: Path) -> None:
    distributed = pytest.importorskip("distributed", reason="Dask is not installed")
    shown: dict[str, Any] = {}
    exec(blocks("python")[0], shown)
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        rows = shown["federation"](place / "season", client)
    with open_store(place / "s.db") as store:
        known = {
            (r["hold_id"], r["id"]): r["value"]
            for r in store.rows("SELECT m.* FROM measure m JOIN trace USING (hold_id)")
        }
    compared = [
        (value, known[hold, name]) for hold, name, value in rows if name in ("tension_mean_n", "shake_rms_n")
    ]
    assert len(compared) > 10
    assert sum(b is not None for _, b in compared) > 10
    assert all(a is b is None or a == pytest.approx(b, rel=1e-6) for a, b in compared)
