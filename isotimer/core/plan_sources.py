"""What the source codes of plans stand for."""

from isotimer.core.positions import SOURCES

PLAN_SOURCES: dict[str, str] = {
    "S1": "Van Such, Push phase vs swing phase, athleticquickness.com",
    "S19": "Van Such, How long do I need to continue training, athleticquickness.com",
    "S24": "Baweja et al. 2009, Exp Brain Res, PMC3631578",
    "S33": "Extreme isometric lunges, slowguyspeedschool.com",
    "S34": "Why the extreme iso lunge, stack.com",
    "S35": "One man's dive into extreme isometrics, just-fly-sports.com",
    "S42": "Applied Sciences 2022, 12(20):10255 (instruction and rate of force)",
    "S44": "Deane et al. 2005, J Strength Cond Res (hip flexor training)",
    "S48": "Nagahara and Murata 2020, Front Sports Act Living, 571523",
    "S70": "Rev Cardiovasc Med 2023, 24(2), doi 10.31083/j.rcm2402060",
    "S78": "Endurance test at 55 to 65 % of maximum, PMC6302975",
    "S79": "PLoS One 2019, 0225925 (force matching)",
    "S80": "Isometric force tracking, touchlab.mit.edu",
    "S81": "Visual gain and force control, PMC2842579",
}
"""Codes that plans use and positions do not; some of these were read as abstracts only."""


def source(code: str) -> str:
    """Return what a code stands for; the text itself where it is no known code."""
    return PLAN_SOURCES.get(code) or SOURCES.get(code) or code
