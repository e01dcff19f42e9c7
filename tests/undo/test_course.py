"""The course of an undo: preview, approval, lease, stop, what broke off, what changed meanwhile, and what comes after."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest

from tests.process.office import BOSS, run_once
from tests.process.town import ANNA, BORYS, NOBODY_KNOWS, VIRA, Town
from tests.undo.conftest import Live
from tests.undo.taking_back import Hook, House
from usersync.errors import UsageError
from usersync.ledger import LeaseHeld, PlanNotUsable, PlanState, RunNotFound, RunState
from usersync.stages.context import RunContext
from usersync.stages.probe import GuardStopped


@pytest.fixture
def town(live: Live) -> House:
    return live(Town((ANNA, BORYS, VIRA, NOBODY_KNOWS)))


def test_a_preview_shows_the_outcomes_and_writes_nothing(town: House) -> None:
    run = town.imported()
    before, memory = town.everything(), town.remembered()

    seen = town.preview_undo(run)

    assert seen.state is RunState.COMPLETED
    assert seen.counts["reversed"] > 8
    assert town.everything() == before
    assert town.remembered() == memory
    with town.ledger() as ledger:
        assert ledger.run(seen.run_id).mode == "undo_preview"
        assert ledger.operations(seen.run_id) == []


def test_without_an_approval_nothing_is_written_and_the_plan_waits(town: House) -> None:
    run = town.imported()
    before = town.everything()

    waiting = town.propose_undo(run)

    assert waiting.state is RunState.AWAITING_APPROVAL
    with pytest.raises(PlanNotUsable):
        town.carry_out_undo(run, waiting.plan.hash)
    assert town.everything() == before
    with town.ledger() as ledger:
        assert ledger.plan(waiting.plan.hash).state is PlanState.WAITING


def test_the_same_state_gives_the_same_plan_and_an_approval_is_used_once(town: House) -> None:
    run = town.imported()
    first = town.preview_undo(run)
    second = town.propose_undo(run)
    assert first.plan.hash == second.plan.hash
    assert type(first.plan).from_json(json.loads(first.plan.canonical)).hash == first.plan.hash
    town.approve(second.plan.hash)
    town.carry_out_undo(run, second.plan.hash)

    with pytest.raises(PlanNotUsable):
        town.carry_out_undo(run, second.plan.hash)


def test_the_receipt_is_true_and_claims_no_convergence(town: House) -> None:
    town.ordain_both()
    run = town.imported(licenses=True)
    undone = town.undo(run)

    with town.ledger() as ledger:
        stored = ledger.run(undone.run_id)
    assert stored.mode == "undo"
    assert stored.receipt is not None
    assert stored.receipt["converged"] is None
    assert stored.receipt["operations"] == {"done": len(undone.plan.operations)}
    assert sum(stored.receipt["buckets"].values()) == stored.receipt["users"] == 4
    assert stored.receipt["undo"] == {
        "run": run, "reversed": undone.counts["reversed"], "kept": 0, "impossible": 0, "nothing_left": 0, "not_done": 0,
        "left": 0, "shared": [],
    }  # fmt: skip
    assert "Тимчук" not in json.dumps(stored.receipt, ensure_ascii=False)


def test_the_next_run_would_do_it_again_but_waits_for_a_human(town: House) -> None:
    run = town.imported()
    town.undo(run)
    before = town.everything()

    scheduled = town.run(approve=False)

    assert scheduled.state is RunState.AWAITING_APPROVAL
    assert town.everything() == before
    with town.ledger() as ledger:
        reasons = [reason["id"] for reason in ledger.plan(scheduled.plan.hash).needs_approval]
    assert "guard-meter-undone" in reasons
    town.settled()
    town.in_webitel("11", extension="111")
    assert town.run(approve=False).state is RunState.COMPLETED  # what is applied anew is no longer taken back


def test_plans_of_the_two_processes_are_not_mixed_up(town: House) -> None:
    run = town.imported()
    undoing = town.propose_undo(run)
    town.approve(undoing.plan.hash)
    before = town.everything()
    with pytest.raises(UsageError, match=r"takes run .* back"):
        _apply(town, undoing.plan.hash)
    with town.ledger() as ledger:  # and it can still be used where it belongs
        assert ledger.plan(undoing.plan.hash).state is PlanState.APPROVED

    town.in_webitel("11", extension="111")
    town.in_webitel("12", extension="112")
    imported = town.preview()
    with town.ledger() as ledger:
        ledger.approve(imported.plan.hash, author=BOSS)
    with pytest.raises(UsageError, match="does not take run"):
        town.carry_out_undo(run, imported.plan.hash)
    assert {name: rows for name, rows in town.everything().items() if name != "users"} == {
        name: rows for name, rows in before.items() if name != "users"
    }


def _apply(town: House, plan_hash: str) -> None:
    asyncio.run(run_once(town.settings, town.database_url, mode="apply", plan_hash=plan_hash))


def test_a_run_that_does_not_exist_or_wrote_nothing(town: House) -> None:
    town.imported()
    idle = town.imported()

    assert town.undo(idle).report.outcomes == ()
    with pytest.raises(RunNotFound):
        town.preview_undo("r-20200101-000000-zzzz")


def test_a_call_logged_after_the_approval_keeps_the_contact_and_whoever_depends_on_it(town: House) -> None:
    run = town.imported()
    waiting = town.propose_undo(run)
    town.approve(waiting.plan.hash)
    contact = town.made_contact("21")["Id"]
    town.box.creatio.control.insert("Call", {"Caption": "Вхідний", "ContactId": contact})

    undone = town.carry_out_undo(run, waiting.plan.hash)

    assert undone.fate("contact", "21") == ("kept", "something refers to it: Call.Contact")
    assert town.row("Contact", contact)["Name"] == "Тимчук Назар"
    assert undone.report.left == 0
    assert undone.state is RunState.COMPLETED


def test_an_edit_after_the_approval_keeps_the_record_alone(town: House) -> None:
    run = town.imported()
    waiting = town.propose_undo(run)
    town.approve(waiting.plan.hash)
    town.edit_record("a.melnyk", Extension="199")

    undone = town.carry_out_undo(run, waiting.plan.hash)

    assert undone.fate("record", "11")[0] == "kept"
    assert undone.fate("link", "11")[0] == "kept"
    assert set(town.records()) == {"a.melnyk"}
    assert town.link("11") is not None
    assert town.link("12") is None


def test_while_another_run_is_at_work_an_undo_ends_already_running(town: House) -> None:
    run = town.imported()
    with town.ledger() as ledger:
        other = ledger.start_run(domain="default", mode="apply", author="somebody")
        lease = ledger.acquire_lease("default", other.id, timedelta(seconds=60))
        before = town.everything()

        with pytest.raises(LeaseHeld):
            town.propose_undo(run)
        with pytest.raises(LeaseHeld):  # even to look at a run that is still writing
            town.preview_undo(other.id)

        refused = ledger.latest_run("default", mode="undo")
        assert refused is not None
        assert refused.state is RunState.ALREADY_RUNNING
        assert town.everything() == before
        ledger.release_lease(lease)
        ledger.finish_run(other.id, RunState.COMPLETED)


def test_a_run_that_failed_in_part_is_taken_back_as_far_as_it_came(town: House) -> None:
    before, memory = town.everything(), town.remembered()
    with closing(sqlite3.connect(town.box.world.creatio_database)) as database:
        database.execute(
            "CREATE TRIGGER stubborn BEFORE INSERT ON WSysAccount WHEN NEW.Login = 'v.shulha' "
            "BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
        database.commit()
    ran = town.run()
    assert ran.state is RunState.COMPLETED_WITH_FAILURES
    assert set(town.records()) == {"a.melnyk", "b.koval", "n.tymchuk"}
    with closing(sqlite3.connect(town.box.world.creatio_database)) as database:
        database.execute("DROP TRIGGER stubborn")
        database.commit()

    undone = town.undo(ran.receipt.run_id)

    assert set(undone.counts) == {"reversed"}
    assert town.everything() == before
    assert town.remembered() == memory


def test_an_undo_that_is_stopped_says_so_and_the_next_one_ends_it(town: House) -> None:
    before, memory = town.everything(), town.remembered()
    run = town.imported()

    async def press_stop(context: RunContext) -> None:
        context.ledger.request_stop(context.run.id, "somebody")

    stopped = town.undo(run, hook=press_stop)

    assert stopped.state is RunState.STOPPED
    assert set(stopped.counts) == {"not_done"}
    assert set(town.records()) == {"a.melnyk", "b.koval", "v.shulha", "n.tymchuk"}
    assert town.link("11") is not None

    town.undo(run)
    assert town.everything() == before
    assert town.remembered() == memory


class Killed(BaseException):
    """The process is gone: nothing of what follows is written down any more."""


def _killed_at_settlement(number: int) -> Hook:
    async def arm(context: RunContext) -> None:
        journal = context.journal
        assert journal is not None
        settle, settled = journal.settle, 0

        def settle_some(outcomes: Any) -> None:
            nonlocal settled
            settled += bool(outcomes)
            if settled == number:
                journal.lost = True
                raise Killed
            settle(outcomes)

        journal.settle = settle_some  # type: ignore[method-assign]

    return arm


@pytest.mark.parametrize("settlement", [1, 2, 4, 6])
def test_killed_at_any_write_the_domain_is_not_locked_and_the_next_undo_ends_it(town: House, settlement: int) -> None:
    town.ordain_both()
    before, memory = town.everything(), town.remembered()
    run = town.imported(licenses=True)
    with pytest.raises(Killed):
        town.undo(run, hook=_killed_at_settlement(settlement))

    town.preview()  # the trust gate does not miss records whose removal was under way
    town.undo(run)

    assert town.everything() == before
    assert town.remembered() == memory


def test_what_a_dead_undo_could_not_put_back_any_more_the_next_run_puts_back(town: House) -> None:
    before, memory = town.everything(), town.remembered()
    run = town.imported()

    async def die_before_the_links(context: RunContext) -> None:
        restore, calls = context.ledger.restore_links, 0

        def once(*args: Any) -> frozenset[str]:
            nonlocal calls
            calls += 1
            if calls > 1:
                raise Killed
            return restore(*args)

        context.ledger.restore_links = once  # type: ignore[method-assign]

    with pytest.raises(Killed):
        town.undo(run, hook=die_before_the_links)
    assert town.everything() == before
    asleep = town.remembered()[0]
    assert {link[-1] for link in asleep.values()} == {"gone"}

    waiting = town.run(approve=False)

    assert waiting.state is RunState.AWAITING_APPROVAL
    assert town.remembered() == memory
    assert town.undo(run).plan.operations == ()


def test_an_add_on_that_deletes_users_in_webitel_is_noticed_at_the_first_record(town: House) -> None:
    run = town.imported()
    box = town.box
    box.creatio.control.switch(addon="eager", addon_url=box.webitel.url, addon_token=box.world.webitel.token)

    with pytest.raises(GuardStopped):
        town.undo(run)

    assert len(town.records()) == 3
    with town.ledger() as ledger:
        failed = ledger.latest_run("default", mode="undo")
        assert failed is not None
        assert failed.state is RunState.FAILED
        left = ledger.links("default")
    assert len(left) == 3  # what was done until then is remembered all the same


def test_a_run_of_another_domain_is_not_this_domains_to_take_back(town: House) -> None:
    with town.ledger() as ledger:
        other = ledger.start_run(domain="sales", mode="apply", author="somebody")
        ledger.finish_run(other.id, RunState.COMPLETED)

    with pytest.raises(UsageError, match="belongs to the domain “sales”"):
        town.preview_undo(other.id)
