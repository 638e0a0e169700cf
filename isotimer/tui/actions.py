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


COACH_TABS: tuple[tuple[str, str], ...] = (
    ("history", "History"),
    ("balance", "Balance"),
    ("trend", "Trend"),
    ("track", "Track"),
    ("people", "People"),
)
"""Name and title of the coach's screens, which lead to each other by the keys 1 to 5."""

ACTIONS: tuple[Action, ...] = (
    Action("app.help", "f1,question_mark", "Help", "Show all keys of this screen.", "app", "help"),
    Action("app.theme", "f2", "Light/dark", "Change between light and dark.", "app", "theme", False),
    Action("app.settings", "f3,comma", "Settings", "Change sound, screen or keys.", "app", "settings", False),
    Action("app.louder", "plus", "Louder", "Turn the sound up.", "app", "volume(1)", False),
    Action("app.softer", "minus", "Softer", "Turn the sound down.", "app", "volume(-1)", False),
    Action("app.mute", "m", "Mute", "Silence the sound, or let it be heard again.", "app", "mute", False),
    Action("app.force", "f4", "Force sound", "Let tension be heard, or not.", "app", "force_sound", False),
    Action("app.quit", "ctrl+c,ctrl+q", "Quit", "Leave; all is kept.", "app", "leave", False, True),
    Action(
        "app.suspend",
        "ctrl+z",
        "Suspend",
        "Go back to the shell for a while; 'fg' returns.",
        "app",
        "suspend_process",
        False,
    ),
    Action("today.start", "space", "Start", "Begin what is set up here, or go on.", "today", "start"),
    Action(
        "today.resume", "r", "Continue", "Go on with the session that was cut off.", "today", "resume", False
    ),
    Action("today.forget", "f", "Forget", "Do not go on with it.", "today", "forget", False),
    Action("today.plans", "p", "Plans", "Choose, start or change a whole plan.", "today", "plans"),
    Action("today.positions", "o", "Positions", "Look at all positions.", "today", "positions"),
    Action("today.connect", "c", "Sensor", "Find, choose and zero a sensor.", "today", "connect"),
    Action("today.history", "h", "History", "What was done, balance, trend, people.", "today", "history"),
    Action("today.settings", "s", "Settings", "Change sound, screen or keys.", "today", "settings"),
    Action("today.tare", "t", "Tare", "Set the unloaded sensor to zero.", "today", "tare", False),
    Action("today.setup", "u", "Setup", "State the equipment for this position.", "today", "setup", False),
    Action("today.list", "escape", "List", "Go back to the list of positions.", "today", "list", False),
    Action("today.quit", "q", "Quit", "Leave the app.", "today", "leave", False),
    Action("positions.setup", "u", "Setup", "State your equipment here; ENTER too.", "positions", "setup"),
    Action("positions.side", "s,left,right", "Side", "Draw the other leg at work.", "positions", "side"),
    Action("positions.up", "pageup", "Up", "Read the text above.", "positions", "scroll(-1)", False, True),
    Action(
        "positions.down",
        "pagedown,space",
        "Down",
        "Read the text below.",
        "positions",
        "scroll(1)",
        True,
        True,
    ),
    Action("positions.back", "escape,q", "Back", "Go back.", "positions", "back"),
    Action("setup.take", "enter", "Take", "Remember this setup and go on.", "setup", "take"),
    Action("setup.back", "escape", "Back", "Go back; nothing is begun or changed.", "setup", "back"),
    Action("connect.use", "enter", "Connect", "Open the chosen port and device.", "connect", "use"),
    Action("connect.tare", "t", "Tare", "Set the unloaded sensor to zero.", "connect", "tare"),
    Action(
        "connect.calibrate", "c", "Calibrate", "Hang known weights on the sensor.", "connect", "calibrate"
    ),
    Action("connect.ask", "a", "Ask", "Ask the chosen device at this port who it is.", "connect", "ask"),
    Action("connect.again", "r", "Again", "Look for ports and sensors again.", "connect", "again"),
    Action("connect.air", "b", "BLE", "Look for sensors over Bluetooth.", "connect", "air"),
    Action("connect.off", "d", "Close", "Close the line to the sensor.", "connect", "off"),
    Action("connect.back", "escape", "Back", "Go back to today's session.", "connect", "back"),
    Action("calibrate.take", "enter", "Take", "Take the reading of this weight.", "calibrate", "take"),
    Action("calibrate.undo", "u", "Undo", "Forget the last weight.", "calibrate", "undo", True, True),
    Action("calibrate.turn", "x", "Turn sign", "Turn the sign of pulls.", "calibrate", "turn", True, True),
    Action("calibrate.next", "n", "Channel", "Go on to the next channel.", "calibrate", "next", True, True),
    Action("calibrate.keep", "k", "Keep", "Keep this calibration.", "calibrate", "keep", True, True),
    Action("calibrate.back", "escape", "Back", "Go back; what was not kept is lost.", "calibrate", "back"),
    Action(
        "connect.rig", "g", "Rig", "Several sensors as one: plates, left and right.", "connect", "rig", False
    ),
    Action("rig.take", "enter", "Take", "Connect the rig; take the press; go on.", "rig", "take"),
    Action("rig.new", "n", "New", "Make a rig by pressing each of its places.", "rig", "new", False),
    Action("rig.undo", "u", "Undo", "Forget the place pressed last.", "rig", "undo"),
    Action("rig.calibrate", "c", "Calibrate", "Hang known weights on each channel.", "rig", "calibrate"),
    Action("rig.share", "s", "Share", "Say what share the right side is to carry.", "rig", "share"),
    Action("rig.tare", "t", "Tare", "Set all unloaded channels to zero.", "rig", "tare"),
    Action("rig.weigh", "w", "Weigh", "Keep the body weight of who stands still.", "rig", "weigh"),
    Action("rig.check", "k", "Check", "Check the corners with a known weight.", "rig", "check"),
    Action("rig.position", "p", "Position", "Use the rig at a position.", "rig", "position"),
    Action(
        "rig.near", "z", "Near", "Look at the trail from near, or at the whole plates.", "rig", "near", False
    ),
    Action("rig.forget", "x,delete", "Delete", "Forget the rig.", "rig", "forget", False),
    Action("rig.back", "escape", "Back", "Go back; what was not kept is lost.", "rig", "back"),
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
    Action("hold.pain", "x", "Not today", "A leg hurts: leave it out for the rest of today.", "hold", "pain"),
    Action("hold.left", "left", "Left", "The left leg hurts.", "hold", "hurts('left')", False),
    Action("hold.right", "right", "Right", "The right leg hurts.", "hold", "hurts('right')", False),
    *(
        Action(
            f"hold.effort{n}",
            str(n % 10),
            f"Effort {n}",
            f"Effort of the set, or pain, as asked: {n} of 10.",
            "hold",
            f"effort({n})",
            False,
        )
        for n in range(1, 11)
    ),
    Action(
        "hold.near",
        "z",
        "Near",
        "Look at the trail on a plate from near, or at the whole plates.",
        "hold",
        "near",
        False,
    ),
    Action("hold.abort", "a", "Stop", "End the session; the hold so far is kept.", "hold", "abort"),
    Action(
        "hold.unanswered",
        "escape",
        "No answer",
        "Leave a question open; without one, stop.",
        "hold",
        "no_answer",
        False,
    ),
    Action("summary.again", "space", "Again", "Do the same session again.", "summary", "again"),
    Action("summary.new", "n,escape", "New", "Set up another session.", "summary", "new"),
    Action("summary.quit", "q", "Quit", "Leave the app.", "summary", "leave"),
    Action("result.back", "b,backspace", "List", "Go back to the list of holds.", "result", "back"),
    Action("result.again", "space,enter", "Again", "Do the same session again.", "result", "again"),
    Action("result.new", "n,escape", "New", "Set up another session.", "result", "new"),
    Action("result.before", "left", "Before", "Show the hold before this one.", "result", "turn(-1)"),
    Action("result.after", "right", "After", "Show the hold after this one.", "result", "turn(1)"),
    Action("result.up", "up", "Up", "Read the numbers above.", "result", "scroll(-1)", False),
    Action("result.down", "down", "Down", "Read the numbers below.", "result", "scroll(1)", False),
    Action("result.quit", "q", "Quit", "Leave the app.", "result", "leave"),
    Action("settings.less", "left", "Less", "Change to the value before.", "settings", "turn(-1)"),
    Action("settings.more", "right", "More", "Change to the next value.", "settings", "turn(1)"),
    Action("settings.change", "enter", "Change", "Change it; for a key: ask for it.", "settings", "change"),
    Action("settings.usual", "backspace,delete", "Usual", "Go back to the usual value.", "settings", "usual"),
    Action("settings.test", "t", "Test tone", "Play the next cue and say what it is.", "settings", "test"),
    Action("settings.back", "escape", "Back", "Close the settings; all is kept.", "settings", "back"),
    Action("welcome.next", "enter", "Next", "Take the answer, or skip it if it is empty.", "welcome", "next"),
    Action("welcome.skip", "escape", "Skip all", "Answer nothing and look around.", "welcome", "skip"),
    Action("plans.start", "space,enter", "Start", "Begin a session of the chosen plan.", "plans", "start"),
    Action("plans.edit", "e", "Edit", "Change the plan; a built-in one is copied.", "plans", "edit"),
    Action("plans.new", "n", "New", "Make a plan.", "plans", "new"),
    Action("plans.delete", "x,delete", "Delete", "Delete a plan of your own.", "plans", "delete"),
    Action(
        "plans.down", "pagedown,right", "Read on", "Read the text further down.", "plans", "read(1)", False
    ),
    Action("plans.up", "pageup,left", "Read back", "Read the text further up.", "plans", "read(-1)", False),
    Action("plans.back", "escape", "Back", "Go back to today's session.", "plans", "back"),
    Action("plan.save", "s,ctrl+s", "Save", "Keep the plan among your own.", "plan", "save"),
    Action("plan.save_new", "n", "As new", "Keep it as a further plan.", "plan", "save_new"),
    Action("plan.add", "a", "Add", "Put a new block behind this one.", "plan", "add"),
    Action("plan.copy", "c", "Copy", "Put a copy of this block behind it.", "plan", "copy"),
    Action("plan.remove", "x", "Remove", "Remove this block.", "plan", "remove"),
    Action("plan.up", "u", "Up", "Move this block up.", "plan", "move(-1)"),
    Action("plan.down", "d", "Down", "Move this block down.", "plan", "move(1)"),
    Action("plan.back", "escape", "Back", "Go back to the list, then to the plans.", "plan", "back"),
    *(
        Action(f"{screen}.{name}", str(n), title, f"Go to {title.lower()}.", screen, f"tab('{name}')", False)
        for screen in ("history", "balance", "trend", "track", "people")
        for n, (name, title) in enumerate(COACH_TABS, 1)
        if name != screen
    ),
    *(
        Action(f"{screen}.report", "p", "Report", "Write the report on the athlete.", screen, "report", show)
        for screen, show in (
            ("history", True),
            ("balance", True),
            ("trend", True),
            ("track", True),
            ("people", False),
        )
    ),
    Action("history.open", "enter", "Open", "Open the hold, or the holds of the session.", "history", "open"),
    Action(
        "history.all", "backspace", "All", "Show the holds of all sessions again.", "history", "all", False
    ),
    Action("history.good", "a", "Good", "Looked at and good: it counts.", "history", "judge(True)"),
    Action("history.aside", "x", "Set aside", "Not to be compared with others.", "history", "judge(False)"),
    Action("history.note", "n", "Note", "Write a remark about the hold or session.", "history", "note"),
    Action("history.notes", "e", "Notes", "Read, change or delete remarks.", "history", "notes"),
    Action("history.back", "escape", "Back", "Go back to the first screen.", "history", "back"),
    Action("look.left", "left", "Cursor", "Move the cursor back.", "look", "cursor(-1)", False),
    Action("look.right", "right", "Cursor", "Move the cursor on.", "look", "cursor(1)", False),
    Action(
        "look.far_left", "shift+left", "Far back", "Move the cursor far back.", "look", "cursor(-10)", False
    ),
    Action("look.far_right", "shift+right", "Far on", "Move the cursor far on.", "look", "cursor(10)", False),
    Action("look.nearer", "up", "Nearer", "Look nearer at the cursor.", "look", "zoom(1)"),
    Action("look.further", "down", "Further", "Look from further away.", "look", "zoom(-1)", False),
    Action("look.whole", "w", "Whole", "Show the whole trace.", "look", "whole"),
    Action("look.over", "o", "Over", "Lay it over the last, the best, the other side.", "look", "over"),
    Action("look.good", "a", "Good", "Looked at and good: it counts.", "look", "judge(True)"),
    Action("look.aside", "x", "Aside", "Not to be compared with others.", "look", "judge(False)"),
    Action("look.note", "n", "Note", "Write a remark about the hold.", "look", "note"),
    Action("look.notes", "e", "Notes", "Read, change or delete remarks.", "look", "notes", False),
    Action(
        "look.read", "pagedown,space", "Read on", "Read the numbers further down.", "look", "scroll(1)", False
    ),
    Action("look.unread", "pageup", "Read back", "Read the numbers further up.", "look", "scroll(-1)", False),
    Action("look.back", "escape,q", "Back", "Go back to the list.", "look", "back"),
    Action(
        "balance.read",
        "pagedown",
        "Read on",
        "Read the text further down.",
        "balance",
        "scroll(1)",
        True,
        True,
    ),
    Action(
        "balance.unread",
        "pageup",
        "Read back",
        "Read the text further up.",
        "balance",
        "scroll(-1)",
        False,
        True,
    ),
    Action("balance.back", "escape", "Back", "Go back to the first screen.", "balance", "back"),
    Action(
        "trend.read", "pagedown", "Read on", "Read the text further down.", "trend", "scroll(1)", True, True
    ),
    Action(
        "trend.unread", "pageup", "Read back", "Read the text further up.", "trend", "scroll(-1)", False, True
    ),
    Action("trend.back", "escape", "Back", "Go back to the first screen.", "trend", "back"),
    Action(
        "track.read", "pagedown", "Read on", "Read the text further down.", "track", "scroll(1)", True, True
    ),
    Action(
        "track.unread", "pageup", "Read back", "Read the text further up.", "track", "scroll(-1)", False, True
    ),
    Action("track.back", "escape", "Back", "Go back to the first screen.", "track", "back"),
    Action(
        "track.sprints", "s", "Sprints", "Look at the sprints of this athlete, add some.", "track", "sprints"
    ),
    Action("people.train", "enter", "Choose", "Let this athlete train next.", "people", "train"),
    Action("people.new", "n", "New", "Add an athlete.", "people", "new"),
    Action("people.rename", "r", "Rename", "Give the athlete another name.", "people", "rename"),
    Action("people.weigh", "w", "Weight", "Note the body weight.", "people", "weigh"),
    Action("people.group", "g", "Group", "Put the athlete into a group, or take her out.", "people", "group"),
    Action("people.note", "t", "Note", "Write a remark about the athlete.", "people", "note"),
    Action("people.notes", "e", "Notes", "Read, change or delete remarks.", "people", "notes", False),
    Action(
        "people.sprints",
        "s",
        "Sprints",
        "Look at the sprints of this athlete, add some.",
        "people",
        "sprints",
    ),
    Action(
        "people.archive",
        "a",
        "Archive",
        "Put the athlete out of the lists, or back.",
        "people",
        "archive",
        False,
    ),
    Action("people.merge", "m", "Merge", "Make this athlete part of another.", "people", "merge", False),
    Action("people.delete", "x,delete", "Delete", "Delete the athlete for good.", "people", "delete", False),
    Action("people.back", "escape", "Back", "Leave the question, or go back.", "people", "back"),
    Action("notes.new", "n", "New", "Write a remark.", "notes", "new"),
    Action("notes.change", "enter,e", "Change", "Change the remark.", "notes", "change"),
    Action("notes.delete", "x,delete", "Delete", "Delete the remark; press twice.", "notes", "delete"),
    Action("notes.back", "escape", "Back", "Leave the field, or go back.", "notes", "back"),
    Action("sprints.add", "enter", "Add", "Keep the sprint in the fields.", "sprints", "add"),
    Action(
        "sprints.delete", "delete", "Delete", "Delete the chosen sprint; press twice.", "sprints", "delete"
    ),
    Action("sprints.back", "escape", "Back", "Go back.", "sprints", "back"),
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
