"""What a killed process leaves of a backup goes; what is being written, and every other file, stays."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from isotimer.session.recovery import recover
from isotimer.store import leftovers
from isotimer.store.database import open_store
from isotimer.store.leftovers import part_of, sweep
from isotimer.store.opening import backup_name

_WRITES = """
import sys, time
from pathlib import Path
from isotimer.store.leftovers import part_of
part_of(Path(sys.argv[1])).write_bytes(b"half")
print("there", flush=True)
time.sleep(60)
"""


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "s.db"
    open_store(path).close()
    return path


def another(to: Path) -> subprocess.Popen[str]:
    """Return a living process that has half of a file written."""
    process = subprocess.Popen([sys.executable, "-c", _WRITES, str(to)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "there\n"
    return process


def parts(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir() if ".part" in p.name)


def test_a_backup_that_was_killed_goes_and_one_that_is_being_written_stays(database: Path) -> None:
    process = another(backup_name(database, "merge"))
    try:
        [name] = parts(database.parent)
        assert sweep(database) == ()
        with open_store(database) as store:
            store.backup_beside("other")
        assert parts(database.parent) == [name]
    finally:
        process.send_signal(signal.SIGKILL if os.name == "posix" else signal.SIGTERM)
        process.wait()
        process.stdout.close()
    assert recover(database) == ()
    assert parts(database.parent) == []
    assert database.exists()


def test_the_next_backup_to_a_place_clears_what_is_left_there(database: Path, tmp_path: Path) -> None:
    to = tmp_path / "elsewhere" / "mine.db"
    to.parent.mkdir()
    process = another(to)
    process.kill()
    process.wait()
    process.stdout.close()
    assert len(parts(to.parent)) == 1
    with open_store(database) as store:
        store.backup(to)
    assert [p.name for p in to.parent.iterdir()] == ["mine.db"]


def test_this_process_and_its_threads_are_left_alone(database: Path) -> None:
    part_of(backup_name(database, "x")).touch()
    assert sweep(database) == ()


@pytest.mark.parametrize(
    ("name", "old", "goes"),
    [
        ("s.db.backup-x-1~{host}~b~99999999~1.part", False, True),
        ("s.db.backup-x-1~{host}~b~99999999~1.part-journal", False, True),
        ("s.db.backup-x-1~another~b~99999999~1.part", False, False),
        ("s.db.backup-x-1~another~b~99999999~1.part", True, True),
        ("s.db.backup-x-1.part", False, False),
        ("s.db.backup-x-1.part", True, True),
        ("s.db.backup-x-1", True, False),
        ("s.db.part", True, False),
        ("other.db.backup-x-1.part", True, False),
        ("notes.part", True, False),
    ],
)
def test_only_our_own_names_count(database: Path, name: str, old: bool, goes: bool) -> None:
    file = database.with_name(name.format(host=socket.gethostname()))
    file.touch()
    if old:
        before_s = time.time() - 2 * leftovers._OLD_S
        os.utime(file, (before_s, before_s))
    assert sweep(database) == ((file,) if goes else ())
    assert file.exists() is not goes


@pytest.mark.skipif(os.name != "posix", reason="links need rights elsewhere")
def test_neither_a_link_nor_a_folder_is_deleted(database: Path) -> None:
    stem = f"s.db.backup-x-1~{socket.gethostname()}~b~99999999~"
    kept = database.with_name("kept")
    kept.touch()
    database.with_name(f"{stem}1.part").symlink_to(kept)
    database.with_name(f"{stem}2.part").mkdir()
    assert sweep(database) == ()
    assert kept.exists()
    assert len(parts(database.parent)) == 2
