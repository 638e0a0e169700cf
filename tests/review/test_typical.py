"""Typical error and least detectable change."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from isotimer.review.typical import LITERATURE_MDC_PCT, retest, typical_error


def test_values_of_the_reference_table(shared_data: Path, points) -> None:
    table = json.loads((shared_data / "synthetic" / "reference.json").read_text("utf-8"))["trend_reference"]
    for name in ("rising", "flat_noisy", "rise_then_plateau", "falling", "n4"):
        row = table[name]
        found = typical_error(points(row["values"], row["days"]))
        assert found.te == pytest.approx(row["typical_error_from_successive_diffs"], rel=1e-9), name
        assert found.mdc == pytest.approx(row["mdc95"], rel=1e-3), name
    row = table["reliability_example"]
    found_retest = retest(row["trial1"], row["trial2"])
    assert found_retest.te == pytest.approx(row["typical_error"])
    assert found_retest.te_pct == pytest.approx(row["te_cv_pct_log"])
    assert found_retest.mdc95 == pytest.approx(row["mdc95"], rel=1e-3)
    assert found_retest.mdc90 == pytest.approx(row["mdc90"], rel=1e-3)
    assert found_retest.swc == pytest.approx(row["swc_0_2"])
    assert found_retest.mean_change == pytest.approx(row["mean_change"])


def test_below_five_sessions_the_literature_decides(points) -> None:
    found = typical_error(points([100, 102, 99, 101]))
    assert not found.own
    assert (found.mdc_low_pct, found.mdc_pct) == LITERATURE_MDC_PCT == (11, 31)
    assert typical_error(points([100, 102, 99, 101, 100])).own
    assert typical_error(points([100, 102])).te is None


def test_error_and_its_upper_limit_hold_what_they_promise(points) -> None:
    rng = np.random.default_rng(5)
    found = [typical_error(points(list(200 * np.exp(0.04 * rng.standard_normal(8))))) for _ in range(400)]
    squares = np.mean([math.log1p((f.te_pct or 0) / 100) ** 2 for f in found])
    covered = np.mean([(f.te_upper_pct or 0) > 100 * math.expm1(0.04) for f in found])
    assert math.sqrt(squares) == pytest.approx(0.04, rel=0.05)
    assert 0.92 <= covered <= 0.98


def test_a_slow_trend_is_no_error(points) -> None:
    assert typical_error(points([100 * 1.02**i for i in range(10)])).te_pct == pytest.approx(0, abs=1e-9)


def test_values_not_above_zero_have_no_error_in_percent(points) -> None:
    found = typical_error(points([1.0, -1.0, 2.0, 0.0, 1.0, 3.0]))
    assert found.te is not None
    assert found.te_pct is None
    assert not found.own
