"""What simulated devices understand."""

import pytest

from isotimer.core.profile import Profile
from isotimer.link.catalog import find_profile
from isotimer.link.dialogue import Dialogue
from isotimer.link.shipped import shipped_folder


def device(name: str) -> Profile:
    return find_profile(name, [shipped_folder()])


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n"])
def test_a_colon_ends_a_command_by_itself(end: bytes) -> None:
    dialogue = Dialogue(device("chronojump-force-sensor"))
    sent = end.join([b"get_version:", b"start_capture:", b"tare:", b"calibrate:20;", b"end_capture:"]) + end
    answers = [a for i in range(len(sent)) for a in dialogue.feed(sent[i : i + 1])]
    assert [a.verb for a in answers] == ["probe", "start", "tare", "calibrate", "stop"]
    assert answers[0].reply == b"Force_Sensor-0.6\r\n"
    assert answers[1].reply == b"Starting capture...\r\n"
    assert answers[2].stall_s > 1


def test_unknown_commands_are_refused_and_the_next_one_is_heard() -> None:
    dialogue = Dialogue(device("chronojump-force-sensor"))
    answers = dialogue.feed(b"hello:\nstart_captureX:\nstart_capture:")
    assert [a.verb for a in answers] == ["unknown", "unknown", "start"]
    assert answers[0].reply == b"Not a valid command\r\n"


def test_a_poll_is_complete_at_its_line_end_only() -> None:
    dialogue = Dialogue(device("mark10-series5"))
    assert dialogue.feed(b"?C") == []
    assert [a.verb for a in dialogue.feed(b"\r?C\rZ\r")] == ["poll", "poll", "tare"]
    assert [(a.verb, a.reply) for a in dialogue.feed(b"?CX\r?C\r")] == [
        ("unknown", b"*10\r\n"),
        ("poll", b""),
    ]


def test_a_device_without_commands_answers_nothing() -> None:
    dialogue = Dialogue(device("hx711-line"))
    assert dialogue.feed(b"tare:\r\nt\x00\xff" * 100) == []


def test_endless_input_is_not_kept() -> None:
    dialogue = Dialogue(device("chronojump-force-sensor"))
    for _ in range(50):
        dialogue.feed(b"calibrate:" + b"9" * 150)
    assert [a.verb for a in dialogue.feed(b";\nstart_capture:")][-1] == "start"


def test_reset_forgets_half_a_command() -> None:
    dialogue = Dialogue(device("chronojump-force-sensor"))
    dialogue.feed(b"start_cap")
    dialogue.reset()
    assert [a.verb for a in dialogue.feed(b"tare:")] == ["tare"]
