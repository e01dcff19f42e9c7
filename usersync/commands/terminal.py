"""What the commands share: the ledger of the settings, who is at the keyboard, tables and receipts on the screen."""

from __future__ import annotations

import getpass
import json
import os
import sys
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.table import Table

from usersync.errors import UsageError
from usersync.words import say

if TYPE_CHECKING:
    from usersync.ledger import Ledger, Run
    from usersync.settings import Settings

console = Console()
complaints = Console(stderr=True)


def author() -> str:
    """The OS user whose process this is: whom the audit names. Not asked of the environment, which anybody sets."""
    return f"os:{_os_user()}"


def _os_user() -> str:
    if not hasattr(os, "getuid"):
        return getpass.getuser()  # Windows has no ids; the session's name is as good as it gets
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # a container without this id in its list of users
        return f"uid-{os.getuid()}"


def can_ask() -> bool:
    """Whether there is somebody at a terminal."""
    return sys.stdin.isatty()


def require_yes(question: str, *, yes: bool) -> None:
    """Ask before what cannot be taken back; where nobody can be asked, `--yes` must have been given.

    Raises:
        UsageError: there is no terminal to ask at.
        Exit: the answer is no.
    """
    if yes:
        return
    if not can_ask():
        raise UsageError("cli-needs-yes")
    if not typer.confirm(question, default=False):
        console.print(say("cli-declined"))
        raise typer.Exit(1)


def open_ledger(settings: Settings) -> Ledger:
    """The ledger of the settings.

    Raises:
        UsageError: its schema is not this version's.
    """
    from usersync.ledger import Ledger, default_url

    return Ledger.open(settings.database_url or default_url())


def local_time(moment: datetime | None, settings: Settings) -> str:
    """A moment in the time zone of the settings."""
    return "" if moment is None else moment.astimezone(ZoneInfo(settings.timezone)).strftime("%Y-%m-%d %H:%M:%S")


def print_json(value: Any) -> None:
    """JSON for programs, with nothing around it."""
    print(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def counts_table(title: str, groups: Mapping[str, Mapping[str, int]]) -> Table:
    """Counts by group, empty ones left out."""
    table = Table(title=title, title_justify="left", show_header=False)
    table.add_column(style="bold")
    table.add_column()
    table.add_column(justify="right")
    for group, counts in groups.items():
        for name, count in counts.items():
            if count:
                table.add_row(group, name.replace("_", " "), f"{count:,}")
    return table


def print_receipt(run: Run, settings: Settings) -> None:
    """The receipt of a run on the screen."""
    receipt = run.receipt or {}
    console.print(
        f"[bold]{run.id}[/]  {run.mode} · {run.domain} · [bold]{str(run.state).replace('_', ' ')}[/] · "
        f"{local_time(run.started_at, settings)} · {run.author}"
    )
    if run.error is not None:
        from usersync.words import next_step

        console.print(f"[red]{run.error}[/]", soft_wrap=True, highlight=False)
        step = next_step(run.error.id, **run.error.args)
        if step:
            console.print(f"  → {step}", soft_wrap=True, highlight=False)
    if receipt:
        groups = {
            say("cli-users"): receipt["buckets"], say("cli-gone"): receipt["gone"], say("cli-seats"): receipt["seats"],
            say("cli-operations"): receipt["operations"], say("cli-requests"): receipt["requests"],
        }  # fmt: skip
        console.print(counts_table("", groups))
        took = say("cli-took", seconds=f"{receipt['seconds']:.1f}", overhead=f"{receipt['overhead_seconds']:.1f}")
        converged = receipt["converged"]
        ended = "" if converged is None else "cli-converged" if converged else "cli-not-converged"
        console.print(took, say(ended, residue=receipt["residue"]) if ended else "", sep="  ")
