"""The share of load that a rig asks for: told when it has not been kept for a while, in virtual time."""

from dataclasses import replace

import numpy as np
import pytest

from isotimer.core.block import Block
from isotimer.core.errors import WrongUseError
from isotimer.core.hold import HoldEnded, HoldStarted
from isotimer.core.plan import End, HoldStep, Side
from isotimer.core.rig import Rig, RigChannel, RigDevice
from isotimer.session.rigs import keep_rig, keep_share, parse_share, stored_rig
from isotimer.session.share_watch import ShareWatch

RATE_HZ = 100
STEP = HoldStep("standing-pull-back", Side.BOTH, 30.0)
CELLS = Rig(
    "cells",
    (RigDevice("a", "p"),),
    (RigChannel("a", 0, Side.LEFT), RigChannel("a", 1, Side.RIGHT)),
    (47.0, 53.0),
)


class Run:
    """A watch that is fed second by second."""

    def __init__(self, rig=CELLS):
        self.told = []
        self.now_s = 100.0
        self.rig = rig
        self.watch = ShareWatch(lambda: self.rig, lambda: self.told.append(self.now_s))

    def hold(self):
        self.watch.event(HoldStarted(self.now_s, 0, STEP, 1, self.now_s))
        return self

    def stand(self, seconds, share, load_n=700.0):
        for _ in range(round(seconds * RATE_HZ / 5)):
            time_s = self.now_s + np.arange(1, 6) / RATE_HZ
            force = np.tile([load_n * (1 - share), load_n * share], (5, 1))
            self.now_s = float(time_s[-1])
            self.watch.block(Block(time_s, force, force, np.zeros(5, np.uint8)))
        return self


def test_out_of_the_band_for_two_seconds_is_told_once_each_time():
    run = Run().hold().stand(3, 0.5).stand(6, 0.44)
    assert run.told == [pytest.approx(105.0, abs=0.6)]
    run.stand(2, 0.52).stand(1.5, 0.56).stand(1, 0.5)
    assert len(run.told) == 1
    run.stand(4, 0.56)
    assert len(run.told) == 2


def test_nothing_is_told_outside_of_a_hold_or_off_the_plates_or_without_a_target():
    run = Run().stand(5, 0.3).hold().stand(5, 0.3, load_n=5.0)
    run.rig = replace(CELLS, share_pct=None)
    run.stand(5, 0.3)
    run.rig = CELLS
    run.watch.event(HoldEnded(run.now_s, 0, STEP, 1, 100.0, run.now_s, End.COMPLETED, ""))
    run.stand(5, 0.3)
    assert run.told == []


def test_void_samples_of_a_lost_side_are_no_share():
    assert Run().hold().stand(5, float("nan")).told == []


def test_a_share_is_typed_and_kept(tmp_path):
    assert parse_share("50 3") == parse_share("50 ± 3 %") == parse_share(" 50 ") == (47.0, 53.0)
    assert parse_share("") is None
    for words in ("fifty", "50 3 1", "99 3", "50 0", "nan"):
        with pytest.raises(WrongUseError, match="no share of the load"):
            parse_share(words)
    keep_rig(tmp_path / "s.db", replace(CELLS, share_pct=None))
    keep_share(tmp_path / "s.db", "cells", (45.0, 51.0))
    assert stored_rig(tmp_path / "s.db", "cells").share_pct == (45.0, 51.0)
