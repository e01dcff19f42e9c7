"""The steps of a manual action: plan what the form says, carry it out, look again, say what became of it."""

from __future__ import annotations

from prefect.artifacts import acreate_markdown_artifact, acreate_table_artifact
from prefect.client.schemas.objects import State
from prefect.logging import get_run_logger
from prefect.runtime import flow_run

from tasks.fetch import prepare
from tasks.run import BusinessRun, Mode, business_run, password_screen, state_of
from tasks.step import step
from usersync.planning import Plan
from usersync.planning.actions import Form
from usersync.planning.processes import PREVIEW, Process
from usersync.stages import act, action_propose, action_report, action_section, action_verify
from usersync.stages.act import Acted
from usersync.stages.action_report import ActionReport, Taken
from usersync.words import Sentence


def action_run_name() -> str:
    """`create_webitel_user o.bondar`, `delete_webitel_user preview o.bondar`: usernames, never a person's name."""
    parameters = flow_run.parameters
    words = [Process(str(flow_run.flow_name)).mode] if flow_run.flow_name else ["action"]
    words += ["preview"] if str(parameters.get("mode")) == "preview" else []
    words.append(str(parameters.get("webitel_user") or parameters.get("username") or ""))
    plan = str(parameters.get("plan") or "")
    name = " ".join(word for word in words if word)
    return f"{name}, plan {plan[:8]}" if plan else name


async def perform(form: Form, mode: Mode, plan: str, domain: str) -> State:
    """A manual action from beginning to end, as a run of its own."""
    kind = form.process.mode + (PREVIEW if mode is Mode.PREVIEW else "")
    async with business_run(domain, mode, [], plan, assign_licenses=False, kind=kind) as run:
        await prepare(run)
        if plan:
            taken = await take_plan(run, form.process, plan)
        else:
            proposal = await plan_action(run, form)
            waits = await store_plan(run, proposal)
            if mode is Mode.PREVIEW or waits or not proposal.operations:
                return await report_action(run, proposal)
            taken = await take_plan(run, form.process, proposal.hash)
        acted = await carry_out(run, taken)
        await look_again(run, acted)
        return await report_action(run, acted.plan, acted)
    return run.state


@step("Plan what the form says", retries=2)
async def plan_action(run: BusinessRun, form: Form) -> Plan:
    """What is done in Webitel, and what follows from it in Creatio."""
    return await action_propose.propose(run.opened, form)


@step("Store the plan")
async def store_plan(run: BusinessRun, plan: Plan) -> bool:
    """The plan in the ledger under its hash; whether somebody else must approve it."""
    return action_report.store(run.opened, plan)


@step("Take the plan")
async def take_plan(run: BusinessRun, process: Process, plan_hash: str) -> Taken:
    """The stored plan, once; or once more where its run broke off."""
    return await action_report.take(run.opened, process, plan_hash)


@step("Carry it out")
async def carry_out(run: BusinessRun, taken: Taken) -> Acted:
    """Webitel first, then Creatio; each change is read right before it is written."""
    return await act.carry_out_action(run.opened, taken.plan, begun_by=taken.begun_by, show=password_screen())


@step("Look again")
async def look_again(run: BusinessRun, acted: Acted) -> None:
    """Nothing may be left that the import would still do."""
    await action_verify.look_again(run.opened, acted)
    await action_section.show_user(run.opened, acted)


@step("Report")
async def _write_artifacts(report: ActionReport, rows: list[dict[str, str]], summary: str) -> None:
    key = report.process.mode.replace("_", "-")
    await acreate_markdown_artifact(summary, key=f"{key}-summary", description=f"Run {report.receipt.run_id}")
    if rows:
        title = action_report.changes_title(row["outcome"] for row in rows)
        await acreate_table_artifact(rows, key=f"{key}-changes", description=title)


async def report_action(run: BusinessRun, plan: Plan, acted: Acted | None = None) -> State:
    """Close the run in the ledger, write the artifacts, and give the state the flow run ends in."""
    context = run.opened
    report = action_report.make_report(context, plan, acted=acted)
    first, *others = report.says
    logger = get_run_logger()
    logger.info("%s", first)
    for sentence in others:
        logger.warning("%s", sentence)
    await _write_artifacts(report, _rows(run, report.plan), _summary(report, first, others))
    run.state = state_of(report.state, " ".join(map(str, report.says)))
    return run.state


def _rows(run: BusinessRun, plan: Plan) -> list[dict[str, str]]:
    """One line for each change: names of fields, never their values."""
    journal = run.opened.journal
    states = journal.states if journal is not None else {}
    return [
        {
            "where": op.service.capitalize(), "what": f"{op.entity} {op.action}".replace("_", " "), "id": op.key,
            "fields": ", ".join(sorted({*op.before, *op.after})), "why": str(op.reason),
            "outcome": str(states.get(op.id, "planned")),
        }
        for op in plan.operations
    ]  # fmt: skip


def _summary(report: ActionReport, first: Sentence, others: list[Sentence]) -> str:
    lines = [f"# {report.process.value}: {report.receipt.state.replace('_', ' ')}", "", f"**{first}**", ""]
    lines += [f"- {sentence}" for sentence in others]
    if report.receipt.plan_hash:
        lines += ["", f"Plan `{report.receipt.plan_hash}`"]
    lines += ["", f"`usersync show {report.receipt.run_id}`"]
    return "\n".join(lines)
