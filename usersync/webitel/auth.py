"""The two ways to a Webitel access token. Each is a small value with one method.

A token goes into the header `X-Webitel-Access`, without any prefix. The API token of a service account
(`POST /users/{id}/tokens`) does not expire and is preferred; a login's token does, and the login is repeated
(`usersync.webitel.session`).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from usersync.webitel.errors import CredentialsInvalid, SecondFactorRequired, UnexpectedAnswer

HEADER = "X-Webitel-Access"

PostLogin = Callable[[dict[str, str]], Awaitable[Any]]
"""Sends the body to POST /login and gives the decoded answer."""


class Auth(Protocol):
    """A way to a token."""

    async def obtain(self, post_login: PostLogin, /) -> str:
        """A token to work with from now on."""


@dataclass(frozen=True)
class TokenAuth:
    """An API token made in Webitel for the service account.

    Raises:
        CredentialsInvalid: the token is empty or has characters no header may carry.
    """

    token: str = field(repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "token", self.token.strip())
        if not _fits_header(self.token):
            raise CredentialsInvalid(words="webitel-token-invalid")

    async def obtain(self, post_login: PostLogin, /) -> str:  # noqa: ARG002 - the protocol's signature
        """The token itself."""
        return self.token


@dataclass(frozen=True)
class LoginAuth:
    """Login and password of the service account.

    Args:
        username: the login, or `login@domain`.
        password: the password.
        domain: the Webitel domain; None where the login carries it.

    Raises:
        CredentialsInvalid: login or password is empty.
    """

    username: str = field(repr=False)
    password: str = field(repr=False)
    domain: str | None = None

    def __post_init__(self) -> None:
        if not self.username.strip() or not self.password:
            raise CredentialsInvalid

    async def obtain(self, post_login: PostLogin, /) -> str:
        """The token of a new login.

        Raises:
            LoginRefused: Webitel said no.
            SecondFactorRequired: the account has two-factor sign-in.
            UnexpectedAnswer: an answer without a token.
        """
        body = {"username": self.username.strip(), "password": self.password}
        if self.domain:
            body["domain"] = self.domain
        answer = await post_login(body)
        if isinstance(answer, dict) and isinstance(answer.get("authorization"), dict):
            answer = answer["authorization"]
        if not isinstance(answer, dict):
            raise UnexpectedAnswer(method="POST", url="/login", places="–")
        token = answer.get("access_token")
        if not token and answer.get("id"):
            raise SecondFactorRequired(method="POST", url="/login", status=200)
        if not isinstance(token, str) or not _fits_header(token):
            raise UnexpectedAnswer(method="POST", url="/login", places="access_token")
        return token


def _fits_header(token: str) -> bool:
    return bool(token) and all("!" <= character <= "~" for character in token)
