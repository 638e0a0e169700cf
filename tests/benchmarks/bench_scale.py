"""A club after ten years against 1 000 holds: screens, export, and what a trace costs."""

import io
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import numpy as np
from bench_app import first_frame
from club import END, build, recorded
from terminal import PYTHON

from isotimer.core.block import Block
from isotimer.core.plan import End, HoldStep, Mode, Side
from isotimer.session.coach import Asked, Coach
from isotimer.session.coach_hold import look_at
from isotimer.session.finish import Circumstances, finish_hold
from isotimer.session.sharing import export_to
from isotimer.store.traces import Trace, decode_trace, encode_trace

Row = tuple[str, str, str, str, str]
SMALL, LARGE = 2, int(os.environ.get("CLUB_ATHLETES", "200"))
ROUNDS = 7
WHO = "Athlete 001"


@contextmanager
def _clubs() -> Iterator[tuple[Path, Path]]:
    with tempfile.TemporaryDirectory() as folder:
        small, large = Path(folder, "small.db"), Path(folder, "large.db")
        build(small, SMALL)
        build(large, LARGE)
        yield small, large


def club() -> Iterator[Row]:
    """Yield the rows of screens, start and export in a large club and a small one."""
    with _clubs() as (small, large):
        sizes = f"{LARGE * 500:,} holds".replace(",", " ")
        yield (
            "club: the two databases",
            sizes,
            "1 000 holds",
            "-",
            f"{large.stat().st_size / 1e6:.0f} MB in all",
        )
        for name, job in _screens():
            mine, plain = _medians(lambda job=job: job(large), lambda job=job: job(small))
            yield _row(f"club: {name}", mine, plain, "<= 1.5x of 1 000 holds")
        starts = {p: [_start(p) for _ in range(3)] for p in (small, large)}
        mine, plain = (statistics.median(starts[p]) for p in (large, small))
        yield _row("club: start to first frame", mine, plain, "<= 1.5x of 1 000 holds")
        (mine, many), (plain, few) = _month(large), _month(small)
        yield (
            "club: export of a month, per hold", f"{mine / many * 1e3:.2f} ms x {many}",
            f"{plain / few * 1e3:.2f} ms x {few}", f"{mine / many / (plain / few):.2f}x", "<= 1.5x a hold",
        )  # fmt: skip


def _screens() -> list[tuple[str, Callable[[Path], object]]]:
    def opened(path: Path) -> object:
        key = Coach(path).holds(Asked(athlete=WHO), limit=1).rows[0]["hold_id"]
        return look_at(path, key)

    return [
        ("history of one athlete", lambda p: Coach(p).holds(Asked(athlete=WHO))),
        ("history of all", lambda p: Coach(p).holds(Asked())),
        ("sessions of all", lambda p: Coach(p).sessions(Asked())),
        ("choices of the filters", lambda p: Coach(p).choices()),
        ("balance", lambda p: Coach(p).balance(WHO, END)),
        ("trend", lambda p: Coach(p).trends(WHO)),
        ("hold opened", opened),
    ]


def _start(path: Path) -> float:
    env = {"ISOTIMER_DB": str(path), "XDG_STATE_HOME": str(path.parent), "XDG_CONFIG_HOME": str(path.parent)}
    return first_frame([PYTHON, "-m", "isotimer"], b"Athlete", env)


def _month(path: Path) -> tuple[float, int]:
    with tempfile.TemporaryDirectory() as folder:
        began = time.process_time()
        export_to(path, Path(folder), "csv", since=END - timedelta(days=31), until=END)
        took = time.process_time() - began
        return took, max(len(list(Path(folder, "traces").iterdir())), 1)


