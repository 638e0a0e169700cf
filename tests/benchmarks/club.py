"""A club's database after ten years, made up: athletes, sessions, holds with traces and numbers, sprints."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from isotimer.core.block import Block
from isotimer.core.plan import End, HoldStep, Mode, Side
from isotimer.session.finish import Circumstances, finish_hold
from isotimer.store.connection import json_text
from isotimer.store.database import open_store
from isotimer.store.ids import new_id, utc_text
from isotimer.store.traces import CODEC, Trace, encode_trace

YEARS = 10
HOLDS_EACH = 500
HOLDS_A_SESSION = 12
END = datetime(2026, 6, 1, 16, tzinfo=UTC)
HOLD_S = 10.0
RATE_HZ = 80.0
MODELS = 12
"""Different traces; every hold has one of them, with numbers of its own."""
_PLACES = tuple(
    (position, phase, side)
    for position, phase in (
        ("ankle-iso-push", "push"), ("standing-band-hip-flexion", "swing"), ("standing-pull-back", "return")
    )
    for side in ("left", "right")
)  # fmt: skip


def recorded(seed: int, seconds: float = HOLD_S, rate_hz: float = RATE_HZ) -> Trace:
    """Return the trace of one hold as a load cell of two decimals gives it: wobble, shake, noise."""
    rng = np.random.default_rng(seed)
    time_s = np.arange(-4.0, seconds + 2.0, 1 / rate_hz)
    up = np.clip(time_s / 0.4, 0, 1) * np.clip((seconds + 0.3 - time_s) / 0.3, 0, 1)
    moving = 3 * np.sin(2 * np.pi * 0.9 * time_s) + 1.5 * np.sin(2 * np.pi * 9.1 * time_s + rng.uniform(0, 6))
    force = np.round(up * (260 + 4 * seed + moving) + rng.normal(0, 0.08, time_s.size), 2)[:, None]
    ticks = np.rint((time_s + 4.0) * 1e6) * 1000 - 4_000_000_000
    return Trace(ticks.astype(np.int64), force, force, np.zeros(time_s.size, np.uint8), "N", (0.0,), (1.0,))


def build(path: Path, athletes: int) -> None:
    """Write the club into a new database; each athlete has 500 holds, all of them together."""
    models = [_model(seed) for seed in range(MODELS)]
    with open_store(path) as store:
        device, setup = store.device("hx711-line", "cell", "/dev/x", "", "1"), store.setup("strap")
        with store.writing():
            for number in range(athletes):
                _athlete(store.db.conn, number, models, device, setup)
        store.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _model(seed: int) -> tuple[bytes, int, list[tuple]]:
    trace = recorded(seed)
    step = HoldStep("ankle-iso-push", Side.LEFT, HOLD_S, Mode.STEADY)
    block = Block(trace.time_s, trace.force_n, trace.raw, trace.flags)
    done = finish_hold("", step, End.COMPLETED, "", 0.0, HOLD_S, block, Circumstances())
    numbers = [(m.id, m.value, m.unit, m.reason, m.doubt, m.version) for m in done.measures]
    return encode_trace(trace), len(trace), numbers


def _athlete(db, number: int, models: Sequence[tuple], device: str, setup: str) -> None:
    rng = np.random.default_rng(number)
    athlete, made = new_id(), utc_text(END - timedelta(days=365 * YEARS))
    db.execute(
        "INSERT INTO athlete VALUES (?, ?, ?, 0, ?, NULL)", [athlete, f"Athlete {number:03}", made, made]
    )
    sessions, holds, traces, measures = [], [], [], []
    for session_id, at, places in _sessions(rng):
        sessions.append((session_id, athlete, json_text({"name": "p"}), "", "1", utc_text(at), 0))
        for step, (position, phase, side) in enumerate(places):
            data, samples, numbers = models[int(rng.integers(len(models)))]
            key, factor = new_id(), float(rng.normal(1, 0.02))
            holds.append(
                (key, session_id, position, phase, side, step, HOLD_S, HOLD_S, samples, RATE_HZ,
                 utc_text(at + timedelta(seconds=40 * step)), setup, device)
            )  # fmt: skip
            traces.append((key, CODEC, samples, data))
            measures += [(key, i, v and v * factor, u, r, d, n) for i, v, u, r, d, n in numbers]
    db.executemany(
        "INSERT INTO session (id, athlete_id, plan, process, app_version, started_at, started_offset_min)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)", sessions,
    )  # fmt: skip
    db.executemany(
        "INSERT INTO hold (id, session_id, position, phase, side, step_index, planned_s, hold_s, samples,"
        " rate_hz,"
        " started_at, setup_id, device_id, mode, set_no, rep_no, attempt, \"end\", start_mode, start_s,"
        " started_offset_min, calibration_ids, unit, channels, zero_raw, slope_n_per_raw) VALUES"
        " (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'steady', 1, 1, 1, 'completed', 'clock', 0, 0, '[]', 'N',"
        " '[\"force\"]', '[0.0]', '[1.0]')", holds,
    )  # fmt: skip
    db.executemany("INSERT INTO trace VALUES (?, ?, ?, 1, ?)", traces)
    db.executemany("INSERT INTO measure VALUES (?, ?, ?, ?, ?, ?, ?)", measures)
    sprints = [(new_id(), athlete, utc_text(END - timedelta(days=60 * k)), 3.9 + 0.01 * k) for k in range(50)]
    db.executemany(
        "INSERT INTO sprint (id, athlete_id, ran_at, ran_offset_min, distance_m, flying, time_s, timing,"
        " created_at,"
        " created_offset_min, updated_at) VALUES (?, ?, ?, 0, 30, 1, ?, 'electronic', '', 0, '')", sprints,
    )  # fmt: skip


def _sessions(rng: np.random.Generator) -> Iterator[tuple[str, datetime, list[tuple[str, str, str]]]]:
    """Yield key, time and places of each session; the last of all is some days before the end."""
    count = HOLDS_EACH // HOLDS_A_SESSION + 1
    left = HOLDS_EACH
    for number in range(count):
        at = END - timedelta(days=365 * YEARS * (1 - (number + 1) / count) + 2 + float(rng.uniform(0, 3)))
        size = min(left, HOLDS_A_SESSION)
        left -= size
        yield new_id(), at, [_PLACES[(number + k) % len(_PLACES)] for k in range(size)]
