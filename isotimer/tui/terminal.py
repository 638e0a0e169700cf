"""Keeping the screen whole while C libraries write to the terminal."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def stderr_to(log: Path) -> Iterator[None]:
    """Send what is written straight to file descriptor 2 into a log while the app has the terminal.

    Textual draws on ``sys.__stderr__``; sound libraries print "underrun" to descriptor 2, which is the
    same terminal, and tear the picture. So the descriptor is pointed at the log and Textual gets a
    duplicate of the terminal. Everything is put back at the end.

    Args:
        log: The file that is appended to; made if needed.

    Raises:
        OSError: If the log cannot be opened.
    """
    before = sys.__stderr__
    if before is None:
        yield
        return
    with log.open("ab", buffering=0) as sink:
        before.flush()
        saved = os.dup(2)
        terminal = os.fdopen(os.dup(saved), "w", encoding=before.encoding, errors=before.errors)
        os.dup2(sink.fileno(), 2)
        vars(sys)["__stderr__"] = terminal
        try:
            yield
        finally:
            vars(sys)["__stderr__"] = before
            before.flush()
            os.dup2(saved, 2)
            os.close(saved)
            # A terminal that was closed takes no more text; that must not hide how the app ended.
            with suppress(OSError):
                terminal.close()
