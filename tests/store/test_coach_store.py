"""What holds can be filtered by, without reading all of them."""

from datetime import UTC, datetime, timedelta

from isotimer.store.coach import choices

AT = datetime(2026, 5, 1, 9, 0, tzinfo=UTC)


def test_who_trained_last_comes_first_the_others_by_name_and_the_archived_not(store) -> None:
    for days, name in enumerate(("Zoe", "Éva", "Bea", "Amy", "Old", "Bea")):
        store.start_session(store.athlete(name), "{}", AT + timedelta(days=days))
    store.start_session(store.athlete("Old"), "{}", AT + timedelta(days=99))
    store.archive_athlete(store.find_athlete("Old"))
    assert choices(store)["athletes"] == ["Bea", "Amy", "Zoe", "Éva"]
    store.archive_athlete(store.find_athlete("Bea"))
    assert choices(store)["athletes"] == ["Amy", "Zoe", "Éva"]


def test_each_position_that_was_done_is_named_once(store, start) -> None:
    assert choices(store)["positions"] == []
    for position in ("b", "a", "b", "c", "a"):
        store.begin_hold(start(position=position))
    assert choices(store)["positions"] == ["a", "b", "c"]


def test_nobody_and_nothing_is_no_trouble(store) -> None:
    assert choices(store) == {"athletes": [], "groups": [], "positions": []}
