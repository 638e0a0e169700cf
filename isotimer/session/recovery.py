"""Holds that a crash left behind: measured as far as they go, and kept as interrupted."""

from pathlib import Path

from isotimer.core.plan import End
from isotimer.core.text import printable
from isotimer.session.finish import finish_hold
from isotimer.session.stored import Sensors, step_of
from isotimer.session.told import told_of_json
from isotimer.store.database import Store, open_store
from isotimer.store.rows import Unfinished
from isotimer.store.traces import Trace


def recover(database: Path) -> tuple[str, ...]:
    """Finish the holds that an earlier run could not, and return a sentence about each.

    Half of a backup that it left behind goes too.

    Raises:
        DataError: If the database cannot be opened or written.
    """
    if not database.exists():
        return ()
    with open_store(database) as store:
        store.clear_leftovers()
        return tuple(_keep(store, left) for left in store.unfinished())


def _keep(store: Store, left: Unfinished) -> str:
    row, block = left.hold, left.block
    end_s = left.start_s if block is None or not len(block) else max(float(block.time_s[-1]), left.start_s)
    if row["planned_s"] is not None:
        end_s = min(end_s, left.start_s + row["planned_s"])
    sensed = block if block is not None and block.raw.shape[1] else None
    done = finish_hold(
        row["hold_id"],
        step_of(row),
        End.INTERRUPTED,
        "isotimer was stopped in the middle",
        left.start_s,
        end_s,
        sensed,
        Sensors().circumstances(row),
        told_of_json(row["step"]),
    )
    trace = (
        Trace.of(sensed, left.start_s, row["zero_raw"], row["slope_n_per_raw"])
        if sensed is not None
        else None
    )
    store.finish_hold(row["hold_id"], done.finish, trace, done.measures)
    who, what = printable(row["athlete"], 60), printable(row["position"], 60)
    return f"A hold was cut off and is kept: {who}, {what}, {row['side']}, {end_s - left.start_s:.1f} s."
