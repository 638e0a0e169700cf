"""The tables of an export and the columns of each: what is written, documented and read back."""

from isotimer.core.plan import End, Mode, Phase, Side
from isotimer.exchange.columns import Column, Kind, Table
from isotimer.exchange.trace_table import RIG_COLUMNS
from isotimer.measures.table import MEASURES

TEXT, NUMBER, INTEGER, TIME, LOCAL, JSON = (
    Kind.TEXT,
    Kind.NUMBER,
    Kind.INTEGER,
    Kind.TIME,
    Kind.LOCAL_TIME,
    Kind.JSON,
)
_ENDS = tuple(end.value for end in End)
_KINDS = ("device", "rig", "plan", "setup", "calibration")


def _key(name: str, about: str) -> Column:
    return Column(name, TEXT, about, required=True)


def _when(name: str, about: str, *, required: bool = True) -> tuple[Column, Column]:
    """Return the columns of a moment: UTC, and the offset of the place."""
    return (
        Column(f"{name}_at", TIME, f"{about}, UTC", required=required),
        Column(f"{name}_offset_min", INTEGER, "add this to UTC for the local time", "min", required=required),
    )


_CHANGED = Column("updated_at", TIME, "when it was last changed, UTC")
_NAME = Column("athlete", TEXT, "name of the athlete", derived=True)
_ATHLETE = Column("athlete_id", TEXT, "key of the athlete", required=True, refers="athletes.athlete_id")

HOLDS = Table(
    "holds",
    "One row per hold, with its measures in the columns at the end; one that is absent has its reason in "
    "the table measures.",
    ("hold_id",),
    (
        _key("hold_id", "key of the hold"),
        Column("session_id", TEXT, "key of its session", required=True, refers="sessions.session_id"),
        Column("athlete_id", TEXT, "key of the athlete", derived=True),
        _NAME,
        *_when("started", "when it started"),
        Column("started_local", LOCAL, "when it started, by the clock on the wall", derived=True),
        Column("position", TEXT, "id of the position", required=True),
        Column("phase", TEXT, "phase of the stride", values=tuple(phase.value for phase in Phase)),
        Column("side", TEXT, "side of the body", required=True, values=tuple(side.value for side in Side)),
        Column("mode", TEXT, "what was asked for", required=True, values=tuple(mode.value for mode in Mode)),
        Column("step_index", INTEGER, "step of the plan, from 0", required=True),
        Column("set_no", INTEGER, "set, from 1", required=True),
        Column("rep_no", INTEGER, "repetition, from 1", required=True),
        Column("attempt", INTEGER, "attempt at this step, from 1", required=True),
        Column("planned_s", NUMBER, "planned length; empty for an open end", "s"),
        Column("hold_s", NUMBER, "true length", "s"),
        Column("end", TEXT, "how it ended", required=True, values=_ENDS),
        Column("why", TEXT, "why it ended, in half a sentence"),
        Column("start_mode", TEXT, "what started it: clock, force or key", required=True),
        Column("start_s", NUMBER, "start on the clock of its session", "s", required=True),
        Column("target_n", NUMBER, "tension asked for", "N"),
        Column("target_low_n", NUMBER, "lower end of the band", "N"),
        Column("target_high_n", NUMBER, "upper end of the band", "N"),
        Column("setup_id", TEXT, "key of the setup of the equipment", refers="equipment.id"),
        Column("setup", TEXT, "name of the setup; holds of another setup are not compared", derived=True),
        Column("device_id", TEXT, "key of the sensor; empty for a hold without one", refers="equipment.id"),
        Column("device", TEXT, "name of the sensor", derived=True),
        Column("device_profile", TEXT, "its device file", derived=True),
        Column("unit", TEXT, "unit of the trace: N, or counts while not calibrated", values=("N", "counts")),
        Column("channels", JSON, "names of the channels"),
        Column("zero_raw", JSON, "per channel: the raw value without load"),
        Column("slope_n_per_raw", JSON, "per channel: newtons for one raw unit"),
        Column("calibration_ids", JSON, "per channel: key of the calibration"),
        Column("rate_hz", NUMBER, "measured rate", "Hz"),
        Column("samples", INTEGER, "samples within the hold", required=True),
        Column("gaps", JSON, "times without samples: at_s from the start, length_s"),
        Column("zero_before_n", NUMBER, "mean reading without load before the hold", "N"),
        Column("zero_after_n", NUMBER, "mean reading without load after it", "N"),
        Column("noise_floor_n", NUMBER, "RMS of the unloaded sensor in the shake band", "N"),
        Column("resonance_hz", NUMBER, "own frequency of the rig, by a tap test", "Hz"),
        Column("warnings", JSON, "what makes the hold doubtful, in sentences"),
        Column("effort", INTEGER, "how hard it was, 1 to 10, as told"),
        Column("pain", INTEGER, "how much it hurt, 0 to 10, as told"),
        Column("flag", TEXT, "false-start, pain or set-aside; mostly empty"),
        Column("reviewed_at", TIME, "when somebody had looked at it, UTC"),
        _CHANGED,
        Column("step", JSON, "the step of the plan and the cues given"),
        Column("rig", JSON, "which channel was where"),
        Column("rig_name", TEXT, "name of the rig; empty for a sensor by itself", derived=True),
        Column("device_ids", JSON, "with a rig the key of the sensor of each channel"),
        Column("devices", JSON, "with a rig the names of its sensors", derived=True),
        Column("notes", TEXT, "remarks about this hold", derived=True),
        Column("trace", TEXT, "file of its samples; empty for a hold without a sensor"),
    ),
)

