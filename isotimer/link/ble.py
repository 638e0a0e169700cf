"""A sensor over Bluetooth LE, behind the same face as a serial port. Needs the extra ``isotimer[ble]``."""

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass

from bleak import BleakClient, BleakScanner
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.client import BaseBleakClient
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData, BaseBleakScanner
from bleak.exc import BleakBluetoothNotAvailableError, BleakError

from isotimer.core.errors import IsotimerError, LinkError, LinkReason, WrongUseError
from isotimer.core.profile import Ble, Profile
from isotimer.core.text import printable
from isotimer.link.inbox import Chunk, Inbox
from isotimer.link.lines import BLE

FIND_S = 8.0
"""A sensor is looked for so long before it is said not to be there."""
LOOK_S = 3.0
"""How long the only sensor is looked for."""
OTHERS_S = 1.5
"""Where no certain one is asked for, others are looked for so long after the first one was found."""
SCAN_S = 5.0
"""How long ``isotimer devices --ble`` looks around."""
CONNECT_S = 10.0
WRITE_S = 2.0
_CLOSE_S = 5.0
_POLL_S = 0.05

_FAILURES = (BleakError, OSError, EOFError, TimeoutError)
"""What bleak and the systems' Bluetooth raise."""


@dataclass(frozen=True, slots=True)
class Radio:
    """Which Bluetooth to use: the computer's, or another implementation of bleak's backends."""

    scanner: type[BaseBleakScanner] | None = None
    client: type[BaseBleakClient] | None = None


COMPUTER = Radio()
"""The computer's own Bluetooth."""


@dataclass(frozen=True, slots=True)
class Found:
    """A sensor that advertises itself. Texts come from it and are made printable."""

    port: str
    name: str
    rssi: int
    """Strength of its signal, dBm."""
    devices: tuple[str, ...]
    """Ids of the device files that know it."""


def scan(
    profiles: tuple[Profile, ...], radio: Radio | None = None, for_s: float | None = None
) -> tuple[Found, ...]:
    """Look around for sensors that a device file knows; the nearest first.

    Raises:
        LinkError: If there is no Bluetooth, or it is off or forbidden.
    """
    used = radio or COMPUTER

    async def look() -> dict[str, tuple[BLEDevice, AdvertisementData]]:
        async with BleakScanner(backend=used.scanner) as scanner:
            await asyncio.sleep(SCAN_S if for_s is None else for_s)
        return scanner.discovered_devices_and_advertisement_data

    try:
        seen = asyncio.run(look())
    except _FAILURES as e:
        raise _no_radio("cannot look for sensors over Bluetooth", e) from None
    found = []
    for device, said in seen.values():
        known = tuple(p.id for p in profiles if p.ble is not None and _fits(p.ble, device, said))
        if known:
            name = printable(_name(device, said), 40)
            found.append(Found(f"{BLE}{printable(device.address, 40)}", name, said.rssi, known))
    return tuple(sorted(found, key=lambda f: (-f.rssi, f.port)))


def only_one(profiles: tuple[Profile, ...]) -> str:
    """Return the port of the only sensor that is heard.

    Raises:
        WrongUseError: If there are several.
        LinkError: If there is none, or no Bluetooth.
    """
    found = scan(profiles, for_s=LOOK_S)
    _one_of([f"{f.name} ({f.port})" for f in found], BLE)
    return found[0].port


def _one_of(names: Sequence[str], port: str) -> None:
    """Raise an error in words unless there is one name."""
    if not names:
        advice = "switch it on, hold it near, and look with 'isotimer devices --ble'"
        raise LinkError(LinkReason.NO_PORT, f"cannot find {port}", "no such sensor was heard", advice)
    if len(names) > 1:
        several = f"there are {', '.join(names)}"
        raise WrongUseError(f"which sensor is {port}?", several, "name one with --port")


