"""`usersync runs | show | stop | audit`: what was done and by whom, and stopping what is being done."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from usersync.commands.readiness import print_readiness
from usersync.commands.terminal import author, console, local_time, open_ledger, print_json, print_receipt
from usersync.errors import UsageError
from usersync.words import say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from usersync.ledger import JournalEntry, Ledger
    from usersync.settings import Settings

_SHORT_HASH = 8
"""As many characters of a hash as are taken for one."""


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
    values: Annotated[
        bool, typer.Option("--values", help="Also what was not done, with the values planned from, wanted, and found.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Show one run: its receipt, and what was decided about each user and why."""
    from usersync.ledger import OperationState
    from usersync.settings import load_settings

    settings = load_settings()
    with open_ledger(settings) as ledger:
        found = ledger.run(run)
        items = ledger.decisions(found.id)
        undone = (
            [entry for entry in ledger.operations(found.id) if entry.state is not OperationState.DONE] if values else []
        )
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
            table.add_row(item.username, str(item.bucket), str(item.situation.sentence), str(item.reason))
    console.print(table)
    if undone:
        _print_undone(undone, {item.user_id: item.username for item in items})


def _print_undone(entries: Sequence[JournalEntry], names: Mapping[str, str]) -> None:
    """Operations that were not carried out: what they were planned from, what was wanted, what stood there instead."""
    table = Table(title=say("cli-not-done"), title_justify="left")
    for heading in ("cli-webitel-user", "cli-what", "cli-state", "cli-before", "cli-after", "cli-found", "cli-why"):
        table.add_column(say(heading), overflow="fold")
    for entry in entries:
        operation = entry.operation
        cells = (
            names.get(operation.user_id or "", ""), f"{operation.entity} {operation.action}".replace("_", " "),
            say(f"ledger-operation-state-{entry.state.value}"), _fields(operation.before), _fields(operation.after),
            _fields(entry.after_read or {}), "" if entry.detail is None else str(entry.detail),
        )  # fmt: skip
        table.add_row(*map(escape, cells))
    console.print(table)


def _fields(values: Mapping[str, object]) -> str:
    return "\n".join(f"{name}: {value}" for name, value in values.items())


def stop(run: Annotated[str, typer.Argument(help="Id of the run, or a beginning of it.")]) -> None:
    """Stop a run: the flag is read before each batch, so nothing new is written after it."""
    from usersync.settings import load_settings

    with open_ledger(load_settings()) as ledger:
        found = ledger.run(run)
        stopping = ledger.request_stop(found.id, author())
    console.print(say("cli-stopping" if stopping else "cli-not-running", run=found.id))
    if not stopping:
        raise typer.Exit(1)


def audit(
    domain: Annotated[str, typer.Option(help="Only lines of this domain.")] = "",
    run: Annotated[str, typer.Option(help="Only lines of this run.")] = "",
    about: Annotated[
        str, typer.Option(help="Only lines about this: a User ID or Webitel username, a plan, a run, a contact.")
    ] = "",
    limit: Annotated[int, typer.Option(min=1, help="How many, the newest first.")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Who did what when, the newest first. The audit can only grow; it holds ids and counts, no names."""
    from usersync.settings import load_settings

    settings = load_settings()
    with open_ledger(settings) as ledger:
        run_id = ledger.run(run).id if run else None
        found = ledger.audit(domain or None, run_id=run_id, subject=_subject(ledger, settings, about), limit=limit)
    if as_json:
        print_json(
            [
                {
                    "number": line.id, "at": line.at, "actor": line.actor, "action": line.action, "domain": line.domain,
                    "run_id": line.run_id, "subject": line.subject, "detail": dict(line.detail),
                }
                for line in found
            ]
        )  # fmt: skip
        return
    table = Table(title=say("cli-audit"), title_justify="left")
    for heading in ("cli-at", "cli-who", "cli-what", "cli-about", "run", "cli-detail"):
        table.add_column(say(heading) if heading.startswith("cli-") else heading, overflow="fold")
    for line in found:
        detail = ", ".join(f"{name}: {value}" for name, value in line.detail.items() if value not in (None, "", []))
        row = (line.actor, line.action, line.subject or "", line.run_id or "", detail)
        table.add_row(local_time(line.at, settings), *map(escape, row))
    console.print(table)


def _subject(ledger: Ledger, settings: Settings, about: str) -> str | None:
    """What the audit calls it: a plan by its whole hash, a user by its id; anything else as it is given."""
    from usersync.ledger import PlanNotFound
    from usersync.stages.review import user_id_of

    wanted = about.strip()
    if not wanted:
        return None
    if len(wanted) >= _SHORT_HASH:
        with suppress(PlanNotFound):
            return ledger.plan(wanted).hash
    for name in settings.domain_names():
        with suppress(UsageError):
            return user_id_of(ledger, name, wanted)
    return wanted
