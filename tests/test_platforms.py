"""What differs on macOS and Windows, tried by telling the code that it runs there."""

import asyncio
import os
import signal
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import Mock

import pytest
from serial.tools import list_ports_common

from isotimer.cli import options
from isotimer.core.errors import WrongUseError
from isotimer.link import endpoint, ports
from isotimer.link.endpoint import PtyEndpoint, TcpEndpoint
from isotimer.link.shipped import shipped_folder
from isotimer.session import demo
from isotimer.session.places import Places
from isotimer.session.station import Station
from isotimer.store import process
from isotimer.tui.app import IsotimerApp


def test_without_pseudo_terminals_a_simulated_sensor_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint.sys, "platform", "win32")
    with pytest.raises(WrongUseError, match=r"no pseudo-terminals; use --tcp 127\.0\.0\.1:0"):
        PtyEndpoint()


def test_without_pseudo_terminals_the_demo_plays_over_tcp_on_this_computer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(demo, "sys", SimpleNamespace(platform="win32"))
    with demo.simulated_sensor("chronojump-force-sensor", [shipped_folder()], 100.0) as sensor:
        assert sensor.port.startswith("socket://127.0.0.1:")


@pytest.mark.skipif(not hasattr(signal, "SIGTERM"), reason="this system has no signals")
def test_without_a_hang_up_signal_the_others_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(signal, "SIGHUP", raising=False)
    before = signal.getsignal(signal.SIGTERM)
    try:
        options.stop_on_signals()
        taken = signal.getsignal(signal.SIGTERM)
        with pytest.raises(KeyboardInterrupt):
            taken(signal.SIGTERM, None)
    finally:
        signal.signal(signal.SIGTERM, before)


def test_without_proc_a_living_process_counts_by_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "_boot", lambda: "")
    monkeypatch.setattr(process, "_started", lambda pid: "")
    parent = process.this_process().replace(f"/{os.getpid()}/", f"/{os.getppid()}/")
    assert process.lives_elsewhere(parent)
    assert not process.lives_elsewhere(process.this_process())


def test_where_no_process_can_be_asked_others_count_as_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "_boot", lambda: "")
    monkeypatch.setattr(process, "_started", lambda pid: "")
    parent = process.this_process().replace(f"/{os.getpid()}/", f"/{os.getppid()}/")
    monkeypatch.setattr(process, "os", SimpleNamespace(name="nt", getpid=os.getpid))
    assert not process.lives_elsewhere(parent)


@pytest.mark.parametrize("name", ["COM3", "COM27", "/dev/cu.usbserial-0001"])
def test_ports_have_the_names_that_the_system_gives(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    port = list_ports_common.ListPortInfo(name, skip_link_detection=True)
    port.vid, port.pid, port.description = 0x0403, 0x6001, "USB Serial"
    monkeypatch.setattr("serial.tools.list_ports.comports", lambda *a, **k: [port])
    assert [found.name for found in ports.list_serial_ports()] == [name]


async def test_the_app_runs_where_signals_cannot_be_handled(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    none = Mock(side_effect=NotImplementedError)
    monkeypatch.setattr(type(asyncio.get_running_loop()), "add_signal_handler", none)
    station = Station(Places(tmp_path / "s.db", (shipped_folder(),), tmp_path / "log"), "Ana")
    app = IsotimerApp(station, environ={"TERM_PROGRAM": "vscode"})
    async with app.run_test() as pilot:
        await pilot.pause()
        assert app.is_running


def test_the_simulated_port_over_tcp_can_be_opened_everywhere() -> None:
    one = TcpEndpoint("127.0.0.1", 0)
    try:
        assert one.client() == 0
        assert one.address.startswith("socket://127.0.0.1:")
    finally:
        one.hang_up()
