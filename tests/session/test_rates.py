"""The baud rates of a device file are tried one after the other."""

from isotimer.core.errors import LinkError, LinkReason
from isotimer.session.rates import Rates

GARBLED = LinkError(LinkReason.GARBLED, "x")


def test_each_rate_is_tried_before_the_failure_is_said(profile_of) -> None:
    rates = Rates(profile_of("sparkfun-openscale"))
    first = rates.baud
    assert rates.open
    assert rates.turn(GARBLED)
    second = rates.baud
    assert second != first
    assert rates.trying == f"trying {second} baud"
    assert not rates.failed_all
    assert rates.tried == f" at {first} or {second} baud"
    assert not rates.turn(GARBLED)
    assert rates.failed_all
    assert rates.baud == first
    assert rates.turn(GARBLED)


def test_a_rate_that_was_understood_is_kept(profile_of) -> None:
    rates = Rates(profile_of("sparkfun-openscale"))
    rates.turn(GARBLED)
    at = rates.baud
    rates.proven()
    assert not rates.turn(GARBLED)
    assert (rates.baud, rates.open, rates.tried) == (at, False, "")


def test_a_rate_set_by_hand_and_a_device_with_one_are_not_changed(profile_of) -> None:
    for rates in (
        Rates(profile_of("sparkfun-openscale"), 1200),
        Rates(profile_of("chronojump-force-sensor")),
    ):
        assert not rates.open
        assert not rates.turn(GARBLED)
    assert Rates(profile_of("sparkfun-openscale"), 1200).baud == 1200


def test_other_failures_say_nothing_about_the_rate(profile_of) -> None:
    rates = Rates(profile_of("sparkfun-openscale"))
    at = rates.baud
    assert not rates.turn(LinkError(LinkReason.VANISHED, "x"))
    assert rates.baud == at
