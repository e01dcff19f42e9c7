"""`usersync resume [RUN]`: finish what broke off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from usersync.commands.actions import print_action
from usersync.commands.run import start_process
from usersync.commands.terminal import console, open_ledger, print_json, print_receipt
from usersync.errors import UsageError
from usersync.words import say

if TYPE_CHECKING:
    from usersync.ledger import Ledger, Run


def resume(
    run: Annotated[str, typer.Argument(help="Id of the run, or a beginning of it; the last one that broke off.")] = "",
    domain: Annotated[str, typer.Option(help="Domain of the settings; needed where there are several.")] = "",
    deployment: Annotated[str, typer.Option(help="Submit to this deployment instead of running here.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print the receipt as JSON.")] = False,
) -> None:
    """Finish a run that failed, was stopped or killed.

    A manual action goes on with its plan: what is done already stays done. An import is run again with the same scope: it
    finds by itself what is left. An undo, and what an administrator does in Creatio, is
    planned again and waits for approval. Exit code: as of the process itself.
    """
    from usersync.planning.processes import process_of
    from usersync.settings import load_settings

    settings = load_settings()
    with open_ledger(settings) as ledger:
        found = ledger.run(run) if run else _last_broken(ledger, settings.domain(domain).name)
        process, parameters = how_to_resume(ledger, found)
        if not as_json:
            console.print(say("resume-starts", run=found.id, process=process))
        finished, code = start_process(ledger, parameters, deployment, quiet=as_json, process=process)
        if process_of(finished.mode) is not None:
            print_action(ledger, finished, settings, as_json=as_json)
        elif as_json:
            print_json(finished.receipt)
        else:
            print_receipt(finished, settings)
            console.print(say("cli-show", run=finished.id))
    raise typer.Exit(code)


def _last_broken(ledger: Ledger, domain: str) -> Run:
    """The newest run that wrote, if it broke off.

    Raises:
        UsageError: it came to its end, or there is none.
    """
    from usersync.ledger import BROKEN_OFF, RunState
    from usersync.planning.administration import PLANNED_AGAIN
    from usersync.planning.processes import MODES

    ended = {*BROKEN_OFF, RunState.COMPLETED}
    modes = {"apply", "undo", *MODES, *PLANNED_AGAIN}
    writing = (run for run in ledger.runs(domain, limit=200, states=ended) if run.mode in modes)
    last = next(writing, None)
    if last is None or last.state is RunState.COMPLETED:
        raise UsageError("resume-nothing")
    return last


def how_to_resume(ledger: Ledger, run: Run) -> tuple[str, dict[str, Any]]:
    """The process to start for a run that broke off, and its parameters.

    Raises:
        UsageError: the run came to its end, is at work, or wrote nothing that could be gone on with.
    """
    from usersync.ledger import BROKEN_OFF, PlanNotFound
    from usersync.planning import Action
    from usersync.planning.administration import PLANNED_AGAIN
    from usersync.planning.processes import MODES, process_of

    process = process_of(run.mode)
    if run.state not in BROKEN_OFF or (process is None and run.mode not in {"apply", "undo", *PLANNED_AGAIN}):
        raise UsageError("resume-not-broken", run=run.id, state=str(run.state))
    try:
        plan = ledger.plan(run.plan_hash).plan if run.plan_hash else None
    except PlanNotFound:
        plan = None
    common: dict[str, Any] = {"domain": run.domain, "mode": "apply"}
    if run.mode in PLANNED_AGAIN:
        return PLANNED_AGAIN[run.mode].value, {**common, "people": list(run.scope), "plan": ""}
    if process is not None:
        if run.mode not in MODES or plan is None:
            raise UsageError("resume-no-plan", run=run.id)
        return process.value, {**common, "plan": run.plan_hash}
    if run.mode == "undo":
        if plan is None or plan.undo is None:
            raise UsageError("resume-no-plan", run=run.id)
        return "Undo", {**common, "run": plan.undo["run_id"], "plan": ""}
    licenses = plan is not None and (
        bool(plan.seats) or any(operation.action is Action.SET_LICENSES for operation in plan.operations)
    )
    return "GetWebitelUsers", {**common, "scope": list(run.scope), "plan": "", "assign_licenses": licenses}
