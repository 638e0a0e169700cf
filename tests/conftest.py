"""Fixtures that every test may use."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings

# A busy machine is no fault of the code: speed belongs to the benchmarks.
settings.register_profile("isotimer", deadline=None, max_examples=50)
settings.load_profile("isotimer")

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

    path = tmp_path_factory.mktemp("season") / "season.db"
    load_season(path, "Demo athlete", datetime(2026, 6, 1, 19, tzinfo=UTC))
    return path


@pytest.fixture
def season_db(season_made: Path, tmp_path: Path) -> Path:
    """A copy of that database."""
    copied = tmp_path / "season.db"
    shutil.copyfile(season_made, copied)
    return copied
