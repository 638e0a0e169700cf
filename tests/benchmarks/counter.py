"""A number that one process counts up and another reads, in shared memory: a file written for each frame
would wait for the disk, and be measured as if the app had."""

import mmap
import struct
from pathlib import Path

_NUMBER = struct.Struct("=q")


class Counter:
    """A count in a file that both sides have mapped; it begins at zero.

    Args:
        file: The file; made if it is not there.
    """

    def __init__(self, file: str | Path) -> None:
        path = Path(file)
        if not path.exists():
            path.write_bytes(_NUMBER.pack(0))
        with path.open("r+b") as opened:
            self._memory = mmap.mmap(opened.fileno(), _NUMBER.size)

    def add(self) -> None:
        """Count one more."""
        _NUMBER.pack_into(self._memory, 0, self.value + 1)

    @property
    def value(self) -> int:
        """How many were counted so far."""
        count: int = _NUMBER.unpack_from(self._memory, 0)[0]
        return count
