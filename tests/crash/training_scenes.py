"""Training under way: the plans, and what must be there after an end."""

import random
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import looks
import numpy as np
from child import Child
from ends import Struck
from numbered import BASE, PROFILE, RATE_HZ, Numbered, Sensors

from isotimer.core.errors import IsotimerError
from isotimer.session.recovery import recover
from isotimer.store import queries
from isotimer.store.database import Store, open_store

MOST_MISSING_S = 0.5
_PLAN = """
name = "Crash"
about = "Short holds."

[[block]]
position = "standing-band-hip-flexion"
sides = "left"
hold_s = {hold_s}
countdown_s = 0.2
reps = 40
rest_rep_s = {rest_s}
"""


@dataclass
class Verdict:
    """What was found after one round."""

    faults: list[str] = field(default_factory=list)
    checked: int = 0
    """Finished holds, or states, compared with what stood there before."""
    running: int = 0
    """Holds that were running."""
    missing_s: float = 0.0
    """The longest stretch at the end of a running hold that is not there."""


@dataclass
class Training:
    """A plan that is run, with a sensor or without, by lines or in the full screen."""

    name: str
    hold_s: float
    rest_s: float
    sensor: bool = True
    screen: bool = False
    data: ClassVar[bool] = False

    def prepare(self, home: Path, database: Path, sensors: Sensors) -> tuple[list[str], Numbered | None]:
        """Write what is needed; return the words of the command and its sensor."""
        folder = home / ".config" / "isotimer" / "plans"
        folder.mkdir(parents=True)
        (folder / "crash.toml").write_text(_PLAN.format(hold_s=self.hold_s, rest_s=self.rest_s))
        words = ["run", "crash", "--yes", "--athlete", "Ana", "--db", str(database)]
        words += [] if self.screen else ["--plain"]
        if not self.sensor:
            return [*words, "--no-sensor"], None
        sensor = sensors.add()
        return [*words, "--port", sensor.endpoint.address, "--device", PROFILE], sensor

    def wait(self, child: Child, database: Path, sensor: Numbered | None, chance: random.Random) -> str:
        """Wait for a moment that chance chooses; return what is wrong if the run ended before."""
        early = chance.random() < 0.12
        begun = (lambda: True) if early else (lambda: self._begun(database, sensor))
        until_s = time.monotonic() + 25.0
        while not begun():
            if child.process.poll() is not None:
                return f"it ended before it had begun: {child.said()}"
            if time.monotonic() > until_s:
                return f"it did not begin: {child.said()}"
            time.sleep(0.05)
        time.sleep(chance.uniform(0.0, 1.2) if early else chance.uniform(0.2, 3.2))
        return ""

    def _begun(self, database: Path, sensor: Numbered | None) -> bool:
        return bool(looks.open_holds(database))

    def verdict(self, struck: Struck, before: "Before", home: Path, sensor: Numbered | None) -> Verdict:
        """Look at what is left, as the next start would."""
        out = Verdict(list(struck.faults))
        databases = [struck.database, *sorted(home.glob("isotimer-rescue-*.db"))]
        after: dict[str, str] = {}
        samples: list[tuple[float, float]] = []
        for number, database in enumerate(d for d in databases if d.exists()):
            if number and not struck.orderly:
                continue
            try:
                kept = recover(database)
                out.faults += looks.sound(database)
                if struck.orderly and not struck.blocked and kept:
                    out.faults.append(f"an orderly end left holds open: {kept}")
                with open_store(database) as store:
                    out.faults += store.check()
                    samples += [self._check_hold(store, row, sensor, out) for row in queries.holds(store)]
            except IsotimerError as e:
                out.faults.append(e.sentence)
                continue
            after |= looks.finished_holds(database)
        self._compare(before, after, out)
        self._missing(struck, before, samples, len(after), sensor, out)
        return out

    def _compare(self, before: "Before", after: dict[str, str], out: Verdict) -> None:
        for key, digest in before.finished.items():
            out.checked += 1
            if key not in after:
                out.faults.append(f"finished hold {key} is lost")
            elif after[key] != digest:
                out.faults.append(f"finished hold {key} is not the same")
        out.running = len(before.running)

    def _missing(
        self,
        struck: Struck,
        before: "Before",
        samples: list[tuple[float, float]],
        holds: int,
        sensor: Numbered | None,
        out: Verdict,
    ) -> None:
        late_s = before.late_s
        if holds < before.said:
            out.faults.append(f"{before.said} holds were said to run, {holds} are there")
        if not samples or not before.running:
            return
        start_s, last_s = max(samples)
        if last_s - start_s < self.hold_s - 1e-6:
            out.missing_s = max(0.0, struck.at_s - last_s)
        if out.missing_s > MOST_MISSING_S + 2 * late_s:
            out.faults.append(f"{out.missing_s:.2f} s of the running hold are missing ({late_s:.2f} s late)")

    def _check_hold(
        self, store: Store, row: dict, sensor: Numbered | None, out: Verdict
    ) -> tuple[float, float]:
        """Return (start, time until which the hold is there) on the computer's clock."""
        [(start_s,)] = store.db.execute("SELECT start_s FROM hold WHERE id = ?", [row["hold_id"]]).fetchall()
        end_s = start_s + (row["hold_s"] or 0.0)
        if row["end"] == "completed" and row["hold_s"] != self.hold_s:
            out.faults.append(f"a completed hold lasted {row['hold_s']} s")
        trace = queries.trace(store, row["hold_id"])
        if sensor is None or trace is None or not len(trace):
            return start_s, end_s
        numbers = np.rint(trace.raw[:, 0] * 100).astype(int) - BASE
        steps = np.diff(numbers)
        if (steps != 1).any() or numbers[0] < 0 or numbers[-1] >= len(sensor.sent_s):
            out.faults.append(f"samples are missing in the middle: {steps[steps != 1][:4]}")
            return start_s, end_s
        if fault := _misplaced(trace.time_ns * 1e-9, row["hold_s"]):
            out.faults.append(fault)
        if row["hold_s"] is not None and row["hold_s"] >= self.hold_s - 1e-6:
            return start_s, end_s
        last = int(numbers[-1])
        return start_s, sensor.sent_s[min(last + 1, len(sensor.sent_s) - 1)]


def _misplaced(time_s: np.ndarray, hold_s: float | None) -> str:
    """Return what is wrong with the times of a trace whose samples are all there.

    Within the hold they lie exactly as the sensor's clock says. Before and after it the offset of that clock
    may be put right against the computer's, but time never goes back.
    """
    if (np.diff(time_s) <= 0).any():
        return "time does not go on in a trace"
    inside = (time_s >= 0) & (time_s <= (hold_s or 0.0))
    away = np.abs(np.diff(time_s[inside]) * RATE_HZ - 1)
    return f"samples of a hold are misplaced by {away.max():.3f} steps" if (away > 1e-3).any() else ""


@dataclass
class Before:
    """What was seen from outside shortly before the end."""

    finished: dict[str, str] = field(default_factory=dict)
    running: list[str] = field(default_factory=list)
    said: int = 0
    late_s: float = 0.0
    """The longest that the machine kept this process waiting."""


def scenes() -> tuple[Training, ...]:
    """Return the ways to train."""
    return (
        Training("long holds", 3.0, 0.6),
        Training("short holds, rests", 0.5, 1.4),
        Training("without a sensor", 1.5, 0.5, sensor=False),
        Training("full screen", 2.0, 0.6, screen=True),
    )
