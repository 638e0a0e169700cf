"""Raw bytes of a line with their arrival times in a file: ``monitor`` writes it, ``simulate`` plays it.

The first line is a JSON object: ``isotimer_recording`` (the version, 1), ``device`` and ``port``. Each
further line is one chunk as it was read: its arrival in ns after the first one, a blank, its bytes in
hexadecimal.
"""

import json
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from isotimer.core.errors import DataError
from isotimer.link.endpoint import Endpoint
from isotimer.link.played import write_whole

_VERSION = 1
_KEY = "isotimer_recording"
_BOOT_S = 0.1
"""From opening to the first byte: pyserial throws away what comes while it opens a port."""
_WAIT_S = 0.02


@dataclass(frozen=True, slots=True)
class Recording:
    """What came from a line."""

    device: str
    """Id of the device file it was read with."""
    chunks: tuple[tuple[int, bytes], ...]
    """(arrival in ns after the first chunk, bytes)."""


class LineRecorder:
    """Writes chunks to a file as they come; use it in a ``with``.

    A disk that fails ends the recording but not the reading: see ``trouble``.

    Raises:
        DataError: If the file cannot be made.
    """

    def __init__(self, path: Path, device: str, port: str) -> None:
        self.trouble: DataError | None = None
        """Why the recording ended early; None if it did not."""
        self._path = path
        self._first_ns: int | None = None
        try:
            self._file = path.open("w", encoding="ascii")
        except OSError as e:
            raise self._cannot(e) from None
        self._put(json.dumps({_KEY: _VERSION, "device": device, "port": port}))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._file.close()
        except OSError as e:
            self.trouble = self.trouble or self._cannot(e)

    def take(self, data: bytes, arrival_ns: int) -> None:
        """Keep one chunk."""
        if self._first_ns is None:
            self._first_ns = arrival_ns
        self._put(f"{arrival_ns - self._first_ns} {data.hex()}")

    def _put(self, line: str) -> None:
        if self.trouble is not None:
            return
        try:
            self._file.write(line + "\n")
        except OSError as e:
            self.trouble = self._cannot(e)

    def _cannot(self, error: OSError) -> DataError:
        return DataError(f"cannot write {self._path}", error.strerror or "", "choose another place")


def is_recording(path: Path) -> bool:
    """Return whether a file begins as a recording does; False if it cannot be read."""
    try:
        with path.open("rb") as file:
            return _KEY.encode() in file.readline(200)
    except OSError:
        return False


def read_recording(path: Path) -> Recording:
    """Return the recording in a file.

    Raises:
        DataError: If it cannot be read or is none; the message names the line.
    """
    try:
        head, *lines = path.read_text("ascii").splitlines() or [""]
    except OSError as e:
        raise DataError(f"cannot read {path}", e.strerror or "", "check the path") from None
    except UnicodeDecodeError:
        raise _damaged(path, 1) from None
    try:
        about = json.loads(head)
        known = about[_KEY] == _VERSION
        device = str(about["device"])
    except (ValueError, TypeError, KeyError, RecursionError):
        raise _damaged(path, 1) from None
    if not known:
        raise DataError(f"cannot play {path}", "a newer isotimer made it", "use that one")
    chunks: list[tuple[int, bytes]] = []
    for number, line in enumerate(lines, 2):
        at, _, text = line.partition(" ")
        try:
            chunk = int(at), bytes.fromhex(text)
        except ValueError:
            raise _damaged(path, number) from None
        if chunk[0] < (chunks[-1][0] if chunks else 0):
            raise _damaged(path, number)
        chunks.append(chunk)
    if not chunks:
        raise DataError(f"cannot play {path}", "nothing was recorded", "record again")
    return Recording(device, tuple(chunks))


def _damaged(path: Path, line: int) -> DataError:
    return DataError(f"cannot play {path}", f"line {line} is damaged", "record again, or cut that line off")


class Player:
    """Plays a recording to each client that opens the line, from its start, once.

    Args:
        recording: What to play.
        endpoint: Where it can be reached.
        port_file: Where to write the address, while it plays.
    """

    def __init__(self, recording: Recording, endpoint: Endpoint, port_file: Path | None = None) -> None:
        self._chunks = recording.chunks
        self._endpoint = endpoint
        self._port_file = port_file
        self._stopping = threading.Event()
        if port_file is not None:
            write_whole(port_file, endpoint.address + "\n")

    @property
    def address(self) -> str:
        """What a client opens."""
        return self._endpoint.address

    def stop(self) -> None:
        """End ``run``, from any thread or a signal handler."""
        self._stopping.set()

    def run(self) -> None:
        """Play until ``stop`` is called; what the client says is not heard."""
        client, start_s, number = 0, 0.0, len(self._chunks)
        try:
            while not self._stopping.is_set():
                left_s = start_s + self._at_s(number) - time.monotonic()
                self._endpoint.wait(max(min(left_s, _WAIT_S), 0.0))
                self._endpoint.receive()
                now = self._endpoint.client()
                if now != client:
                    client, start_s = now, time.monotonic() + _BOOT_S
                    number = 0 if now else len(self._chunks)
                while number < len(self._chunks) and time.monotonic() >= start_s + self._at_s(number):
                    self._endpoint.send(self._chunks[number][1])
                    number += 1
        finally:
            if self._port_file is not None:
                self._port_file.unlink(missing_ok=True)
            self._endpoint.hang_up()

    def _at_s(self, number: int) -> float:
        return self._chunks[number][0] * 1e-9 if number < len(self._chunks) else float("inf")
