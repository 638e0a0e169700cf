"""A sensor is remembered once samples have come from it: a wrong choice of device leaves no trace."""

import logging
import threading
from pathlib import Path

from isotimer.core.errors import IsotimerError
from isotimer.core.profile import Profile
from isotimer.link.ports import PortInfo
from isotimer.session.equipment import remember

logger = logging.getLogger(__name__)


class Memory:
    """Takes note of one sensor in an existing database, behind the line's back, once.

    Args:
        database: Where; one that does not exist is not made for this.
        port: Where the sensor is.
        profile: Its device file.
        about: What the system knows about its port.
    """

    def __init__(self, database: Path, port: str, profile: Profile, about: PortInfo | None) -> None:
        self._facts = (database, port, profile, about)
        self._done = False

    def line(self, alive: bool) -> None:
        """Learn that samples flow, or that they have stopped."""
        if alive and not self._done:
            self._done = True
            threading.Thread(target=self._remember, name="memory", daemon=True).start()

    def _remember(self) -> None:
        database, port, profile, about = self._facts
        try:
            if database.exists():
                remember(database, port, profile, about)
        except IsotimerError as e:
            logger.warning("the sensor is not remembered: %s", e.sentence)
