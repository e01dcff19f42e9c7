"""The licence of Creatio that opens telephony: seats counted before anything is given, and only ours taken back."""

from __future__ import annotations

import pytest

from tests.administration.chores import AdministeredOffice
from tests.administration.conftest import Live
from tests.process.town import ANNA, BORYS, NOBODY_KNOWS, VIRA, Town, linked
from usersync.errors import UsageError
from usersync.ledger import RunState
from usersync.planning.administration import Chore
from usersync.stages.context import RunContext

TELEPHONY = Chore.TELEPHONY
SILENT = linked("s.quiet", "Тихий Семен", 9)
PEOPLE = Town((ANNA, BORYS, VIRA, SILENT, NOBODY_KNOWS))


def test_seats_go_to_those_without_one_as_far_as_they_reach_and_undo_takes_only_ours(imported: Live) -> None:
    office = imported(PEOPLE)
    package = office.sell(3)
    office.license(package, "v.shulha")
    done = office.do(TELEPHONY)
    assert {item.username: done.said(item.username) for item in done.plan.items} == {
        "a.melnyk": ("updated", "telephony-wanted"), "b.koval": ("updated", "telephony-wanted"),
        "v.shulha": ("unchanged", "has-telephony"), "s.quiet": ("review", "no-seat"), "n.tymchuk": ("skipped", "no-user"),
    }  # fmt: skip
    assert done.state is RunState.COMPLETED
    assert dict(done.receipt.seats) == {"wanted": 4, "held": 1, "assigned": 2, "waiting": 1, "refused": 0}
    assert done.plan.seats[0].to_buy == 1
    sent = office.box.creatio.control.requests()
    assert done.receipt.requests["creatio"] >= sum("/rest/" in request["path"] for request in sent) / 2
    assert office.licensed(package) == {"a.melnyk", "b.koval", "v.shulha"}
    assert office.lacks("a.melnyk") == []
    assert office.lacks("s.quiet") == ["telephony"]
    assert office.do(TELEPHONY).plan.operations == ()

    office.box.creatio.control.delete("SysLicUser", _grant(office, package, "b.koval"))
    report = office.take_back(done.run_id)
    assert report.state is RunState.COMPLETED
    assert (report.counts["reversed"], report.counts["nothing_left"], report.left) == (1, 1, 0)
    assert office.licensed(package) == {"v.shulha"}
    assert office.lacks("a.melnyk") == ["telephony"]


def _grant(office: AdministeredOffice, package: str, login: str) -> str:
    user = office.users()[login]["Id"]
    rows = office.rows("SysLicUser")
    return next(row["Id"] for row in rows if row["SysLicPackageId"] == package and row["SysUserId"] == user)


def test_undo_of_an_undo_gives_the_seats_again(imported: Live) -> None:
    office = imported(PEOPLE)
    package = office.sell(9)
    done = office.do(TELEPHONY, "a.melnyk")
    undone = office.take_back(done.run_id)
    assert office.licensed(package) == set()
    office.take_back(undone.receipt.run_id)
    assert office.licensed(package) == {"a.melnyk"}


def test_a_seat_that_is_gone_at_the_last_moment_is_a_failure_inside_http_200_and_the_rest_goes_on(
    imported: Live,
) -> None:
    office = imported(PEOPLE)
    package = office.sell(2)

    async def meanwhile(context: RunContext) -> None:
        del context
        office.license(package, "v.shulha")

    done = office.do(TELEPHONY, "a.melnyk", "b.koval", hook=meanwhile)
    assert (done.state, done.outcomes) == (RunState.COMPLETED_WITH_FAILURES, {"done": 1, "failed": 1})
    assert dict(done.receipt.seats) == {"wanted": 2, "held": 0, "assigned": 1, "waiting": 0, "refused": 1}
    assert office.licensed(package) == {"a.melnyk", "v.shulha"}
    with office.ledger() as ledger:
        (failed,) = [entry for entry in ledger.operations(done.run_id) if entry.detail is not None]
    assert "exceeded" in str(failed.detail)


def test_a_seat_given_by_hand_meanwhile_is_not_given_again(imported: Live) -> None:
    office = imported(PEOPLE)
    package = office.sell(5)

    async def meanwhile(context: RunContext) -> None:
        del context
        office.license(package, "a.melnyk")

    done = office.do(TELEPHONY, "a.melnyk", "b.koval", hook=meanwhile)
    assert (done.state, done.outcomes) == (RunState.COMPLETED, {"stale": 1, "done": 1})
    assert len(office.rows("SysLicUser")) == 2
    office.take_back(done.run_id)
    assert office.licensed(package) == {"a.melnyk"}


def test_packages_are_filled_in_the_order_of_the_settings_and_the_next_one_after(imported: Live) -> None:
    office = imported(PEOPLE)
    first, second = office.sell(5, "A first"), office.sell(1, "B second")
    office.administration["license_packages"] = (second, first)
    done = office.do(TELEPHONY)
    assert done.state is RunState.COMPLETED
    assert office.licensed(second) == {"a.melnyk"}
    assert office.licensed(first) == {"b.koval", "v.shulha", "s.quiet"}


@pytest.mark.parametrize("hidden", [("SysLicUser",), ("SysLicUser", "SysLicPackage")])
def test_where_odata_does_not_show_licences_the_service_is_asked_for_each_user(
    imported: Live, hidden: tuple[str, ...]
) -> None:
    office = imported(PEOPLE)
    package = office.sell(5)
    office.license(package, "v.shulha")
    office.administration["license_packages"] = (package,)
    office.box.creatio.control.switch(administrator_rights=dict.fromkeys(hidden, "none"))
    done = office.do(TELEPHONY)
    assert (done.state, done.buckets) == (RunState.COMPLETED, {"updated": 3, "unchanged": 1, "skipped": 1})
    assert office.licensed(package) == {"a.melnyk", "b.koval", "v.shulha", "s.quiet"}
    assert office.take_back(done.run_id).counts["reversed"] == 3
    assert office.licensed(package) == {"v.shulha"}


def test_without_a_package_that_opens_telephony_the_setting_is_named(imported: Live) -> None:
    office = imported(PEOPLE)
    office.sell(5, "Sales", "Sales.Use")
    with pytest.raises(UsageError, match=r"WebitelCollaboration\.Use") as caught:
        office.look(TELEPHONY)
    assert "LICENSE_PACKAGES" in (caught.value.next_step or "")


@pytest.mark.parametrize("kind", ["500_after", "500_before"])
def test_whatever_becomes_of_an_answer_what_stands_there_decides(imported: Live, kind: str) -> None:
    office = imported(PEOPLE)
    package = office.sell(5)
    office.box.creatio.control.fault(kind, path_regex="UpdateLicenseInfo")
    done = office.do(TELEPHONY, "a.melnyk")
    assert done.outcomes == ({"failed": 1} if kind == "500_before" else {"done": 1})
    again = office.do(TELEPHONY, "a.melnyk")
    assert len(again.plan.operations) == (1 if kind == "500_before" else 0)
    assert office.licensed(package) == {"a.melnyk"}
