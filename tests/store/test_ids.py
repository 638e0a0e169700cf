"""Keys sort by time and never meet; times are UTC."""

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest

from isotimer.store.ids import new_id, stamp, utc_text


def test_keys_are_uuid_7_and_unlike() -> None:
    keys = [new_id() for _ in range(2000)]
    assert len(set(keys)) == 2000
    assert {(UUID(k).version, UUID(k).variant) for k in keys} == {(7, "specified in RFC 4122")}


def test_keys_carry_the_time_and_sort_by_it(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    for ns in (1_700_000_000_000_000_000, 1_700_000_000_000_500_000, 1_700_000_000_001_000_000):
        monkeypatch.setattr("isotimer.store.ids.time.time_ns", lambda ns=ns: ns)
        made.append(new_id())
    assert made == sorted(made)
    assert [UUID(k).int >> 80 for k in made] == [1_700_000_000_000, 1_700_000_000_000, 1_700_000_000_001]


def test_stamp_keeps_the_offset_of_the_moment() -> None:
    moment = datetime(2026, 1, 1, 0, 30, 0, 5, tzinfo=timezone(timedelta(hours=-3, minutes=-30)))
    assert stamp(moment) == ("2026-01-01T04:00:00.000005Z", -210)


def test_stamp_of_now_is_now() -> None:
    before = utc_text(datetime.now(UTC))
    assert before <= stamp()[0] <= utc_text(datetime.now(UTC))


def test_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        stamp(datetime(2026, 1, 1))
