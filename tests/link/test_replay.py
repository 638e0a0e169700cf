"""Recorded force as a source."""

from pathlib import Path

import numpy as np
import pytest

from isotimer.core.errors import DataError
from isotimer.link.replay import read_replay


def test_a_recording_is_played_once_from_its_first_time(tmp_path: Path) -> None:
    file = tmp_path / "trace.csv"
    file.write_text("side,time_s,force_n\nleft,10,5\nleft,11,7\nleft,13,1\n")
    replay = read_replay(file)
    assert replay.force(np.array([-1, 0, 0.5, 1, 2, 3, 4.0])).tolist() == [0, 5, 6, 7, 4, 1, 0]
    assert replay.hold(0) is None


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("time,force_n\n1,2\n", "no column time_s"),
        ("time_s,force_n\n1,2\n2,x\n", "could not convert"),
        ("time_s,force_n\n1,2\n2\n", "cannot play"),
        ("time_s,force_n\n1,2\n1,3\n", "rising times"),
        ("time_s,force_n\n1,2\n2,nan\n", "rows of numbers"),
        ("", "no column"),
    ],
)
def test_files_that_cannot_be_played_are_refused(tmp_path: Path, text: str, word: str) -> None:
    file = tmp_path / "trace.csv"
    file.write_text(text)
    with pytest.raises(DataError, match=word):
        read_replay(file)
    with pytest.raises(DataError, match="cannot read"):
        read_replay(tmp_path / "none.csv")
