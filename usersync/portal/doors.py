"""Coming in and going out: logins, sessions and tokens, from what a request carries to the visitor it is."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from usersync.errors import Retriable, UsageError
from usersync.ledger import Ledger
from usersync.portal.access import PERMISSIONS, Permission, Role, Visitor
from usersync.portal.secrets import csrf_of, digest, is_password, new_secret
from usersync.settings import PortalSettings

_REMEMBERED_SECONDS: Final = 2.0
_SEEN_SECONDS: Final = 60.0
_FREE_OF_USER, _FREE_OF_ADDRESS = 5, 30


class LoginRefused(UsageError):
    """Name and password do not belong together, or the user may not log in: which of them is not said."""


class TooManyLogins(Retriable):
    """Too many refusals: the next login may be tried later."""

    def __init__(self, until: datetime, now: datetime) -> None:
        self.seconds = max(1, int((until - now).total_seconds()) + 1)
        super().__init__("portal-login-later", seconds=self.seconds)


@dataclass(frozen=True)
class _Remembered:
    visitor: Visitor | None
    until: float


class Doors:
    """Knows who is inside.

    What the ledger said of a secret is remembered for two seconds: a page asks for forty files at once. Whoever logs out
    or is put out by this process is forgotten at once.

    Args:
        settings: how long a login lasts.
    """

    def __init__(self, settings: PortalSettings) -> None:
        self._lifetime = timedelta(hours=settings.session_hours)
        self._idle = timedelta(minutes=settings.idle_minutes)
        self._remembered: dict[str, _Remembered] = {}
        self._inside: dict[str, tuple[bool, float]] = {}
        self._seen: dict[str, float] = {}

    def log_in(self, ledger: Ledger, name: str, password: str, *, address: str, before: str = "") -> str:
        """Let a user in.

        Args:
            ledger: where users are kept.
            name: as it was typed.
            password: as it was typed.
            address: where the request comes from.
            before: the secret the browser showed, worth nothing from now on: a session is never taken over.

        Returns:
            The secret of the new session, for the cookie.

        Raises:
            TooManyLogins: too many refusals of this name or from this address.
            LoginRefused: name and password do not belong together.
        """
        known = name.strip().casefold()[:60]
        of_user, of_address = f"user:{known}", f"address:{address}"
        until = ledger.admit_attempt({of_user: _FREE_OF_USER, of_address: _FREE_OF_ADDRESS})
        if until is not None:
            raise TooManyLogins(until, ledger.now())
        user = ledger.portal_user(known)
        good = is_password(password, user.password if user else None)
        if user is None or not good or not user.active:
            ledger.note("portal", "portal.login_refused", address=address)
            raise LoginRefused("portal-login-refused")
        ledger.forgive_attempts([of_user, of_address])
        if before:
            ledger.close_session(digest(before), author=f"portal:{known}")
            self.forget(digest(before))
        secret = new_secret()
        ledger.open_session(digest(secret), known, lifetime=self._lifetime)
        return secret

    def log_out(self, ledger: Ledger, visitor: Visitor) -> None:
        """End the visitor's session: its secret is worth nothing from now on."""
        ledger.close_session(visitor.session, author=visitor.author)
        self.forget(visitor.session)

    def forget(self, session: str) -> None:
        """Ask the ledger anew about a session the next time."""
        self._remembered.pop(session, None)
        self._inside.pop(session, None)

    def forget_all(self) -> None:
        """Ask the ledger anew about everybody."""
        self._remembered.clear()
        self._inside.clear()

    def by_cookie(self, ledger: Ledger, secret: str) -> Visitor | None:
        """Who holds this secret of a session; None where it is none, or over."""
        key = digest(secret)
        known = self._remembered.get(key)
        if known is None or known.until < time.monotonic():
            known = self._remember(key, self._session(ledger, key, secret))
        if known.visitor is not None and time.monotonic() - self._seen.get(key, 0.0) > _SEEN_SECONDS:
            self._seen[key] = time.monotonic()
            ledger.see_session(key)
        return known.visitor

    def still_inside(self, ledger: Ledger, visitor: Visitor) -> bool:
        """Whether a visitor who came by a session may stay."""
        inside, until = self._inside.get(visitor.session, (False, 0.0))
        if until < time.monotonic():
            found = ledger.find_session(visitor.session, idle=self._idle)
            inside = found is not None and found.user.role == visitor.role
            self._inside[visitor.session] = (inside, time.monotonic() + _REMEMBERED_SECONDS)
        return inside

    def by_token(self, ledger: Ledger, secret: str) -> Visitor | None:
        """Who holds this token; None where it is none, expired or revoked."""
        key = digest(secret)
        known = self._remembered.get(key)
        if known is None or known.until < time.monotonic():
            token = ledger.token_of(key)
            visitor = None
            if token is not None:
                permissions = frozenset(Permission(name) for name in token.permissions)
                visitor = Visitor(token.name, f"token:{token.name}", permissions, domains=token.domains)
                ledger.use_token(token.id)
            known = self._remember(key, visitor)
        return known.visitor

    def look_at(self, ledger: Ledger, visitor: Visitor, domain: str) -> Visitor:
        """Remember the domain a visitor chose."""
        ledger.see_session(visitor.session, domain=domain)
        self.forget(visitor.session)
        return replace(visitor, domain=domain)

    def _session(self, ledger: Ledger, key: str, secret: str) -> Visitor | None:
        found = ledger.find_session(key, idle=self._idle)
        if found is None:
            return None
        role = Role(found.user.role)
        return Visitor(
            found.user.name, f"portal:{found.user.name}", PERMISSIONS[role], role=role, language=found.user.language,
            session=key, csrf=csrf_of(secret), domain=found.domain or "",
        )  # fmt: skip

    def _remember(self, key: str, visitor: Visitor | None) -> _Remembered:
        if len(self._remembered) > 10_000:
            self._remembered.clear()
        self._remembered[key] = _Remembered(visitor, time.monotonic() + _REMEMBERED_SECONDS)
        return self._remembered[key]
