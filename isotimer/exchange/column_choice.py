"""Which columns of a table are time and force, and in which units: as asked, by name, or unmistakable."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from isotimer.core.errors import WrongUseError
from isotimer.core.units import COUNTS
from isotimer.exchange.column_names import (
    SECONDS_PER,
    base_name,
    force_unit,
    force_unit_in,
    is_bracketed_force,
    is_counter,
    is_force,
    is_plain_time,
    is_time,
    time_unit,
    time_unit_in,
)
from isotimer.exchange.plate_columns import is_weight_in_newtons, plate_columns, vertical_column
from isotimer.exchange.table_layout import NUMBER, Layout

RATES_HZ = (0.5, 5000.0)
"""A unit of time is taken from the steps alone only if no other gives a rate within these."""

ISOTIMER, CHRONOJUMP, TINDEQ, PLAIN = "isotimer", "Chronojump", "Tindeq", "table"
"""Where a file comes from."""

_ANSWERS = "N, kgf, kg, lbf or raw"


@dataclass(frozen=True, slots=True)
class Choices:
    """What the person said about a file; empty where the file is to say it."""

    time_column: str = ""
    """Name or number (from 1)."""
    force_column: str = ""
    unit: str = ""
    time_unit: str = ""


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns to read and what they mean."""

    form: str
    """"isotimer", "Chronojump", "Tindeq" or "table"."""
    time: int
    force: int
    seconds_per: float
    unit: str
    """A unit of ``core.units``, or "counts"."""
    channels: tuple[int, ...]
    """Columns in which every value is zero in a lost frame; empty where there are none."""
    assumed: tuple[str, ...]
    """What was taken for granted, in plain words."""
    plate: str = ""
    """What shows that a person stands on the sensor, in plain words; empty if nothing does."""


def choose_columns(layout: Layout, choices: Choices, name: str) -> Columns:
    """Return which columns of a table are time and force.

    Args:
        layout: The table.
        choices: What the person said.
        name: The file, for messages.

    Raises:
        WrongUseError: If a column asked for is not there, or the file leaves something open; one sentence
            says what was found and which options to give.
    """
    form = _form(layout, choices)
    signs = _plate_signs(layout, form)
    time = _asked(layout, choices.time_column, "--time-column", name)
    force = _asked(layout, choices.force_column, "--force-column", name)
    open_: list[str] = []
    options: list[str] = []
    if time is None:
        time = _time_column(layout, form, force)
        if time is None:
            open_.append("which column is time")
            options.append("--time-column")
    if force is None:
        force = _force_column(layout, form, time)
        if force is None:
            open_.append("which column is force")
            options.append("--force-column")
    if time is None or force is None:
        raise _question(name, open_, options, f"it has {_listed(layout)}")
    if time == force:
        raise WrongUseError(
            f"{layout.title(time)} of {name} cannot be both time and force",
            f"it has {_listed(layout)}",
            "choose two with --time-column and --force-column",
        )
    seconds, timed = _seconds_per(layout, choices.time_unit, form, time)
    unit, united = _unit(layout, choices.unit, form, force)
    if not unit and signs and is_weight_in_newtons(layout, force):
        unit, united = "N", f"tension is {layout.title(force)}, in N, as only then it is a person's weight"
    if not seconds:
        open_.append(f"the unit of time in {layout.title(time)}")
        options.append("--time-unit s, ms or us")
    if not unit:
        open_.append(f"the unit of force in {layout.title(force)}")
        options.append(f"--unit {_ANSWERS}")
    if open_:
        raise _question(name, open_, options, _first_row(layout, time, force))
    plate = f"{', '.join(signs[:4])}{' ...' if len(signs) > 4 else ''}" if signs else ""
    return Columns(form, time, force, seconds, unit, _channels(layout, form, time), (timed, united), plate)


