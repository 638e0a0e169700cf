"""Files of the user that are written whole or not at all."""

import os
import tempfile
from pathlib import Path


def write_own(path: Path, text: str) -> None:
    """Put a text in the place of a file at once, readable by its owner alone; the folder is made if needed.

    Raises:
        OSError: If it cannot be written; what was there is still there.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    number, name = tempfile.mkstemp(prefix=f".{path.name[:40]}.", dir=path.parent)
    try:
        with os.fdopen(number, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
