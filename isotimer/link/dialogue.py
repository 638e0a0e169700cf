"""What a simulated device understands and answers, from its profile. Pure."""

import re
from dataclasses import dataclass
from typing import Literal

from isotimer.core.profile import Profile, Step

Verb = Literal["", "probe", "poll", "start", "stop", "tare", "zero", "calibrate", "unknown"]

_VERBS: tuple[Verb, ...] = ("start", "stop", "tare", "zero", "calibrate")
_BLANK = re.compile(r"\{(kg|n)\}")
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """What the device does about one command."""

    verb: Verb
    reply: bytes = b""
    stall_s: float = 0.0
    """How long sampling stands still before the reply."""
    last: bool = True
    """Whether this is the last step of its dialogue, which is the one that acts."""


@dataclass(frozen=True, slots=True)
class _Command:
    pattern: re.Pattern[bytes]
    opening: bytes
    """The literal bytes that it begins with."""
    filled: bool
    """Whether the caller's numbers follow the opening."""
    verb: Verb
    step: int
    answer: Answer


class Dialogue:
    """Cuts what the host sends into commands and says what the device answers.

    Commands whose last character ends them by itself (``tare:``) need no line end; others
    (``?C``) do, if their profile sends one. A command that no dialogue of the profile has is
    answered with the profile's first error example where the device works in lines.

    Args:
        profile: The device.
    """

    def __init__(self, profile: Profile) -> None:
        self._commands = _commands(profile)
        self._lines = any(c.opening and _closing(c) for c in self._commands)
        self._closers = {_closing(c) for c in self._commands if _closing(c)} | {b"\r", b"\n"}
        self._error = next((e.data for e in profile.example if e.kind == "error"), b"")
        self._buffer = b""
        self._next: tuple[Verb, int] = ("", 0)

    def feed(self, data: bytes) -> list[Answer]:
        """Take bytes from the host and return the answers to all commands that are now complete."""
        self._buffer += data
        answers = []
        while self._buffer:
            answer = self._take()
            if answer is None:
                break
            if answer.verb:
                answers.append(answer)
        return answers

    def reset(self) -> None:
        """Forget half a command."""
        self._buffer = b""
        self._next = ("", 0)

    def _take(self) -> Answer | None:
        """Cut one command off the buffer; None while it is incomplete, an empty answer for a line end."""
        found = [(m.end(), c) for c in self._commands if (m := c.pattern.match(self._buffer))]
        if found:
            end = max(length for length, _ in found)
            command = self._choose([c for length, c in found if length == end])
            self._buffer = self._buffer[end:]
            self._next = (command.verb, command.step + 1)
            return command.answer
        if self._buffer[:1] in (b"\r", b"\n"):
            self._buffer = self._buffer[1:]
            return Answer("")
        if len(self._buffer) <= _LONGEST and any(_may_become(self._buffer, c) for c in self._commands):
            return None
        return self._unknown()

    def _choose(self, commands: list[_Command]) -> _Command:
        """Of steps that send the same bytes: the one that is due, else a first one."""
        due = [c for c in commands if (c.verb, c.step) == self._next]
        return (due or [c for c in commands if c.step == 0] or commands)[0]

    def _unknown(self) -> Answer | None:
        if not self._lines:
            self._buffer = self._buffer[1:]
            return Answer("")
        ends = [at + 1 for closer in self._closers if (at := self._buffer.find(closer)) >= 0]
        if not ends and len(self._buffer) <= _LONGEST:
            return None
        self._buffer = self._buffer[min(ends) if ends else len(self._buffer) :]
        self._next = ("", 0)
        return Answer("unknown", self._error)


def _commands(profile: Profile) -> tuple[_Command, ...]:
    commands: list[_Command] = []
    probe = profile.match.probe
    if probe is not None:
        answer = Answer("probe", _bytes(probe.reply) or _example_for(profile, probe.expect))
        commands.append(_command(probe.send, "probe", 0, answer))
    if profile.poll is not None:
        commands.append(_command(profile.poll.send, "poll", 0, Answer("poll")))
    for info in profile.info:
        told = Answer("probe", _bytes(info.reply))
        commands.append(_command(info.send, "probe", 0, told))
    for verb in _VERBS:
        steps: list[Step] = getattr(profile.cmd, verb)
        for number, step in enumerate(steps):
            reply = _bytes(step.reply) or _example_for(profile, step.expect)
            answer = Answer(verb, reply, step.stall_s, number == len(steps) - 1)
            commands.append(_command(step.send, verb, number, answer))
    return tuple(commands)


def _command(send: str, verb: Verb, step: int, answer: Answer) -> _Command:
    core = send.rstrip("\r\n") or send
    needs_end = core != send and core[-1:].isalnum()
    text = core + ("\r" if needs_end else "")
    parts = _BLANK.split(text)[::2]
    pattern = b"([^\r\n;:]+)".join(re.escape(_bytes(p)) for p in parts)
    if needs_end:
        pattern = pattern[: -len(re.escape(b"\r"))] + b"[\r\n]"
    opening = parts[0] if len(parts) > 1 else core
    return _Command(re.compile(pattern), _bytes(opening), len(parts) > 1, verb, step, answer)


def _bytes(text: str) -> bytes:
    return text.encode("latin-1", "replace")


def _closing(command: _Command) -> bytes:
    """Return the character that ends a command: its line end or its own last punctuation, if any."""
    pattern = command.pattern.pattern
    if pattern.endswith(b"[\r\n]"):
        return b"\r"
    return pattern[-1:] if not pattern[-1:].isalnum() else b""


def _may_become(buffer: bytes, command: _Command) -> bool:
    if command.opening.startswith(buffer):
        return True
    rest = buffer[len(command.opening) :]
    return command.filled and buffer.startswith(command.opening) and not re.search(rb"[\r\n;:]", rest)


def _example_for(profile: Profile, expect: str) -> bytes:
    """Return the first example that answers ``expect``; nothing if there is none or none is expected."""
    if not expect:
        return b""
    pattern = re.compile(expect)
    for example in profile.example:
        if pattern.search(example.data.decode("latin-1").strip("\r\n")):
            return example.data
    return b""
