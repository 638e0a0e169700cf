"""What a station does about its sensor at the start, and how it passes on what a sensor reports."""

from collections.abc import Callable, Iterator
from queue import SimpleQueue

import pytest

from isotimer.core.events import HoldStarted
from isotimer.core.plan import Side, build_plan
from isotimer.link import ports as ports_module
from isotimer.link.ports import PortInfo
from isotimer.link.shipped import shipped_folder
from isotimer.session.equipment import remember
from isotimer.session.places import Places
from isotimer.session.plain import LineRun
from isotimer.session.snapshot import LineState, Said
from isotimer.session.station import Station
from isotimer.sound.output import BellOnly

WORDS = "KERN EW and EG balance says: E01"
PLAN = build_plan("standing-pull-back", [Side.LEFT], 0.6, countdown_s=0.0)


@pytest.fixture
def station(tmp_path, monkeypatch) -> Iterator[Station]:
    monkeypatch.setattr("isotimer.sound.output.open_sound", lambda **more: BellOnly(""))
    one = Station(Places(tmp_path / "s.db", (shipped_folder(),), tmp_path / "log"), "Ana")
    yield one
    one.close()


@pytest.mark.parametrize("wished", [True, False])
def test_the_sensor_used_last_is_taken_up_at_the_start_if_that_is_wished(
    station: Station, device, profile_of, monkeypatch, wished: bool
) -> None:
    about = PortInfo(device.port, "Uno", "2341:0043", "A1")
    monkeypatch.setattr(ports_module, "list_serial_ports", lambda: (about,))
    remember(station.places.database, device.port, profile_of("hx711-line"), about)
    device.play(lambda n: b"9000\r\n", 100)
    station.change_settings(reconnect=wished)
    station.open()
    assert (station.line().state is not LineState.NONE) is wished


def test_who_looks_on_is_told_at_once_and_others_later(station: Station) -> None:
    told: list[object] = []
    stop = station.subscribe(told.append)
    station._device_says("E01")
    assert [news.text for news in told if isinstance(news, Said)] == [" says: E01"]
    assert station.news() == ()
    stop()
    station._device_says("E02")
    assert station.news() == (" says: E02",)
    assert len(told) == 1


def test_a_run_by_lines_says_what_a_sensor_reports(
    station: Station, device, until: Callable[..., None]
) -> None:
    reports = False
    device.play(lambda n: b"E01\r\n" if reports and n % 10 == 5 else b"+0127.20 G S\r\n", 100)
    station.open()
    station.connect(device.port, "kern-ew", 9600)
    until(lambda: station.line().state is LineState.STREAMING)
    said: list[str] = []

    def begun(news: object) -> None:
        nonlocal reports
        reports = reports or isinstance(news, HoldStarted)

    station.subscribe(begun)
    typed: SimpleQueue[str | None] = SimpleQueue()
    typed.put(None)
    LineRun(station, typed, said.append, lambda times: None).run(lambda: station.start(PLAN), go=True)
    assert said.count(WORDS) == 1
