"""Links and bindings: who is remembered to be who, and in which systems."""

from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.ledger.people import CREATIO, DC, DOMAIN, begin, create, do, item, link, plan, row_id, update
from usersync.errors import Fatal, UsageError
from usersync.ledger import LedgerBoundElsewhere, LinkState, PlanNotUsable
from usersync.planning import Bucket


def test_a_ledger_remembers_the_systems_it_was_first_used_with(ledger):
    ledger.bind(DOMAIN, DC, CREATIO)
    ledger.bind(DOMAIN, DC, CREATIO)
    ledger.bind("support", "43", CREATIO)


@pytest.mark.parametrize(("dc", "creatio"), [("43", CREATIO), (DC, "https://copy.example|0001")])
def test_other_systems_under_the_same_name_are_refused_with_both_named(ledger, dc, creatio):
    ledger.bind(DOMAIN, DC, CREATIO)

    with pytest.raises(LedgerBoundElsewhere) as caught:
        ledger.bind(DOMAIN, dc, creatio)

    assert isinstance(caught.value, Fatal)
    assert not isinstance(caught.value, UsageError)
    for part in (DC, CREATIO, dc, creatio):
        assert part in str(caught.value)
    ledger.bind(DOMAIN, DC, CREATIO)


SITE = "crm.example"


def test_a_user_of_ours_that_was_not_known_at_first_is_remembered_when_it_is_named(ledger):
    ledger.bind(DOMAIN, DC, f"{SITE}#-")
    ledger.bind(DOMAIN, DC, f"{SITE}#aa")
    assert ledger.binding(DOMAIN) == (DC, f"{SITE}#aa")
    ledger.bind(DOMAIN, DC, f"{SITE}#-")
    assert ledger.binding(DOMAIN) == (DC, f"{SITE}#aa"), "who is known is not forgotten"

    for other in (f"{SITE}#bb", "copy.example#aa", "copy.example#-"):
        with pytest.raises(LedgerBoundElsewhere):
            ledger.bind(DOMAIN, DC, other)


@pytest.mark.parametrize(("made_in", "usable"), [(f"{SITE}#-", True), (f"{SITE}#bb", False), ("copy.example#-", False)])
def test_a_plan_made_before_our_user_was_named_is_of_the_same_creatio(ledger, made_in, usable):
    ledger.bind(DOMAIN, DC, f"{SITE}#aa")
    lease = begin(ledger)
    made = replace(plan(create("7")), dc=DC, creatio=made_in)
    ledger.save_plan(lease.run_id, made, needs_approval=[{"x": 1}], expires_in=timedelta(days=1))
    ledger.approve(made.hash, author="olena")

    with nullcontext() if usable else pytest.raises(PlanNotUsable):
        assert ledger.take_plan(made.hash, lease, lease.run_id).plan == made


def test_a_human_says_that_other_systems_are_the_same_and_it_is_in_the_audit(ledger):
    assert ledger.binding(DOMAIN) is None
    ledger.bind(DOMAIN, DC, f"{SITE}#aa")
    ledger.bind_anew(DOMAIN, DC, f"{SITE}#bb", author="olena")

    ledger.bind(DOMAIN, DC, f"{SITE}#bb")
    with pytest.raises(LedgerBoundElsewhere):
        ledger.bind(DOMAIN, DC, f"{SITE}#aa")
    newest = ledger.audit()[0]
    assert (newest.action, newest.actor, newest.domain) == ("ledger.bound_anew", "olena", DOMAIN)


def test_a_link_says_by_what_and_since_which_run_it_is(ledger, clock):
    lease = begin(ledger)
    ledger.apply_links(lease, lease.run_id, [link("7", "user_id")], usernames={"7": "o.koval"})

    (found,) = ledger.links(DOMAIN).values()
    assert (found.user_id, found.record_id, found.contact_id) == ("7", row_id("record", "7"), row_id("contact", "7"))
    assert (found.how, found.since_run, found.since, found.username) == (
        "user_id",
        lease.run_id,
        clock.moment,
        "o.koval",
    )
    assert (found.state, found.gone_since) == (LinkState.ACTIVE, None)


def test_links_of_other_domains_are_not_seen(ledger):
    lease = begin(ledger, domain="support")
    ledger.apply_links(lease, lease.run_id, [link("7")])

    assert ledger.links(DOMAIN) == {}


