"""What was read from both services: the two snapshots every later step works on.

Tables are pandas frames with logical field names (`usersync.creatio.mapping` turns Creatio's column names into them), so that
neither matching nor planning knows what a column is called in this customer's CRM. A missing value is None.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

import pandas as pd

from usersync.words import Sentence

USER_COLUMNS = (
    "id",
    "name",
    "username",
    "extension",
    "email",
    "device_id",
    "device_name",
    "profile_account",
    "deleted",
)
"""`SourceSnapshot.users`: one row per Webitel user, all text but `deleted`; ids are the digits Webitel sends."""

RECORD_COLUMNS = (
    "id", "name", "username", "extension", "webitel_user_id", "device", "contact", "role", "user", "stun", "active",
    "created_on", "modified_on",
)  # fmt: skip
LICENSE_ROW_COLUMNS = ("id", "record", "license", "product", "name", "issued_on", "expires_on")
ROLE_ROW_COLUMNS = ("id", "record", "webitel_role", "name")
CONTACT_COLUMNS = (
    "id", "name", "surname", "given_name", "middle_name", "email", "phone", "mobile_phone", "account", "type",
    "modified_on",
)  # fmt: skip
SYSTEM_USER_COLUMNS = ("id", "name", "contact", "email", "active", "connection_type")
EXTENSION_COLUMNS = ("id", "contact", "number", "non_actual", "modified_on")
ACCOUNT_COLUMNS = ("id", "name", "type")
RECORD_TAG_COLUMNS = ("id", "record", "tag")


@dataclass(frozen=True)
class Grant:
    """One licence held by one Webitel user. Times are aware UTC or None."""

    license_id: str
    product: str
    name: str | None = None
    issued_on: datetime | None = None
    expires_on: datetime | None = None


@dataclass(frozen=True)
class License:
    """One licence of the domain's customer (docs/webitel.md): `named` seats are bound to users, concurrent ones are not."""

    id: str
    product: str
    name: str | None
    named: bool
    limit: int
    remain: int
    not_before: datetime | None = None
    not_after: datetime | None = None


@dataclass(frozen=True)
class Role:
    """A role of Webitel that is not itself a user."""

    id: str
    name: str


@dataclass(frozen=True)
class SourceSnapshot:
    """Everything the process needs to know of one Webitel domain at one moment.

    Attributes:
        dc: the domain's number from /userinfo; part of every id we make.
        domain: the domain's name in Webitel.
        importer_id: Webitel id of the account we are logged in as; protected.
        users: columns `USER_COLUMNS`, unique `id`.
        grants: Webitel user id → licences held.
        roles_of: Webitel user id → roles.
        licenses: None where they were not readable or not asked for.
        scope: logins this run is about; empty = the whole domain. `users` has everybody all the same.
        problems: why the read cannot be trusted; empty = it can.
    """

    dc: str
    domain: str
    importer_id: str
    users: pd.DataFrame
    tombstones: pd.DataFrame
    grants: dict[str, tuple[Grant, ...]] = field(default_factory=dict)
    roles_of: dict[str, tuple[Role, ...]] = field(default_factory=dict)
    licenses: tuple[License, ...] | None = None
    scope: tuple[str, ...] = ()
    read_at: datetime | None = None
    problems: tuple[Sentence, ...] = ()

    @property
    def in_scope(self) -> pd.Series[bool]:
        """Which rows of `users` this run is about."""
        if not self.scope:
            return pd.Series(data=True, index=self.users.index, dtype=bool)
        logins = {login.casefold() for login in self.scope}
        return self.users["username"].fillna("").astype(str).str.casefold().isin(logins).astype(bool)


@dataclass(frozen=True)
class TargetSnapshot:
    """Everything the process needs to know of the CRM at one moment.

    Attributes:
        identity: what this Creatio is told apart by; the ledger is bound to it.
        fields: logical entity → logical fields this CRM has (what the mapping offers and `$metadata` confirmed).
        records, license_rows, role_rows, contacts, system_users, extensions, accounts, record_tags:
            frames with the columns above.
        contacts_complete: False where only the employee pool was read (more contacts than `contact_limit`).
        own_contact: contact id of the user we are logged in as, None where it is not visible.
        telephony: ids of the system users with a Creatio licence for telephony; None where that cannot be read.
        server_time: Creatio's clock when the read began; later reads ask for what changed since.
        problems: why the read cannot be trusted; empty = it can.
    """

    identity: str
    fields: dict[str, frozenset[str]]
    records: pd.DataFrame
    license_rows: pd.DataFrame
    role_rows: pd.DataFrame
    contacts: pd.DataFrame
    system_users: pd.DataFrame
    extensions: pd.DataFrame
    accounts: pd.DataFrame
    record_tags: pd.DataFrame
    contacts_complete: bool = True
    own_contact: str | None = None
    telephony: frozenset[str] | None = None
    server_time: datetime | None = None
    problems: tuple[Sentence, ...] = ()

    def has(self, entity: str, name: str | None = None) -> bool:
        """Whether this CRM has the logical entity (and field)."""
        return entity in self.fields and (name is None or name in self.fields[entity])


def frame(rows: Sequence[Mapping[str, Any]], columns: tuple[str, ...]) -> pd.DataFrame:
    """A table of exactly these columns, whatever the rows have; absent values are None, never NaN."""
    return pd.DataFrame({name: pd.Series([row.get(name) for row in rows], dtype=object) for name in columns})


def rows_of(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The table's rows as plain dictionaries, in its order."""
    return cast("list[dict[str, Any]]", table.to_dict("records"))
