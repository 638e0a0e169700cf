"""Who trains and with what: athletes, devices, calibrations, setups."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import groupby
from typing import Any

from isotimer.core.errors import WrongUseError
from isotimer.store.connection import Connection, json_text
from isotimer.store.ids import new_id, stamp
from isotimer.store.rows import CalibrationRow, KnownDevice, RigCheck, Row

_LONGEST_NAME = 500


class Roster(Connection):
    """People and equipment."""

    def athlete(self, name: str) -> str:
        """Return the key of the athlete of this name, made on first use.

        Where two have the same name, it is the one who was there first.

        Raises:
            WrongUseError: If the name is empty, too long or not text.
        """
        name = checked_name(name)
        with self.writing():
            known = self._found(
                "SELECT id FROM athlete WHERE name = ? AND archived_at IS NULL"
                " ORDER BY created_at, id LIMIT 1",
                name,
            )
            return known or self._made("athlete", {"name": name})

    def athletes(self) -> list[Row]:
        """Return all athletes by name: id, name, created_at, archived_at, sessions, last_session_at."""
        return self.rows(
            "SELECT a.id, a.name, a.created_at, a.archived_at, count(s.id) AS sessions,"
            " max(s.started_at) AS last_session_at FROM athlete a LEFT JOIN session s ON s.athlete_id = a.id"
            " GROUP BY a.id ORDER BY a.name, a.created_at, a.id"
        )

    def add_body_mass(self, athlete_id: str, mass_kg: float, measured_at: datetime | None = None) -> str:
        """Note how heavy an athlete is and return the key.

        Raises:
            WrongUseError: If that is no body mass.
        """
        if not 1.0 <= mass_kg <= 500.0:
            raise WrongUseError(f"{mass_kg:g} kg is not a body mass", "", "give kilograms, 1 to 500")
        at, offset_min = stamp(measured_at)
        row = {"id": new_id(), "athlete_id": athlete_id, "mass_kg": mass_kg}
        with self.writing():
            self.insert("body_mass", row | {"measured_at": at, "measured_offset_min": offset_min})
        return str(row["id"])

    def body_mass(self, athlete_id: str) -> float | None:
        """Return an athlete's newest body mass in kg, None if it was never noted."""
        sql = "SELECT mass_kg FROM body_mass WHERE athlete_id = ? ORDER BY measured_at DESC, id DESC LIMIT 1"
        rows = self.rows(sql, [athlete_id])
        return rows[0]["mass_kg"] if rows else None

    def device(
        self, profile_id: str, name: str, port: str = "", usb_id: str = "", serial_number: str = ""
    ) -> str:
        """Return the key of a sensor, made on first use.

        It is the same sensor if profile, USB id and serial number agree or, where it has no serial number,
        profile and port. Name, port and USB id are brought up to date.
        """
        row = {"name": name, "port": port, "usb_id": usb_id}
        with self.writing():
            if known := self.find_device(profile_id, port, usb_id, serial_number):
                self.update("device", known, row | {"updated_at": stamp()[0]})
                return known
            return self._made("device", row | {"profile_id": profile_id, "serial_number": serial_number})

    def find_device(self, profile_id: str, port: str, usb_id: str, serial_number: str) -> str | None:
        """Return the key of a sensor that was used before; None if it was not. Nothing is written."""
        if serial_number:
            where, values = "serial_number = ? AND usb_id = ?", [serial_number, usb_id]
        else:
            where, values = "serial_number = '' AND port = ?", [port]
        sql = f"SELECT id FROM device WHERE profile_id = ? AND {where} ORDER BY id LIMIT 1"  # noqa: S608 our names, values are bound
        return self._found(sql, profile_id, *values)

    def known_devices(self) -> list[KnownDevice]:
        """Return all sensors that were used before, the one used last first."""
        found = self.rows("SELECT * FROM device ORDER BY updated_at DESC, id DESC")
        return [
            KnownDevice(
                row["id"],
                row["profile_id"],
                row["name"],
                row["port"],
                row["usb_id"],
                row["serial_number"],
                row["updated_at"],
                RigCheck(
                    row["noise_floor_n"], row["noise_floor_at"], row["resonance_hz"], row["resonance_at"]
                ),
            )
            for row in found
        ]

    def add_calibration(
        self, device_id: str, calibration: CalibrationRow, made_at: datetime | None = None
    ) -> str:
        """Keep the calibration of one channel and return its key; earlier ones stay.

        A noise floor measured under another slope is forgotten: its newtons were other ones.
        """
        at, offset_min = stamp(made_at)
        row = {
            "id": new_id(),
            "device_id": device_id,
            "channel": calibration.channel,
            "slope_n_per_raw": calibration.slope_n_per_raw,
            "zero_raw": calibration.zero_raw,
            "points": json_text(calibration.points),
            "residual_n": calibration.residual_n,
            "made_at": at,
            "made_offset_min": offset_min,
        }
        with self.writing():
            known = self.db.execute(
                "SELECT slope_n_per_raw FROM calibration WHERE device_id = ? AND channel = ?"
                " ORDER BY made_at DESC, id DESC LIMIT 1",
                [device_id, calibration.channel],
            ).fetchone()
            if (known[0] if known else 1.0) != calibration.slope_n_per_raw:
                self.update("device", device_id, {"noise_floor_n": None, "noise_floor_at": None})
            self.insert("calibration", row)
        return str(row["id"])

    def keep_noise_floor(
        self, device_id: str, noise_floor_n: float, measured_at: datetime | None = None
    ) -> None:
        """Keep the RMS of an unloaded sensor in the shake band, in the place of an earlier one."""
        at, _ = stamp(measured_at)
        with self.writing():
            self.update("device", device_id, {"noise_floor_n": noise_floor_n, "noise_floor_at": at})

    def keep_resonance(
        self, device_id: str, resonance_hz: float, measured_at: datetime | None = None
    ) -> None:
        """Keep the own frequency of a sensor's rig, in the place of an earlier one."""
        at, _ = stamp(measured_at)
        with self.writing():
            self.update("device", device_id, {"resonance_hz": resonance_hz, "resonance_at": at})

    def rig_check(self, device_id: str) -> RigCheck:
        """Return what was last measured of a sensor and its rig; all None if nothing was."""
        found = self.rows(
            "SELECT noise_floor_n, noise_floor_at, resonance_hz, resonance_at FROM device WHERE id = ?",
            [device_id],
        )
        return RigCheck(**found[0]) if found else RigCheck()

    def calibrations(self, device_id: str) -> list[CalibrationRow]:
        """Return the newest calibration of each channel that has one, by channel."""
        found = self.rows(
            "SELECT * FROM calibration WHERE device_id = ? ORDER BY channel, made_at DESC, id DESC",
            [device_id],
        )
        newest: dict[int, CalibrationRow] = {}
        for row in found:
            points = tuple((float(raw), float(n)) for raw, n in row["points"])
            newest.setdefault(
                row["channel"],
                CalibrationRow(
                    row["channel"],
                    row["slope_n_per_raw"],
                    row["zero_raw"],
                    points,
                    row["residual_n"],
                    row["id"],
                    row["made_at"],
                ),
            )
        return list(newest.values())

    def calibrated_at(self, device_id: str) -> str | None:
        """Return since when (UTC) the oldest slope in use of a sensor has stood; None without a calibration.

        A tare keeps the slope, and so the date; a slope of 1 that was not fitted to weights is only a tare.
        """
        found = self.rows(
            "SELECT channel, slope_n_per_raw, points, made_at FROM calibration WHERE device_id = ?"
            " ORDER BY channel, made_at DESC, id DESC",
            [device_id],
        )
        channels = groupby(found, key=lambda row: row["channel"])
        dates = [at for _, rows in channels if (at := _slope_since(rows)) is not None]
        return min(dates, default=None)

    def setup(self, name: str, details: Mapping[str, Any] | None = None) -> str:
        """Return the key of a setup of this name and these details, made on first use.

        Raises:
            WrongUseError: If the name is empty, too long or not text.
        """
        name = checked_name(name)
        text = json_text(dict(sorted((details or {}).items())))
        with self.writing():
            sql = "SELECT id FROM setup WHERE name = ? AND details = ? ORDER BY created_at, id LIMIT 1"
            return self._found(sql, name, text) or self._made("setup", {"name": name, "details": text})

    def plan(self, name: str, spec: str) -> str:
        """Return the key of a written plan, kept on first use; a changed plan is another one.

        Args:
            name: What it is called.
            spec: All of it, as JSON.
        """
        with self.writing():
            sql = "SELECT id FROM plan WHERE name = ? AND steps = ? ORDER BY created_at, id LIMIT 1"
            return self._found(sql, name, spec) or self._made("plan", {"name": name, "steps": spec})

    def _found(self, sql: str, *values: str) -> str | None:
        row = self.db.execute(sql, values).fetchone()
        return str(row[0]) if row else None

    def _made(self, table: str, row: Mapping[str, Any]) -> str:
        at, offset_min = stamp()
        row_id = new_id()
        self.insert(
            table, {"id": row_id, **row, "created_at": at, "created_offset_min": offset_min, "updated_at": at}
        )
        return row_id


def _slope_since(rows: Iterable[Row]) -> str | None:
    """Return since when the newest slope of one channel has stood, of its rows, the newest first."""
    slope, since = 1.0, None
    for row in rows:
        if since is not None and row["slope_n_per_raw"] != slope:
            break
        slope, since = row["slope_n_per_raw"], str(row["made_at"])
        if row["points"]:
            return since
    return since if slope != 1.0 else None


def checked_name(name: str) -> str:
    """Return a name without blanks around it.

    Raises:
        WrongUseError: If it is empty, too long or not text.
    """
    stripped = name.strip()
    try:
        stripped.encode()
    except UnicodeEncodeError:
        raise WrongUseError("that name is not text", "it holds half a character", "type it again") from None
    if not stripped or "\0" in stripped:
        raise WrongUseError("a name is missing", "", "give at least one character")
    if len(stripped) > _LONGEST_NAME:
        raise WrongUseError(
            f"the name {stripped[:20]}… is too long", f"it has {len(stripped)} characters", "use at most 500"
        )
    return stripped
