"""What the settings screen offers: one table of settings, their values and what they mean."""

from collections.abc import Sequence
from dataclasses import dataclass

from isotimer.core.settings import SIGNS, Settings
from isotimer.core.text import printable

Values = tuple[tuple[object, str], ...]
"""Each value that can be chosen, and how it is shown; in their natural order."""

ON_OFF: Values = ((False, "off"), (True, "on"))


def _steps(first: float, last: float, step: float, unit: str) -> Values:
    count = round((last - first) / step)
    return tuple((round(first + n * step, 6), f"{first + n * step:g} {unit}") for n in range(count + 1))


@dataclass(frozen=True, slots=True)
class Row:
    """One setting."""

    name: str
    """Its name in ``Settings``."""
    label: str
    about: str
    """One sentence: what it does."""
    values: Values = ()
    """Empty if they are known only at run time."""


GROUPS: tuple[tuple[str, tuple[Row, ...]], ...] = (
    (
        "SOUND",
        (
            Row(
                "volume",
                "Volume",
                "Loudness of cues, words and the sound of the force. In a session: + and -.",
                tuple((n / 10, f"{10 * n} %") for n in range(11)),
            ),
            Row("mute", "Mute", "Silence: neither sound nor the terminal's bell. In a session: M.", ON_OFF),
            Row("speak", "Spoken cues", 'Says in the rest what comes: "Left next. 10 seconds."', ON_OFF),
            Row("voice", "Voice", "Who speaks, where this computer has a choice."),
            Row(
                "force_sound",
                "Sound of the force",
                "In a hold: pitch tells the distance from the target, roughness the shake. Look ahead. F4.",
                ON_OFF,
            ),
        ),
    ),
    (
        "SCREEN",
        (
            Row("theme", "Theme", "Colours; nothing is told by colour alone. F2 changes light and dark."),
            Row("flash", "Flash", "The screen flashes with go, release and the end.", ON_OFF),
            Row("reduced_motion", "Reduced motion", "Nothing flashes, slides or blinks.", ON_OFF),
            Row(
                "signs",
                "Signs",
                "ASCII where braille dots or blocks are missing. It counts from the next start.",
                tuple((sign, "ASCII" if sign == "ascii" else sign) for sign in SIGNS),
            ),
        ),
    ),
    (
        "SESSION",
        (
            Row(
                "band_pct",
                "Width of the band",
                "How far from the target still counts as in, where a plan states nothing.",
                tuple((value, f"± {name}") for value, name in _steps(1.0, 30.0, 1.0, "%")),
            ),
            Row(
                "countdown_s",
                "Countdown",
                "Seconds before a hold, where a plan states nothing.",
                _steps(0.0, 30.0, 1.0, "s"),
            ),
            Row(
                "breath_s",
                "Breathing reminder",
                "A soft tone in every hold, where a plan states nothing.",
                ((0.0, "off"), *((value, f"every {name}") for value, name in _steps(3.0, 15.0, 1.0, "s"))),
            ),
            Row(
                "reconnect",
                "Connect at the start",
                "The sensor used last is connected by itself if it is plugged in, under whatever port name.",
                ON_OFF,
            ),
            Row(
                "tare_each_set",
                "Tare before each set",
                "Sets the sensor to zero in the rest: keep the strap slack.",
                ON_OFF,
            ),
            Row(
                "calibration_age_days",
                "Calibration is old after",
                "An older calibration is pointed out.",
                tuple((days, f"{days} days") for days in (7, 30, 90, 180, 365, 730)),
            ),
        ),
    ),
)


def shown(row: Row, values: Values, settings: Settings) -> str:
    """Return the value of a setting in words; one that is not on offer is shown as it is."""
    value = getattr(settings, row.name)
    return next((name for offered, name in values if offered == value), printable(str(value), 40))


def turned(values: Values, value: object, by: int) -> object:
    """Return the value some places further on; two values are exchanged, others end at their ends."""
    offered = [v for v, _ in values]
    if value in offered:
        at = offered.index(value) + by
        return offered[at % 2] if len(offered) == 2 else offered[min(max(at, 0), len(offered) - 1)]
    if not isinstance(value, int | float):
        return offered[0]
    return _nearest([v for v in offered if isinstance(v, int | float)], value, by)


def _nearest(offered: Sequence[float], value: float, by: int) -> float:
    beyond = [v for v in offered if (v > value if by > 0 else v < value)]
    ends = offered[-1] if by > 0 else offered[0]
    return (min(beyond) if by > 0 else max(beyond)) if beyond else ends