def _plate_signs(layout: Layout, form: str) -> tuple[str, ...]:
    """Return the columns that show a plate: of isotimer's own, more than one channel, as with its holds."""
    if form == ISOTIMER:
        raw = tuple(n for n in layout.names if n.strip().lower().startswith("raw_"))
        return raw if len(raw) > 1 else ()
    return plate_columns(layout) if form == PLAIN else ()


def _form(layout: Layout, choices: Choices) -> str:
    names = tuple(n.strip().lower() for n in layout.names)
    if "time_s" in names and ("force_n" in names or "force_counts" in names) and "flags" in names:
        return ISOTIMER
    if names[:1] == ("time (micros)",) and len(names) >= 2 and names[1].replace(" ", "") == "force(n)":
        return CHRONOJUMP
    if names == ("time", "weight"):
        return TINDEQ
    own = not (choices.unit or choices.time_unit or choices.time_column or choices.force_column)
    if own and not names and layout.separator == ";" and layout.columns == 2:
        times = [row[0] for row in layout.rows]
        if all(t.isdecimal() for t in times) and _plausible(layout, 0) == "us":
            return CHRONOJUMP
    return PLAIN


def _asked(layout: Layout, asked: str, option: str, name: str) -> int | None:
    """Return the index of a column asked for by name or number; None if none was asked for."""
    if not asked:
        return None
    for same in (str, str.casefold, base_name):
        found = [i for i, n in enumerate(layout.names) if n and same(n.strip()) == same(asked.strip())]
        if len(found) == 1:
            return found[0]
    if asked.strip().isdecimal() and 1 <= int(asked) <= layout.columns:
        return int(asked) - 1
    raise WrongUseError(
        f"{option} {asked}: there is no such column in {name}",
        f"it has {_listed(layout)}",
        "name one of them",
    )


def _time_column(layout: Layout, form: str, force: int | None) -> int | None:
    if form == ISOTIMER:
        return [n.strip().lower() for n in layout.names].index("time_s")
    if form == CHRONOJUMP:
        return 0
    for kind in (is_plain_time, is_time):
        found = [i for i, n in enumerate(layout.names) if i != force and kind(n)]
        if len(found) == 1:
            return found[0]
        if found and kind is is_plain_time:
            return None
    if not layout.names and force != 0 and _rises(layout, 0):
        return 0
    return None


def _force_column(layout: Layout, form: str, time: int | None) -> int | None:
    names = [n.strip().lower() for n in layout.names]
    if form == ISOTIMER:
        return names.index("force_n" if "force_n" in names else "force_counts")
    if form == CHRONOJUMP:
        return 1
    width = max(layout.columns, len(_full(layout.names)))
    left = [i for i in range(width) if i != time and not (i < len(names) and _no_force(layout.names[i]))]
    if time is not None and len(left) == 1:
        return left[0]
    if not layout.names:
        return None
    for kind in (is_force, lambda n: is_bracketed_force(n)):
        found = [i for i in left if i < len(names) and kind(layout.names[i])]
        if len(found) == 1:
            return found[0]
        if found:
            break
    return vertical_column(layout)


def _no_force(name: str) -> bool:
    return is_counter(name) or is_time(name)


def _full(names: Sequence[str]) -> Sequence[str]:
    return names[:-1] if names and not names[-1] else names


def _seconds_per(layout: Layout, asked: str, form: str, time: int) -> tuple[float, str]:
    """Return seconds per unit of the time column and how that is known; 0 if it is not."""
    title = layout.title(time)
    if asked:
        unit = time_unit(asked)
        if unit is None:
            raise WrongUseError(f"--time-unit {asked}", "that is no unit of time", "give s, ms or us")
        return SECONDS_PER[unit], f"time is {title}, in {unit} as asked"
    named = time_unit_in(layout.names[time]) if time < len(layout.names) else None
    if named is None and form == CHRONOJUMP:
        return SECONDS_PER["us"], f"time is {title}, in us (it looks like a Chronojump capture)"
    if named is None and form == TINDEQ:
        return 1.0, f"time is {title}, in s (it looks like a Tindeq export)"
    if named is not None:
        return SECONDS_PER[named], f"time is {title}, in {named}"
    guess = _plausible(layout, time)
    return (SECONDS_PER[guess], f"time is {title}, in {guess} by its steps") if guess else (0.0, "")


