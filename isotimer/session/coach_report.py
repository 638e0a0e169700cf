"""The report of an athlete: asked of the database, written as one page."""

from datetime import UTC, datetime
from pathlib import Path

from isotimer.core.errors import DataError
from isotimer.core.positions import PositionBook
from isotimer.exchange.files import open_folder, safe_part
from isotimer.report.content import Content, SeriesPart, SessionLine
from isotimer.report.page import page
from isotimer.session.coach import Asked, Coach
from isotimer.session.coach_views import SeriesTrend
from isotimer.session.own_file import write_own
from isotimer.store.history import local_time

_SESSIONS = 40
_NOTES = 20
_SERIES = 36
_KEY_PART = 6


def report_content(
    coach: Coach, athlete: str, *, since: datetime | None = None, now: datetime | None = None
) -> Content:
    """Return what stands in the report of an athlete.

    Args:
        coach: The database.
        athlete: Name or beginning of the key.
        since: Aware; only what was done since then. The balance looks at its own 28 and 112 days.
        now: Aware; the present if None.

    Raises:
        WrongUseError: If the athlete is not there.
        DataError: If the database cannot be read.
    """
    at = now or datetime.now(UTC).astimezone()
    balance = coach.balance(athlete, at)
    asked = Asked(athlete=balance.athlete_id, since=since)
    track = coach.track(balance.athlete_id, since)
    sessions = coach.sessions(asked, limit=_SESSIONS)
    about = coach.about(balance.athlete_id)
    return Content(
        athlete=balance.athlete,
        made_at=at,
        since=since,
        mass_kg=about.mass_kg,
        sessions=tuple(
            SessionLine(
                local_time(row["started_at"], row["started_offset_min"]),
                row["plan_name"] or "",
                row["holds"],
                row["held_s"],
            )
            for row in sessions.rows
        ),
        sessions_known=about.sessions if since is None else len(sessions.rows),
        balance=balance.shown,
        series=tuple(
            _part(t, coach.positions) for t in coach.trends(balance.athlete_id, asked=asked)[:_SERIES]
        ),
        strength=track.strength,
        phases=track.phases,
        shake=track.shake,
        runs=track.runs,
        answers=track.answers,
        notes=tuple((row["created_at"][:10], row["text"]) for row in reversed(about.notes[-_NOTES:])),
    )


def _part(found: SeriesTrend, positions: PositionBook) -> SeriesPart:
    key = found.key
    return SeriesPart(
        title=f"{positions.name(key.position)}, {key.side}, {key.mode}",
        setup=key.setup,
        measure=found.name,
        unit=found.unit,
        points=found.points,
        trend=found.trend,
        best=found.best.sentence if found.best is not None else "",
    )


def write_report_into(coach: Coach, athlete: str, folder: Path, now: datetime | None = None) -> Path:
    """Write the report of an athlete into a folder, made if need be, and return where it is.

    The name tells athlete, a part of the key (two may be called alike) and day; one of that day is replaced.

    Raises:
        WrongUseError: If the athlete is not there.
        DataError: If it cannot be written.
    """
    at = now or datetime.now(UTC).astimezone()
    open_folder(folder)
    key = coach.about(athlete).athlete_id
    path = folder / f"{safe_part(athlete, 'athlete')}-{key[-_KEY_PART:]}-{at:%Y-%m-%d}.html"
    return write_report(coach, athlete, path, force=True)


def write_report(
    coach: Coach, athlete: str, path: Path, *, since: datetime | None = None, force: bool = False
) -> Path:
    """Write the report of an athlete and return where it is; only its owner may read it.

    Raises:
        WrongUseError: If the athlete is not there.
        DataError: If the file is there already, or cannot be written.
    """
    if path.exists() and not force:
        raise DataError(f"cannot write {path}", "it is there already", "add --force, or choose another name")
    if not path.absolute().parent.is_dir():
        raise DataError(f"cannot write {path}", "there is no such folder", "make it, or choose another")
    text = page(report_content(coach, athlete, since=since))
    try:
        write_own(path, text)
    except OSError as e:
        reason = (e.strerror or str(e)).lower()
        raise DataError(f"cannot write {path}", reason, "choose another folder") from e
    return path
