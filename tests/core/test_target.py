"""Targets: as typed, and in newtons."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isotimer.core.errors import WrongUseError
from isotimer.core.target import Target, TargetBand, parse_target


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("250N", "N", 250.0),
        (" 250 N ", "N", 250.0),
        ("0.3kN", "N", 300.0),
        ("25kgf", "N", 245.166),
        ("25 KGF", "N", 245.166),
        ("55lbf", "N", 244.652),
        ("75%", "best", 0.75),
        ("75 %", "best", 0.75),
        ("0.8BW", "bodyweight", 0.8),
        (".8bw", "bodyweight", 0.8),
    ],
)
def test_a_target_is_read_as_people_write_it(text: str, kind: str, value: float) -> None:
    target = parse_target(text)
    assert target.kind == kind
    assert target.value == pytest.approx(value, abs=1e-3)


@pytest.mark.parametrize(
    "text",
    ["", "N", "250", "-5N", "1e9N", "0N", "0%", "5000%", "nanN", "infN", "250 Nm", "250N 3", "٣N", "[red]"],
)
def test_what_is_no_target_is_refused_with_the_text_and_the_right_form(text: str) -> None:
    with pytest.raises(WrongUseError) as caught:
        parse_target(text)
    assert f"'{text}'" in caught.value.sentence
    assert "250N" in caught.value.sentence


@given(st.text(max_size=20))
def test_no_text_raises_anything_else(text: str) -> None:
    try:
        target = parse_target(text)
    except WrongUseError:
        return
    assert target.value > 0


def test_shares_become_newtons() -> None:
    assert parse_target("300N").resolve(None, None) == TargetBand(300, 270, 330)
    assert parse_target("75%").resolve(400, None).force_n == pytest.approx(300)
    assert parse_target("0.5BW").resolve(None, 80).force_n == pytest.approx(392.266)
    band = Target("N", 100, band_share=0.05).resolve(None, None)
    assert (band.low_n, band.high_n) == pytest.approx((95, 105))


@pytest.mark.parametrize(("text", "missing"), [("75%", "no best"), ("0.8BW", "body mass")])
def test_a_share_of_something_unknown_says_what_is_missing(text: str, missing: str) -> None:
    with pytest.raises(WrongUseError, match=missing):
        parse_target(text).resolve(None, None)


def test_the_edges_belong_to_the_band() -> None:
    band = TargetBand(300, 270, 330)
    assert [band.side_of(x) for x in (269.9, 270, 330, 330.1)] == ["below", "in", "in", "above"]
