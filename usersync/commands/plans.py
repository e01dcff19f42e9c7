"""`usersync plan list | show | exclude | approve | reject`: what a run proposes, and a human's answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from usersync.commands.demands import print_demands
from usersync.commands.terminal import author, console, local_time, open_ledger, print_json
from usersync.errors import UsageError
from usersync.words import Sentence, say

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from usersync.ledger import PlanHead
    from usersync.planning.rows import PlanRow, RowChange
    from usersync.settings import Settings

app = typer.Typer(help="Plans that wait for approval, and their approval.", no_args_is_help=True)
_HASH = typer.Argument(help="Hash of the plan, or a beginning of it.")
_WIDTH = 20


@app.command("list")
def list_plans(
    domain: Annotated[str, typer.Option(help="Only plans of this domain.")] = "",
    waiting: Annotated[bool, typer.Option("--waiting", help="Only plans that wait for approval.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="How many, the newest first.")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """List the plans, the newest first."""
    from usersync.ledger import PlanState
    from usersync.settings import load_settings

    settings = load_settings()
    with open_ledger(settings) as ledger:
        found = ledger.plans(domain or None, states=[PlanState.WAITING] if waiting else None, limit=limit)
    if as_json:
        print_json([_head_json(head) for head in found])
        return
    table = Table(title=say("cli-plans"), title_justify="left")
    for heading in ("cli-plan", "cli-domain", "cli-state", "cli-changes", "cli-started", "cli-until"):
        table.add_column(say(heading))
    for head in found:
        table.add_row(
            head.hash[:12], head.domain, say(f"ledger-plan-state-{head.state.value}"), f"{head.operations:,}",
            local_time(head.created_at, settings), local_time(head.expires_at, settings),
        )  # fmt: skip
    console.print(table)


@app.command("show")
def show_plan(
    plan: Annotated[str, _HASH],
    user: Annotated[str, typer.Option(help="Only users with this in their Webitel username, or this User ID.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="Users to show.")] = 50,
    offset: Annotated[int, typer.Option(min=0, help="Users to leave out before them.")] = 0,
    ids: Annotated[bool, typer.Option("--ids", help="Also the ids of the operations, for “plan exclude”.")] = False,
    as_json: Annotated[
        bool,
        typer.Option("--json", help="Print the whole plan; with sorted keys and no spaces its SHA-256 is the hash."),
    ] = False,
) -> None:
    """Show a plan: how far it goes against each limit, and user by user what is changed from what to what, and why."""
    from usersync.settings import load_settings

    settings = load_settings()
    with open_ledger(settings) as ledger:
        stored = ledger.plan(plan)
        if as_json:
            print_json(stored.plan.to_json())
            return
        page = ledger.plan_page(stored.hash, search=user, offset=offset, limit=limit)
    _print_head(stored, settings)
    for note in stored.plan.notes:
        console.print(f"  · {note}", soft_wrap=True, highlight=False, markup=False)
    print_demands(stored.plan)
    table = Table()
    for heading in ("cli-webitel-user", "cli-what", "cli-before", "cli-after", "cli-why"):
        table.add_column(say(heading), overflow="fold")
    for row in page.rows:
        _add_row(table, row, ids=ids)
        table.add_section()
    console.print(table)
    if page.total > len(page.rows):
        console.print(say("plan-shown", shown=len(page.rows), total=page.total))


@app.command("exclude")
def exclude_rows(
    plan: Annotated[str, _HASH],
    user: Annotated[list[str] | None, typer.Option(help="User ID or Webitel username; repeat for more.")] = None,
    operation: Annotated[
        list[str] | None, typer.Option(help="Id of an operation, or a beginning of it (“plan show --ids”).")
    ] = None,
) -> None:
    """Leave users or single changes out, with whatever cannot be done without them. It makes a new plan with a new hash."""
    from usersync.planning.exclusion import left_out
    from usersync.settings import load_settings
    from usersync.stages import plans

    settings = load_settings()
    if not user and not operation:
        raise UsageError("plan-name-at-least-one")
    with open_ledger(settings) as ledger:
        whole = ledger.plan(plan)
        head = plans.exclude_rows(
            ledger, settings, whole.hash, users=user or (), operations=operation or (), author=author()
        )
        users, operations = left_out(whole.plan, ledger.plan(head.hash).plan)
    told = {"users": users, "operations": operations, "whole": whole.hash[:12], "plan": head.hash[:12]}
    console.print(say("plan-left-out", **told), soft_wrap=True, highlight=False)


@app.command("approve")
def approve_plan(plan: Annotated[str, _HASH], comment: Annotated[str, typer.Option(help="Why.")] = "") -> None:
    """Approve a plan as the OS user at this keyboard. Then: `usersync run --plan HASH`."""
    from usersync.settings import load_settings
    from usersync.stages import plans

    settings = load_settings()
    with open_ledger(settings) as ledger:
        head = plans.approve(ledger, settings, plan, author=author(), comment=comment)
    console.print(say("cli-approved", plan=head.hash[:12]))


@app.command("reject")
def reject_plan(plan: Annotated[str, _HASH], comment: Annotated[str, typer.Option(help="Why.")] = "") -> None:
    """Reject a plan, or take back an approval that was not used."""
    from usersync.settings import load_settings

    with open_ledger(load_settings()) as ledger:
        head = ledger.reject(plan, author=author(), comment=comment or None)
    console.print(say("cli-rejected", plan=head.hash[:12]))


def _head_json(head: PlanHead) -> dict[str, Any]:
    return {
        "hash": head.hash, "domain": head.domain, "state": str(head.state), "operations": head.operations,
        "users": head.users, "run_id": head.run_id, "author": head.author, "created_at": head.created_at,
        "expires_at": head.expires_at, "meters": list(head.meters), "derived_from": head.derived_from,
        "needs_approval": [_reason(reason) for reason in head.needs_approval], "decided_by": head.decided_by,
        "decided_at": head.decided_at, "comment": head.comment, "used_by": head.used_by,
    }  # fmt: skip


def _print_head(head: PlanHead, settings: Settings) -> None:
    """State, age, who decided, and how far the plan goes against each limit."""
    until = f"{say('cli-until')} {local_time(head.expires_at, settings)}"
    state = say(f"ledger-plan-state-{head.state.value}")
    console.print(f"[bold]{head.hash}[/]  {state} · {head.domain} · {until} · {head.author}", soft_wrap=True)
    if head.derived_from:
        console.print(f"  {say('plan-part-of', plan=head.derived_from[:12])}")
    if head.decided_by:
        decided = say("plan-decided", by=head.decided_by, at=local_time(head.decided_at, settings))
        comment = f" · {head.comment}" if head.comment else ""
        console.print(f"  {decided}{comment}", markup=False, highlight=False)
    told = set()
    for meter in head.meters:
        sentence = say(f"guard-meter-{meter['name']}", value=meter["value"], limit=meter["limit"] or 0)
        told.add(sentence)
        mark = "[yellow]![/]" if meter["exceeded"] else "[green]✓[/]"
        console.print(f"  {mark} {_bar(meter)} {sentence}", highlight=False)
    for reason in map(_reason, head.needs_approval):
        if reason not in told:
            console.print(f"  [yellow]![/] {reason}", highlight=False)
    counts = (f"{name.replace('.', ' ').replace('_', ' ')}: {count:,}" for name, count in head.actions.items())
    console.print("  " + ", ".join(counts))


def _bar(meter: Mapping[str, Any]) -> str:
    """How much of a limit is used, as a bar; full where there is no limit and anything at all."""
    limit = meter["limit"]
    share = min(meter["value"] / limit, 1.0) if limit else float(meter["value"] > 0)
    full = round(share * _WIDTH)
    color = "yellow" if meter["exceeded"] else "green"
    return f"[{color}]{'━' * full}[/][dim]{'─' * (_WIDTH - full)}[/]"


def _reason(reason: Mapping[str, Any]) -> str:
    return str(Sentence.from_json(reason)) if "id" in reason else str(dict(reason))


def _add_row(table: Table, row: PlanRow, *, ids: bool) -> None:
    name = say("plan-shared") if row.user_id is None else f"{row.username}\n#{row.user_id}\n{row.outcome}"
    why = str(row.reason) if row.reason is not None else ""
    if row.kept:
        why = f"{why}\n{say('plan-kept-by-hand', fields=', '.join(sorted(row.kept)))}"
    for number, change in enumerate(row.changes):
        what = f"{change.entity} {change.action}".replace("_", " ")
        if ids:
            what = "\n".join((what, *change.operations))
        reason = str(change.reason) if number or not why else f"{why}\n{_other(change, why)}".rstrip()
        table.add_row(
            escape(name) if number == 0 else "", escape(what), escape(_side(change, "old")),
            escape(_side(change, "new")), escape(reason),
        )  # fmt: skip
    if not row.changes and row.link is not None:
        table.add_row(escape(name), say("plan-link"), row.link.former_user_id or "", row.link.user_id, escape(why))


def _other(change: RowChange, why: str) -> str:
    """The reason of a change where it says more than that of its user."""
    reason = str(change.reason)
    return "" if reason in why else reason


def _side(change: RowChange, side: str) -> str:
    return "\n".join(f"{field.name}: {getattr(field, side)}" for field in change.fields)
