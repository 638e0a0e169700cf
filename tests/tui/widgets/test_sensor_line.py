"""The line of the sensor: trouble is told with all of its advice, whatever the width."""

import errno
import os

import pytest

from isotimer.core.errors import LINK_ADVICE, LinkError, LinkReason
from isotimer.core.events import State
from isotimer.link.ports import cannot_open
from isotimer.session.acquisition import BACK_AGAIN
from isotimer.session.snapshot import LineState, LineView
from isotimer.tui.app import IsotimerApp
from isotimer.tui.glyphs import UNICODE
from isotimer.tui.widgets.line import SensorLine, line_text

PORT = "/dev/ttyUSB0"
UNPLUGGED = LinkError(
    LinkReason.VANISHED,
    f"the line {PORT} broke",
    "the device was unplugged, or another program reads the same port",
    "check the cable, and close other programs that use this port",
)
LONGEST = cannot_open(PORT, OSError(errno.EACCES, os.strerror(errno.EACCES)))


@pytest.mark.parametrize("error", [UNPLUGGED, LONGEST])
async def test_the_advice_stands_whole_on_the_hold_screen(station, size, tools, error):
    station.enter(State.HOLD)
    app = IsotimerApp(station, start_screen="hold", environ={"LANG": "C.UTF-8"})
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        assert app.screen.query_one(SensorLine).size.height == 1
        station.line = LineView(LineState.LOST, "Chronojump force sensor", PORT, message=error.sentence)
        line = app.screen.query_one(SensorLine)
        await tools.eventually(pilot, lambda: "LOST" in line.text and line.size.height == line.rows > 1)
        painted = " ".join(strip.text.strip() for strip in line.render_lines(line.region.reset_offset))
        assert error.advice in painted
        assert tools.outside(app) == []
        assert app.screen.max_scroll_y == 0
        station.line = LineView(LineState.STREAMING, "Chronojump force sensor", PORT, 87.5)
        await tools.eventually(pilot, lambda: line.size.height == 1)


def test_a_doubt_about_the_zero_comes_before_the_rate():
    line = LineView(LineState.STREAMING, "cell", PORT, 87.5, message=BACK_AGAIN)
    assert line_text(line, UNICODE) == f"! {BACK_AGAIN} · 87.5 Hz"


def test_every_advice_fits_into_three_lines_of_eighty():
    longest = max(LINK_ADVICE.values(), key=len)
    sentence = f"the sensor on {PORT} reports a fault: {'x' * 40}; {longest}."
    assert len(line_text(LineView(LineState.SILENT, "cell", PORT, message=sentence), UNICODE)) < 3 * 74
