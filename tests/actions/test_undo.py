"""Each manual action taken back through Undo: what can be put back is, what cannot is said to be impossible and why."""

from __future__ import annotations

import pytest

from tests.actions.conftest import ANNA, OLHA, Live
from tests.actions.desk import ChangeLicense, CreateUser, DeleteUser, Desk, Process, SetRoles, UpdateUser
from tests.process.town import CALL_CENTER, CALL_MANAGER
from tests.undo.taking_back import Undone
from usersync.ledger import LinkState, RunState


def taken_back(desk: Desk, run_id: str) -> Undone:
    """Undo, after which undoing again would do nothing."""
    undone = desk.undo(run_id)
    assert undone.state is RunState.COMPLETED, undone.counts
    assert undone.report.left in (0, None), undone.report.left
    return undone


def test_a_created_user_is_marked_as_deleted_and_its_record_goes(live: Live) -> None:
    desk = live(records_may_be_deleted=True)
    before = {name: rows for name, rows in desk.everything().items() if name not in {"users", "devices"}}
    memory = desk.remembered()
    done = desk.done(CreateUser("o.bondar", extension="205", licenses=("CALL_CENTER",), roles=("Agents",), stun=True))

    undone = taken_back(desk, done.run.id)

    user = desk.webitel_user("o.bondar")
    assert undone.fate("webitel_user") == (
        "reversed",
        "the user is marked as deleted in Webitel, and its licences are released",
    )
    assert user["deleted_at"]
    assert {name: rows for name, rows in desk.everything().items() if name in before} == before
    assert desk.remembered() == memory
    desk.nothing_left()
    assert taken_back(desk, done.run.id).counts.keys() == {"nothing_left"}
    again = desk.undo(undone.run_id)
    assert again.fate("webitel_user", str(user["id"]))[0] == "impossible"


def test_where_records_stay_it_is_switched_off_after_webitel_did_its_part(live: Live) -> None:
    desk = live()
    done = desk.done(CreateUser("o.bondar", extension="205"))
    desk.box.webitel.control.fault("status_before", status=403, method="DELETE")
    refused = desk.undo(done.run.id)
    assert refused.state is RunState.COMPLETED_WITH_FAILURES
    assert desk.record("o.bondar")["Active"] is True
    undone = taken_back(desk, done.run.id)
    assert undone.fate("record")[0] == "kept"
    assert desk.record("o.bondar")["Active"] is False
    assert desk.webitel_user("o.bondar")["deleted_at"]
    desk.nothing_left()


@pytest.mark.parametrize("touch", ["extension", "licence"])
def test_a_created_user_that_somebody_works_with_by_now_stays_with_all_that_is_its(live: Live, touch: str) -> None:
    desk = live()
    done = desk.done(CreateUser("o.bondar", extension="205"))
    user_id = str(desk.webitel_user("o.bondar")["id"])
    desk.in_webitel(user_id, **({"extension": "299"} if touch == "extension" else {"license": [CALL_CENTER]}))
    before = desk.everything()
    undone = desk.undo(done.run.id)
    assert undone.fate("webitel_user")[0] == "kept"
    assert undone.fate("record") == ("kept", "the Webitel user stays, and this with it")
    assert set(undone.counts) == {"kept"}
    assert desk.everything() == before


def test_a_change_of_the_card_goes_back(live: Live) -> None:
    desk = live()
    before, memory = desk.everything(ids_of_creatio=False), desk.remembered()
    done = desk.done(UpdateUser("a.melnyk", extension="150", name="Інша Анна", stun=True))
    taken_back(desk, done.run.id)
    assert desk.everything(ids_of_creatio=False) == before
    assert desk.remembered() == memory
    desk.nothing_left()


def test_licences_and_roles_go_back(live: Live) -> None:
    desk = live()
    before = desk.everything()
    added = desk.done(ChangeLicense(Process.ADD_LICENSE, "a.melnyk", CALL_CENTER))
    removed = desk.done(ChangeLicense(Process.REMOVE_LICENSE, "a.melnyk", CALL_MANAGER))
    roles = desk.done(SetRoles("a.melnyk", ("Agents", "Supervisors")))
    for done in (roles, removed, added):
        taken_back(desk, done.run.id)
    assert desk.holders(CALL_CENTER) == set()
    assert set(desk.details("a.melnyk")) == {CALL_MANAGER}
    after = desk.everything()
    assert {k: v for k, v in after.items() if k != "WSysAccountLicense"} == {
        k: v for k, v in before.items() if k != "WSysAccountLicense"
    }
    desk.nothing_left()


def test_a_deleted_user_is_brought_back_by_an_administrator_only_and_then_the_rest_follows(live: Live) -> None:
    desk = live()
    done = desk.done(DeleteUser("a.melnyk"))
    before = desk.everything()
    undone = desk.undo(done.run.id)
    assert set(undone.counts) == {"impossible"}
    assert "no call to bring a deleted user back" in undone.fate("webitel_user")[1]
    assert desk.everything() == before

    desk.in_webitel("11", deleted_at=None)
    taken_back(desk, done.run.id)

    assert "11" in desk.holders(CALL_MANAGER)
    assert (desk.record("a.melnyk")["Active"], set(desk.details("a.melnyk"))) == (True, {CALL_MANAGER})
    link = desk.link("11")
    assert link is not None
    assert link.state is LinkState.ACTIVE
    desk.nothing_left()


def test_one_that_was_deleted_for_good_is_impossible(live: Live) -> None:
    desk = live()
    done = desk.done(DeleteUser("a.melnyk", permanent=True, confirm_username="a.melnyk"))
    undone = desk.undo(done.run.id)
    assert undone.fate("webitel_user") == ("impossible", "the user was removed from Webitel for good")
    assert set(undone.counts) == {"impossible"}
    assert desk.row("Contact", ANNA.contact_id)
    assert desk.row("Contact", OLHA.contact_id)
