"""Care of the data under way: migration, merge, recomputation, import; each is all or nothing."""

import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar

import looks
from child import Child
from ends import Struck
from numbered import Numbered, Sensors
from training_scenes import Before, Verdict
from warm import Warm

from isotimer.core.errors import IsotimerError
from isotimer.core.positions import BUILTIN
from isotimer.review.season import Habits, Truth, make_season
from isotimer.session.importing import Asked, import_files
from isotimer.session.recompute import recompute
from isotimer.session.season import load_season
from isotimer.store.database import open_store
from isotimer.store.merge import merge
from isotimer.store.season import add_season

_NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
_WEEKS = 8
_FIXTURES = Path(__file__).resolve().parents[1] / "store" / "fixtures"


@dataclass
class Care:
    """One verb at work on a database.

    Args:
        name: What it is called in the table.
        words: The words of the command; {db} and {folder} are filled in.
        make: Makes the templates in a folder; "sessions.db" is the database it works on.
        allowed: Gives the digests of the states that may be left, the finished one last, from the templates.
        state: Digest of the state of a database.
        again: Does the same work to its end.
    """

    name: str
    words: list[str]
    make: Callable[[Path], None]
    allowed: Callable[[Path], list[str]]
    state: Callable[[Path, Path], str]
    again: Callable[[Path, Path], None]
    screen: ClassVar[bool] = False
    data: ClassVar[bool] = True
    templates: Path = field(default_factory=Path)
    states: list[str] = field(default_factory=list)
    takes_s: float = 0.6

    def set_up(self, folder: Path, env: dict[str, str], warm: Warm, *, trial: bool) -> None:
        """Make the templates, and see what the undisturbed work does and how long."""
        self.templates = folder / self.name.replace(" ", "-")
        self.templates.mkdir()
        self.make(self.templates)
        self.states = self.allowed(self.templates)
        if trial:
            self._try(folder, env, warm)

    def _try(self, folder: Path, env: dict[str, str], warm: Warm) -> None:
        trial = folder / f"{self.templates.name}-trial"
        shutil.copytree(self.templates, trial)
        child = Child(warm, self._filled(trial / "sessions.db"), env, folder, screen=False)
        while not self._begun(trial / "sessions.db") and child.process.poll() is None:
            time.sleep(0.002)
        begun_s = time.monotonic()
        code = child.wait(120.0)
        self.takes_s = time.monotonic() - begun_s
        child.close()
        if code != 0:
            raise SystemExit(f"{self.name}: exit {code}: {child.said()}")
        if self.state(trial / "sessions.db", self.templates) != self.states[-1]:
            raise SystemExit(f"{self.name}: undisturbed it ends in another state than expected")

    def prepare(self, home: Path, database: Path, sensors: Sensors) -> tuple[list[str], Numbered | None]:
        """Copy the templates into place."""
        for file in self.templates.iterdir():
            shutil.copyfile(file, database.parent / file.name)
            # what the round begins with must be on its disk before the power may go
            with (database.parent / file.name).open("rb") as copy:
                os.fsync(copy.fileno())
        folder = os.open(database.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
        return self._filled(database), None

    def wait(self, child: Child, database: Path, sensor: Numbered | None, chance: random.Random) -> str:
        """Wait for a moment within the work."""
        if chance.random() < 0.1:
            time.sleep(chance.uniform(0.0, 0.6))
            return ""
        until_s = time.monotonic() + 25.0
        while not self._begun(database) and child.process.poll() is None and time.monotonic() < until_s:
            time.sleep(0.001)
        time.sleep(chance.uniform(0.0, 1.05 * self.takes_s))
        return ""

    def _begun(self, database: Path) -> bool:
        # A backup or a WAL beside the database is the first sign of work.
        return any(
            f.name.startswith("sessions.db") and f.name != "sessions.db" for f in database.parent.iterdir()
        )

    def _filled(self, database: Path) -> list[str]:
        return [w.format(db=database, folder=database.parent, templates=self.templates) for w in self.words]

    def verdict(self, struck: Struck, before: Before, home: Path, sensor: Numbered | None) -> Verdict:
        """What is left must be one of the allowed states, and the work can be done again to its end."""
        out = Verdict(list(struck.faults), checked=1)
        database = struck.database
        try:
            out.faults += looks.sound(database)
            if self.states and self.state(database, self.templates) not in self.states:
                out.faults.append(f"{self.name}: what is left is neither before nor after")
            self.again(database, self.templates)
            if self.state(database, self.templates) != self.states[-1]:
                out.faults.append(f"{self.name}: done again, it is not what it should be")
            with open_store(database) as store:
                out.faults += store.check()
        except IsotimerError as e:
            out.faults.append(e.sentence)
        return out


def _season(path: Path, name: str) -> None:
    """Write some weeks of somebody, numbers only."""
    season = make_season(Truth(name=name), _NOW - timedelta(weeks=_WEEKS), 1, Habits(weeks=_WEEKS))
    with open_store(path) as store:
        key = store.athlete(name)
        device, setup = store.device("hx711-line", name), store.setup(name)
        units = dict.fromkeys((i for h in season.holds for i in h.values), "N")
        add_season(store, key, season.holds, season.sprints, device_id=device, setup_id=setup,
                   plan_name="p", units=units)  # fmt: skip
    settle(path)


def _traced(path: Path) -> None:
    """Write a season of three, the last days with traces; it is made once and copied."""
    kept = path.parent.parent / "traced.db"
    if not kept.exists():
        load_season(kept, "Ana", _NOW)
        settle(kept)
    shutil.copyfile(kept, path)


def settle(path: Path) -> None:
    """Put all of a database into its one file."""
    with open_store(path) as store:
        store.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _merge_make(folder: Path) -> None:
    for name in ("sessions", "b", "c", "d"):
        _season(folder / f"{name}.db", f"Athlete {name}")


def _merge_allowed(folder: Path) -> list[str]:
    work = folder.with_name(folder.name + "-states.db")
    shutil.copyfile(folder / "sessions.db", work)
    states = [looks.content(work)]
    with open_store(work) as store:
        for name in ("b", "c", "d"):
            merge(store, folder / f"{name}.db")
            states.append(looks.content(work))
    return states


def _merge_again(database: Path, templates: Path) -> None:
    with open_store(database) as store:
        for name in ("b", "c", "d"):
            merge(store, templates / f"{name}.db")


def _whole(database: Path, templates: Path) -> str:
    return looks.content(database)


def _recompute_make(folder: Path) -> None:
    path = folder / "sessions.db"
    _traced(path)
    with open_store(path) as store, store.writing():
        # An older algorithm, and numbers that are not to be kept.
        store.db.execute(
            "UPDATE measure SET version = 1, value = value * 2 WHERE hold_id IN (SELECT hold_id FROM trace)"
        )
    settle(path)


def _recompute_allowed(folder: Path) -> list[str]:
    work = folder.with_name(folder.name + "-states.db")
    shutil.copyfile(folder / "sessions.db", work)
    recompute(work)
    olds, news = looks.finished_holds(folder / "sessions.db"), looks.finished_holds(work)
    (folder.with_name(folder.name + "-holds.json")).write_text(json.dumps([olds, news]))
    return ["partly", "done"]


def _recompute_state(database: Path, templates: Path) -> str:
    olds, news = json.loads(templates.with_name(templates.name + "-holds.json").read_text())
    now = looks.finished_holds(database)
    if now == news:
        return "done"
    whole = now.keys() == olds.keys() and all(now[k] in (olds[k], news[k]) for k in now)
    return "partly" if whole else "torn"


def _migrate_make(folder: Path) -> None:
    """Make a database of the first schema that is large enough to be hit in the middle."""
    import sqlite3

    db = sqlite3.connect(folder / "sessions.db")
    db.executescript((_FIXTURES / "schema1.sql").read_text("utf-8"))
    names = [c[0] for c in db.execute("SELECT name FROM pragma_table_info('hold')") if c[0] != "id"]
    listed, rest = ", ".join(f'"{n}"' for n in names), "codec, samples, channels, data"
    [(model,)] = db.execute('SELECT id FROM hold WHERE "end" NOT NULL LIMIT 1').fetchall()
    for number in range(600):
        key = f"{model[:-6]}{number:06x}"
        for table, key_name, columns in (("hold", "id", listed), ("trace", "hold_id", rest)):
            db.execute(
                f"INSERT OR IGNORE INTO {table} ({key_name}, {columns}) SELECT ?, {columns} FROM {table}"
                f" WHERE {key_name} = ?",
                [key, model],
            )
    db.commit()
    db.close()


def _migrate_state(database: Path, templates: Path) -> str:
    old = looks.columns_of(templates / "sessions.db")
    same = looks.content(database, old) == looks.content(templates / "sessions.db")
    return f"version {looks.version(database)}" if same else "changed"


def _migrate_allowed(folder: Path) -> list[str]:
    from isotimer.store.migrations import SCHEMA

    return ["version 1", f"version {SCHEMA}"]


def _migrate_again(database: Path, templates: Path) -> None:
    open_store(database).close()
    for backup in database.parent.glob("sessions.db.backup-*"):
        if ".part" not in backup.name and looks.content(backup) != looks.content(templates / "sessions.db"):
            raise IsotimerError(f"{backup} is not the database as it was")


def _import_make(folder: Path) -> None:
    there = folder.with_name("import-from.db")
    _season(there, "Ana")
    words = ["export", "--db", str(there), "--to", str(folder.with_name("import-out"))]
    subprocess.run([sys.executable, "-m", "isotimer", *words], check=True, capture_output=True)
    open_store(folder / "sessions.db").close()
    settle(folder / "sessions.db")


def _import_state(database: Path, templates: Path) -> str:
    columns = {"athlete": ["name"], "hold": ["id", "hold_s"], "trace": ["hold_id", "data"]}
    return looks.content(database, columns | {"measure": ["hold_id", "id", "value"], "sprint": ["time_s"]})


def _import_allowed(folder: Path) -> list[str]:
    work = folder.with_name(folder.name + "-states.db")
    shutil.copyfile(folder / "sessions.db", work)
    before = _import_state(work, folder)
    _import_again(work, folder)
    return [before, _import_state(work, folder)]


def _import_again(database: Path, templates: Path) -> None:
    import_files(database, [templates.with_name("import-out")], Asked(add_athletes=True), BUILTIN)


def scenes() -> list[Care]:
    """Return the works that this isotimer can do."""
    return [
        Care("merge", ["db", "merge", "{folder}/b.db", "{folder}/c.db", "{folder}/d.db", "--db", "{db}"],
             _merge_make, _merge_allowed, _whole, _merge_again),
        Care("migration", ["athletes", "--db", "{db}"],
             _migrate_make, _migrate_allowed, _migrate_state, _migrate_again),
        Care("recomputation", ["db", "recompute", "--db", "{db}"],
             _recompute_make, _recompute_allowed, _recompute_state, lambda d, t: (recompute(d), None)[1]),
        Care("import", ["import", "--add-athletes", "{templates}/../import-out", "--db", "{db}"],
             _import_make, _import_allowed, _import_state, _import_again),
    ]  # fmt: skip
