"""The test tones: every cue once, with its name, and what the sound card says of itself meanwhile."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from isotimer.core.cues import CUE_OF, CueKind
from isotimer.core.text import printable
from isotimer.core.tones import TONES
from isotimer.sound.speaker import Speaker

_PAUSE_S = 0.4
_LEAD_S = 0.3


@dataclass(frozen=True, slots=True)
class Trial:
    """What was measured while test tones were played."""

    device: str
    rate_hz: float
    latency_s: float
    """From the callback to the loudspeaker, as the system states it."""
    planned: int
    """Tones that were to be heard."""
    played: int
    """Tones that were handed to the sound card."""
    worst_ms: float | None
    """Largest difference between when a tone was to be heard and when the system says it was."""
    underflows: int

    @property
    def fine(self) -> bool:
        """Whether every tone came, and none was torn."""
        return self.played == self.planned and self.underflows == 0

    @property
    def words(self) -> str:
        """All of it in one sentence."""
        worst = "" if self.worst_ms is None else f", at most {self.worst_ms:.1f} ms off their time"
        return (
            f"{printable(self.device, 80)}: {self.rate_hz:.0f} Hz, latency {self.latency_s * 1000:.0f} ms, "
            f"{self.played} of {self.planned} tones played{worst}, {self.underflows} underflows"
        )


def play_all(
    speaker: Speaker,
    say: Callable[[str], None],
    *,
    kinds: tuple[CueKind, ...] = tuple(CueKind),
    pause_s: float = _PAUSE_S,
) -> Trial:
    """Play cues one after the other, say what each is, and return what was measured; takes about 20 s."""
    speaker.player.sounded.clear()
    before = speaker.underflows
    tones = [tone for tone in TONES if tone.kind in kinds]
    for tone in tones:
        cue = CUE_OF.get(tone.kind)
        say(f"{tone.kind.value}: {cue.word}" if cue else tone.kind.value)
        speaker.plan(tone.kind, time.monotonic() + _LEAD_S)
        time.sleep(_LEAD_S + tone.length_s + pause_s)
    sounded = [s for s in speaker.player.sounded if s.planned_s is not None]
    off = [abs(s.sounds_s - s.planned_s) * 1000 for s in sounded if s.planned_s is not None]
    return Trial(
        speaker.device,
        speaker.rate_hz,
        speaker.latency_s,
        len(tones),
        len(sounded),
        max(off, default=None),
        speaker.underflows - before,
    )
