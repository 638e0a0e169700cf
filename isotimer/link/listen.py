"""What comes from a port by itself, and which device files fit it."""

import contextlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from isotimer.core.errors import LinkError, LinkReason
from isotimer.core.identify import Guess, guess
from isotimer.core.profile import Profile, Step
from isotimer.core.text import printable
from isotimer.link.about import tell
from isotimer.link.ask import ask
from isotimer.link.inbox import Chunk, Line
from isotimer.link.lines import open_line

LISTEN_S = 2.0
"""How long a port is listened to at each baud rate."""
_ENOUGH_BYTES = 4096
_MOST_RATES = 4


@dataclass(frozen=True, slots=True)
class Heard:
    """What came from a port."""

    baud: int
    size: int
    """Bytes heard."""
    guesses: tuple[Guess, ...]
    """Device files that fit them, the best first."""
    answer: str = ""
    """What the device said when it was asked who or how it is; safe to show, empty if nothing."""


def identify(
    port: str,
    profiles: Sequence[Profile],
    chosen: Profile | None = None,
    baud: int | None = None,
    fitting: Sequence[Profile] = (),
) -> Heard:
    """Return what comes from a port, at the first baud rate at which a device file fits.

    A device that is chosen is told to start, as its file says. One whose file names the port's USB id is
    asked who it is, or polled once, if nothing can be made of what comes by itself. Nothing else is ever
    sent. Opening a port restarts many boards.

    Args:
        port: Name or URL of a port that the user chose, or that a device file fits.
        profiles: The catalogue; their baud rates are tried, those of the first ones first.
        chosen: The device that the user says is there.
        baud: The only rate to try.
        fitting: Device files that name the USB id of this port; their rates are tried before all others.

    Raises:
        WrongUseError: If the name is no port.
        LinkError: If it cannot be opened, breaks, or sends nothing.
    """
    best: Heard | None = None
    for profile, rate in _rates((*fitting, *profiles), chosen, baud):
        asked = profile if chosen is None and profile in fitting else None
        data, answer = _listen(port, profile, rate, profiles, start=chosen is not None, asked=asked)
        guesses = (Guess(profile, 1.0, 0),) if answer and asked else guess(data, profiles)
        heard = Heard(rate, len(data), guesses, answer)
        if heard.guesses:
            return heard
        best = heard if data and best is None else best
    if best is None:
        advice = "name the device with --device if it must be asked or started, or check its power and cable"
        raise LinkError(LinkReason.NO_DATA, f"nothing comes from {port} by itself", advice=advice)
    return best


def _rates(
    profiles: Sequence[Profile], chosen: Profile | None, baud: int | None
) -> tuple[tuple[Profile, int], ...]:
    """Return the line settings to try, each baud rate once."""
    rates: dict[int, Profile] = {}
    for profile in [chosen] if chosen else profiles:
        for rate in [baud] if baud else [profile.port.baud, *profile.port.baud_try]:
            rates.setdefault(rate, profile)
    return tuple((profile, rate) for rate, profile in list(rates.items())[:_MOST_RATES])


def _listen(
    port: str, profile: Profile, baud: int, profiles: Sequence[Profile], *, start: bool, asked: Profile | None
) -> tuple[bytes, str]:
    """Return what comes at one baud rate, and what the device answered if it was asked who it is."""
    heard: list[bytes] = []
    answer = ""

    def take(chunk: Chunk) -> None:
        heard.append(chunk[0])

    reader = open_line(port, profile, baud)
    try:
        if start:
            answer = ", ".join(f"{t.name} {t.text}" for t in tell(reader, profile, lambda chunk: None))
        if start and profile.cmd.start:
            ask(reader, profile.cmd.start, take, patience_s=profile.port.settle_s)
        _hear(reader, profile, take, heard, poll=start)
        if asked is not None and not guess(b"".join(heard), profiles):
            answer = _question(reader, asked, take, heard)
        if start and profile.cmd.stop:
            # what was heard counts, whether or not the device says goodbye
            with contextlib.suppress(LinkError):
                ask(reader, profile.cmd.stop, lambda chunk: None)
    finally:
        reader.close()
    return b"".join(heard), answer


def _hear(
    reader: Line, profile: Profile, take: Callable[[Chunk], None], heard: list[bytes], *, poll: bool
) -> None:
    """Listen, and poll meanwhile if that is wished; no longer than it takes to know enough."""
    until_s = time.monotonic() + LISTEN_S + (profile.port.settle_s if poll else 0.0)
    asked_s = 0.0
    while (now_s := time.monotonic()) < until_s and sum(map(len, heard)) < _ENOUGH_BYTES:
        if poll and profile.poll is not None and now_s - asked_s >= 1.0 / profile.poll.hz:
            reader.write(profile.poll.send.encode("latin-1"))
            asked_s = now_s
        if chunk := reader.take(0.05):
            take(chunk)
            until_s = min(until_s, now_s + LISTEN_S)


def _question(reader: Line, profile: Profile, take: Callable[[Chunk], None], heard: list[bytes]) -> str:
    """Ask a device who it is; one that is polled is asked for its value instead, which tells as much."""
    probe = profile.match.probe
    if probe is not None:
        step = Step(send=probe.send, expect=probe.expect, within_s=probe.within_s)
        with contextlib.suppress(LinkError):
            return printable(ask(reader, [step], take, patience_s=profile.port.settle_s), 60)
    elif profile.poll is not None:
        _hear(reader, profile, take, heard, poll=True)
    return ""
