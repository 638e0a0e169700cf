"""Writes the pages of docs/ that are made from the code: ``make docs``. A test compares them with these."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

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
    trial,
)
from isotimer.measures.measure import Value
from isotimer.measures.table import ALGORITHM_VERSION, MEASURES, compute, table_markdown
from isotimer.measures.trace import Trace

HERE = Path(__file__).resolve().parent
RATES_HZ = (10, 20, 40, 80, 100, 200, 500, 1000)

MODULES = {
    "force": force,
    "needs": needs,
    "noise": noise,
    "onset": onset,
    "prepared": prepared,
    "rapid": rapid,
    "resample": resample,
    "shake": shake,
    "span": span,
    "spectrum": spectrum,
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
    found = {rate: {v.id: v for v in compute(made_hold(rate))} for rate in RATES_HZ}
    lines = [
        "| measure | " + " | ".join(f"{rate} Hz" for rate in RATES_HZ) + " |",
        "|---|" + "---|" * len(RATES_HZ),
    ]
    for row in MEASURES:
        cells = [_mark(found[rate][row.id]) for rate in RATES_HZ]
        lines.append(f"| `{row.id}` | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


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


PAGES: dict[str, Callable[[], str]] = {"measures.md": measures_page}
"""File in docs/ -> what makes it."""


if __name__ == "__main__":
    for page, make in PAGES.items():
        (HERE / page).write_text(make(), "utf-8")
