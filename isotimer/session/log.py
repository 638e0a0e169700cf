"""The log file: what goes wrong behind the screen."""

import logging
import os
import tempfile
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path

_BYTES = 1_000_000


class _PrivateFile(RotatingFileHandler):
    """A log that its owner alone can read: names and paths stand in it."""

    def _open(self) -> TextIOWrapper:
        os.close(os.open(self.baseFilename, os.O_CREAT | os.O_WRONLY, 0o600))
        return super()._open()


def start_log(path: Path) -> Path:
    """Write warnings and errors of all threads to a log file from now on, never to the terminal.

    Args:
        path: Where; its folder is made. If that is not possible a temporary file is used.

    Returns:
        Where the log is.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handler = _PrivateFile(path, maxBytes=_BYTES, backupCount=1, encoding="utf-8")
    except OSError:
        path = Path(tempfile.mkdtemp(prefix="isotimer-")) / path.name
        handler = _PrivateFile(path, maxBytes=_BYTES, backupCount=1, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    return path
