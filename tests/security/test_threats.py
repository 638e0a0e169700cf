"""One test for each line of docs/security.md."""

import ast
import csv
import html
import json
import os
import re
import sqlite3
import stat
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import isotimer
from isotimer.cli.main import isotimer as command
from isotimer.core.decode import Decoder
from isotimer.core.errors import DataError, IsotimerError
from isotimer.core.patterns import pattern_fault
from isotimer.link.catalog import find_profile
from isotimer.link.shipped import shipped_folder
from isotimer.session.places import Places
from isotimer.session.station import Station
from isotimer.store.database import open_store
from isotimer.store.rows import HoldFinish, HoldStart, MeasureRow
from isotimer.store.traces import Trace, decode_trace, encode_trace

ROOT = Path(isotimer.__file__).resolve().parent
PAGE = ROOT.parent / "docs" / "security.md"
ESCAPES = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
HOSTILE = (
    "[red]\x1b]0;owned\x07\x9b31m=cmd|' /C calc'!A1 ../../x'); DROP TABLE hold;--"
    "<script>alert(1)</script>\u202e"
)
LISTINGS = (
    "athletes", "history", "history --sessions", "sprint", "note", "balance --athlete {key}",
    "trend --athlete {key}", "db calibrations", "db check", "devices", "plans", "positions",
)  # fmt: skip


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in list(os.environ):
        if name.startswith(("XDG_", "ISOTIMER")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return tmp_path


@pytest.fixture
def database(home: Path) -> Path:
    """A database whose every text is hostile: somebody else wrote it."""
    path = home / "data" / "hostile.db"
    with open_store(path) as store:
        session = store.start_session(store.athlete("Ana"), json.dumps({"name": HOSTILE, "id": HOSTILE}))
        start = HoldStart(
            session_id=session, position=HOSTILE, phase="push", side="left", mode="steady", step_index=0,
            start_s=5.0, unit="N", setup_id=store.setup(HOSTILE), channels=(HOSTILE,),
            device_id=store.device(HOSTILE, HOSTILE, HOSTILE, "", HOSTILE),
        )  # fmt: skip
        hold = store.begin_hold(start)
        raw = np.full((200, 1), 250.0)
        trace = Trace(np.arange(200) * 12_500_000, raw, raw, np.zeros(200, np.uint8), "N", (0.0,), (1.0,))
        finish = HoldFinish(end="completed", hold_s=2.0, why=HOSTILE, samples=160, warnings=(HOSTILE,))
        numbers = [MeasureRow("tension_mean_n", None, "N", HOSTILE, HOSTILE, 1)]
        store.finish_hold(hold, finish, trace, numbers)
        athlete = store.people()[0]["id"]
        store.add_note("athlete", athlete, HOSTILE)
        store.join_squad(store.add_squad("U20"), athlete)
    db = sqlite3.connect(path)
    with db:
        db.execute("UPDATE athlete SET name = ?", [HOSTILE])
        db.execute("UPDATE squad SET name = ?", [HOSTILE])
        db.execute(
            "INSERT INTO calibration SELECT 'c', id, 0, 2.0, 0.0, '[]', NULL, created_at, 0 FROM device"
        )
    db.close()
    return path


def say(database: Path, *words: str) -> str:
    """Return all that a verb writes, and see that it did not fail unexpectedly."""
    done = CliRunner().invoke(command, ["--db", str(database), *words])
    unforeseen = done.exception if not isinstance(done.exception, SystemExit | IsotimerError) else None
    assert unforeseen is None, (words, unforeseen)
    return done.output + str(done.exception or "")


@pytest.mark.parametrize("listing", LISTINGS)
@pytest.mark.parametrize("form", ["text", "json"])
def test_no_text_reaches_the_terminal_as_an_escape(database: Path, listing: str, form: str) -> None:
    with open_store(database) as store:
        key = store.people()[0]["id"]
    words = listing.format(key=key).split()
    if form == "json" and words[0] not in ("db",):
        words.append("--json")
    told = say(database, *words)
    assert told
    assert ESCAPES.findall(told.replace("\n", "").replace("\t", "")) == []


@pytest.mark.parametrize("screen", ["history", "people", "sprints", "trend"])
async def test_no_text_is_read_as_markup_on_a_screen(database: Path, home: Path, screen: str) -> None:
    from isotimer.tui.app import IsotimerApp
    from isotimer.tui.messages import Go

    usual = Places.find(str(database))
    station = Station(Places(database, usual.device_folders, home / "log"), HOSTILE)
    app = IsotimerApp(station, environ={})
    async with app.run_test(size=(160, 45)) as pilot:
        await pilot.pause()
        app.on_go(Go(screen))
        for _ in range(40):
            await app.workers.wait_for_complete()
            await pilot.pause()
            shown = html.unescape(app.export_screenshot()).replace("\xa0", " ")
            if "[red]" in shown:
                break
    assert "[red]" in shown
    assert ESCAPES.findall(re.sub(r"<[^>]*>", "", shown).replace("\n", "").replace("\xa0", " ")) == []


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.handlers: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.handlers += [n for n, v in attrs if n.startswith("on") or (v or "").startswith("javascript:")]


def test_no_text_is_read_as_html_in_a_report(database: Path, home: Path) -> None:
    with open_store(database) as store:
        key = store.people()[0]["id"]
    page = home / "report.html"
    say(database, "report", "--athlete", key, "-o", str(page))
    seen = _Tags()
    seen.feed(page.read_text("utf-8"))
    assert "title" in seen.tags
    assert seen.tags & {"script", "iframe", "object", "embed", "link", "base"} == set()
    assert seen.handlers == []
    assert (
        "http-equiv" not in page.read_text("utf-8").lower()
        or "refresh" not in page.read_text("utf-8").lower()
    )


def test_no_text_is_read_as_sql(database: Path) -> None:
    text = "x'); DROP TABLE hold; --"
    for words in (
        ("athletes", "add", text), ("history", "--athlete", text), ("history", "--group", text),
        ("note", "add", text, "--athlete", text), ("athletes", "rename", text, text + "2"),
    ):  # fmt: skip
        say(database, *words)
    with open_store(database) as store:
        assert store.rows("SELECT count(*) AS n FROM hold") == [{"n": 1}]
        assert text + "2" in {p["name"] for p in store.people()}


def test_no_cell_of_an_export_is_a_formula_and_no_file_lies_outside(database: Path, home: Path) -> None:
    out = home / "a" / "b" / "OUT"
    before = {p for p in home.rglob("*") if p.is_file()}
    say(database, "export", "--to", str(out))
    made = {p for p in home.rglob("*") if p.is_file()} - before
    tables = [p for p in made if p.suffix == ".csv"]
    assert len(tables) >= 2
    beside = {p.name for p in made if not p.is_relative_to(out)}
    assert beside <= {"isotimer.log", "hostile.db-wal", "hostile.db-shm"}
    for table in tables:
        for row in csv.reader(table.open(encoding="utf-8", newline="")):
            assert [c for c in row if c[:1] in ("=", "+", "@", "\t", "\r") or re.match(r"-[^\d.]", c)] == []


def test_no_name_of_a_plan_position_or_device_is_a_path(database: Path, home: Path) -> None:
    secret = home / "home" / "secret.toml"
    secret.parent.mkdir(parents=True, exist_ok=True)
    secret.write_text('name = "found"\n')
    for words in (
        ("plans", "show", "../../secret"), ("devices", "show", "../../secret"),
        ("positions", "show", "../secret"),
        ("run", "../../secret", "--plain", "--no-sensor"), ("plans", "show", str(secret.with_suffix(""))),
    ):  # fmt: skip
        assert "found" not in say(database, *words).replace("not found", "")


@pytest.mark.parametrize(
    "pattern", [r"^(a+)+$", r"(a|a)*b", r"(.*,){20}x", r".*,.*,.*,.*,.*;", r"((a{1,9}){1,9}){1,9}b"]
)
def test_no_pattern_of_a_device_file_takes_endless_time(pattern: str) -> None:
    assert pattern_fault(pattern)


def test_no_line_of_a_device_takes_endless_memory() -> None:
    decoder = Decoder(find_profile("chronojump-force-sensor", [shipped_folder()]))
    for at in range(300):
        decoder.feed(b"9" * 4096, at)
    kept = sum(len(v) for v in _held(decoder))
    assert kept < 64 * 1024


def _held(thing: object, depth: int = 0) -> list[bytes]:
    """Return all bytes that an object holds on to."""
    if isinstance(thing, bytes | bytearray):
        return [bytes(thing)]
    if depth > 4:
        return []
    names = [*getattr(thing, "__dict__", {}), *getattr(type(thing), "__slots__", ())]
    return [b for n in names for b in _held(getattr(thing, n, None), depth + 1)]


def test_no_trace_takes_more_memory_than_it_may() -> None:
    raw = np.full((4, 1), 250.0)
    data = encode_trace(Trace(np.arange(4), raw, raw, np.zeros(4, np.uint8), "N", (0.0,), (1.0,)))
    for n in (10**12, 49_999_999):
        grown = data.replace(b'"n":4', b'"n":%d' % n)
        head = int.from_bytes(grown[5:9], "little") + len(grown) - len(data)
        grown = grown[:5] + head.to_bytes(4, "little") + grown[9:-4]
        import zlib

        with pytest.raises(DataError):
            decode_trace(grown + zlib.crc32(grown).to_bytes(4, "little"), "N", (0.0,), (1.0,))


@pytest.mark.skipif(os.name != "posix", reason="rights of files are POSIX's")
def test_all_that_is_written_is_private(home: Path) -> None:
    mask = os.umask(0)
    try:
        database = home / "new" / "sessions.db"
        with open_store(database) as store:
            store.athlete("Ana")
            store.backup(home / "new" / "copy.db")
            found = {p: stat.S_IMODE(p.stat().st_mode) for p in (home / "new").rglob("*")}
        assert {p.name for p in found} >= {"sessions.db", "sessions.db-wal", "copy.db"}
        say(database, "export", "--to", str(home / "new" / "out"))
        say(database, "athletes", "add", "Bea")
        log = Places.find().log_file
        private = [home / "new", *(home / "new").rglob("*"), log, log.parent]
        modes = {p.name: stat.S_IMODE(p.stat().st_mode) & 0o077 for p in private}
    finally:
        os.umask(mask)
    assert {name: oct(mode) for name, mode in modes.items() if mode} == {}


def test_nothing_listens_unless_asked_and_then_on_this_computer_alone() -> None:
    listening = ("listen", "bind", "create_server", "serve_forever", "start_server")
    calls = {
        str(path.relative_to(ROOT))
        for path in ROOT.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in listening
    }
    assert calls <= {"link/endpoint.py"}
    from isotimer.link.endpoint import TcpEndpoint

    one = TcpEndpoint("127.0.0.1", 0)
    try:
        assert one.address.startswith("socket://127.0.0.1:")
    finally:
        one.hang_up()


def test_no_database_loads_a_program(home: Path) -> None:
    path = home / "s.db"
    open_store(path).close()
    for readonly in (False, True):
        with open_store(path, readonly=readonly) as store, pytest.raises(sqlite3.OperationalError):
            store.db.execute("SELECT load_extension('x')")


def test_every_line_of_the_page_has_its_test() -> None:
    named = re.findall(r"`(test_\w+)`", PAGE.read_text("utf-8"))
    here = {name for name in globals() if name.startswith("test_")} - {
        "test_every_line_of_the_page_has_its_test"
    }
    assert set(named) == here
    rows = [
        line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| ") and "---" not in line
    ]
    assert all("`test_" in row for row in rows[1:])
