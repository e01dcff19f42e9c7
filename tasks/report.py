"""What the run did, where its reader looks: artifacts in Prefect, the receipt in the ledger, the flow run's final state.

Artifacts show usernames, ids, field names, counts and reasons. Values of names, e-mails and phones stay in the ledger.
"""

from __future__ import annotations

from prefect.artifacts import acreate_markdown_artifact, acreate_table_artifact
from prefect.client.schemas.objects import State
from prefect.logging import get_run_logger

from tasks.run import BusinessRun, state_of
from tasks.step import step
from usersync.planning import Plan
from usersync.planning.receipt import Receipt, Tally
from usersync.planning.section import Readiness
from usersync.stages.report import make_receipt, promise
from usersync.words import Sentence, say

_ROWS = 1_000
"""Rows of a table in the Prefect UI; the whole of it is in the ledger (`usersync show`)."""


@step("Report")
async def _write_artifacts(receipt: Receipt, tally: Tally, plan: Plan, summary: str) -> None:
    await acreate_markdown_artifact(summary, key="getwebitelusers-summary", description=f"Run {receipt.run_id}")
    users = [
        {
            "Webitel user": item.username, "User ID": item.user_id, "what": str(bucket), "situation": str(item.situation),
            "why": str(item.reason), "kept": ", ".join(sorted(item.kept)),
        }
        for item, bucket in tally.items
        if str(bucket) != "unchanged"
    ]  # fmt: skip
    if users:
        await acreate_table_artifact(
            users[:_ROWS], key="getwebitelusers-users", description=say("report-users", count=len(users))
        )
    seats = [
        {
            "product": demand.product, "licence": demand.license_id, "limit": demand.limit, "held": demand.held,
            "assigned": len(demand.assigned), "waiting": len(demand.waiting), "reserved": demand.reserved,
            "to buy": demand.to_buy, "valid till": (demand.expires_on or "")[:10], "why": str(demand.why or ""),
        }
        for demand in plan.seats
    ]  # fmt: skip
    if seats:
        await acreate_table_artifact(seats, key="getwebitelusers-seats", description=say("report-seats"))


async def report(run: BusinessRun, plan: Plan) -> State:
    """Close the run in the ledger, write the artifacts, and give the state the flow run ends in."""
    context = run.opened
    receipt, tally, state = make_receipt(context, plan)
    first = promise(context, tally)
    get_run_logger().info("%s", first)
    meters = [meter.sentence for meter in context.meters]
    await _write_artifacts(receipt, tally, plan, summary(receipt, plan, first, meters, context.readiness))
    run.state = state_of(state, str(first))
    return run.state


def summary(
    receipt: Receipt, plan: Plan, first: Sentence, meters: list[Sentence], readiness: Readiness | None = None
) -> str:
    """The run on one page, in Markdown."""
    lines = [f"# GetWebitelUsers: {receipt.state.replace('_', ' ')}", "", f"**{first}**", ""]
    lines += [f"| | {say('report-count')} |", "|---|---:|"]
    lines += [f"| {name} | {count} |" for name, count in receipt.buckets.items() if count]
    lines += [f"| gone: {name} | {count} |" for name, count in receipt.gone.items() if count]
    lines += [f"| seats {name} | {count} |" for name, count in receipt.seats.items() if count]
    lines += [f"| operations {name} | {count} |" for name, count in receipt.operations.items()]
    lines += [f"| requests to {name} | {count} |" for name, count in receipt.requests.items()]
    if readiness is not None:
        lines += ["", f"**{readiness.sentence}**"]
        lines += [f"- {flag.sentence}: {count}" for flag, count in readiness.fixes.items()]
    lines += ["", *(f"- {meter}" for meter in meters), *(f"- {note}" for note in plan.notes)]
    if receipt.plan_hash:
        lines += ["", f"Plan `{receipt.plan_hash}`"]
    lines += ["", f"`usersync show {receipt.run_id}`"]
    return "\n".join(lines)
