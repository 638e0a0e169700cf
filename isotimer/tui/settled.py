"""The part of the app that follows the settings: theme, keys, calm, volume."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from textual.app import App
from textual.binding import Binding
from textual.events import DescendantFocus, Event, Paste
from textual.scrollbar import ScrollBar, ScrollBarRender
from textual.widgets import Input

from isotimer.core.errors import IsotimerError
from isotimer.core.text import printable
from isotimer.tui.glyphs import choose_glyphs
from isotimer.tui.keys import keymap, keys_said
from isotimer.tui.themes import DARK, LIGHT, VARIABLES

if TYPE_CHECKING:
    from isotimer.session.station import Station

_MOST_PASTED = 10_000
"""Characters; no field takes more."""


class PlainBars(ScrollBarRender):
    """Scroll bars of whole cells, for a terminal without fractions of blocks."""

    VERTICAL_BARS: ClassVar[list[str]] = [" "] * 8
    HORIZONTAL_BARS: ClassVar[list[str]] = [" "] * 8
    BLANK_GLYPH: ClassVar[str] = " "


class SettledApp(App[None]):
    """An app on a station whose settings count at once.

    Args:
        station: The station.
        environ: The environment, for the choice of signs.
    """

    def __init__(self, station: "Station", environ: Mapping[str, str]) -> None:
        super().__init__()
        self.station = station
        self.glyphs = choose_glyphs(environ, station.settings.signs)
        self._usual_animation = self.animation_level
        # Textual knows one way to draw bars for all of a process.
        ScrollBar.renderer = ScrollBarRender if self.glyphs.braille else PlainBars
        self.set_class(not self.glyphs.braille, "-plain")
        self.register_theme(DARK)
        self.register_theme(LIGHT)

    def get_key_display(self, binding: Binding) -> str:
        """Return a key as it is shown; by its name where a terminal has no sign for it."""
        return super().get_key_display(binding) if self.glyphs.braille else keys_said(binding.key)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Give every theme the colours that the style sheet names."""
        return dict(VARIABLES)

    def change_settings(self, **changes: object) -> None:
        """Change settings, let them count, and say why if they cannot be kept."""
        try:
            self.station.change_settings(**changes)
        except IsotimerError as error:
            self.notify(error.sentence, severity="error", markup=False)
        self.show_settings()

    def show_settings(self) -> None:
        """Let the settings that concern the whole app count."""
        settings = self.station.settings
        self.set_keymap(keymap(settings.keys))
        self.animation_level = "none" if settings.reduced_motion else self._usual_animation
        self.set_class(settings.reduced_motion or not settings.flash, "-calm")
        self.theme = settings.theme if settings.theme in self.available_themes else DARK.name

    def watch_theme(self, theme: str) -> None:
        """Keep the theme that was chosen, wherever that was done."""
        unknown = self.station.settings.theme not in self.available_themes
        if self.is_running and theme != self.station.settings.theme and not (unknown and theme == DARK.name):
            self.change_settings(theme=theme)

    async def on_event(self, event: Event) -> None:
        """Take an event; what is pasted comes without anything that a terminal would act on."""
        if isinstance(event, Paste):
            lines = event.text[:_MOST_PASTED].splitlines()
            event.text = "\n".join(printable(line, 6 * _MOST_PASTED) for line in lines)
        await super().on_event(event)

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Let no cursor blink where that is not wanted."""
        if isinstance(event.widget, Input):
            event.widget.cursor_blink = not self.station.settings.reduced_motion

    def action_theme(self) -> None:
        """Change between light and dark."""
        self.theme = LIGHT.name if self.current_theme.dark else DARK.name

    def action_volume(self, by: int) -> None:
        """Turn the sound up or down by a tenth; this ends a silence too."""
        volume = min(max(round(10 * self.station.settings.volume) + by, 0), 10) / 10
        self.change_settings(volume=volume, mute=False)
        self.notify(f"Volume {volume * 100:.0f} %", markup=False, timeout=2)

    def action_mute(self) -> None:
        """Silence the sound, or let it be heard again."""
        mute = not self.station.settings.mute
        self.change_settings(mute=mute)
        self.notify("Sound is off." if mute else "Sound is on.", markup=False, timeout=2)

    def action_force_sound(self) -> None:
        """Let tension be heard, or not."""
        force = not self.station.settings.force_sound
        self.change_settings(force_sound=force)
        self.notify(f"Sound of the force: {'on' if force else 'off'}.", markup=False, timeout=2)
