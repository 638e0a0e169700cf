"""Writes the pages of docs/ that are made from the code: ``make docs``. A test compares them with these."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from isotimer.exchange import plate_columns, trace_files
from isotimer.measures import (
    force,
    needs,
    noise,
    onset,
    prepared,
    rapid,
    resample,
    shake,
    span,
    spectrum,
    tap,
    trial,
)
from isotimer.measures.measure import Value
from isotimer.measures.table import ALGORITHM_VERSION, MEASURES, compute, measure, table_markdown
from isotimer.measures.trace import Trace

HERE = Path(__file__).resolve().parent
RATES_HZ = (10, 20, 40, 80, 100, 200, 500, 1000)

MODULES = {
    "files": trace_files,
    "force": force,
    "needs": needs,
    "noise": noise,
    "onset": onset,
    "plates": plate_columns,
    "prepared": prepared,
    "rapid": rapid,
    "resample": resample,
    "shake": shake,
    "span": span,
    "spectrum": spectrum,
    "tap": tap,
    "trial": trial,
}
"""Where the template takes its parameters from."""


def measures_page() -> str:
    """Return docs/measures.md."""
    template = (HERE / "measures.template.md").read_text("utf-8")
    parts = {"version": ALGORITHM_VERSION, "table": table_markdown(), "validity": validity()}
    return template.format(**parts, **MODULES)


def validity() -> str:
    """Return which measures a made hold gets at each rate, found by computing them, as Markdown."""
    found = {rate: _values(rate) for rate in RATES_HZ}
    lines = [
        "| measure | " + " | ".join(f"{rate} Hz" for rate in RATES_HZ) + " |",
        "|---|" + "---|" * len(RATES_HZ),
    ]
    for row in MEASURES:
        cells = [_mark(found[rate][row.id]) for rate in RATES_HZ]
        lines.append(f"| `{row.id}` | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _values(rate_hz: float) -> dict[str, Value]:
    """Return what a made hold gives, and of changes on cue what one that changes gives."""
    held, switched = made_hold(rate_hz), switched_hold(rate_hz)
    values = {v.id: v for v in compute(held)}
    return values | {v.id: v for v in compute(switched) if measure(v.id).needs.changes}


def _mark(value: Value) -> str:
    if value.value is None:
        return "–"
    return "◐" if value.doubt else "●"


def made_hold(rate_hz: float) -> Trace:
    """Return a hold that has everything: rest, pull, growing shake, release, target, cue, moving target."""
    time = np.arange(round(-4 * rate_hz), round(43 * rate_hz)) / rate_hz
    held = np.clip(time / 0.3, 0, 1) * (time < 40)
    grown = np.clip((time - 20) / 5, 0, 1)
    path = 300 + 5 * np.sin(2 * np.pi * 0.2 * time)
    shaken = (0.5 + 2.5 * grown) * np.sin(2 * np.pi * 9.3 * time)
    sway = 1.5 * np.sin(2 * np.pi * 1.1 * time)
    resting = np.random.default_rng(1).normal(0, 0.02, time.size)
    return Trace(
        time_s=time,
        force_n=held * (path + shaken + sway) + resting,
        hold_s=40.0,
        planned_s=40.0,
        mode="max",
        target_n=300.0,
        low_n=270.0,
        high_n=330.0,
        target_path_n=path,
        cue_s=-0.3,
    )


def switched_hold(rate_hz: float) -> Trace:
    """Return the same hold, handed from one side to the other on cue every 10 s."""
    hold, changes = made_hold(rate_hz), (10.0, 20.0, 30.0)
    carried = np.ones(hold.time_s.size)
    for cue_s in changes:
        carried *= np.clip(np.abs(hold.time_s - cue_s - 0.4) / 0.2, 0, 1)
    return replace(hold, force_n=hold.force_n * carried, mode="switch", changes_s=changes)


PAGES: dict[str, Callable[[], str]] = {"measures.md": measures_page}
"""File in docs/ -> what makes it."""


if __name__ == "__main__":
    for page, make in PAGES.items():
        (HERE / page).write_text(make(), "utf-8")
