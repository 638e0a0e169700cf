"""What screens ask of the app, and what the session tells the screens."""

from dataclasses import dataclass

from textual.message import Message

from isotimer.core.plan import Plan
from isotimer.session.plan_desk import CutOff
from isotimer.session.snapshot import HoldResult


@dataclass
class Go(Message):
    """Show another screen."""

    screen: str
    """Its name in the app's table."""
    about: str = ""
    """Whom or what it shows: a name, or the key of a hold; empty where it needs none."""
    instead: bool = False
    """Whether it takes the place of the present screen."""


@dataclass
class Begin(Message):
    """Start a session and show it."""

    plan: Plan


@dataclass
class Again(Message):
    """Start what ran last anew, and show it."""


@dataclass
class BeginPlan(Message):
    """Start a session of a plan on the shelf and show it."""

    spec_id: str


@dataclass
class EditPlan(Message):
    """Open the editor on a plan."""

    spec_id: str
    """Empty for a new plan."""


@dataclass
class AskSetup(Message):
    """Ask for the setup at some positions."""

    positions: tuple[str, ...]
    """Their ids; at least one."""
    then: Message | None = None
    """What is asked of the app when all are answered; not if the screen is closed."""


@dataclass
class Continue(Message):
    """Go on with a session that was cut off, and show it."""

    cut: CutOff


@dataclass
class ShowHold(Message):
    """Show one hold of a finished session."""

    results: tuple[HoldResult, ...]
    """All holds of the session, oldest first."""
    at: int


@dataclass
class Over(Message):
    """The session is over; show what came of it."""

    results: tuple[HoldResult, ...]
    """The finished holds, oldest first."""
    ruled: str = ""
    """What a rule of the plan decided last; empty mostly."""


@dataclass
class Happened(Message):
    """The session tells of something; sent from its thread."""

    news: object
    """An event of the engine, or a finished hold."""
