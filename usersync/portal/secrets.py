"""Passwords, and the secrets of sessions and tokens: how they are made and what is kept of them."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from functools import lru_cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from usersync.errors import UsageError

SHORTEST: Final = 12
LONGEST: Final = 256
TOKEN_PREFIX: Final = "usync_"  # noqa: S105 - lets a scanner of leaked secrets recognise one
_hasher: Final = PasswordHasher()  # argon2id, RFC 9106's second recommended option


class PasswordRefused(UsageError):
    """The password is too short or too long."""


def hash_password(password: str) -> str:
    """What is kept of a password.

    Raises:
        PasswordRefused: it is too short or too long.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise PasswordRefused("portal-password-length", shortest=SHORTEST, longest=LONGEST)
    return _hasher.hash(password)


def is_password(password: str, kept: str | None) -> bool:
    """Whether it is the password. Where there is no user the same work is done, so that time tells nothing."""
    try:
        return _hasher.verify(kept or _nobodys(), password[: LONGEST + 1]) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def new_secret() -> str:
    """256 random bits, for a cookie or a token."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What is kept of a random secret. It has 256 bits of its own, so a quick hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def csrf_of(secret: str) -> str:
    """The value forms of a session must carry: only who holds the cookie's secret can know it."""
    return hmac.new(secret.encode(), b"csrf", hashlib.sha256).hexdigest()


def same(one: str, other: str) -> bool:
    """Whether two secrets are equal, compared in constant time."""
    return hmac.compare_digest(one.encode(), other.encode())


@lru_cache(maxsize=1)
def _nobodys() -> str:
    return _hasher.hash(secrets.token_urlsafe(32))
