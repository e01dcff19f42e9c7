"""`usersync runs | show | stop`: what was done, and stopping what is being done."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from usersync.commands.readiness import print_readiness
from usersync.commands.terminal import author, console, local_time, open_ledger, print_json, print_receipt
from usersync.words import say


def runs(
    domain: Annotated[str, typer.Option(help="Only runs of this domain.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="How many, the newest first.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """List the runs, the newest first."""
    from usersync.settings import load_settings

    settings = load_settings()
    with open_ledger(settings) as ledger:
        found = ledger.runs(domain or None, limit)
    if as_json:
        print_json(
            [
                {
                    "run_id": item.id, "domain": item.domain, "mode": item.mode, "state": str(item.state),
                    "started_at": item.started_at, "finished_at": item.finished_at, "author": item.author,
                    "receipt": item.receipt,
                }
                for item in found
            ]
        )  # fmt: skip
        return
    table = Table(title=say("cli-runs"), title_justify="left")
    for heading in ("run", "cli-started", "cli-domain", "cli-mode", "cli-state", "cli-users", "cli-changes"):
        table.add_column(say(heading) if heading.startswith("cli-") else heading)
    for item in found:
        receipt = item.receipt or {}
        table.add_row(
            item.id, local_time(item.started_at, settings), item.domain, item.mode, str(item.state).replace("_", " "),
            str(receipt.get("users", "")), str(receipt.get("operations", {}).get("done", 0)),
        )  # fmt: skip
    console.print(table)


def show(
    run: Annotated[str, typer.Argument(help="Id of the run, or a beginning of it.")],
    everybody: Annotated[bool, typer.Option("--all", help="Also the users nothing happened to.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Show one run: its receipt, and what was decided about each user and why."""
    from usersync.settings import load_settings

    settings = load_settings()
    with open_ledger(settings) as ledger:
        found = ledger.run(run)
        items = ledger.decisions(found.id)
        if as_json:
            users = [item.to_json() for item in items]
            print_json({"receipt": found.receipt, "readiness": found.readiness, "users": users})
            return
        print_receipt(found, settings)
        print_readiness(ledger, found)
    table = Table(title_justify="left")
    for heading in ("cli-webitel-user", "cli-what", "cli-situation", "cli-why"):
        table.add_column(say(heading), overflow="fold")
    for item in items:
        if everybody or str(item.bucket) != "unchanged":
            table.add_row(item.username, str(item.bucket), str(item.situation).replace("_", " "), str(item.reason))
    console.print(table)


def stop(run: Annotated[str, typer.Argument(help="Id of the run, or a beginning of it.")]) -> None:
    """Stop a run: the flag is read before each batch, so nothing new is written after it."""
    from usersync.settings import load_settings

    with open_ledger(load_settings()) as ledger:
        found = ledger.run(run)
        stopping = ledger.request_stop(found.id, author())
    console.print(say("cli-stopping" if stopping else "cli-not-running", run=found.id))
    if not stopping:
        raise typer.Exit(1)
