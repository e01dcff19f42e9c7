"""Seats beyond one run: what a run says of them is remembered, and looked at together with what Webitel says now."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from usersync.ledger import Ledger, OperationState
from usersync.planning import Action, Plan
from usersync.planning.rules import Rules
from usersync.planning.seat_lines import SeatLine, seat_lines
from usersync.planning.seats import Seatable
from usersync.planning.suggest import Suggestion, suggest
from usersync.snapshots import License, Role
from usersync.stages.context import RunContext
from usersync.stages.fetch_source import grants_of, licenses_of
from usersync.webitel import WebitelClient


def in_use(licenses: Iterable[License]) -> dict[str, int]:
    """Licence id → people who use it now, of the concurrent ones."""
    return {item.id: max(item.limit - item.remain, 0) for item in licenses if not item.named}


def remember_seats(context: RunContext, plan: Plan) -> None:
    """Keep what a run that looked at licences saw and said of them."""
    if context.seen is None or context.seen[0].licenses is None or plan.undo is not None:
        return
    ledger, source = context.ledger, context.seen[0]
    ledger.note_use(context.domain, in_use(source.licenses or ()))
    if not plan.scope:
        ledger.save_seats(context.run.id, plan.seats, _refused(context, plan))


def known_seats(ledger: Ledger, domain: str, rules: Rules, licenses: tuple[License, ...]) -> tuple[SeatLine, ...]:
    """The customer's licences as they were just read, with what the last plan said of each.

    Args:
        ledger: what was said before; people at work now are noted in it.
        domain: name of the domain in the settings.
        rules: of the domain.
        licenses: as Webitel has them now.
    """
    ledger.note_use(domain, in_use(licenses))
    remembered = ledger.seats(domain)
    named = {user for known in remembered.values() for user in (known.demand.waiting if known.demand else ())}
    named |= {user for known in remembered.values() for user in known.refused}
    logins = {user_id: row.username for user_id, row in ledger.section_users(domain, named).items()}
    return seat_lines(licenses, remembered, rules.licenses, logins, ledger.now())


async def people_now(webitel: WebitelClient, rules: Rules) -> tuple[Seatable, ...]:
    """Everybody licence rules may speak of, with roles and what they hold today; not the importer, nor the excluded.

    Raises:
        WebitelError: Webitel cannot be read.
    """
    me, read, roles = await asyncio.gather(webitel.userinfo(), webitel.users(), webitel.roles())
    theirs = {role.id for role in roles if role.user}
    return tuple(
        Seatable(
            user_id=user.id, username=user.username, extension=user.extension or None,
            roles=tuple(Role(role.id, role.name) for role in user.roles if role.id not in theirs),
            grants=grants_of(user),
        )
        for user in read.users
        if user.id != me.user_id and not rules.excludes(user.username)
    )  # fmt: skip


async def suggest_rules(webitel: WebitelClient, rules: Rules, now: datetime) -> tuple[Suggestion, ...]:
    """Licence rules that describe who holds what in Webitel now.

    Args:
        webitel: a client that is logged in, or can be.
        rules: of the domain; excluded logins are left out.
        now: aware.

    Raises:
        WebitelError: Webitel cannot be read.
    """
    people, licenses = await asyncio.gather(people_now(webitel, rules), webitel.licenses())
    return suggest(people, licenses_of(licenses), now)


def _refused(context: RunContext, plan: Plan) -> dict[str, set[str]]:
    """Licence id → users whose assignment Webitel refused."""
    states = context.journal.states if context.journal else {}
    users = {
        operation.user_id
        for operation in plan.operations
        if operation.action is Action.SET_LICENSES and states.get(operation.id) is OperationState.REFUSED
    }
    found: defaultdict[str, set[str]] = defaultdict(set)
    for demand in plan.seats:
        found[demand.license_id].update(user_id for user_id in demand.assigned if user_id in users)
    return found
