"""`usersync erase`: a person's values are blanked everywhere in the ledger, on the person's request."""

from __future__ import annotations

import uuid
from typing import Annotated

import typer

from usersync.commands.terminal import author, console, open_ledger, require_yes
from usersync.errors import UsageError
from usersync.words import say


def erase(
    user: Annotated[str, typer.Option(help="User ID or Webitel username of the person.")] = "",
    contact: Annotated[str, typer.Option(help="Or the id of the person's contact; all its users are included.")] = "",
    domain: Annotated[str, typer.Option(help="Domain of the settings; needed where there are several.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Without being asked.")] = False,
) -> None:
    """Blank a person's values in the ledger: runs, plans, operations, links, verdicts. It cannot be taken back.

    Ids and counts stay. A plan with blanked values can be neither approved nor applied nor undone. Webitel and Creatio are
    not touched, nor are backups made before; while a run is at work in the domain nothing is erased.
    """
    from usersync.settings import load_settings
    from usersync.stages.review import known_user_id

    if bool(user.strip()) == bool(contact.strip()):
        raise UsageError("erase-whom")
    settings = load_settings()
    name = settings.domain(domain).name
    with open_ledger(settings) as ledger:
        user_id = known_user_id(ledger, name, user) if user.strip() else None
        contact_id = _contact(contact) if contact.strip() else None
        whom = user_id or contact_id or ""
        require_yes(say("erase-ask", whom=whom, domain=name), yes=yes)
        erased = ledger.erase(name, author=author(), user_id=user_id, contact_id=contact_id)
    console.print(say("erase-done", whom=whom, **erased.__dict__), soft_wrap=True, highlight=False)
    console.print(say("erase-backups"), soft_wrap=True, highlight=False)


def _contact(given: str) -> str:
    try:
        return str(uuid.UUID(given.strip()))
    except ValueError:
        raise UsageError("review-contact-not-an-id") from None
