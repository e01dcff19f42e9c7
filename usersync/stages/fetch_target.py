"""Read what the process needs of the CRM: the section, system users, contacts, extensions, accounts.

Every table is read whole or by a filter that holds for all of it; never one request per user, and no lists of ids.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from usersync.creatio.client import CreatioClient
from usersync.creatio.mapping import Mapping as CreatioMapping
from usersync.creatio.odata import Rows
from usersync.creatio.probe import identity_of, whoami
from usersync.creatio.query import Filter, any_of
from usersync.creatio.telephony import TELEPHONY_OPERATION, telephony_holders
from usersync.planning.people import EXTENSION_TYPE
from usersync.planning.pool import EMPLOYEE_TYPE, OUR_COMPANY_TYPE
from usersync.planning.rules import Rules
from usersync.snapshots import (
    ACCOUNT_COLUMNS,
    CONTACT_COLUMNS,
    EXTENSION_COLUMNS,
    LICENSE_ROW_COLUMNS,
    RECORD_COLUMNS,
    RECORD_TAG_COLUMNS,
    ROLE_ROW_COLUMNS,
    SYSTEM_USER_COLUMNS,
    TargetSnapshot,
    frame,
)
from usersync.words import Sentence

_USER = 4
"""SysAdminUnitTypeValue of users; the others are roles."""


async def fetch_target(
    creatio: CreatioClient,
    mapping: CreatioMapping,
    rules: Rules,
    *,
    license_operation: str = TELEPHONY_OPERATION,
    license_packages: Collection[str] = (),
) -> TargetSnapshot:
    """Read the CRM.

    Args:
        creatio: a client that is logged in, or can be.
        mapping: confirmed by this CRM's `$metadata`.
        rules: which contacts count as employees where there are too many to read them all.
        license_operation, license_packages: by what a licence of Creatio is known to open telephony.

    Raises:
        CreatioError: the CRM cannot be read.
    """
    read = _Reader(creatio, mapping)
    own_type = mapping.lookup("account", "type") == OUR_COMPANY_TYPE
    wanted_accounts = (
        own_type if not rules.account.id else own_type | (mapping.path("account", "id") == rules.account.id)
    )
    extension = mapping.lookup("communication", "type") == EXTENSION_TYPE
    users = mapping.path("system_user", "type_value") == _USER
    me, count, accounts = await asyncio.gather(
        whoami(creatio, mapping), creatio.count(mapping.entity("contact")), read.own_accounts(wanted_accounts)
    )
    since = creatio.server_time
    complete = count <= rules.contact_limit
    whole = {"contact": CONTACT_COLUMNS}
    tables, telephony = await asyncio.gather(
        asyncio.gather(
            read.table("record", RECORD_COLUMNS, expand=whole),
            read.table("license_row", LICENSE_ROW_COLUMNS),
            read.table("role_row", ROLE_ROW_COLUMNS),
            read.table("system_user", SYSTEM_USER_COLUMNS, users, expand=None if complete else whole),
            read.table("communication", EXTENSION_COLUMNS, extension),
            read.table("record_tag", RECORD_TAG_COLUMNS),
            read.contacts(None if complete else _pool_filters(mapping, rules, [row["id"] for row in accounts])),
        ),
        telephony_holders(creatio, operation=license_operation, ids=license_packages),
    )
    records, license_rows, role_rows, system_users, extensions, record_tags, contacts = tables
    contacts = _with_expanded(contacts, [*records, *([] if complete else system_users)])
    if not accounts and any(row["account"] for row in contacts) and not await read.anything("account"):
        read.problems.append(Sentence("guard-target-no-accounts"))
    return TargetSnapshot(
        identity=identity_of(creatio, me),
        fields=dict(mapping.fields),
        records=frame(records, RECORD_COLUMNS),
        license_rows=frame(license_rows, LICENSE_ROW_COLUMNS),
        role_rows=frame(role_rows, ROLE_ROW_COLUMNS),
        contacts=frame(contacts, CONTACT_COLUMNS),
        system_users=frame(system_users, SYSTEM_USER_COLUMNS),
        extensions=frame(extensions, EXTENSION_COLUMNS),
        accounts=frame(accounts, ACCOUNT_COLUMNS),
        record_tags=frame(record_tags, RECORD_TAG_COLUMNS),
        contacts_complete=complete,
        own_contact=me.contact if me else None,
        telephony=telephony,
        server_time=since,
        problems=tuple(read.problems),
    )


class _Reader:
    """Reads tables, and collects what speaks against them being complete."""

    def __init__(self, creatio: CreatioClient, mapping: CreatioMapping) -> None:
        self._creatio = creatio
        self._mapping = mapping
        self.problems: list[Sentence] = []

    async def table(
        self,
        entity: str,
        columns: Sequence[str],
        condition: Filter | None = None,
        *,
        expand: Mapping[str, tuple[str, ...]] | None = None,
    ) -> list[dict[str, Any]]:
        """Rows of a logical entity; none where this CRM does not have it."""
        if not self._mapping.has(entity):
            return []
        query = self._mapping.query(entity, columns, expand=expand).where(condition)
        answer: Rows = await self._creatio.list(self._mapping.entity(entity), query)
        self.problems += answer.problems
        return [self._mapping.from_row(entity, row) for row in answer.rows]

    async def own_accounts(self, condition: Filter) -> list[dict[str, Any]]:
        """The own company's accounts. None is rare, and a second company would be made: then they are read once more."""
        return await self.table("account", ACCOUNT_COLUMNS, condition) or await self.table(
            "account", ACCOUNT_COLUMNS, condition
        )

    async def anything(self, entity: str) -> bool:
        """Whether the user sees any row at all: without rights there are none, and no error."""
        return not self._mapping.has(entity) or await self._creatio.count(self._mapping.entity(entity)) > 0

    async def contacts(self, conditions: Sequence[Filter] | None) -> list[dict[str, Any]]:
        """All contacts, or those that meet any of the conditions; each once."""
        if conditions is None:
            return await self.table("contact", CONTACT_COLUMNS)
        parts = await asyncio.gather(*(self.table("contact", CONTACT_COLUMNS, condition) for condition in conditions))
        return list({row["id"]: row for part in parts for row in part}.values())


def _pool_filters(mapping: CreatioMapping, rules: Rules, accounts: Sequence[str]) -> list[Filter]:
    """The employee pool as filters: type Employee, own account, company e-mail."""
    filters = [mapping.lookup("contact", "type") == EMPLOYEE_TYPE]
    if accounts:
        filters.append(any_of(mapping.lookup("contact", "account"), accounts[:10]))
    filters += [mapping.path("contact", "email").endswith(f"@{domain}") for domain in rules.company_email_domains]
    return filters


def _with_expanded(contacts: list[dict[str, Any]], rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The contacts, and those that came along with records and system users but are not among them."""
    known = {row["id"] for row in contacts}
    extra: dict[str, dict[str, Any]] = {}
    for row in rows:
        contact_id = row.get("contact.id")
        if contact_id and contact_id not in known:
            extra[contact_id] = {
                key.removeprefix("contact."): value for key, value in row.items() if key.startswith("contact.")
            }
    return [*contacts, *extra.values()]
