"""Who is ready to call, and what has to be mended by hand: told after a run and by `usersync show`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from usersync.commands.terminal import console
from usersync.words import say

if TYPE_CHECKING:
    from usersync.ledger import Ledger, Run

_NAMED = 5
"""So many logins of each kind are named; `usersync users --flag` lists the others."""


def print_readiness(ledger: Ledger, run: Run) -> None:
    """Print how many of the run's users are ready to call, and a list of what nobody but a human can mend.

    Who it is is named for the newest run of its domain only: the section has moved on since any other.
    """
    from usersync.planning.section import Readiness, Requirement

    if run.readiness is None:
        return
    counts = Readiness.from_json(run.readiness)
    console.print(f"[bold]{counts.sentence}[/]", highlight=False)
    if unknown := counts.unknown.get(Requirement.TELEPHONY):
        console.print(say("section-not-known", users=unknown), highlight=False)
    if not counts.fixes:
        return
    newest = next(iter(ledger.runs(run.domain, 1)), run)
    table = Table(title=say("section-to-fix"), title_justify="left", show_header=False)
    for flag, count in counts.fixes.items():
        page = ledger.section(run.domain, flags=(flag,), limit=_NAMED) if newest.id == run.id else None
        logins = [row.username for row in page.rows] if page else []
        if page and page.total > len(logins):
            logins.append(say("section-more", count=page.total - len(logins)))
        table.add_row(str(flag.sentence), f"{count:,}", escape(", ".join(logins)))
    console.print(table)
