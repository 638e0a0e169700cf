"""Whether a table is that of a force plate with a person on it, and which column is the vertical force."""

import re
from statistics import median

from isotimer.exchange.column_names import base_name, force_unit_in, is_counter, is_force, is_time
from isotimer.exchange.table_layout import NUMBER, Layout

CELLS = 3
"""So many forces or more, besides their sum, are the cells of a plate."""
WEIGHT_N = (450.0, 3000.0)
"""Of all units only newtons make a person's weight of such a number."""
UPRIGHT = 3.0
"""The vertical force of a person who stands is at least so many times the others."""

_SIDE = r"(?:l|r|left|right|net|total)?"
_PRESSURE = re.compile(_SIDE + r"(?:cop|co[fp]|cent(?:er|re)ofpressure)(?:net|[xyz]|ap|ml)*")
_REACTION = re.compile(_SIDE + r"(?:grf|groundreactionforces?)(?:net|total|vertical|vert|[xyzv])*")
_VERTICAL = re.compile(_SIDE + r"(?:fz|fvert|fvertical|verticalforce)\d*")
_MOMENT = re.compile(_SIDE + r"m[xyz]\d*")
_CELL = re.compile(r"f(?:orce)?\d+")
_TOTAL = re.compile(r"net|total|sum|all|resultant")


def plate_columns(layout: Layout) -> tuple[str, ...]:
    """Return the names that show a plate; empty if none do.

    These are a vertical force, a centre of pressure or a ground reaction force, moments beside a force,
    or three forces and more besides their sum.
    """
    names = {n: _plain(n) for n in layout.names if n}
    signs = [n for n, p in names.items() if _fits(p, _PRESSURE, _REACTION, _VERTICAL)]
    if signs:
        return (*signs, *(n for n, p in names.items() if _MOMENT.fullmatch(p)))
    cells = [n for n, p in names.items() if _is_cell(n, p)]
    return tuple(cells) if len(cells) >= CELLS else ()


def vertical_column(layout: Layout) -> int | None:
    """Return the index of the vertical force of a plate; None if there is none, or one for each cell or foot.

    It is named Fz; or, of a ground reaction force whose vertical axis the names do not say, it is the
    component of the whole that is by far the largest.
    """
    plain = [_plain(n) for n in layout.names]
    named = [i for i, p in enumerate(plain) if _VERTICAL.fullmatch(p)]
    if named:
        return named[0] if len(named) == 1 else None
    reaction = [i for i, p in enumerate(plain) if _REACTION.fullmatch(p)]
    whole = [i for i in reaction if _TOTAL.search(plain[i])] or reaction
    if len(whole) == 1:
        return whole[0]
    axes = {plain[i][-1] for i in whole}
    if len(whole) != 3 or axes != set("xyz"):
        return None
    *_, second, first = sorted(whole, key=lambda i: _size(layout, i))
    return first if _size(layout, first) >= UPRIGHT * _size(layout, second) > 0 else None


def is_weight_in_newtons(layout: Layout, column: int) -> bool:
    """Return whether the numbers of a column can be a person's weight in newtons only."""
    return WEIGHT_N[0] <= _size(layout, column) <= WEIGHT_N[1]


def _plain(name: str) -> str:
    return re.sub(r"[\W_]", "", base_name(name))


def _fits(plain: str, *patterns: re.Pattern[str]) -> bool:
    return any(p.fullmatch(plain) for p in patterns)


def _is_cell(name: str, plain: str) -> bool:
    if is_time(name) or is_counter(name) or _TOTAL.search(plain):
        return False
    return bool(_CELL.fullmatch(plain)) or is_force(name) or force_unit_in(name) is not None


def _size(layout: Layout, column: int) -> float:
    """Return the median of a column's absolute numbers in the first rows; 0 without any."""
    cells = [row[column] for row in layout.rows if column < len(row) and NUMBER.fullmatch(row[column])]
    return median(abs(float(c.replace(",", "."))) for c in cells) if cells else 0.0
