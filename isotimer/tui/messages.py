"""What screens ask of the app, and what the session tells the screens."""

from dataclasses import dataclass

from textual.message import Message

from isotimer.core.plan import Plan
from isotimer.session.snapshot import HoldResult


@dataclass
class Go(Message):
    """Show another screen."""

    screen: str
    """Its name in the app's table."""


@dataclass
class Begin(Message):
    """Start a session and show it."""

    plan: Plan


@dataclass
class Over(Message):
    """The session is over; show what came of it."""

    results: tuple[HoldResult, ...]
    """The finished holds, oldest first."""


@dataclass
class Happened(Message):
    """The session tells of something; sent from its thread."""

    news: object
    """An event of the engine, or a finished hold."""
