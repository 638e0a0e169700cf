"""Where a database lies in a round, so that its disk can be filled, locked or cut off under it."""

import os
import shutil
import subprocess
from pathlib import Path

ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


def _do(*words: str | Path) -> None:
    subprocess.run([str(w) for w in words], check=True, capture_output=True, text=True)


def mounts_work(folder: Path) -> bool:
    """Return whether small disks can be mounted here: it takes root and a system that lets it."""
    if not ROOT or not shutil.which("mkfs.ext4"):
        return False
    place = folder / "probe"
    place.mkdir()
    try:
        with Image(place) as disk:
            return disk.path.is_dir()
    except (OSError, subprocess.CalledProcessError):
        return False


class Plain:
    """An ordinary folder."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "data"

    def __enter__(self) -> "Plain":
        self.path.mkdir()
        return self

    def __exit__(self, *_: object) -> None:
        pass


class Small(Plain):
    """A disk in memory that can be filled to the last byte and emptied again."""

    SIZE_MB = 24

    def __enter__(self) -> "Small":
        super().__enter__()
        _do("mount", "-t", "tmpfs", "-o", f"size={self.SIZE_MB}m", "none", self.path)
        return self

    def __exit__(self, *_: object) -> None:
        _do("umount", "-l", self.path)

    def fill(self) -> None:
        """Leave no room."""
        with (self.path / "ballast").open("wb", buffering=0) as file:
            for size in (1 << 20, 4096):
                try:
                    while True:
                        file.write(b"\0" * size)
                except OSError:
                    continue

    def free(self) -> None:
        """Make room again."""
        (self.path / "ballast").unlink()


class ReadOnly(Plain):
    """A folder that can be made unwritable, for root too."""

    def lock(self) -> None:
        """Let nobody write."""
        if ROOT:
            _do("mount", "--bind", self.path, self.path)
            _do("mount", "-o", "remount,bind,ro", self.path)
        else:
            for file in self.path.iterdir():
                file.chmod(0o400)
            self.path.chmod(0o500)

    def unlock(self) -> None:
        """Let it be written again."""
        if ROOT:
            _do("umount", "-l", self.path)
        else:
            self.path.chmod(0o700)
            for file in self.path.iterdir():
                file.chmod(0o600)


class Image(Plain):
    """A disk of its own in a file: the file holds only what has truly reached that disk."""

    SIZE_MB = 24

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.image = folder / "disk.img"

    def __enter__(self) -> "Image":
        super().__enter__()
        with self.image.open("wb") as file:
            file.truncate(self.SIZE_MB << 20)
        _do("mkfs.ext4", "-q", "-F", "-J", "size=4", "-E", "lazy_itable_init=0,nodiscard", self.image)
        _do("mount", "-o", "loop,commit=60", self.image, self.path)
        return self

    def __exit__(self, *_: object) -> None:
        _do("umount", "-l", self.path)

    def after_power_cut(self, folder: Path) -> Path:
        """Return a folder with what the disk would show after the power went now."""
        cut, place = folder / "cut.img", folder / "cut"
        shutil.copyfile(self.image, cut)
        place.mkdir()
        _do("mount", "-o", "loop", cut, place)
        out = folder / "after"
        try:
            shutil.copytree(place, out, ignore=shutil.ignore_patterns("lost+found"))
        finally:
            _do("umount", "-l", place)
        return out
