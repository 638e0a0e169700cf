"""The schema. A change is a new function at the end; what is released is never edited."""

from isotimer.store.sqlite import Migrations, sqlite_utils

APPLICATION_ID = 0x49534F54
"""SQLite's application_id of our databases: "ISOT"."""

SCHEMA = 3
"""Number of the last migration."""

MIGRATIONS = Migrations("isotimer")
"""Applied in order, each in a transaction; each sets ``user_version`` to its own number."""

_TABLES = """
CREATE TABLE athlete (
  id TEXT PRIMARY KEY, name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 500),
  created_at TEXT NOT NULL, created_offset_min INTEGER NOT NULL, updated_at TEXT NOT NULL, archived_at TEXT
) STRICT;
CREATE INDEX athlete_name ON athlete (name);
CREATE TABLE body_mass (
  id TEXT PRIMARY KEY, athlete_id TEXT NOT NULL REFERENCES athlete ON DELETE CASCADE,
  mass_kg REAL NOT NULL CHECK (mass_kg > 0), measured_at TEXT NOT NULL, measured_offset_min INTEGER NOT NULL
) STRICT;
CREATE INDEX body_mass_athlete ON body_mass (athlete_id, measured_at);
CREATE TABLE device (
  id TEXT PRIMARY KEY, profile_id TEXT NOT NULL, name TEXT NOT NULL, port TEXT NOT NULL, usb_id TEXT NOT NULL,
  serial_number TEXT NOT NULL, created_at TEXT NOT NULL, created_offset_min INTEGER NOT NULL,
  updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX device_profile ON device (profile_id, serial_number, port);
CREATE TABLE rig (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, layout TEXT NOT NULL CHECK (json_valid(layout)),
  created_at TEXT NOT NULL, created_offset_min INTEGER NOT NULL, updated_at TEXT NOT NULL
) STRICT;
CREATE TABLE calibration (
  id TEXT PRIMARY KEY, device_id TEXT NOT NULL REFERENCES device ON DELETE CASCADE,
  channel INTEGER NOT NULL CHECK (channel >= 0), slope_n_per_raw REAL NOT NULL, zero_raw REAL NOT NULL,
  points TEXT NOT NULL CHECK (json_valid(points)), residual_n REAL,
  made_at TEXT NOT NULL, made_offset_min INTEGER NOT NULL
) STRICT;
CREATE INDEX calibration_device ON calibration (device_id, channel, made_at);
CREATE TABLE plan (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, steps TEXT NOT NULL CHECK (json_valid(steps)),
  created_at TEXT NOT NULL, created_offset_min INTEGER NOT NULL, updated_at TEXT NOT NULL
) STRICT;
CREATE TABLE setup (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, details TEXT NOT NULL CHECK (json_valid(details)),
  created_at TEXT NOT NULL, created_offset_min INTEGER NOT NULL, updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX setup_name ON setup (name);
CREATE TABLE session (
  id TEXT PRIMARY KEY, athlete_id TEXT NOT NULL REFERENCES athlete ON DELETE CASCADE,
  plan_id TEXT REFERENCES plan ON DELETE SET NULL, rig_id TEXT REFERENCES rig ON DELETE SET NULL,
  plan TEXT NOT NULL CHECK (json_valid(plan)), process TEXT NOT NULL, app_version TEXT NOT NULL,
  started_at TEXT NOT NULL, started_offset_min INTEGER NOT NULL, ended_at TEXT, ended_offset_min INTEGER
) STRICT;
CREATE INDEX session_athlete ON session (athlete_id, started_at);
CREATE INDEX session_started ON session (started_at);
CREATE TABLE hold (
  id TEXT PRIMARY KEY, session_id TEXT NOT NULL REFERENCES session ON DELETE CASCADE,
  position TEXT NOT NULL, phase TEXT NOT NULL, side TEXT NOT NULL, mode TEXT NOT NULL,
  set_no INTEGER NOT NULL, rep_no INTEGER NOT NULL, attempt INTEGER NOT NULL, step_index INTEGER NOT NULL,
  planned_s REAL CHECK (planned_s > 0), hold_s REAL CHECK (hold_s >= 0),
  "end" TEXT CHECK ("end" IN ('completed', 'released', 'aborted', 'device-lost', 'interrupted')),
  why TEXT NOT NULL DEFAULT '', start_mode TEXT NOT NULL, start_s REAL NOT NULL,
  started_at TEXT NOT NULL, started_offset_min INTEGER NOT NULL,
  target_n REAL, target_low_n REAL, target_high_n REAL,
  setup_id TEXT REFERENCES setup ON DELETE RESTRICT, device_id TEXT REFERENCES device ON DELETE RESTRICT,
  calibration_ids TEXT NOT NULL CHECK (json_valid(calibration_ids)),
  unit TEXT CHECK (unit IN ('N', 'counts')), channels TEXT NOT NULL CHECK (json_valid(channels)),
  zero_raw TEXT NOT NULL CHECK (json_valid(zero_raw)),
  slope_n_per_raw TEXT NOT NULL CHECK (json_valid(slope_n_per_raw)),
  rate_hz REAL, samples INTEGER NOT NULL DEFAULT 0,
  gaps TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(gaps)),
  zero_before_n REAL, zero_after_n REAL, noise_floor_n REAL,
  warnings TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(warnings)),
  CHECK (CASE "end" WHEN 'interrupted' THEN 1 ELSE ("end" IS NULL) = (hold_s IS NULL) END)
) STRICT;
CREATE INDEX hold_session ON hold (session_id, started_at);
CREATE INDEX hold_started ON hold (started_at);
CREATE INDEX hold_series ON hold (position, side, mode, setup_id);
CREATE INDEX hold_running ON hold (id) WHERE "end" IS NULL;
CREATE TABLE trace (
  hold_id TEXT PRIMARY KEY REFERENCES hold ON DELETE CASCADE, codec INTEGER NOT NULL,
  samples INTEGER NOT NULL, channels INTEGER NOT NULL, data BLOB NOT NULL
) STRICT;
CREATE TABLE journal (
  hold_id TEXT NOT NULL REFERENCES hold ON DELETE CASCADE, seq INTEGER NOT NULL, data BLOB NOT NULL,
  PRIMARY KEY (hold_id, seq)
) STRICT;
CREATE TABLE measure (
  hold_id TEXT NOT NULL REFERENCES hold ON DELETE CASCADE, id TEXT NOT NULL, value REAL, unit TEXT NOT NULL,
  reason TEXT NOT NULL DEFAULT '', doubt TEXT NOT NULL DEFAULT '', version INTEGER NOT NULL,
  PRIMARY KEY (hold_id, id), CHECK (value IS NOT NULL OR reason <> '')
) STRICT, WITHOUT ROWID;
CREATE TABLE sprint (
  id TEXT PRIMARY KEY, athlete_id TEXT NOT NULL REFERENCES athlete ON DELETE CASCADE,
  ran_at TEXT NOT NULL, ran_offset_min INTEGER NOT NULL, distance_m REAL NOT NULL CHECK (distance_m > 0),
  flying INTEGER NOT NULL CHECK (flying IN (0, 1)), time_s REAL NOT NULL CHECK (time_s > 0),
  timing TEXT NOT NULL CHECK (timing IN ('hand', 'electronic')), steps INTEGER CHECK (steps > 0),
  contact_s REAL CHECK (contact_s > 0),
  created_at TEXT NOT NULL, created_offset_min INTEGER NOT NULL, updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX sprint_athlete ON sprint (athlete_id, ran_at);
CREATE TABLE note (
  id TEXT PRIMARY KEY, athlete_id TEXT REFERENCES athlete ON DELETE CASCADE,
  session_id TEXT REFERENCES session ON DELETE CASCADE, hold_id TEXT REFERENCES hold ON DELETE CASCADE,
  text TEXT NOT NULL, created_at TEXT NOT NULL, created_offset_min INTEGER NOT NULL, updated_at TEXT NOT NULL,
  CHECK ((athlete_id IS NOT NULL) + (session_id IS NOT NULL) + (hold_id IS NOT NULL) = 1)
) STRICT;
CREATE INDEX note_athlete ON note (athlete_id);
CREATE INDEX note_session ON note (session_id);
CREATE INDEX note_hold ON note (hold_id);
"""

