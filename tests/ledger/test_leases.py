"""The lease: one writer in a domain, and nobody who lost it writes on."""

from datetime import timedelta

import pytest

from tests.ledger.people import DOMAIN, begin, create, done, link, plan
from usersync.ledger import LeaseHeld, LeaseLost, Ledger, LinkState, RunState


def test_a_second_run_is_told_which_run_holds_the_domain(ledger):
    lease = begin(ledger)
    second = ledger.start_run(domain=DOMAIN, mode="apply", author="ivan")

    with pytest.raises(LeaseHeld, match=lease.run_id) as caught:
        ledger.acquire_lease(DOMAIN, second.id)

    assert (caught.value.run_id, caught.value.until) == (lease.run_id, lease.until)
    assert lease.run_id in (caught.value.next_step or "")


def test_domains_do_not_hinder_each_other(ledger):
    assert begin(ledger).domain != begin(ledger, domain="support").domain


def test_a_released_lease_is_free_at_once(ledger):
    first = begin(ledger)
    ledger.release_lease(first)

    assert begin(ledger).fence > first.fence


def test_a_lease_that_ran_out_is_taken_over_with_a_higher_fence_and_the_silent_run_has_crashed(ledger, clock):
    first = begin(ledger)
    clock.pass_(seconds=60)
    second = begin(ledger)

    assert second.fence == first.fence + 1
    assert ledger.run(first.run_id).state is RunState.CRASHED
    assert ledger.lease_of(DOMAIN) == second


def test_a_lease_one_second_before_its_end_is_still_held(ledger, clock):
    begin(ledger)
    clock.pass_(seconds=59)

    with pytest.raises(LeaseHeld):
        begin(ledger)


def test_renewing_moves_the_end(ledger, clock):
    lease = begin(ledger)
    clock.pass_(seconds=45)
    renewed = ledger.renew_lease(lease)
    clock.pass_(seconds=45)

    assert renewed.until - lease.until == timedelta(seconds=45)
    with pytest.raises(LeaseHeld):
        begin(ledger)


def test_a_lease_that_ran_out_may_be_renewed_while_nobody_has_taken_it(ledger, clock):
    lease = begin(ledger)
    clock.pass_(minutes=10)
    renewed = ledger.renew_lease(lease)

    ledger.intend(renewed, renewed.run_id, [create("1")], "request")
    assert ledger.lease_of(DOMAIN) == renewed


def test_nobody_holds_a_lease_that_ran_out_or_was_released(ledger, clock):
    assert ledger.lease_of(DOMAIN) is None
    lease = begin(ledger)
    clock.pass_(minutes=2)
    assert ledger.lease_of(DOMAIN) is None
    ledger.release_lease(ledger.renew_lease(lease))
    assert ledger.lease_of(DOMAIN) is None


def test_a_run_that_asks_again_gets_a_new_lease_and_its_old_one_is_worth_nothing(ledger):
    old = begin(ledger)
    new = ledger.acquire_lease(DOMAIN, old.run_id)

    assert new.fence > old.fence
    ledger.intend(new, new.run_id, [create("1")], "request")
    with pytest.raises(LeaseLost):
        ledger.intend(old, old.run_id, [create("2")], "request")


def _everything_a_writer_does(ledger: Ledger, plan_hash: str):
    operation = create("1")
    return {
        "intend": lambda lease: ledger.intend(lease, lease.run_id, [create("2")], "request"),
        "settle": lambda lease: ledger.settle(lease, lease.run_id, done(operation)),
        "pass_over": lambda lease: ledger.pass_over(lease, lease.run_id, [(create("3"), done(create("3"))[0])]),
        "apply_links": lambda lease: ledger.apply_links(lease, lease.run_id, [link("1")]),
        "set_link_state": lambda lease: ledger.set_link_state(lease, lease.run_id, ["1"], LinkState.GONE),
        "learn": lambda lease: ledger.learn(lease, lease.run_id, {("record", "1"): {"name": "x"}}),
        "take_plan": lambda lease: ledger.take_plan(plan_hash, lease, lease.run_id),
        "renew_lease": lambda lease: ledger.renew_lease(lease),
        "release_lease": lambda lease: ledger.release_lease(lease),
    }


def test_a_writer_whose_lease_was_taken_over_can_write_nothing(ledger, clock):
    lease = begin(ledger)
    ledger.intend(lease, lease.run_id, [create("1")], "request")
    plan_hash = ledger.save_plan(lease.run_id, plan(create("1")), needs_approval=[], expires_in=timedelta(hours=1))
    clock.pass_(minutes=2)
    heir = begin(ledger)

    for write in _everything_a_writer_does(ledger, plan_hash).values():
        with pytest.raises(LeaseLost):
            write(lease)

    assert [entry.operation.user_id for entry in ledger.operations(lease.run_id)] == ["1"]
    assert ledger.links(DOMAIN) == {}
    assert ledger.last_applied(DOMAIN) == {}
    assert ledger.lease_of(DOMAIN) == heir


def test_a_lease_that_ran_out_lets_nothing_new_begin_but_what_happened_be_recorded(ledger, clock):
    lease = begin(ledger)
    ledger.intend(lease, lease.run_id, [create("1")], "request")
    clock.pass_(minutes=2)

    with pytest.raises(LeaseLost):
        ledger.intend(lease, lease.run_id, [create("2")], "request")
    ledger.settle(lease, lease.run_id, done(create("1")))

    assert ledger.unsettled(DOMAIN) == []


def test_a_made_up_lease_is_worth_nothing(ledger):
    lease = begin(ledger)
    forged = type(lease)(lease.domain, "r-other", lease.fence, lease.until)

    with pytest.raises(LeaseLost):
        ledger.renew_lease(forged)
    with pytest.raises(LeaseLost):
        ledger.renew_lease(type(lease)("nowhere", lease.run_id, 1, lease.until))


def test_without_a_clock_of_our_own_leases_on_postgresql_go_by_the_servers_clock(ledger_url, clock):
    """A host whose clock is ahead must not take a living lease over."""
    if not ledger_url.startswith("postgresql"):
        pytest.skip("one file, one host, one clock")
    with Ledger.open(ledger_url) as ours, Ledger.open(ledger_url, now=clock) as behind:
        begin(ours)
        assert abs((ours.lease_of(DOMAIN).until - ours.audit(DOMAIN)[0].at).total_seconds() - 60) < 10
        clock.moment = ours.lease_of(DOMAIN).until - timedelta(seconds=1)
        with pytest.raises(LeaseHeld):
            begin(behind)
