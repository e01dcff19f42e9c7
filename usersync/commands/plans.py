"""`usersync plan list | show | approve | reject`: what a run proposes, and a human's answer."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

import typer
from rich.table import Table

from usersync.commands.terminal import author, console, local_time, open_ledger, print_json
from usersync.words import Sentence, say

app = typer.Typer(help="Plans that wait for approval, and their approval.", no_args_is_help=True)
_HASH = typer.Argument(help="Hash of the plan, or a beginning of it.")


@app.command("list")
def list_plans(
    domain: Annotated[str, typer.Option(help="Only plans of this domain.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """List the plans, the newest first."""
    from usersync.settings import load_settings

    settings = load_settings()
    with open_ledger(settings) as ledger:
        found = ledger.plans(domain or None)
    if as_json:
        print_json(
            [
                {
                    "hash": head.hash,
                    "domain": head.domain,
                    "state": str(head.state),
                    "operations": head.operations,
                    "run_id": head.run_id,
                }
                for head in found
            ]
        )
        return
    table = Table(title=say("cli-plans"), title_justify="left")
    for heading in ("cli-plan", "cli-domain", "cli-state", "cli-changes", "cli-started", "cli-until"):
        table.add_column(say(heading))
    for head in found:
        table.add_row(
            head.hash[:12], head.domain, str(head.state), f"{head.operations:,}",
            local_time(head.created_at, settings), local_time(head.expires_at, settings),
        )  # fmt: skip
    console.print(table)


@app.command("show")
def show_plan(
    plan: Annotated[str, _HASH],
    limit: Annotated[int, typer.Option(min=1, help="Operations to show.")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole plan as JSON.")] = False,
) -> None:
    """Show a plan: the limits it exceeds, what it changes from what to what, and why."""
    from usersync.settings import load_settings

    settings = load_settings()
    with open_ledger(settings) as ledger:
        stored = ledger.plan(plan)
    if as_json:
        print_json(stored.plan.to_json())
        return
    until = f"{say('cli-until')} {local_time(stored.expires_at, settings)}"
    console.print(f"[bold]{stored.hash}[/]  {stored.state} · {stored.domain} · {until}")
    for reason in stored.needs_approval:
        console.print(f"  [yellow]![/] {Sentence.from_json(reason) if 'id' in reason else reason}")
    for note in stored.plan.notes:
        console.print(f"  · {note}", soft_wrap=True)
    counts = Counter(f"{op.entity} {op.action}" for op in stored.plan.operations)
    console.print("  " + ", ".join(f"{name.replace('_', ' ')}: {count:,}" for name, count in sorted(counts.items())))
    names = {item.user_id: item.username for item in stored.plan.items}
    table = Table()
    for heading in ("cli-webitel-user", "cli-what", "cli-before", "cli-after", "cli-why"):
        table.add_column(say(heading), overflow="fold")
    for op in stored.plan.operations[:limit]:
        table.add_row(
            names.get(op.user_id or "", ""), f"{op.entity} {op.action}".replace("_", " "), _fields(op.before),
            _fields(op.after), str(op.reason),
        )  # fmt: skip
    console.print(table)


@app.command("approve")
def approve_plan(plan: Annotated[str, _HASH], comment: Annotated[str, typer.Option(help="Why.")] = "") -> None:
    """Approve a plan as the OS user at this keyboard. Then: `usersync run --plan HASH`."""
    from usersync.settings import load_settings

    settings = load_settings()
    with open_ledger(settings) as ledger:
        stored = ledger.plan(plan)
        four_eyes = settings.domain(stored.domain).rules.approval.four_eyes
        head = ledger.approve(stored.hash, author=author(), comment=comment or None, four_eyes=four_eyes)
    console.print(say("cli-approved", plan=head.hash[:12]))


@app.command("reject")
def reject_plan(plan: Annotated[str, _HASH], comment: Annotated[str, typer.Option(help="Why.")] = "") -> None:
    """Reject a plan, or take back an approval that was not used."""
    from usersync.settings import load_settings

    with open_ledger(load_settings()) as ledger:
        head = ledger.reject(plan, author=author(), comment=comment or None)
    console.print(say("cli-rejected", plan=head.hash[:12]))


def _fields(values: object) -> str:
    return "\n".join(f"{name}: {value}" for name, value in dict(values).items())  # type: ignore[call-overload]
