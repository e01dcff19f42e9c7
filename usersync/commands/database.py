"""`usersync db …`: the ledger's schema and copies of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from usersync.commands.terminal import console
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


@app.command("backup")
def make_backup(path: Annotated[Path, typer.Argument(help="File to write.")]) -> None:
    """Copy a SQLite ledger while it is in use (PostgreSQL: pg_dump, see docs/ledger.md)."""
    from usersync.ledger import backup

    backup(_url(), path)
    console.print(str(path))
