"""Which device files fit the bytes that were heard on a line?"""

from collections.abc import Iterable
from dataclasses import dataclass

from isotimer.core.decode import Decoder, NoteKind
from isotimer.core.framing import Cause
from isotimer.core.profile import Profile

LEAST_SHARE = 0.5
"""A device file that understands less of what was heard is not named."""


@dataclass(frozen=True, slots=True)
class Guess:
    """A device file that fits."""

    profile: Profile
    share: float
    """Share of the lines (of the bytes, for frames without line ends) that it understands, up to 1."""
    readings: int
    """Frames with values among them."""


def guess(data: bytes, profiles: Iterable[Profile]) -> tuple[Guess, ...]:
    """Return the device files that fit some bytes, the best first, those that fit alike by id.

    Nothing can tell apart devices that send the same: a bare number a line fits several. The first
    line, whose beginning may be missing, does not count. A file fits if it finds a reading, or the
    words with which the device introduces itself, and understands half of the rest.

    Args:
        data: What was read from the port, from any moment on, without anything having been sent.
        profiles: The catalogue.
    """
    guesses = [g for g in (_judge(data, profile) for profile in profiles) if g is not None]
    return tuple(sorted(guesses, key=lambda g: (-round(g.share, 6), g.profile.id)))


def _judge(data: bytes, profile: Profile) -> Guess | None:
    decoder = Decoder(profile)
    decoded = decoder.feed(data, 0)
    count, counts = len(decoded.readings), decoder.counts
    known = count + counts[Cause.NOISE] + counts[Cause.ERROR] + counts[Cause.EVENT]
    known += sum(note.kind is NoteKind.END for note in decoded.notes)
    if profile.frame.kind in ("binary", "chunk", "tagged"):
        # each record has a tag and a length with it, if it comes alone
        length = profile.frame.length + 2 * (profile.frame.kind == "tagged")
        share = min(1.0, known * length / max(len(data), 1))
    else:
        lost = counts[Cause.GARBLED] + counts[Cause.TOO_LONG]
        share = known / max(known + lost, 1)
    introduced = any(note.kind is NoteKind.BANNER for note in decoded.notes)
    if share < LEAST_SHARE or not (count or introduced):
        return None
    return Guess(profile, share, count)
