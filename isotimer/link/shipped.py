"""Where the device files are that come with isotimer."""

from pathlib import Path

import isotimer


def shipped_folder() -> Path:
    """Return the folder of device files that come with isotimer (in the package, or in the checkout)."""
    package = Path(isotimer.__file__).parent
    inside = package / "devices"
    return inside if inside.is_dir() else package.parent / "devices"
