"""The forms of the manual actions, and what is meant by what somebody writes into them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from usersync.errors import UsageError
from usersync.planning.processes import Process
from usersync.planning.seats import NOT_ASSIGNED_TO_USERS
from usersync.snapshots import License
from usersync.words import Sentence


class ActionImpossible(UsageError):
    """What the form says cannot be done, or must not; nothing was written."""


@dataclass(frozen=True)
class CreateUser:
    """Chapter 3: a Webitel user for a Creatio user. What is empty fills itself."""

    process: ClassVar[Process] = Process.CREATE
    user: str
    username: str = ""
    extension: str = ""
    name: str = ""
    email: str = ""
    roles: tuple[str, ...] = ()
    licenses: tuple[str, ...] = ()
    stun: bool = False


@dataclass(frozen=True)
class UpdateUser:
    """The card of a Webitel user (and chapter 8, STUN). None = as it is."""

    process: ClassVar[Process] = Process.UPDATE
    webitel_user: str
    extension: str | None = None
    name: str | None = None
    email: str | None = None
    username: str | None = None
    stun: bool | None = None

    @property
    def members(self) -> dict[str, str]:
        """What it changes in Webitel: member of the user → value."""
        given = {"username": self.username, "name": self.name, "extension": self.extension, "email": self.email}
        return {name: value.strip() for name, value in given.items() if value is not None}


@dataclass(frozen=True)
class DeleteUser:
    """Chapter 4."""

    process: ClassVar[Process] = Process.DELETE
    webitel_user: str
    permanent: bool = False
    confirm_username: str = ""


@dataclass(frozen=True)
class ChangeLicense:
    """Chapters 5 and 6: `license` is an id or a product."""

    process: Process
    webitel_user: str
    license: str


@dataclass(frozen=True)
class SetRoles:
    """Chapter 7: all roles the user shall have, by name or id."""

    process: ClassVar[Process] = Process.SET_ROLES
    webitel_user: str
    roles: tuple[str, ...] = ()


Form = CreateUser | UpdateUser | DeleteUser | ChangeLicense | SetRoles


@dataclass(frozen=True)
class RoleOffer:
    """A role of Webitel as far as choosing one needs it; one that is a user is not offered."""

    id: str
    name: str
    user: bool = False


def choose_roles(asked: Iterable[str], roles: Sequence[RoleOffer]) -> list[str]:
    """Ids of the roles that are meant, by id or by name.

    Raises:
        ActionImpossible: there is no such role, more than one, or it is a user's own.
    """
    chosen: list[str] = []
    for text in (item.strip() for item in asked):
        found = [role for role in roles if text in (role.id, role.name)]
        found = found or [role for role in roles if role.name.casefold() == text.casefold()]
        if not found:
            raise ActionImpossible("action-no-such-role", role=text[:60])
        if len({role.id for role in found}) > 1 and any(role.user for role in found):
            found = [role for role in found if not role.user]
        if len({role.id for role in found}) > 1:
            raise ActionImpossible("action-which-role", role=text[:60], ids=", ".join(role.id for role in found))
        if found[0].user:
            raise ActionImpossible("action-role-is-user", role=text[:60])
        chosen.append(found[0].id)
    return list(dict.fromkeys(chosen))


def choose_license(asked: str, licenses: Sequence[License], held: Collection[str], now: datetime) -> License:
    """The licence that is meant, by its id or its product: of several of one product a valid one with a seat left.

    Raises:
        ActionImpossible: there is none, it is not for users, not valid today, held already, or has no seat left.
    """
    text = asked.strip()
    found = [item for item in licenses if item.id == text]
    found = found or [item for item in licenses if text.casefold() in (item.product.casefold(), item.id.casefold())]
    if not found:
        raise ActionImpossible("action-no-such-license", license=text[:60])
    product = found[0].product
    if product in NOT_ASSIGNED_TO_USERS:
        raise ActionImpossible("action-license-not-for-users", product=product)
    if any(item.id in held for item in found):
        raise ActionImpossible("action-license-held", product=product)
    problems = {item.id: license_problem(item, now) for item in found}
    fit = [item for item in found if problems[item.id] is None]
    if not fit:
        # A seat that is missing can be bought; it says more than another licence's having run out.
        said = [problem for problem in problems.values() if problem is not None]
        problem = next((problem for problem in said if problem.id == "action-no-seat"), said[0])
        raise ActionImpossible(problem.id, **problem.args)
    return max(fit, key=lambda item: (item.not_after.timestamp() if item.not_after else 1e18, item.id))


def license_problem(license_: License, now: datetime) -> Sentence | None:
    """Why the licence cannot be assigned at this moment; None where it can."""
    early = license_.not_before is not None and license_.not_before > now
    if early or (license_.not_after is not None and license_.not_after <= now):
        return Sentence("action-license-not-valid", {"product": license_.product})
    # `remain` of a concurrent licence counts who is online now; it is no capacity.
    if license_.named and license_.remain <= 0:
        return Sentence("action-no-seat", {"product": license_.product, "limit": license_.limit})
    return None


def held_license(asked: str, licenses: Sequence[License], held: Mapping[str, str]) -> str:
    """Id of the licence to take away.

    Args:
        asked: id or product.
        licenses: of the customer.
        held: licence id → product, of those the user holds.

    Raises:
        ActionImpossible: the user does not hold it, or several of the product.
    """
    text = asked.strip()
    if text in held:
        return text
    products = {item.id: item.product for item in licenses} | dict(held)
    found = sorted(key for key in held if products[key].casefold() == text.casefold())
    if not found:
        raise ActionImpossible("action-license-not-held", license=text[:60])
    if len(found) > 1:
        raise ActionImpossible("action-which-license", product=text[:60], ids=", ".join(found))
    return found[0]
