"""What the rig screen is doing, and what it then asks for."""

from enum import Enum, auto


class Mode(Enum):
    """What is being done."""

    RIGS = auto()
    KIND = auto()
    SENSORS = auto()
    PRESS = auto()
    NAME = auto()
    CHECK = auto()
    SHARE = auto()
    WHERE = auto()
    POSITION = auto()


STEPS = {
    Mode.RIGS: "ENTER connects the rig, N makes a new one. Once connected: C calibrates its channels, T "
    "zeroes them, K checks its corners, W weighs who stands on it.",
    Mode.KIND: "What is it? ENTER chooses.",
    Mode.SENSORS: "Which sensors? ENTER chooses or leaves out; TAB: type PORT=DEVICE. The last line goes on.",
    Mode.NAME: "All places are known. Type a name for the rig; ENTER keeps it.",
    Mode.SHARE: "Which share of the load is the right side to carry, and how far off is still right? Type "
    "like 50 3; nothing for no share. ENTER keeps it.",
    Mode.WHERE: "Where are its sensors? Type like a=COM3 b=COM5, ENTER connects; ESC: leave it.",
    Mode.POSITION: "At which position is it used? ENTER chooses.",
}
"""What to do next, in words; while a place is pressed or a corner checked it depends on how far that is."""

ASKED = {
    Mode.SENSORS: "PORT=DEVICE",
    Mode.NAME: "Name",
    Mode.CHECK: "Weight, kg",
    Mode.SHARE: "Right side, %",
    Mode.WHERE: "DEVICE=PORT",
}
"""What is typed, for the field's label."""
OF_THE_LIST = frozenset(("new", "calibrate", "share", "tare", "weigh", "check", "position", "forget"))
"""What is done to a rig of the list, or to the one that is connected."""
