"""The keys of a screen, from the table of actions."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from isotimer.tui.actions import Action, actions_of, bindings
from isotimer.tui.widgets.key_line import KeyLine

_KEY_CELLS = 16


class HelpScreen(ModalScreen[None]):
    """Lists what the keys do.

    Args:
        screen: Name of the screen to explain.
        keys: The keys in use now by the id of their action; without one the table's own keys are shown.
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings("help")

    def __init__(self, screen: str, keys: Mapping[str, Sequence[str]]) -> None:
        super().__init__()
        self._explained = screen
        self._keys = keys

    def compose(self) -> ComposeResult:
        """Return the list."""
        with VerticalScroll(id="help"):
            yield Static(self._text(), markup=False)
        yield KeyLine()

    def action_close(self) -> None:
        """Close the help."""
        self.dismiss()

    def _text(self) -> str:
        always = (
            ("tab", "Go to the next field; shift+tab to the one before."),
            ("left, right", "Change a choice that stands between arrows."),
            ("ctrl+p", "All of this as a list to search in."),
        )
        return "\n".join(
            [
                "Keys of this screen",
                *(self._row(action) for action in actions_of(self._explained)),
                "",
                "Everywhere",
                *(self._row(action) for action in actions_of("app")),
                *(f"  {keys:{_KEY_CELLS}}{meaning}" for keys, meaning in always),
            ]
        )

    def _row(self, action: Action) -> str:
        keys = self._keys.get(action.id) or action.key.replace("question_mark", "?").split(",")
        return f"  {', '.join(keys):{_KEY_CELLS}}{action.description}"
