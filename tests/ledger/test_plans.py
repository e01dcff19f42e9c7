"""Stored plans: waiting, approved by their hash, applied once."""

import sqlite3
import zlib
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.ledger.people import CREATIO, DC, DOMAIN, begin, create, item, plan, update
from usersync.ledger import (
    FourEyesNeeded,
    LeaseLost,
    Ledger,
    LedgerDamaged,
    PlanNotFound,
    PlanNotUsable,
    PlanState,
    upgrade,
)
from usersync.words import Sentence

TWO_HOURS = timedelta(hours=2)
BECAUSE = [Sentence("planning-too-many", {"limit": 3})]


def _save(ledger, *operations, needs_approval=BECAUSE, **more):
    run = ledger.start_run(domain=more.get("domain", DOMAIN), mode="preview", author="olena")
    made = plan(*(operations or (create("1"),)), items=(item("1"),), **more)
    return ledger.save_plan(run.id, made, needs_approval=needs_approval, expires_in=TWO_HOURS)


def _why(ledger, action, *args, **more):
    with pytest.raises(PlanNotUsable) as caught:
        getattr(ledger, action)(*args, **more)
    assert caught.value.next_step
    return caught.value.message_id.removeprefix("ledger-plan-")


def test_a_plan_comes_back_whole_with_why_a_human_is_asked(ledger, clock):
    run = ledger.start_run(domain=DOMAIN, mode="preview", author="olena", scope=("u1",))
    made = plan(create("1"), update("2", {"name": "а"}, {"name": "б"}), items=(item("1"), item("2")), scope=("u1",))
    meter = {"meter": "created", "value": 12, "limit": 3}
    plan_hash = ledger.save_plan(run.id, made, needs_approval=[*BECAUSE, meter], expires_in=TWO_HOURS)

    stored = ledger.plan(plan_hash)
    assert (plan_hash, stored.plan) == (made.hash, made)
    assert stored.plan.hash == plan_hash
    assert stored.needs_approval == (BECAUSE[0].to_json(), meter)
    assert (stored.state, stored.author, stored.run_id, stored.domain) == (PlanState.WAITING, "olena", run.id, DOMAIN)
    assert (stored.operations, stored.users, stored.actions) == (2, 2, {"record.create": 1, "record.update": 1})
    assert (stored.scope, stored.created_at, stored.expires_at) == (("u1",), clock.moment, clock.moment + TWO_HOURS)
    assert ledger.run(run.id).plan_hash == plan_hash


def test_a_plan_is_found_by_a_beginning_of_its_hash(ledger):
    plan_hash = _save(ledger)

    assert ledger.plan(plan_hash[:10]).hash == plan_hash
    assert ledger.plan(plan_hash[:10].upper()).hash == plan_hash
    for nothing in ("", "zz", "%"):
        with pytest.raises(PlanNotFound):
            ledger.plan(nothing)


def test_a_beginning_that_fits_two_plans_is_refused(ledger):
    first_letters = set()
    while len(first_letters) == len(ledger.plans(limit=100)):
        number = str(len(first_letters))
        first_letters.add(_save(ledger, create(number))[0])
    twice = next(letter for letter in first_letters if sum(p.hash[0] == letter for p in ledger.plans(limit=100)) > 1)

    with pytest.raises(PlanNotFound, match="more than one"):
        ledger.plan(twice)


def test_an_approved_plan_is_taken_once(ledger, clock):
    plan_hash = _save(ledger)
    ledger.approve(plan_hash, author="ivan", comment="looked at it")
    lease = begin(ledger)
    taken = ledger.take_plan(plan_hash, lease, lease.run_id)

    assert [operation.user_id for operation in taken.plan.operations] == ["1"]
    stored = ledger.plan(plan_hash)
    assert (stored.state, stored.used_by, stored.used_at) == (PlanState.USED, lease.run_id, clock.moment)
    assert (stored.decided_by, stored.comment) == ("ivan", "looked at it")
    assert _why(ledger, "take_plan", plan_hash, lease, lease.run_id) == "is-used"
    assert ledger.run(lease.run_id).plan_hash == plan_hash


def test_a_waiting_plan_cannot_be_taken(ledger):
    plan_hash, lease = _save(ledger), begin(ledger)

    assert _why(ledger, "take_plan", plan_hash, lease, lease.run_id) == "is-waiting"


def test_a_plan_for_which_nobody_need_be_asked_can_be_taken_as_it_waits(ledger):
    plan_hash, lease = _save(ledger, needs_approval=[]), begin(ledger)

    assert ledger.take_plan(plan_hash, lease, lease.run_id).state is PlanState.USED


