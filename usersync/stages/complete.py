"""Before anything is created: search all contacts for it, and read the accounts a created contact needs."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pandas as pd

from usersync.creatio.query import Filter, any_of_chunks
from usersync.planning.identity import account_stem
from usersync.planning.pool import own_accounts
from usersync.planning.spellings import spellings_of
from usersync.snapshots import ACCOUNT_COLUMNS, CONTACT_COLUMNS, SourceSnapshot, TargetSnapshot, frame, rows_of
from usersync.stages.context import RunContext
from usersync.stages.match_users import Matched, match_users

_SEARCHED_AT_ONCE = 6


async def complete_target(
    context: RunContext, source: SourceSnapshot, target: TargetSnapshot, matched: Matched
) -> tuple[SourceSnapshot, TargetSnapshot, Matched]:
    """Add to the target what only those who would be created need, and match again if that is more than before.

    Where all contacts were read already, only accounts may be missing.
    """
    to_create = {user_id for user_id, decision in matched.decisions.items() if decision.band == "create"}
    if not to_create:
        return source, target, matched
    users = [user for user in rows_of(source.users) if user["id"] in to_create]
    if not context.settings.rules.account.id and len(own_accounts(target, context.settings.rules)) != 1:
        target = replace(target, accounts=await _accounts(context, source, target, users))
    if target.contacts_complete:
        return source, target, matched
    found = await _search(context, users)
    known = set(target.contacts["id"])
    new = [row for row in found if row["id"] not in known]
    if not new:
        return source, target, matched
    contacts = pd.concat([target.contacts, frame(new, CONTACT_COLUMNS)], ignore_index=True).astype(object)
    target = replace(target, contacts=contacts)
    with context.stopwatch.part("matching"):
        again = match_users(
            source, target, context.memory.links, context.settings.rules, proven_gone=context.proven_gone,
            settings=context.match_settings,
        )  # fmt: skip
    return source, target, again


async def _accounts(
    context: RunContext, source: SourceSnapshot, target: TargetSnapshot, users: list[dict[str, Any]]
) -> pd.DataFrame:
    """The accounts whose names a created contact's company might bear."""
    rules = context.settings.rules.account
    names = {user["profile_account"] for user in users if user["profile_account"]}
    names |= set(rules.email_domains.values()) | {rules.name or source.domain}
    stems = {max(stem.split(), key=len) for name in names if (stem := account_stem(name))}
    path = context.mapping.path("account", "name")
    rows = await _find(context, "account", ACCOUNT_COLUMNS, [path.contains(stem) for stem in sorted(stems)])
    merged = {row["id"]: row for row in [*rows_of(target.accounts), *rows]}
    return frame(list(merged.values()), ACCOUNT_COLUMNS)


async def _search(context: RunContext, users: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """All contacts that share an e-mail, or a word of the name in any of its spellings, with somebody to be created."""
    path = context.mapping.path
    emails = sorted({user["email"] for user in users if user["email"]})
    filters = list(any_of_chunks(path("contact", "email"), emails)) if emails else []
    spellings = sorted({word for user in users for word in spellings_of(user["name"] or "")})
    name = path("contact", "name")
    parts: list[Filter] = [name.contains(word) for word in spellings]
    filters += [part for start in range(0, len(parts), 8) for part in [_either(parts[start : start + 8])]]
    return await _find(context, "contact", CONTACT_COLUMNS, filters)


def _either(filters: list[Filter]) -> Filter:
    first, *others = filters
    for other in others:
        first = first | other
    return first


async def _find(
    context: RunContext, entity: str, columns: tuple[str, ...], filters: list[Filter]
) -> list[dict[str, Any]]:
    limit = asyncio.Semaphore(_SEARCHED_AT_ONCE)

    async def one(condition: Filter) -> list[dict[str, Any]]:
        async with limit:
            query = context.mapping.query(entity, columns).where(condition)
            answer = await context.creatio.list(context.mapping.entity(entity), query)
            return [context.mapping.from_row(entity, row) for row in answer.rows]

    parts = await asyncio.gather(*(one(condition) for condition in filters))
    return list({row["id"]: row for part in parts for row in part}.values())
