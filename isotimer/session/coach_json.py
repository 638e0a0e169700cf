"""What a coach is told, as JSON for programs and as plain sentences for people."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from isotimer.core.text import printable
from isotimer.review.asymmetry import Asymmetry
from isotimer.review.balance import Cell
from isotimer.review.points import Point
from isotimer.review.transfer import Transfer
from isotimer.review.words import count
from isotimer.session.coach_views import BalanceView, SeriesTrend, TrackView
from isotimer.store.history import local_time
from isotimer.store.rows import Row


def clean(value: Any) -> Any:
    """Return numbers of a JSON document with no more digits than anybody can use."""
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, dict):
        return {str(k): clean(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [clean(v) for v in value]
    return value


def history_json(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Return rows of a page of holds or sessions; times with the offset of where they were."""
    found = []
    for row in rows:
        at = local_time(row["started_at"], row["started_offset_min"]).isoformat(timespec="seconds")
        kept = {k: v for k, v in row.items() if k not in ("started_at", "started_offset_min")}
        found.append(clean({"started_at": at, **kept}))
    return found


def hold_line(row: Row) -> str:
    """Return a hold of a page on one line."""
    at = local_time(row["started_at"], row["started_offset_min"])
    length = "?" if row["hold_s"] is None else f"{row['hold_s']:.1f}"
    what = f"{printable(row['position'], 30)} {row['side']} {row['mode']}"
    parts = [f"{at:%Y-%m-%d %H:%M}  {printable(row['athlete'], 24)}: {what}, {length} s {row['end']}"]
    for name, words in (("tension_best_1s_n", "best second {:.0f} N"), ("shake_pct", "shake {:.2f} %")):
        if row[name] is not None:
            parts.append(words.format(row[name]))
    return f"{row['hold_id'][:13]}  " + ", ".join([*parts, *doubts(row)])


def doubts(row: Row) -> list[str]:
    """Return why somebody should look at a hold of a page, in short words."""
    found = [printable(row["flag"], 40)] if row["flag"] else []
    found += [f"pain {row['pain']}"] if row["pain"] else []
    found += [f"! {printable(w, 200)}" for w in row["warnings"]]
    return found + (["looked at"] if found and row["reviewed_at"] else [])


def session_line(row: Row) -> str:
    """Return a session of a page on one line."""
    at = local_time(row["started_at"], row["started_offset_min"])
    plan = f", {printable(row['plan_name'], 40)}" if row["plan_name"] else ""
    queue = f", {row['flagged']} to look at" if row["flagged"] else ""
    return (
        f"{row['session_id'][:13]}  {at:%Y-%m-%d %H:%M}  {printable(row['athlete'], 40)}: "
        f"{count(row['holds'], 'hold')}, {row['held_s']:.0f} s{plan}{queue}"
    )


def balance_json(view: BalanceView) -> dict[str, Any]:
    """Return a balance as JSON."""
    found = view.balance
    named = found.named
    return dict(
        clean(
            {
                "athlete": view.athlete,
                "athlete_id": view.athlete_id,
                "at": view.at.isoformat(timespec="seconds"),
                "days": 28,
                "holds_looked_at": view.holds,
                "limiting": None if named is None else asdict(named) | {"sentence": named.sentence},
                "missing": list(found.limits.lacking),
                "sentences": list(found.sentences),
                "cells": [_cell(c) for c in found.cells],
                "shares": [asdict(s) | {"sentence": s.sentence} for s in found.shares],
                "asymmetry": [_gap(g) for g in found.gaps],
            }
        )
    )


def _cell(cell: Cell) -> dict[str, Any]:
    return asdict(cell)


def _gap(gap: Asymmetry) -> dict[str, Any]:
    row = {k: v for k, v in asdict(gap).items() if k != "gaps"}
    return row | {"sessions": points_json(gap.gaps), "weaker": gap.weaker, "sentence": gap.sentence}


def points_json(points: Sequence[Point]) -> list[dict[str, Any]]:
    """Return points in time as JSON."""
    return [
        {"at": p.at.isoformat(timespec="seconds"), "value": p.value, "session": p.session_id, "n": p.trials}
        for p in points
    ]


