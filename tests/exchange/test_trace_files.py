"""One trace out of a file: every form, every unit, every way to be wrong."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isotimer.core.errors import DataError, IsotimerError, WrongUseError
from isotimer.core.units import POUND_KG, STANDARD_GRAVITY
from isotimer.exchange.trace_files import Choices, TraceFile, read_trace
from isotimer.exchange.trace_table import trace_lines
from isotimer.store.traces import Trace

TIME = np.arange(400) * 0.0125
FORCE = np.round(300 + 5 * np.sin(TIME), 3)
ROWS = [(f"{t:.4f}", f"{f:.3f}") for t, f in zip(TIME, FORCE, strict=True)]
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def make(text: str | bytes, encoding: str = "utf-8") -> Path:
        path = tmp_path / "trace.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return path

    return make


def table(header: str = "time_s,force_n", separator: str = ",", end: str = "\n", decimal: str = ".") -> str:
    lines = [header] if header else []
    lines += [separator.join(row).replace(".", decimal) for row in ROWS]
    return end.join(lines) + end


def assert_read(file: TraceFile, factor: float = 1.0, tolerance: float = 1e-12) -> None:
    np.testing.assert_allclose(file.time_s, TIME, atol=1e-9)
    np.testing.assert_allclose(file.force_n, FORCE * factor, rtol=tolerance)
    assert file.unit == "N"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (table(), "utf-8"),
        (table(), "utf-8-sig"),
        (table(), "utf-16"),
        (table("time_s;force_n", ";", "\r\n", ","), "utf-8-sig"),
        (table("Time [s]\tForce [N]", "\t", "\r\n", ","), "utf-8"),
        (table("Zeit (s);Kraft (N); Änderung", ";", decimal=","), "cp1252"),
        (table("time_s|force_n", "|"), "utf-8"),
        (table(" time_s   force_n", "   "), "utf-8"),
        (table("time_s,force_n", end="\r"), "utf-8"),
        (table("# made by hand\n# time_s, force_n"), "utf-8"),
        (table("name,value\nrate,80.0\n\ntime,force\ns,N"), "utf-8"),
    ],
)
def test_tables_of_many_kinds(write: Write, text: str, encoding: str) -> None:
    assert_read(read_trace(write(text, encoding)))


def test_quoted_cells_with_decimal_commas(write: Write) -> None:
    lines = ['"time_s","force_n"', *(f'"{t}","{f}"'.replace(".", ",") for t, f in ROWS)]
    assert_read(read_trace(write("\n".join(lines))))


def test_comments_and_blank_lines_within(write: Write) -> None:
    lines = table().splitlines()
    text = "\n".join([*lines[:200], "# moved the strap", "", *lines[200:], "", ""])
    assert_read(read_trace(write(text)))


@pytest.mark.parametrize(
    ("unit", "newtons"),
    [
        ("N", 1.0),
        ("kN", 1000.0),
        ("kgf", STANDARD_GRAVITY),
        ("kg", STANDARD_GRAVITY),
        ("lbf", POUND_KG * STANDARD_GRAVITY),
        ("lbs", POUND_KG * STANDARD_GRAVITY),
        ("newtons", 1.0),
    ],
)
def test_units_of_force_asked_for_or_in_the_name(write: Write, unit: str, newtons: float) -> None:
    assert_read(read_trace(write(table(f"time_s,pull ({unit})"))), newtons)
    assert_read(read_trace(write(table("time_s,pull")), Choices(unit=unit)), newtons)


@pytest.mark.parametrize("name", ["time_s", "Time (s)", "time [sec]", "Elapsed seconds", "t (s)", "s"])
def test_seconds_by_name(write: Write, name: str) -> None:
    assert_read(read_trace(write(table(f"{name},force_n"))))


@pytest.mark.parametrize(
    ("name", "per_s"), [("time_ms", 1e3), ("Time (micros)", 1e6), ("t (µs)", 1e6), ("ms", 1e3)]
)
def test_other_units_of_time_by_name(write: Write, name: str, per_s: float) -> None:
    rows = [f"{t * per_s:.0f},{f}" for t, (_, f) in zip(TIME, ROWS, strict=True)]
    file = read_trace(write(f"{name},force_n\n" + "\n".join(rows) + "\n"))
    np.testing.assert_allclose(file.time_s, np.round(TIME * per_s) / per_s, atol=1e-12)


@pytest.mark.parametrize(("per_s", "unit"), [(1.0, "s"), (1e3, "ms"), (1e6, "us")])
def test_units_of_time_by_their_steps(write: Write, per_s: float, unit: str) -> None:
    rows = [f"{t * per_s:.6g},{f}" for t, (_, f) in zip(TIME, ROWS, strict=True)]
    file = read_trace(write("time,force_n\n" + "\n".join(rows) + "\n"))
    assert file.assumed[0] == f"time is column 1 'time', in {unit} by its steps"
    assert file.time_s[-1] == pytest.approx(TIME[-1], rel=1e-5)


def test_what_is_open_is_asked_in_one_sentence(write: Write) -> None:
    path = write("time,load\n" + "\n".join(f"{i},{f}" for i, (_, f) in enumerate(ROWS)))
    with pytest.raises(WrongUseError) as error:
        read_trace(path)
    said = error.value.sentence
    assert "the unit of time in column 1 'time' and the unit of force in column 2 'load'" in said
    assert "--time-unit s, ms or us and --unit N, kgf, kg, lbf or raw" in said
    file = read_trace(path, Choices(unit="kg", time_unit="ms"))
    assert file.time_s[10] == pytest.approx(0.01)
    assert file.force_n[0] == pytest.approx(FORCE[0] * STANDARD_GRAVITY)


def test_columns_by_name_and_by_number(write: Write) -> None:
    lines = ["n,left (N),clock (s),right (N)"]
    lines += [f"{i},{f},{t},{2 * float(f)}" for i, (t, f) in enumerate(ROWS)]
    path = write("\n".join(lines))
    for time, force in (("3", "2"), ("clock (s)", "left (N)"), ("CLOCK", "Left")):
        assert_read(read_trace(path, Choices(time, force)))
    assert_read(read_trace(path, Choices("3", "4")), 2.0)
    with pytest.raises(WrongUseError, match=r"2 'left \(N\)'.*4 'right \(N\)'.*--force-column"):
        read_trace(path)


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        (Choices(force_column="9"), "--force-column 9: there is no such column"),
        (Choices(time_column="tme"), "it has columns 1 'time_s', 2 'force_n'"),
        (Choices("1", "1"), "cannot be both time and force"),
        (Choices(unit="stone"), "that is no unit of force"),
        (Choices(time_unit="weeks"), "that is no unit of time"),
        (Choices(force_column="\x1b[2J"), "\\x1b[2J"),
    ],
)
def test_a_wrong_choice_is_named(write: Write, choices: Choices, words: str) -> None:
    with pytest.raises(WrongUseError) as error:
        read_trace(write(table()), choices)
    assert words in error.value.sentence
    assert "\x1b" not in error.value.sentence


CHRONOJUMP = ["0;-0,5", "908;-0,25", *(f"{10068 + i * 11028};{i % 7},5" for i in range(400))]


@pytest.mark.parametrize("header", [["Time (micros);Force(N)"], []])
def test_chronojump(write: Write, header: list[str]) -> None:
    file = read_trace(write("\n".join([*header, *CHRONOJUMP, ""])))
    assert file.form == "Chronojump"
    assert file.unit == "N"
    np.testing.assert_allclose(file.time_s[:3], [0.000908, 0.010068, 0.021096], atol=1e-9)
    assert file.force_n[:3].tolist() == [-0.25, 0.5, 1.5]
    assert len(file.time_s) == len(CHRONOJUMP) - 1
    assert any("first sample was left out" in note for note in file.assumed)


def test_chronojump_whose_first_time_is_true_keeps_it(write: Write) -> None:
    file = read_trace(write("\n".join(["Time (micros);Force(N)", *CHRONOJUMP[2:], ""])))
    assert len(file.time_s) == 400


def test_chronojump_triggers_are_no_samples(write: Write) -> None:
    rows = [*CHRONOJUMP[:50], "530000;R", *CHRONOJUMP[50:], "4500000;r"]
    file = read_trace(write("\n".join(["Time (micros);Force(N)", *rows, ""])))
    assert len(file.time_s) == len(CHRONOJUMP) - 1


TINDEQ_HEADS = {
    "endurance": "date,tag,comment,unit,critical force,reps,Rest time,Work time\n"
    "2026-29-07 09:35:19,endurance test ,,SI,10.3457,24,3,7\n\nmedian values\n10.29\n12.16\n\n"
    "threshold time,threshold weight\n0.110805,3.07\n7.703949,2.99\n10.269441,3.13\n\n",
    "rapid": "date,tag,comment,unit,intervalTime (ms),IntervalThreshold,rfdInterval,rfd2080\n"
    "2026-27-07 12:43:34,try 2,,SI,200,5.76,101.8,89.5\n\n",
    "repeaters": ",Overall Avg\nAvg,0.0\nPeak,0.0\n,\n",
}


@pytest.mark.parametrize("head", TINDEQ_HEADS.values(), ids=TINDEQ_HEADS)
def test_tindeq(write: Write, head: str) -> None:
    file = read_trace(write(head + table("time,weight")))
    assert file.form == "Tindeq"
    assert_read(file, STANDARD_GRAVITY)


def test_tindeq_in_another_unit_than_si_asks(write: Write) -> None:
    text = TINDEQ_HEADS["rapid"].replace(",SI,", ",US,") + table("time,weight")
    with pytest.raises(WrongUseError, match="--unit"):
        read_trace(write(text))
    assert_read(read_trace(write(text), Choices(unit="lb")), POUND_KG * STANDARD_GRAVITY)


def test_a_tindeq_summary_holds_no_trace(write: Write) -> None:
    text = "date,tag,comment,unit,type,max weight\n2026-29-07 09:31:55,max force test ,,SI,single,10.38,,\n"
    with pytest.raises(DataError, match="no table of numbers"):
        read_trace(write(text))


@pytest.mark.parametrize(("separator", "decimal"), [(",", "."), (";", ","), ("\t", ".")])
def test_isotimers_own_traces_come_back_bit_for_bit(write: Write, separator: str, decimal: str) -> None:
    rng = np.random.default_rng(3)
    raw = rng.normal(3e5, 100, (900, 2))
    raw[5] = np.nan
    time_ns = (np.arange(900) - 300) * 11_430_001
    flags = np.zeros(900, np.uint8)
    slopes = np.array([0.01, 0.02])
    trace = Trace(time_ns, raw, raw * slopes, flags, "N", (0.0, 0.0), (0.01, 0.02))
    file = read_trace(write("".join(trace_lines(trace, ["left", "right"], separator, decimal))))
    assert file.form == "isotimer"
    np.testing.assert_array_equal(file.time_s, time_ns / 1e9)
    np.testing.assert_array_equal(file.force_n, (raw * slopes).sum(axis=1))


def test_counts_stay_counts(write: Write) -> None:
    file = read_trace(write(table("time_s,raw reading")))
    assert file.unit == "counts"
    np.testing.assert_array_equal(file.force_n, FORCE)


def test_lost_frames_are_missing_not_zero(write: Write) -> None:
    lines = ["Frame,Time (s),Fx,Fy,Fz"]
    for i, (t, f) in enumerate(ROWS):
        channels = "0.0,0.0,0.0" if i in (1, 2, 77) or i > 380 else f"1.5,-2,{f}"
        lines.append(f"{i},{t},{channels}")
    file = read_trace(write("\n".join(lines)), Choices(force_column="Fz", unit="N"))
    assert np.flatnonzero(np.isnan(file.force_n)).tolist() == [1, 2, 77]
    assert (file.force_n[381:] == 0).all()
    assert any("3 rows are zero in every channel" in note for note in file.assumed)


def test_a_zero_beside_other_values_is_a_zero(write: Write) -> None:
    lines = ["Time (s),Fx,Fy,Fz", *(f"{t},1.5,-2,0.0" for t, _ in ROWS)]
    file = read_trace(write("\n".join(lines)), Choices(force_column="Fz", unit="N"))
    assert (file.force_n == 0).all()


def test_voids_are_not_numbers(write: Write) -> None:
    lines = table().splitlines()
    lines[3], lines[4], lines[5] = "0.025,", "0.0375,NaN", "0.05,-inf"
    file = read_trace(write("\n".join(lines)))
    assert np.isnan(file.force_n[[2, 3]]).all()
    assert not np.isfinite(file.force_n[4])
    assert np.isfinite(file.force_n[5:]).all()


def test_times_of_a_date_are_told_from_the_first_sample(write: Write) -> None:
    rows = [f"{1494193945587 + 1000 * t:.1f};{f}" for t, (_, f) in zip(TIME, ROWS, strict=True)]
    file = read_trace(write("timestamp (ms);force (N)\n" + "\n".join(rows)))
    assert_read(file)
    assert "times count from the first sample" in file.assumed


def test_rows_written_twice_count_once(write: Write) -> None:
    head, *rows = table().splitlines()
    file = read_trace(write("\n".join([head, *(r for row in rows for r in (row, row))])))
    assert_read(file)
    assert any("400 rows repeat" in note for note in file.assumed)


def test_samples_that_share_a_time_of_arrival_are_all_kept(write: Write) -> None:
    rows = [f"{TIME[i - i % 4]:.4f},{f}" for i, (_, f) in enumerate(ROWS)]
    assert len(read_trace(write("time_s,force_n\n" + "\n".join(rows))).time_s) == 400


def test_a_cut_last_line_is_left_out_and_told(write: Write) -> None:
    file = read_trace(write(table() + "5.0"))
    assert_read(file)
    assert "the last line is cut off and was left out" in file.assumed


LINES = table().splitlines()


def changed(number: int, line: str) -> str:
    """Return the table with another text in the line of this number."""
    return "\n".join([*LINES[: number - 1], line, *LINES[number:]]) + "\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "it is empty"),
        (" \n\n", "it is empty"),
        ("time_s,force_n\n", "no table of numbers"),
        ("time_s,force_n\n0.0,1.0\n", "only 1 row of numbers"),
        ("time_s,force_n\n1,2\n3,5\n3,5\n", "only 2 rows of numbers"),
        ("some words\nand more\n", "no table of numbers"),
        (changed(120, "1.4875,abc"), "line 120, column 2 'force_n' of"),
        (changed(120, "1.4875,\x1b]0;owned\x07"), "'\\x1b]0;owned\\x07' is not a number"),
        (changed(120, "1.4875,1_000"), "'1_000' is not a number"),
        (changed(2, "abc,def"), "line 2, column 1 'time_s' of"),
        (changed(120, "1.4875"), "line 120 of"),
        (changed(120, "1.4875,1,2"), "3 cells where other rows have 2"),
        ("\n".join([LINES[0], *(f"{t}," for t, _ in ROWS)]), "column 2 'force_n' holds no number"),
        ("\n".join([LINES[0], *(f",{f}" for _, f in ROWS)]), "column 1 'time_s' holds no number"),
        ("\n".join([LINES[0], *(f"1.0,{f}" for _, f in ROWS)]), "never changes"),
        ("\n".join([*LINES, *LINES[1:]]), "line 402, column 1 'time_s' of"),
        ("\n".join([LINES[0], "", *LINES[1:], *LINES[1:]]), "line 403, column 1 'time_s' of"),
        (table(decimal=","), "commas stand between the cells and in the numbers"),
        (table("time_s;force_n", ";").replace("0.0125;", "0,0125;"), "decimal commas and decimal points"),
        (b"\x00\x01\x02" * 100, "it is not text"),
        (b"PK\x03\x04" + b"a" * 100, "save it as CSV"),
        (b"\x1f\x8b\x08" + b"a" * 100, "unpack it first"),
        ("a" * 5_000_000, "no table of numbers"),
        ("time_s,force_n\n" + "1,2\n" * 40_000 + "3" * 9_000_000, "does not end"),
    ],
    ids=range(24),
)
def test_bad_files_get_one_sentence(write: Write, text: str | bytes, words: str) -> None:
    with pytest.raises(DataError) as error:
        read_trace(write(text))
    assert words in error.value.sentence
    assert not any(ord(c) < 32 for c in error.value.sentence)


def test_files_that_cannot_be_opened(tmp_path: Path) -> None:
    for path in (tmp_path / "nothing.csv", tmp_path, Path("a\0b")):
        with pytest.raises(DataError, match="cannot read"):
            read_trace(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_read_once(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    feeder = threading.Thread(target=lambda: pipe.write_text(table()), daemon=True)
    feeder.start()
    assert_read(read_trace(pipe))
    feeder.join(5)


@given(st.binary(max_size=300))
def test_any_bytes_give_a_trace_or_a_sentence(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(data)
    with suppress(IsotimerError):
        assert len(read_trace(path).time_s) >= 3


@given(
    st.lists(
        st.sampled_from(["1", "2.5", "3,5", "abc", "", '"', ";", ",", "\t", "\n", "\r\n", "#", "time", "N"])
    )
)
def test_any_cells_give_a_trace_or_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, cells: list[str]
) -> None:
    path = tmp_path_factory.getbasetemp() / "cells.csv"
    path.write_text("time_s,force_n\n1,2\n" + "".join(cells))
    with suppress(IsotimerError):
        assert len(read_trace(path).time_s) >= 3


MEMORY = """
import resource, sys
from pathlib import Path
from isotimer.exchange.trace_files import read_trace
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
before = peak()
read = len(read_trace(Path(sys.argv[1])).time_s)
print(read, peak() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="peak memory is counted in other units")
def test_memory_holds_little_more_than_the_numbers(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    count, block = 1_000_000, 10_000
    with path.open("w") as file:
        file.write("time_s,force_n\n")
        for start in range(0, count, block):
            file.write("".join(f"{i / 1000:.3f},{300 + i % 17}.25\n" for i in range(start, start + block)))
    done = subprocess.run(
        [sys.executable, "-c", MEMORY, str(path)], capture_output=True, text=True, timeout=50, check=True
    )
    read, kib = map(int, done.stdout.split())
    assert read == count
    numbers_kib = 2 * 8 * count / 1024
    assert kib < 6 * numbers_kib
    assert kib < 6 * path.stat().st_size / 1024


@pytest.mark.parametrize(
    ("names", "plate"),
    [
        ("time_s,Fz (N)", "Fz (N)"),
        ("time_s,force_n,Fz_1,Fz_2", "Fz_1, Fz_2"),
        ("time_s,force_n,CoPx,CoPy", "CoPx, CoPy"),
        ("time_s,force_n,COP_AP,COP_ML,Mx", "COP_AP, COP_ML, Mx"),
        ("time_s,force_n,F1,F2,F3,F4", "force_n, F1, F2, F3 ..."),
        ("time_s,total force (N),front (N),rear left (N),rear right (N)", "front (N), rear left (N), rear"),
        ("time_s,force_n,raw_left,raw_right,flags", "raw_left, raw_right"),
        ("time_s,force_n", ""),
        ("time_s,force_n,raw_cell,flags", ""),
        ("time_s,force_n,EMG,angle", ""),
        ("time_s,force_n,left (N)", ""),
        ("time_s,force_n,copper,scope,Moment", ""),
    ],
)
def test_a_plate_is_known_by_its_columns(write: Write, names: str, plate: str) -> None:
    width = names.count(",") + 1
    rows = (",".join([t, *[f] * (width - 1)]) for t, f in ROWS)
    found = read_trace(write("\n".join([names, *rows, ""])), Choices(force_column="2"))
    assert found.plate.split(", ")[:2] == plate.split(", ")[:2]


REACTION = "t_s,GRF_X,GRF_Y,GRF_Z"


@pytest.mark.parametrize(
    ("names", "sizes", "column"),
    [
        ("t_s,Fx,Fy,Fz", (5, 6, 600), 3),
        (REACTION, (5, 600, 7), 2),
        (REACTION, (600, 5, 7), 1),
        (REACTION, (600, 500, 7), None),
        (REACTION, (5, 40, 7), None),
        ("t_s,LGRF_Y,RGRF_Y,other", (300, 300, 1), None),
        ("t_s,Fz1,Fz2,Fz3", (600, 600, 600), None),
    ],
)
def test_the_vertical_force_of_a_plate(
    write: Write, names: str, sizes: tuple[float, ...], column: int | None
) -> None:
    """In newtons where only then it is a person's weight; what is open is asked for."""
    rows = (",".join([t, *(f"{size + i % 3:g}" for size in sizes)]) for i, (t, _) in enumerate(ROWS))
    path = write("\n".join([names, *rows, ""]))
    if column is None:
        with pytest.raises(WrongUseError, match="cannot tell"):
            read_trace(path)
        return
    found = read_trace(path)
    assert found.force_n[:3].tolist() == [sizes[column - 1] + i for i in range(3)]
    assert "a person's weight" in found.assumed[1]


def test_reference_recordings(shared_data: Path) -> None:
    standing = shared_data / "posture-bds" / "BDS00001.txt"
    for choices in (None, Choices(force_column="Fz[N]")):
        file = read_trace(standing, choices)
        assert (len(file.time_s), file.time_s[0], file.force_n[0]) == (6000, 0.01, 539.066061)
        assert file.plate.startswith("Fz[N], COPx[cm]")
    grounded = read_trace(shared_data / "posture-pds" / "PDS13OR1grf.txt")
    assert (grounded.force_n[0], grounded.unit) == (637.104569, "N")
    assert "tension is column 9 'GRFNET_Y', in N, as only then it is a person's weight" in grounded.assumed
    frames = read_trace(shared_data / "amti-jythen" / "test.csv", Choices(force_column="Fz", unit="N"))
    assert np.flatnonzero(np.isnan(frames.force_n)).tolist() == [1, 2, *range(15600, 15605)]
    sling = read_trace(shared_data / "boa" / "nylonSling5break.csv")
    assert (len(sling.time_s), sling.unit, sling.plate) == (386, "counts", "")
    peak = int(np.argmax(sling.force_n))
    assert sling.time_s[peak] == pytest.approx(4.5375, abs=1e-3)
    assert 0.0035872244 * sling.force_n[peak] - 3715.2403 == pytest.approx(8048.5, abs=0.1)
