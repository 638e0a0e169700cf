"""The far end of a serial line: where a simulated device can be reached."""

import contextlib
import os
import select
import socket
import sys
import weakref
from collections import deque
from collections.abc import Callable
from typing import Protocol

from isotimer.core.errors import LinkError, LinkReason, WrongUseError

_READ = 4096
_KEPT_BYTES = 65536
"""Bytes kept for a client that does not read; beyond that the oldest are dropped."""


class Endpoint(Protocol):
    """A place where one client at a time talks to the device. Nothing here ever blocks for long."""

    @property
    def address(self) -> str:
        """What a client opens: a path, or a pyserial URL."""
        ...

    @property
    def dropped(self) -> int:
        """Bytes thrown away because nobody read them."""
        ...

    def wait(self, timeout_s: float) -> None:
        """Wait until the client sends something, or the time is over."""
        ...

    def client(self) -> int:
        """Return the number of the client that has the line open, 0 for none; each has its own."""
        ...

    def receive(self) -> bytes:
        """Return what the client has sent since; empty if nothing."""
        ...

    def send(self, data: bytes) -> None:
        """Send bytes, or keep them until the client reads."""
        ...

    def hang_up(self) -> None:
        """Break the line, as an unplugged cable does."""
        ...

    def reopen(self) -> None:
        """Be there again after ``hang_up``; the address may have changed."""
        ...


class _Outbox:
    """Bytes on their way out; the oldest whole pieces are dropped when too many wait."""

    def __init__(self) -> None:
        self._pieces: deque[bytes] = deque()
        self._size = 0
        self._begun = False
        self.dropped = 0

    def add(self, data: bytes) -> None:
        self._pieces.append(data)
        self._size += len(data)
        while self._size > _KEPT_BYTES and len(self._pieces) > 1 + self._begun:
            # a piece already begun is finished first, so that no frame is cut by the dropping
            index = 1 if self._begun else 0
            old = self._pieces[index]
            del self._pieces[index]
            self._size -= len(old)
            self.dropped += len(old)

    def clear(self) -> None:
        self.dropped += self._size
        self._pieces.clear()
        self._size = 0
        self._begun = False

    def head(self) -> bytes:
        """Return the oldest bytes, empty if there are none."""
        while len(self._pieces) > 1 and not self._begun and len(self._pieces[0]) < _READ:
            first = self._pieces.popleft()
            self._pieces[0] = first + self._pieces[0]
        return self._pieces[0] if self._pieces else b""

    def sent(self, count: int) -> None:
        """Take off the bytes that are gone."""
        head = self._pieces.popleft()
        self._size -= count
        self._begun = count < len(head)
        if self._begun:
            self._pieces.appendleft(head[count:])


class PtyEndpoint:
    """A new pseudo-terminal in raw mode.

    On Linux the device sees when its port is opened and closed (not if both happen within a few
    milliseconds); elsewhere the port counts as open all the time.

    Raises:
        LinkError: If the system gives no pseudo-terminal.
        WrongUseError: On a system that has none.
    """

    def __init__(self) -> None:
        if sys.platform == "win32":
            raise WrongUseError("this system has no pseudo-terminals", "", "use --tcp 127.0.0.1:0")
        self._outbox = _Outbox()
        self._master = -1
        self._slave = -1
        self._clients = 0
        self._was_open = False
        self._release: Callable[[], object] = lambda: None
        self.address = ""
        self.reopen()

    @property
    def dropped(self) -> int:
        """Bytes thrown away because nobody read them."""
        return self._outbox.dropped

    def reopen(self) -> None:
        """Make a new pseudo-terminal."""
        import tty

        self._release()
        try:
            self._master, self._slave = os.openpty()
        except OSError as e:
            raise LinkError(LinkReason.NO_PORT, "no pseudo-terminal can be made", e.strerror or "") from None
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        self.address = os.ttyname(self._slave)
        if sys.platform == "linux":
            # with no slave of our own the master reports a hang-up exactly while no client has it open
            os.close(self._slave)
            self._slave = -1

    def client(self) -> int:
        """Return the number of the client that has the line open, 0 for none."""
        opened = self._is_open()
        if opened and not self._was_open:
            self._clients += 1
        self._was_open = opened
        return self._clients if opened else 0

    def _is_open(self) -> bool:
        if self._master < 0:
            return False
        poll = select.poll()
        poll.register(self._master, select.POLLIN)
        return not any(event & select.POLLHUP for _, event in poll.poll(0))

    def wait(self, timeout_s: float) -> None:
        """Wait until the client sends something, or the time is over."""
        if not self._is_open():
            select.select([], [], [], timeout_s)
            return
        writing = [self._master] if self._outbox.head() else []
        select.select([self._master], writing, [], timeout_s)
        self._flush()

    def receive(self) -> bytes:
        """Return what the client has sent since; empty if nothing."""
        try:
            return os.read(self._master, _READ) if self._master >= 0 else b""
        except OSError:
            return b""

    def send(self, data: bytes) -> None:
        """Send bytes, or keep them until the client reads; thrown away while there is no client."""
        self._outbox.add(data)
        if not self._is_open():
            self._outbox.clear()
        self._flush()

    def hang_up(self) -> None:
        """Close the terminal: the client's reads fail, and the address is nowhere.

        On Linux its number stays taken until ``reopen`` or the end of this object: who tries the old
        address again must not meet another device there.
        """
        if self._master >= 0 and sys.platform == "linux":
            with contextlib.suppress(OSError):
                kept = os.open(self.address, os.O_RDWR | os.O_NOCTTY)
                self._release = weakref.finalize(self, os.close, kept)
        for fd in (self._slave, self._master):
            if fd >= 0:
                os.close(fd)
        self._master = self._slave = -1
        self._outbox.clear()

    def _flush(self) -> None:
        while self._master >= 0 and (head := self._outbox.head()):
            try:
                self._outbox.sent(os.write(self._master, head))
            except OSError:
                return


