"""Files of the user: read within bounds, written whole or not at all."""

import os
import tempfile
from pathlib import Path

from isotimer.core.errors import DataError


def read_own(path: Path, kind: str, most_bytes: int, advice: str) -> str:
    """Return the text of a file of the user.

    Args:
        path: The file.
        kind: What it is, for the sentence: "plan file".
        most_bytes: A larger file is not read.
        advice: What to do where it cannot be read.

    Raises:
        DataError: If it is too large, cannot be read or is no text.
    """
    try:
        if path.stat().st_size > most_bytes:
            raise DataError(f"{kind} {path}", "it is too large to be one", "check the path")
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as e:
        why = e.strerror if isinstance(e, OSError) and e.strerror else "it is not UTF-8 text"
        raise DataError(f"cannot read {kind} {path}", why, advice) from None


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
