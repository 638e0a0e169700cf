"""isotimer: timed isometric holds for runners, with live tension and shake.

The pipeline, top to bottom:

    bytes -> decode -> Readings -> timeline -> calibration -> Block
    Block -> journal (disk), hold engine (events), live measures, ring (screen)
    a finished hold -> measures -> store -> review, exports, report
"""

__version__ = "0.1.0"
