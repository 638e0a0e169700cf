import pytest
from textual.widgets import Input

from isotimer.core.errors import IsotimerError, WrongUseError
from isotimer.core.weights import Point, Reading, fit_points, parse_weight
from isotimer.tui.app import IsotimerApp
from isotimer.tui.screens.calibrate import CalibrateScreen


class Bench:
    """A bench whose readings a test sets."""

    def __init__(self, channel=0, channels=("force",)):
        self.channel, self.channels = channel, channels
        self.points, self.fit, self.now = (), None, Reading(8000.0)
        self.turned = 0

    @property
    def changed(self):
        return self.fit is not None

    def reading(self):
        return self.now

    def take(self, text):
        if self.now.trouble:
            raise IsotimerError("cannot read the weight", self.now.trouble, "let it hang still")
        mass_kg = parse_weight(text, self.points) if self.points else 0.0
        self.points = (*self.points, Point(self.now.raw + 1000 * mass_kg, mass_kg))
        self.fit = fit_points(self.points)

    def undo(self):
        self.points = self.points[:-1]
        self.fit = fit_points(self.points)

    def turn(self):
        self.turned += 1

    def rows(self):
        return tuple(f"{p.mass_kg:g} kg at {p.raw:g} [b]" for p in self.points)

    def words(self):
        return ("0.01 N per raw unit", "pull now [red]") if self.fit else ()

    def row(self):
        return self.channel


async def press(pilot, *keys):
    """Press keys as a person does: the app has done one before the next comes."""
    for key in keys:
        await pilot.pause()
        await pilot.press(key)
    await pilot.pause()


@pytest.fixture
def bench():
    return Bench()


@pytest.fixture
def app(station, bench):
    station.make_bench = lambda channel: bench
    return IsotimerApp(station, start_screen="calibrate")


async def test_empty_then_a_weight_then_keep(station, app, bench, tools, size):
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        assert "Unload the sensor" in tools.text_of(app)
        await press(pilot, "enter")
        assert "Hang a known weight on" in tools.text_of(app)
        bench.now = Reading(8000.0)
        await press(pilot, "1", "0", "enter")
        await pilot.pause()
        text = tools.text_of(app)
        assert "10 kg at 18000 [b]" in text
        assert "pull now [red]" in text
        assert not tools.outside(app)
        assert app.screen.query_one("#weight", Input).value == ""
        await press(pilot, "x")
        assert bench.turned == 1
        await press(pilot, "k")
        await pilot.pause()
        assert ("keep", 0) in station.asked
        assert "Calibrated [b]it[/b]." in tools.said(app)
        assert not isinstance(app.screen, CalibrateScreen)


async def test_a_swinging_weight_is_shown_and_refused(app, bench, tools):
    async with app.run_test() as pilot:
        bench.now = Reading(8000.0, "the reading moves by 300")
        await tools.eventually(pilot, lambda: "moves by 300" in tools.text_of(app))
        await press(pilot, "enter")
        await pilot.pause()
        assert "moves by 300; let it hang still" in tools.said(app)
        assert bench.points == ()


async def test_a_weight_twice_and_one_that_is_none_are_refused_and_stay_in_the_field(app, bench, tools):
    async with app.run_test() as pilot:
        await press(pilot, "enter", "1", "0", "enter", "1", "0", "enter")
        await pilot.pause()
        assert "10 kg was measured already" in tools.said(app)
        assert app.screen.query_one("#weight", Input).value == "10"
        await press(pilot, "backspace", "backspace", "-", "5", "enter")
        await pilot.pause()
        assert "-5 kg is no mass" in tools.said(app)
        assert len(bench.points) == 2


async def test_letters_are_keys_and_undo_takes_back(app, bench):
    async with app.run_test() as pilot:
        await press(pilot, "enter", "1", "0", "enter", "q", "u")
        await pilot.pause()
        assert len(bench.points) == 1
        assert app.screen.query_one("#weight", Input).value == ""


async def test_what_is_not_kept_is_not_lost_by_one_key(app, bench, tools):
    async with app.run_test() as pilot:
        await press(pilot, "enter", "1", "0", "enter", "escape")
        await pilot.pause()
        assert isinstance(app.screen, CalibrateScreen)
        assert "Not kept yet" in tools.said(app)
        await press(pilot, "escape")
        await pilot.pause()
        assert not isinstance(app.screen, CalibrateScreen)


async def test_channels_one_after_the_other(station, tools):
    opened = []

    def make(channel):
        opened.append(Bench(channel, ("left", "right")))
        return opened[-1]

    station.make_bench = make
    app = IsotimerApp(station, start_screen="calibrate")
    async with app.run_test() as pilot:
        await pilot.pause()
        assert "channel left (1 of 2)" in tools.text_of(app)
        await press(pilot, "n")
        await pilot.pause()
        assert "channel right (2 of 2)" in tools.text_of(app)
        await press(pilot, "enter", "5", "enter", "k")
        await pilot.pause()
        assert ("keep", 1) in station.asked
        assert "channel left (1 of 2)" in tools.text_of(app)


async def test_without_a_sensor_it_says_so_and_lets_go(station, tools):
    def refuse(channel):
        raise WrongUseError("there is no sensor to calibrate", "", "connect one first")

    station.make_bench = refuse
    app = IsotimerApp(station, start_screen="calibrate")
    async with app.run_test() as pilot:
        await pilot.pause()
        assert "there is no sensor to calibrate" in tools.text_of(app)
        await press(pilot, "enter", "k", "x", "u", "n", "escape")
        await pilot.pause()
        assert not isinstance(app.screen, CalibrateScreen)
