"""Where things are on this computer: the database, device files, the log."""

import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from isotimer.link.shipped import shipped_folder


@dataclass(frozen=True, slots=True)
class Places:
    """Folders and files that isotimer uses."""

    database: Path
    device_folders: tuple[Path, ...]
    """The user's own device files first, then the shipped ones."""
    log_file: Path

    @staticmethod
    def find(database: str | None = None) -> "Places":
        """Return the places of this user.

        Args:
            database: A database chosen on the command line; else ``$ISOTIMER_DB``, else
                ``sessions.db`` in the user's data folder.
        """
        chosen = database or os.environ.get("ISOTIMER_DB")
        data = Path(platformdirs.user_data_dir("isotimer", appauthor=False))
        config = Path(platformdirs.user_config_dir("isotimer", appauthor=False))
        log = Path(platformdirs.user_log_dir("isotimer", appauthor=False))
        return Places(
            database=Path(chosen).expanduser() if chosen else data / "sessions.db",
            device_folders=(config / "devices", shipped_folder()),
            log_file=log / "isotimer.log",
        )