_VIEWS = """
CREATE VIEW v_holds AS
SELECT h.id AS hold_id, h.session_id, s.athlete_id, a.name AS athlete, h.position, h.phase, h.side, h.mode,
  h.set_no, h.rep_no, h.attempt, h.step_index, h.planned_s, h.hold_s, h."end", h.why, h.start_mode,
  h.started_at, h.started_offset_min,
  datetime(h.started_at, h.started_offset_min || ' minutes') AS started_local,
  h.target_n, h.target_low_n, h.target_high_n, h.setup_id, u.name AS setup,
  h.device_id, d.name AS device, d.profile_id AS device_profile, h.calibration_ids, h.unit, h.channels,
  h.zero_raw, h.slope_n_per_raw, h.rate_hz, h.samples, h.gaps, h.zero_before_n, h.zero_after_n,
  h.noise_floor_n, h.warnings
FROM hold h JOIN session s ON s.id = h.session_id JOIN athlete a ON a.id = s.athlete_id
LEFT JOIN setup u ON u.id = h.setup_id LEFT JOIN device d ON d.id = h.device_id;
CREATE VIEW v_sessions AS
SELECT s.id AS session_id, s.athlete_id, a.name AS athlete, s.started_at, s.started_offset_min,
  datetime(s.started_at, s.started_offset_min || ' minutes') AS started_local, s.ended_at, s.ended_offset_min,
  s.plan, s.app_version,
  (SELECT count(*) FROM hold h WHERE h.session_id = s.id AND h."end" IS NOT NULL) AS holds,
  (SELECT total(h.hold_s) FROM hold h WHERE h.session_id = s.id) AS held_s
FROM session s JOIN athlete a ON a.id = s.athlete_id;
CREATE VIEW v_measures AS
SELECT m.hold_id, h.session_id, s.athlete_id, a.name AS athlete, h.position, h.phase, h.side, h.mode,
  h.setup_id, h.started_at, h."end", m.id AS measure, m.value, m.unit, m.reason, m.doubt, m.version
FROM measure m JOIN hold h ON h.id = m.hold_id JOIN session s ON s.id = h.session_id
JOIN athlete a ON a.id = s.athlete_id;
"""


