"""The report: one page that fetches nothing, runs nothing, and can be read by everybody."""

import re
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from html import escape
from html.parser import HTMLParser

import pytest

from isotimer.report.page import page
from isotimer.report.style import STYLE
from isotimer.session.coach import Coach
from isotimer.session.coach_report import report_content

NOW = datetime(2026, 6, 1, 19, tzinfo=UTC)
HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(2)> $\\frac{1}{2}$ \x1b[31m \u202e &amp;'
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
VOID = {"meta", "br", "img", "link", "input", "hr"}


@pytest.fixture(scope="module")
def content(season_made):
    return report_content(Coach(season_made), "Demo athlete", now=NOW)


@pytest.fixture(scope="module")
def text(content):
    return page(content)


class Reader(HTMLParser):
    """Keeps every element with its attributes, and what is open at the end."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_it_is_whole_fetches_nothing_and_runs_nothing(text):
    read = Reader(text)
    assert read.open == []
    tags = {tag for tag, _ in read.elements}
    assert tags & {"script", "link", "img", "iframe", "object", "form", "base"} == set()
    for _, attributes in read.elements:
        for name, value in attributes.items():
            assert not name.startswith("on")
            if name in ("src", "href", "xlink:href", "action"):
                assert value is not None
                assert value.startswith("#")
    assert re.findall(r"url\((?!#)", text) == []
    assert "@import" not in text
    ids = [a["id"] for _, a in read.elements if "id" in a]
    assert len(ids) == len(set(ids))


def test_pictures_and_tables_have_words(text):
    read = Reader(text)
    pictures = [a for tag, a in read.elements if tag == "svg"]
    assert len(pictures) > 10
    for attributes in pictures:
        assert attributes["role"] == "img"
        for key in attributes["aria-labelledby"].split():
            assert re.search(rf'id="{key}">[^<]+<', text)
    tags = [tag for tag, _ in read.elements]
    assert tags.count("table") == tags.count("caption")
    assert tags.count("figure") == tags.count("figcaption") == len(pictures)
    assert ("html", {"lang": "en"}) in read.elements
    assert tags.count("h1") == 1


def test_it_says_what_the_season_holds_and_that_it_is_made_up(text):
    assert "Swing, left side, is the limiting one" in text
    assert "Stronger and faster" in text
    assert "Plateau: " in text
    assert "Synthetic: made up, nobody was measured." in text


def test_hostile_names_are_text(content):
    hostile = replace(
        content,
        athlete=HOSTILE,
        sessions=tuple(replace(s, plan=HOSTILE) for s in content.sessions[:2]),
        series=tuple(replace(s, title=HOSTILE, setup=HOSTILE, unit=HOSTILE) for s in content.series[:1]),
        notes=(("2026-01-01", HOSTILE),),
    )
    text = page(hostile)
    read = Reader(text)
    assert read.open == []
    assert {tag for tag, _ in read.elements} & {"script", "img"} == set()
    assert all(not name.startswith("on") for _, a in read.elements for name in a)
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert escape("<script>alert(1)</script>") in text


def test_without_any_hold_it_says_what_to_do(content):
    bare = replace(
        content,
        sessions=(),
        series=(),
        strength=(),
        phases={},
        shake=(),
        runs={},
        answers=(),
        notes=(),
        balance=replace(content.balance, cells=(), gaps=()),
    )
    text = page(bare)
    assert "do a session" in text
    assert "A trend needs 6 sessions" in text
    assert "<svg" not in text


def contrast(one: str, other: str) -> float:
    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        r, g, b = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_every_colour_can_be_read_in_the_light_in_the_dark_and_on_paper():
    themes = re.findall(r":root\s*\{([^}]*--paper[^}]*)\}", STYLE)
    assert len(themes) == 3
    for theme in themes:
        colours = dict(re.findall(r"--(\w+):\s*(#[0-9a-f]{6})", theme))
        for ground in ("paper", "soft"):
            for ink in ("ink", "muted"):
                assert contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)
            for mark in ("left", "right"):
                assert contrast(colours[mark], colours[ground]) >= 3.0, (mark, ground)
        assert contrast(colours["ink"], colours["band"]) >= 4.5


@pytest.fixture(scope="module")
def browser():
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("no Chromium here to look at the page with")
    return found


def in_browser(browser, tmp_path, *arguments):
    fixed = ["--headless=new", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=2000"]
    fixed += [f"--user-data-dir={tmp_path / 'profile'}", "--disable-dev-shm-usage"]
    done = subprocess.run(
        [browser, *fixed, *arguments], capture_output=True, text=True, timeout=55, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


MEASURE = """<!DOCTYPE html><body><script>
addEventListener('message', e => { document.title += e.data + ','; });
</script>%s</body>"""
INSIDE = """<script>addEventListener('load', () => { const d = document.documentElement;
const svg = [...document.querySelectorAll('svg')].filter(s => s.getBoundingClientRect().width < 200).length;
parent.postMessage(`${innerWidth}:${d.scrollWidth}:${svg}`, '*'); });</script>"""


def test_it_fits_a_phone_and_a_desk(browser, text, tmp_path):
    free = re.sub(r"<meta http-equiv[^>]*>", "", text).replace("</body>", INSIDE + "</body>")
    frames = "".join(
        f'<iframe style="border:0" width="{w}" height="900" srcdoc="{escape(free)}"></iframe>'
        for w in (360, 1280)
    )
    (tmp_path / "outer.html").write_text(MEASURE % frames, "utf-8")
    dom = in_browser(browser, tmp_path, "--dump-dom", f"file://{tmp_path}/outer.html")
    title = re.search(r"<title>([\d:,]+)</title>", dom)
    assert title is not None, dom[:500]
    seen = {
        int(w): (int(s), int(small)) for w, s, small in (p.split(":") for p in title[1].strip(",").split(","))
    }
    assert set(seen) == {360, 1280}
    for width, (needed, small) in seen.items():
        assert needed <= width, "something sticks out at the side"
        assert small == 0, "a picture is too small to be read"


def test_it_prints(browser, text, tmp_path):
    (tmp_path / "r.html").write_text(text, "utf-8")
    pdf = tmp_path / "r.pdf"
    in_browser(browser, tmp_path, f"--print-to-pdf={pdf}", f"file://{tmp_path}/r.html")
    data = pdf.read_bytes()
    assert data.startswith(b"%PDF")
    assert 2 <= len(re.findall(rb"/Type\s*/Page\b", data)) <= 20
