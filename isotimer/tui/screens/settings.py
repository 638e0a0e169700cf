"""The settings: every one by keyboard, counting and kept at once."""

import asyncio
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.events import Key
from textual.screen import ModalScreen
from textual.widgets import Label, OptionList, Static
from textual.widgets.option_list import Option

from isotimer.core.cues import CUE_OF, CueKind
from isotimer.core.settings import Settings
from isotimer.core.text import printable
from isotimer.tui.actions import ACTIONS, Action, bindings
from isotimer.tui.base import StationScreen
from isotimer.tui.glyphs import Glyphs
from isotimer.tui.keys import clash, keys_of, keys_said
from isotimer.tui.setting_rows import GROUPS, Row, Values, shown, turned
from isotimer.tui.settled import SettledApp
from isotimer.tui.widgets.key_line import KeyLine
from isotimer.tui.widgets.line import TextLine

if TYPE_CHECKING:
    from isotimer.session.station import Station

_LABEL_CELLS = 30
_USUAL_VOICE = ("", "the system's usual one")


class SettingsScreen(StationScreen):
    """A list: up and down choose a setting, left and right change it."""

    NAME = "settings"
    BINDINGS: ClassVar[list[BindingType]] = bindings("settings")

    def __init__(self, station: "Station", glyphs: Glyphs) -> None:
        super().__init__(station, glyphs)
        self._rows: list[Row | Action | None] = []
        self._voices: Values = (_USUAL_VOICE,)
        self._tone = 0

    def compose(self) -> ComposeResult:
        """Return the parts, from top to bottom."""
        yield Label("Settings: up and down choose, left and right change", classes="screen-title")
        yield OptionList(id="settings", markup=False)
        yield Static(id="meaning", markup=False)
        yield TextLine(dom_id="sound")
        yield KeyLine()

    def on_mount(self) -> None:
        """List the settings and the keys; the voices are asked for behind the picture."""
        settings = self.query_one("#settings", OptionList)
        for title, rows in GROUPS:
            self._head(settings, title)
            self._add(settings, rows)
        self._head(settings, "KEYS")
        self._add(settings, ACTIONS)
        settings.highlighted = 1
        settings.focus()
        self.query_one("#sound", TextLine).show(
            printable(self.station.sound.sentence) or "T plays the cues, one after the other."
        )
        self._ask_voices()

    def _head(self, settings: OptionList, title: str) -> None:
        settings.add_option(Option(Content(title), disabled=True))
        self._rows.append(None)

    def _add(self, settings: OptionList, rows: tuple[Row, ...] | tuple[Action, ...]) -> None:
        for row in rows:
            settings.add_option(Option(self._line(row)))
            self._rows.append(row)

    @work(exclusive=True, group="voices")
    async def _ask_voices(self) -> None:
        from isotimer.sound.voice import voice_names

        names = await asyncio.to_thread(voice_names)
        self._voices = (_USUAL_VOICE, *((name, printable(name, 40)) for name in names))

    def _values(self, row: Row) -> Values:
        if row.name == "voice":
            return self._voices
        if row.name == "theme":
            return tuple((name, name) for name in sorted(self.app.available_themes))
        return row.values

    def _line(self, row: Row | Action) -> Content:
        if isinstance(row, Row):
            label, value = row.label, shown(row, self._values(row), self._settings)
            return Content(f"  {label:<{_LABEL_CELLS}}{self.glyphs.left} {value} {self.glyphs.right}")
        keys = keys_said(keys_of(row, self._settings.keys))
        label = f"{row.screen}: {row.label}"
        return Content(f"  {label:<{_LABEL_CELLS}}{keys}")

    @property
    def _settings(self) -> Settings:
        return self.station.settings

    @property
    def _chosen(self) -> Row | Action | None:
        at = self.query_one("#settings", OptionList).highlighted
        return self._rows[at] if at is not None else None

    @on(OptionList.OptionHighlighted, "#settings")
    def explain(self) -> None:
        """Say what the highlighted setting does."""
        row = self._chosen
        if isinstance(row, Row):
            self.query_one("#meaning", Static).update(Content(row.about))
        elif row is not None:
            words = f"{row.description} ENTER, then press the new key; BACKSPACE gives the usual key back."
            self.query_one("#meaning", Static).update(Content(words))

    def action_turn(self, by: int) -> None:
        """Change the highlighted setting to the next value or the one before."""
        row = self._chosen
        if isinstance(row, Row):
            self._set(row, turned(self._values(row), getattr(self._settings, row.name), by))

    @on(OptionList.OptionSelected, "#settings")
    def action_change(self) -> None:
        """Go to the next value, from the last to the first; of an action ask for the new key."""
        row = self._chosen
        if isinstance(row, Row):
            values = self._values(row)
            value = getattr(self._settings, row.name)
            last = value == values[-1][0]
            self._set(row, values[0][0] if last else turned(values, value, 1))
        elif row is not None:
            self.app.push_screen(KeyScreen(row.description), lambda key: self._take_key(row, key))

    def action_usual(self) -> None:
        """Give the highlighted setting or key its usual value."""
        row = self._chosen
        if isinstance(row, Row):
            self._set(row, getattr(Settings(), row.name))
        elif row is not None:
            self._set_keys({a: key for a, key in self._settings.keys.items() if a != row.id})

    def _take_key(self, action: Action, key: str | None) -> None:
        if key is None:
            return
        taken = clash(action, key, self._settings.keys)
        if taken is not None:
            self.tell(f"{keys_said(key)} is taken: {taken.screen}, {taken.label}.", trouble=True)
            return
        self._set_keys({**self._settings.keys, action.id: key})

    def _set_keys(self, keys: dict[str, str]) -> None:
        cast(SettledApp, self.app).change_settings(keys=keys)
        self._redraw()

    def _set(self, row: Row, value: object) -> None:
        cast(SettledApp, self.app).change_settings(**{row.name: value})
        self._redraw()
        if row.name in ("volume", "mute"):
            self.station.sound.play(CueKind.BEAT)
        elif (
            row.name in ("speak", "voice") and self._settings.speak and not self.station.sound.sample_voice()
        ):
            self.tell("This computer has no voice to speak with; 'isotimer doctor' says how to get one.")

    def _redraw(self) -> None:
        settings = self.query_one("#settings", OptionList)
        for at, row in enumerate(self._rows):
            if row is not None:
                settings.replace_option_prompt_at_index(at, self._line(row))

    def action_test(self) -> None:
        """Play the next cue and say what it is."""
        kind = tuple(CueKind)[self._tone % len(CueKind)]
        self._tone += 1
        cue = CUE_OF.get(kind)
        heard = self.station.sound.play(kind)
        words = f"{kind.value}: {cue.word if cue else ''}"
        if not heard:
            words = printable(self.station.sound.sentence) or "The sound is off, or not ready yet."
            self.app.bell()
        self.query_one("#sound", TextLine).show(words)

    def action_back(self) -> None:
        """Close the settings."""
        self.dismiss()


class KeyScreen(ModalScreen[str | None]):
    """Asks for one key.

    Args:
        what: What the key will do.
    """

    def __init__(self, what: str) -> None:
        super().__init__()
        self._what = what

    def compose(self) -> ComposeResult:
        """Return the question."""
        with Vertical(id="key"):
            yield Static(Content(f"{self._what}\n\nPress the new key. ESCAPE leaves it as it is."))

    def on_key(self, event: Key) -> None:
        """Take the key."""
        event.stop()
        event.prevent_default()
        self.dismiss(None if event.key == "escape" else event.key)
