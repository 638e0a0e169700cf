"""The newest tension, told at once by the thread that acquires: no screen has to wait for its tick."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from isotimer.core.block import Block

Watcher = Callable[[float], None]
"""Takes the newest tension in the unit of the line; it is called for every block and must be quick."""


class Glance:
    """Tells watchers of the newest sample of each block. ``block`` belongs to the line's thread."""

    def __init__(self) -> None:
        self._watchers: tuple[Watcher, ...] = ()

    def watch(self, watcher: Watcher) -> Callable[[], None]:
        """Tell somebody from now on; the returned function ends it and may be called twice."""
        self._watchers = (*self._watchers, watcher)

        def end() -> None:
            self._watchers = tuple(w for w in self._watchers if w is not watcher)

        return end

    def block(self, block: Block) -> None:
        """Take samples as they come."""
        if self._watchers and len(block):
            newest = float(block.total_n[-1])
            for watcher in self._watchers:
                watcher(newest)
