"""What is noted about sessions and holds while they are done: progress, effort, pain, flags."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from isotimer.store.ids import stamp, utc_text
from isotimer.store.process import lives_elsewhere, this_process
from isotimer.store.results import Results


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session that may go on."""

    id: str
    athlete: str
    plan: str
    """The plan as it is run, as JSON."""
    progress: str
    """As JSON."""
    started_at: str
    """UTC."""
    updated_at: str
    """UTC."""
    attempts: dict[int, int]
    """Step -> attempts made."""


class Marks(Results):
    """Notes about sessions and holds."""

    def save_progress(self, session_id: str, progress: str) -> None:
        """Keep how far a session has come, as JSON."""
        with self.writing():
            self.update("session", session_id, {"progress": progress, "updated_at": stamp()[0]})

    def continue_session(self, session_id: str) -> bool:
        """Let this process go on with a session; return whether there is one."""
        row = {"process": this_process(), "ended_at": None, "ended_offset_min": None}
        with self.writing():
            return bool(self.update("session", session_id, row | {"updated_at": stamp()[0]}))

    def last_session(self, athlete_id: str, since: datetime) -> OpenSession | None:
        """Return the newest session of an athlete, unless it is older or another process runs it.

        Args:
            athlete_id: Whose.
            since: Aware; a session that was last at work before is not returned.
        """
        rows = self.rows(
            "SELECT s.id, a.name, s.plan, s.progress, s.started_at, s.process,"
            " coalesce(s.updated_at, s.started_at) AS updated_at"
            " FROM session s JOIN athlete a ON a.id = s.athlete_id"
            " WHERE s.athlete_id = ? ORDER BY s.started_at DESC, s.id DESC LIMIT 1",
            [athlete_id],
        )
        if not rows or rows[0]["updated_at"] < utc_text(since) or lives_elsewhere(rows[0]["process"]):
            return None
        row = rows[0]
        return OpenSession(
            row["id"],
            row["name"],
            row["plan"],
            row["progress"],
            row["started_at"],
            row["updated_at"],
            self.attempts(row["id"]),
        )

    def attempts(self, session_id: str) -> dict[int, int]:
        """Return how many attempts were made at each step of a session."""
        found = self.rows(
            "SELECT step_index, max(attempt) AS attempt FROM hold WHERE session_id = ? GROUP BY step_index",
            [session_id],
        )
        return {row["step_index"]: row["attempt"] for row in found}

    def plan_count(self, athlete_id: str, plan_id: str) -> int:
        """Return how many sessions of a plan an athlete has done or begun."""
        found = self.rows(
            "SELECT count(*) AS n FROM session WHERE athlete_id = ? AND json_extract(plan, '$.id') = ?",
            [athlete_id, plan_id],
        )
        return int(found[0]["n"])

    def set_effort(self, session_id: str, steps: Sequence[int], effort: int) -> None:
        """Note how hard holds of a session were, 1 to 10, on the last attempt at each of the steps."""
        with self.writing():
            for step in steps:
                self.db.execute(
                    "UPDATE hold SET effort = ?, updated_at = ? WHERE id = (SELECT id FROM hold"
                    " WHERE session_id = ? AND step_index = ? ORDER BY attempt DESC LIMIT 1)",
                    [effort, stamp()[0], session_id, step],
                )

    def flag_last(self, session_id: str, side: str, flag: str) -> None:
        """Flag the newest hold of a session, if it was of this side."""
        with self.writing():
            self.db.execute(
                "UPDATE hold SET flag = ?, updated_at = ? WHERE side = ? AND id = (SELECT id FROM hold"
                " WHERE session_id = ? ORDER BY started_at DESC, id DESC LIMIT 1)",
                [flag, stamp()[0], side, session_id],
            )

    def set_effort_of_hold(self, hold_id: str, effort: int | None) -> None:
        """Note how hard one hold was, 1 to 10, or that nobody said."""
        with self.writing():
            self.update("hold", hold_id, {"effort": effort, "updated_at": stamp()[0]})

    def set_pain(self, hold_id: str, pain: int | None) -> None:
        """Note how much one hold hurt, 0 to 10, or that nobody said."""
        with self.writing():
            self.update("hold", hold_id, {"pain": pain, "updated_at": stamp()[0]})

    def set_pain_of_side(self, session_id: str, side: str, pain: int) -> None:
        """Note how much a side hurts, 0 to 10, on the newest hold of a session that it took part in."""
        with self.writing():
            self.db.execute(
                "UPDATE hold SET pain = ?, updated_at = ? WHERE id = (SELECT id FROM hold"
                " WHERE session_id = ? AND (side = ? OR 'both' IN (side, ?))"
                " ORDER BY started_at DESC, id DESC LIMIT 1)",
                [pain, stamp()[0], session_id, side, side],
            )

    def set_flag(self, hold_id: str, flag: str) -> None:
        """Flag one hold; empty for none."""
        with self.writing():
            self.update("hold", hold_id, {"flag": flag, "updated_at": stamp()[0]})
