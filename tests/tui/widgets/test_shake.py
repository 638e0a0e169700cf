"""The line of the shake: number, scale, words; nothing by colour alone."""

import numpy as np
from textual.app import App, ComposeResult

from isotimer.measures.live import LiveView
from isotimer.measures.spectrum import Spectrum
from isotimer.tui.widgets.shake import ShakeLine
from isotimer.tui.widgets.spectrum import spectrum_lines


class Host(App[None]):
    def compose(self) -> ComposeResult:
        yield ShakeLine()


async def line(live: LiveView | None, unit: str = "N") -> str:
    app = Host()
    async with app.run_test(size=(80, 5)) as pilot:
        shake = app.query_one(ShakeLine)
        shake.styles.height = 1
        shake.show(live, unit)
        await pilot.pause()
        return shake.render_line(0).text


async def test_before_there_is_a_ratio_the_number_stands_alone() -> None:
    text = await line(LiveView(1.0, 250.0, 0.85, why="the hold's first seconds"))
    assert "SHAKE   0.85 N  0.34 %" in text
    assert "the hold's first seconds" in text


async def test_the_scale_fills_with_the_ratio_and_the_doubling_is_a_place_on_it() -> None:
    calm = await line(LiveView(1.0, 250.0, 0.85, 0.85, 1.0))
    wild = await line(LiveView(1.0, 250.0, 2.1, 0.85, 2.5))
    assert calm.count("▒") < wild.count("▒")
    assert "1.0x start, calm" in calm
    assert "2.5x start, shaking" in wild
    assert calm.count("┤") == wild.count("┤") == 1


async def test_the_onset_is_told_in_words() -> None:
    assert "doubled at 9 s" in await line(LiveView(1.0, 250.0, 2.1, 0.85, 2.5, onset_s=9.2))


async def test_without_a_shake_the_reason_is_shown() -> None:
    assert "sensor too slow" in await line(LiveView(why="sensor too slow: 10.8 Hz, needs 40"))
    assert "SHAKE  --" in await line(None)


async def test_untrusted_words_are_text() -> None:
    assert "\\x1b[31m" in await line(LiveView(why="\x1b[31m[red]"))


def test_the_spectrum_peaks_where_the_shake_is() -> None:
    freq = np.linspace(0, 40, 400)
    bars, scale = spectrum_lines(Spectrum(freq, np.exp(-((freq - 9) ** 2)), "test"), 70)
    middle = (bars.index("█") + bars.rindex("█")) / 2
    assert abs(middle - (9 - 2) / 14 * 70) <= 1
    assert scale[10:11] == "4"
    assert len(bars) == len(scale) == 70


def test_no_spectrum_no_chart() -> None:
    assert spectrum_lines(None, 70) == []
    assert spectrum_lines(Spectrum(np.linspace(0, 40, 50), np.zeros(50), "test"), 70) == []


async def test_on_a_plate_the_heart_is_named_beside_the_shake() -> None:
    app = Host()
    async with app.run_test(size=(80, 5)):
        shake = app.query_one(ShakeLine)
        shake.show(LiveView(1.0, 700.0, 0.3, 0.3, 1.0), "N", on_plate=True)
        assert "heart too" in shake.text
        shake.show(LiveView(1.0, 250.0, 0.3, 0.3, 1.0), "N")
        assert "heart" not in shake.text
