"""Keys that a person has chosen: what they mean for Textual, and which choice would do harm."""

from collections.abc import Mapping

from isotimer.tui.actions import ACTIONS, Action

ALWAYS: dict[str, str] = {"app.quit": "ctrl+c"}
"""Id of an action -> the key that it keeps whatever is chosen."""

_SAID = {"question_mark": "?", "plus": "+", "minus": "-", "comma": ",", "full_stop": "."}


def keymap(keys: Mapping[str, str]) -> dict[str, str]:
    """Return a keymap for Textual; choices for actions that there are not mean nothing."""
    known = {a.id for a in ACTIONS}
    return {
        action: f"{chosen},{ALWAYS[action]}" if action in ALWAYS else chosen
        for action, chosen in keys.items()
        if action in known
    }


def keys_of(action: Action, keys: Mapping[str, str]) -> str:
    """Return the keys of an action, in Textual's notation, separated by commas."""
    return keymap(keys).get(action.id, action.key)


def keys_said(keys: str) -> str:
    """Return keys as people say them: "?" and not "question_mark"."""
    return ", ".join(_SAID.get(key, key) for key in keys.split(","))


def clash(action: Action, key: str, keys: Mapping[str, str]) -> Action | None:
    """Return what a key does already where an action would use it, None if it is free.

    A screen's own action and one of the app are never in each other's way on purpose: the screen would win
    and hide the other.
    """
    for other in ACTIONS:
        near = other.screen in (action.screen, "app") or action.screen == "app"
        if other.id != action.id and near and key in keys_of(other, keys).split(","):
            return other
    return None
