"""Between approval and apply people go on working: what they changed is not overwritten, what they made is not made twice."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import pytest

from tests.safety.stand import UNLIMITED, Ran, Stand, record_of
from usersync.errors import UsageError
from usersync.ledger import OperationState, PlanNotUsable
from usersync.planning import Plan
from usersync.planning.people import USER_ROLE
from usersync.stages.context import RunContext


@pytest.fixture
async def imported(stand: Stand) -> Stand:
    """The eight users, imported; everything within the limits goes by itself from here on."""
    stand.overrides = UNLIMITED
    assert (await stand.run()).state == "completed"
    return stand


def _linked(stand: Stand) -> list[str]:
    with stand.ledger() as ledger:
        return sorted(user_id for user_id, link in ledger.links("default").items() if link.record_id)


async def _planned_renames(stand: Stand, *user_ids: str) -> str:
    """A stored, approved plan that renames these users' records."""
    for number, user_id in enumerate(user_ids):
        stand.box.webitel.control.edit("users", user_id, {"name": f"Renamed Person{number}"})
    preview = await stand.run("preview")
    assert preview.plan is not None
    assert len([op for op in preview.plan.operations if op.entity == "record"]) == len(user_ids)
    with stand.ledger() as ledger:
        ledger.approve(preview.plan.hash, author="os:boss")
    return preview.plan.hash


async def test_a_record_changed_by_hand_since_the_approval_is_stale_alone(imported: Stand) -> None:
    one, two = _linked(imported)[:2]
    before = record_of(imported, one)["Name"]
    plan = await _planned_renames(imported, one, two)
    imported.box.creatio.control.edit("WSysAccount", record_of(imported, one)["Id"], {"Name": "By Hand"})
    ran = await imported.run(plan=plan)
    assert ran.error is None, ran.said
    stale, done = ran.outcome("record", one), ran.outcome("record", two)
    assert stale.state is OperationState.STALE
    assert stale.operation.before["name"] == before
    assert stale.after_read == {"name": "By Hand"}
    assert "name" in str(stale.detail)
    assert "By Hand" not in str(stale.detail)
    assert done.state is OperationState.DONE
    assert record_of(imported, one)["Name"] == "By Hand"
    assert record_of(imported, two)["Name"] == "Renamed Person1"
    assert ran.receipt["operations"] == {"done": 1, "stale": 1}
    assert ran.receipt["buckets"]["review"] == 1 + _reviews(imported)
    assert ran.state == "completed"


async def test_what_is_changed_right_before_it_is_written_is_seen(imported: Stand) -> None:
    """The row is read again within seconds of the write, whatever the plan was made from."""
    one, two = _linked(imported)[:2]
    for user_id in (one, two):
        imported.box.webitel.control.edit("users", user_id, {"name": f"New {user_id}"})

    def planned(context: RunContext, plan: Plan) -> None:
        del context, plan
        imported.box.creatio.control.edit("WSysAccount", record_of(imported, one)["Id"], {"Name": "Just Now"})

    ran = await imported.run(planned=planned)
    assert ran.outcome("record", one).state is OperationState.STALE
    assert ran.outcome("record", two).state is OperationState.DONE
    assert record_of(imported, one)["Name"] == "Just Now"


async def test_a_record_deleted_since_the_approval_is_not_made_again(imported: Stand) -> None:
    one, two = _linked(imported)[:2]
    plan = await _planned_renames(imported, one, two)
    imported.box.creatio.control.delete("WSysAccount", record_of(imported, one)["Id"])
    ran = await imported.run(plan=plan)
    assert ran.outcome("record", one).state is OperationState.STALE
    assert "deleted" in str(ran.outcome("record", one).detail)
    assert ran.outcome("record", two).state is OperationState.DONE


async def test_a_change_somebody_made_already_is_done_without_a_write(imported: Stand) -> None:
    one = _linked(imported)[0]
    plan = await _planned_renames(imported, one)
    imported.box.creatio.control.edit("WSysAccount", record_of(imported, one)["Id"], {"Name": "Renamed Person0"})
    changed = record_of(imported, one)["ModifiedOn"]
    ran = await imported.run(plan=plan)
    assert ran.outcome("record", one).state is OperationState.DONE
    assert record_of(imported, one)["ModifiedOn"] == changed


async def test_licences_changed_in_webitel_since_the_approval_are_left_alone(stand: Stand) -> None:
    preview = await stand.run("preview")
    assert preview.plan is not None
    change = next(op for op in preview.plan.operations if op.action == "set_licenses")
    stand.approve(preview.plan.hash)
    others = sorted({row["id"] for row in stand.box.webitel.control.rows("licenses")} - set(change.after["licenses"]))  # type: ignore[arg-type]
    stand.box.webitel.control.edit("users", change.key, {"license": others[:1]})
    ran = await stand.run(plan=preview.plan.hash)
    stale = ran.outcome("user", change.key)
    assert stale.state is OperationState.STALE
    assert stale.after_read == {"licenses": others[:1]}
    grants = [
        row["license_id"] for row in stand.box.webitel.control.rows("grants") if str(row["user_id"]) == change.key
    ]
    assert grants == others[:1]
    assert ran.receipt["seats"]["refused"] >= 1, "a seat that was not assigned is not counted as assigned"


