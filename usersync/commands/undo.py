"""`usersync undo RUN`: take a run back, after a look at what would become of each row."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from usersync.commands.run import EXIT_WAITING, start_process
from usersync.commands.terminal import author, complaints, console, open_ledger, print_json, print_receipt
from usersync.words import Sentence, say

if TYPE_CHECKING:
    from usersync.ledger import Ledger, Run
    from usersync.settings import Settings

_SHOWN = 200


def undo(
    run: Annotated[str, typer.Argument(help="Id of the run, or a beginning of it.")],
    preview: Annotated[
        bool, typer.Option("--preview", help="Show what would become of each row; write nothing.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Approve the plan as you, without being asked.")] = False,
    plan: Annotated[str, typer.Option(help="Hash of an approved undo plan to carry out.")] = "",
    deployment: Annotated[str, typer.Option(help="Submit to this deployment instead of running here.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print receipt and outcomes as JSON.")] = False,
) -> None:
    """Take a finished run back: what nobody has touched since is put back, the rest is kept and said why.

    At a terminal you are asked before anything is written; elsewhere give --yes, or approve the plan and start again with
    --plan. Exit code: 0 done, 1 failed, 2 bad usage or configuration, 3 waiting for approval.
    """
    from usersync.ledger import RunState
    from usersync.settings import load_settings
    from usersync.stages import plans

    settings = load_settings()
    with open_ledger(settings) as ledger:
        found = ledger.run(run)
        parameters: dict[str, object] = {
            "run": found.id, "mode": "preview" if preview else "apply", "plan": ledger.plan(plan).hash if plan else "",
            "domain": found.domain,
        }  # fmt: skip
        finished, code = start_process(ledger, parameters, deployment, quiet=as_json, process="Undo")
        if finished.state is RunState.AWAITING_APPROVAL and finished.plan_hash:
            if not as_json:
                _print_outcomes(ledger, finished)
            if not (yes or (not as_json and _agreed(found.id))):
                _print_end(ledger, finished, settings, as_json=as_json)
                if not as_json:
                    console.print(say("undo-waits", plan=finished.plan_hash[:12], run=found.id), soft_wrap=True)
                raise typer.Exit(EXIT_WAITING)
            plans.approve(ledger, settings, finished.plan_hash, author=author(), comment="usersync undo")
            parameters["plan"] = finished.plan_hash
            finished, code = start_process(ledger, parameters, deployment, quiet=as_json, process="Undo")
        if not as_json:
            _print_outcomes(ledger, finished)
        _print_end(ledger, finished, settings, as_json=as_json)
    raise typer.Exit(code)


def _agreed(run_id: str) -> bool:
    """Whether a human at the terminal says yes; False where there is none to ask."""
    if not sys.stdin.isatty():
        return False
    if typer.confirm(say("undo-ask", run=run_id), default=False):
        return True
    console.print(say("undo-declined"))
    return False


def outcomes_of(ledger: Ledger, run: Run) -> list[Mapping[str, Any]]:
    """What an undo run said of each row, those that many share last."""
    mine = [
        {**outcome, "username": item.username}
        for item in ledger.decisions(run.id)
        for outcome in item.evidence.get("undo", ())
    ]
    return [*mine, *(run.receipt or {}).get("undo", {}).get("shared", ())]


def _print_outcomes(ledger: Ledger, run: Run) -> None:
    """One line for each row and outcome; what is already as before is only counted."""
    table = Table(title=say("undo-outcomes"), title_justify="left")
    for heading in ("user", "row", "outcome", "why", "values"):
        table.add_column(say(f"undo-heading-{heading}"), overflow="fold")
    rows = [row for row in outcomes_of(ledger, run) if row.get("outcome") != "nothing_left"]
    for row in rows[:_SHOWN]:
        table.add_row(
            row.get("username", ""), str(row["entity"]).replace("_", " "), say(f"undo-outcome-{row['outcome']}"),
            str(Sentence.from_json(row["reason"])), _values(row),
        )  # fmt: skip
    if rows:
        console.print(table)


def _values(row: Mapping[str, Any]) -> str:
    """What the run wrote and what stands there instead, of fields that are kept."""
    ours, now = row["before"], row["after"]
    return "\n".join(f"{name}: {ours.get(name)} → {value}" for name, value in now.items())


def _print_end(ledger: Ledger, run: Run, settings: Settings, *, as_json: bool) -> None:
    if as_json:
        print_json({"receipt": run.receipt, "outcomes": outcomes_of(ledger, run)})
        if run.error is not None:
            complaints.print(str(run.error), soft_wrap=True, highlight=False)
        return
    print_receipt(run, settings)
    told = (run.receipt or {}).get("undo")
    if told is None:
        return
    applied = run.mode == "undo" and bool({"done", "failed", "stale"} & set((run.receipt or {})["operations"]))
    counts = {name: told[name] for name in ("reversed", "kept", "impossible", "nothing_left")}
    if not run.plan_hash and not applied:
        console.print(say("undo-nothing-left", run=told["run"]))
    elif applied:
        console.print(say("undo-promise", run=told["run"], not_done=told["not_done"], **counts), soft_wrap=True)
    else:
        console.print(say("undo-preview-promise", run=told["run"], **counts), soft_wrap=True)
    if told["left"]:
        console.print(say("undo-left", count=told["left"]))
