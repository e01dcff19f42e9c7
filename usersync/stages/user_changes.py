"""What can be done to a Webitel user, each as four questions: how is it now, is it done, is it as planned from, do it.

Licences are not among them; they are written by `usersync.stages.write_webitel`, many users at once.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from usersync.planning import Action, Operation
from usersync.planning.fields import same
from usersync.planning.values import Value
from usersync.webitel import NewDevice, NewUser, NotFound, User, WebitelClient

USER_FIELDS = ("id", "username", "name", "extension", "email", "deleted_at")
_DEVICE_SECRET_BYTES = 16

NewPassword = Callable[[], str | None]
"""Gives the password a new user is made with; None = none is set."""


class Change(Protocol):
    """One change of one Webitel user."""

    async def read(self) -> User | None:
        """The user as it is now; None where there is none."""

    def holds(self, user: User | None) -> bool:
        """Whether it is as the operation wants it."""

    def stands(self, user: User | None) -> bool:
        """Whether it is as the operation was planned from."""

    async def send(self, request_id: str) -> None:
        """Do it."""


def change_of(operation: Operation, webitel: WebitelClient, password: NewPassword = lambda: None) -> Change:
    """The change an operation stands for."""
    match operation.entity, operation.action:
        case "webitel_user", Action.CREATE:
            return _Make(webitel, operation, password)
        case "webitel_user", Action.UPDATE:
            return _Update(webitel, operation)
        case "webitel_user", Action.DELETE:
            return _Delete(webitel, operation)
        case "webitel_device", Action.CREATE:
            return _Device(webitel, operation)
        case "webitel_roles", Action.SET_ROLES:
            return _Roles(webitel, operation)
        case _:
            raise ValueError(operation.id)


@dataclass(frozen=True)
class _Make:
    """The user is found by its username: it has no id yet."""

    webitel: WebitelClient
    operation: Operation
    password: NewPassword

    async def read(self) -> User | None:
        found = await self.webitel.users_bearing(username=str(self.operation.after["username"]), fields=USER_FIELDS)
        return found[0] if found else None

    def holds(self, user: User | None) -> bool:
        wanted = self.operation.after
        return (
            user is not None
            and user.deleted_at is None
            and all(same(getattr(user, name), wanted.get(name)) for name in ("name", "extension"))
        )

    def stands(self, user: User | None) -> bool:
        return user is None

    async def send(self, request_id: str) -> None:
        fields = {name: str(value) for name, value in self.operation.after.items() if value}
        user = NewUser(
            name=fields["name"], username=fields["username"], extension=fields.get("extension", ""),
            email=fields.get("email", ""), password=self.password(),
        )  # fmt: skip
        await self.webitel.create_user(user, generate_device=True, request_id=request_id)


@dataclass(frozen=True)
class _OfUser:
    """A change of a user that is there."""

    webitel: WebitelClient
    operation: Operation

    async def user(self, *fields: str) -> User | None:
        """The user with these members; None where it is gone."""
        try:
            return await self.webitel.user(self.operation.key, tuple(dict.fromkeys(("id", *fields))))
        except NotFound:
            return None


@dataclass(frozen=True)
class _Update(_OfUser):
    async def read(self) -> User | None:
        user = await self.user(*USER_FIELDS)
        return None if user is None or user.deleted_at is not None else user

    def holds(self, user: User | None) -> bool:
        return user is not None and all(
            same(getattr(user, name), value) for name, value in self.operation.after.items()
        )

    def stands(self, user: User | None) -> bool:
        before = self.operation.before.items()
        return user is not None and all(same(getattr(user, name), value) for name, value in before)

    async def send(self, request_id: str) -> None:
        members = {name: value or "" for name, value in self.operation.after.items()}
        await self.webitel.patch_user(self.operation.key, members, request_id=request_id)


@dataclass(frozen=True)
class _Delete(_OfUser):
    """Marked as deleted, or removed for good where the operation's *after* says `permanent`."""

    @property
    def _permanent(self) -> bool:
        return self.operation.after.get("permanent") is True

    async def read(self) -> User | None:
        return await self.user("username", "deleted_at")

    def holds(self, user: User | None) -> bool:
        return user is None or (not self._permanent and user.deleted_at is not None)

    def stands(self, user: User | None) -> bool:
        """An id is never given twice; the username is looked at so that nobody is deleted under another name."""
        return user is not None and same(user.username, self.operation.before.get("username"))

    async def send(self, request_id: str) -> None:
        await self.webitel.delete_user(self.operation.key, permanent=self._permanent, request_id=request_id)


@dataclass(frozen=True)
class _Device(_OfUser):
    """A default device, where Webitel made none with the user: a server from before May 2026."""

    async def read(self) -> User | None:
        return await self.user("device", "devices", "deleted_at")

    def holds(self, user: User | None) -> bool:
        return user is not None and user.device is not None

    def stands(self, user: User | None) -> bool:
        return user is not None and user.deleted_at is None

    async def send(self, request_id: str) -> None:
        account, name = (str(self.operation.after[field]) for field in ("account", "name"))
        user = await self.user("devices")
        there = await self.webitel.devices(self.operation.key)
        made = next((device for device in there if device.account == account), None)
        if made is None:
            # As Webitel does it by itself: a secret nobody sees; whoever sets the phone up sets another one.
            secret = secrets.token_urlsafe(_DEVICE_SECRET_BYTES)
            wanted = NewDevice(name=name, account=account, password=secret, user_id=self.operation.key)
            made = await self.webitel.create_device(wanted, request_id=request_id)
        others = [{"id": device.id} for device in (user.devices if user else ()) if device.id != made.id]
        members = {"devices": [*others, {"id": made.id}], "device": {"id": made.id}}
        await self.webitel.patch_user(self.operation.key, members)


@dataclass
class _Roles:
    """The set of roles that can be given; those that are users stay as they are (docs/webitel.md#roles-and-devices)."""

    webitel: WebitelClient
    operation: Operation
    _kept: frozenset[str] = frozenset()

    async def read(self) -> User | None:
        user = await _OfUser(self.webitel, self.operation).user("roles", "deleted_at")
        own = {role.id for role in await self.webitel.roles() if role.user}
        self._kept = frozenset(role.id for role in user.roles if role.id in own) if user is not None else frozenset()
        return user

    def holds(self, user: User | None) -> bool:
        return user is not None and self._given(user) == self._wanted(self.operation.after)

    def stands(self, user: User | None) -> bool:
        here = user is not None and user.deleted_at is None
        return here and user is not None and self._given(user) == self._wanted(self.operation.before)

    async def send(self, request_id: str) -> None:
        roles = sorted({*self._wanted(self.operation.after), *self._kept})
        await self.webitel.set_roles(self.operation.key, roles, request_id=request_id)

    def _given(self, user: User) -> list[str]:
        return sorted(role.id for role in user.roles if role.id not in self._kept)

    def _wanted(self, fields: Mapping[str, Value]) -> list[str]:
        roles = fields.get("roles")
        return sorted(roles) if isinstance(roles, list) else []