async def test_a_record_somebody_made_for_the_same_username_is_not_made_twice(stand: Stand) -> None:
    preview = await stand.run("preview")
    assert preview.plan is not None
    make = next(
        op for op in preview.plan.operations if op.entity == "record" and op.action == "create" and not op.needs
    )
    stand.approve(preview.plan.hash)
    stand.box.creatio.control.insert(
        "WSysAccount",
        {
            "Name": "Hand",
            "Login": str(make.after["username"]).upper(),
            "ContactId": make.after["contact"],
            "RoleId": USER_ROLE,
        },
    )
    ran = await stand.run(plan=preview.plan.hash)
    assert ran.outcome("record", str(make.user_id)).state is OperationState.STALE
    logins = [row["Login"].casefold() for row in stand.box.creatio.control.rows("WSysAccount")]
    assert logins.count(str(make.after["username"]).casefold()) == 1


async def test_a_person_entered_by_hand_since_the_approval_is_not_created_twice(stand: Stand) -> None:
    preview = await stand.run("preview")
    assert preview.plan is not None
    make = next(op for op in preview.plan.operations if op.entity == "contact" and op.action == "create")
    stand.approve(preview.plan.hash)
    stand.box.creatio.control.insert("Contact", {"Name": str(make.after["name"])})
    ran = await stand.run(plan=preview.plan.hash)
    assert ran.error is None, ran.said
    assert ran.outcome("contact", str(make.user_id)).state is OperationState.STALE
    names = [row["Name"] for row in stand.box.creatio.control.rows("Contact")]
    assert names.count(make.after["name"]) == 1
    assert ran.receipt["buckets"]["created"] == 0
    assert ran.state == "completed"


async def test_an_approved_plan_is_carried_out_and_nothing_is_added_to_it(imported: Stand) -> None:
    one, two = _linked(imported)[:2]
    plan = await _planned_renames(imported, one)
    imported.box.webitel.control.edit("users", two, {"name": "Renamed Too Late"})
    imported.box.webitel.control.insert("users", {"username": "new.one", "name": "Brand New"})
    ran = await imported.run(plan=plan)
    assert ran.error is None, ran.said
    assert [entry.operation.user_id for entry in ran.operations] == [one]
    assert record_of(imported, two)["Name"] != "Renamed Too Late"


async def test_a_plan_that_waits_for_approval_cannot_be_carried_out(stand: Stand) -> None:
    preview = await stand.run("preview")
    assert preview.plan is not None
    stand.forget_requests()
    ran = await stand.run(plan=preview.plan.hash)
    assert isinstance(ran.error, PlanNotUsable)
    assert ran.error.exit_code == 2
    assert stand.writes() == 0


async def test_an_apply_beyond_the_limits_waits_and_writes_nothing(stand: Stand) -> None:
    ran = await stand.run()
    assert ran.state == "awaiting_approval"
    assert ran.receipt["operations"] == {"planned": len(ran.plan.operations)}  # type: ignore[union-attr]
    assert stand.writes() == 0


async def test_an_approval_is_used_once(imported: Stand) -> None:
    plan = await _planned_renames(imported, _linked(imported)[0])
    assert (await imported.run(plan=plan)).state == "completed"
    imported.forget_requests()
    again = await imported.run(plan=plan)
    assert isinstance(again.error, PlanNotUsable)
    assert imported.writes() == 0


async def test_an_approval_expires(imported: Stand) -> None:
    plan = await _planned_renames(imported, _linked(imported)[0])
    with closing(sqlite3.connect(imported.ledger_url.removeprefix("sqlite:///"))) as database, database:
        past = datetime(2020, 1, 1, tzinfo=UTC).timestamp()
        kind = database.execute("SELECT typeof(expires_at) FROM plans").fetchone()[0]
        value = "2020-01-01 00:00:00.000000+00:00" if kind == "text" else int(past * 1_000_000)
        database.execute("UPDATE plans SET expires_at = ?", (value,))
    imported.forget_requests()
    ran = await imported.run(plan=plan)
    assert isinstance(ran.error, PlanNotUsable)
    assert "expired" in ran.said.casefold()
    assert imported.writes() == 0


async def test_a_newer_plan_supersedes_one_that_waits(imported: Stand) -> None:
    one, two = _linked(imported)[:2]
    imported.box.webitel.control.edit("users", one, {"name": "First"})
    older = await imported.run("preview")
    imported.box.webitel.control.edit("users", two, {"name": "Second"})
    await imported.run("preview")
    assert older.plan is not None
    ran = await imported.run(plan=older.plan.hash)
    assert isinstance(ran.error, PlanNotUsable)


async def test_a_preview_cannot_carry_out_a_plan(imported: Stand) -> None:
    plan = await _planned_renames(imported, _linked(imported)[0])
    imported.forget_requests()
    ran: Ran = await imported.run("preview", plan=plan)
    assert isinstance(ran.error, UsageError)
    assert imported.writes() == 0
    assert (await imported.run(plan=plan)).state == "completed", "and it is not used up"


def _reviews(stand: Stand) -> int:
    with stand.ledger() as ledger:
        newest = next(run for run in ledger.runs("default") if run.mode == "preview")
        return int((newest.receipt or {})["buckets"]["review"])
