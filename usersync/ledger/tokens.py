"""Tokens of the portal's API: only their hashes are kept."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, select

from usersync.ledger import schema
from usersync.ledger.codec import from_text, to_text
from usersync.ledger.errors import TokenNotFound
from usersync.ledger.store import Store

_table = schema.portal_tokens
_ALPHABET: Final = "abcdefghjkmnpqrstvwxyz23456789"


@dataclass(frozen=True)
class ApiToken:
    """What is known of a token.

    Attributes:
        id: names it where it is revoked; it is not the token.
        name: what it is for; the audit names its acts `token:NAME`.
        domains: it may be used for; empty = all.
        permissions: see `usersync.portal.access`.
    """

    id: str
    name: str
    domains: tuple[str, ...]
    permissions: tuple[str, ...]
    created_by: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    revoked_by: str | None
    revoked_at: datetime | None


class TokenBook(Store):
    """The part of the ledger that knows the tokens of other programs."""

    def add_token(
        self,
        name: str,
        *,
        token_hash: str,
        domains: Collection[str],
        permissions: Collection[str],
        lifetime: timedelta,
        author: str,
    ) -> ApiToken:
        """Remember a token.

        Args:
            name: what it is for.
            token_hash: SHA-256 of it.
            domains: it may be used for; empty = all.
            permissions: what it may do.
            lifetime: after which it is worth nothing.
            author: who makes it.
        """
        now = self._now()
        row = {
            "id": "".join(secrets.choice(_ALPHABET) for _ in range(8)), "name": name, "hash": token_hash,
            "domains": to_text(sorted(domains)), "permissions": to_text(sorted(permissions)), "created_by": author,
            "created_at": now, "expires_at": now + lifetime,
        }  # fmt: skip
        with self._write() as connection:
            connection.execute(_table.insert().values(row))
            detail = {"permissions": sorted(permissions), "domains": sorted(domains), "days": lifetime.days}
            self._note(connection, "token.created", actor=author, subject=str(row["id"]), detail=detail)
            return _token(connection.execute(select(_table).where(_table.c.id == row["id"])).one())

    def tokens(self) -> list[ApiToken]:
        """All tokens there ever were, the newest first."""
        with self._read() as connection:
            query = select(_table).order_by(_table.c.created_at.desc(), _table.c.id)
            return [_token(row) for row in connection.execute(query)]

    def token_of(self, token_hash: str) -> ApiToken | None:
        """The token with this hash, if it is good: not revoked, not expired."""
        query = select(_table).where(_table.c.hash == token_hash, _table.c.revoked_at.is_(None))
        with self._read() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None or row.expires_at <= self._now() else _token(row)

    def use_token(self, token_id: str) -> None:
        """Note that a token is used."""
        with self._write() as connection:
            connection.execute(_table.update().where(_table.c.id == token_id).values(used_at=self._now()))

    def revoke_token(self, token_id: str, *, author: str) -> ApiToken:
        """Make a token worth nothing from now on.

        Raises:
            TokenNotFound: no token that is not revoked yet has this id.
        """
        with self._write() as connection:
            update = _table.update().where(_table.c.id == token_id, _table.c.revoked_at.is_(None))
            if not connection.execute(update.values(revoked_by=author, revoked_at=self._now())).rowcount:
                raise TokenNotFound("ledger-token-not-found", token=token_id[:20])
            self._note(connection, "token.revoked", actor=author, subject=token_id)
            return _token(connection.execute(select(_table).where(_table.c.id == token_id)).one())


def _token(row: Row[Any]) -> ApiToken:
    return ApiToken(
        id=row.id, name=row.name, domains=tuple(from_text(row.domains)),
        permissions=tuple(from_text(row.permissions)), created_by=row.created_by, created_at=row.created_at,
        expires_at=row.expires_at, used_at=row.used_at, revoked_by=row.revoked_by, revoked_at=row.revoked_at,
    )  # fmt: skip
