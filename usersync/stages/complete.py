"""Before anything is created: search all contacts for it, and read the accounts a created contact needs."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from usersync.creatio.batch import chunks, read_list
from usersync.creatio.client import CreatioClient
from usersync.creatio.query import FILTER_LIMIT, Filter, Query
from usersync.planning.identity import account_stem
from usersync.planning.people import named_account
from usersync.planning.pool import own_accounts
from usersync.planning.spellings import cases_of, spellings_of
from usersync.snapshots import ACCOUNT_COLUMNS, CONTACT_COLUMNS, SourceSnapshot, TargetSnapshot, frame, rows_of
from usersync.stages.context import RunContext
from usersync.stages.guard import NotTrusted
from usersync.stages.match_users import Matched, match_users

_SEARCHED_AT_ONCE = 6
_PAGE = 500
"""Rows one search inside a request may find; one that finds more is read by itself, page by page."""


async def complete_target(
    context: RunContext, source: SourceSnapshot, target: TargetSnapshot, matched: Matched
) -> tuple[SourceSnapshot, TargetSnapshot, Matched]:
    """Read what is still needed before anything is created; what was read is in `context.seen` from here on."""
    source, target, matched = await _complete(context, source, target, matched)
    context.seen = source, target
    return source, target, matched


async def _complete(
    context: RunContext, source: SourceSnapshot, target: TargetSnapshot, matched: Matched
) -> tuple[SourceSnapshot, TargetSnapshot, Matched]:
    """Add to the target what only those who would be created need, and match again if that is more than before.

    Where all contacts were read already, only accounts may be missing. Contacts that humans named are read as well.
    """
    target, more = await _named_by_humans(context, target)
    if more or matched.recognition.review.said != context.review.said:
        matched = _match_again(context, source, target)
    matched = replace(matched, recognition=replace(matched.recognition, review=context.review))
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
    return source, target, _match_again(context, source, target)


def _match_again(context: RunContext, source: SourceSnapshot, target: TargetSnapshot) -> Matched:
    with context.stopwatch.part("matching"):
        return match_users(
            source, target, context.memory.links, context.settings.rules, proven_gone=context.proven_gone,
            settings=context.match_settings, review=context.review,
        )  # fmt: skip


async def _named_by_humans(context: RunContext, target: TargetSnapshot) -> tuple[TargetSnapshot, bool]:
    """The target with the contacts that verdicts name, where not all contacts were read; whether there were any more."""
    named = {said.contact_id for said in context.review.said if said.contact_id and said.kind != "cannot_link"}
    missing = sorted(named - set(target.contacts["id"]))
    if target.contacts_complete or not missing:
        return target, False
    path = context.mapping.path("contact", "id")
    rows = await _find(context, "contact", CONTACT_COLUMNS, _packed(path == contact_id for contact_id in missing))
    contacts = pd.concat([target.contacts, frame(rows, CONTACT_COLUMNS)], ignore_index=True).astype(object)
    return replace(target, contacts=contacts), bool(rows)


async def _accounts(
    context: RunContext, source: SourceSnapshot, target: TargetSnapshot, users: list[dict[str, Any]]
) -> pd.DataFrame:
    """The accounts whose names a created contact's company might bear."""
    names = {named_account(user, context.settings.rules) or source.domain for user in users}
    words = {max(stem.split(), key=len) for name in names if (stem := account_stem(name))}
    path = context.mapping.path("account", "name")
    parts = [path.contains(case) for word in sorted(words) for case in cases_of(word)]
    rows = await _find(context, "account", ACCOUNT_COLUMNS, _packed(parts))
    merged = {row["id"]: row for row in [*rows_of(target.accounts), *rows]}
    return frame(list(merged.values()), ACCOUNT_COLUMNS)


async def _search(context: RunContext, users: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """All contacts that share an e-mail, or a word of the name in any of its spellings, with somebody to be created."""
    email, name = context.mapping.path("contact", "email"), context.mapping.path("contact", "name")
    emails = {case for user in users if user["email"] for case in (user["email"], user["email"].lower())}
    words = {word for user in users for word in spellings_of(user["name"] or "")}
    parts = [*(email == address for address in sorted(emails)), *(name.contains(word) for word in sorted(words))]
    return await _find(context, "contact", CONTACT_COLUMNS, _packed(parts))


def _packed(parts: Iterable[Filter]) -> list[Filter]:
    """The alternatives joined, as many as one filter may hold."""
    packed: list[Filter] = []
    for part in parts:
        joined = packed[-1] | part if packed else part
        if packed and joined.encoded_length <= FILTER_LIMIT:
            packed[-1] = joined
        else:
            packed.append(part)
    return packed


async def _find(
    context: RunContext, entity: str, columns: tuple[str, ...], conditions: list[Filter]
) -> list[dict[str, Any]]:
    """Rows that meet any of the conditions, many searches to a request.

    Raises:
        NotTrusted: an answer was cut: who was not found might be in the rest.
        CreatioError: the CRM cannot be read.
    """
    mapping, creatio = context.mapping, context.creatio
    name, query = mapping.entity(entity), mapping.query(entity, columns)
    limit = asyncio.Semaphore(_SEARCHED_AT_ONCE)

    async def ask(some: Sequence[Filter]) -> list[Mapping[str, Any]]:
        async with limit:
            answers = await creatio.batch([read_list(name, query.where(part).first(_PAGE)) for part in some])
            found: list[Mapping[str, Any]] = []
            for part, answer in zip(some, answers, strict=True):
                if answer.error is not None:
                    raise answer.error
                body = answer.body
                rows = list(body.get("value", [])) if isinstance(body, dict) else []
                found += rows if len(rows) < _PAGE else await _whole(creatio, name, query.where(part))
            return found

    answers = await asyncio.gather(*(ask(some) for some in chunks(conditions)))
    rows = [mapping.from_row(entity, row) for found in answers for row in found]
    return list({row["id"]: row for row in rows}.values())


async def _whole(creatio: CreatioClient, entity: str, query: Query) -> list[Mapping[str, Any]]:
    """A search that finds more than one page, read page by page."""
    answer = await creatio.list(entity, query)
    if answer.problems:
        raise NotTrusted(tuple(answer.problems))
    return list(answer.rows)
