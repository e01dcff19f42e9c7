"""Who calls, for which domain, and what they may."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Query, Security
from fastapi.security import HTTPBearer

from usersync.ledger import Ledger
from usersync.portal.access import NotPermitted, Permission, Visitor
from usersync.portal.current import current_portal, current_visitor
from usersync.portal.portal import Portal
from usersync.settings import DomainSettings

T = TypeVar("T")
_bearer = HTTPBearer(auto_error=False, description="A token of `usersync token create`.")
DomainName = Annotated[
    str, Query(alias="domain", max_length=100, description="Domain of the settings; empty: the first, or the only one.")
]
Limit = Annotated[int, Query(ge=1, le=500, description="Rows of the page.")]
Offset = Annotated[int, Query(ge=0, le=10_000_000, description="Rows before the page.")]
Search = Annotated[str, Query(max_length=200, description="Part of the Webitel username, or the whole User ID.")]


@dataclass(frozen=True)
class Caller:
    """The caller of one request; the gate has made sure of it."""

    portal: Portal
    visitor: Visitor

    async def ask(self, question: Callable[[Ledger], T]) -> T:
        """Ask the ledger, in a thread."""
        return await self.portal.ask(question)

    def domain(self, wanted: str = "") -> DomainSettings:
        """The domain that is meant.

        Raises:
            UsageError: there is no such domain. NotPermitted: it is not the caller's.
        """
        return self.portal.domain(self.visitor, wanted)

    def require_domain(self, name: str) -> None:
        """Stop whoever may not look into the domain of a run or plan.

        Raises:
            NotPermitted: it is not the caller's.
        """
        if not self.visitor.sees(name):
            raise NotPermitted("portal-not-your-domain", domain=name)


def may(permission: Permission) -> Any:
    """A dependency: the caller, who may do this."""

    async def caller(_: Annotated[object, Security(_bearer)]) -> Caller:
        visitor = current_visitor()
        visitor.require(permission)
        return Caller(current_portal(), visitor)

    return Depends(caller)


Viewer = Annotated[Caller, may(Permission.VIEW)]
Exporter = Annotated[Caller, may(Permission.EXPORT)]
Starter = Annotated[Caller, may(Permission.START)]
Changer = Annotated[Caller, may(Permission.CHANGE)]
Reviewer = Annotated[Caller, may(Permission.REVIEW)]
Approver = Annotated[Caller, may(Permission.APPROVE)]
