"""The pictures of a report: SVG by matplotlib, in the colours of the page, with words for who cannot see."""

import html
import io
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import matplotlib as mpl
from matplotlib import dates
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from isotimer.core.plan import Phase, Side
from isotimer.core.text import printable
from isotimer.review.asymmetry import Asymmetry
from isotimer.review.balance import Balance, Cell
from isotimer.review.points import Point
from isotimer.review.trend import Slope, Trend

INK, MUTED, LEFT, RIGHT, BAND = "#010101", "#020202", "#030303", "#040404", "#050505"
"""Stand-ins that become colours of the page: a report may be read in the light and in the dark."""
_VARIABLES = {INK: "--ink", MUTED: "--muted", LEFT: "--left", RIGHT: "--right", BAND: "--band"}
_PHASES: Mapping[Phase, tuple[str, str]] = {
    Phase.PUSH: ("o", "-"),
    Phase.SWING: ("s", "--"),
    Phase.RETURN: ("^", ":"),
}
"""Marker and line of each phase: colour alone says nothing."""
_STYLE: Any = {
    "svg.fonttype": "none",
    "figure.dpi": 72,
    "figure.facecolor": "none",
    "text.parse_math": False,
    "font.family": "sans-serif",
    "font.size": 9,
    "text.color": INK,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.facecolor": "none",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "legend.frameon": False,
}
_WIDE = 4.4
_MINUTES_FROM_S = 120.0
_DATES: Any = dates
_CANVAS: Any = FigureCanvasSVG
"""matplotlib's dates and canvas have no types."""


def bars(name: str, balance: Balance) -> str:
    """Return time under tension of each phase and side."""
    short = max((c.time_s for c in balance.cells), default=0.0) < _MINUTES_FROM_S

    def draw(axes: Axes) -> None:
        _pairs(
            axes, balance, lambda cell: cell.time_s / (1 if short else 60), "{:.0f}" if short else "{:.1f}"
        )
        axes.set_ylabel("seconds" if short else "minutes")

    said = [f"{c.phase} {c.side} {c.time_s / 60:.1f} min in {c.holds} holds" for c in balance.cells]
    return _picture(name, "Time under tension, last 28 days", "; ".join(said), draw, high=2.3)


def changes(name: str, balance: Balance) -> str:
    """Return the change of strength of each phase and side against the own earlier level."""

    def draw(axes: Axes) -> None:
        _pairs(axes, balance, lambda cell: cell.change_pct, "{:+.1f}")
        axes.axhline(0, color=MUTED, linewidth=0.8)
        axes.set_ylabel("% of own earlier level")

    said = [
        f"{c.phase} {c.side} {'not known' if c.change_pct is None else format(c.change_pct, '+.1f') + ' %'}"
        for c in balance.cells
    ]
    return _picture(name, "Change of strength", "; ".join(said), draw, high=2.3)


def levels(name: str, balance: Balance) -> str:
    """Return the strength of the last weeks in % of the own best."""

    def draw(axes: Axes) -> None:
        known = [c.best_pct for c in balance.cells if c.best_pct is not None]
        _pairs(axes, balance, lambda cell: cell.best_pct, "{:.0f}", from_zero=False)
        axes.axhline(100, color=MUTED, linewidth=0.8)
        axes.set_ylim(min([85.0, *known]) - 5, 106)
        axes.set_ylabel("% of own best")

    said = [
        f"{c.phase} {c.side} {'not known' if c.best_pct is None else format(c.best_pct, '.0f') + ' %'}"
        for c in balance.cells
    ]
    return _picture(name, "Strength, last 28 days", "; ".join(said), draw, high=2.3)


