"""Who may do what: the one table of roles and permissions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from usersync.errors import UsageError


class Permission(StrEnum):
    """One thing that may be done."""

    VIEW = "view"  # look at users, runs, plans, questions, licences
    EXPORT = "export"  # take personal data away in a file
    START = "start"  # start the process, stop it, take a run back (its plan still waits for approval)
    CHANGE = "change"  # the manual actions: add, delete, licences, roles, STUN
    REVIEW = "review"  # answer questions
    APPROVE = "approve"  # approve, reject and cut plans
    ADMINISTER = "administer"  # users and tokens of the portal


class Role(StrEnum):
    """What a user of the portal is."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    APPROVER = "approver"
    ADMINISTRATOR = "administrator"


_VIEWER: Final = frozenset({Permission.VIEW})
_OPERATOR: Final = _VIEWER | {Permission.EXPORT, Permission.START, Permission.CHANGE, Permission.REVIEW}
_APPROVER: Final = _OPERATOR | {Permission.APPROVE}

PERMISSIONS: Final[Mapping[Role, frozenset[Permission]]] = {
    Role.VIEWER: _VIEWER,
    Role.OPERATOR: _OPERATOR,
    Role.APPROVER: _APPROVER,
    Role.ADMINISTRATOR: _APPROVER | {Permission.ADMINISTER},
}
OF_TOKENS: Final = frozenset(Permission) - {Permission.ADMINISTER}
"""What a token may be given: none makes users or other tokens."""


class NotPermitted(UsageError):
    """The visitor may not do this, or not in this domain."""


class DomainUnknown(UsageError):
    """The settings have no domain of this name."""


@dataclass(frozen=True)
class Visitor:
    """Who is asking.

    Attributes:
        author: as the ledger's audit names them: `portal:NAME` or `token:NAME`.
        role: of a user; None for a token.
        domains: a token's; empty = all.
        session: hash of the session's secret; empty for a token.
        csrf: what a form of this session must carry; empty for a token.
    """

    name: str
    author: str
    permissions: frozenset[Permission]
    role: Role | None = None
    domains: tuple[str, ...] = ()
    language: str = "en"
    session: str = ""
    csrf: str = ""
    domain: str = ""

    def may(self, permission: Permission) -> bool:
        """Whether the visitor may do it."""
        return permission in self.permissions

    def require(self, permission: Permission) -> None:
        """Stop whoever may not.

        Raises:
            NotPermitted: the visitor may not.
        """
        if permission not in self.permissions:
            raise NotPermitted("portal-not-permitted", permission=str(permission))

    def sees(self, domain: str) -> bool:
        """Whether the visitor may look into a domain."""
        return not self.domains or domain in self.domains


def role_named(name: str) -> Role:
    """The role of this name.

    Raises:
        UsageError: there is none; the sentence names them all.
    """
    try:
        return Role(name.strip().casefold())
    except ValueError:
        raise UsageError("portal-no-such-role", role=name[:40], roles=", ".join(Role)) from None


def permissions_of_token(names: Iterable[str]) -> frozenset[Permission]:
    """The permissions of these names, as a token may have them.

    Raises:
        UsageError: there is none of a name, or no token may have it; the sentence names those it may.
    """
    chosen = set()
    for name in names:
        found = next((permission for permission in OF_TOKENS if permission == name.strip().casefold()), None)
        if found is None:
            allowed = ", ".join(permission for permission in Permission if permission in OF_TOKENS)
            raise UsageError("portal-no-such-permission", permission=name[:40], permissions=allowed)
        chosen.add(found)
    return frozenset(chosen)
