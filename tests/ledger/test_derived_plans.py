"""A part of a stored plan takes its place: its own hash, the same run, age and end, and an approval of its own."""

from datetime import timedelta

import pytest

from tests.ledger.people import DOMAIN, begin, create, item, plan
from usersync.ledger import FourEyesNeeded, PlanNotUsable, PlanState

TWO_HOURS = timedelta(hours=2)
REASON = {"id": "guard-meter-created", "args": {"value": 2, "limit": 1}}


@pytest.fixture
def whole(ledger):
    run = ledger.start_run(domain=DOMAIN, mode="preview", author="olena")
    made = plan(create("1"), create("2"), items=(item("1"), item("2")))
    ledger.save_plan(run.id, made, needs_approval=[REASON], expires_in=TWO_HOURS)
    return made


def _part(number="1"):
    return plan(create(number), items=(item("1"), item("2")))


def _derive(ledger, whole, part=None, **more):
    return ledger.derive_plan(whole.hash, part or _part(), **{"author": "ivan", "needs_approval": [REASON], **more})


def test_the_part_waits_under_its_own_hash_and_the_whole_is_superseded(ledger, clock, whole):
    made_at = clock.moment
    clock.pass_(hours=1)
    head = _derive(ledger, whole, meters=[{"name": "created", "value": 1, "limit": 3, "exceeded": False}])

    assert (head.hash, head.state, head.derived_from) == (_part().hash, PlanState.WAITING, whole.hash)
    assert (head.author, head.operations, head.meters[0]["value"]) == ("olena", 1, 1)
    assert (head.created_at, head.expires_at) == (made_at, made_at + TWO_HOURS), "leaving out makes nothing younger"
    assert ledger.plan(whole.hash).state is PlanState.SUPERSEDED
    assert ledger.run(head.run_id).plan_hash == head.hash
    assert [found.hash for found in ledger.plans(DOMAIN)] == [head.hash, whole.hash]


def test_who_left_what_out_is_in_the_audit(ledger, whole):
    head = _derive(ledger, whole)
    line = ledger.audit(DOMAIN, subject=head.hash)[0]

    assert (line.actor, line.action, line.run_id) == ("ivan", "plan.rows_left_out", head.run_id)
    assert line.detail == {"of": whole.hash, "operations": 1, "of_operations": 2}


def test_an_approval_of_the_whole_is_none_of_the_part(ledger, whole):
    ledger.approve(whole.hash, author="ivan")
    head = _derive(ledger, whole)
    lease = begin(ledger)

    for plan_hash in (whole.hash, head.hash):
        with pytest.raises(PlanNotUsable):
            ledger.take_plan(plan_hash, lease, lease.run_id)
    ledger.approve(head.hash, author="ivan")
    assert ledger.take_plan(head.hash, lease, lease.run_id).plan == _part()


@pytest.mark.parametrize("ending", ["reject", "expire", "erase", "use", "supersede"])
def test_of_a_plan_that_is_over_no_part_is_made(ledger, clock, whole, ending):
    if ending == "reject":
        ledger.reject(whole.hash, author="ivan")
    elif ending == "expire":
        clock.pass_(hours=2)
    elif ending == "erase":
        ledger.erase(DOMAIN, author="ivan", user_id="2")
    elif ending == "use":
        ledger.approve(whole.hash, author="ivan")
        lease = begin(ledger)
        ledger.take_plan(whole.hash, lease, lease.run_id)
    else:
        _derive(ledger, whole)

    with pytest.raises(PlanNotUsable):
        _derive(ledger, whole, _part("2"))
    assert _part("2").hash not in {found.hash for found in ledger.plans(DOMAIN)}


def test_four_eyes_are_those_of_who_asked_for_the_whole_and_of_somebody_else(ledger, whole):
    head = _derive(ledger, whole)

    with pytest.raises(FourEyesNeeded):
        ledger.approve(head.hash, author="Olena", four_eyes=True)
    assert ledger.approve(head.hash, author="ivan", four_eyes=True).decided_by == "ivan"


def test_a_part_of_a_part_supersedes_it_and_the_same_part_again_is_the_same_plan(ledger, whole):
    three = plan(create("1"), create("2"), create("3"))
    ledger.save_plan(begin(ledger).run_id, three, needs_approval=[REASON], expires_in=TWO_HOURS)
    two = _derive(ledger, three, whole)
    one = _derive(ledger, whole)
    assert (two.hash, one.derived_from) == (whole.hash, whole.hash)
    assert [found.hash for found in ledger.plans(DOMAIN, states=[PlanState.WAITING])] == [one.hash]

    ledger.save_plan(one.run_id, whole, needs_approval=[REASON], expires_in=TWO_HOURS)
    assert _derive(ledger, whole).hash == one.hash
