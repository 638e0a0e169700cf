"""A database with one athlete and one session, and samples to put into it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from isotimer.core.block import Block
from isotimer.store.database import Store, open_store
from isotimer.store.rows import HoldStart


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "sessions.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with open_store(path) as opened:
        yield opened


@pytest.fixture
def session_id(store: Store) -> str:
    return store.start_session(store.athlete("Ana"), '{"steps": []}')


@pytest.fixture
def start(session_id: str) -> Callable[..., HoldStart]:
    def make(**changes: object) -> HoldStart:
        given: dict[str, object] = {
            "session_id": session_id,
            "position": "standing-band-hip-flexion",
            "phase": "swing",
            "side": "left",
            "mode": "steady",
            "step_index": 0,
            "start_s": 1000.0,
            "planned_s": 20.0,
            "unit": "N",
            "channels": ("force",),
        }
        return HoldStart(**(given | changes))

    return make


@pytest.fixture
def samples() -> Callable[..., Block]:
    def make(n: int = 200, start_s: float = 1000.0, channels: int = 1, unit: str = "N") -> Block:
        rng = np.random.default_rng(n)
        time_s = start_s + np.arange(n) * 0.0125
        raw = np.round(300 + rng.normal(0, 2, (n, channels)), 2)
        return Block(time_s, raw, raw, np.zeros(n, np.uint8), unit)

    return make
