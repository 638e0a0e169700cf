"""Force plates of C3D files."""

import numpy as np
import pytest

from isotimer.core.errors import DataError, WrongUseError
from isotimer.exchange import c3d_file
from isotimer.exchange.c3d_file import is_c3d, read_c3d
from isotimer.session.analysis import analyse_file

RATE_HZ = 1000.0
SECONDS = 30.0


def written(path, *, plates=1, lost=(), downwards=True):
    """Write plates of 400 x 600 mm, each under 350 N that sways; return the net centre in mm."""
    ezc3d = pytest.importorskip("ezc3d", reason="the extra isotimer[c3d] is not installed")
    made = ezc3d.c3d()
    time_s = np.arange(0, SECONDS, 1 / RATE_HZ)
    x, y = 6 * np.sin(2 * np.pi * 0.3 * time_s), 9 * np.cos(2 * np.pi * 0.2 * time_s)
    force = np.full(len(time_s), -350.0 if downwards else 350.0)
    rows, labels, corners = [], [], np.zeros((3, 4, plates))
    for plate in range(plates):
        middle = 500.0 * plate
        corners[0, :, plate] = middle + np.array([200, -200, -200, 200])
        corners[1, :, plate] = [300, 300, -300, -300]
        # of a plate whose axes are those of the laboratory: x = -My / Fz, y = Mx / Fz
        rows += [0 * force, 0 * force, force, y * force, -x * force, 0 * force]
        labels += [f"{name}{plate + 1}" for name in ("Fx", "Fy", "Fz", "Mx", "My", "Mz")]
    analogs = np.array(rows)
    analogs[:, list(lost)] = 0.0
    made["parameters"]["POINT"]["RATE"]["value"] = [100.0]
    made["parameters"]["POINT"]["UNITS"]["value"] = ["mm"]
    made["parameters"]["ANALOG"]["RATE"]["value"] = [RATE_HZ]
    made["parameters"]["ANALOG"]["LABELS"]["value"] = labels
    made["parameters"]["ANALOG"]["UNITS"] = {"type": -1, "description": "", "is_locked": False, "value": [
        "N" if label[0] == "F" else "Nmm" for label in labels
    ], "metadata": {}}  # fmt: skip
    made["data"]["points"] = np.zeros((4, 0, int(SECONDS * 100)))
    made["data"]["analogs"] = analogs[None, :, :]
    platform = made["parameters"]["FORCE_PLATFORM"]
    platform["USED"]["value"] = np.array([plates])
    platform["TYPE"]["value"] = np.array([2] * plates)
    platform["ZERO"]["value"] = np.array([0, 0])
    platform["CHANNEL"]["value"] = np.arange(1, 6 * plates + 1).reshape(6, plates, order="F")
    platform["CORNERS"]["value"] = corners
    platform["ORIGIN"]["value"] = np.zeros((3, plates))
    made.write(str(path))
    return np.column_stack([x, y])


def test_a_plate_is_analysed_with_its_sway(tmp_path):
    path = tmp_path / "stand.c3d"
    away = written(path)
    file = read_c3d(path)
    assert np.median(file.force_n) == pytest.approx(350.0)
    assert np.ptp(file.centre_mm, axis=0) == pytest.approx(np.ptp(away, axis=0), rel=1e-3)
    assert file.plate
    found = {m.id: m for m in analyse_file(path).measures}
    assert found["tension_mean_n"].value == pytest.approx(350.0)
    assert found["cop_range_x_mm"].value == pytest.approx(12.0, rel=0.01)
    assert "does not tell left" in found["load_share_right_pct"].reason


def test_two_plates_are_added_up_and_lost_frames_are_void(tmp_path):
    path = tmp_path / "two.c3d"
    written(path, plates=2, lost=(1000, 1001), downwards=False)
    file = read_c3d(path)
    assert np.nanmedian(file.force_n) == pytest.approx(700.0)
    assert np.flatnonzero(np.isnan(file.force_n)).tolist() == [1000, 1001]
    assert np.isnan(file.centre_mm[1000]).all()
    assert any("which one is left" in words for words in file.assumed)
    assert np.nanmean(np.abs(file.centre_mm[:, 0])) == pytest.approx(250.0, abs=6)


def test_what_is_no_c3d_file_is_said_in_one_sentence(tmp_path):
    pytest.importorskip("ezc3d", reason="the extra isotimer[c3d] is not installed")
    path = tmp_path / "a.c3d"
    path.write_text("time,force\n0,1\n")
    with pytest.raises(DataError, match="no C3D file"):
        read_c3d(path)
    path.write_bytes(b"\x02\x50" + b"\x00" * 600)
    with pytest.raises(DataError):
        read_c3d(path)
    with pytest.raises(DataError, match="cannot read"):
        read_c3d(tmp_path / "none.c3d")


def test_without_the_extra_it_is_said_how_to_get_it(tmp_path, monkeypatch):
    def missing(name):
        raise ImportError(name)

    monkeypatch.setattr(c3d_file.importlib, "import_module", missing)
    assert is_c3d(tmp_path / "x.C3D")
    with pytest.raises(WrongUseError, match=r"isotimer\[c3d\]"):
        read_c3d(tmp_path / "x.c3d")
