"""Force plates of a C3D file, as motion laboratories record them: vertical force and centre of pressure.

It needs the extra ``isotimer[c3d]``.
"""

import importlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from isotimer.core.block import FloatArray
from isotimer.core.errors import DataError, WrongUseError
from isotimer.core.pressure import LEAST_N, net_centre
from isotimer.core.text import printable
from isotimer.exchange.trace_files import TraceFile

SUFFIX = ".c3d"
FORM = "C3D"
_MARK = 0x50
"""The second byte of every C3D file."""
_MM = {"mm": 1.0, "m": 1000.0, "cm": 10.0}
_NEWTONS = {"n": 1.0, "kn": 1000.0}


@dataclass(frozen=True, slots=True, eq=False)
class PlateFile(TraceFile):
    """A trace with a centre of pressure."""

    centre_mm: FloatArray | None = None
    """(n, 2) on the floor of the laboratory, in its own axes; NaN where too little is loaded."""


def is_c3d(path: Path) -> bool:
    """Return whether a file is to be read as C3D, by its name."""
    return path.suffix.lower() == SUFFIX


def read_c3d(path: Path) -> PlateFile:
    """Read the force plates of a C3D file, added up.

    The vertical axis is the one that carries most, and up is where the load is positive. Which plate is left
    the file does not tell.

    Raises:
        WrongUseError: If the extra is not installed.
        DataError: If the file cannot be read, or has no force plate.
    """
    plates, rate_hz = _plates(path)
    forces = [np.asarray(p["force"], np.float64).T * _scale(path, p, "unit_force", _NEWTONS) for p in plates]
    total = np.sum(forces, axis=0)
    size = np.abs(np.nanmedian(total, axis=0))
    axis = int(np.argmax(size))
    sign = -1.0 if np.nanmedian(total[:, axis]) < 0 else 1.0
    floor = [n for n in range(3) if n != axis]
    up = [sign * force[:, axis] for force in forces]
    centres = []
    for plate, load in zip(plates, up, strict=True):
        points = np.asarray(plate["center_of_pressure"], np.float64).T[:, floor]
        points = points * _scale(path, plate, "unit_position", _MM) / 1000
        points[~(load > LEAST_N)] = np.nan
        centres.append(points)
    force_n = np.sum(up, axis=0)
    lost = (total == 0).all(axis=1)
    centre = 1000 * net_centre(tuple(centres), tuple(up))
    force_n[lost], centre[lost] = np.nan, np.nan
    assumed = [f"the vertical axis is the {'xyz'[axis]} axis of the file, which carries most"]
    if len(plates) > 1:
        assumed.append(f"{len(plates)} plates were added up; the file does not say which one is left")
    if lost.any():
        assumed.append(f"{int(lost.sum())} rows of zeros are lost frames")
    return PlateFile(
        FORM,
        np.arange(len(force_n)) / rate_hz,
        force_n,
        "N",
        tuple(assumed),
        f"of {len(plates)} in the C3D file",
        centre,
    )


def _plates(path: Path) -> tuple[list[Any], float]:
    try:
        reader: Any = importlib.import_module("ezc3d")
    except ImportError:
        raise WrongUseError(
            "C3D files need one more part", "ezc3d is not installed", "pip install 'isotimer[c3d]'"
        ) from None
    name = printable(str(path))
    try:
        with path.open("rb") as file:
            head = file.read(2)
    except OSError as e:
        raise DataError(f"cannot read {name}", e.strerror or "", "check the path") from None
    if len(head) < 2 or head[1] != _MARK:
        raise DataError(f"cannot read {name}", "it is no C3D file", "check the file")
    try:
        table = reader.c3d(str(path), extract_forceplat_data=True)
        plates = list(table["data"]["platform"])
        rate_hz = float(table["header"]["analogs"]["frame_rate"])
    except (OSError, RuntimeError, ValueError, KeyError, IndexError) as e:
        raise DataError(f"cannot read {name}", printable(str(e), 200), "export it again") from None
    if not plates or not all(np.size(p["force"]) for p in plates):
        raise DataError(f"cannot analyse {name}", "it has no force plate", "export the analog data with it")
    if not rate_hz > 0:
        raise DataError(f"cannot analyse {name}", "it does not say its rate", "export it again")
    return plates, rate_hz


def _scale(path: Path, plate: Any, key: str, known: dict[str, float]) -> float:
    unit = str(plate[key]).strip().lower()
    if unit not in known:
        name = printable(str(path))
        raise DataError(
            f"cannot read {name}", f"its unit '{printable(unit, 20)}' is not known", "export it in N and mm"
        )
    return known[unit]
