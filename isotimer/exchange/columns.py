"""Which columns the exported tables have, in their order."""

HOLD_COLUMNS: tuple[str, ...] = (
    "hold_id",
    "session_id",
    "athlete_id",
    "athlete",
    "started_at",
    "started_offset_min",
    "started_local",
    "position",
    "phase",
    "side",
    "mode",
    "step_index",
    "set_no",
    "rep_no",
    "attempt",
    "planned_s",
    "hold_s",
    "end",
    "why",
    "start_mode",
    "target_n",
    "target_low_n",
    "target_high_n",
    "setup_id",
    "setup",
    "device_id",
    "device",
    "device_profile",
    "unit",
    "channels",
    "zero_raw",
    "slope_n_per_raw",
    "calibration_ids",
    "rate_hz",
    "samples",
    "gaps",
    "zero_before_n",
    "zero_after_n",
    "noise_floor_n",
    "warnings",
)
"""Columns of holds.csv before those of the measures."""

SESSION_COLUMNS: tuple[str, ...] = (
    "session_id",
    "athlete_id",
    "athlete",
    "started_at",
    "started_offset_min",
    "started_local",
    "ended_at",
    "ended_offset_min",
    "holds",
    "held_s",
    "plan",
    "app_version",
)
"""Columns of sessions.csv."""

MEASURE_COLUMNS: tuple[str, ...] = ("hold_id", "measure", "value", "unit", "reason", "doubt", "version")
"""Columns of measures.csv."""
