"""What is sent to Webitel to make something."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

WRITABLE_MEMBERS = frozenset(
    {
        "name",
        "username",
        "password",
        "extension",
        "email",
        "chat_name",
        "force_password_change",
        "contact",
        "device",
        "devices",
        "roles",
        "license",
        "profile",
    }
)
"""Members of a user that can be written; the gateway ignores all others without a word."""


@dataclass(frozen=True)
class NewUser:
    """A telephony user to be created.

    Attributes:
        name: what others see.
        username: login; Latin letters, digits, `-`, `_`, `.`; unique.
        extension: digits, unique; without one the user cannot call.
        password: None = none is set; nobody can read it afterwards.
        license_ids: serials of the licences to hold from the start.
        role_ids: ids of the roles to have from the start.
        profile: the user's variables.
    """

    name: str = field(repr=False)
    username: str
    extension: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    password: str | None = field(default=None, repr=False)
    license_ids: tuple[str, ...] = ()
    role_ids: tuple[str, ...] = ()
    profile: Mapping[str, str] = field(default_factory=dict, repr=False)

    def body(self) -> dict[str, Any]:
        """The JSON to send: what is empty is left out."""
        members = {
            "name": self.name,
            "username": self.username,
            "extension": self.extension,
            "email": self.email,
            "password": self.password,
            "license": [{"id": id_} for id_ in self.license_ids],
            "roles": [{"id": id_} for id_ in self.role_ids],
            "profile": dict(self.profile),
        }
        return {name: value for name, value in members.items() if value}


@dataclass(frozen=True)
class NewDevice:
    """A SIP device to be created.

    Attributes:
        name: what administrators see.
        account: SIP login.
        password: SIP password; None = none is set.
        user_id: Webitel id of the user it belongs to.
    """

    name: str
    account: str
    password: str | None = field(default=None, repr=False)
    user_id: str | None = None

    def body(self) -> dict[str, Any]:
        """The JSON to send: what is empty is left out."""
        members = {
            "name": self.name,
            "account": self.account,
            "password": self.password,
            "user": {"id": self.user_id} if self.user_id else None,
        }
        return {name: value for name, value in members.items() if value}