def trace_size() -> Iterator[Row]:
    """Yield the rows of the size of traces and the speed of raw export."""
    for rate_hz in (80.0, 1000.0):
        trace = recorded(3, 30.0, rate_hz)
        packed = len(encode_trace(trace))
        text = "".join(f"{t:.6f},{f:.2f}\n" for t, f in zip(trace.time_s, trace.force_n[:, 0], strict=True))
        name = f"trace of 30 s at {rate_hz:.0f} Hz"
        yield (
            f"{name} against CSV",
            f"{packed} B",
            f"{len(text)} B",
            f"1/{len(text) / packed:.1f}",
            "<= 1/6",
        )
        parquet = _parquet_size(trace)
        if parquet is None:
            yield (f"{name} against Parquet", f"{packed} B", "-", "-", "pyarrow is not installed")
        else:
            yield (
                f"{name} against Parquet, zstd",
                f"{packed} B", f"{parquet} B", f"{packed / parquet:.2f}x", "<= 1.1x",
            )  # fmt: skip


def _parquet_size(trace: Trace) -> int | None:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        return None
    best = None
    columns = {"time_ns": trace.time_ns, "raw": trace.raw[:, 0], "flags": trace.flags}
    apart = {"time_ns": "DELTA_BINARY_PACKED", "raw": "BYTE_STREAM_SPLIT", "flags": "PLAIN"}
    for more in ({"use_dictionary": True}, {"use_dictionary": False, "column_encoding": apart}):
        out = io.BytesIO()
        pq.write_table(pa.table(columns), out, compression="zstd", **more)
        size = len(out.getvalue())
        best = size if best is None else min(best, size)
    return best


def analysis() -> Iterator[Row]:
    """Yield holds analysed per second on one core, from packed trace to numbers."""
    trace = recorded(3)
    data = encode_trace(trace)
    step = HoldStep("ankle-iso-push", Side.LEFT, 10.0, Mode.STEADY)

    def one() -> None:
        found = decode_trace(data, "N", (0.0,), (1.0,))
        finish_hold("", step, End.COMPLETED, "", 0.0, 10.0, _block(found), Circumstances())

    def bare() -> None:
        decode_trace(data, "N", (0.0,), (1.0,))

    mine, plain = _medians(one, bare)
    yield (
        "analysis of 10 s at 80 Hz, a core",
        f"{1 / mine:.0f} holds/s",
        f"{1 / plain:.0f} unpacked/s",
        "-",
        "-",
    )


def raw_export() -> Iterator[Row]:
    """Yield raw export as CSV against pandas."""
    from isotimer.exchange.trace_table import trace_lines

    trace = recorded(3, 600.0, 1000.0)
    try:
        import pandas as pd
    except ImportError:
        yield ("raw export of 606 000 samples", "-", "-", "-", "pandas is not installed")
        return
    with tempfile.TemporaryDirectory() as folder:
        frame = pd.DataFrame({"time_s": trace.time_s, "raw": trace.raw[:, 0], "force_n": trace.force_n[:, 0]})
        mine, plain = _medians(
            lambda: Path(folder, "a.csv").write_text("\n".join(trace_lines(trace))),
            lambda: frame.to_csv(Path(folder, "b.csv"), index=False),
            rounds=2,
        )
    yield _row("raw export of 606 000 samples", mine, plain, "<= 1x pandas.to_csv")


def _block(trace: Trace) -> Block:
    return Block(trace.time_s, trace.force_n, trace.raw, trace.flags)


def _row(name: str, mine: float, plain: float, target: str) -> Row:
    return (name, f"{mine * 1e3:.1f} ms", f"{plain * 1e3:.1f} ms", f"{mine / plain:.2f}x", target)


def _medians(*jobs: Callable[[], object], rounds: int = ROUNDS) -> list[float]:
    took: list[list[float]] = [[] for _ in jobs]
    for _ in range(rounds + 1):
        for job, times in zip(jobs, took, strict=True):
            # the processor's time: what else the machine does meanwhile is no part of the ratio
            began = time.process_time()
            job()
            times.append(time.process_time() - began)
    return [float(np.median(times[1:])) for times in took]
