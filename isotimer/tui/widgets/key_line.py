"""The keys that do something now, on the last line of a screen."""

from dataclasses import dataclass
from itertools import accumulate
from typing import ClassVar

from textual.content import Content
from textual.events import MouseDown, MouseMove
from textual.geometry import Size
from textual.screen import Screen
from textual.widget import Widget


@dataclass(frozen=True, slots=True)
class ShownKey:
    """A key of the line."""

    key: str
    """The key in Textual's notation."""
    shown: str
    """The key as a person reads it."""
    label: str
    enabled: bool
    about: str
    """One sentence, told where the mouse rests."""

    @property
    def text(self) -> str:
        """What of it stands on the line."""
        return f" {self.shown} {self.label} "


class KeyLine(Widget, can_focus=False):
    """All keys of a screen as one widget.

    A widget for each key, as Textual's own footer has it, took half of the work of opening a screen, and
    again whenever the focus moved.
    """

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {"key-line--key", "key-line--off"}
    DEFAULT_CSS = """
    KeyLine {
        dock: bottom;
        height: 1;
        width: 100%;
        text-wrap: nowrap;
        text-overflow: clip;
        color: $footer-description-foreground;
        background: $footer-background;
        .key-line--key { color: $footer-key-foreground; text-style: bold; }
        .key-line--off { text-style: dim; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._keys: tuple[ShownKey, ...] = ()

    @property
    def needed_width(self) -> int:
        """The cells that all keys take; what is beyond the width of the line is not seen."""
        return self._content().cell_length

    def on_mount(self) -> None:
        """Follow the keys of the screen."""
        self.screen.bindings_updated_signal.subscribe(self, self._bindings_changed)

    def on_unmount(self) -> None:
        """Follow no longer."""
        self.screen.bindings_updated_signal.unsubscribe(self)

    def _bindings_changed(self, screen: Screen[object]) -> None:
        if not screen.app.app_focus:
            return
        keys: dict[str, ShownKey] = {}
        for _, binding, enabled, tooltip in screen.active_bindings.values():
            if binding.show:
                shown = ShownKey(
                    binding.key, self.app.get_key_display(binding), binding.description, enabled, tooltip
                )
                keys.setdefault(binding.action, shown)
        if (now := tuple(keys.values())) != self._keys:
            self._keys = now
            self.refresh()

    def _content(self) -> Content:
        return Content("").join(Content(key.text) for key in self._keys)

    def render(self) -> Content:
        """Return the line; a key that does nothing at present is dim."""
        line, key_style = self._content(), self.get_visual_style("key-line--key", partial=True)
        off = self.get_visual_style("key-line--off", partial=True)
        start = 0
        for key in self._keys:
            line = line.stylize(key_style, start, start + len(key.shown) + 2)
            if not key.enabled:
                line = line.stylize(off, start, start + len(key.text))
            start += len(key.text)
        return line

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return 1: what does not fit is clipped."""
        return 1

    def _key_at(self, x: int) -> ShownKey | None:
        ends = accumulate(Content(key.text).cell_length for key in self._keys)
        return next((key for key, end in zip(self._keys, ends, strict=True) if x < end), None)

    def on_mouse_move(self, event: MouseMove) -> None:
        """Say about the key under the mouse what it does."""
        key = self._key_at(event.x)
        self.tooltip = Content(key.about) if key else None

    def on_mouse_down(self, event: MouseDown) -> None:
        """Press the key under the mouse."""
        key = self._key_at(event.x)
        if key is None:
            return
        if key.enabled:
            self.app.simulate_key(key.key)
        else:
            self.app.bell()
