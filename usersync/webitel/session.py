"""The token in use, renewed by one login at a time."""

from __future__ import annotations

import asyncio
import copy

from usersync.errors import Fatal
from usersync.webitel.auth import Auth, PostLogin
from usersync.webitel.errors import WebitelError


class Session:
    """Keeps the token; any number of requests that find it refused at once cause one login.

    A login that failed for good (wrong password) is not tried again by the requests still waiting for it: ten of them
    would lock the account.

    Args:
        auth: the way to a token.
        post_login: sends a login.
    """

    def __init__(self, auth: Auth, post_login: PostLogin) -> None:
        self._auth = auth
        self._post_login = post_login
        self._lock = asyncio.Lock()
        self._token: str | None = None
        self._failed: WebitelError | None = None

    async def token(self) -> str:
        """The token to send.

        Raises:
            WebitelError: there is none to be had.
        """
        if self._token is None:
            await self._obtain(instead_of=None)
        assert self._token is not None  # noqa: S101 - _obtain sets it or raises
        return self._token

    async def renew(self, refused: str) -> bool:
        """Replace the token that was refused.

        Returns:
            True where there is another one now, made by this call or by another one meanwhile; False where there is
            nothing to be had but the same.

        Raises:
            WebitelError: the login failed.
        """
        await self._obtain(instead_of=refused)
        return self._token != refused

    async def _obtain(self, *, instead_of: str | None) -> None:
        async with self._lock:
            if self._token != instead_of:
                return
            if self._failed is not None:
                raise copy.copy(self._failed)
            try:
                self._token = await self._auth.obtain(self._post_login)
            except WebitelError as error:
                if isinstance(error, Fatal):
                    self._failed = copy.copy(error)
                raise
