"""When tension is shown between two of the few times a second at which its number changes."""

import pytest

from isotimer.core.plan import TargetBand
from isotimer.tui.widgets.gauge import TensionGauge


@pytest.mark.parametrize(
    ("shown", "value", "far"),
    [
        (300.0, 306.0, False),
        (300.0, 340.0, True),
        (300.0, 0.0, True),
        (0.0, 1.5, False),
        (0.0, 60.0, True),
        (300.0, float("nan"), False),
        (None, 300.0, False),
    ],
    ids=["tremor", "pull", "let go", "noise of an empty sensor", "onset", "void", "nothing is shown"],
)
def test_a_pull_is_far_and_a_tremor_is_not(shown: float | None, value: float, far: bool) -> None:
    gauge = TensionGauge()
    gauge.refresh = lambda *regions, **flags: gauge
    gauge.show(shown, TargetBand(300.0, 270.0, 330.0), None, "N")
    assert gauge.far(value) is far
