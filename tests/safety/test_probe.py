"""The one-record probe: an add-on that reacts to our writes is met on one record; nothing else sets it off."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.safety.stand import Stand
from usersync.ledger import OperationState
from usersync.planning import Plan
from usersync.planning.people import USER_ROLE
from usersync.stages.context import RunContext
from usersync.stages.probe import GuardStopped


def _addon(stand: Stand, mode: str) -> None:
    box = stand.box
    box.creatio.control.switch(addon=mode, addon_url=box.webitel.url, addon_token=box.world.webitel.token)


async def test_an_addon_that_pushes_records_onto_webitel_users_is_caught_at_the_first_record(stand: Stand) -> None:
    _addon(stand, "eager")
    ran = await stand.run_approved()
    assert isinstance(ran.error, GuardStopped)
    assert "After the first record was written, something else had moved as well: Webitel" in ran.said
    assert "troubleshooting" in ran.said
    records = [row for row in stand.box.creatio.control.rows("WSysAccount") if row["CreatedById"] == _me(stand)]
    assert len(records) <= 1
    assert {entry.operation.entity for entry in ran.operations} <= {"account", "contact", "record"}
    assert ran.state == "failed"
    assert ran.receipt["operations"]["done"] == len(ran.operations)


async def test_an_addon_that_leaves_known_users_alone_is_let_pass(stand: Stand) -> None:
    _addon(stand, "careful")
    ran = await stand.run_approved()
    assert ran.error is None, ran.said
    assert ran.state == "completed"


async def test_an_addon_that_makes_a_user_for_a_record_is_caught(stand: Stand) -> None:
    """What appears in Webitel right after our write was made by somebody who reacted to it."""

    def planned(context: RunContext, plan: Plan) -> None:
        del plan
        _when_a_record_is_written(
            context, lambda: stand.box.webitel.control.insert("users", {"username": "addon.made", "name": "Made"})
        )

    ran = await stand.run_approved(planned=planned)
    assert isinstance(ran.error, GuardStopped)
    assert "Webitel +" in ran.said


async def test_an_addon_that_removes_the_user_of_a_deleted_record_is_caught_at_the_first_deletion(stand: Stand) -> None:
    assert (await stand.run_approved()).error is None
    linked = [row for row in stand.box.creatio.control.rows("WSysAccount") if row["WebitelUserId"]][:2]
    for row in linked:
        stand.box.webitel.control.delete("users", row["WebitelUserId"], permanent=False)
    _addon(stand, "careful")
    rules = {"rules": {"gone": {"reaction": "delete", "grace_days": 0}, "approval": {"disabled_minimum": 99}}}
    ran = await stand.run(licenses=False, settings=rules)
    if ran.error is None:  # who is gone was noted first; the clock the grace period is told by has whole seconds
        await asyncio.sleep(1.1)
        ran = await stand.run(licenses=False, settings=rules)
    assert isinstance(ran.error, GuardStopped), ran.said
    left = {row["Id"] for row in stand.box.creatio.control.rows("WSysAccount")}
    assert sum(row["Id"] in left for row in linked) == 1


async def test_what_people_did_before_the_first_write_sets_nothing_off(stand: Stand) -> None:
    """Hand edits in the very second before the write, and a clock with whole seconds, look like an add-on to no one."""
    control = stand.box.creatio.control
    by_hand = control.rows("WSysAccount")
    assert by_hand, "the world has records made by hand"

    def planned(context: RunContext, plan: Plan) -> None:
        del context
        mine = {operation.key for operation in plan.operations if operation.entity == "record"}
        for row in by_hand:
            if row["Id"] not in mine:
                control.edit("WSysAccount", row["Id"], {"EnableStun": True})
        _by_hand(stand, "by.hand")
        stand.box.webitel.control.insert("users", {"username": "just.hired", "name": "Just Hired"})

    ran = await stand.run_approved(planned=planned)
    assert ran.error is None, ran.said


async def test_a_record_dated_in_the_future_sets_nothing_off(stand: Stand) -> None:
    row = _by_hand(stand, "tomorrow")
    future = (datetime.now(UTC) + timedelta(days=400)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    with closing(sqlite3.connect(stand.box.world.creatio_database)) as database, database:
        database.execute('UPDATE "WSysAccount" SET "ModifiedOn" = ? WHERE "Id" = ?', (future, row["Id"]))
    ran = await stand.run_approved()
    assert ran.error is None, ran.said


async def test_an_import_right_after_another_one_sets_nothing_off(stand: Stand) -> None:
    """The first run's own records were changed a moment ago."""
    scope = tuple(sorted(row["username"] for row in stand.box.webitel.control.rows("users"))[:4])
    first = await stand.run_approved(scope=scope)
    assert first.error is None, first.said
    second = await stand.run_approved()
    assert second.error is None, second.said
    assert second.count(OperationState.DONE) == len(second.operations)


def _by_hand(stand: Stand, login: str) -> dict[str, Any]:
    """A record somebody made in the section for a customer."""
    control = stand.box.creatio.control
    contact = control.insert("Contact", {"Name": "Somebody Else"})
    row = {"Name": "Made by hand", "Login": login, "ContactId": contact["Id"], "RoleId": USER_ROLE}
    return control.insert("WSysAccount", row)


def _me(stand: Stand) -> str:
    users = stand.box.creatio.control.rows("SysAdminUnit")
    return next(row["ContactId"] for row in users if row["Name"] == "usersync.integration")


def _when_a_record_is_written(context: RunContext, react: object) -> None:
    """Let somebody react between our write of a record and the second look, as an add-on inside the CRM does."""
    journal = context.journal
    assert journal is not None
    settle = journal.settle

    def settle_and_react(outcomes: list[object]) -> None:
        settle(outcomes)  # type: ignore[arg-type]
        if any(":record:" in outcome.operation_id for outcome in outcomes):  # type: ignore[attr-defined]
            react()  # type: ignore[operator]

    journal.settle = settle_and_react  # type: ignore[method-assign, assignment]