def test_a_rejected_plan_can_be_neither_approved_nor_taken(ledger):
    plan_hash, lease = _save(ledger), begin(ledger)
    assert ledger.reject(plan_hash, author="ivan", comment="no").state is PlanState.REJECTED

    assert _why(ledger, "approve", plan_hash, author="petro") == "is-rejected"
    assert _why(ledger, "take_plan", plan_hash, lease, lease.run_id) == "is-rejected"


def test_an_approval_can_be_taken_back_until_it_is_used(ledger):
    plan_hash, lease = _save(ledger), begin(ledger)
    ledger.approve(plan_hash, author="ivan")
    ledger.reject(plan_hash, author="ivan")

    assert _why(ledger, "take_plan", plan_hash, lease, lease.run_id) == "is-rejected"


def test_a_plan_is_approved_once(ledger):
    plan_hash = _save(ledger)
    ledger.approve(plan_hash, author="ivan")

    assert _why(ledger, "approve", plan_hash, author="petro") == "is-approved"
    assert ledger.plan(plan_hash).decided_by == "ivan"


def test_a_plan_expires_without_anybody_coming_by(ledger, clock):
    plan_hash = _save(ledger)
    clock.pass_(hours=2)

    assert ledger.plan(plan_hash).state is PlanState.EXPIRED
    assert _why(ledger, "approve", plan_hash, author="ivan") == "is-expired"
    assert [found.hash for found in ledger.plans(DOMAIN, states=[PlanState.EXPIRED])] == [plan_hash]
    assert ledger.plans(DOMAIN, states=[PlanState.WAITING]) == []


def test_an_approval_holds_as_long_as_the_plan_could_wait_and_then_expires(ledger, clock):
    plan_hash = _save(ledger)
    clock.pass_(hours=1, minutes=59)
    ledger.approve(plan_hash, author="ivan")
    clock.pass_(hours=1, minutes=59)
    assert ledger.plan(plan_hash).state is PlanState.APPROVED
    clock.pass_(minutes=1)
    lease = begin(ledger)

    assert _why(ledger, "take_plan", plan_hash, lease, lease.run_id) == "is-expired"


def test_a_newer_plan_supersedes_the_waiting_ones_of_its_domain_only(ledger):
    elsewhere = _save(ledger, domain="support")
    approved = _save(ledger, create("1"))
    ledger.approve(approved, author="ivan")
    old = _save(ledger, create("2"))
    new = _save(ledger, create("3"))

    states = {found.hash: found.state for found in ledger.plans()}
    assert states == {
        elsewhere: PlanState.WAITING, approved: PlanState.APPROVED, old: PlanState.SUPERSEDED, new: PlanState.WAITING,
    }  # fmt: skip
    assert _why(ledger, "approve", old, author="ivan") == "is-superseded"


def test_the_same_plan_proposed_again_is_the_same_plan_with_a_new_term(ledger, clock):
    first = _save(ledger)
    clock.pass_(hours=1)
    second = _save(ledger)

    (found,) = ledger.plans(DOMAIN)
    assert first == second == found.hash
    assert found.expires_at == clock.moment + TWO_HOURS


def test_proposing_it_again_does_not_take_an_approval_away(ledger):
    plan_hash = _save(ledger)
    ledger.approve(plan_hash, author="ivan")
    _save(ledger)

    assert ledger.plan(plan_hash).state is PlanState.APPROVED


@pytest.mark.parametrize("end", ["used", "rejected", "expired", "superseded"])
def test_a_plan_that_had_its_end_waits_anew_when_it_is_proposed_again(ledger, clock, end):
    plan_hash = _save(ledger)
    if end == "used":
        ledger.approve(plan_hash, author="ivan")
        lease = begin(ledger)
        ledger.take_plan(plan_hash, lease, lease.run_id)
    elif end == "rejected":
        ledger.reject(plan_hash, author="ivan")
    elif end == "expired":
        clock.pass_(hours=3)
    else:
        _save(ledger, create("2"))
    assert ledger.plan(plan_hash).state.value == end

    _save(ledger)

    stored = ledger.plan(plan_hash)
    assert (stored.state, stored.decided_by, stored.used_by) == (PlanState.WAITING, None, None)


def test_four_eyes_keep_who_asked_from_approving_however_the_name_is_written(ledger):
    plan_hash = _save(ledger)

    for author in ("Olena", "os:olena", "portal:OLENA"):
        with pytest.raises(FourEyesNeeded):
            ledger.approve(plan_hash, author=author, four_eyes=True)
    with pytest.raises(FourEyesNeeded) as caught:
        ledger.approve(plan_hash, author=" Olena", four_eyes=True)
    assert "four_eyes" in (caught.value.next_step or "")
    assert ledger.approve(plan_hash, author="ivan", four_eyes=True).state is PlanState.APPROVED


