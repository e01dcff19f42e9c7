"""The visitor and the portal of the request, websocket message or timer that is being answered.

Both are context variables, set at the gate: a websocket's messages and the tasks they start carry the context of the
connection, whose session was checked. So what a page does is done as whoever clicks, not as whoever the page was made for.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING

from usersync.portal.access import NotPermitted, Visitor

if TYPE_CHECKING:
    from usersync.portal.portal import Portal

_visitor: ContextVar[Visitor | None] = ContextVar("usersync_visitor", default=None)
_portal: ContextVar[Portal] = ContextVar("usersync_portal")


def enter(portal: Portal, visitor: Visitor | None) -> None:
    """Say who is served from here on in this context."""
    _portal.set(portal)
    _visitor.set(visitor)


def current_portal() -> Portal:
    """The portal that serves."""
    return _portal.get()


def current_visitor() -> Visitor:
    """Who is served.

    Raises:
        NotPermitted: nobody is known to be there.
    """
    visitor = _visitor.get()
    if visitor is None:
        raise NotPermitted("portal-no-visitor")
    return visitor
