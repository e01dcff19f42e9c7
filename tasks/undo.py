"""The steps of undo: plan to take a run back, carry it out, say what became of it."""

from __future__ import annotations

from prefect.artifacts import acreate_markdown_artifact, acreate_table_artifact
from prefect.client.schemas.objects import State
from prefect.logging import get_run_logger
from prefect.runtime import flow_run

from tasks.run import BusinessRun, state_of
from tasks.step import step
from usersync.planning import Plan
from usersync.snapshots import SourceSnapshot, TargetSnapshot
from usersync.stages import undo as stage
from usersync.stages.undo import UndoReport
from usersync.stages.undo_state import Seen
from usersync.words import Sentence, say

_ROWS = 1_000
"""Rows of a table in the Prefect UI; the whole of it is in the ledger (`usersync show`)."""


def undo_run_name() -> str:
    """`undo r-20261124-101503-k3f9`, `undo preview …`, `undo …, plan 1a2b3c4d`."""
    parameters = flow_run.parameters
    words = [
        "undo",
        *(["preview"] if str(parameters.get("mode")) == "preview" else []),
        str(parameters.get("run") or ""),
    ]
    name = " ".join(words)
    plan = str(parameters.get("plan") or "")
    return f"{name}, plan {plan[:8]}" if plan else name


@step("Plan the undo", retries=2)
async def plan_undo(run: BusinessRun, undone: str, source: SourceSnapshot, target: TargetSnapshot) -> tuple[Plan, Seen]:
    """What the run did is compared with what stands there now; three outcomes for each row."""
    context = run.opened
    seen = Seen(source, target, await context.creatio.metadata())
    plan = await stage.propose(context, undone, seen)
    context.note("plan", len(plan.items), len(plan.items))
    return plan, seen


@step("Store the plan")
async def store_plan(run: BusinessRun, plan: Plan) -> None:
    """The plan waits for a human's approval under its hash."""
    stage.store(run.opened, plan)


@step("Take the run back")
async def take_back(run: BusinessRun, undone: str, plan_hash: str, fresh: Plan, seen: Seen) -> tuple[Plan, int]:
    """The approved plan, once: what of it is still right is carried out, and both sides are looked at again."""
    context = run.opened

    async def tell(done: int, of: int) -> None:
        context.note("undo", done, of)

    plan = stage.take_approved_plan(context, undone, plan_hash)
    await stage.take_back(context, plan, fresh, seen, progress=tell)
    return plan, await stage.look_again(context, undone, seen)


@step("Report")
async def _write_artifacts(report: UndoReport, plan: Plan, summary: str) -> None:
    await acreate_markdown_artifact(summary, key="undo-summary", description=f"Run {report.receipt.run_id}")
    names = {item.user_id: item.username for item in plan.items}
    rows = [
        {
            "Webitel user": names.get(outcome.user_id or "", ""), "User ID": outcome.user_id or "",
            "row": outcome.entity.replace("_", " "), "id": outcome.key, "outcome": say(f"undo-outcome-{outcome.fate}"),
            "why": str(outcome.reason),
        }
        for outcome in report.outcomes
    ]  # fmt: skip
    if rows:
        await acreate_table_artifact(rows[:_ROWS], key="undo-rows", description=say("undo-outcomes"))


async def report_undo(run: BusinessRun, plan: Plan, *, applied: bool, left: int | None = None) -> State:
    """Close the run in the ledger, write the artifacts, and give the state the flow run ends in."""
    report = stage.make_report(run.opened, plan, applied=applied, left=left)
    first = Sentence(
        "undo-promise" if applied else "undo-preview-promise",
        {
            "run": report.run_id,
            **{name: count for name, count in report.counts.items() if applied or name != "not_done"},
        },
    )
    get_run_logger().info("%s", first)
    lines = [f"# Undo: {report.receipt.state.replace('_', ' ')}", "", f"**{first}**"]
    if report.left:
        lines += ["", str(Sentence("undo-left", {"count": report.left}))]
    if report.receipt.plan_hash:
        lines += ["", f"Plan `{report.receipt.plan_hash}`"]
    lines += ["", f"`usersync show {report.receipt.run_id}`"]
    await _write_artifacts(report, plan, "\n".join(lines))
    run.state = state_of(report.state, str(first))
    return run.state
