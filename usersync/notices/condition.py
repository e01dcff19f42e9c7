"""How a domain fares, and which changes of it are told. Pure: facts and a policy in, a judgement out.

A domain is always in exactly one condition. A message belongs to the change from one to another, so that an import that
fails all night is told once, and once more when it goes well again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from usersync.ledger import DomainFacts, Judgement, KnownLicense, NoticeDraft, Run, RunState
from usersync.words import Sentence


class Condition(StrEnum):
    """How a domain fares."""

    WELL = "well"
    WAITING = "waiting"  # a plan waits for a human
    FAILED = "failed"
    MISSED = "missed"  # by the schedule a run should have begun, and none has


class Transition(StrEnum):
    """What is told."""

    FAILED = "failed"
    APPROVAL = "approval"
    RECOVERED = "recovered"
    MISSED = "missed"
    LICENSE_EXPIRING = "license_expiring"


@dataclass(frozen=True)
class Policy:
    """What is told here, and by when a run should have begun.

    Attributes:
        expected: the newest moment of the schedule that is longer ago than the grace; None without a schedule.
        license_days: how many days before its end a licence is told of; 0 = never.
        runs_told: whether the ends of runs are told here; else Prefect's automations tell them.
    """

    expected: datetime | None = None
    license_days: int = 0
    runs_told: bool = True


_OF_RUNS: Final = {
    RunState.COMPLETED: Condition.WELL,
    RunState.AWAITING_APPROVAL: Condition.WAITING,
    RunState.COMPLETED_WITH_FAILURES: Condition.FAILED,
    RunState.FAILED: Condition.FAILED,
    RunState.CRASHED: Condition.FAILED,
}
_TOLD: Final = {
    Condition.WAITING: Transition.APPROVAL,
    Condition.FAILED: Transition.FAILED,
    Condition.MISSED: Transition.MISSED,
}
_BAD: Final = (Condition.FAILED, Condition.MISSED)


def judge(facts: DomainFacts, policy: Policy, now: datetime) -> Judgement:
    """The condition of the domain, and the messages its changes since the last look deserve."""
    before = Condition(facts.condition) if facts.condition else Condition.WELL
    after = condition_of(facts, policy)
    transition = _change(before, after, runs_told=policy.runs_told)
    notices = [_notice(transition, facts, policy)] if transition else []
    expiring = [item for item in facts.licenses if _is_to_be_told(item, policy, now)]
    if expiring:
        notices.append(_expiring(facts.domain, expiring, now))
    return Judgement(after, tuple(notices), tuple(item.id for item in expiring))


def condition_of(facts: DomainFacts, policy: Policy) -> Condition:
    """How the domain fares now."""
    if policy.expected is not None and _overdue(facts, policy.expected):
        return Condition.MISSED
    return _OF_RUNS[facts.judged.state] if facts.judged else Condition.WELL


def _overdue(facts: DomainFacts, expected: datetime) -> bool:
    """Nothing began since it should have. Before the first run, the first look is where the clock begins."""
    began = facts.last_start or facts.since
    return began is not None and began < expected


def _change(before: Condition, after: Condition, *, runs_told: bool) -> Transition | None:
    if before is after:
        return None
    if after is Condition.MISSED:
        return Transition.MISSED
    if after is Condition.WELL:
        told = before in _BAD if runs_told else before is Condition.MISSED
        return Transition.RECOVERED if told else None
    return _TOLD[after] if runs_told else None


def _notice(transition: Transition, facts: DomainFacts, policy: Policy) -> NoticeDraft:
    run = facts.judged
    if transition is Transition.MISSED or run is None:
        args = {
            "domain": facts.domain, "expected": _minute(policy.expected), "last": _minute(facts.last_start),
            "began": "once" if facts.last_start else "never",
        }  # fmt: skip
        return NoticeDraft(transition, (Sentence(f"notices-{transition}", args),))
    head = Sentence(f"notices-{transition}", {"domain": facts.domain, "run": run.id})
    return NoticeDraft(transition, (head, *_why(transition, run)), run.id)


def _why(transition: Transition, run: Run) -> tuple[Sentence, ...]:
    receipt = run.receipt or {}
    if transition is Transition.APPROVAL:
        count = sum(receipt.get("operations", {}).values())
        return (Sentence("notices-plan", {"plan": (receipt.get("plan_hash") or "")[:12], "count": count}),)
    if transition is Transition.FAILED:
        if run.error is not None:
            return (run.error,)
        if run.state is RunState.COMPLETED_WITH_FAILURES:
            count = receipt.get("buckets", {}).get("failed", 0)
            return (Sentence("notices-some-failed", {"count": count, "run": run.id}),)
        return (Sentence("run-killed"),)
    return ()


def _is_to_be_told(item: KnownLicense, policy: Policy, now: datetime) -> bool:
    """Whether it ends soon and that end was not told of. What has ended already is no news."""
    ends = item.not_after
    return ends is not None and ends != item.told and now < ends <= now + timedelta(days=policy.license_days)


def _expiring(domain: str, licenses: list[KnownLicense], now: datetime) -> NoticeDraft:
    """One message for all that are told of now, the first to end first."""
    by_end = sorted(licenses, key=lambda item: (item.not_after or now, item.id))
    names = ", ".join(f"{item.product} ({item.id}): {item.not_after:%Y-%m-%d}" for item in by_end)
    days = ((by_end[0].not_after or now) - now).days
    args = {"domain": domain, "licenses": names, "count": len(by_end), "days": days}
    return NoticeDraft(Transition.LICENSE_EXPIRING, (Sentence("notices-license_expiring", args),))


def _minute(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment:%Y-%m-%d %H:%M %Z}"