def gaps(name: str, found: Sequence[Asymmetry]) -> str:
    """Return the side-to-side gap of each position beside the gap that own variation can make."""
    known = [g for g in found if g.gap_pct is not None and g.threshold_pct is not None]

    def draw(axes: Axes) -> None:
        for place, gap in enumerate(known):
            value, limit = gap.gap_pct or 0.0, gap.threshold_pct or 0.0
            colour, hatch = (LEFT, "") if value < 0 else (RIGHT, "//")
            axes.barh(place, value, 0.6, color=colour, edgecolor=INK, linewidth=0.5, hatch=hatch)
            axes.plot([-limit, limit], [place, place], "|", color=INK, markersize=14)
            axes.annotate(
                f"{value:+.1f}",
                (value, place),
                (4 if value >= 0 else -4, 0),
                textcoords="offset points",
                ha="left" if value >= 0 else "right",
                va="center",
            )
        axes.set_yticks(range(len(known)), [printable(g.position, 24) for g in known])
        axes.axvline(0, color=MUTED, linewidth=0.8)
        reach = 1.35 * max([8.0, *(abs(g.gap_pct or 0.0) for g in known)])
        axes.set_xlim(-reach, reach)
        axes.set_xlabel("left is stronger   percent difference   right is stronger")

    said = "; ".join(g.sentence for g in known)
    return _picture(name, "Left against right", said, draw, high=1.0 + 0.45 * len(known))


def course(
    name: str,
    strength: Sequence[Point],
    phases: Mapping[Phase, Sequence[Point]],
    shake: Sequence[Point],
    runs: Mapping[str, Sequence[Point]],
) -> str:
    """Return strength, balance, shake and speed over one time axis."""
    parts: list[tuple[str, Callable[[Axes], None]]] = []
    if strength:
        parts.append(("strength, start = 100", lambda axes: _index(axes, strength, phases)))
    if shake:
        parts.append(("shake, % of tension", lambda axes: _dots(axes, shake, MUTED, "o", "-")))
    if runs:
        parts.append(("speed, m/s", lambda axes: _runs(axes, runs)))
    said = [f"strength index {_ends(strength)}"] if strength else []
    said += [f"{phase} {_ends(points)}" for phase, points in phases.items() if points]
    said += [f"shake {_ends(shake)} % of tension"] if shake else []
    said += [f"speed over {kind} {_ends(points)} m/s" for kind, points in runs.items()]

    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(_WIDE, 0.5 + 1.5 * len(parts)), layout="constrained")
        stacked = figure.subplots(len(parts), 1, sharex=True, squeeze=False)[:, 0]
        for axes, (label, draw) in zip(stacked, parts, strict=True):
            draw(axes)
            axes.set_ylabel(label)
        _dates(stacked[-1])
        return _svg(figure, name, "Strength, shake and speed over time", "; ".join(said))


def series(name: str, points: Sequence[Point], trend: Trend, unit: str, title: str) -> str:
    """Return one series with the slope of its latest window and the interval of it."""

    def draw(axes: Axes) -> None:
        _dots(axes, points, INK, "o", "none")
        if trend.slope is not None and trend.median is not None and trend.first_at and trend.last_at:
            _slope(axes, trend.slope, trend.median, trend.first_at, trend.last_at)
        axes.set_ylabel(printable(unit or "value", 20))
        _dates(axes)

    return _picture(name, title, f"{len(points)} sessions, {_ends(points)} {unit}. {trend.sentence}", draw)


def _picture(name: str, title: str, said: str, draw: Callable[[Axes], None], high: float = 1.8) -> str:
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(_WIDE, high), layout="constrained")
        draw(figure.subplots())
        return _svg(figure, name, title, said)


def _pairs(
    axes: Axes,
    balance: Balance,
    value: Callable[[Cell], float | None],
    form: str,
    *,
    from_zero: bool = True,
) -> None:
    """Draw a value of each phase and side: bars from 0, or marks where the scale does not begin at 0."""
    sides = [s for s in Side if any(c.side is s for c in balance.cells)]
    wide = 0.8 / len(sides)
    hatches = {Side.LEFT: "", Side.RIGHT: "//", Side.BOTH: ".."}
    colours = {Side.LEFT: LEFT, Side.RIGHT: RIGHT, Side.BOTH: MUTED}
    for number, side in enumerate(sides):
        at, heights = [], []
        for place, phase in enumerate(Phase):
            cell = next((c for c in balance.cells if c.phase is phase and c.side is side), None)
            found = value(cell) if cell is not None else None
            x = place + wide * (number - (len(sides) - 1) / 2)
            if found is None:
                axes.text(x, 0.02, "?", ha="center", color=MUTED, transform=axes.get_xaxis_transform())
                continue
            at.append(x)
            heights.append(found)
        if from_zero:
            drawn = axes.bar(
                at,
                heights,
                wide * 0.92,
                label=side.value,
                color=colours[side],
                edgecolor=INK,
                linewidth=0.5,
                hatch=hatches[side],
            )
            axes.bar_label(drawn, [form.format(h) for h in heights], fontsize=8, color=INK)
            continue
        marker = {Side.LEFT: "<", Side.RIGHT: ">", Side.BOTH: "D"}[side]
        axes.plot(at, heights, marker, color=colours[side], markersize=7, label=side.value)
        for x, height in zip(at, heights, strict=True):
            axes.annotate(form.format(height), (x, height), (0, -14), textcoords="offset points", ha="center")
    axes.margins(y=0.15)
    axes.set_xticks(range(len(Phase)), [p.value for p in Phase])
    axes.set_xlim(-0.6, len(Phase) - 0.4)
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, 1.22), ncols=len(sides), fontsize=8)


