"""The manual's promise: afterwards all users created in Webitel are in the section, each with its contact."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.process.conftest import Live
from tests.process.office import Office, of
from tests.process.town import COMPANY, EMPLOYEE, NOBODY_KNOWS, TRIO, USER_ROLE, Town, system_user_id
from usersync.ledger import RunState
from usersync.planning import Situation
from usersync.sandbox.process import Sandbox

WITH_A_STRANGER = Town((*TRIO, NOBODY_KNOWS))


def test_after_the_first_run_every_webitel_user_is_in_the_section_with_its_contact(live: Live) -> None:
    office = live(WITH_A_STRANGER)

    ran = office.settled()

    assert ran.buckets == {"skipped": 1, "created": 1, "linked": 3}
    records = office.records()
    assert set(records) == {person.username for person in (*TRIO, NOBODY_KNOWS)}
    for person in TRIO:
        record = records[person.username]
        assert record["ContactId"] == of(person.username)
        assert record["UserId"] == system_user_id(person.username)
        assert record["WebitelUserId"] == person.user_id
        assert record["Extension"] == person.extension
        assert record["DefaultDevice"] == f"SIP {person.username}"
        assert record["Name"] == person.name
        assert record["RoleId"] == USER_ROLE
        assert record["Active"] is True
        assert office.extensions(of(person.username)) == [person.extension]
    made = office.made_contact(NOBODY_KNOWS.user_id)
    assert records[NOBODY_KNOWS.username]["ContactId"] == made["Id"]
    assert (made["Name"], made["TypeId"], made["AccountId"]) == (NOBODY_KNOWS.name, EMPLOYEE, COMPANY)
    assert office.extensions(made["Id"]) == [NOBODY_KNOWS.extension]


def test_a_preview_writes_nothing_and_tells_the_same_plan_that_apply_carries_out(live: Live) -> None:
    office = live(WITH_A_STRANGER)
    before = office.writes()

    preview = office.preview()

    assert office.writes() == before
    assert office.run().plan.hash == preview.plan.hash


def test_the_first_apply_of_a_domain_waits_for_approval_and_writes_nothing(live: Live) -> None:
    office = live(WITH_A_STRANGER)
    before = office.writes()

    ran = office.run(approve=False)

    assert ran.state is RunState.AWAITING_APPROVAL
    assert office.writes() == before


def test_an_unchanged_world_is_not_written_to(live: Live) -> None:
    office = live(WITH_A_STRANGER)
    office.settled()

    again = office.nothing_left()

    assert again.buckets == {"skipped": 1, "unchanged": 4}
    assert again.receipt.converged


def test_the_process_ends_in_the_same_state_on_every_database(live: Live, ledger_url: str) -> None:
    office = live(WITH_A_STRANGER)
    office.database_url = ledger_url

    office.settled()
    office.in_webitel("11", extension="111")
    changed = office.settled()
    office.dismiss("12")
    gone = office.settled()

    assert changed.buckets == {"skipped": 1, "updated": 1, "unchanged": 3}
    assert gone.gone == {"disabled": 1}
    assert office.record("b.koval")["Active"] is False


def test_the_account_usersync_works_with_is_left_out_and_never_touched(live: Live) -> None:
    office = live(WITH_A_STRANGER)

    ran = office.settled(licenses=True)

    assert ran.item("svc.creatio").bucket == "skipped"
    assert "svc.creatio" not in office.records()


def test_nothing_is_ever_written_to_a_password(live: Live, live_classic: Live) -> None:
    office = live(WITH_A_STRANGER)
    office.settled()
    classic = live_classic(*TRIO, NOBODY_KNOWS)
    classic.settled()

    for place in (office, classic):
        with place.creatio_database() as creatio:
            told = [password for (password,) in creatio.execute('SELECT "Password" FROM "WSysAccount"')]
        assert len(told) == 4
        assert not any(told)


# A call centre of the size the design speaks of


@pytest.fixture(scope="module")
def call_centre(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("call-centre")
    with Sandbox.start(directory=folder, seed=11, users=120, contacts=20_000) as box:
        office = Office(box, "")
        office.forget_everything(sqlite_template, folder)
        yield office
        office.close()


def test_120_users_among_20_000_contacts_unchanged_cost_60_requests_at_most_and_no_write(call_centre: Office) -> None:
    first = call_centre.run()
    assert first.state is RunState.COMPLETED
    assert first.receipt.converged, first.receipt.residue
    for service in (call_centre.box.webitel, call_centre.box.creatio):
        service.control.reset_requests()
    before = call_centre.writes()

    again = call_centre.run()

    sent = sum(service.control.counters()["requests"] for service in (call_centre.box.webitel, call_centre.box.creatio))
    assert not again.plan.operations
    assert call_centre.writes() == before
    assert sent <= 60
    assert sum(again.receipt.requests.values()) == sent


def test_a_ledger_that_is_lost_is_learnt_again_without_a_write(call_centre: Office, sqlite_template: Path) -> None:
    known = {item.user_id: item for item in call_centre.run().plan.items}
    call_centre.forget_everything(sqlite_template, call_centre.box.world.path)
    before = call_centre.writes()

    again = call_centre.run()

    assert not again.plan.operations
    assert call_centre.writes() == before
    for item in again.plan.items:
        assert item.record_id == known[item.user_id].record_id
        if known[item.user_id].situation is Situation.UNCHANGED and not known[item.user_id].kept:
            assert item.bucket == "linked"