SESSIONS = Table(
    "sessions",
    "One row per session: one visit of one athlete.",
    ("session_id",),
    (
        _key("session_id", "key of the session"),
        _ATHLETE,
        _NAME,
        *_when("started", "when it began"),
        Column("started_local", LOCAL, "when it began, by the clock on the wall", derived=True),
        *_when("ended", "when it was over", required=False),
        Column("holds", INTEGER, "number of holds", derived=True),
        Column("held_s", NUMBER, "length of all holds together", "s", derived=True),
        Column("notes", TEXT, "remarks about this session", derived=True),
        Column("plan", JSON, "the plan as it was run"),
        Column("plan_id", TEXT, "key of the stored plan", refers="equipment.id"),
        Column("rig_id", TEXT, "key of the rig", refers="equipment.id"),
        Column("progress", JSON, "how far the plan came"),
        Column("app_version", TEXT, "version of isotimer", required=True),
        _CHANGED,
    ),
)

MEASURES_TABLE = Table(
    "measures",
    "One row per hold and measure: the number, or the reason why there is none.",
    ("hold_id", "measure"),
    (
        Column("hold_id", TEXT, "key of the hold", required=True, refers="holds.hold_id"),
        _key("measure", "id of the measure"),
        Column("value", NUMBER, "the number, in the unit beside it"),
        Column("unit", TEXT, "its unit"),
        Column("reason", TEXT, "why there is no number"),
        Column("doubt", TEXT, "why the number may mislead"),
        Column("version", INTEGER, "version of the algorithm", required=True),
    ),
)

ATHLETES = Table(
    "athletes",
    "One row per athlete.",
    ("athlete_id",),
    (
        _key("athlete_id", "key of the athlete"),
        _key("athlete", "name"),
        *_when("created", "since when the athlete is known"),
        Column("updated_at", TIME, "when it was last changed, UTC", required=True),
        Column("archived_at", TIME, "when put out of the lists, UTC; mostly empty"),
        Column("groups", JSON, "names of the groups the athlete is in"),
    ),
)

WEIGHTS = Table(
    "weights",
    "One row per noted body weight.",
    ("weight_id",),
    (
        _key("weight_id", "key of the note"),
        _ATHLETE,
        _NAME,
        *_when("measured", "when it was measured"),
        Column("mass_kg", NUMBER, "body mass", "kg", required=True),
    ),
)