def _index(axes: Axes, strength: Sequence[Point], phases: Mapping[Phase, Sequence[Point]]) -> None:
    for phase, points in phases.items():
        if points:
            marker, line = _PHASES[phase]
            colour = {Phase.PUSH: LEFT, Phase.SWING: RIGHT, Phase.RETURN: MUTED}[phase]
            _dots(axes, points, colour, marker, line, phase.value, 2.5)
    _dots(axes, strength, INK, "none", "-", "all")
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, 1.3), ncols=4, fontsize=8)


def _runs(axes: Axes, runs: Mapping[str, Sequence[Point]]) -> None:
    for number, (kind, points) in enumerate(runs.items()):
        colour, marker = ((INK, "o"), (LEFT, "s"), (RIGHT, "^"), (MUTED, "D"))[number % 4]
        _dots(axes, points, colour, marker, "-", kind)
    axes.legend(loc="upper left", fontsize=7)


def _dots(
    axes: Axes,
    points: Sequence[Point],
    colour: str,
    marker: str,
    line: str,
    label: str = "",
    size: float = 3.0,
) -> None:
    axes.plot(
        [_day(p.at) for p in points],
        [p.value for p in points],
        color=colour,
        marker=marker,
        linestyle=line,
        linewidth=1.2,
        markersize=size,
        label=label or None,
    )


def _slope(axes: Axes, slope: Slope, median: float, first: datetime, last: datetime) -> None:
    a, b = _day(first), _day(last)
    xs = (a, (a + b) / 2, b)

    def at(per_day: float) -> list[float]:
        return [median + per_day * (x - xs[1]) for x in xs]

    low, high = at(slope.low), at(slope.high)
    bottom = [min(pair) for pair in zip(low, high, strict=True)]
    top = [max(pair) for pair in zip(low, high, strict=True)]
    axes.fill_between(xs, bottom, top, color=BAND, linewidth=0)
    axes.plot(xs, at(slope.per_day), color=LEFT, linewidth=1.6)


def _dates(axes: Axes) -> None:
    locator = _DATES.AutoDateLocator(minticks=2, maxticks=6)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(_DATES.ConciseDateFormatter(locator))


def _day(at: datetime) -> float:
    # The clock on the wall decides the day; matplotlib would turn it into UTC.
    return float(_DATES.date2num(at.replace(tzinfo=None)))


def _ends(points: Sequence[Point]) -> str:
    return f"from {points[0].value:.3g} to {points[-1].value:.3g}" if points else "not known"


def _svg(figure: Figure, name: str, title: str, said: str) -> str:
    file = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": name}):
        # Straight to the writer: savefig draws everything twice, to find out the same places.
        _CANVAS(figure).print_svg(file, metadata={"Date": None, "Creator": None})
    text = file.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r'\b(id="|url\(#|href="#)', rf"\g<1>{name}-", text)
    for colour, variable in _VARIABLES.items():
        text = text.replace(colour, f"var({variable})")
    words = (
        f'<title id="{name}-title">{html.escape(printable(title))}</title>'
        f'<desc id="{name}-desc">{html.escape(printable(said, 4000))}</desc>'
    )
    head, _, rest = text.partition(">")
    head = re.sub(r' (width|height)="[^"]*"', "", head)
    return f'{head} role="img" aria-labelledby="{name}-title {name}-desc">{words}{rest}'
