"""Every failure that isotimer foresees, as one sentence: what, why, what to do."""

from enum import StrEnum

from isotimer.core.text import printable


class IsotimerError(Exception):
    """A failure that was foreseen and can be explained to the person at the screen.

    Args:
        what: What went wrong and where ("cannot open port /dev/ttyUSB0").
        why: The cause, if it is known ("another program holds it").
        advice: What to do about it ("close that program, then press c").

    All three may quote untrusted text; control characters are made visible here, once.
    """

    exit_code = 1
    """The exit code of a command that ends with this error (design, section 7)."""

    def __init__(self, what: str, why: str = "", advice: str = "") -> None:
        self.what = printable(what)
        self.why = printable(why)
        self.advice = printable(advice)
        super().__init__(self.sentence)

    @property
    def sentence(self) -> str:
        """The whole message on one line."""
        head = f"{self.what}: {self.why}" if self.why else self.what
        text = f"{head}; {self.advice}" if self.advice else head
        return text if text.endswith(("?", ".", "!")) else f"{text}."


class WrongUseError(IsotimerError):
    """A wrong argument, name or option."""

    exit_code = 2


class DataError(IsotimerError):
    """A file or database that cannot be read, written or understood."""

    exit_code = 4


class LinkReason(StrEnum):
    """Why a line to a sensor does not work. Each has advice in ``LINK_ADVICE``."""

    NO_PORT = "no port"
    PERMISSION = "no permission"
    BUSY = "port busy"
    VANISHED = "device vanished"
    NO_DATA = "no data"
    GARBLED = "garbled data"
    NO_ANSWER = "no answer"
    REFUSED = "refused by device"
    STREAM_ENDED = "stream ended"


LINK_ADVICE: dict[LinkReason, str] = {
    LinkReason.NO_PORT: "plug the sensor in and list ports with 'isotimer devices'",
    LinkReason.PERMISSION: "add yourself to the group that owns the port (often 'dialout') and log in again",
    LinkReason.BUSY: "close the other program that reads this port",
    LinkReason.VANISHED: "check the cable and plug the sensor in again",
    LinkReason.NO_DATA: "check power, cable and that the right device file is chosen",
    LinkReason.GARBLED: "check the baud rate and that the right device file is chosen",
    LinkReason.NO_ANSWER: "check that the right device file is chosen, or unplug the sensor and try again",
    LinkReason.REFUSED: "read the sensor's manual for this message",
    LinkReason.STREAM_ENDED: "start the sensor again, or let isotimer reconnect",
}


class LinkError(IsotimerError):
    """A sensor line that cannot be opened, is lost, silent or garbled.

    Args:
        reason: The kind of trouble; it carries the advice.
        what: What failed and where.
        why: The system's or device's own words, if any.
        advice: Advice better than the general one of the reason.
    """

    exit_code = 3

    def __init__(self, reason: LinkReason, what: str, why: str = "", advice: str = "") -> None:
        self.reason = reason
        super().__init__(what, why or reason.value, advice or LINK_ADVICE[reason])