@MIGRATIONS(name="0001")
def _first(db: sqlite_utils.Database) -> None:
    for statement in (_TABLES + _VIEWS).split(";\n"):
        if statement.strip():
            db.execute(statement)
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.execute("PRAGMA user_version = 1")


_RIG_CHECK = """
ALTER TABLE device ADD COLUMN resonance_hz REAL CHECK (resonance_hz > 0);
ALTER TABLE device ADD COLUMN resonance_at TEXT;
ALTER TABLE device ADD COLUMN noise_floor_n REAL CHECK (noise_floor_n >= 0);
ALTER TABLE device ADD COLUMN noise_floor_at TEXT;
ALTER TABLE hold ADD COLUMN resonance_hz REAL;
DROP VIEW v_holds;
CREATE VIEW v_holds AS
SELECT h.id AS hold_id, h.session_id, s.athlete_id, a.name AS athlete, h.position, h.phase, h.side, h.mode,
  h.set_no, h.rep_no, h.attempt, h.step_index, h.planned_s, h.hold_s, h."end", h.why, h.start_mode,
  h.started_at, h.started_offset_min,
  datetime(h.started_at, h.started_offset_min || ' minutes') AS started_local,
  h.target_n, h.target_low_n, h.target_high_n, h.setup_id, u.name AS setup,
  h.device_id, d.name AS device, d.profile_id AS device_profile, h.calibration_ids, h.unit, h.channels,
  h.zero_raw, h.slope_n_per_raw, h.rate_hz, h.samples, h.gaps, h.zero_before_n, h.zero_after_n,
  h.noise_floor_n, h.resonance_hz, h.warnings
FROM hold h JOIN session s ON s.id = h.session_id JOIN athlete a ON a.id = s.athlete_id
LEFT JOIN setup u ON u.id = h.setup_id LEFT JOIN device d ON d.id = h.device_id;
"""


@MIGRATIONS(name="0002")
def _rig_check(db: sqlite_utils.Database) -> None:
    for statement in _RIG_CHECK.split(";\n"):
        if statement.strip():
            db.execute(statement)
    db.execute("PRAGMA user_version = 2")


