"""What Datasette is told about the database, so that it is a site for a coach: views, words, questions."""

from typing import Any

_HIDDEN = (
    "_sqlite_migrations",
    "calibration",
    "gone",
    "hold",
    "imported",
    "journal",
    "measure",
    "plan",
    "rig",
    "rig_choice",
    "session",
    "setup_choice",
    "squad_member",
    "trace",
)
"""Tables that only isotimer reads; the views show what is of interest in them."""

_QUERIES: dict[str, dict[str, str]] = {
    "last_28_days": {
        "title": "The last 28 days: phases and sides",
        "description": "Time under tension and number of holds: who leaves out a phase or a side is seen "
        "here. Leave the athlete empty for everybody.",
        "sql": "SELECT athlete, phase, side, count(*) AS holds, round(total(hold_s), 1) AS held_s,"
        " max(started_local) AS last"
        " FROM v_holds WHERE started_at >= strftime('%Y-%m-%dT%H:%M:%S', 'now', '-28 days')"
        " AND \"end\" IN ('completed', 'released') AND (:athlete = '' OR athlete = :athlete)"
        " GROUP BY athlete, phase, side ORDER BY athlete, phase, side",
    },
    "course": {
        "title": "Course of a measure, by week",
        "description": "Best of each week within one series (position, side, mode, setup, sensor); only "
        "holds of one series may be compared. Measures: tension_best_1s_n, shake_pct, shake_onset_s ...",
        "sql": "SELECT m.athlete, m.position, m.side, m.mode, h.setup, h.device,"
        " strftime('%Y-%W', h.started_local) AS week,"
        " count(*) AS holds, max(m.value) AS highest, min(m.value) AS lowest, m.unit"
        " FROM v_measures m JOIN v_holds h ON h.hold_id = m.hold_id"
        " WHERE m.measure = coalesce(nullif(:measure, ''), 'tension_best_1s_n') AND m.value IS NOT NULL"
        " AND m.\"end\" IN ('completed', 'released') AND h.flag = '' AND coalesce(h.pain, 0) < 4"
        " AND (:athlete = '' OR m.athlete = :athlete)"
        " GROUP BY m.athlete, m.position, m.side, m.mode, h.setup_id, h.device_id, week, m.unit"
        " ORDER BY m.athlete, m.position, m.side, m.mode, h.setup, h.device, week",
    },
    "to_look_at": {
        "title": "Holds to look at",
        "description": "Flagged, painful, cut off or doubtful, and not looked at yet.",
        "sql": 'SELECT started_local, athlete, position, side, hold_s, "end", flag, pain, warnings, hold_id'
        " FROM v_holds WHERE reviewed_at IS NULL AND \"end\" IS NOT NULL AND (flag <> '' OR"
        " coalesce(pain, 0) > 0 OR warnings <> '[]' OR \"end\" IN ('device-lost', 'interrupted'))"
        " AND (:athlete = '' OR athlete = :athlete) ORDER BY started_at DESC LIMIT 500",
    },
    "one_hold": {
        "title": "All measures of a hold",
        "description": "Numbers, or the reason why there is none.",
        "sql": "SELECT measure, value, unit, reason, doubt FROM v_measures WHERE hold_id = :hold_id"
        " ORDER BY value IS NULL, measure",
    },
    "sprints": {
        "title": "Sprints",
        "description": "Times by athlete and distance; hand and electronic times are not compared.",
        "sql": "SELECT athlete.name AS athlete,"
        " datetime(ran_at, ran_offset_min || ' minutes') AS ran, distance_m, flying, time_s, timing, steps,"
        " contact_s, round(steps / time_s, 2) AS steps_per_s, note"
        " FROM sprint JOIN athlete ON athlete.id = sprint.athlete_id"
        " WHERE (:athlete = '' OR athlete.name = :athlete) ORDER BY athlete.name, distance_m, flying, ran_at",
    },
    "who": {
        "title": "Who trains",
        "description": "Athletes with groups, sessions, holds and the last time.",
        "sql": "SELECT athlete.name AS athlete, (SELECT group_concat(squad.name, ', ') FROM squad"
        " JOIN squad_member ON squad_member.squad_id = squad.id"
        " WHERE squad_member.athlete_id = athlete.id) AS groups,"
        " count(v_sessions.session_id) AS sessions, cast(total(v_sessions.holds) AS INTEGER) AS holds,"
        " max(v_sessions.started_local) AS last"
        " FROM athlete LEFT JOIN v_sessions ON v_sessions.athlete_id = athlete.id"
        " WHERE athlete.archived_at IS NULL GROUP BY athlete.id ORDER BY athlete.name",
    },
}

_VIEWS: dict[str, dict[str, Any]] = {
    "v_holds": {
        "title": "Holds",
        "description": "One row per hold. Times are UTC; started_local is the clock on the wall.",
        "sort_desc": "started_at",
        "size": 50,
        "facets": ["athlete", "phase", "side", "position", "mode"],
    },
    "v_sessions": {
        "title": "Sessions",
        "description": "One row per session, with the number of holds and the seconds held.",
        "sort_desc": "started_at",
        "size": 50,
        "facets": ["athlete"],
    },
    "v_measures": {
        "title": "Measures",
        "description": "One row per hold and measure: a value with its unit, or why there is none.",
        "size": 100,
        "facets": ["measure", "athlete", "phase", "side"],
    },
    "sprint": {"title": "Sprints", "sort_desc": "ran_at"},
    "body_mass": {"title": "Body weights", "sort_desc": "measured_at"},
    "athlete": {"title": "Athletes", "label_column": "name", "sort": "name"},
    "note": {"title": "Remarks", "sort_desc": "created_at"},
    "squad": {"title": "Groups", "label_column": "name"},
    "setup": {"title": "Setups of the equipment", "label_column": "name"},
    "device": {"title": "Sensors", "label_column": "name"},
}


def datasette_metadata(database: str) -> dict[str, Any]:
    """Return the metadata for ``datasette FILE -m metadata.json``.

    Args:
        database: The name that Datasette gives the database: its file name without the suffix.
    """
    tables = {name: dict(words) for name, words in _VIEWS.items()} | {
        name: {"hidden": True} for name in _HIDDEN
    }
    return {
        "title": "isotimer",
        "description": "Timed isometric holds for runners. Holds are compared within a series only: one "
        "position, side, mode and setup, one sensor. Whoever reaches this page reads everything: there are "
        "no accounts.",
        "databases": {
            database: {
                "description": "Begin with the questions below, or with the views v_holds and v_sessions.",
                "queries": _QUERIES,
                "tables": tables,
            }
        },
    }
