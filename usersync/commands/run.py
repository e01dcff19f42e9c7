"""`usersync run`: start the process GetWebitelUsers here, or through a deployment."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from usersync.commands.readiness import print_readiness
from usersync.commands.terminal import author, complaints, console, open_ledger, print_json, print_receipt
from usersync.words import say

if TYPE_CHECKING:
    from usersync.ledger import Ledger, Run
    from usersync.settings import Settings

EXIT_DONE, EXIT_FAILED, EXIT_WAITING = 0, 1, 3
_FOLLOW_SECONDS = 0.5


def run(
    domain: Annotated[str, typer.Option(help="Domain of the settings; needed where there are several.")] = "",
    preview: Annotated[bool, typer.Option("--preview", help="Do everything but write.")] = False,
    scope: Annotated[list[str] | None, typer.Option(help="Only this Webitel username; repeat for more.")] = None,
    plan: Annotated[str, typer.Option(help="Hash of an approved plan to carry out.")] = "",
    licenses: Annotated[bool, typer.Option("--licenses", help="Assign Webitel licences by the rules.")] = False,
    approve: Annotated[bool, typer.Option("--approve", help="Approve the plan as you, and carry it out.")] = False,
    deployment: Annotated[str, typer.Option(help="Submit to this deployment instead of running here.")] = "",
    scheduled: Annotated[
        bool, typer.Option("--scheduled", help="Started by a clock: left out while the domain rests after failures.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the receipt as JSON.")] = False,
) -> None:
    """Import the users of a Webitel domain into Creatio (the business process GetWebitelUsers).

    Exit code: 0 done (reviews may be left, or the domain rests), 1 failed, 2 bad usage or configuration, 3 waiting for
    approval.
    """
    from usersync.ledger import PlanState, RunState
    from usersync.settings import load_settings
    from usersync.stages import plans

    if scheduled and deployment:
        raise typer.BadParameter(say("cli-scheduled-here"))
    settings = load_settings()
    chosen = settings.domain(domain)
    parameters: dict[str, object] = {
        "domain": chosen.name, "mode": "preview" if preview else "apply", "scope": list(scope or ()), "plan": plan,
        "assign_licenses": licenses,
    }  # fmt: skip
    with open_ledger(settings) as ledger:
        if plan:
            parameters["plan"] = ledger.plan(plan).hash
        finished, code = start_process(ledger, parameters, deployment, quiet=as_json, scheduled=scheduled)
        if approve and finished.state is RunState.AWAITING_APPROVAL and finished.plan_hash:
            head = ledger.plan(finished.plan_hash)
            if head.state is PlanState.WAITING:
                plans.approve(ledger, settings, finished.plan_hash, author=author(), comment="--approve")
            if not as_json:
                console.print(say("cli-approved", plan=finished.plan_hash[:12]))
            parameters["plan"] = finished.plan_hash
            finished, code = start_process(ledger, parameters, deployment, quiet=as_json)
        _tell(ledger, finished, settings, as_json=as_json)
    raise typer.Exit(code)


def start_process(
    ledger: Ledger,
    parameters: dict[str, object],
    deployment: str,
    *,
    quiet: bool,
    process: str = "GetWebitelUsers",
    scheduled: bool = False,
    show: Callable[[str], None] | None = None,
) -> tuple[Run, int]:
    """Start a run, wait for its end, and give it with the exit code it means; `show` is given a new user's password."""
    from usersync.ledger import RunState
    from usersync.orchestration import run_here, submit
    from usersync.settings import load_settings
    from usersync.stages.killed import close_killed
    from usersync.stages.notify import tell_at_the_end

    if deployment:
        name = deployment if "/" in deployment else f"{process}/{deployment}"
        finished = _wait_for(ledger, submit(name, parameters))
        return finished, exit_code(finished, EXIT_FAILED)
    if quiet:
        started = run_here(process, parameters, author=author(), log_file=log_file(), scheduled=scheduled)
    else:
        with console.status(say("cli-starting")) as status:
            told = 0.0

            def follow(run_id: str) -> None:
                nonlocal told
                if time.monotonic() - told > _FOLLOW_SECONDS:
                    told = time.monotonic()
                    stages = ledger.run(run_id).stages
                    last = f"{stages[-1].name} {stages[-1].done:,}/{stages[-1].total:,}" if stages else ""
                    status.update(f"{run_id} {last}")

            started = run_here(
                process, parameters, author=author(), log_file=log_file(), scheduled=scheduled, follow=follow
            )
    if started.password is not None and show is not None:
        show(started.password)
    finished = close_killed(ledger, ledger.run(started.run_id))
    if finished.state is RunState.CRASHED:  # it could not tell of its end itself
        asyncio.run(tell_at_the_end(ledger, load_settings().domain(finished.domain), finished.id, None))
    return finished, exit_code(finished, started.exit_code)


def _wait_for(ledger: Ledger, flow_run_id: str) -> Run:
    """The run a submitted flow run opens, when it has ended.

    Raises:
        PrefectUnavailable: the flow run ended in Prefect without having opened a run.
    """
    from usersync.ledger import RunState
    from usersync.orchestration import PrefectUnavailable, ended_state
    from usersync.stages.killed import close_killed

    with console.status(say("cli-submitted", flow_run=flow_run_id)):
        while True:
            ended = ended_state(flow_run_id)  # asked before the ledger: what ends now has told the ledger already
            found = ledger.run_of_flow(flow_run_id)
            if found is not None and found.state is not RunState.RUNNING:
                return found
            if ended:
                if found is not None:
                    return close_killed(ledger, found)
                raise PrefectUnavailable("orchestration-ended-early", flow_run=flow_run_id, state=ended)
            time.sleep(_FOLLOW_SECONDS)


def exit_code(run: Run, failed: int) -> int:
    """What the end of a run means to a shell."""
    from usersync.ledger import RunState

    if run.state in {RunState.COMPLETED, RunState.QUARANTINED}:
        return EXIT_DONE
    if run.state is RunState.AWAITING_APPROVAL:
        return EXIT_WAITING
    return failed or EXIT_FAILED


def log_file() -> Path:
    """Where the output of child processes goes."""
    from platformdirs import user_log_path

    return user_log_path("usersync") / "run.log"


def _tell(ledger: Ledger, run: Run, settings: Settings, *, as_json: bool) -> None:
    from usersync.ledger import RunState
    from usersync.words import next_step

    if as_json:
        print_json(run.receipt)
        if run.error is not None:
            complaints.print(str(run.error), soft_wrap=True, highlight=False)
            step = next_step(run.error.id, **run.error.args)
            if step:
                complaints.print(f"  → {step}", soft_wrap=True, highlight=False)
        return
    print_receipt(run, settings)
    print_readiness(ledger, run)
    if run.state is RunState.AWAITING_APPROVAL and run.plan_hash:
        console.print(say("cli-awaiting", plan=run.plan_hash[:12]), soft_wrap=True)
    console.print(say("cli-show", run=run.id))
