"""Read one Webitel domain: users, tombstones, licences, roles, and proof of who is gone."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from usersync.errors import UsageError
from usersync.planning.recognise import KnownLink
from usersync.planning.rules import Rules
from usersync.snapshots import USER_COLUMNS, Grant, License, Role, SourceSnapshot, frame
from usersync.webitel import License as CustomerLicense
from usersync.webitel import NotFound, User, WebitelClient
from usersync.words import Sentence

_PROOF_LIMIT = 300
"""Missing users that are asked for one by one; more than that are for the trust gate to judge."""
_SECOND_PAGE_SIZE = 997
"""Page size of the second read where nothing is known of the domain yet: other borders between the pages."""


@dataclass(frozen=True)
class SourceRead:
    """The snapshot, and the ids of known users that are proven to be gone."""

    snapshot: SourceSnapshot
    proven_gone: frozenset[str]


async def fetch_source(
    webitel: WebitelClient,
    rules: Rules,
    links: Mapping[str, KnownLink],
    *,
    scope: Sequence[str] = (),
    page_size: int = 500,
    with_licenses: bool = True,
) -> SourceRead:
    """Read the domain.

    Args:
        webitel: a client that is logged in, or can be.
        rules: the account's profile variable is read from them.
        links: what the ledger knows; whoever of it is missing is asked for one by one.
        scope: logins the run is about; empty = everybody.
        page_size: users asked for in one page.
        with_licenses: whether the customer's licences are needed.

    Raises:
        UsageError: a login of the scope is not in Webitel.
        WebitelError: the service cannot be read.
    """
    me, read, deleted, roles = await asyncio.gather(
        webitel.userinfo(), webitel.users(page_size=page_size), webitel.users(deleted=True, page_size=page_size),
        webitel.roles(),
    )  # fmt: skip
    licenses = await webitel.licenses() if with_licenses else None
    problems = [*read.problems, *deleted.problems]
    if not links:
        problems += await _read_again(webitel, {user.id for user in read.users})
    present = {user.id for user in read.users}
    proven, unproven = (
        await _prove_gone(webitel, links, present, {user.id for user in deleted.users})
        if not scope
        else (frozenset(), 0)
    )
    if unproven:
        problems.append(Sentence("guard-source-unproven", {"count": unproven}))
    _check_scope(scope, read.users)
    user_roles = {role.id for role in roles if role.user}
    snapshot = SourceSnapshot(
        dc=me.dc,
        domain=me.domain,
        importer_id=me.user_id,
        users=user_table(read.users, rules),
        tombstones=user_table(deleted.users, rules),
        grants={user.id: grants_of(user) for user in (*read.users, *deleted.users) if user.license},
        roles_of={
            user.id: tuple(Role(role.id, role.name) for role in user.roles if role.id not in user_roles)
            for user in read.users
            if user.roles
        },
        licenses=None if licenses is None else licenses_of(licenses),
        scope=tuple(sorted(scope)),
        read_at=webitel.server_time,
        problems=tuple(problems),
    )  # fmt: skip
    return SourceRead(snapshot, proven)


async def _read_again(webitel: WebitelClient, first: set[str]) -> list[Sentence]:
    """Without history a short page looks like a small domain: a second read with other page borders must agree."""
    second = await webitel.users(fields=("id",), page_size=_SECOND_PAGE_SIZE)
    ids = {user.id for user in second.users}
    if ids == first:
        return []
    return [Sentence("guard-source-differs", {"first": len(first), "second": len(ids)})]


async def _prove_gone(
    webitel: WebitelClient, links: Mapping[str, KnownLink], present: Collection[str], tombstones: Collection[str]
) -> tuple[frozenset[str], int]:
    """Ask for each known user that is missing: only 404 or a tombstone is gone."""
    missing = [user_id for user_id in links if user_id not in present]
    already = {user_id for user_id in missing if links[user_id].state == "gone"}
    tombs = set(missing) & set(tombstones)
    doubtful = sorted(set(missing) - already - tombs)
    if len(doubtful) > _PROOF_LIMIT:
        return frozenset(already | tombs), len(doubtful)
    answers = await asyncio.gather(*(is_gone(webitel, user_id) for user_id in doubtful))
    proven = {user_id for user_id, gone in zip(doubtful, answers, strict=True) if gone}
    return frozenset(already | tombs | proven), len(doubtful) - len(proven)


async def is_gone(webitel: WebitelClient, user_id: str) -> bool:
    """Whether a user is proven not to be in Webitel any more: 404, or marked as deleted."""
    try:
        user = await webitel.user(user_id, fields=("id", "username", "deleted_at"))
    except NotFound:
        return True
    return user.deleted_at is not None


def _check_scope(scope: Sequence[str], users: Sequence[User]) -> None:
    known = {user.username.casefold() for user in users}
    unknown = sorted(login for login in scope if login.casefold() not in known)
    if unknown:
        raise UsageError("stages-scope-unknown", logins=", ".join(unknown), count=len(unknown))


def user_table(users: Sequence[User], rules: Rules) -> pd.DataFrame:
    """The users as the snapshot has them."""
    variable = rules.account.profile_variable
    return frame(
        [
            {
                "id": user.id, "name": user.name.strip() or None, "username": user.username or None,
                "extension": user.extension or None, "email": user.email.strip() or None,
                "device_id": user.device.id if user.device else None,
                "device_name": (user.device.name or None) if user.device else None,
                "profile_account": (user.profile.get(variable) or None) if variable else None,
                "deleted": user.deleted_at is not None,
            }
            for user in users
        ],
        USER_COLUMNS,
    )  # fmt: skip


def licenses_of(licenses: Sequence[CustomerLicense]) -> tuple[License, ...]:
    """The customer's licences, as the snapshot has them."""
    return tuple(
        License(
            id=item.id, product=item.product, name=item.name or None, named=not item.competitive, limit=item.limit,
            remain=item.remain, not_before=item.not_before, not_after=item.not_after,
        )
        for item in licenses
    )  # fmt: skip


def with_users(
    source: SourceSnapshot, ids: Collection[str], users: Sequence[User], own_roles: Collection[str], rules: Rules
) -> SourceSnapshot:
    """The snapshot with these users as they were read once more; who was not found is not in it any more."""
    alive = [user for user in users if user.deleted_at is None]
    deleted = [user for user in users if user.deleted_at is not None]
    tables = [
        pd.concat([table[~table["id"].isin(ids)], user_table(found, rules)], ignore_index=True).astype(object)
        for table, found in ((source.users, alive), (source.tombstones, deleted))
    ]
    grants = {key: value for key, value in source.grants.items() if key not in ids}
    roles = {key: value for key, value in source.roles_of.items() if key not in ids}
    for user in users:
        grants[user.id] = grants_of(user)
        roles[user.id] = tuple(Role(role.id, role.name) for role in user.roles if role.id not in own_roles)
    return replace(source, users=tables[0], tombstones=tables[1], grants=grants, roles_of=roles)


def grants_of(user: User) -> tuple[Grant, ...]:
    """The licences a user holds, as the snapshot has them."""
    return tuple(
        Grant(item.id, item.prod, item.name or None, item.issued_at, item.expires_at)
        for item in sorted(user.license, key=lambda item: item.id)
    )