def balance_lines(view: BalanceView) -> list[str]:
    """Return a balance in words: the answer first, then each phase and side."""
    lines = [f"{printable(view.athlete, 60)}, last 28 days", *view.shown.sentences, ""]
    lines += [f"{'':<14}{'holds':>6}{'time':>8}{'of best':>9}{'change':>9}{'in TE':>7}{'shake at':>10}"]
    for cell in view.balance.cells:
        lines.append(
            f"{cell.phase + ' ' + cell.side:<14}{cell.holds:>6}{cell.time_s:>6.0f} s"
            f"{_opt(cell.best_pct, '.0f', ' %'):>9}{_opt(cell.change_pct, '+.1f', ' %'):>9}"
            f"{_opt(cell.change_te, '+.1f', ''):>7}{_opt(cell.shake_onset_s.value, '.0f', ' s'):>10}"
        )
    lacking = [
        c.lacking for c in view.balance.cells if c.lacking and c.lacking not in view.balance.limits.lacking
    ]
    lines += [f"  no change for {words}" for words in dict.fromkeys(lacking)]
    return [*lines, "", *(g.sentence for g in view.shown.gaps if not g.flagged)]


def _opt(value: float | None, spec: str, unit: str) -> str:
    return "-" if value is None else f"{value:{spec}}{unit}"


def trend_json(found: SeriesTrend) -> dict[str, Any]:
    """Return the trend of a series as JSON."""
    t = found.trend
    return dict(
        clean(
            {
                "position": found.key.position,
                "side": found.key.side,
                "mode": found.key.mode,
                "setup": found.key.setup,
                "phase": found.phase,
                "measure": found.measure,
                "unit": found.unit,
                "verdict": t.verdict,
                "sentence": t.sentence,
                "n": t.n,
                "span_days": t.span_days,
                "window_days": t.window_days,
                "margin_pct": t.margin_pct,
                "change_pct": t.change_pct,
                "low_pct": t.low_pct,
                "high_pct": t.high_pct,
                "typical_error_pct": found.typical.te_pct,
                "least_detectable_change_pct": found.typical.mdc_pct,
                "sessions": points_json(found.points),
                "holds_per_session": found.trials,
                "sessions_left_out": found.left_out,
                "holds_of_another_sensor": found.other_sensor,
                "bests": [
                    {"at": b.point.at.isoformat(timespec="seconds"), "value": b.point.value}
                    | {"standing": b.standing, "gain_pct": b.gain_pct, "sentence": b.sentence}
                    for b in found.bests
                ],
            }
        )
    )


def trend_lines(found: SeriesTrend) -> list[str]:
    """Return the trend of a series in sentences."""
    lines = [printable(found.trend.sentence)]
    if found.best is not None:
        lines.append(f"  {found.best.sentence}")
    if found.key.setup:
        lines.append(f"  setup: {printable(found.key.setup, 60)}")
    left = []
    if found.left_out:
        left.append(f"{count(found.left_out, 'session')} with fewer than {found.trials} holds left out")
    if found.other_sensor:
        left.append(f"{count(found.other_sensor, 'hold')} with another sensor not compared")
    return lines + [f"  {words}" for words in left]


def track_json(view: TrackView) -> dict[str, Any]:
    """Return strength beside the sprints as JSON."""
    return dict(
        clean(
            {
                "strength_index": points_json(view.strength),
                "phases": {phase.value: points_json(points) for phase, points in view.phases.items()},
                "shake_pct": points_json(view.shake),
                "speed_m_s": {kind: points_json(points) for kind, points in view.runs.items()},
                "answers": [_answer(a) for a in view.answers],
            }
        )
    )


def _answer(answer: Transfer) -> dict[str, Any]:
    return asdict(answer) | {"sentence": answer.sentence, "link_sentence": answer.link_sentence}


def track_lines(view: TrackView) -> list[str]:
    """Return whether strength reaches the track, in sentences."""
    if not view.answers:
        who = printable(view.athlete, 40)
        example = f"isotimer sprint add '{who}' --distance 30 --time 4.31 --timing hand"
        return [f"On the track: no sprints are known yet. Add one: {example}"]
    lines = []
    for answer in view.answers:
        lines += [answer.sentence, f"  {answer.link_sentence}", *(f"  ! {w}" for w in answer.warnings)]
    return lines
