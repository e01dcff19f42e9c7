"""Chapter 3: a Webitel user is created for a Creatio user; what comes back stands in the record, and the import agrees."""

from __future__ import annotations

import asyncio
import dataclasses
from typing import Any

import pytest

from tests.actions.conftest import OLHA, TWO, Live
from tests.actions.desk import ActionImpossible, CreateUser, Desk
from tests.process.office import run_once
from tests.process.town import ANNA, CALL_CENTER, CALL_MANAGER, CHAT, EXPIRED, Person, Town, system_user_id
from usersync.errors import UsageError
from usersync.ledger import FourEyesNeeded, PlanNotUsable, RunState


def test_the_user_is_created_and_its_id_and_device_come_back_into_the_record(live_anywhere: Live) -> None:
    desk = live_anywhere()

    done = desk.done(CreateUser("o.bondar", extension="205"))

    user, record = desk.webitel_user("o.bondar"), desk.record("o.bondar")
    assert (user["name"], user["extension"], user["email"]) == ("Бондар Ольга", "205", "o.bondar@romashka.example")
    assert (record["WebitelUserId"], record["DefaultDevice"]) == (str(user["id"]), "o.bondar")
    assert (record["ContactId"], record["UserId"]) == (OLHA.contact_id, system_user_id("o.bondar"))
    assert desk.extensions(OLHA.contact_id) == ["205"]
    link = desk.link(str(user["id"]))
    assert link is not None
    assert (link.record_id, link.contact_id, link.how, link.since_run) == (
        record["Id"], OLHA.contact_id, "manual", done.run.id,
    )  # fmt: skip
    assert (done.run.mode, done.run.plan_hash) == ("create_webitel_user", done.report.receipt.plan_hash)
    assert done.run.receipt is not None
    assert done.run.receipt["action"]["user_id"] == str(user["id"])
    assert done.said == "The Webitel user o.bondar is created, and its record is in the section “Webitel users”."
    with desk.ledger() as ledger:
        lines = {line.action for line in ledger.audit(run_id=done.run.id)}
        assert {"run.started", "plan.saved", "plan.taken", "operations.intended", "link.made", "run.finished"} <= lines
        assert [item.user_id for item in ledger.decisions(done.run.id)] == [str(user["id"])]
        assert [entry.operation.user_id for entry in done.operations] == [str(user["id"])] * len(done.operations)


def test_roles_licences_and_stun_are_given_with_the_new_user(live: Live) -> None:
    desk = live()
    done = desk.done(
        CreateUser("Бондар Ольга", roles=("agents",), licenses=("CALL_CENTER", CALL_MANAGER), stun=True, name="Olha B.")
    )
    user, record = desk.webitel_user("o.bondar"), desk.record("o.bondar")
    assert desk.holders(CALL_CENTER) == {str(user["id"])}
    assert set(desk.details("o.bondar")) == {CALL_CENTER, CALL_MANAGER}
    assert all(row["IssuedOn"] for row in desk.details("o.bondar").values())
    roles = [
        row["WebitelRoleId"] for row in desk.rows("WSysAccountInWebitelRole") if row["WSysAccountId"] == record["Id"]
    ]
    assert (roles, record["EnableStun"], record["Name"]) == (["1020"], True, "Olha B.")
    assert "cannot register a SIP phone" in done.said
    with desk.ledger() as ledger:
        assert ledger.grants_made("default") == set(), "what a human gave is not the rules' to withdraw"


def test_a_server_that_does_not_make_devices_gets_one_made(live: Live) -> None:
    desk = live()
    desk.box.webitel.control.switch(old_server=True)
    desk.done(CreateUser("o.bondar", extension="205"))
    (device,) = [row for row in desk.box.webitel.control.rows("devices") if row["name"] == "o.bondar"]
    assert device["account"] == "205"
    assert desk.column("devices", "password", device["id"])
    assert desk.webitel_user("o.bondar")["device_id"] == device["id"]
    assert desk.record("o.bondar")["DefaultDevice"] == "o.bondar"


@pytest.mark.parametrize("fault", ["500_after", "reset_after", "truncated_json", "500_before"])
def test_an_answer_that_is_lost_makes_nobody_twice(live: Live, fault: str) -> None:
    desk = live()
    desk.box.webitel.control.fault(fault, method="POST", path_regex="/users$")
    desk.done(CreateUser("o.bondar", extension="205"))
    assert desk.usernames().count("o.bondar") == 1
    assert len(desk.records()) == 2


