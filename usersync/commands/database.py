"""`usersync db …`: the ledger's schema, copies of it, and letting go of what is old."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from usersync.commands.terminal import author, console, open_ledger, require_yes
from usersync.errors import UsageError
from usersync.words import say

app = typer.Typer(help="The ledger's database.", no_args_is_help=True)


def _url() -> str:
    from usersync.ledger import default_url
    from usersync.settings import load_settings

    return load_settings().database_url or default_url()


@app.command("upgrade")
def upgrade_schema() -> None:
    """Bring the ledger's schema to this version. Safe against two starts at once."""
    from usersync.ledger import upgrade

    applied = upgrade(_url())
    console.print(say("cli-upgraded", count=len(applied)))


@app.command("current")
def current() -> None:
    """Print the revision the ledger has, and the one this version needs."""
    from usersync.ledger import current_revision, head_revision

    console.print(f"{current_revision(_url()) or '-'} / {head_revision()}")


@app.command("bind")
def bind(
    domain: Annotated[str, typer.Option(help="Domain of the settings; needed where there are several.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Without being asked.")] = False,
) -> None:
    """Tell the ledger that the settings lead to the systems it knows: Creatio moved, or has another integration user.

    Links and runs stay; plans that wait are to be made anew. A copy of a system (a test stand) needs a ledger of its own.
    """
    from usersync.settings import load_settings
    from usersync.stages.sides import systems

    settings = load_settings()
    chosen = settings.domain(domain)
    dc, creatio = asyncio.run(systems(chosen))
    with open_ledger(settings) as ledger:
        bound = ledger.binding(chosen.name)
        if bound is None:
            ledger.bind(chosen.name, dc, creatio)
        elif bound != (dc, creatio):
            told = {"domain": chosen.name, "bound_dc": bound[0], "bound_creatio": bound[1]}
            require_yes(say("db-bind-ask", dc=dc, creatio=creatio, **told), yes=yes)
            ledger.bind_anew(chosen.name, dc, creatio, author=author())
        bound_to = say("db-bound", domain=chosen.name, dc=dc, creatio=creatio)
        console.print(bound_to, soft_wrap=True, highlight=False, markup=False)


@app.command("backup")
def make_backup(path: Annotated[Path, typer.Argument(help="File to write; it must not be there yet.")]) -> None:
    """Copy the ledger while it is in use (with PostgreSQL by pg_dump, which must be on this host)."""
    from usersync.ledger import backup

    backup(_url(), path)
    console.print(say("db-backed-up", file=str(path)), soft_wrap=True, highlight=False, markup=False)


@app.command("restore")
def restore_backup(
    path: Annotated[Path, typer.Argument(help="A file that “db backup” wrote.")],
    yes: Annotated[bool, typer.Option("--yes", help="Without being asked.")] = False,
) -> None:
    """Put a backup in the ledger's place and bring it up to date. Stop workers and portal first."""
    from usersync.ledger import Ledger, restore

    url = _url()
    require_yes(say("db-restore-ask", file=str(path)), yes=yes)
    damaged = restore(url, path, author=author())
    with Ledger.open(url) as ledger:
        console.print(say("db-restored", place=ledger.place), soft_wrap=True, highlight=False, markup=False)
    if damaged is not None:
        console.print(say("db-damaged-aside", file=str(damaged)), soft_wrap=True, highlight=False, markup=False)


@app.command("prune")
def prune(
    older_than: Annotated[
        int | None, typer.Option(min=1, help="Days; without it what retention.days says.", show_default=False)
    ] = None,
    domain: Annotated[str, typer.Option(help="Only this domain; without it all.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Without being asked.")] = False,
) -> None:
    """Let go of ended runs older than this, with their decisions, operations and plans: they can no longer be undone.

    Links, last-applied values, verdicts and the audit stay. Each run does it at its end by the setting retention.days.
    """
    from usersync.settings import load_settings

    settings = load_settings()
    names = (settings.domain(domain).name,) if domain else settings.domain_names()
    days = {name: older_than or settings.domain(name).retention.days for name in names}
    if not any(days.values()):
        raise UsageError("db-prune-never")
    require_yes(say("db-prune-ask", days=min(filter(None, days.values()))), yes=yes)
    with open_ledger(settings) as ledger:
        for name, kept in days.items():
            if kept:
                gone = ledger.prune(timedelta(days=kept), author=author(), domain=name)
                told = {"domain": name, "days": kept, "runs": gone.runs, "plans": gone.plans}
                console.print(say("db-pruned", **told), highlight=False)
