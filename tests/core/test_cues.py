"""When cues are due."""

from isotimer.core.cues import CUE_OF, CUES, CueKind, countdown_cues, hold_cues


def test_every_kind_has_one_row() -> None:
    assert [cue.kind for cue in CUES] == list(CueKind)
    assert set(CUE_OF) == set(CueKind)
    assert all(cue.word for cue in CUES)


def test_a_countdown_beats_each_of_its_last_three_seconds() -> None:
    beat = CueKind.BEAT
    assert countdown_cues(10, 15) == ((10, CueKind.READY), (12, beat), (13, beat), (14, beat))
    assert countdown_cues(10, 12, CueKind.REST_OVER) == ((10, CueKind.REST_OVER), (10, beat), (11, beat))
    assert countdown_cues(10, 10) == ((10, CueKind.READY),)


def test_a_hold_has_halfway_and_its_last_three_seconds() -> None:
    last = CueKind.LAST
    assert hold_cues(0, 10) == ((5, CueKind.HALFWAY), (7, last), (8, last), (9, last))


def test_a_short_hold_has_no_halfway_and_a_very_short_one_no_cue() -> None:
    assert [kind for _, kind in hold_cues(0, 6)] == [CueKind.LAST] * 3
    assert hold_cues(0, 2.5) == ((0.5, CueKind.LAST), (1.5, CueKind.LAST))
    assert hold_cues(0, 0.9) == ()
