"""What leaves isotimer opens right where a coach works: pandas, DuckDB, LibreOffice, Datasette."""

import json
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from isotimer.core.errors import DataError, WrongUseError
from isotimer.session.sharing import export_to
from isotimer.store.database import open_store
from isotimer.store.datasette import datasette_metadata
from isotimer.store.results import Sprint
from isotimer.store.rows import HoldFinish, HoldStart, MeasureRow
from isotimer.store.traces import Trace

AT = datetime.now(UTC) - timedelta(days=3)
FORMULA = "=1+1"
MEANS = (251.3, 1234.5678)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two athletes with one hold each; one of them is called like a formula."""
    path = tmp_path_factory.mktemp("readers") / "squad.db"
    with open_store(path) as store:
        for number, name in enumerate((FORMULA, 'Bo, the "quick"')):
            who = store.athlete(name)
            session = store.start_session(who, "{}", AT)
            known: dict[str, Any] = {"session_id": session, "position": "wall-push", "phase": "push"}
            known |= {"side": "left", "mode": "steady", "step_index": 0, "start_s": 0.0, "started_at": AT}
            hold = store.begin_hold(HoldStart(**known, unit="N", channels=("force",)))
            raw = np.array([[100.25], [np.nan], [-1e-7]])
            time_ns = np.array([-10_000_000, 0, 12_500_000])
            trace = Trace(time_ns, raw, raw, np.zeros(3, np.uint8), "N", (0.0,), (1.0,))
            finish = HoldFinish(end="completed", hold_s=8.25, samples=2, rate_hz=87.5)
            store.finish_hold(hold, finish, trace, [MeasureRow("tension_mean_n", MEANS[number], "N")])
            store.add_sprint(who, Sprint(distance_m=30, time_s=4.31, timing="hand", steps=17), AT)
    return path


SIGNS = pytest.mark.parametrize(("separator", "decimal"), [(",", "."), (";", ",")])


@SIGNS
def test_pandas(database: Path, tmp_path: Path, separator: str, decimal: str) -> None:
    pandas = pytest.importorskip("pandas")
    export_to(database, tmp_path, "csv", separator=separator, decimal=decimal)
    holds = pandas.read_csv(tmp_path / "holds.csv", sep=separator, decimal=decimal)
    assert holds["tension_mean_n"].tolist() == list(MEANS)
    assert holds["hold_s"].tolist() == [8.25, 8.25]
    assert holds["athlete"].tolist() == ["'=1+1", 'Bo, the "quick"']
    assert pandas.to_datetime(holds["started_at"]).dt.tz_convert("UTC")[0] == AT
    samples = pandas.read_csv(tmp_path / holds["trace"][0], sep=separator, decimal=decimal)
    assert samples["time_s"].tolist() == [-0.01, 0.0, 0.0125]
    assert samples["force_n"].isna().tolist() == [False, True, False]
    assert samples["force_n"][2] == -1e-7


@SIGNS
def test_duckdb(database: Path, tmp_path: Path, separator: str, decimal: str) -> None:
    duckdb = pytest.importorskip("duckdb")
    export_to(database, tmp_path, "csv", separator=separator, decimal=decimal)
    read = f"read_csv('{tmp_path}/{{}}', delim='{separator}', decimal_separator='{decimal}')"
    found = duckdb.sql(
        f"SELECT h.athlete, h.tension_mean_n, typeof(h.hold_s), m.value, s.time_s"
        f" FROM {read.format('holds.csv')} h"
        f" JOIN {read.format('measures.csv')} m USING (hold_id)"
        f" JOIN {read.format('sprints.csv')} s ON s.athlete_id = h.athlete_id ORDER BY h.tension_mean_n"
    ).fetchall()
    assert [row[1:] for row in found] == [(mean, "DOUBLE", mean, 4.31) for mean in MEANS]
    traces = duckdb.sql(
        f"SELECT sum(force_n), count(*), max(time_s) FROM {read.format('traces/*.csv')}"
    ).fetchall()
    assert traces == [(pytest.approx(2 * (100.25 - 1e-7)), 6, 0.0125)]


def test_parquet_in_duckdb_and_pandas(database: Path, tmp_path: Path) -> None:
    duckdb, pandas = pytest.importorskip("duckdb"), pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    done = export_to(database, tmp_path / "out", "parquet")
    day = AT.astimezone().strftime("%Y-%m-%d")
    parts = {p.relative_to(tmp_path / "out").as_posix() for p in done.paths}
    assert all(p.is_relative_to(tmp_path / "out") and p.stat().st_mode & 0o77 == 0 for p in done.paths)
    assert sum(p.startswith("holds/who=") and p.endswith(f"/day={day}/holds.parquet") for p in parts) == 2
    read = f"read_parquet('{tmp_path}/out/{{}}/*/*/*.parquet', hive_partitioning=true)"
    found = duckdb.sql(
        f"SELECT h.athlete, h.tension_mean_n, CAST(h.day AS VARCHAR), epoch(h.started_at), count(t.time_s),"
        f" max(t.force_n), max(t.raw[1]) FROM {read.format('holds')} h JOIN {read.format('traces')} t"
        " ON t.hold_id = h.hold_id AND t.who = h.who GROUP BY ALL ORDER BY h.tension_mean_n"
    ).fetchall()
    assert [row[0] for row in found] == [FORMULA, 'Bo, the "quick"']
    assert [row[1:] for row in found] == [
        (mean, day, pytest.approx(AT.timestamp()), 3, 100.25, 100.25) for mean in MEANS
    ]
    assert pandas.read_parquet(tmp_path / "out" / "holds")["hold_s"].tolist() == [8.25, 8.25]
    with pytest.raises(DataError, match="choose an empty folder"):
        export_to(database, tmp_path / "out", "parquet")


def test_without_pyarrow_parquet_says_what_to_install(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(WrongUseError, match=r"pip install 'isotimer\[parquet\]'"):
        export_to(database, tmp_path / "out", "parquet")
    assert not (tmp_path / "out").exists()


def test_libreoffice(database: Path, tmp_path: Path) -> None:
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    running = []
    for number, (separator, decimal, language) in enumerate(((",", ".", 1033), (";", ",", 1031))):
        place = tmp_path / str(number)
        export_to(database, place, "csv", separator=separator, decimal=decimal)
        command = [office, f"-env:UserInstallation=file://{place}/profile", "--headless"]
        command += ["--convert-to", "fods", f"--infilter=CSV:{ord(separator)},34,76,1,,{language}"]
        command += ["--outdir", str(place), str(place / "holds.csv")]
        running.append(subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True))
    said = [one.communicate(timeout=50)[0] for one in running]
    for number in range(2):
        sheet = tmp_path / str(number) / "holds.fods"
        if not sheet.exists():
            pytest.skip(f"LibreOffice has no Calc here: {said[number].strip()[-200:]}")
        head, *rows = cells(sheet)
        holds = [dict(zip((text for _, text in head), row, strict=False)) for row in rows]
        assert [hold["tension_mean_n"][0] for hold in holds] == list(MEANS)
        assert [hold["rate_hz"][0] for hold in holds] == [87.5, 87.5]
        assert [hold["athlete"] for hold in holds] == [(None, "'=1+1"), (None, 'Bo, the "quick"')]
        assert "table:formula" not in sheet.read_text("utf-8")


def cells(path: Path) -> list[list[tuple[float | None, str]]]:
    """Return (number or None, text) of each cell of each row of a flat spreadsheet."""
    table, office, text = (
        f"{{urn:oasis:names:tc:opendocument:xmlns:{name}:1.0}}" for name in ("table", "office", "text")
    )
    out = []
    for row in ElementTree.parse(path).iter(f"{table}table-row"):
        found: list[tuple[float | None, str]] = []
        for cell in row.iter(f"{table}table-cell"):
            value = cell.get(f"{office}value")
            words = "\n".join("".join(p.itertext()) for p in cell.iter(f"{text}p"))
            times = min(int(cell.get(f"{table}number-columns-repeated", "1")), 200)
            found += [(None if value is None else float(value), words)] * times
        if any(words for _, words in found):
            out.append(found)
    return out


@pytest.fixture
def site(database: Path, tmp_path: Path) -> Iterator[str]:
    """The address of Datasette with our metadata."""
    pytest.importorskip("datasette")
    metadata = tmp_path / "metadata.json"
    metadata.write_text(json.dumps(datasette_metadata(database.stem)))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "datasette", database, "-m", metadata, "-p", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}"
        end = time.monotonic() + 40
        while True:
            try:
                urllib.request.urlopen(f"{address}/-/versions.json", timeout=5).read()
                break
            except urllib.error.URLError:
                assert server.poll() is None, "Datasette did not start"
                assert time.monotonic() < end, "Datasette does not answer"
                time.sleep(0.05)
        yield f"{address}/{database.stem}"
    finally:
        server.kill()
        server.wait()


def test_datasette_answers_a_coachs_questions(site: str) -> None:
    def ask(path: str, **values: str) -> Any:
        query = urllib.parse.urlencode({"_shape": "array", **values})
        return json.loads(urllib.request.urlopen(f"{site}/{path}.json?{query}", timeout=20).read())

    shown = json.loads(urllib.request.urlopen(f"{site}.json", timeout=20).read())
    assert {t["name"] for t in shown["tables"] if not t["hidden"]} == {
        *("athlete", "body_mass", "device", "note", "setup", "sprint", "squad")
    }
    questions = {query["name"] for query in shown["queries"]}
    for name in questions - {"one_hold"}:
        assert isinstance(ask(name, athlete="", measure=""), list), name
    both = ask("last_28_days", athlete="")
    assert [(row["athlete"], row["phase"], row["holds"]) for row in both] == [
        (FORMULA, "push", 1),
        ('Bo, the "quick"', "push", 1),
    ]
    assert [row["held_s"] for row in both] == pytest.approx([8.25, 8.25], abs=0.06)
    assert [row["highest"] for row in ask("course", athlete=FORMULA, measure="tension_mean_n")] == [MEANS[0]]
    [hold] = ask("v_holds", athlete=FORMULA)
    [measure] = ask("one_hold", hold_id=hold["hold_id"])
    assert (measure["measure"], measure["value"]) == ("tension_mean_n", MEANS[0])
    assert [row["steps_per_s"] for row in ask("sprints", athlete=FORMULA)] == [3.94]
