"""Keys and time stamps: UUIDv7 text keys, UTC times with the local offset beside them."""

import secrets
import time
from datetime import UTC, datetime
from uuid import UUID


def new_id() -> str:
    """Return a new UUIDv7 as text: sorts by time of making, unique without asking anyone.

    The twelve bits after the milliseconds hold the fraction of the millisecond (RFC 9562, section
    6.2, method 3), so keys made one after the other in one process sort in that order.
    """
    ms, rest_ns = divmod(time.time_ns(), 1_000_000)
    fraction = (rest_ns << 12) // 1_000_000
    value = (ms & (1 << 48) - 1) << 80 | 7 << 76 | fraction << 64 | 0b10 << 62 | secrets.randbits(62)
    return str(UUID(int=value))


def stamp(moment: datetime | None = None) -> tuple[str, int]:
    """Return (UTC as ISO-8601 with microseconds, local offset in minutes) of a moment.

    Args:
        moment: An aware time; its own offset is kept. Now and the computer's zone if None.

    Raises:
        ValueError: If ``moment`` carries no zone.
    """
    local = datetime.now().astimezone() if moment is None else moment
    offset = local.utcoffset()
    if offset is None:
        raise ValueError("a time without a zone cannot be stored")
    return utc_text(local), round(offset.total_seconds() / 60)


def utc_text(moment: datetime) -> str:
    """Return an aware time as the store writes it: "2026-11-03T09:15:02.000000Z"."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
