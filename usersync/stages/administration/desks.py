"""One desk for each kind of row these processes write: what stands there now, and the one call that changes it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from usersync.creatio import CreatioClient
from usersync.creatio.administration import NewSystemUser
from usersync.creatio.errors import RecordMissing
from usersync.creatio.mapping import Mapping as CreatioMapping
from usersync.creatio.workplace import PLACEMENT as PLACEMENT_SET
from usersync.creatio.workplace import read_placement
from usersync.planning import Action, Operation
from usersync.planning.administration import PLACEMENT, SYSTEM_USER, TELEPHONY, SystemUser
from usersync.planning.fields import same
from usersync.stages.administration.credential import Administrator
from usersync.stages.administration.holders import packages_of
from usersync.stages.administration.people import read_directory
from usersync.stages.rows import Rows
from usersync.words import Sentence

Row = Mapping[str, Any]


class Desk(Protocol):
    """Reads and writes one kind of row.

    Attributes:
        ids_are_ours: a row that is there as wanted was made by us, for its id is ours; else somebody else made it so.
    """

    @property
    def ids_are_ours(self) -> bool:
        """Whether what is there already as wanted is our own work."""

    async def standing(self, operations: Sequence[Operation]) -> dict[str, Row]:
        """What stands there now, by key; a row that is not there is absent.

        Raises:
            CreatioError: it cannot be read.
        """

    async def objection(self, operation: Operation, row: Row | None) -> Sentence | None:
        """Why the operation is not right any more, judged by what `standing` read last; None where it is."""

    async def write(self, operation: Operation) -> None:
        """Carry one operation out.

        Raises:
            CreatioError: why not; with `outcome_unknown` where it may have been done.
        """


def holds(operation: Operation, row: Row | None) -> bool:
    """Whether everything already is as the operation wants it."""
    if operation.action is Action.DELETE:
        return row is None
    return row is not None and all(same(row.get(name), value) for name, value in operation.after.items())


def changed_fields(operation: Operation, row: Row) -> list[str]:
    """The fields in which the row is not what the operation was planned from."""
    return sorted(name for name, value in operation.before.items() if not same(row.get(name), value))


@dataclass
class SystemUserDesk:
    """System users: made and removed by AdministrationService, read by OData."""

    admin: Administrator
    mapping: CreatioMapping
    role_id: str
    ids_are_ours: bool = True
    _users: tuple[SystemUser, ...] = ()
    _names: frozenset[str] = frozenset()

    async def standing(self, operations: Sequence[Operation]) -> dict[str, Row]:
        """The users as they are now; everybody is read, for a login or a contact may have been taken meanwhile."""
        directory = await read_directory(self.admin.creatio, self.mapping)
        self._users = directory.users
        self._names = frozenset(name.casefold() for name in directory.names)
        keys = {operation.key for operation in operations}
        return {user.id: _as_row(user) for user in self._users if user.id in keys}

    async def objection(self, operation: Operation, row: Row | None) -> Sentence | None:
        """Somebody has the contact or the login by now; of a removal: it was changed."""
        if operation.action is Action.DELETE:
            changed = changed_fields(operation, row or {})
            return Sentence("apply-stale", {"fields": ", ".join(changed)}) if changed else None
        if row is not None:
            return Sentence("apply-stale", {"fields": ", ".join(sorted(operation.after))})
        login, contact = str(operation.after["name"]).casefold(), operation.after["contact"]
        if any(user.contact == contact for user in self._users):
            return Sentence("administration-user-there")
        if login in self._names or any(user.login.casefold() == login for user in self._users):
            return Sentence("administration-login-taken")
        return None

    async def write(self, operation: Operation) -> None:
        """Make the user, or remove it."""
        if operation.action is Action.DELETE:
            await self.admin.service.delete_user(operation.key)
            return
        user = NewSystemUser(operation.key, str(operation.after["name"]), str(operation.after["contact"]))
        await self.admin.service.create_user(user, self.role_id)


@dataclass
class TelephonyDesk:
    """The licence packages that open telephony, as one system user holds them."""

    admin: Administrator
    packages: Collection[str]
    ids_are_ours: bool = False

    async def standing(self, operations: Sequence[Operation]) -> dict[str, Row]:
        """Which of the packages each user holds now."""
        named = {
            each for operation in operations for side in (operation.before, operation.after) for each in _ids(side)
        }
        known = sorted({*self.packages, *named})
        found = await packages_of(self.admin, known, [operation.key for operation in operations])
        return {user: {"packages": held} for user, held in found.items()}

    async def objection(self, operation: Operation, row: Row | None) -> Sentence | None:
        """Somebody gave or took a package meanwhile."""
        now, before = set(_ids(row or {})), set(_ids(operation.before))
        return None if now == before else Sentence("apply-stale", {"fields": "packages"})

    async def write(self, operation: Operation) -> None:
        """Give what is missing, take what is too many."""
        before, after = set(_ids(operation.before)), set(_ids(operation.after))
        for package in sorted(after - before):
            await self.admin.service.set_license(operation.key, package, held=True)
        for package in sorted(before - after):
            await self.admin.service.set_license(operation.key, package, held=False)


@dataclass
class PlacementDesk:
    """The row that puts the section into its workplace: OData, one row."""

    creatio: CreatioClient
    ids_are_ours: bool = True

    async def standing(self, operations: Sequence[Operation]) -> dict[str, Row]:
        """The rows as they are now."""
        found = {operation.key: await read_placement(self.creatio, operation.key) for operation in operations}
        return {key: row for key, row in found.items() if row is not None}

    async def objection(self, operation: Operation, row: Row | None) -> Sentence | None:
        """The row is another one by now."""
        if row is None:
            return None
        changed = changed_fields(operation, row) if operation.action is Action.DELETE else sorted(operation.after)
        return Sentence("apply-stale", {"fields": ", ".join(changed)}) if changed else None

    async def write(self, operation: Operation) -> None:
        """Add the row, or remove it."""
        if operation.action is Action.DELETE:
            try:
                await self.creatio.delete(PLACEMENT_SET, operation.key)
            except RecordMissing:  # what was wanted
                return
        else:
            after = operation.after
            row = {"SysWorkplaceId": after["workplace"], "SysModuleId": after["section"], "Position": after["position"]}
            await self.creatio.create(PLACEMENT_SET, {"Id": operation.key, **row})


def desks_of(
    admin: Administrator, mapping: CreatioMapping, *, role_id: str = "", packages: Collection[str] = ()
) -> dict[str, Desk]:
    """A desk for each logical entity."""
    return {
        SYSTEM_USER: SystemUserDesk(admin, mapping, role_id),
        TELEPHONY: TelephonyDesk(admin, packages),
        PLACEMENT: PlacementDesk(admin.creatio),
    }


async def seen_by_importer(creatio: CreatioClient, mapping: CreatioMapping, user_id: str) -> bool:
    """Whether the importer sees a system user that was just made: then both credentials are of one Creatio."""
    rows, _ = await Rows(creatio, mapping).read([("system_user", user_id)])
    return ("system_user", user_id) in rows


def _as_row(user: SystemUser) -> Row:
    return {
        "name": user.login, "contact": user.contact, "active": user.active, "connection_type": 1 if user.portal else 0,
    }  # fmt: skip


def _ids(fields: Row) -> list[str]:
    packages = fields.get("packages")
    return [str(each) for each in packages] if isinstance(packages, list) else []
