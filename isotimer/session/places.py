"""Where things are on this computer: the database, device files, the log."""

import os
from dataclasses import dataclass, field
from pathlib import Path

import platformdirs

import isotimer
from isotimer.link.shipped import shipped_folder


@dataclass(frozen=True, slots=True)
class Places:
    """Folders and files that isotimer uses."""

    database: Path
    device_folders: tuple[Path, ...]
    """The user's own device files first, then the shipped ones."""
    log_file: Path
    settings_file: Path | None = None
    """None for settings that are not kept."""
    position_folders: tuple[Path, ...] = ()
    """Where the user's own positions are."""
    plan_folders: tuple[Path, ...] = field(default_factory=lambda: (shipped_plans(),))
    """The user's own plans first, then the shipped ones."""
    exports: Path | None = None
    """Where reports go; beside the database if None."""

    @property
    def export_folder(self) -> Path:
        """Where reports go that no folder was named for."""
        return self.exports or self.database.parent / "reports"

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
            settings_file=config / "settings.toml",
            position_folders=(config / "positions",),
            plan_folders=(config / "plans", shipped_plans()),
            exports=None if chosen else Path(platformdirs.user_documents_dir()) / "isotimer",
        )


def shipped_plans() -> Path:
    """Return the folder of plans that come with isotimer."""
    return Path(isotimer.__file__).parent / "plans"
