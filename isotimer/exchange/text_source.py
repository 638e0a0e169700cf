"""A text file read once, forwards, in blocks of whole lines, whatever its encoding and line ends."""

import codecs
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from isotimer.core.errors import DataError

HEAD_BYTES = 1 << 16
"""So much is read to learn how the file is built."""
BLOCK_BYTES = 1 << 20
LONGEST_LINE = 1 << 22
"""A longer line is no row of a table."""

_NOT_TEXT = (
    (b"PK\x03\x04", "it is a spreadsheet or an archive", "save it as CSV"),
    (b"\x1f\x8b", "it is compressed", "unpack it first"),
    (b"SQLite format 3\x00", "it is a database", "export traces from it with 'isotimer export'"),
)


@dataclass(slots=True)
class TextBlock:
    """Some whole lines."""

    first_line: int
    """Number of its first line, from 1."""
    text: str
    """The lines, each with its line end."""
    cut: bool = False
    """Whether the file ended without a line end, so that the last line may be cut off."""


class TextSource:
    """A file open for reading.

    Args:
        name: What to call it in messages.
        file: The open file; it need not be seekable.

    Raises:
        DataError: If it is empty or not text.
    """

    def __init__(self, name: str, file: BinaryIO) -> None:
        self.name = name
        self._file = file
        start = file.read(HEAD_BYTES)
        if not start.strip():
            raise DataError(f"cannot read {name}", "it is empty")
        decoder = codecs.getincrementaldecoder(_encoding(name, start))("replace")
        self._decoder = io.IncrementalNewlineDecoder(decoder, translate=True)
        self._rest = self._decoder.decode(start)
        self._ended = len(start) < HEAD_BYTES
        if self._ended:
            self._rest += self._decoder.decode(b"", final=True)
        self.head: list[str] = self._rest.split("\n")
        """The first lines; the last one may be incomplete unless it is all there is."""
        if not self._ended:
            self.head.pop()

    def blocks(self) -> Iterator[TextBlock]:
        """Yield the whole file, from its first line, in blocks of about ``BLOCK_BYTES``.

        Raises:
            DataError: If it cannot be read on, or a line does not end.
        """
        line = 1
        while True:
            cut = self._rest.rfind("\n") + 1
            if cut:
                text, self._rest = self._rest[:cut], self._rest[cut:]
                yield TextBlock(line, text)
                line += text.count("\n")
            if self._ended:
                break
            if len(self._rest) > LONGEST_LINE:
                raise DataError(f"cannot read {self.name}", f"line {line} does not end: this is no table")
            try:
                data = self._file.read(BLOCK_BYTES)
            except OSError as e:
                raise DataError(f"cannot read {self.name}", _reason(e)) from e
            self._ended = not data
            self._rest += self._decoder.decode(data, final=self._ended)
        if self._rest.strip():
            yield TextBlock(line, self._rest + "\n", cut=True)


@contextmanager
def open_text(path: Path) -> Iterator[TextSource]:
    """Open a text file.

    Raises:
        DataError: If it cannot be opened, is empty or is not text.
    """
    try:
        file = path.open("rb")
    except (OSError, ValueError) as e:
        why = _reason(e) if isinstance(e, OSError) else "that is no file name"
        raise DataError(f"cannot read {path}", why, "check the name and the file's permissions") from None
    with file:
        try:
            source = TextSource(str(path), file)
        except OSError as e:
            raise DataError(f"cannot read {path}", _reason(e)) from e
        yield source


def _encoding(name: str, start: bytes) -> str:
    """Return the encoding of a file by its first bytes; UTF-8, else what Windows writes in the West."""
    for mark, why, advice in _NOT_TEXT:
        if start.startswith(mark):
            raise DataError(f"cannot read {name}", why, advice)
    if start.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if b"\0" in start:
        raise DataError(f"cannot read {name}", "it is not text", "save it as CSV in UTF-8")
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