class BleLine:
    """A connected sensor, and the thread in which bleak's event loop runs.

    Notifications wait in a queue, stamped when they came. When the connection breaks, the failure is
    the queue's last item and is raised by ``take``.

    Args:
        port: ``ble:ADDRESS``, ``ble:NAME``, or ``ble:`` for the only one there is.
        profile: The device; says by which service it speaks.
        stopped: Whether to give up looking for it.
        radio: The computer's own Bluetooth if None.

    Raises:
        WrongUseError: If the device does not speak Bluetooth, or several could be meant.
        LinkError: If it cannot be found or connected.
    """

    joined = True

    def __init__(
        self,
        port: str,
        profile: Profile,
        stopped: Callable[[], bool] = lambda: False,
        radio: Radio | None = None,
    ) -> None:
        if profile.ble is None:
            why = "its device file has no [ble] table"
            raise WrongUseError(
                f"{profile.id} does not speak Bluetooth", why, "name the device with --device"
            )
        self.port = port
        self._ble = profile.ble
        self._radio = radio or COMPUTER
        self._inbox = Inbox()
        self._opened = threading.Event()
        self._closing = threading.Event()
        self._failure: IsotimerError | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._client: BleakClient | None = None
        self._thread = threading.Thread(target=self._run, name=f"bluetooth {port}", daemon=True)
        self._thread.start()
        while not self._opened.wait(_POLL_S):
            if stopped():
                self.close()
        if self._failure is not None:
            self._thread.join(_CLOSE_S)
            raise self._failure

    def take(self, timeout_s: float) -> Chunk | None:
        """Return the next chunk, or None if none came within the time.

        Raises:
            LinkError: If the connection has broken.
        """
        return self._inbox.take(timeout_s)

    def write(self, data: bytes) -> None:
        """Send a command, in one write, and wait until it is out.

        Raises:
            LinkError: If the connection has broken.
        """
        loop, client = self._loop, self._client
        if loop is None or client is None:
            raise self._vanished()
        sending = client.write_gatt_char(self._ble.write, data)
        try:
            asyncio.run_coroutine_threadsafe(sending, loop).result(WRITE_S)
        except (*_FAILURES, RuntimeError, CancelledError):
            sending.close()
            raise self._vanished() from None

    def close(self) -> None:
        """Disconnect and end the thread; safe to call twice, and after a failure."""
        self._closing.set()
        if self._loop is not None and self._task is not None:
            with contextlib.suppress(RuntimeError):  # the loop may just have ended by itself
                self._loop.call_soon_threadsafe(self._task.cancel)
        if self._thread is not threading.current_thread():
            self._thread.join(_CLOSE_S)

    # the thread

    def _run(self) -> None:
        try:
            asyncio.run(self._live())
        except asyncio.CancelledError:
            self._failure = LinkError(LinkReason.NO_PORT, f"{self.port} was given up")
        except IsotimerError as e:
            self._failure = e
        except _FAILURES as e:
            self._failure = _no_radio(f"cannot open {self.port}", e)
        finally:
            self._client = None
            if not self._closing.is_set() and self._opened.is_set():
                self._inbox.put(self._vanished())
            self._opened.set()

    async def _live(self) -> None:
        """Find, connect, listen, until the connection breaks or is closed."""
        self._loop, self._task = asyncio.get_running_loop(), asyncio.current_task()
        if self._closing.is_set():
            return
        device = await self._find()
        lost = asyncio.Event()
        client = BleakClient(
            device,
            lambda client: lost.set(),
            services=[self._ble.service],
            timeout=CONNECT_S,
            backend=self._radio.client,
        )
        try:
            await self._connect(client)
            self._client = client
            self._opened.set()
            await lost.wait()
        finally:
            # a device that is gone cannot be disconnected
            with contextlib.suppress(*_FAILURES):
                await asyncio.wait_for(client.disconnect(), WRITE_S)

    async def _connect(self, client: BleakClient) -> None:
        try:
            async with asyncio.timeout(CONNECT_S):
                await client.connect()
                await client.start_notify(self._ble.notify, self._take)
        except _FAILURES as e:
            why = _words(e) or "it does not answer"
            advice = "hold it nearer, and end other programs that are connected to it"
            raise LinkError(LinkReason.BUSY, f"cannot connect to {self.port}", why, advice) from None

    def _take(self, characteristic: BleakGATTCharacteristic, data: bytearray) -> None:
        if data:
            self._inbox.put((bytes(data), time.monotonic_ns()))

    async def _find(self) -> BLEDevice:
        """Look for the device that the port's name means."""
        wanted = self.port[len(BLE) :].strip().lower()
        seen: dict[str, tuple[BLEDevice, str]] = {}
        heard = asyncio.Event()

        def hear(device: BLEDevice, said: AdvertisementData) -> None:
            name = _name(device, said)
            if wanted in (device.address.lower(), name.lower()) if wanted else _fits(self._ble, device, said):
                seen[device.address] = device, name
                heard.set()

        async with BleakScanner(hear, backend=self._radio.scanner):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(heard.wait(), FIND_S)
                if wanted not in map(str.lower, seen):
                    await asyncio.sleep(OTHERS_S)
        _one_of([f"{name} ({BLE}{address})" for address, (_, name) in sorted(seen.items())], self.port)
        ((address, (device, _)),) = seen.items()
        if not wanted:
            self.port = f"{BLE}{address}"
        return device

    def _vanished(self) -> LinkError:
        advice = "hold the sensor nearer, check its battery and switch it on"
        return LinkError(LinkReason.VANISHED, f"the connection to {self.port} broke", advice=advice)


def _name(device: BLEDevice, said: AdvertisementData) -> str:
    return said.local_name or device.name or ""


def _fits(ble: Ble, device: BLEDevice, said: AdvertisementData) -> bool:
    service = ble.service.lower()
    return _name(device, said).startswith(ble.name) or service in map(str.lower, said.service_uuids)


def _no_radio(what: str, error: Exception) -> LinkError:
    if isinstance(error, BleakBluetoothNotAvailableError) and "DENIED" in error.reason.name:
        return LinkError(LinkReason.PERMISSION, what, _words(error), "allow this program to use Bluetooth")
    why = _words(error) or "this computer offers no Bluetooth"
    advice = "switch Bluetooth on (on Linux BlueZ must run), then try again"
    return LinkError(LinkReason.NO_PORT, what, why, advice)


def _words(error: Exception) -> str:
    """Return what an error says in one line; a missing file is the system's Bluetooth service."""
    if isinstance(error, FileNotFoundError):
        return "this computer runs no Bluetooth service"
    said = str(error.args[0]) if error.args else ""
    return said.splitlines()[0] if said else ""
