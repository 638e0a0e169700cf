"""Bluetooth without hardware: virtual controllers in one process, a Progressor on one, bleak on another."""

import asyncio
import struct
import threading
from collections.abc import Coroutine
from typing import Any

from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.client import BaseBleakClient
from bleak.backends.scanner import AdvertisementData, BaseBleakScanner
from bleak.backends.service import BleakGATTService, BleakGATTServiceCollection
from bleak.exc import BleakError
from bumble.controller import Controller
from bumble.core import UUID, AdvertisingData
from bumble.device import Connection, Device, Peer
from bumble.gatt import Characteristic, CharacteristicValue, Service
from bumble.hci import Address
from bumble.host import Host
from bumble.link import LocalLink
from bumble.transport.common import AsyncPipeSink

from isotimer.link.ble import Radio

SERVICE = "7e4e1701-1ea6-40c9-9dcc-13d34ffead57"
NOTIFY = "7e4e1702-1ea6-40c9-9dcc-13d34ffead57"
WRITE = "7e4e1703-1ea6-40c9-9dcc-13d34ffead57"
STEP_US = 11_350
BURST = 15
MTU = 247


class Air:
    """The virtual radio: a thread whose event loop runs all controllers, and the computer's own device."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()
        self.sensors: list[Progressor] = []
        self.run(self._begin())

    async def _begin(self) -> None:
        self.link = LocalLink()
        self.central = self.device("F0:F0:F0:F0:F0:F0", "computer")
        await self.central.power_on()

    def device(self, address: str, name: str) -> Device:
        controller = Controller(name, link=self.link, public_address=address)
        host = Host(controller, AsyncPipeSink(controller))
        return Device(name=name, address=Address(address), host=host)

    def submit(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.loop)

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Do something on the air and wait for it."""
        return self.submit(work).result(10)

    async def there(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Do something on the air, waiting in another event loop."""
        return await asyncio.wrap_future(self.submit(work))

    def close(self) -> None:
        async def end() -> None:
            others = asyncio.all_tasks() - {asyncio.current_task()}
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)

        self.run(end())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()


class Progressor:
    """A sensor that keeps the Progressor's protocol."""

    def __init__(self, air: Air, name: str, address: str) -> None:
        self.air, self.name, self.address = air, name, address
        self.commands: list[int] = []
        self.started = threading.Event()
        self.connection: Connection | None = None
        self.ticks_us = 5_000_000
        air.run(self._begin())

    async def _begin(self) -> None:
        properties = Characteristic.Properties
        self.data = Characteristic(NOTIFY, properties.NOTIFY, Characteristic.READABLE)
        control = Characteristic(
            WRITE,
            properties.WRITE | properties.WRITE_WITHOUT_RESPONSE,
            Characteristic.WRITEABLE,
            CharacteristicValue(write=self._hear),
        )
        self.device = self.air.device(self.address, self.name)
        self.device.add_service(Service(SERVICE, [self.data, control]))
        self.device.on("connection", self._connected)
        await self.device.power_on()
        await self.advertise()

    async def advertise(self) -> None:
        said = AdvertisingData([(AdvertisingData.COMPLETE_LOCAL_NAME, self.name.encode())])
        await self.device.start_advertising(advertising_data=bytes(said), advertising_interval_min=20)

    def _connected(self, connection: Connection) -> None:
        self.connection = connection

    def _hear(self, connection: Connection, value: bytes) -> None:
        self.commands += value
        for opcode in value:
            if opcode == 0x6F:
                self.air.submit(self.notify(bytes((0, 4)) + struct.pack("<I", 3988)))
            elif opcode == 0x6B:
                self.air.submit(self.notify(bytes((0, 7)) + b"1.2.3.4"))
            elif opcode == 0x65:
                self.started.set()
            elif opcode == 0x66:
                self.started.clear()

    async def notify(self, packet: bytes) -> None:
        await self.device.notify_subscribers(self.data, packet)

    def say(self, packet: bytes) -> None:
        """Send one notification."""
        self.air.run(self.notify(packet))

    def pull(self, bursts: int, kg: float = 20.0) -> None:
        """Send bursts of 15 samples at their times, the 16th of each left out; kg rises by 0.25 a sample."""

        async def play() -> None:
            for number in range(bursts):
                await asyncio.sleep((BURST + 1) * STEP_US * 1e-6)
                rows = [
                    struct.pack("<fI", kg + 0.25 * (16 * number + i), self.ticks_us + i * STEP_US)
                    for i in range(BURST)
                ]
                self.ticks_us += (BURST + 1) * STEP_US
                await self.notify(bytes((1, 8 * BURST)) + b"".join(rows))

        self.air.run(play())

    def lose(self) -> None:
        """Break the connection, as a sensor does whose battery is empty."""
        assert self.connection is not None
        self.air.run(self.connection.disconnect())
        self.started.clear()

    def come_back(self) -> None:
        self.air.run(self.advertise())


def radio_of(air: Air) -> Radio:
    """Return bleak's scanner and client over the virtual radio."""

    class Scanner(BaseBleakScanner):
        def __init__(self, callback: Any, service_uuids: Any, mode: str, **kwargs: Any) -> None:
            super().__init__(callback, service_uuids)

        async def start(self) -> None:
            self._loop = asyncio.get_running_loop()
            air.central.on("advertisement", self._hear)
            await air.there(air.central.start_scanning())

        async def stop(self) -> None:
            air.central.remove_listener("advertisement", self._hear)
            await air.there(air.central.stop_scanning())

        def _hear(self, advertisement: Any) -> None:
            name = advertisement.data.get(AdvertisingData.COMPLETE_LOCAL_NAME)
            address = advertisement.address.to_string(False)
            said = AdvertisementData(name, {}, {}, [], None, -60, ())
            self._loop.call_soon_threadsafe(self._report, address, name, said)

        def _report(self, address: str, name: str | None, said: AdvertisementData) -> None:
            device = self.create_or_update_device(address, address, name, None, said)
            self.call_detection_callbacks(device, said)

    class Client(BaseBleakClient):
        _connection: Connection | None = None

        @property
        def mtu_size(self) -> int:
            return MTU

        @property
        def is_connected(self) -> bool:
            return self._connection is not None

        async def connect(self, pair: bool, **kwargs: Any) -> None:
            self._loop = asyncio.get_running_loop()
            self.services = await air.there(self._connect())

        async def _connect(self) -> BleakGATTServiceCollection:
            self._connection = await air.central.connect(Address(self.address))
            self._connection.on("disconnection", self._lost)
            peer = Peer(self._connection)
            await peer.request_mtu(MTU)
            found = BleakGATTServiceCollection()
            for service in await peer.discover_services([UUID(SERVICE)]):
                added = BleakGATTService(service, service.handle, str(service.uuid).lower())
                found.add_service(added)
                for proxy in await peer.discover_characteristics(service=service):
                    names = ["notify"] if str(proxy.uuid).lower() == NOTIFY else ["write"]
                    uuid = str(proxy.uuid).lower()
                    found.add_characteristic(
                        BleakGATTCharacteristic(proxy, proxy.handle, uuid, names, lambda: MTU - 3, added)
                    )
            return found

        def _lost(self, reason: int) -> None:
            self._connection = None
            if self._disconnected_callback is not None:
                self._loop.call_soon_threadsafe(self._disconnected_callback)

        async def disconnect(self) -> None:
            if self._connection is not None:
                await air.there(self._connection.disconnect())

        async def start_notify(self, characteristic: Any, callback: Any, **kwargs: Any) -> None:
            def pass_on(value: bytes) -> None:
                self._loop.call_soon_threadsafe(callback, bytearray(value))

            await air.there(characteristic.obj.subscribe(pass_on))

        async def stop_notify(self, characteristic: Any) -> None:
            await air.there(characteristic.obj.unsubscribe())

        async def write_gatt_char(self, characteristic: Any, data: Any, response: bool) -> None:
            if self._connection is None:
                raise BleakError("not connected")
            await air.there(characteristic.obj.write_value(bytes(data), with_response=response))

        async def pair(self, *args: Any) -> None: ...
        async def unpair(self) -> None: ...
        async def read_gatt_char(self, *args: Any, **kwargs: Any) -> bytearray:
            raise BleakError("a Progressor has nothing to read")

        read_gatt_descriptor = write_gatt_descriptor = read_gatt_char

    return Radio(Scanner, Client)


class Bluetooth:
    """What a test needs of the virtual radio."""

    def __init__(self) -> None:
        self.air = Air()
        self.radio = radio_of(self.air)

    def sensor(self, name: str = "Progressor_1234", address: str = "C1:C2:C3:C4:C5:C6") -> Progressor:
        """Switch a sensor on."""
        return Progressor(self.air, name, address)