class TcpEndpoint:
    """A TCP port on which one client at a time is served; a new client replaces the one before.

    Args:
        host: Address to listen on.
        port: Port; any free one if 0.

    Raises:
        LinkError: If the address is not this machine's or the port is taken.
    """

    def __init__(self, host: str, port: int) -> None:
        self._outbox = _Outbox()
        self._host, self._port = host, port
        self._server: socket.socket | None = None
        self._client: socket.socket | None = None
        self._clients = 0
        self.address = ""
        self.reopen()

    @property
    def dropped(self) -> int:
        """Bytes thrown away because nobody read them."""
        return self._outbox.dropped

    def reopen(self) -> None:
        """Listen again, on the same port as before."""
        try:
            server = socket.create_server((self._host, self._port), reuse_port=False)
        except (OSError, OverflowError) as e:
            why = e.strerror if isinstance(e, OSError) and e.strerror else str(e)
            raise LinkError(
                LinkReason.BUSY,
                f"cannot listen on {self._host}:{self._port}",
                why,
                "choose another port, or 0",
            ) from None
        server.setblocking(False)
        self._server = server
        self._port = server.getsockname()[1]
        self.address = f"socket://{self._host}:{self._port}"

    def client(self) -> int:
        """Return the number of the client that is connected, 0 for none."""
        return self._clients if self._client is not None else 0

    def wait(self, timeout_s: float) -> None:
        """Wait until a client comes or sends something, or the time is over."""
        reading = [s for s in (self._server, self._client) if s is not None]
        writing = [self._client] if self._client is not None and self._outbox.head() else []
        ready, _, _ = select.select(reading, writing, [], timeout_s)
        if self._server in ready:
            self._accept()
        self._flush()

    def receive(self) -> bytes:
        """Return what the client has sent since; empty if nothing."""
        if self._client is None:
            return b""
        try:
            data = self._client.recv(_READ)
        except BlockingIOError:
            return b""
        except OSError:
            data = b""
        if not data:
            self._drop_client()
        return data

    def send(self, data: bytes) -> None:
        """Send bytes, or keep them until the client reads; thrown away while there is no client."""
        self._outbox.add(data)
        if self._client is None:
            self._outbox.clear()
        self._flush()

    def hang_up(self) -> None:
        """Close the connection and stop listening."""
        self._drop_client()
        if self._server is not None:
            self._server.close()
            self._server = None

    def _accept(self) -> None:
        with contextlib.suppress(BlockingIOError):
            if self._server is not None:
                client, _ = self._server.accept()
                self._drop_client()
                client.setblocking(False)
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._client = client
                self._clients += 1

    def _drop_client(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None
        self._outbox.clear()

    def _flush(self) -> None:
        while self._client is not None and (head := self._outbox.head()):
            try:
                self._outbox.sent(self._client.send(head))
            except BlockingIOError:
                return
            except OSError:
                self._drop_client()