_PEOPLE_PLANS_RIGS = """
CREATE TABLE squad (
  id TEXT PRIMARY KEY, name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 500),
  created_at TEXT NOT NULL, created_offset_min INTEGER NOT NULL, updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX squad_name ON squad (name);
CREATE TABLE squad_member (
  squad_id TEXT NOT NULL REFERENCES squad ON DELETE CASCADE,
  athlete_id TEXT NOT NULL REFERENCES athlete ON DELETE CASCADE, PRIMARY KEY (squad_id, athlete_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX squad_member_athlete ON squad_member (athlete_id);
CREATE TABLE gone (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL CHECK (kind IN ('athlete', 'session', 'hold', 'note', 'sprint')),
  kept_id TEXT, gone_at TEXT NOT NULL
) STRICT;
CREATE TABLE setup_choice (
  athlete_id TEXT NOT NULL REFERENCES athlete ON DELETE CASCADE, position TEXT NOT NULL,
  setup_id TEXT NOT NULL REFERENCES setup ON DELETE CASCADE, updated_at TEXT NOT NULL,
  PRIMARY KEY (athlete_id, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE rig_choice (
  position TEXT PRIMARY KEY, rig_id TEXT NOT NULL REFERENCES rig ON DELETE CASCADE, updated_at TEXT NOT NULL
) STRICT;
CREATE TABLE imported (
  digest TEXT PRIMARY KEY, name TEXT NOT NULL, format TEXT NOT NULL, rows INTEGER NOT NULL,
  imported_at TEXT NOT NULL
) STRICT;
ALTER TABLE session ADD COLUMN progress TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(progress));
ALTER TABLE session ADD COLUMN updated_at TEXT;
ALTER TABLE hold ADD COLUMN effort INTEGER CHECK (effort BETWEEN 1 AND 10);
ALTER TABLE hold ADD COLUMN pain INTEGER CHECK (pain BETWEEN 0 AND 10);
ALTER TABLE hold ADD COLUMN flag TEXT NOT NULL DEFAULT '';
ALTER TABLE hold ADD COLUMN reviewed_at TEXT;
ALTER TABLE hold ADD COLUMN updated_at TEXT;
ALTER TABLE hold ADD COLUMN step TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(step));
ALTER TABLE hold ADD COLUMN rig TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(rig));
ALTER TABLE hold ADD COLUMN device_ids TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(device_ids));
ALTER TABLE sprint ADD COLUMN note TEXT NOT NULL DEFAULT '';
DROP VIEW v_holds;
CREATE VIEW v_holds AS
SELECT h.id AS hold_id, h.session_id, s.athlete_id, a.name AS athlete, h.position, h.phase, h.side, h.mode,
  h.set_no, h.rep_no, h.attempt, h.step_index, h.planned_s, h.hold_s, h."end", h.why, h.start_mode,
  h.started_at, h.started_offset_min,
  datetime(h.started_at, h.started_offset_min || ' minutes') AS started_local,
  h.target_n, h.target_low_n, h.target_high_n, h.setup_id, u.name AS setup,
  h.device_id, d.name AS device, d.profile_id AS device_profile, h.calibration_ids, h.unit, h.channels,
  h.zero_raw, h.slope_n_per_raw, h.rate_hz, h.samples, h.gaps, h.zero_before_n, h.zero_after_n,
  h.noise_floor_n, h.resonance_hz, h.warnings, h.effort, h.pain, h.flag, h.reviewed_at, h.step, h.rig,
  h.device_ids
FROM hold h JOIN session s ON s.id = h.session_id JOIN athlete a ON a.id = s.athlete_id
LEFT JOIN setup u ON u.id = h.setup_id LEFT JOIN device d ON d.id = h.device_id;
DROP VIEW v_sessions;
CREATE VIEW v_sessions AS
SELECT s.id AS session_id, s.athlete_id, a.name AS athlete, s.started_at, s.started_offset_min,
  datetime(s.started_at, s.started_offset_min || ' minutes') AS started_local, s.ended_at, s.ended_offset_min,
  s.plan, s.plan_id, s.progress, s.app_version,
  (SELECT count(*) FROM hold h WHERE h.session_id = s.id AND h."end" IS NOT NULL) AS holds,
  (SELECT total(h.hold_s) FROM hold h WHERE h.session_id = s.id) AS held_s
FROM session s JOIN athlete a ON a.id = s.athlete_id;
"""


@MIGRATIONS(name="0003")
def _people_plans_rigs(db: sqlite_utils.Database) -> None:
    for statement in _PEOPLE_PLANS_RIGS.split(";\n"):
        if statement.strip():
            db.execute(statement)
    db.execute("PRAGMA user_version = 3")
