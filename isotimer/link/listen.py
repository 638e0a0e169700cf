"""What comes from a port by itself, and which device files fit it."""

import contextlib
import time
from collections.abc import Sequence
from dataclasses import dataclass

from isotimer.core.errors import LinkError, LinkReason
from isotimer.core.identify import Guess, guess
from isotimer.core.profile import Profile
from isotimer.link.ask import ask
from isotimer.link.reader import Chunk, Reader

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


def identify(
    port: str, profiles: Sequence[Profile], chosen: Profile | None = None, baud: int | None = None
) -> Heard:
    """Return what comes from a port, at the first baud rate at which a device file fits.

    Nothing is sent unless a device is chosen: then it is told to start, as its file says. Opening a
    port restarts many boards.

    Args:
        port: Name or URL of a port that the user chose.
        profiles: The catalogue; their baud rates are tried, those of the first ones first.
        chosen: The device that the user says is there.
        baud: The only rate to try.

    Raises:
        WrongUseError: If the name is no port.
        LinkError: If it cannot be opened, breaks, or sends nothing.
    """
    best: Heard | None = None
    for profile, rate in _rates(profiles, chosen, baud):
        data = _listen(port, profile, rate, start=chosen is not None)
        heard = Heard(rate, len(data), guess(data, profiles))
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


def _listen(port: str, profile: Profile, baud: int, *, start: bool) -> bytes:
    heard: list[bytes] = []

    def take(chunk: Chunk) -> None:
        heard.append(chunk[0])

    reader = Reader(port, profile, baud)
    try:
        if start and profile.cmd.start:
            ask(reader, profile.cmd.start, take, patience_s=profile.port.settle_s)
        until_s = time.monotonic() + LISTEN_S + (profile.port.settle_s if start else 0.0)
        asked_s = 0.0
        while (now_s := time.monotonic()) < until_s and sum(map(len, heard)) < _ENOUGH_BYTES:
            if start and profile.poll is not None and now_s - asked_s >= 1.0 / profile.poll.hz:
                reader.write(profile.poll.send.encode("latin-1"))
                asked_s = now_s
            if chunk := reader.take(0.05):
                take(chunk)
                until_s = min(until_s, now_s + LISTEN_S)
        if start and profile.cmd.stop:
            # what was heard counts, whether or not the device says goodbye
            with contextlib.suppress(LinkError):
                ask(reader, profile.cmd.stop, lambda chunk: None)
    finally:
        reader.close()
    return b"".join(heard)