def test_what_webitel_refuses_is_not_in_creatio_either(live: Live) -> None:
    desk = live()
    before = desk.rows("WSysAccount")
    desk.box.webitel.control.fault("status_before", status=409, method="POST", path_regex="/users$")
    done = desk.act(CreateUser("o.bondar", extension="205"))
    assert done.state is RunState.COMPLETED_WITH_FAILURES
    assert done.outcomes["webitel_user create"] == "failed"
    assert done.outcomes["record create"] == "skipped"
    assert not done.report.half_done
    assert desk.rows("WSysAccount") == before
    assert done.report.receipt.buckets["failed"] == 1


def test_a_refused_licence_does_not_keep_the_record_from_being_made_and_is_said(live: Live) -> None:
    desk = live()
    desk.box.webitel.control.fault("license_refusal", method="PATCH")
    done = desk.act(CreateUser("o.bondar", extension="205", licenses=("CALL_CENTER",)))
    assert done.state is RunState.COMPLETED_WITH_FAILURES
    assert done.outcomes["user set_licenses"] == done.outcomes["license_row create"] == "refused"
    assert done.outcomes["record create"] == "done"
    assert "app.license.product.exhausted" in done.said
    assert done.report.half_done
    again = desk.act(CreateUser(""), plan=done.run.plan_hash or "")
    assert again.state is RunState.COMPLETED
    assert set(desk.details("o.bondar")) == {CALL_CENTER}
    assert desk.usernames().count("o.bondar") == 1


LONG = "corp\\" + "a-login-of-many-letters-" * 4
HERE = {
    "nobody in Creatio": (CreateUser("z.nobody"), "the person must already be a registered user of Creatio"),
    "a portal user": (CreateUser("k.kunde"), "a portal user is a customer"),
    "an inactive one": (CreateUser("l.leaver"), "l.leaver is not active"),
    "an inactive one of a long login": (CreateUser(LONG), f"{LONG} is not active"),
    "two of one name": (CreateUser("Двійник Іван"), "Several Creatio users are called so: i.one, i.two"),
    "a Webitel user already": (CreateUser("a.melnyk"), "has a Webitel user already: a.melnyk"),
    "nobody chosen": (CreateUser(" "), "No Creatio user was chosen"),
    "a username with a space": (CreateUser("o.bondar", username="o bondar"), "cannot be a Webitel username"),
    "a username that is taken": (CreateUser("o.bondar", username="A.Melnyk"), "is taken by the Webitel user 11"),
    "an extension with letters": (CreateUser("o.bondar", extension="20a"), "digits only"),
    "an extension of a user": (CreateUser("o.bondar", extension="101"), "taken by the Webitel user a.melnyk"),
    "an extension of a tombstone": (CreateUser("o.bondar", extension="190"), "which is marked as deleted"),
    "an extension of a contact": (CreateUser("o.bondar", extension="777"), "communications of another contact"),
    "an extension of a record": (CreateUser("o.bondar", extension="778"), "another person's record"),
    "a licence nobody has": (CreateUser("o.bondar", licenses=("WFM",)), "no licence WFM"),
    "a licence not for users": (CreateUser("o.bondar", licenses=(CHAT,)), "CHAT is not assigned to users"),
    "an expired licence": (CreateUser("o.bondar", licenses=(EXPIRED,)), "No licence of VOIP_DEVICE is valid"),
    "a role nobody has": (CreateUser("o.bondar", roles=("Bosses",)), "no role Bosses"),
}
CROWD = Town(
    (
        *TWO.people,
        Person("k.kunde", contact="Кунде Клієнт", login="k.kunde", portal=True),
        Person("l.leaver", contact="Лівер Лев", login="l.leaver", active=False),
        Person("l.long", contact="Довгий Лев", login=LONG, active=False),
        Person("i.one", contact="Двійник Іван", login="i.one"),
        Person("i.two", contact="Двійник Іван", login="i.two"),
        Person("p.phone", contact="Фоненко Петро", extension="777", told=True),
        Person("r.record", contact="Рекорд Роман", record={"Login": "r.record", "Extension": "778"}),
    )
)  # fmt: skip


