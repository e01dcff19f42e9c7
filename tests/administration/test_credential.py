"""Off as shipped, a credential of its own, every missing right named; and the import does none of all this."""

from __future__ import annotations

from typing import Any

import pytest

from tests.administration.chores import AdministeredOffice
from tests.administration.conftest import Live
from tests.process.town import ANNA, BORYS, NOBODY_KNOWS, Town
from usersync.creatio.errors import OperationMissing
from usersync.errors import UsageError
from usersync.ledger import RunState
from usersync.planning.administration import Chore
from usersync.settings import AdministrationSettings
from usersync.stages.administration.carry_out import NotTheSameCreatio

ONE = Town((ANNA, NOBODY_KNOWS))


def refused(office: AdministeredOffice, chore: Chore = Chore.USERS) -> UsageError | OperationMissing:
    before = office.writes()
    with pytest.raises((UsageError, OperationMissing)) as caught:
        office.ask(chore)
    assert office.writes() == before
    with office.ledger() as ledger:
        (run,) = ledger.runs("default", limit=1)
    assert (run.state, str(run.error)) == (RunState.FAILED, str(caught.value))
    return caught.value


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"enabled": False}, "administration-off"),
        ({"client_id": "", "client_secret": None, "password": None}, "administration-login-missing"),
        ({"client_id": "usersync-sandbox"}, "administration-same-login"),
        ({"username": "usersync.INTEGRATION"}, "administration-same-login"),
    ],
)
def test_it_is_off_and_wants_a_login_that_is_not_the_importers(
    imported: Live, given: dict[str, Any], message: str
) -> None:
    assert AdministrationSettings().enabled is False
    error = refused(imported(ONE, administration=given))
    assert (error.message_id, error.exit_code) == (message, 2)
    assert error.next_step


@pytest.mark.parametrize(
    ("chore", "operation"), [(Chore.USERS, "CanManageAdministration"), (Chore.TELEPHONY, "CanManageLicUsers")]
)
def test_a_missing_right_is_named_before_anything_is_read_or_written(
    imported: Live, chore: Chore, operation: str
) -> None:
    office = imported(ONE)
    office.box.creatio.control.switch(operations=[])
    error = refused(office, chore)
    assert operation in str(error)
    assert operation in (error.next_step or "")


def test_a_right_taken_away_in_between_stops_the_run_and_is_named(imported: Live) -> None:
    office = imported(ONE)
    asked = office.ask(Chore.USERS)
    office.approve(asked.plan.hash)

    async def meanwhile(context: object) -> None:
        del context
        office.box.creatio.control.switch(operations=["CanManageLicUsers"])

    with pytest.raises(OperationMissing, match="CanManageAdministration"):
        office.carry_out(Chore.USERS, asked.plan.hash, hook=meanwhile)
    assert "n.tymchuk" not in office.users()


def test_an_administrator_who_does_not_see_the_users_the_importer_sees_is_of_another_creatio(imported: Live) -> None:
    office = imported(ONE)
    office.box.creatio.control.switch(administrator_rights={"SysAdminUnit": "none"})
    assert refused(office).message_id == "administration-other-creatio"


def test_a_user_the_importer_cannot_see_stops_the_rest(imported: Live) -> None:
    office = imported(ONE)
    asked = office.ask(Chore.USERS)
    office.approve(asked.plan.hash)

    async def meanwhile(context: object) -> None:
        del context
        office.box.creatio.control.switch(rights={"SysAdminUnit": "none"})

    with pytest.raises(NotTheSameCreatio):
        office.carry_out(Chore.USERS, asked.plan.hash, hook=meanwhile)


def test_the_import_touches_neither_system_users_nor_licences_of_creatio(live: Live) -> None:
    office = live(Town((ANNA, BORYS, NOBODY_KNOWS)), leavers="release", gone={"reaction": "delete", "grace_days": 0})
    package = office.sell(5)
    office.license(package, "a.melnyk", "b.koval")
    office.run()
    office.in_creatio("SysAdminUnit", office.users()["b.koval"]["Id"], Active=False)
    users, grants = office.users(), office.rows("SysLicUser")
    office.dismiss("11")
    office.box.creatio.control.reset_requests()
    for _ in range(2):
        office.run()
    assert (office.users(), office.rows("SysLicUser")) == (users, grants)
    requests = office.box.creatio.control.requests()
    assert requests
    assert not [request for request in requests if "/rest/" in request["path"]]
