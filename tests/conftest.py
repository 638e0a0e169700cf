"""Fixtures that every test may use."""

import os
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings

# A busy machine is no fault of the code: speed belongs to the benchmarks.
settings.register_profile("isotimer", deadline=None, max_examples=50)
settings.load_profile("isotimer")

# The processes that tests start would each compile the whole package anew.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of reference recordings beside the checkout; the test is skipped where there is none."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"no reference recordings at {SHARED_DATA}")
    return SHARED_DATA


@pytest.fixture(scope="session")
def season_made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's made-up season up to the evening of 2026-06-01; not to be changed."""
    from isotimer.session.season import load_season

    base = tmp_path_factory.getbasetemp()
    # Whoever of several workers comes first makes it for all of them.
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "season-made.db"
    if not shared.exists():
        path = tmp_path_factory.mktemp("season") / "season.db"
        load_season(path, "Demo athlete", datetime(2026, 6, 1, 19, tzinfo=UTC))
        path.replace(shared)
    return shared


@pytest.fixture
def season_db(season_made: Path, tmp_path: Path) -> Path:
    """A copy of that database."""
    copied = tmp_path / "season.db"
    shutil.copyfile(season_made, copied)
    return copied
