"""Rows that a human leaves out of a plan are not written; the rest is, under an approval of its own."""

from __future__ import annotations

import pytest

from tests.safety.stand import Ran, Stand
from usersync.errors import UsageError
from usersync.ledger import PlanNotUsable, PlanState
from usersync.planning import Bucket, Plan
from usersync.settings import Settings
from usersync.stages.plans import approve, exclude_rows


def _settings(stand: Stand) -> Settings:
    return Settings(rules=stand.settings().rules, _env_file=None)  # type: ignore[call-arg]


async def _preview(stand: Stand) -> Plan:
    preview = await stand.run("preview")
    assert preview.plan is not None, preview.said
    return preview.plan


def _coming(plan: Plan) -> list[str]:
    """Who is to come into the section, those with a contact of their own first."""
    order = (Bucket.CREATED, Bucket.LINKED)
    return [item.user_id for bucket in order for item in plan.items if item.bucket is bucket]


async def test_who_is_left_out_is_not_imported_and_is_proposed_again_by_the_next_run(stand: Stand) -> None:
    plan = await _preview(stand)
    out, *others = _coming(plan)
    name = next(item.username for item in plan.items if item.user_id == out)
    with stand.ledger() as ledger:
        part = exclude_rows(ledger, _settings(stand), plan.hash[:12], users=[name.upper()], author="os:boss")
        assert part.derived_from == plan.hash
        approve(ledger, _settings(stand), part.hash, author="os:boss")
    refused: Ran = await stand.run(plan=plan.hash)
    assert isinstance(refused.error, PlanNotUsable)
    ran = await stand.run(plan=part.hash)

    assert ran.error is None, ran.said
    assert ran.state == "completed"
    assert ran.receipt["buckets"]["created"] + ran.receipt["buckets"]["linked"] == len(others) > 2
    assert sum(ran.receipt["buckets"].values()) == 8
    assert not [entry for entry in ran.operations if entry.operation.user_id == out]
    in_section = {row["WebitelUserId"] for row in stand.box.creatio.control.rows("WSysAccount")}
    assert out not in in_section
    assert set(others) <= in_section
    with stand.ledger() as ledger:
        said = ledger.decision(ran.run.id, out)
        assert out not in ledger.links("default")
    assert said is not None
    assert (said.bucket, str(said.reason)) == (Bucket.SKIPPED, "left out of the plan by a human")
    assert _coming(await _preview(stand)) == [out]


async def test_a_part_of_what_needed_approval_needs_it_however_small_it_is(stand: Stand) -> None:
    plan = await _preview(stand)
    settings = _settings(stand)
    with stand.ledger() as ledger:
        part = exclude_rows(
            ledger, settings, plan.hash, users=[item.user_id for item in plan.items][:-1], author="os:boss"
        )
        assert [str(reason["id"]) for reason in part.needs_approval] == ["guard-meter-first"]
        assert [meter["name"] for meter in part.meters] == ["first", "created", "disabled", "updated", "relinked"]
    approval = settings.rules.approval.model_copy(update={"first_apply": False})
    calm = settings.model_copy(update={"rules": settings.rules.model_copy(update={"approval": approval})})
    plan = await _preview(stand)
    with stand.ledger() as ledger:
        part = exclude_rows(ledger, calm, plan.hash, users=_coming(plan)[1:], author="os:boss")
        assert not any(meter["exceeded"] for meter in part.meters)
        assert [str(reason["id"]) for reason in part.needs_approval] == ["guard-part-of-more"]
    ran = await stand.run(plan=part.hash)
    assert isinstance(ran.error, PlanNotUsable)
    assert "waiting for approval" in ran.said


async def test_what_cannot_be_left_out_is_said_and_the_plan_stays(stand: Stand) -> None:
    plan = await _preview(stand)
    settings = _settings(stand)
    untouched = next(item.user_id for item in plan.items if item.bucket in (Bucket.REVIEW, Bucket.SKIPPED))
    everybody = [item.user_id for item in plan.items]
    with stand.ledger() as ledger:
        for what, problem in (
            ({"users": ["nobody"]}, "knows no Webitel user “nobody”"),
            ({"operations": ["creatio:record:none"]}, "has no operation"),
            ({"operations": ["creatio:"]}, "fits"),
            ({"users": [untouched]}, "nothing to leave out"),
            ({"users": everybody}, "Nothing would remain"),
        ):
            with pytest.raises(UsageError, match=problem) as caught:
                exclude_rows(ledger, settings, plan.hash, author="os:boss", **what)  # type: ignore[arg-type]
            assert caught.value.next_step
        assert ledger.plan(plan.hash).state is PlanState.WAITING
