"""What a plan is before anybody's numbers are known: blocks of holds, their sides, targets and rests."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from isotimer.core.plan import Mode, Start
from isotimer.core.target import Target
from isotimer.core.task import StopRule, TargetPath


class Sides(StrEnum):
    """Which legs a block works, and in which order."""

    ALTERNATE = "alternate"
    """Both legs in each rep, one after the other."""
    PER_SET = "per-set"
    """A set with one leg, then the same set with the other, which has rested meanwhile."""
    ONE_THEN_OTHER = "one-then-other"
    """All sets with one leg, then all with the other."""
    LEFT = "left"
    RIGHT = "right"
    BOTH = "both"
    """Both legs at once."""


class StartSide(StrEnum):
    """Which leg begins."""

    RIGHT = "right"
    LEFT = "left"
    BY_SESSION = "by-session"
    """The other one than in the session before."""
    DRAWN = "drawn"
    """Drawn once for each athlete, then kept."""


@dataclass(frozen=True, slots=True)
class Usual:
    """What holds where a plan states nothing."""

    band_share: float = 0.10
    countdown_s: float = 5.0
    breath_s: float = 0.0


@dataclass(frozen=True, slots=True)
class PlanBlock:
    """Holds of one position that belong together."""

    position: str
    """Id of the position."""
    seconds: float | None
    """Length of each hold; None for an open end."""
    cap_s: float | None = None
    """Longest time of a hold with an open end."""
    mode: Mode = Mode.STEADY
    sides: Sides = Sides.ALTERNATE
    sets: int = 1
    reps: int = 1
    """Reps per set and leg."""
    targets: tuple[Target, ...] = ()
    """No target, one for all reps, or one for each rep."""
    band_share: float | None = None
    """Half the width of the band, as a share of the target; None for the usual one."""
    start: Start = Start.CLOCK
    countdown_s: float | None = None
    """None for the usual one."""
    rest_side_s: float = 30.0
    rest_rep_s: float = 60.0
    rest_set_s: float = 120.0
    rest_after_s: float = 120.0
    """Rest between this block and the next."""
    wait_s: tuple[float, float] | None = None
    """Shortest and longest random wait of the modes respond and switch."""
    between: Literal["sides", "phases"] = "sides"
    """What mode switch changes between: left and right, or push and swing."""
    path: TargetPath | None = None
    """The moving target of mode track."""
    stop_below_share: float | None = None
    stop_below_s: float = 2.0
    stop_out_of_band_s: float | None = None
    stop_after_shake_s: float | None = None
    breath_s: float | None = None
    """A breathing reminder every so many seconds; 0 for none, None for the usual."""
    stop_set_share: float | None = None
    """The set of one leg ends after two holds in a row below this share of the target."""
    extra_attempts: int = 0
    """Further attempts per side, for when the first ones do not agree (see ``extra_attempt``)."""
    note: str = ""
    """One or two sentences for the athlete."""

    @property
    def target(self) -> Target | None:
        """The target of the first rep."""
        return self.targets[0] if self.targets else None

    @property
    def stop(self) -> StopRule | None:
        """When a hold ends before its time; None if nothing but letting go ends it."""
        rule = StopRule(
            self.stop_below_share, self.stop_below_s, self.stop_out_of_band_s, self.stop_after_shake_s
        )
        return None if rule == StopRule(below_s=self.stop_below_s) else rule

    def target_of(self, rep_no: int) -> Target | None:
        """Return the target of a rep, counted from 1."""
        return self.targets[(rep_no - 1) % len(self.targets)] if self.targets else None


@dataclass(frozen=True, slots=True)
class PlanSpec:
    """A plan as it is written down."""

    id: str
    name: str
    blocks: tuple[PlanBlock, ...]
    about: str = ""
    basis: str = ""
    """What of it a source states, and what is this project's own suggestion."""
    sources: tuple[str, ...] = ()
    """Codes of ``plan_sources.source``."""
    per_week: tuple[int, int] | None = None
    """Fewest and most sessions a week."""
    weeks: tuple[int, int] | None = None
    """For how many weeks."""
    every_weeks: int | None = None
    """Done again every so many weeks."""
    rounds: int = 1
    """How often all blocks are gone through."""
    rest_round_s: float = 90.0
    start_side: StartSide = StartSide.RIGHT
    ask_effort: bool = True
    """Whether the effort is asked for after each set."""
    stop_at_pain: bool = False
    """Whether pain ends the session, not only the leg that hurts."""
    stop_invalid: int | None = None
    """The session ends after so many maximal holds in a row that do not count."""
    stop_fall_share: float | None = None
    """It ends at the second fall in a row by more than this share between maximal holds of one leg."""
    stop_day_share: float | None = None
    """It ends when the best of the day stays below this share of the own best with each leg."""

    @property
    def maximal(self) -> bool:
        """Whether it asks for all an athlete has: not for somebody with a medical reason against it."""
        hard = (Mode.MAX, Mode.RESPOND, Mode.ENDURANCE)
        return any(
            b.mode in hard or any(t.kind == "best" and t.value >= 0.9 for t in b.targets) for b in self.blocks
        )
