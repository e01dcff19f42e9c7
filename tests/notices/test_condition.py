"""Which changes of a domain's condition are told, and how often: once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usersync.ledger import DomainFacts, Judgement, KnownLicense, Notice, Run, RunState
from usersync.ledger.notices import JUDGED
from usersync.notices import Condition, Policy, judge
from usersync.notices.message import body, subject, to_json
from usersync.notices.schedule import expected_since
from usersync.words import Sentence, speak

NOW = datetime(2026, 11, 24, 10, 15, tzinfo=UTC)
HOUR = timedelta(hours=1)
TELL = Policy()


def _run(state: RunState, **more: object) -> Run:
    return Run(
        id="r-1", domain="sales", mode="apply", scope=(), state=state, plan_hash=None, author="prefect",
        flow_run_id=None, settings={}, started_at=NOW - HOUR, finished_at=NOW, scheduled=True, **more,  # type: ignore[arg-type]
    )  # fmt: skip


def _facts(state: RunState | None, **more: object) -> DomainFacts:
    run = _run(state) if state else None
    facts = DomainFacts("sales", NOW, None, None, run, run.started_at if run else None)
    return replace(facts, **more)  # type: ignore[arg-type]


def _told(before: Condition | None, state: RunState, policy: Policy = TELL) -> list[str]:
    facts = _facts(state, condition=None if before is None else str(before), since=NOW)
    return [notice.transition for notice in judge(facts, policy, NOW).notices]


@pytest.mark.parametrize(
    ("before", "state", "told"),
    [
        (None, RunState.COMPLETED, []),
        (None, RunState.FAILED, ["failed"]),
        (None, RunState.AWAITING_APPROVAL, ["approval"]),
        (Condition.WELL, RunState.FAILED, ["failed"]),
        (Condition.WELL, RunState.COMPLETED_WITH_FAILURES, ["failed"]),
        (Condition.WELL, RunState.CRASHED, ["failed"]),
        (Condition.WELL, RunState.AWAITING_APPROVAL, ["approval"]),
        (Condition.FAILED, RunState.CRASHED, []),
        (Condition.FAILED, RunState.COMPLETED, ["recovered"]),
        (Condition.FAILED, RunState.AWAITING_APPROVAL, ["approval"]),
        (Condition.WAITING, RunState.AWAITING_APPROVAL, []),
        (Condition.WAITING, RunState.COMPLETED, []),
        (Condition.WAITING, RunState.FAILED, ["failed"]),
        (Condition.MISSED, RunState.COMPLETED, ["recovered"]),
        (Condition.MISSED, RunState.FAILED, ["failed"]),
    ],
)
def test_a_change_is_told_and_what_stays_as_it_was_is_not(
    before: Condition | None, state: RunState, told: list[str]
) -> None:
    assert _told(before, state) == told


@given(st.lists(st.sampled_from(sorted(JUDGED)), max_size=12))
def test_however_runs_end_a_message_belongs_to_a_change_and_never_comes_twice_in_a_row(states: list[RunState]) -> None:
    condition, said = None, []
    for state in states:
        for _ in range(2):  # whoever looks a second time has nothing to say
            judged = judge(_facts(state, condition=condition, since=NOW), TELL, NOW)
            changed = (condition or "well") != judged.condition
            assert len(judged.notices) <= changed
            said += [notice.transition for notice in judged.notices]
            condition = judged.condition
    assert all(one != other or one == "approval" for one, other in pairwise(said))
    assert all(said[number - 1] in {"failed", "missed"} for number, one in enumerate(said) if one == "recovered")


def test_where_prefect_tells_of_runs_only_the_rest_is_told_here() -> None:
    by_prefect = Policy(runs_told=False)
    assert _told(Condition.WELL, RunState.FAILED, by_prefect) == []
    assert _told(Condition.FAILED, RunState.COMPLETED, by_prefect) == []
    assert _told(Condition.WELL, RunState.AWAITING_APPROVAL, by_prefect) == []
    assert _told(Condition.MISSED, RunState.COMPLETED, by_prefect) == ["recovered"], (
        "nobody else knows that it was missed"
    )
    assert judge(_facts(RunState.FAILED), by_prefect, NOW).condition == "failed"


class TestMissed:
    POLICY = Policy(expected=NOW - HOUR)

    def _judge(self, **facts: object) -> Judgement:
        return judge(_facts(None, **facts), self.POLICY, NOW)

    def test_a_run_that_should_have_begun_and_did_not_is_missed(self) -> None:
        judged = self._judge(last_start=NOW - 3 * HOUR)
        assert judged.condition == "missed"
        (notice,) = judged.notices
        assert "10:15" not in str(notice.sentences[0])
        assert "2026-11-24 09:15 UTC" in str(notice.sentences[0])
        assert "2026-11-24 07:15 UTC" in str(notice.sentences[0])

    def test_one_that_began_in_time_is_not_whatever_became_of_it(self) -> None:
        assert self._judge(last_start=NOW - HOUR).condition == "well"

    def test_before_the_first_run_ever_the_clock_begins_with_the_first_look(self) -> None:
        assert self._judge().condition == "well"
        assert self._judge(condition="well", since=NOW - HOUR / 2).condition == "well"
        late = self._judge(condition="well", since=NOW - 2 * HOUR)
        assert late.condition == "missed"
        assert "none ever has" in str(late.notices[0].sentences[0])

    def test_it_is_missed_once_and_recovers_with_the_next_run_that_goes_well(self) -> None:
        again = self._judge(condition="missed", since=NOW - HOUR, last_start=NOW - 3 * HOUR)
        assert (again.condition, again.notices) == ("missed", ())

    def test_without_a_schedule_nothing_is_missed(self) -> None:
        assert judge(_facts(None, last_start=NOW - 900 * HOUR), Policy(), NOW).condition == "well"


@pytest.mark.parametrize(
    ("cron", "now", "expected"),
    [
        ("0 * * * *", "2026-11-24T10:15", "2026-11-24T09:00"),
        ("0 * * * *", "2026-11-24T10:30", "2026-11-24T10:00"),
        ("0 8-18 * * 1-5", "2026-11-22T12:00", "2026-11-20T16:00"),  # on Sunday, Friday's last: 18:00 in Kyiv
        ("30 2 * * *", "2026-07-01T12:00", "2026-06-30T23:30"),
    ],
)
def test_by_the_schedule_a_run_should_have_begun_longer_ago_than_the_grace(cron: str, now: str, expected: str) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    found = expected_since(cron, "Europe/Kyiv", timedelta(minutes=30), moment)
    assert found == datetime.fromisoformat(expected).replace(tzinfo=UTC)


class TestLicenses:
    POLICY = Policy(license_days=14)
    CC = KnownLicense("s-1", "CALL_CENTER", NOW + timedelta(days=10))
    CM = KnownLicense("s-2", "CALL_MANAGER", NOW + timedelta(days=9))

    def _judge(self, *licenses: KnownLicense) -> Judgement:
        return judge(_facts(RunState.COMPLETED, licenses=licenses), self.POLICY, NOW)

    def test_what_ends_soon_is_told_in_one_message_the_first_to_end_first(self) -> None:
        judged = self._judge(self.CC, self.CM)
        assert judged.licenses_told == ("s-1", "s-2")
        (notice,) = judged.notices
        said = str(notice.sentences[0])
        assert said.index("CALL_MANAGER (s-2): 2026-12-03") < said.index("CALL_CENTER (s-1): 2026-12-04")
        assert said.startswith("In 9 days")

    def test_an_end_that_was_told_of_is_not_told_again_and_another_end_is(self) -> None:
        assert self._judge(replace(self.CC, told=self.CC.not_after)).notices == ()
        renewed_by_little = replace(self.CC, told=self.CC.not_after, not_after=NOW + timedelta(days=13))
        assert len(self._judge(renewed_by_little).notices) == 1

    def test_neither_the_far_end_nor_none_nor_one_long_past_is_told(self) -> None:
        far, never = replace(self.CC, not_after=NOW + timedelta(days=15)), replace(self.CC, not_after=None)
        past = replace(self.CC, not_after=NOW - timedelta(days=1))
        assert self._judge(far, never, past).notices == ()
        assert judge(_facts(RunState.COMPLETED, licenses=(self.CC,)), Policy(license_days=0), NOW).notices == ()


@pytest.mark.parametrize("language", ["en", "uk"])
def test_a_message_says_what_happened_why_and_what_to_do(language: str) -> None:
    failed = _run(RunState.FAILED, error=Sentence("guard-source-shrunk", {"seen": 12, "usual": 240}))
    some = _run(RunState.COMPLETED_WITH_FAILURES, receipt={"buckets": {"failed": 3}})
    waits = _run(RunState.AWAITING_APPROVAL, receipt={"operations": {"planned": 7}, "plan_hash": "ab" * 32})
    speak(language)
    try:
        for run, pieces in (
            (failed, ("12", "240")),
            (some, ("3", "usersync show r-1")),
            (waits, ("7", "usersync plan approve abababababab")),
            (_run(RunState.CRASHED), ("usersync show r-1",)),
        ):
            (draft,) = judge(_facts(None, judged=run, last_start=NOW), TELL, NOW).notices
            notice = Notice("n-1", "sales", draft.transition, draft.sentences, draft.run_id, NOW)
            assert "sales" in subject(notice)
            assert all(piece in body(notice) for piece in pieces), body(notice)
            told = to_json(notice)
            assert (told["id"], told["domain"], told["run_id"]) == ("n-1", "sales", "r-1")
            assert told["sentence"] in told["text"].replace("\n", " ")
            assert told["next_step"]
    finally:
        speak("en")
