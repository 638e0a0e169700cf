"""A coach's questions, asked of a made-up season whose truth is known."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from isotimer.core.errors import WrongUseError
from isotimer.core.plan import End, Mode, Phase, Side
from isotimer.report.page import page
from isotimer.review.rows import STRENGTH, HoldRow
from isotimer.review.transfer import Answer
from isotimer.review.trend import Verdict
from isotimer.session.coach import Asked, Coach
from isotimer.session.coach_json import (
    balance_json,
    balance_lines,
    history_json,
    hold_line,
    track_json,
    track_lines,
    trend_json,
    trend_lines,
)
from isotimer.session.coach_report import report_content
from isotimer.session.coach_views import measure_name, series_trend
from isotimer.store.coach import accept_hold, neighbours, set_aside
from isotimer.store.database import open_store
from isotimer.store.history import HoldFilter, hold_page, hold_rows
from isotimer.store.season import add_season

NOW = datetime(2026, 6, 1, 19, tzinfo=UTC)
DEMO, BO, CLEO = "Demo athlete", "Demo Bo (synthetic)", "Demo Cleo (synthetic)"


@pytest.fixture(scope="module")
def coach(season_made):
    return Coach(season_made)


def test_the_weak_swing_side_is_named_with_n_and_interval(coach):
    view = coach.balance(DEMO, NOW)
    assert (view.balance.named.phase, view.balance.named.side) == (Phase.SWING, Side.LEFT)
    text = "\n".join(balance_lines(view))
    assert "Swing, left side, is the limiting one" in text
    assert "95 % interval" in text
    assert "sessions of the last 56 days" in text
    assert "Lying 90/90 pull, side-to-side gap" in text
    assert "supine-90-90-hip-pull" not in text


def test_a_phase_that_fell_behind_is_named(coach):
    named = coach.balance(BO, NOW).balance.named
    assert (named.phase, named.side) == (Phase.RETURN, Side.BOTH)


def test_strength_is_on_a_plateau_for_one_and_improving_for_another(coach):
    strong = [t.trend.verdict for t in coach.trends(DEMO, (STRENGTH,), Asked(mode="max"))]
    assert len(strong) == 6
    assert strong.count(Verdict.PLATEAU) >= 5
    assert {t.trend.verdict for t in coach.trends(CLEO, (STRENGTH,), Asked(mode="max"))} == {
        Verdict.IMPROVING
    }


def test_one_gain_reaches_the_track_and_the_other_does_not(coach):
    faster, not_faster = coach.track(DEMO), coach.track(CLEO)
    assert faster.answers[0].answer is Answer.FASTER
    assert not_faster.answers[0].answer in (Answer.NOT_FASTER, Answer.NOT_SHOWN)
    assert "Link of strength" in "\n".join(track_lines(faster))
    assert "isotimer sprint add" in "\n".join(track_lines(coach.track(BO)))


def test_trends_are_kept_to_what_was_asked_for(coach):
    found = coach.trends(DEMO, (STRENGTH, "shake_pct"), Asked(phase="swing", side="left"))
    assert {(t.phase, t.key.side) for t in found} == {(Phase.SWING, Side.LEFT)}
    assert {t.measure for t in found} == {STRENGTH, "shake_pct"}
    wide = coach.trends(DEMO, (STRENGTH,), Asked(side="left", mode="max"), window_days=112, margin_pct=3)
    assert {t.trend.verdict for t in wide} == {Verdict.IMPROVING}


def test_every_answer_is_json_for_programs(coach):
    answers = [
        balance_json(coach.balance(DEMO, NOW)),
        [trend_json(t) for t in coach.trends(DEMO)],
        track_json(coach.track(DEMO)),
        history_json(coach.holds(Asked()).rows),
        history_json(coach.sessions(Asked()).rows),
    ]
    for answer in answers:
        assert json.loads(json.dumps(answer, allow_nan=False)) == answer
    [balance, *_] = answers
    assert balance["limiting"]["sentence"] == balance["sentences"][0]
    assert len(balance["cells"]) == 6


def test_history_is_chosen_by_many_things(coach):
    asked = Asked(athlete=DEMO, phase="push", side="right", mode="steady", position="ankle-iso-push")
    rows = coach.holds(asked).rows
    assert {(r["athlete"], r["phase"], r["side"], r["mode"]) for r in rows} == {
        (DEMO, "push", "right", "steady")
    }
    last = rows[0]["started_at"]
    until = datetime.fromisoformat(last)
    assert all(r["started_at"] < last for r in coach.holds(Asked(athlete=DEMO, until=until)).rows)
    assert len(coach.holds(Asked(group="Demo group (synthetic)"), limit=7).rows) == 7
    [session] = coach.sessions(Asked(athlete=DEMO), limit=1).rows
    whole = coach.holds(Asked(session_id=session["session_id"])).rows
    assert len(whole) == session["holds"]
    assert hold_line(whole[0]).startswith(whole[0]["hold_id"][:13])


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (Asked(athlete="Zoe"), "there is no athlete 'Zoe'"),
        (Asked(group="U99"), "there is no group 'U99'"),
        (Asked(side="up"), "there is no side 'up'"),
    ],
)
def test_what_is_not_there_is_said(coach, asked, sentence):
    with pytest.raises(WrongUseError, match=sentence):
        coach.holds(asked)


def test_a_measure_that_is_not_there_is_said(coach):
    with pytest.raises(WrongUseError, match="no measure 'strength'"):
        coach.trends(DEMO, ("strength",))
    assert measure_name("hold_s") == ("length", "s")


def test_before_the_first_hold_there_is_nobody(tmp_path):
    empty = Coach(tmp_path / "none.db")
    assert empty.empty
    assert empty.choices() == {"athletes": [], "groups": [], "positions": []}
    assert empty.holds(Asked()).rows == ()
    assert not (tmp_path / "none.db").exists()


def test_a_hold_set_aside_leaves_queue_and_comparison_one_accepted_comes_back(season_db):
    with open_store(season_db) as store:
        queue = hold_page(store, HoldFilter(flagged=True)).rows
        flagged = next(r for r in queue if r["flag"])
        other = next(r for r in queue if not r["flag"])
        accept_hold(store, flagged["hold_id"])
        set_aside(store, other["hold_id"])
        assert hold_page(store, HoldFilter(flagged=True)).rows == ()
        by_id = {r.hold_id: r for r in hold_rows(store, other["athlete_id"], measures=(STRENGTH,))}
        assert not by_id[other["hold_id"]].sound
        assert by_id[flagged["hold_id"]].flag == ""
        accept_hold(store, other["hold_id"])
        by_id = {r.hold_id: r for r in hold_rows(store, other["athlete_id"], measures=(STRENGTH,))}
        assert by_id[other["hold_id"]].sound


def test_a_hold_is_laid_over_others_of_its_own_kind(season_db):
    with open_store(season_db) as store:
        rows = {r["hold_id"]: r for r in hold_page(store, HoldFilter(mode="max"), limit=500).rows}
        one = next(r for r in rows.values() if r["athlete"] == DEMO and r["samples"])
        found = neighbours(store, one["hold_id"])
    last, best, other = (rows[found[name]] for name in ("last", "best", "other"))
    for row in (last, best, other):
        assert (row["athlete"], row["position"], row["mode"]) == (DEMO, one["position"], "max")
    assert last["side"] == best["side"] == one["side"]
    assert other["side"] != one["side"]
    assert other["session_id"] == one["session_id"]
    assert last["started_at"] < one["started_at"]
    alike = [r for r in rows.values() if r["samples"] and r["side"] == one["side"] and r is not one]
    alike = [r for r in alike if r["position"] == one["position"] and r["athlete"] == DEMO and not r["flag"]]
    assert best["tension_best_1s_n"] == max(r["tension_best_1s_n"] for r in alike)


def hold(day, value, device):
    return HoldRow(
        hold_id=f"{day}",
        session_id=f"s{day}",
        athlete_id="a",
        at=NOW - timedelta(days=60 - day),
        position="ankle-iso-push",
        phase=Phase.PUSH,
        side=Side.LEFT,
        mode=Mode.MAX,
        device=device,
        hold_s=5.0,
        end=End.COMPLETED,
        values={STRENGTH: value},
    )


def test_another_sensor_is_neither_a_gain_nor_compared():
    rows = [hold(day, 500.0, "old") for day in range(0, 30, 3)]
    rows += [hold(day, 900.0 + day % 2, "new") for day in range(30, 60, 3)]
    found = series_trend(rows, STRENGTH)
    assert {p.value > 800 for p in found.points} == {True}
    assert found.other_sensor == 10
    assert found.trend.verdict is Verdict.UNCLEAR
    assert "10 holds with another sensor" in "\n".join(trend_lines(found))


def test_after_one_hold_it_is_said_what_is_missing(tmp_path):
    path = tmp_path / "one.db"
    with open_store(path) as store:
        key = store.athlete("Ana")
        device, setup = store.device("p", "cell"), store.setup("cuff")
        rows = [hold(59, 500.0, "cell")]
        add_season(store, key, rows, device_id=device, setup_id=setup, plan_name="x", units={STRENGTH: "N"})
    one = Coach(path)
    said = "\n".join(balance_lines(one.balance("Ana", NOW)))
    assert "No limiting phase can be named yet. Each phase needs 4 sessions" in said
    assert "push: 1 of 4 sessions" in said
    [trend] = one.trends("Ana")
    assert "not enough data, 1 session of the 6 that a trend needs" in trend.trend.sentence
    assert "no sprints are known yet" in "\n".join(track_lines(one.track("Ana")))
    text = page(report_content(one, "Ana", now=NOW))
    assert "No limiting phase can be named yet" in text
    assert "Change of strength" not in text
