"""A coach's questions to a database: what was done, what is behind, does it still move and reach the track.

Every question opens the database for itself, so that it may be asked from any thread.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from isotimer.core.errors import WrongUseError
from isotimer.core.plan import Mode, Phase, Side
from isotimer.core.positions import BUILTIN, PositionBook
from isotimer.review.balance import SHAKE_ONSET, balance
from isotimer.review.course import LOOK_BACK_DAYS
from isotimer.review.rows import STRENGTH, HoldRow, by_series
from isotimer.session.coach_views import (
    ALL_MEASURES,
    SHAKE,
    USUAL_MEASURES,
    About,
    BalanceView,
    SeriesTrend,
    TrackView,
    measure_name,
    series_trend,
    track_view,
)
from isotimer.store.coach import athlete_of, choices, session_count
from isotimer.store.database import Store, open_store
from isotimer.store.history import HoldFilter, Page, hold_page, hold_rows, session_page, sprint_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which holds, in words; everything that is empty does not matter."""

    athlete: str = ""
    group: str = ""
    session_id: str = ""
    phase: str = ""
    position: str = ""
    side: str = ""
    mode: str = ""
    queue: bool = False
    """Only those that somebody should look at."""
    since: datetime | None = None
    until: datetime | None = None
    """Aware; not included."""


class Coach:
    """Answers over one database.

    Args:
        database: Its file. While there is none, there is nobody, and questions about somebody say so.
        positions: What positions are called.
    """

    def __init__(self, database: Path, positions: PositionBook = BUILTIN) -> None:
        self._database = database
        self.positions = positions

    @property
    def empty(self) -> bool:
        """Whether there is no database yet."""
        return not self._database.exists()

    def choices(self) -> dict[str, list[str]]:
        """Return what can be asked for: athletes, groups, positions."""
        if self.empty:
            return {"athletes": [], "groups": [], "positions": []}
        with self._open() as store:
            return choices(store)

    def holds(self, asked: Asked, after: tuple[str, str] | None = None, limit: int = 100) -> Page:
        """Return a page of holds, newest first.

        Raises:
            WrongUseError: If the athlete or the group is not there.
        """
        if self.empty and not asked.athlete:
            return Page((), None)
        with self._open() as store:
            return hold_page(store, _filter(store, asked), after, limit)

    def sessions(self, asked: Asked, after: tuple[str, str] | None = None, limit: int = 100) -> Page:
        """Return a page of sessions, newest first; athlete, group and dates count.

        Raises:
            WrongUseError: If the athlete or the group is not there.
        """
        if self.empty and not asked.athlete:
            return Page((), None)
        with self._open() as store:
            return session_page(store, _filter(store, asked), after, limit)

    def balance(self, athlete: str, now: datetime | None = None) -> BalanceView:
        """Return the balance of the last 28 days against the time before.

        Raises:
            WrongUseError: If the athlete is not there.
        """
        at = now or datetime.now(UTC).astimezone()
        with self._open() as store:
            who = athlete_of(store, store.find_athlete(athlete))
            since = at - timedelta(days=LOOK_BACK_DAYS)
            rows = hold_rows(store, who["id"], measures=(STRENGTH, SHAKE_ONSET), since=since, until=now)
        return BalanceView(who["id"], who["name"], at, balance(rows, at), len(rows), self.positions)

    def trends(
        self,
        athlete: str,
        measures: Sequence[str] = (),
        asked: Asked | None = None,
        *,
        window_days: float | None = None,
        margin_pct: float | None = None,
    ) -> tuple[SeriesTrend, ...]:
        """Return the trend of every series, the one done last first.

        Args:
            athlete: Whose.
            measures: Ids; those that each mode is about if none are given.
            asked: Phase, position, side, mode and dates to keep to.
            window_days: Length of the window; 56 days usually.
            margin_pct: Smallest worthwhile change; 5 % usually.

        Raises:
            WrongUseError: If the athlete or a measure is not there.
        """
        for measure in measures:
            measure_name(measure)
        wanted = asked or Asked()
        with self._open() as store:
            rows = hold_rows(
                store,
                store.find_athlete(athlete),
                measures=tuple(measures) or ALL_MEASURES,
                since=wanted.since,
                until=wanted.until,
            )
        limits = {"window_days": window_days, "margin_pct": margin_pct}
        given = {name: value for name, value in limits.items() if value is not None}
        found = [
            series_trend(holds, measure, self.positions, **given)
            for key, holds in by_series(h for h in rows if _wanted(h, wanted)).items()
            for measure in measures or USUAL_MEASURES[key.mode]
            if any(h.value(measure) is not None for h in holds)
        ]
        return tuple(sorted(found, key=_last_day, reverse=True))

    def track(self, athlete: str, since: datetime | None = None) -> TrackView:
        """Return strength, shake and balance beside the sprints, and whether strength reaches the track.

        Raises:
            WrongUseError: If the athlete is not there.
        """
        with self._open() as store:
            who = athlete_of(store, store.find_athlete(athlete))
            rows = hold_rows(store, who["id"], measures=(STRENGTH, SHAKE), since=since)
            sprints = [s for s in sprint_rows(store, who["id"]) if since is None or s.at >= since]
        return track_view(who["id"], who["name"], rows, sprints)

    def about(self, athlete: str) -> About:
        """Return weight, number of sessions and notes of an athlete.

        Raises:
            WrongUseError: If the athlete is not there.
        """
        with self._open() as store:
            key = store.find_athlete(athlete)
            return About(key, store.body_mass(key), session_count(store, key), tuple(store.notes(key)))

    def _open(self) -> Store:
        return open_store(self._database, readonly=True)


def _last_day(found: SeriesTrend) -> str:
    return f"{found.points[-1].at:%Y-%m-%d}" if found.points else ""


def _wanted(hold: HoldRow, asked: Asked) -> bool:
    return all(
        not wanted or wanted == value
        for wanted, value in (
            (asked.phase, hold.phase),
            (asked.position, hold.position),
            (asked.side, hold.side),
            (asked.mode, hold.mode),
        )
    )


def _filter(store: Store, asked: Asked) -> HoldFilter:
    for word, kind in ((asked.phase, Phase), (asked.side, Side), (asked.mode, Mode)):
        if word and word not in set(kind):
            raise WrongUseError(f"there is no {kind.__name__.lower()} '{word}'", "", f"use {', '.join(kind)}")
    return HoldFilter(
        athlete_id=store.find_athlete(asked.athlete) if asked.athlete else None,
        squad_id=store.find_squad(asked.group) if asked.group else None,
        session_id=asked.session_id or None,
        phase=asked.phase or None,
        position=asked.position or None,
        side=asked.side or None,
        mode=asked.mode or None,
        flagged=asked.queue,
        since=asked.since,
        until=asked.until,
    )