def test_the_same_pair_again_keeps_its_origin_and_a_moved_one_gets_a_new_one(ledger, clock):
    first = begin(ledger)
    ledger.apply_links(first, first.run_id, [link("1", "user_id"), link("2", "user_id")])
    before = ledger.links(DOMAIN)
    clock.pass_(hours=1)
    second = begin(ledger)
    ledger.apply_links(second, second.run_id, [link("1", "linked"), link("2", "contact_moved", contact_id="other")])

    after = ledger.links(DOMAIN)
    assert after["1"] == before["1"]
    assert (after["2"].contact_id, after["2"].how, after["2"].since_run) == ("other", "contact_moved", second.run_id)
    assert after["2"].since == clock.moment


def test_somebody_who_returns_with_a_new_id_takes_the_old_link_over(ledger):
    lease = begin(ledger)
    ledger.apply_links(lease, lease.run_id, [link("7")], usernames={"7": "o.koval"})
    ledger.set_link_state(lease, lease.run_id, ["7"], LinkState.GONE)
    returned = link(
        "99", "returned", record_id=row_id("record", "7"), contact_id=row_id("contact", "7"), former_user_id="7"
    )
    ledger.apply_links(lease, lease.run_id, [returned])

    (found,) = ledger.links(DOMAIN).values()
    assert (found.user_id, found.record_id, found.state, found.username) == (
        "99",
        row_id("record", "7"),
        LinkState.ACTIVE,
        "o.koval",
    )


def test_a_change_without_record_and_contact_forgets_the_link(ledger):
    lease = begin(ledger)
    ledger.apply_links(lease, lease.run_id, [link("7"), link("8")])
    ledger.apply_links(lease, lease.run_id, [link("7", "undone", record_id=None, contact_id=None)])

    assert list(ledger.links(DOMAIN)) == ["8"]


def test_gone_since_is_the_first_time_it_was_said_and_ends_with_the_return(ledger, clock):
    lease = begin(ledger)
    ledger.apply_links(lease, lease.run_id, [link("7")])
    ledger.set_link_state(lease, lease.run_id, ["7"], LinkState.GONE)
    first_said = clock.moment
    clock.pass_(seconds=30)
    ledger.set_link_state(lease, lease.run_id, ["7", "unheard-of"], LinkState.GONE)
    assert ledger.links(DOMAIN)["7"].gone_since == first_said

    ledger.set_link_state(lease, lease.run_id, ["7"], LinkState.ACTIVE)
    assert (ledger.links(DOMAIN)["7"].state, ledger.links(DOMAIN)["7"].gone_since) == (LinkState.ACTIVE, None)


def test_usernames_come_from_the_runs_decisions_where_they_are_not_given(ledger):
    lease = begin(ledger)
    loud, quiet = item("1", Bucket.LINKED, username="i.bondar"), item("2", Bucket.UNCHANGED, username="o.koval")
    ledger.save_decisions(lease.run_id, [loud, quiet])
    ledger.apply_links(lease, lease.run_id, [link("1"), link("2"), link("3")])

    assert {user_id: found.username for user_id, found in ledger.links(DOMAIN).items()} == {
        "1": "i.bondar",
        "2": "o.koval",
        "3": "",
    }


def test_a_renamed_user_is_renamed_in_its_link_too(ledger):
    lease = begin(ledger)
    ledger.apply_links(lease, lease.run_id, [link("7")], usernames={"7": "o.koval"})
    do(ledger, lease, update("7", {"username": "o.koval"}, {"username": "o.bondar"}))

    assert ledger.links(DOMAIN)["7"].username == "o.bondar"


def test_thousands_of_links_are_made_at_once(ledger):
    lease = begin(ledger)
    changes = [link(str(number)) for number in range(3000)]
    ledger.apply_links(lease, lease.run_id, changes, usernames={str(number): f"u{number}" for number in range(3000)})
    ledger.set_link_state(lease, lease.run_id, [str(number) for number in range(1500)], LinkState.GONE)

    links = ledger.links(DOMAIN)
    assert len(links) == 3000
    assert sum(found.state is LinkState.GONE for found in links.values()) == 1500


def test_no_link_moves_without_a_line_in_the_audit(ledger):
    lease = begin(ledger)
    ledger.apply_links(lease, lease.run_id, [link("7", "auto", contact_id="a")])
    ledger.apply_links(lease, lease.run_id, [link("7", "verdict", contact_id="b")])
    ledger.apply_links(lease, lease.run_id, [link("7", "undone", record_id=None, contact_id=None)])

    forgotten, moved, made = ledger.audit(DOMAIN, subject="7")
    assert [line.action for line in (made, moved, forgotten)] == ["link.made", "link.moved", "link.forgotten"]
    assert (moved.detail["former_contact"], moved.detail["contact"], moved.run_id) == ("a", "b", lease.run_id)
