"""The steps of what an administrator does in Creatio: propose, keep the plan, carry it out, take it back, report."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from prefect.artifacts import acreate_markdown_artifact, acreate_table_artifact
from prefect.client.schemas.objects import State
from prefect.logging import get_run_logger
from prefect.runtime import flow_run

from tasks.run import BusinessRun, Mode, state_of
from tasks.step import step
from tasks.undo import report_undo
from usersync.creatio.administration import MANAGE_LICENSES, MANAGE_USERS
from usersync.planning import Plan
from usersync.planning.administration import Chore
from usersync.stages.administration import carry_out as carrying
from usersync.stages.administration import plans, undo
from usersync.stages.administration.credential import Administrator, administrator
from usersync.stages.administration.desks import desks_of
from usersync.stages.administration.propose import propose_system_users, propose_telephony
from usersync.stages.administration.report import ChoreReport, make_report
from usersync.stages.undo import store as store_undo
from usersync.stages.undo import take_approved_plan as take_undo_plan
from usersync.words import say

_ROWS = 1_000
"""Rows of a table in the Prefect UI; the whole of it is in the ledger (`usersync show`)."""
_OPERATIONS = {Chore.USERS: MANAGE_USERS, Chore.TELEPHONY: MANAGE_LICENSES}


def chore_run_name() -> str:
    """`preview default`, `apply sales (3 people)`, `apply default, plan 1a2b3c4d`."""
    parameters = flow_run.parameters
    people = parameters.get("people") or []
    words = [str(parameters.get("mode") or "run"), str(parameters.get("domain") or "default")]
    words += [f"({len(people)} {'people' if len(people) > 1 else 'person'})"] if people else []
    plan = str(parameters.get("plan") or "")
    name = " ".join(words)
    return f"{name}, plan {plan[:8]}" if plan else name


def kind_of(chore: Chore, mode: Mode) -> str:
    """Mode of such a run in the ledger."""
    return chore.mode if mode is Mode.APPLY else chore.preview


@asynccontextmanager
async def as_administrator(run: BusinessRun, chore: Chore) -> AsyncIterator[Administrator]:
    """Log in with the second credential, which must have the right the process needs."""
    async with administrator(run.opened, _OPERATIONS[chore]) as admin:
        yield admin


@step("Plan system users", retries=2)
async def plan_system_users(run: BusinessRun, admin: Administrator) -> Plan:
    """A system user for every imported person who has none, as far as nothing speaks against it."""
    return await propose_system_users(run.opened, admin)


@step("Count seats, plan the licence", retries=2)
async def plan_telephony(run: BusinessRun, admin: Administrator) -> Plan:
    """A seat for every imported person whose system user holds none, as far as there are seats."""
    return await propose_telephony(run.opened, admin)


@step("Store the plan")
async def keep_plan(run: BusinessRun, plan: Plan) -> None:
    """The plan waits for a human's approval under its hash; a preview keeps it as well."""
    plans.store(run.opened, plan)


@step("Carry the plan out")
async def carry_out(run: BusinessRun, admin: Administrator, chore: Chore, plan_hash: str) -> Plan:
    """The approved plan, once: what of it is still right, one call for each person."""
    context = run.opened
    settings = context.settings.administration
    desks = desks_of(admin, context.mapping, role_id=settings.role_id, packages=settings.license_packages)
    await carrying.settle_dead_runs(context, desks)
    plan = plans.take(context, chore, plan_hash)
    await carrying.carry_out(context, plan, desks, progress=_telling(run))
    return plan


def _telling(run: BusinessRun) -> Callable[[int, int], Awaitable[None]]:
    async def tell(done: int, of: int) -> None:
        run.opened.note("apply", done, of)

    return tell


@step("Report")
async def _write_artifacts(report: ChoreReport, plan: Plan, chore: Chore) -> None:
    key = chore.value.lower()
    lines = [f"# {chore}: {report.receipt.state.replace('_', ' ')}", "", f"**{report.promise}**", ""]
    lines += [f"- {note}" for note in plan.notes]
    lines += ["", f"Plan `{report.receipt.plan_hash}`"] if report.receipt.plan_hash else []
    lines += ["", f"`usersync show {report.receipt.run_id}`"]
    await acreate_markdown_artifact("\n".join(lines), key=f"{key}-summary", description=f"Run {report.receipt.run_id}")
    rows = [
        {
            "Webitel user": item.username, "User ID": item.user_id, "what": str(bucket),
            "situation": str(item.situation).replace("_", " "), "why": str(item.reason),
        }
        for item, bucket in report.tally.items
    ]  # fmt: skip
    if rows:
        await acreate_table_artifact(
            rows[:_ROWS], key=f"{key}-people", description=say("report-users", count=len(rows))
        )


async def report_chore(run: BusinessRun, chore: Chore, plan: Plan, *, applied: bool) -> State:
    """Close the run in the ledger, write the artifacts, and give the state the flow run ends in."""
    report = make_report(run.opened, plan, applied=applied)
    get_run_logger().info("%s", report.promise)
    await _write_artifacts(report, plan, chore)
    run.state = state_of(report.state, str(report.promise))
    return run.state


def concerns_administration(run: BusinessRun, undone: str) -> bool:
    """Whether the run that is to be taken back is one of these processes and not an import."""
    return undo.is_chore(run.opened, undone)


async def undo_chore(run: BusinessRun, undone: str, plan_hash: str) -> State:
    """Take one of these processes back, or show what that would be, as `flows/undo_run.py` does an import."""
    context = run.opened
    async with undo.counter(context, undone) as at:
        proposal = await _plan_undo(run, undone, at)
        if plan_hash:
            approved, left = await _take_back(run, undone, plan_hash, proposal, at)
            return await report_undo(run, approved, applied=True, left=left)
        store_undo(context, proposal)
        return await report_undo(run, proposal, applied=False)
    return run.state


@step("Plan the undo", retries=2)
async def _plan_undo(run: BusinessRun, undone: str, at: undo.Counter) -> Plan:
    return await undo.propose(run.opened, undone, at)


@step("Take the run back")
async def _take_back(run: BusinessRun, undone: str, plan_hash: str, fresh: Plan, at: undo.Counter) -> tuple[Plan, int]:
    context = run.opened
    plan = take_undo_plan(context, undone, plan_hash)
    await undo.take_back(context, plan, fresh, at, progress=_telling(run))
    return plan, await undo.look_again(context, undone, at)
