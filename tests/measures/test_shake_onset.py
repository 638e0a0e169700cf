"""The rule of shake onset: when it says a time, and when it says that it cannot."""

import dataclasses

import numpy as np
import pytest

from isotimer.measures.onset import Course, first_run, hold_course, rule
from isotimer.measures.prepared import Prepared
from isotimer.measures.trace import Trace

RATE_HZ = 100.0


def shaking(growth, tension=None, hold_s=30.0, **more):
    """A hold with a 10 Hz shake of 1 N times ``growth(time)`` on 300 N times ``tension(time)``."""
    time = np.arange(round(hold_s * RATE_HZ)) / RATE_HZ
    level = 300 * (np.ones(time.size) if tension is None else tension(time))
    noise = np.random.default_rng(6).normal(0, 0.01, time.size)
    return Trace(time, level + growth(time) * np.sin(2 * np.pi * 10 * time) + noise, hold_s, **more)


def steps_at(at_s, factor):
    return lambda time: np.where(time < at_s, 1.0, factor)


def test_a_sudden_trebling_is_dated_within_the_window(values):
    onset = values(shaking(steps_at(15, 3)))["shake_onset_s"].value
    assert 15 < onset < 16


def test_flat_shake_never_doubles(values):
    got = values(shaking(lambda t: np.ones(t.size)))
    assert got["shake_onset_s"].reason == "not reached"
    assert got["shake_growth_ratio"].value == pytest.approx(1, rel=0.02)


def test_less_than_doubled_is_not_reached(values):
    got = values(shaking(steps_at(15, 1.8)))
    assert got["shake_onset_s"].reason == "not reached"
    assert got["shake_growth_ratio"].value == pytest.approx(1.8, rel=0.02)


def test_a_short_burst_is_no_onset(values):
    def burst(time):
        return np.where((time > 15) & (time < 16.2), 5.0, 1.0)

    assert values(shaking(burst))["shake_onset_s"].reason == "not reached"


def test_shake_that_sinks_with_tension_is_judged_relative(values):
    """Shake stays while tension falls by a fifth: no doubling, but growth by a quarter."""
    got = values(shaking(lambda t: np.ones(t.size), lambda t: 1 - 0.2 * np.clip((t - 10) / 10, 0, 1)))
    assert got["shake_onset_s"].reason == "not reached"
    assert got["shake_growth_ratio"].value == pytest.approx(1.25, rel=0.02)
    assert "relative" in got["shake_growth_ratio"].doubt


def test_a_fallen_tension_cannot_be_judged(values):
    got = values(shaking(steps_at(25, 3), lambda t: np.where(t < 18, 1, 0.7)))
    assert got["shake_onset_s"].reason == "cannot say: tension had fallen by a quarter at 19 s"
    early = values(shaking(steps_at(12, 3), lambda t: np.where(t < 25, 1, 0.7)))
    assert 12 < early["shake_onset_s"].value < 13


def test_leaving_the_target_band_cannot_be_judged(values):
    trace = shaking(steps_at(25, 3), lambda t: np.where(t < 18, 1, 0.88))
    assert values(trace)["shake_onset_s"].value == pytest.approx(25.5, abs=0.6)
    banded = dataclasses.replace(trace, target_n=300.0, low_n=270.0, high_n=330.0)
    assert values(banded)["shake_onset_s"].reason.startswith("cannot say: tension left the target band at 1")


def test_short_holds_cannot_be_judged(values):
    got = values(shaking(steps_at(9, 3), hold_s=11.0))
    assert got["shake_onset_s"].reason == "hold too short: 11.0 s, needs 12"


def test_a_late_plateau_moves_the_baseline(values):
    """The ramp takes 4 s; its end must not be taken for shake of the first seconds."""
    got = values(shaking(steps_at(18, 3), lambda t: np.clip(t / 4, 0, 1)))
    assert 18 < got["shake_onset_s"].value < 19


def test_the_trace_after_the_release_does_not_matter(values):
    held = shaking(lambda t: np.ones(t.size))
    time = np.arange(3400) / RATE_HZ
    force = np.concatenate((held.force_n, np.zeros(400)))
    assert values(Trace(time, force, 30.0))["shake_onset_s"].reason == "not reached"


def test_course_has_the_rms_of_each_second():
    run = hold_course(Prepared(shaking(steps_at(15, 3))))
    assert np.diff(run.end_s) == pytest.approx(0.1)
    assert run.shake_n[(run.end_s > 3) & (run.end_s < 14)] == pytest.approx(1 / np.sqrt(2), rel=0.02)
    assert run.shake_n[(run.end_s > 17) & (run.end_s < 29)] == pytest.approx(3 / np.sqrt(2), rel=0.02)
    assert run.tension_n == pytest.approx(300, rel=0.01)


def test_rule_by_hand():
    end = np.arange(10, 200) / 10
    shake = np.where(end < 12.95, 1.0, 2.1)
    said = rule(Course(end, shake, np.full(end.size, 100.0)))
    assert said.onset_s == 13.0
    assert said.baseline == 1.0
    wild = np.where((end * 10).round() % 2 == 0, 1.0, 2.0)
    wild[end > 13] = 2.4
    # Median 1 and SD 0.5: the median and three times the spread outweigh the doubling.
    assert rule(Course(end, wild, np.full(end.size, 100.0))).why == "not reached"
    floored = rule(Course(end, shake, np.full(end.size, 100.0)), noise_floor_n=0.4)
    assert floored.why.startswith("cannot say: shake at the start")


def test_first_run():
    flags = np.array([1, 1, 0, 1, 1, 1, 0], bool)
    assert first_run(flags, 3) == 3
    assert first_run(flags, 4) is None
    assert first_run(flags[:2], 3) is None
