"""Who we are in this Creatio, which Creatio it is, and what we may see of it. Reads only."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from usersync.creatio.client import CreatioClient
from usersync.creatio.errors import CreatioError
from usersync.creatio.mapping import EntityMapping, Mapping
from usersync.creatio.query import Filter
from usersync.creatio.wellknown import CONNECTION_EMPLOYEE, USER_TYPE_VALUE
from usersync.errors import Retriable

UNKNOWN = "-"


@dataclass(frozen=True)
class OwnUser:
    """The user we act as.

    Attributes:
        user: id of its system user.
        contact: id of its contact; rows it makes have it as their author.
    """

    user: str
    contact: str | None


@dataclass(frozen=True)
class EntityAccess:
    """What we see of one entity.

    Attributes:
        entity: our name of it.
        entity_set: Creatio's name.
        rows: how many rows we see; None where it cannot be read.
        error: why it cannot be read.
        required: the process cannot run without it.
    """

    entity: str
    entity_set: str
    rows: int | None
    error: CreatioError | None = None
    required: bool = True

    @property
    def readable(self) -> bool:
        """It could be read; that says nothing of rows hidden from us: those are left out silently."""
        return self.error is None


@dataclass(frozen=True)
class RightsReport:
    """What the integration user sees.

    Attributes:
        entities: one line for each entity of the mapping.
        employees: active company users we see; 0 means that the right to users is missing.
        own: the user we act as, None where it is not known or not visible.
    """

    entities: tuple[EntityAccess, ...]
    employees: int | None
    own: OwnUser | None

    @property
    def sufficient(self) -> bool:
        """Every required entity can be read, and there are company users to be seen."""
        return bool(self.employees) and all(line.readable or not line.required for line in self.entities)


async def whoami(client: CreatioClient, names: Mapping) -> OwnUser | None:
    """The user we act as, found by its login name.

    OAuth does not tell whom it acts for: there the login has to be given (`OAuthClientCredentials.acts_as`).

    Returns:
        None where the name is not known or the user is not visible to itself.
    """
    login = client.login.user_name
    if not login:
        return None
    query = names.query("system_user", ("id", "name", "contact")).where(names.path("system_user", "name") == login)
    found = (await client.list(names.entity("system_user"), query)).rows
    if len(found) != 1:
        return None
    own = names.from_row("system_user", found[0])
    return OwnUser(own["id"], own.get("contact"))


async def identity(client: CreatioClient, names: Mapping) -> str:
    """What this Creatio is told apart by: `crm.example.com#<id of our own system user>` (docs/creatio.md#identity).

    The address tells a restored test copy from its original, whose rows are all the same; the user's id tells a site that was
    replaced by another one at the same address. Without a known login the second part is `-`.
    """
    return identity_of(client, await whoami(client, names))


def identity_of(client: CreatioClient, own: OwnUser | None) -> str:
    """`identity` where our own system user is known already.

    Args:
        client: of this Creatio.
        own: what `whoami` said.
    """
    return f"{client.site.name}#{own.user if own else UNKNOWN}"


async def rights_report(client: CreatioClient, names: Mapping) -> RightsReport:
    """What the integration user may read, entity by entity, with all mapped columns.

    Rights to write cannot be learnt without writing; they are listed in docs/creatio.md#rights.

    Raises:
        CreatioError: Creatio does not answer at all, or refuses the login.
    """
    await client.root()
    entities = await asyncio.gather(*(_access(client, names, mapped) for mapped in names.entities.values()))
    employees = None
    own = None
    if next((line.readable for line in entities if line.entity == "system_user"), False):
        employees = await client.count(names.entity("system_user"), active_employees(names))
        own = await whoami(client, names)
    return RightsReport(tuple(entities), employees, own)


def active_employees(names: Mapping) -> Filter:
    """Active company users: neither roles nor portal users, who are customers."""
    is_user = names.path("system_user", "type_value") == USER_TYPE_VALUE
    is_employee = names.path("system_user", "connection_type") == CONNECTION_EMPLOYEE
    return is_user & is_employee & (names.path("system_user", "active") == True)  # noqa: E712 - builds a filter


async def _access(client: CreatioClient, names: Mapping, mapped: EntityMapping) -> EntityAccess:
    try:
        # All mapped columns of one row, so that a missing column or a column's own rights show, then the number of rows.
        await client.list(mapped.entity, names.query(mapped.name).first(1))
        rows = await client.count(mapped.entity)
    except CreatioError as error:
        if isinstance(error, Retriable):
            raise
        return EntityAccess(mapped.name, mapped.entity, None, error, mapped.required)
    return EntityAccess(mapped.name, mapped.entity, rows, required=mapped.required)
