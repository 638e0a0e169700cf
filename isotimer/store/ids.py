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


def key_from(digest: bytes, moment: datetime | None = None) -> str:
    """Return a UUIDv7 that follows from a digest and a time, so that the same thing gets the same key.

    Args:
        digest: At least 10 bytes.
        moment: Aware; the key sorts by it. 1970 if None.
    """
    ms = 0 if moment is None else max(0, int(moment.timestamp() * 1000))
    bits = int.from_bytes(digest[:10])
    value = (ms & (1 << 48) - 1) << 80 | 7 << 76 | (bits >> 62 & 0xFFF) << 64
    return str(UUID(int=value | 0b10 << 62 | bits & (1 << 62) - 1))


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
