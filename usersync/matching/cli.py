"""`usersync match`: two exports matched offline. Heavy libraries are imported when it runs."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from usersync.errors import UsageError
from usersync.words import say

if TYPE_CHECKING:
    import pandas as pd

EMPLOYEE = frozenset(("60733efc-f36b-1410-a883-16d83cab0980", "employee"))
"""`TypeId` of an employee: Creatio's own id of the contact type, or the word where the export names it."""


class Pool(StrEnum):
    """Who may be linked automatically."""

    ALL = "all"
    EMPLOYEES = "employees"


def match_command(
    users: Annotated[
        Path,
        typer.Option(
            "--users",
            exists=True,
            dir_okay=False,
            readable=True,
            help="Webitel users: CSV with id and any of name, username, email, extension, phone.",
        ),
    ],
    contacts: Annotated[
        Path,
        typer.Option(
            "--contacts",
            exists=True,
            dir_okay=False,
            readable=True,
            help="Creatio contacts: CSV with Id, Name and any of Surname, GivenName, MiddleName, Email, Phone, MobilePhone, "
            "AccountId, TypeId, Login (of the active system user), Extension.",
        ),
    ],
    output: Annotated[Path, typer.Option("--output", dir_okay=False, help="Where the decisions are written (CSV).")],
    pool: Annotated[
        Pool | None,
        typer.Option(
            "--pool",
            help="Who may be linked automatically: all contacts, or employees (TypeId Employee or a Login). "
            "Default: employees where TypeId or Login is there, else all.",
        ),
    ] = None,
) -> None:
    """Match two exports offline: which Webitel user is which Creatio contact. Nothing is sent anywhere."""
    try:
        _match(users, contacts, output, pool)
    except UsageError as error:
        typer.echo(str(error), err=True)
        if error.next_step:
            typer.echo(error.next_step, err=True)
        raise typer.Exit(2) from error


def _match(users: Path, contacts: Path, output: Path, pool: Pool | None) -> None:
    from collections import Counter

    from usersync.matching import match
    from usersync.matching.engine import CONTACT_COLUMNS, USER_COLUMNS
    from usersync.matching.tables import read_table, write_decisions

    if not output.parent.is_dir():
        raise UsageError("matching-no-folder", path=str(output.parent))
    mine = read_table(users, "id", ("id",), USER_COLUMNS, "users")
    theirs = read_table(contacts, "Id", ("Id", "Name"), CONTACT_COLUMNS, "contacts")
    for problem in (*mine.problems, *theirs.problems):
        typer.echo(str(problem), err=True)
    decisions = match(mine.frame, theirs.frame, pool=_members(theirs.frame, pool))
    write_decisions(decisions, output)
    bands = Counter(str(decision.band) for decision in decisions)
    typer.echo(
        say(
            "matching-summary", users=len(decisions), auto=bands["auto"], review=bands["review"], create=bands["create"],
            skip=bands["skip"], skipped=len(mine.problems) + len(theirs.problems),
        )
    )  # fmt: skip


def _members(contacts: pd.DataFrame, pool: Pool | None) -> pd.Series[bool] | None:
    """Which contacts are in the pool; None = all."""
    import pandas as pd

    there = {"TypeId", "Login"} & set(contacts.columns)
    if pool is Pool.ALL or (pool is None and not there):
        return None
    if not there:
        raise UsageError("matching-pool-unknown")
    member = pd.Series(data=False, index=contacts.index, dtype=bool)
    if "TypeId" in there:
        member |= contacts["TypeId"].str.strip().str.casefold().isin(EMPLOYEE)
    if "Login" in there:
        member |= contacts["Login"].str.strip() != ""
    return member
