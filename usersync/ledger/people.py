"""Who may use the portal: local users, their sessions, and logins that were refused."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, select

from usersync.ledger import schema
from usersync.ledger.errors import PortalUserExists, PortalUserNotFound
from usersync.ledger.store import Store

_users, _sessions, _attempts = schema.portal_users, schema.portal_sessions, schema.portal_attempts
_FORGOTTEN_AFTER: Final = timedelta(days=1)
_LONGEST_WAIT: Final = timedelta(minutes=15)
_NAMES_OF_USERS: Final = 60


@dataclass(frozen=True)
class PortalUser:
    """A person who may log in.

    Attributes:
        name: lower case; the audit names its acts `portal:NAME`.
        password: hash, never the password.
    """

    name: str
    role: str
    language: str
    password: str
    active: bool
    created_by: str
    created_at: datetime


@dataclass(frozen=True)
class PortalSession:
    """A login that lasts: `id` is the hash of what the cookie holds."""

    id: str
    user: PortalUser
    domain: str | None
    created_at: datetime
    seen_at: datetime
    expires_at: datetime


class PeopleBook(Store):
    """The part of the ledger that knows who may come in."""

    def add_portal_user(self, name: str, *, role: str, language: str, password: str, author: str) -> PortalUser:
        """Add a user.

        Args:
            name: any case; kept in lower case.
            role: see `usersync.portal.access`.
            language: `en` or `uk`.
            password: hash of it.
            author: who adds.

        Raises:
            PortalUserExists: there is one of this name.
        """
        known = _normal(name)
        row = {
            "name": known, "role": role, "language": language, "password": password, "active": True,
            "created_by": author, "created_at": self._now(),
        }  # fmt: skip
        with self._write() as connection:
            insert = self._insert(_users).values(row).on_conflict_do_nothing().returning(_users.c.name)
            if connection.scalar(insert) is None:
                raise PortalUserExists("ledger-portal-user-exists", name=known)
            self._note(connection, "portal_user.added", actor=author, subject=known, detail={"role": role})
            return _user(connection.execute(select(_users).where(_users.c.name == known)).one())

    def change_portal_user(
        self,
        name: str,
        *,
        author: str,
        role: str | None = None,
        password: str | None = None,
        active: bool | None = None,
    ) -> PortalUser:
        """Change a user's role, password or whether it may log in; its sessions end.

        Raises:
            PortalUserNotFound: there is no such user.
        """
        given = {"role": role, "password": password, "active": active}
        values = {key: value for key, value in given.items() if value is not None}
        with self._write() as connection:
            known = _normal(name)
            if values:
                connection.execute(_users.update().where(_users.c.name == known).values(values))
            row = connection.execute(select(_users).where(_users.c.name == known)).one_or_none()
            if row is None:
                raise PortalUserNotFound("ledger-portal-user-not-found", name=known)
            connection.execute(_sessions.delete().where(_sessions.c.user == known))
            detail = {"changed": sorted(values)} | {key: values[key] for key in ("role", "active") if key in values}
            self._note(connection, "portal_user.changed", actor=author, subject=known, detail=detail)
            return _user(row)

    def speak_to_portal_user(self, name: str, language: str) -> None:
        """Remember the language a user chose."""
        with self._write() as connection:
            connection.execute(_users.update().where(_users.c.name == _normal(name)).values(language=language))

    def portal_users(self) -> list[PortalUser]:
        """All users, by name."""
        with self._read() as connection:
            return [_user(row) for row in connection.execute(select(_users).order_by(_users.c.name))]

    def portal_user(self, name: str) -> PortalUser | None:
        """One user by its name; None where there is none."""
        with self._read() as connection:
            row = connection.execute(select(_users).where(_users.c.name == _normal(name))).one_or_none()
            return None if row is None else _user(row)

    def open_session(self, session_id: str, user: str, *, lifetime: timedelta) -> None:
        """Begin a session, and let go of those that are over.

        Args:
            session_id: hash of what the cookie holds.
            user: who logged in.
            lifetime: after which it ends whatever happens.
        """
        with self._write() as connection:
            now = self._now()
            connection.execute(_sessions.delete().where(_sessions.c.expires_at <= now))
            connection.execute(
                _sessions.insert().values(
                    id=session_id, user=_normal(user), created_at=now, seen_at=now, expires_at=now + lifetime
                )
            )
            self._note(connection, "portal.login", actor=f"portal:{_normal(user)}")

    def find_session(self, session_id: str, *, idle: timedelta) -> PortalSession | None:
        """A session that is still good: not over, not idle for too long, of a user who may log in."""
        query = select(_sessions, _users).join_from(_sessions, _users).where(_sessions.c.id == session_id)
        with self._read() as connection:
            row = connection.execute(query).one_or_none()
        now = self._now()
        if row is None or not row.active or row.expires_at <= now or row.seen_at + idle <= now:
            return None
        found = row._mapping  # noqa: SLF001 - public in SQLAlchemy in spite of its name: two tables share a column name
        return PortalSession(
            id=row.id, user=_user(row, created_at=found[_users.c.created_at]), domain=row.domain,
            created_at=found[_sessions.c.created_at], seen_at=row.seen_at, expires_at=row.expires_at,
        )  # fmt: skip

    def see_session(self, session_id: str, *, domain: str | None = None) -> None:
        """Note that a session is used, and the domain it looks at if given."""
        values: dict[str, Any] = {"seen_at": self._now()} | ({"domain": domain} if domain else {})
        with self._write() as connection:
            connection.execute(_sessions.update().where(_sessions.c.id == session_id).values(values))

    def close_session(self, session_id: str, *, author: str) -> None:
        """End a session for good."""
        with self._write() as connection:
            if connection.execute(_sessions.delete().where(_sessions.c.id == session_id)).rowcount:
                self._note(connection, "portal.logout", actor=author)

    def admit_attempt(self, free: dict[str, int]) -> datetime | None:
        """Count a login before it is tried: each refusal after the free ones doubles the wait, up to 15 minutes.

        Counting first means that a hundred guesses sent at once are a hundred guesses.

        Args:
            free: key (`user:NAME`, `address:IP`) → refusals that cost nothing.

        Returns:
            None where it may be tried; else when the next one may.
        """
        with self._write() as connection:
            self._serialise(connection, "portal attempts")
            now = self._now()
            rows = {row.key: row for row in connection.execute(select(_attempts).where(_attempts.c.key.in_(free)))}
            waits: list[datetime] = [row.until for row in rows.values() if row.until is not None and row.until > now]
            if waits:
                return max(waits)
            for key, cost_nothing in free.items():
                row = rows.get(key)
                fresh = row is None or now - row.last_at > _FORGOTTEN_AFTER
                failures = 1 if row is None or fresh else row.failures + 1
                over = failures - cost_nothing
                until = now + min(timedelta(seconds=2 ** min(over, 12)), _LONGEST_WAIT) if over >= 0 else None
                values = {"failures": failures, "last_at": now, "until": until}
                insert = self._insert(_attempts).values(key=key, **values)
                connection.execute(insert.on_conflict_do_update(index_elements=["key"], set_=values))
            return None

    def forgive_attempts(self, keys: Collection[str]) -> None:
        """A login went well: what was counted against these is forgotten, and what is old anyway."""
        with self._write() as connection:
            gone = _attempts.c.key.in_(keys) | (_attempts.c.last_at < self._now() - _FORGOTTEN_AFTER)
            connection.execute(_attempts.delete().where(gone))


def _normal(name: str) -> str:
    return name.strip().casefold()[:_NAMES_OF_USERS]


def _user(row: Row[Any], *, created_at: datetime | None = None) -> PortalUser:
    return PortalUser(
        name=row.name, role=row.role, language=row.language, password=row.password, active=row.active,
        created_by=row.created_by, created_at=created_at or row.created_at,
    )  # fmt: skip
