"""Dates of people and programs: what is clear is read, what could mean two days is asked."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from isotimer.core.errors import DataError, WrongUseError
from isotimer.exchange.dates import moment, recorded_at

LOCAL = {
    "2026-05-01": (2026, 5, 1, 12, 0),
    "2026-05-01 17:30": (2026, 5, 1, 17, 30),
    "2026-05-01_17-30-05": (2026, 5, 1, 17, 30, 5),
    "01.05.2026": (2026, 5, 1, 12, 0),
    "1.5.2026 7:05": (2026, 5, 1, 7, 5),
    "2026-27-07 12:43:34": (2026, 7, 27, 12, 43, 34),
    "31/05/2026": (2026, 5, 31, 12, 0),
    "05/31/2026": (2026, 5, 31, 12, 0),
    "04/04/2026": (2026, 4, 4, 12, 0),
}


@pytest.mark.parametrize(("text", "parts"), LOCAL.items(), ids=LOCAL)
def test_clear_dates(text: str, parts: tuple[int, ...]) -> None:
    assert moment(text) == datetime(*parts).astimezone()


def test_a_zone_is_kept() -> None:
    assert moment("2026-05-01T10:00:00Z") == datetime(2026, 5, 1, 10, tzinfo=UTC)
    west = timezone(timedelta(hours=-3, minutes=-30))
    assert moment("2026-05-01T10:00:00.123456-03:30") == datetime(2026, 5, 1, 10, tzinfo=west)


def test_the_order_that_is_told_decides() -> None:
    for text, order, day in (
        ("03/04/2026", "dmy", (4, 3)),
        ("03/04/2026", "mdy", (3, 4)),
        ("2026-03-04", "ydm", (4, 3)),
    ):
        at = moment(text, order)
        assert (at.month, at.day) == day


@pytest.mark.parametrize(
    "text",
    ["", "soon", "03/04/2026", "1-5-26", "2026-13-13", "2026-02-30", "01.05.2026 25:00", "2026-05-01 1"],
)
def test_no_day_or_two_days(text: str) -> None:
    with pytest.raises(WrongUseError):
        moment(text)


def recording(folder: Path, date: str, name: str = "x.csv") -> Path:
    path = folder / name
    path.write_text(f"date,tag,comment,unit\n{date},,,SI\n\ntime,weight\n0,1\n1,2\n2,3\n")
    return path


def test_the_tindeq_app_writes_the_day_before_the_month(tmp_path: Path) -> None:
    for date, day in (("2026-03-04 10:00:00", (4, 3)), ("2026-03-14 10:00:00", (3, 14))):
        found = recorded_at(recording(tmp_path, date), "Tindeq")
        assert found is not None
        assert (found[0].month, found[0].day) == day
    with pytest.raises(DataError, match=r"line 2, column 'date' of .*say it with --at"):
        recorded_at(recording(tmp_path, "yesterday"), "Tindeq")


def test_a_name_that_says_when(tmp_path: Path) -> None:
    for name, known in (
        ("7_Ana_2026-05-01_17-30-05.csv", True),
        ("2026-05-01.csv", True),
        ("from 2026-05-01 to 2026-05-09.csv", False),
        ("120260501.csv", False),
    ):
        path = tmp_path / name
        path.write_text("0;1,5\n11430;1,5\n22860;1,5\n")
        found = recorded_at(path, "Chronojump")
        assert (found is not None) == known, name
        assert found is None or found[0].date() == datetime(2026, 5, 1).date()
