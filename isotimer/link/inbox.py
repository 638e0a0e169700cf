"""What a line must be able to do, and the queue in which its bytes wait."""

from queue import Empty, SimpleQueue
from typing import Protocol

from isotimer.core.errors import LinkError

Chunk = tuple[bytes, int]
"""Raw bytes and the host's monotonic time in ns at which they were read."""

_LARGEST = 16384


class Line(Protocol):
    """An open line to a sensor, whatever carries it."""

    @property
    def port(self) -> str:
        """The name under which exactly this device can be reached again."""
        ...

    @property
    def joined(self) -> bool:
        """Whether its first byte is known to begin a frame."""
        ...

    def take(self, timeout_s: float) -> Chunk | None:
        """Return the next chunk, or None if none came within the time.

        Raises:
            LinkError: If the line has failed.
        """
        ...

    def write(self, data: bytes) -> None:
        """Send bytes to the device.

        Raises:
            LinkError: If the line has failed.
        """
        ...

    def close(self) -> None:
        """Close the line; safe to call twice, and after a failure."""
        ...


class Inbox:
    """Chunks in the order they came; a failure is the last item and stays."""

    def __init__(self) -> None:
        self._queue: SimpleQueue[Chunk | LinkError] = SimpleQueue()

    def put(self, item: Chunk | LinkError) -> None:
        """Add a chunk, or the failure that ended the line."""
        self._queue.put(item)

    def take(self, timeout_s: float) -> Chunk | None:
        """Return the next chunk, or None if none came within the time.

        Raises:
            LinkError: If the line has failed.
        """
        try:
            item = self._queue.get(timeout=max(timeout_s, 0.0)) if timeout_s > 0 else self._queue.get_nowait()
        except Empty:
            return None
        if isinstance(item, LinkError):
            self._queue.put(item)
            raise item
        return self._with_backlog(item)

    def _with_backlog(self, first: Chunk) -> Chunk:
        """Join what piled up behind a chunk; the stamp is that of its newest bytes."""
        if self._queue.empty():
            return first
        parts, size, arrival_ns = [first[0]], len(first[0]), first[1]
        while size < _LARGEST:
            try:
                item = self._queue.get_nowait()
            except Empty:
                break
            if isinstance(item, LinkError):
                self._queue.put(item)
                break
            parts.append(item[0])
            size += len(item[0])
            arrival_ns = item[1]
        return b"".join(parts), arrival_ns
