"""Retention: the old goes, what the process stands on stays."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.ledger.people import DOMAIN, begin, create, do, item, link, plan
from usersync.ledger import OrderNotFound, Pruned, RunState, schema
from usersync.planning import Bucket

A_MONTH = timedelta(days=30)


def _whole_run(ledger, number):
    lease = begin(ledger)
    ledger.note_stage(lease.run_id, "apply", 1, 1)
    ledger.save_decisions(lease.run_id, [item("1"), item("2", Bucket.UNCHANGED, username=f"u{number}")])
    plan_hash = ledger.save_plan(
        lease.run_id, plan(create(str(number))), needs_approval=[], expires_in=timedelta(hours=1)
    )
    ledger.take_plan(plan_hash, lease, lease.run_id)
    do(ledger, lease, create(str(number)))
    ledger.apply_links(lease, lease.run_id, [link(str(number))])
    ledger.release_lease(lease)
    ledger.finish_run(lease.run_id, RunState.COMPLETED, {"users": 2})
    return lease.run_id


def _count(ledger, table):
    with ledger._read() as connection:
        return connection.scalar(select(func.count()).select_from(table))


def test_old_runs_go_with_all_that_was_theirs(ledger, clock):
    for number in range(3):
        _whole_run(ledger, number)
        clock.pass_(days=20)

    pruned = ledger.prune(A_MONTH, author="ivan")

    assert (pruned.runs, pruned.plans, pruned.packs) == (2, 2, 2)
    assert len(ledger.runs()) == 1
    for table in (schema.stages, schema.operations, schema.decisions, schema.plans, schema.packs):
        assert _count(ledger, table) == 1, table.name


def test_links_values_grants_and_the_audit_stay(ledger, clock):
    for number in range(2):
        _whole_run(ledger, number)
    before = (ledger.links(DOMAIN), ledger.last_applied(DOMAIN), len(ledger.audit()))
    clock.pass_(days=60)
    ledger.prune(A_MONTH, author="ivan")

    assert (ledger.links(DOMAIN), ledger.last_applied(DOMAIN)) == before[:2]
    newest = ledger.audit()[0]
    assert (len(ledger.audit()), newest.actor, newest.action) == (before[2] + 1, "ivan", "ledger.pruned")


def test_the_last_run_and_the_last_completed_one_stay_however_old(ledger, clock):
    _whole_run(ledger, 1)
    clock.pass_(minutes=1)
    completed = _whole_run(ledger, 2)
    clock.pass_(minutes=1)
    failed = ledger.start_run(domain=DOMAIN, mode="apply", author="olena").id
    ledger.finish_run(failed, RunState.FAILED)
    clock.pass_(days=400)

    assert ledger.prune(A_MONTH, author="ivan").runs == 1
    assert [run.id for run in ledger.runs()] == [failed, completed]
    assert [head.used_by for head in ledger.plans()] == [completed]  # which undo needs


def test_a_run_at_work_or_with_an_open_operation_stays(ledger, clock):
    dead = begin(ledger)
    ledger.intend(dead, dead.run_id, [create("1")], "request")
    ledger.release_lease(dead)
    ledger.finish_run(dead.run_id, RunState.FAILED)
    running = ledger.start_run(domain=DOMAIN, mode="apply", author="olena").id
    clock.pass_(days=60)
    _whole_run(ledger, 2)

    assert ledger.prune(A_MONTH, author="ivan").runs == 0
    assert {dead.run_id, running} < {run.id for run in ledger.runs()}
    assert len(ledger.unsettled(DOMAIN)) == 1


def test_what_is_usual_is_still_known_afterwards(ledger, clock):
    for users in (240, 241, 242, 243, 244, 245, 246):
        run = ledger.start_run(domain=DOMAIN, mode="preview", author="olena").id
        ledger.record_snapshot(run, "source", {"users": users}, "x", trusted=True)
        ledger.finish_run(run, RunState.COMPLETED)
        clock.pass_(minutes=1)
    usual = ledger.usual_counts(DOMAIN, "source")
    clock.pass_(days=60)

    assert ledger.prune(A_MONTH, author="ivan").runs == 2
    assert ledger.usual_counts(DOMAIN, "source") == usual == {"users": 244}


def test_orders_go_with_their_runs(ledger, clock):
    def ordered(key):
        parameters = {"scope": ["u7"]}
        return ledger.place_order(
            author="portal:ivan", key=key, domain=DOMAIN, process="P", parameters=parameters, silent_for=A_MONTH
        ).order.id

    old = ordered("1")
    clock.pass_(days=60)
    new = ordered("2")
    ledger.prune(A_MONTH, author="ivan", domain=DOMAIN)

    assert ledger.order(new).id == new
    with pytest.raises(OrderNotFound):
        ledger.order(old)


def test_a_run_that_finds_nothing_old_leaves_no_line(ledger, clock):
    _whole_run(ledger, 1)
    before = len(ledger.audit())

    assert ledger.prune(A_MONTH, author="usersync") == Pruned(0, 0, 0)
    assert len(ledger.audit()) == before


def test_one_domain_can_be_pruned_alone(ledger, clock):
    for domain in (DOMAIN, DOMAIN, "support", "support"):
        run = ledger.start_run(domain=domain, mode="preview", author="olena").id
        ledger.finish_run(run, RunState.FAILED)
        clock.pass_(minutes=1)
    clock.pass_(days=60)
    ledger.prune(A_MONTH, author="ivan", domain=DOMAIN)

    assert (len(ledger.runs(DOMAIN)), len(ledger.runs("support"))) == (1, 2)


def test_a_plan_that_waits_or_stands_approved_stays(ledger, clock):
    run = ledger.start_run(domain=DOMAIN, mode="preview", author="olena").id
    kept = ledger.save_plan(run, plan(create("1")), needs_approval=[], expires_in=timedelta(days=90))
    clock.pass_(days=60)
    ledger.prune(A_MONTH, author="ivan")

    assert [found.hash for found in ledger.plans()] == [kept]
