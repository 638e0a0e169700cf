"""The report of one athlete as one HTML page: nothing is fetched, nothing runs, all text is escaped."""

from collections.abc import Iterable, Sequence
from html import escape

from isotimer.core.text import printable
from isotimer.report.content import Content, SeriesPart
from isotimer.report.style import STYLE
from isotimer.review.balance import Cell
from isotimer.review.season import SYNTHETIC


def page(content: Content) -> str:
    """Return the report as HTML."""
    from isotimer.report import pictures

    name = _text(content.athlete)
    span = f"since {content.since:%Y-%m-%d}" if content.since else "all sessions"
    facts = [f"made {content.made_at:%Y-%m-%d %H:%M}", span]
    facts += [f"{content.mass_kg:g} kg"] if content.mass_kg else []
    made_up = any(s.setup == SYNTHETIC for s in content.series)
    warning = "<p><strong>Synthetic: made up, nobody was measured.</strong></p>" if made_up else ""
    body = [
        f"<header><h1>{name}</h1><p>{' · '.join(facts)}</p>{warning}</header>",
        _section("answers", "In short", _list(_in_short(content))),
    ]
    cells = content.balance.cells
    if any(c.holds for c in cells):
        drawn = [(pictures.bars("time", content.balance), "Time under tension, last 28 days")]
        if any(c.best_pct is not None for c in cells):
            words = "Strength of the last 28 days in % of the own best"
            drawn.append((pictures.levels("level", content.balance), words))
        if any(c.change_pct is not None for c in cells):
            words = "Change of strength against the own earlier level"
            drawn.append((pictures.changes("change", content.balance), words))
        sides = _gaps(content)
        figures = "".join(_figure(svg, title) for svg, title in drawn)
        body.append(
            _section(
                "balance",
                "Push, swing and return, left and right",
                f'<div class="figures">{figures}{sides}</div>{_balance_table(cells)}'
                + _list((*_lacking(content), *(g.sentence for g in content.balance.gaps)))
                + "<p>Newtons of different phases are not compared: levers and straps differ. An athlete is"
                " compared with the athlete.</p>",
            )
        )
    else:
        body.append(
            _section(
                "balance", "Push, swing and return", "<p>No holds in the last 28 days: do a session.</p>"
            )
        )
    if content.strength or content.runs or content.shake:
        svg = pictures.course("course", content.strength, content.phases, content.shake, content.runs)
        body.append(
            _section("track", "Does it reach the track?", _figure(svg, "On one time axis") + _track(content))
        )
    body.append(_section("trends", "Does it still move?", _trends(content.series)))
    body.append(_section("sessions", "What was done", _sessions(content)))
    if content.notes:
        rows = "".join(f"<li><time>{_text(day)}</time> {_text(text)}</li>" for day, text in content.notes)
        body.append(_section("notes", "Notes", f"<ul>{rows}</ul>"))
    body.append(
        "<footer><p>isotimer. How these sentences are made, and how often they are right, is in"
        " docs/review.md. Intervals are 90 % for trends and changes, 95 % for phases and links.</p></footer>"
    )
    return _document(f"{name}: isotimer report", "".join(body))


def _document(title: str, body: str) -> str:
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _in_short(content: Content) -> list[str]:
    found = list(content.balance.sentences)
    found += [a.sentence for a in content.answers[:1]]
    strong = [s for s in content.series if s.trend.slope is not None and s.trend.better == "higher"]
    verdicts: dict[str, list[str]] = {}
    for part in strong:
        verdicts.setdefault(part.trend.verdict.value, []).append(part.title)
    found += [f"{verdict.capitalize()}: {'; '.join(titles)}." for verdict, titles in verdicts.items()]
    return found


def _gaps(content: Content) -> str:
    from isotimer.report import pictures

    if not any(g.gap_pct is not None for g in content.balance.gaps):
        return ""
    caption = "Left against right, mean of the last 4 sessions; the strokes: what variation alone can make"
    return _figure(pictures.gaps("gaps", content.balance.gaps), caption)