def test_four_eyes_see_through_a_token_to_who_made_it(ledger):
    ledger.add_token(
        "button", token_hash="h", domains=(), permissions=("approve",), lifetime=timedelta(days=1), author="os:olena"
    )
    by_olena = _save(ledger, create("1"))
    with pytest.raises(FourEyesNeeded):
        ledger.approve(by_olena, author="token:button", four_eyes=True)
    run = ledger.start_run(domain=DOMAIN, mode="apply", author="token:button")
    by_token = ledger.save_plan(run.id, plan(create("2")), needs_approval=BECAUSE, expires_in=TWO_HOURS)
    with pytest.raises(FourEyesNeeded):
        ledger.approve(by_token, author="portal:olena", four_eyes=True)
    assert ledger.approve(by_token, author="portal:ivan", four_eyes=True).state is PlanState.APPROVED


def test_four_eyes_count_everybody_who_asked_for_the_same_plan(ledger):
    plan_hash = _save(ledger)
    again = ledger.start_run(domain=DOMAIN, mode="apply", author="prefect")
    ledger.save_plan(again.id, plan(create("1"), items=(item("1"),)), needs_approval=BECAUSE, expires_in=TWO_HOURS)
    assert ledger.plan_head(plan_hash).author == "prefect"
    with pytest.raises(FourEyesNeeded):
        ledger.approve(plan_hash, author="portal:olena", four_eyes=True)
    assert ledger.approve(plan_hash, author="portal:ivan", four_eyes=True).state is PlanState.APPROVED


def test_without_four_eyes_who_asked_may_approve(ledger):
    assert ledger.approve(_save(ledger), author="olena").decided_by == "olena"


def test_a_plan_is_applied_in_its_own_domain_only(ledger):
    plan_hash = _save(ledger, needs_approval=[])
    lease = begin(ledger, domain="support")

    assert _why(ledger, "take_plan", plan_hash, lease, lease.run_id) == "of-another-domain"


def test_a_plan_made_against_other_systems_is_not_applied_and_stays_as_it_is(ledger):
    plan_hash, lease = _save(ledger, needs_approval=[], dc="43"), begin(ledger)
    ledger.bind(DOMAIN, DC, CREATIO)

    assert _why(ledger, "take_plan", plan_hash, lease, lease.run_id) == "of-another-system"
    assert ledger.plan(plan_hash).state is PlanState.WAITING


def test_a_plan_is_not_taken_with_a_lease_that_ran_out(ledger, clock):
    plan_hash, lease = _save(ledger, needs_approval=[]), begin(ledger)
    clock.pass_(minutes=2)

    with pytest.raises(LeaseLost):
        ledger.take_plan(plan_hash, lease, lease.run_id)
    assert ledger.plan(plan_hash).state is PlanState.WAITING


def test_a_plan_changed_behind_our_back_is_not_opened(tmp_path):
    path = tmp_path / "ledger.db"
    upgrade(f"sqlite:///{path}")
    with Ledger.open(f"sqlite:///{path}") as ledger:
        plan_hash = _save(ledger, needs_approval=[])
        forged = replace(ledger.plan(plan_hash).plan, operations=(create("666"),)).canonical
        connection = sqlite3.connect(path)
        with connection:
            connection.execute("UPDATE plans SET body = ?", (zlib.compress(forged.encode()),))
        connection.close()

        with pytest.raises(LedgerDamaged):
            ledger.plan(plan_hash)
        lease = begin(ledger)
        with pytest.raises(LedgerDamaged):
            ledger.take_plan(plan_hash, lease, lease.run_id)
        assert ledger.plans()[0].state is PlanState.WAITING


def test_the_list_of_plans_is_the_newest_first_and_bounded(ledger, clock):
    hashes = []
    for number in range(4):
        hashes.append(_save(ledger, create(str(number))))
        clock.pass_(seconds=1)

    assert [found.hash for found in ledger.plans(DOMAIN, limit=3)] == hashes[:0:-1]


def test_who_decided_what_is_in_the_audit(ledger):
    plan_hash = _save(ledger)
    ledger.approve(plan_hash, author="ivan", comment="secret thoughts")

    approved, saved = ledger.audit(DOMAIN, subject=plan_hash)
    assert (approved.actor, approved.action, saved.action) == ("ivan", "plan.approved", "plan.saved")
    assert "secret thoughts" not in str(approved)


def test_a_large_plan_takes_little_room_and_is_the_same_afterwards(ledger):
    made = plan(*(create(str(number), name=f"Іваненко {number}") for number in range(3000)))
    run = ledger.start_run(domain=DOMAIN, mode="preview", author="olena")
    ledger.save_plan(run.id, made, needs_approval=[], expires_in=TWO_HOURS)

    assert ledger.plan(made.hash).plan == made
