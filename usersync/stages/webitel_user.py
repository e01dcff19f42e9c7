"""The Webitel user somebody means: by its username or its id."""

from __future__ import annotations

from usersync.planning.actions import ActionImpossible
from usersync.webitel import IMPORT_FIELDS, NotFound, User, WebitelClient

FIELDS = (*IMPORT_FIELDS, "deleted_at")


async def find_user(webitel: WebitelClient, text: str, *, deleted_too: bool = False) -> User:
    """The one user that is meant, with all that an action needs to know of it.

    A username that looks like a number is taken for one before it is taken for an id.

    Args:
        webitel: the client.
        text: username or id.
        deleted_too: whether one that is marked as deleted will do.

    Raises:
        ActionImpossible: there is none, or it is deleted.
    """
    wanted = text.strip()
    found = await webitel.users_bearing(username=wanted, fields=FIELDS) if wanted else ()
    user = found[0] if found else await _by_id(webitel, wanted)
    if user is None:
        raise ActionImpossible("action-no-such-webitel-user", user=wanted[:60])
    if user.deleted_at is not None and not deleted_too:
        raise ActionImpossible("action-webitel-user-deleted", user=user.username, id=user.id)
    return user


async def _by_id(webitel: WebitelClient, text: str) -> User | None:
    if not (text.isascii() and text.isdigit()):
        return None
    try:
        return await webitel.user(text, FIELDS)
    except NotFound:
        return None