@pytest.fixture(scope="module")
def refusals(imported: Any, stage: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Each form that cannot be carried out, and the sentence it is refused with; nothing is written meanwhile."""
    ledger = tmp_path_factory.mktemp("crowd") / "ledger.db"
    imported.put_back(CROWD, ledger)
    desk = Desk(stage.box, f"sqlite:///{ledger}", contract=False)
    desk.hire("19", "gone.user", "Гон", extension="190")
    desk.dismiss("19", permanent=False)
    before, said = desk.writes(), {}
    for what, (form, _) in HERE.items():
        with pytest.raises(ActionImpossible) as refused:
            desk.act(form, preview=what != "nobody in Creatio")
        said[what] = str(refused.value)
    assert desk.writes() == before
    desk.close()
    return said


@pytest.mark.parametrize("what", HERE)
def test_it_is_refused_with_a_sentence(refusals: dict[str, str], what: str) -> None:
    assert HERE[what][1] in refusals[what]


def test_a_preview_shows_everything_and_its_plan_is_carried_out_as_shown(live: Live) -> None:
    desk = live()
    seen = desk.act(CreateUser("o.bondar", extension="205"), preview=True)
    assert (seen.state, seen.run.mode) == (RunState.COMPLETED, "create_webitel_user_preview")
    assert "would be created" in seen.said
    made = seen.plan.operations[0]
    assert made.after == {
        "username": "o.bondar", "name": "Бондар Ольга", "extension": "205", "email": "o.bondar@romashka.example",
    }  # fmt: skip
    assert "o.bondar" not in desk.usernames()

    with pytest.raises(UsageError, match="carried out by CreateWebitelUser"):
        asyncio.run(run_once(desk.settings, desk.database_url, mode="apply", plan_hash=seen.run.plan_hash))
    done = desk.act(CreateUser(""), plan=seen.run.plan_hash or "")
    assert done.state is RunState.COMPLETED
    with pytest.raises(PlanNotUsable):
        desk.act(CreateUser(""), plan=seen.run.plan_hash or "")


def test_with_four_eyes_a_second_person_approves_it(live: Live) -> None:
    desk = live(approval={"four_eyes": True})
    waiting = desk.act(CreateUser("o.bondar", extension="205"))
    plan = waiting.run.plan_hash or ""
    assert waiting.state is RunState.AWAITING_APPROVAL
    assert "o.bondar" not in desk.usernames()
    with pytest.raises(PlanNotUsable):
        desk.act(CreateUser(""), plan=plan)
    with pytest.raises(FourEyesNeeded):
        desk.approve_as(plan, "tester")
    desk.approve_as(plan)
    assert desk.act(CreateUser(""), plan=plan).state is RunState.COMPLETED
    assert "o.bondar" in desk.usernames()


def test_somebody_who_came_first_is_not_overwritten(live: Live) -> None:
    desk = live()

    async def somebody_is_quicker(_: Any) -> None:
        desk.hire("99", "o.bondar", "Інша Людина")

    done = desk.act(CreateUser("o.bondar", extension="205"), hook=somebody_is_quicker)
    assert done.state is RunState.COMPLETED_WITH_FAILURES
    assert done.outcomes["webitel_user create"] == "stale"
    assert "Webitel has a user with this username by now: 99" in done.said
    assert desk.webitel_user("o.bondar")["name"] == "Інша Людина"
    assert len(desk.records()) == 1


def test_a_login_is_made_legal_and_free(live: Live) -> None:
    guest = dataclasses.replace(OLHA, username="guest", login="CORP\\О. Бондар-Ґалаґан", contact="Бондар Олена")
    namesake = Person("O.Bondar-Galagan", "Namesake", "31")
    desk = live(Town((ANNA, guest, namesake)))
    plan = desk.act(CreateUser("Бондар Олена"), preview=True).plan
    assert plan.operations[0].after["username"] == "O.Bondar-Galagan2"


@pytest.mark.parametrize(("policy", "set_", "shown"), [("none", False, 0), ("random", True, 0), ("shown", True, 1)])
def test_a_password_is_kept_nowhere(live: Live, policy: str, set_: bool, shown: int) -> None:
    desk = live()
    desk.actions = {"new_user_password": policy}
    done = desk.act(CreateUser("o.bondar"))
    password = desk.column("users", "password", desk.webitel_user("o.bondar")["id"])
    assert bool(password) is set_
    assert desk.shown == [password] * shown
    if password:
        assert len(password) >= 16
        assert password not in desk.everything_in_the_ledger()
        assert password not in f"{done.report} {done.operations} {done.run}"


@pytest.mark.parametrize("mode", ["careful", "eager"])
def test_an_add_on_that_makes_users_by_itself_makes_no_second_one(live: Live, mode: str) -> None:
    desk = live()
    world = desk.box.world
    desk.box.creatio.control.switch(addon=mode, addon_url=desk.box.webitel.url, addon_token=world.webitel.token)
    done = desk.done(CreateUser("o.bondar", extension="205"))
    assert desk.usernames().count("o.bondar") == 1
    user, record = desk.webitel_user("o.bondar"), desk.record("o.bondar")
    devices = {row["id"]: row["name"] for row in desk.box.webitel.control.rows("devices")}
    assert record["DefaultDevice"] == devices[user["device_id"]]
    assert ("another default device" in done.said) is (mode == "eager")