def _lacking(content: Content) -> list[str]:
    """Return why some changes are not known, where the short answer has not said it already."""
    said = content.balance.limits.lacking
    found = dict.fromkeys(c.lacking for c in content.balance.cells if c.lacking and c.lacking not in said)
    return [f"No change is shown for {words}." for words in found]


def _balance_table(cells: Sequence[Cell]) -> str:
    rows = [
        (
            f"{c.phase} {c.side}",
            str(c.holds),
            f"{c.time_s:.0f}",
            _number(c.best_pct, ".0f"),
            _number(c.change_pct, "+.1f"),
            _number(c.change_te, "+.1f"),
            f"{_number(c.shake_onset_s.value, '.0f')} ({c.shake_onset_s.n})",
            _number(c.hold_s.value, ".1f"),
        )
        for c in cells
    ]
    head = (
        "phase, side",
        "holds",
        "time, s",
        "% of own best",
        "change, %",
        "change, typical errors",
        "shake doubled at, s (n)",
        "length, s",
    )
    return _table("The last 28 days by phase and side", head, rows)


def _track(content: Content) -> str:
    if not content.answers:
        return "<p>No sprints are known. Note some with <code>isotimer sprint add</code>.</p>"
    said: list[str] = []
    for answer in content.answers:
        said += [answer.sentence, answer.link_sentence, *answer.warnings]
    return _list(said)


def _trends(series: Sequence[SeriesPart]) -> str:
    from isotimer.report import pictures

    if not series:
        return "<p>No series yet. A trend needs 6 sessions of the same holds over 3 weeks.</p>"
    drawn = []
    for number, part in enumerate(series):
        title = f"{part.title}: {part.measure}"
        svg = pictures.series(f"s{number}", part.points, part.trend, part.unit, title)
        setup = f"Setup: {part.setup}." if part.setup else ""
        said = [part.trend.sentence, part.best, setup]
        drawn.append(_figure(svg, " ".join(s for s in said if s)))
    return f'<div class="figures">{"".join(drawn)}</div>'


def _sessions(content: Content) -> str:
    if not content.sessions:
        return "<p>No sessions yet.</p>"
    rows = [
        (f"{s.at:%Y-%m-%d %H:%M}", s.plan or "-", str(s.holds), f"{s.held_s:.0f}") for s in content.sessions
    ]
    shown = f"The latest {len(rows)} of {content.sessions_known} sessions"
    return _table(shown, ("when", "plan", "holds", "time under tension, s"), rows)


def _section(key: str, title: str, inside: str) -> str:
    return f'<section aria-labelledby="{key}-head"><h2 id="{key}-head">{title}</h2>{inside}</section>'


def _figure(svg: str, caption: str) -> str:
    return f"<figure>{svg}<figcaption>{_text(caption)}</figcaption></figure>"


def _table(caption: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    top = "".join(f'<th scope="col">{_text(h)}</th>' for h in head)
    lines = []
    for first, *others in rows:
        cells = "".join(f"<td>{_text(o)}</td>" for o in others)
        lines.append(f'<tr><th scope="row">{_text(first)}</th>{cells}</tr>')
    return (
        f'<div class="table" role="region" aria-label="{_text(caption)}" tabindex="0"><table>'
        f"<caption>{_text(caption)}</caption><thead><tr>{top}</tr></thead>"
        f"<tbody>{''.join(lines)}</tbody></table></div>"
    )


def _list(sentences: Iterable[str]) -> str:
    return "<ul>" + "".join(f"<li>{_text(s)}</li>" for s in sentences if s) + "</ul>"


def _number(value: float | None, form: str) -> str:
    return "-" if value is None else format(value, form)


def _text(text: str) -> str:
    """Return text for HTML: nothing in it is markup, nothing turns the direction of reading."""
    return escape(printable(text, 4000))
