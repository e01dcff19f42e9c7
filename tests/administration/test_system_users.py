"""System users of Creatio for imported people: who gets one, who does not and why, and that nothing is done twice."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing

import pytest

from tests.administration.conftest import Live
from tests.process.office import run_once
from tests.process.town import ANNA, NOBODY_KNOWS, Person, Town, contact_id, linked, stranger
from usersync.errors import UsageError
from usersync.ledger import PlanNotUsable, RunState
from usersync.planning import Plan
from usersync.planning.administration import Chore
from usersync.stages.context import RunContext

USERS = Chore.USERS
OLENA = stranger("o.savchuk", "Савчук Олена", 22, "122")
ONE = Town((NOBODY_KNOWS,))
TWO = Town((NOBODY_KNOWS, OLENA))


def test_an_imported_person_gets_a_user_and_the_next_import_fills_the_field_user(live: Live, ledger_url: str) -> None:
    office = live(Town((ANNA, NOBODY_KNOWS, OLENA)), ledger_url)
    office.run()
    done = office.do(USERS)
    assert (done.state, done.buckets) == (RunState.COMPLETED, {"created": 2, "unchanged": 1})
    made = office.users()["n.tymchuk"]
    assert made["ContactId"] == office.made_contact("21")["Id"]
    assert (made["Active"], made["ConnectionType"]) == (True, 0)
    roles = {(row["SysUserId"], row["SysRoleId"]) for row in office.rows("SysUserInRole")}
    assert (made["Id"], office.settings.administration.role_id) in roles
    assert office.rows("SysLicUser") == []
    assert (office.shown("n.tymchuk").system_user, office.shown("n.tymchuk").system_user_active) == ("n.tymchuk", True)
    ran = office.run()
    assert ran.state is RunState.COMPLETED
    assert office.record("n.tymchuk")["UserId"] == made["Id"]
    office.nothing_left()
    again = office.do(USERS)
    assert (again.plan.operations, again.buckets) == ((), {"unchanged": 3})


def test_a_preview_writes_nothing_and_an_approved_plan_is_carried_out_once(imported: Live) -> None:
    office = imported(ONE)
    before = office.writes()
    seen = office.look(USERS)
    assert (seen.state, seen.buckets, office.writes()) == (RunState.COMPLETED, {"created": 1}, before)
    with office.ledger() as ledger:
        assert ledger.run(seen.run_id).mode == "create_system_users_preview"
        assert ledger.plan(seen.plan.hash).needs_approval
    office.approve(seen.plan.hash)
    assert office.carry_out(USERS, seen.plan.hash).outcomes == {"done": 1}
    with pytest.raises(PlanNotUsable):
        office.carry_out(USERS, seen.plan.hash)


def test_a_password_is_sent_that_nobody_knows_and_nothing_keeps(imported: Live) -> None:
    office = imported(ONE)
    office.do(USERS)
    with office.creatio_database() as database:
        query = """SELECT "UserPassword" FROM "SysAdminUnit" WHERE "Name" = 'n.tymchuk'"""
        assert len(database.execute(query).fetchone()[0]) == 64
    path = office.database_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path)) as ledger:
        everything = "".join(ledger.iterdump())
    assert "UserPassword" not in everything
    assert "aA1!" not in everything


def test_each_reason_why_nobody_is_made_is_said(imported: Live) -> None:
    people = (
        linked("i.active", "Активний Іван", 31, "131"),
        linked("i.gone", "Колишній Іван", 32, "132", record={"Login": "i.gone"}),
        linked(
            "p.customer", "Клієнт Петро", 33, "133", record={"Login": "p.customer"}, portal=True, login="p@x.example"
        ),
        stranger("taken.one", "Зайнятий Олег", 34, "134"),
        Person("o.other", contact="Інша Людина", login="other"),
        stranger("keep.out", "Захищена Ольга", 35, "135"),
        stranger("just.fine", "Звичайна Ганна", 36, "136"),
    )
    office = imported(Town(people), protected=("keep.out",))
    office.in_creatio("SysAdminUnit", office.users()["i.gone"]["Id"], Active=False)
    office.in_creatio("SysAdminUnit", office.users()["other"]["Id"], Name="Taken.One")
    done = office.do(USERS)
    assert {item.username: done.said(item.username) for item in done.plan.items} == {
        "i.active": ("unchanged", "has-user"), "i.gone": ("review", "inactive-user"),
        "p.customer": ("review", "portal-user"), "taken.one": ("review", "login-taken"),
        "keep.out": ("skipped", "kept-out"), "just.fine": ("created", "user-wanted"),
    }  # fmt: skip
    assert office.users()["i.gone"]["Active"] is False


def test_logins_can_be_the_contacts_email_and_two_of_the_same_are_not_guessed(imported: Live) -> None:
    mails = {
        "a.one": "shared@romashka.example",
        "a.two": "Shared@romashka.example",
        "a.three": "three@romashka.example",
    }
    people = tuple(
        Person(name, f"Людина {name}", str(50 + number), str(150 + number), contact=f"Людина {name}",
               contact_email=mail, record={"Login": name})
        for number, (name, mail) in enumerate({**mails, "a.none": ""}.items())
    )  # fmt: skip
    office = imported(Town(people), administration={"login": "email"})
    done = office.do(USERS)
    assert {item.username: done.said(item.username)[1] for item in done.plan.items} == {
        "a.one": "login-twice", "a.two": "login-twice", "a.three": "user-wanted", "a.none": "no-email",
    }  # fmt: skip
    assert office.users()["three@romashka.example"]["ContactId"] == contact_id("a.three")


def test_only_those_who_were_chosen_and_a_name_that_was_never_imported_is_said(imported: Live) -> None:
    office = imported(TWO)
    assert office.do(USERS, "O.Savchuk").buckets == {"created": 1}
    assert "n.tymchuk" not in office.users()
    with pytest.raises(UsageError, match=r"z\.nobody"):
        office.look(USERS, "z.nobody", "n.tymchuk")


def test_who_got_a_user_meanwhile_is_stale_and_the_rest_goes_on(imported: Live) -> None:
    office = imported(TWO)

    async def meanwhile(context: RunContext) -> None:
        del context
        row = {"Name": "nazar", "SysAdminUnitTypeValue": 4, "ConnectionType": 0, "Active": True}
        office.box.creatio.control.insert("SysAdminUnit", {**row, "ContactId": office.made_contact("21")["Id"]})

    done = office.do(USERS, hook=meanwhile)
    assert (done.state, done.outcomes) == (RunState.COMPLETED, {"stale": 1, "done": 1})
    assert done.buckets == {"review": 1, "created": 1}
    assert {"nazar", "o.savchuk"} <= set(office.users())
    assert "n.tymchuk" not in office.users()


@pytest.mark.parametrize(
    ("kind", "outcomes", "again"),
    [
        ("reset_after", {"done": 2}, {}),
        ("500_before", {"failed": 1, "done": 1}, {"done": 1}),
        ("expired_session", {"done": 2}, {}),
    ],
)
def test_whatever_becomes_of_an_answer_nobody_is_made_twice(
    imported: Live, kind: str, outcomes: dict[str, int], again: dict[str, int]
) -> None:
    office = imported(TWO)
    office.box.creatio.control.fault(kind, path_regex="UpdateOrCreateUser")
    done = office.do(USERS)
    assert done.outcomes == outcomes
    assert done.state is (RunState.COMPLETED_WITH_FAILURES if "failed" in outcomes else RunState.COMPLETED)
    assert office.do(USERS).outcomes == again
    contacts = [row["ContactId"] for row in office.users().values() if row["ContactId"]]
    assert len(contacts) == len(set(contacts))
    assert {"n.tymchuk", "o.savchuk"} <= set(office.users())


def test_a_plan_is_no_other_processs_and_dies_with_the_settings_that_decided(imported: Live) -> None:
    office = imported(ONE)
    asked = office.ask(USERS)
    office.approve(asked.plan.hash)
    assert Plan.from_json(asked.plan.to_json()).hash == asked.plan.hash
    with pytest.raises(UsageError, match="CreateSystemUsers"):
        office.carry_out(Chore.TELEPHONY, asked.plan.hash)
    with pytest.raises(UsageError, match="CreateSystemUsers"):
        asyncio.run(run_once(office.settings, office.database_url, mode="apply", plan_hash=asked.plan.hash))
    office.administration["role_id"] = "a29a3ba5-4b0d-de11-9a51-005056c00009"
    with pytest.raises(UsageError, match="changed"):
        office.carry_out(USERS, asked.plan.hash)
    with pytest.raises(UsageError, match="role"):
        office.ask(USERS)
    assert "n.tymchuk" not in office.users()
