"""Everything a key can do: one table for the bindings, the footer, the help and the command palette."""

from dataclasses import dataclass

from textual.binding import Binding, BindingType


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that a person can ask for."""

    id: str
    """Name of the binding, by which its key can be changed."""
    key: str
    """Keys in Textual's notation, separated by commas."""
    label: str
    """One or two words, for the footer."""
    description: str
    """One sentence, for the help."""
    screen: str
    """The screen it belongs to; "app" for all."""
    action: str
    """The method ``action_...`` of that screen or of the app."""
    show: bool = True
    """Whether the footer shows it."""
    priority: bool = False
    """Whether it works while a field is typed into."""


ACTIONS: tuple[Action, ...] = (
    Action("app.help", "f1,question_mark", "Help", "Show all keys of this screen.", "app", "help"),
    Action("app.theme", "f2", "Light/dark", "Change between light and dark.", "app", "theme", False),
    Action("app.quit", "ctrl+c,ctrl+q", "Quit", "Leave; all is kept.", "app", "leave", False, True),
    Action("today.start", "space", "Start", "Begin the session that is set up here.", "today", "start"),
    Action("today.connect", "c", "Sensor", "Find, choose and zero a sensor.", "today", "connect"),
    Action("today.tare", "t", "Tare", "Set the unloaded sensor to zero.", "today", "tare"),
    Action("today.list", "escape", "List", "Go back to the list of positions.", "today", "list", False),
    Action("today.quit", "q", "Quit", "Leave the app.", "today", "leave"),
    Action("connect.use", "enter", "Connect", "Open the chosen port and device.", "connect", "use"),
    Action("connect.tare", "t", "Tare", "Set the unloaded sensor to zero.", "connect", "tare"),
    Action("connect.again", "r", "Look again", "Look for ports and ask what answers.", "connect", "again"),
    Action("connect.off", "d", "Disconnect", "Close the line to the sensor.", "connect", "off"),
    Action("connect.back", "escape", "Back", "Go back to today's session.", "connect", "back"),
    Action(
        "hold.go",
        "space,enter",
        "Start/stop",
        "Do the next sensible thing: start, end an open hold, end the rest, go on.",
        "hold",
        "go",
    ),
    Action("hold.pause", "p", "Pause", "Pause, and go on; a running hold ends and is kept.", "hold", "pause"),
    Action("hold.skip", "s", "Skip", "Pass over this hold or this rest.", "hold", "skip"),
    Action("hold.redo", "r", "Redo", "Do the last hold again; both are kept.", "hold", "redo"),
    Action("hold.abort", "a,escape", "Stop", "End the session; the hold so far is kept.", "hold", "abort"),
    Action("result.again", "space,enter", "Again", "Do the same session again.", "result", "again"),
    Action("result.new", "n,escape", "New", "Set up another session.", "result", "new"),
    Action("result.before", "left", "Before", "Show the hold before this one.", "result", "turn(-1)"),
    Action("result.after", "right", "After", "Show the hold after this one.", "result", "turn(1)"),
    Action("result.up", "up", "Up", "Read the numbers above.", "result", "scroll(-1)", False),
    Action("result.down", "down", "Down", "Read the numbers below.", "result", "scroll(1)", False),
    Action("result.quit", "q", "Quit", "Leave the app.", "result", "leave"),
    Action("help.close", "escape,f1,question_mark,q", "Close", "Close the help.", "help", "close"),
)


def actions_of(screen: str) -> tuple[Action, ...]:
    """Return the rows of one screen, or of the app."""
    return tuple(a for a in ACTIONS if a.screen == screen)


def bindings(screen: str) -> list[BindingType]:
    """Return the bindings of one screen, or of the app; each has an id, so that its key can be changed."""
    return [
        Binding(a.key, _target(a), a.label, show=a.show, priority=a.priority, id=a.id, tooltip=a.description)
        for a in actions_of(screen)
    ]


def _target(action: Action) -> str:
    return "app.leave" if action.action == "leave" else action.action
