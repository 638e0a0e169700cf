"""The log file: what goes wrong behind the screen."""

import logging
import tempfile
from logging.handlers import RotatingFileHandler
from pathlib import Path

_BYTES = 1_000_000


def start_log(path: Path) -> Path:
    """Write warnings and errors of all threads to a log file from now on, never to the terminal.

    Args:
        path: Where; its folder is made. If that is not possible a temporary file is used.

    Returns:
        Where the log is.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(path, maxBytes=_BYTES, backupCount=1, encoding="utf-8")
    except OSError:
        path = Path(tempfile.mkdtemp(prefix="isotimer-")) / path.name
        handler = RotatingFileHandler(path, maxBytes=_BYTES, backupCount=1, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    return path
