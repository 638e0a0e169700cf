"""Body mass as people write it."""

import pytest

from isotimer.core.errors import WrongUseError
from isotimer.core.mass import parse_mass


@pytest.mark.parametrize(
    ("text", "kg"),
    [("70", 70.0), (" 70,5 kg ", 70.5), ("154 lb", 69.853), ("154LBS", 69.853), ("70.", 70.0), (" ", None)],
)
def test_what_people_write(text: str, kg: float | None) -> None:
    assert parse_mass(text) == (None if kg is None else pytest.approx(kg, abs=0.001))


@pytest.mark.parametrize("text", ["0", "-70", "7000", "seventy", "70 st", "1e2", "nan", "19.9", "\x1b[31m70"])
def test_what_is_no_body_mass_is_refused(text: str) -> None:
    with pytest.raises(WrongUseError) as refused:
        parse_mass(text)
    assert "body weight" in refused.value.sentence
    assert "\x1b" not in refused.value.sentence
