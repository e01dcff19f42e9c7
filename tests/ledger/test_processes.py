"""Several processes at one ledger: real ones, on both databases."""

import signal
import time
from datetime import timedelta

from tests.ledger.people import DOMAIN, begin, create, done, plan, row_id
from tests.ledger.processes import (
    Started,
    approve,
    die_after_announcing,
    migrate,
    propose,
    take_the_lease,
    take_the_plan,
    write_in_own_domain,
    write_in_turns,
)
from usersync.ledger import Ledger, OperationState, PlanState, RunState, current_revision, head_revision
from usersync.ledger.schema import REVISIONS


def _finish(*processes: Started) -> list[str]:
    return [process.finish() for process in processes]


def test_of_many_starts_at_once_one_migrates_and_the_others_find_it_done(empty_database_url):
    said = _finish(*(Started(migrate, empty_database_url) for _ in range(4)))

    assert sorted(said) == sorted([",".join(REVISIONS), "nothing", "nothing", "nothing"])
    assert current_revision(empty_database_url) == head_revision()


def test_of_many_processes_one_gets_the_lease_and_the_others_name_its_run(ledger_url):
    said = _finish(*(Started(take_the_lease, ledger_url) for _ in range(4)))

    with Ledger.open(ledger_url) as ledger:
        holder = ledger.lease_of(DOMAIN)
    assert holder is not None
    assert sorted(said) == sorted([str(holder.fence)] + [f"held by {holder.run_id}"] * 3)


def test_writers_of_one_domain_take_turns_and_no_write_is_lost(ledger_url):
    assert _finish(*(Started(write_in_turns, ledger_url, "8") for _ in range(3))) == ["8", "8", "8"]

    with Ledger.open(ledger_url) as ledger:
        assert ledger.last_applied(DOMAIN)["record", row_id("record", "0")] == {"count": 24}
        assert ledger.unsettled(DOMAIN) == []


def test_writers_of_several_domains_do_not_interfere(ledger_url):
    domains = ["north", "south", "west"]
    run_ids = _finish(*(Started(write_in_own_domain, ledger_url, domain, "25") for domain in domains))

    with Ledger.open(ledger_url) as ledger:
        for domain, run_id in zip(domains, run_ids, strict=True):
            entries = ledger.operations(run_id)
            assert len(entries) == 500
            assert {entry.state for entry in entries} == {OperationState.DONE}
            assert len(ledger.last_applied(domain)) == 500


def test_of_two_who_approve_at_once_one_is_told_the_other_did(ledger_url):
    with Ledger.open(ledger_url) as ledger:
        run = ledger.start_run(domain=DOMAIN, mode="preview", author="olena")
        plan_hash = _waiting(ledger, run.id)
    said = _finish(*(Started(approve, ledger_url, plan_hash, author) for author in ("ivan", "petro")))

    with Ledger.open(ledger_url) as ledger:
        winner = ledger.plan(plan_hash).decided_by
    assert sorted(said) == sorted([winner, "ledger-plan-is-approved"])


def test_of_many_who_take_a_plan_one_gets_it(ledger_url):
    with Ledger.open(ledger_url) as ledger:
        run = ledger.start_run(domain=DOMAIN, mode="preview", author="olena")
        plan_hash = _waiting(ledger, run.id)
        ledger.approve(plan_hash, author="ivan")
    said = _finish(*(Started(take_the_plan, ledger_url, plan_hash, DOMAIN) for _ in range(3)))

    assert sorted(said) == ["ledger-plan-is-used", "ledger-plan-is-used", "taken"]


def test_of_plans_proposed_at_once_one_waits_and_the_others_are_superseded(ledger_url):
    hashes = _finish(*(Started(propose, ledger_url, str(number)) for number in range(4)))

    with Ledger.open(ledger_url) as ledger:
        states = sorted(ledger.plan(plan_hash).state for plan_hash in hashes)
    assert states == [PlanState.SUPERSEDED] * 3 + [PlanState.WAITING]


def test_a_killed_run_leaves_its_announcements_and_its_lease_is_free_after_its_term(ledger_url):
    assert Started(die_after_announcing, ledger_url).death() == -signal.SIGKILL

    with Ledger.open(ledger_url) as ledger:
        run_id = ledger.runs()[0].id
        while ledger.lease_of(DOMAIN) is not None:
            time.sleep(0.05)
        heir = begin(ledger)
        (left,) = ledger.unsettled(DOMAIN)
        assert (left.run_id, left.operation.user_id, left.request_id) == (run_id, "2", "req-1")
        assert ledger.run(run_id).state is RunState.CRASHED
        ledger.settle(heir, run_id, done(create("2")))
        assert ledger.unsettled(DOMAIN) == []


def _waiting(ledger, run_id):
    return ledger.save_plan(run_id, plan(create("1")), needs_approval=[{"x": 1}], expires_in=timedelta(hours=1))
