"""System users that were made are removed again, unless somebody works with them; and runs that are killed leave nothing open."""

from __future__ import annotations

import os
import time

import pytest

from tests.administration.chores import AdministeredOffice
from tests.administration.conftest import Live
from tests.process.town import NOBODY_KNOWS, Town, stranger
from usersync.creatio.administration import AdministrationService
from usersync.ledger import RunState
from usersync.planning.administration import Chore
from usersync.settings import LeaseSettings

USERS = Chore.USERS
PEOPLE = Town(
    (NOBODY_KNOWS, stranger("o.savchuk", "Савчук Олена", 22, "122"), stranger("p.lys", "Лис Петро", 23, "123"))
)


def test_what_was_made_is_removed_and_made_again_by_the_undo_of_the_undo(imported: Live) -> None:
    office = imported(PEOPLE)
    before = office.users()
    done = office.do(USERS)
    report = office.take_back(done.run_id)
    assert (report.state, report.counts["reversed"], report.left) == (RunState.COMPLETED, 3, 0)
    assert office.users() == before
    again = office.take_back(report.receipt.run_id)
    assert again.counts["reversed"] == 3
    assert {"n.tymchuk", "o.savchuk", "p.lys"} <= set(office.users())


def test_who_is_worked_with_is_kept_and_the_reason_is_said(imported: Live) -> None:
    office = imported(PEOPLE)
    done = office.do(USERS)
    made = office.users()
    office.edit_record("n.tymchuk", UserId=made["n.tymchuk"]["Id"])  # as the next import does
    office.in_creatio("SysAdminUnit", made["o.savchuk"]["Id"], Name="olena")
    office.box.creatio.control.delete("SysAdminUnit", made["p.lys"]["Id"])
    report = office.take_back(done.run_id)
    assert report.state is RunState.COMPLETED
    said = {outcome.key: (str(outcome.fate), outcome.reason.id) for outcome in report.outcomes}
    assert said == {
        made["n.tymchuk"]["Id"]: ("kept", "administration-record-refers"),
        made["o.savchuk"]["Id"]: ("kept", "undo-changed-by-human"),
        made["p.lys"]["Id"]: ("nothing_left", "undo-already"),
    }
    assert {"n.tymchuk", "olena"} <= set(office.users())


def test_what_creatio_refuses_to_remove_is_told_and_the_rest_goes_on(imported: Live) -> None:
    office = imported(PEOPLE)
    done = office.do(USERS)
    user = office.users()["n.tymchuk"]["Id"]
    office.box.creatio.control.fault("500_before", path_regex="DeleteUser")
    report = office.take_back(done.run_id)
    assert (report.state, report.left) == (RunState.COMPLETED_WITH_FAILURES, 1)
    assert sum(login in office.users() for login in ("n.tymchuk", "o.savchuk", "p.lys")) == 1
    assert office.take_back(done.run_id).left == 0
    assert user not in {row["Id"] for row in office.rows("SysAdminUnit")}


def test_the_undo_of_an_administrators_run_does_not_make_the_next_import_wait(imported: Live) -> None:
    office = imported(PEOPLE)
    done = office.do(USERS, "n.tymchuk")
    office.take_back(done.run_id)
    office.in_webitel("22", extension="199")
    ran = office.run(approve=False)
    assert ran.state is RunState.COMPLETED


class Mortal(AdministeredOffice):
    """An office whose runs hold the domain for a second only."""

    @property
    def settings(self):
        return super().settings.model_copy(update={"lease": LeaseSettings(term=1.0, renewal=0.4)})


@pytest.mark.parametrize(("ledger_url", "after"), [("sqlite", False), ("postgresql", True)], indirect=["ledger_url"])
def test_a_run_that_is_killed_between_two_calls_is_finished_by_the_next(
    live: Live, ledger_url: str, after: bool
) -> None:
    office = live(PEOPLE, ledger_url)
    office.run()
    mortal = Mortal(office.box, office.database_url)
    asked = mortal.ask(USERS)
    mortal.approve(asked.plan.hash)
    child = os.fork()
    if child == 0:
        _die_at_the_second_call(after=after)
        try:
            mortal.carry_out(USERS, asked.plan.hash)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 9
    logins = {"n.tymchuk", "o.savchuk", "p.lys"}
    assert len(logins & set(office.users())) == (2 if after else 1)
    time.sleep(1.2)  # the lease runs out
    done = mortal.do(USERS)
    assert (done.state, len(done.plan.operations)) == (RunState.COMPLETED, 1 if after else 2)
    assert logins <= set(office.users())
    assert len({row["ContactId"] for row in office.users().values()}) == len(office.users())
    with office.ledger() as ledger:
        assert ledger.unsettled("default") == []
        killed = [run for run in ledger.runs("default") if run.state is RunState.CRASHED]
        assert len(killed) == 1
        states = sorted(str(entry.state) for entry in ledger.operations(killed[0].id))
    assert states == (["done", "done", "skipped"] if after else ["done", "skipped", "skipped"])
    report = mortal.take_back(killed[0].id)
    assert report.counts["reversed"] == (2 if after else 1)


def _die_at_the_second_call(*, after: bool) -> None:
    calls = []
    create = AdministrationService.create_user

    async def mortal(self: AdministrationService, *given: object) -> None:
        calls.append(given)
        if len(calls) == 2 and not after:
            os._exit(9)
        await create(self, *given)  # type: ignore[arg-type]
        if len(calls) == 2:
            os._exit(9)

    AdministrationService.create_user = mortal  # type: ignore[assignment,method-assign]
