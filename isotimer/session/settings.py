"""The settings file: read at the start, written when something is changed."""

import logging
from pathlib import Path
from typing import Any

from isotimer.core.errors import DataError, WrongUseError
from isotimer.core.settings import ReadSettings, Settings, changed, read_settings, settings_text
from isotimer.core.text import printable
from isotimer.session.own_file import write_own

logger = logging.getLogger(__name__)

_LARGEST = 1_000_000
_ADVICE = "correct or remove it"


class SettingsFile:
    """The settings of this user.

    A file that cannot be understood stops nothing: it is spoken of once, defaults are used, and it is
    left as it is.

    Args:
        path: Where they are kept; None for settings that last as long as this object.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.settings = Settings()
        """What is set now."""
        read = self._read()
        self.settings = read.settings
        self.sentences = tuple(printable(s) for s in (*read.problems, *read.remarks))
        """What is wrong with the file, to be said once."""

    def change(self, **changes: Any) -> None:
        """Change settings by name and keep them; what another isotimer has changed meanwhile stays.

        Raises:
            WrongUseError: If a value is not allowed; nothing is changed.
            DataError: If the change cannot be kept; it lasts as long as this object.
        """
        try:
            self.settings = changed(self.settings, **changes)
        except ValueError as e:
            raise WrongUseError("that setting is not allowed", str(e)) from e
        if self.path is None:
            return
        read = self._read()
        if read.problems:
            raise DataError("the change is not kept", read.problems[0].rstrip("."), f"{_ADVICE}: {self.path}")
        try:
            write_own(self.path, settings_text(changed(read.settings, **changes)))
        except OSError as e:
            raise DataError(
                f"the change is not kept: cannot write {self.path}", e.strerror or str(e), "check the folder"
            ) from e

    def _read(self) -> ReadSettings:
        if self.path is None:
            return ReadSettings(self.settings)
        try:
            if self.path.stat().st_size > _LARGEST:
                return ReadSettings(Settings(), (f"{self.path} is too large for settings; {_ADVICE}.",))
            text = self.path.read_text("utf-8")
        except FileNotFoundError:
            return ReadSettings(Settings())
        except (OSError, UnicodeDecodeError) as e:
            why = "it is not UTF-8 text" if isinstance(e, UnicodeDecodeError) else e.strerror or str(e)
            words = printable(f"{self.path} cannot be read: {why}; the defaults are used.")
            return ReadSettings(Settings(), (words,))
        read = read_settings(text, str(self.path))
        if read.problems:
            logger.warning("settings: %s", " ".join(map(printable, read.problems)))
        return read