SPRINTS = Table(
    "sprints",
    "One row per sprint.",
    ("sprint_id",),
    (
        _key("sprint_id", "key of the sprint"),
        _ATHLETE,
        _NAME,
        *_when("ran", "when it was run"),
        Column("distance_m", NUMBER, "distance", "m", required=True),
        Column("flying", INTEGER, "1 if the distance was entered at speed, else 0", required=True),
        Column("time_s", NUMBER, "time", "s", required=True),
        Column("timing", TEXT, "how it was timed", required=True, values=("hand", "electronic")),
        Column("steps", INTEGER, "steps over the distance"),
        Column("contact_s", NUMBER, "mean time on the ground", "s"),
        Column("note", TEXT, "remark"),
        *_when("created", "when it was written down"),
        Column("updated_at", TIME, "when it was last changed, UTC", required=True),
    ),
)

NOTES = Table(
    "notes",
    "One row per remark about an athlete, a session or a hold.",
    ("note_id",),
    (
        _key("note_id", "key of the remark"),
        Column("about", TEXT, "what it is about", required=True, values=("athlete", "session", "hold")),
        _key("about_id", "its key"),
        Column("athlete", TEXT, "name of the athlete", derived=True),
        Column("text", TEXT, "the remark", required=True),
        *_when("created", "when it was written"),
        Column("updated_at", TIME, "when it was last changed, UTC", required=True),
    ),
)

EQUIPMENT = Table(
    "equipment",
    "One row per sensor, rig, setup, plan and calibration that the holds refer to.",
    ("id",),
    (
        Column("kind", TEXT, "what it is", required=True, values=_KINDS),
        _key("id", "its key"),
        Column("name", TEXT, "its name", derived=True),
        Column("details", JSON, "all that is known of it", required=True),
    ),
)

TABLES: tuple[Table, ...] = (
    ATHLETES,
    EQUIPMENT,
    SESSIONS,
    HOLDS,
    MEASURES_TABLE,
    WEIGHTS,
    SPRINTS,
    NOTES,
)
"""All tables; each comes after those that it refers to."""

MEASURE_COLUMNS: tuple[Column, ...] = tuple(
    Column(measure.id, NUMBER, f"{measure.name}: {measure.meaning}", measure.unit, derived=True)
    for measure in MEASURES
)
"""The columns of measures at the end of the table holds; always all of them."""

WIDE_HOLDS = HOLDS.with_more(MEASURE_COLUMNS)
"""The table holds as it is written."""


def trace_columns(names: tuple[str, ...]) -> tuple[Column, ...]:
    """Return what the columns of a trace mean, by the names in its header."""
    return tuple(_trace_column(name) for name in names)


def _trace_column(name: str) -> Column:
    if name == "time_s":
        return Column(name, NUMBER, "time from the start of the hold; before it negative", "s", required=True)
    if name == "flags":
        about = "sum of: 1 no value, 2 beyond the range, 4 unstable, 8 rejected, 16 samples missing before"
        return Column(name, INTEGER, about, required=True)
    if name in ("left_n", "right_n"):
        return Column(
            name,
            NUMBER,
            f"with a rig: what the {name[:-2]} side carries; empty where void",
            "N",
            derived=True,
        )
    if name in RIG_COLUMNS:
        side, _, axis = name.rpartition("cop_")
        way = "to the right" if axis == "x_mm" else "to the front"
        of = f" of the {side[:-1]} plate alone" if side else " of all plates"
        about = f"with a rig: centre of pressure{of}, {way}, from the middle of the rig; empty where unloaded"
        return Column(name, NUMBER, about, "mm", derived=True)
    if name.startswith("raw_"):
        return Column(name, NUMBER, "the sensor's own value; empty where void", "raw")
    unit = "counts" if name.endswith("_counts") else "N"
    which = (
        "tension"
        if name.count("_") == 1
        else f"tension of channel {name.split('_', 1)[1].rpartition('_')[0]}"
    )
    several = " (the sum of all channels; beside a plate that of the straps)" if which == "tension" else ""
    return Column(name, NUMBER, f"{which}{several}; empty where void", unit)
