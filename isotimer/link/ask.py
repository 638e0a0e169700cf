"""Asking a device: send, wait for the expected answer, while samples keep flowing."""

import re
import time
from collections.abc import Callable, Mapping, Sequence

from isotimer.core.errors import LinkError, LinkReason
from isotimer.core.profile import Step
from isotimer.link.inbox import Chunk, Line

_KEEP = 4096
"""Bytes of answer that are looked at; older ones are dropped."""


def ask(
    reader: Line,
    steps: Sequence[Step],
    on_chunk: Callable[[Chunk], None],
    *,
    patience_s: float = 0.0,
    fill: Mapping[str, str] | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> str:
    """Carry out a dialogue and return what was expected of its last step.

    Every chunk that arrives meanwhile is passed to ``on_chunk``, so that no sample is lost. A first
    step that gets no answer is sent again until ``patience_s`` is over: a board that has just been
    opened may still be booting.

    Args:
        reader: The open line.
        steps: What to say and what to wait for.
        on_chunk: Takes the bytes that arrive.
        patience_s: How long the device may take to listen at all.
        fill: Values for the ``{names}`` in what is sent.
        stopped: Whether to give up at once.

    Raises:
        LinkError: If an answer does not come (NO_ANSWER), or the line fails.
    """
    answer = ""
    for number, step in enumerate(steps):
        send = step.send
        for name, value in (fill or {}).items():
            send = send.replace("{" + name + "}", value)
        give_up_s = time.monotonic() + (patience_s if number == 0 else 0.0)
        while True:
            reader.write(send.encode("latin-1"))
            found = _await(reader, step, on_chunk, stopped)
            if found is not None:
                answer = found
                break
            if time.monotonic() >= give_up_s or stopped():
                what = f"the device on {reader.port} does not answer '{send.strip()}'"
                raise LinkError(LinkReason.NO_ANSWER, what)
        _listen(reader, step.wait_s + step.drain_s, on_chunk)
    return answer


def _await(
    reader: Line, step: Step, on_chunk: Callable[[Chunk], None], stopped: Callable[[], bool]
) -> str | None:
    if not step.expect:
        return ""
    pattern = re.compile(step.expect, re.MULTILINE)
    heard = b""
    until_s = time.monotonic() + step.within_s
    while (left_s := until_s - time.monotonic()) > 0 and not stopped():
        chunk = reader.take(min(left_s, 0.1))
        if chunk is None:
            continue
        on_chunk(chunk)
        heard = (heard + chunk[0])[-_KEEP:]
        if match := pattern.search(heard.decode("ascii", "replace")):
            return match.group()
    return None


def _listen(reader: Line, for_s: float, on_chunk: Callable[[Chunk], None]) -> None:
    until_s = time.monotonic() + for_s
    while (left_s := until_s - time.monotonic()) > 0:
        if chunk := reader.take(left_s):
            on_chunk(chunk)
