"""What all screens share: the station they draw and the signs they draw with."""

from typing import TYPE_CHECKING

from textual.screen import Screen

from isotimer.core.text import printable
from isotimer.tui.glyphs import Glyphs

if TYPE_CHECKING:
    from isotimer.session.station import Station


class StationScreen(Screen[None]):
    """A screen on a station.

    It pulls what it draws from the station and asks the app for other screens by message; screens
    do not know each other.
    """

    NAME = ""
    """Name of the screen in ACTIONS and in the app's table."""

    def __init__(self, station: "Station", glyphs: Glyphs) -> None:
        super().__init__()
        self.station = station
        self.glyphs = glyphs

    def tell(self, sentence: str, *, trouble: bool = False) -> None:
        """Show a sentence for a few seconds; it is never read as markup."""
        self.notify(printable(sentence), severity="error" if trouble else "information", markup=False)