def _plausible(layout: Layout, time: int) -> str:
    """Return the only unit of time in which the steps between rows are a sensor's; empty if several do."""
    steps = [b - a for a, b in pairwise(_numbers(layout, time)) if b > a]
    if len(steps) < 2:
        return ""
    step = median(steps)
    fits = [u for u, s in SECONDS_PER.items() if u != "ns" and RATES_HZ[0] <= 1 / (step * s) <= RATES_HZ[1]]
    return fits[0] if len(fits) == 1 else ""


def _unit(layout: Layout, asked: str, form: str, force: int) -> tuple[str, str]:
    """Return the unit of the force column and how that is known; empty if it is not."""
    title = layout.title(force)
    if asked:
        unit = force_unit(asked)
        if unit is None:
            raise WrongUseError(f"--unit {asked}", "that is no unit of force", f"give {_ANSWERS}")
        return unit, f"tension is {title}, in {unit} as asked"
    if form == TINDEQ:
        system = _tindeq_unit(layout)
        unit = "kg" if system in ("", "si") else (force_unit(system) or "")
        return unit, f"tension is {title}, in {unit} (it looks like a Tindeq export)" if unit else ""
    named = force_unit_in(layout.names[force]) if force < len(layout.names) else None
    if named is None and form == CHRONOJUMP:
        return "N", f"tension is {title}, in N (it looks like a Chronojump capture)"
    if named is None:
        return "", ""
    return named, f"tension is {title}, {'not calibrated' if named == COUNTS else f'in {named}'}"


def _tindeq_unit(layout: Layout) -> str:
    """Return what the header block of a Tindeq export says under "unit"; empty without one."""
    for names, values in pairwise(layout.preamble):
        if "unit" in names and len(values) > names.index("unit"):
            return values[names.index("unit")].lower()
    return ""


def _channels(layout: Layout, form: str, time: int) -> tuple[int, ...]:
    """Return the columns of measured values of a table with three or more of them, else none."""
    if form in (ISOTIMER, CHRONOJUMP, TINDEQ):
        return ()
    found = []
    for i in range(layout.columns):
        name = layout.names[i] if i < len(layout.names) else ""
        counts = is_counter(name) if name else _rises(layout, i)
        if i != time and not counts and not is_time(name):
            found.append(i)
    return tuple(found) if len(found) >= 3 else ()


def _numbers(layout: Layout, column: int) -> list[float]:
    cells = [row[column] for row in layout.rows if column < len(row) and NUMBER.fullmatch(row[column])]
    return [float(c.replace(",", ".")) for c in cells]


def _rises(layout: Layout, column: int) -> bool:
    values = _numbers(layout, column)
    return len(values) >= 2 and all(b >= a for a, b in pairwise(values)) and values[-1] > values[0]


def _listed(layout: Layout) -> str:
    shown = [layout.title(i).removeprefix("column ") for i in range(min(layout.columns, 12))]
    more = f" and {layout.columns - 12} more" if layout.columns > 12 else ""
    return f"columns {', '.join(shown)}{more}"


def _first_row(layout: Layout, time: int, force: int) -> str:
    cells = layout.rows[0]
    shown = " and ".join(cells[i] for i in (time, force) if i < len(cells))
    return f"the first row has {shown}" if shown else "the names do not say it"


def _question(name: str, open_: Sequence[str], options: Sequence[str], found: str) -> WrongUseError:
    return WrongUseError(
        f"cannot tell {' and '.join(open_)} in {name}", found, f"say it with {' and '.join(options)}"
    )
