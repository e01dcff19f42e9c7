"""Logins: the forms login with its cookies and CSRF token, and OAuth client credentials."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from usersync.sandbox.creatio.store import Store
from usersync.sandbox.creatio.switches import Switches

SESSION_COOKIE = ".ASPXAUTH"


@dataclass(frozen=True)
class Caller:
    """The system user a request acts for.

    Attributes:
        user: Id of the SysAdminUnit.
        contact: Id of its contact.
    """

    user: str
    contact: str


class NotAuthenticated(Exception):
    """No living session.

    Attributes:
        bearer: whether the request came with a token.
    """

    def __init__(self, *, bearer: bool) -> None:
        super().__init__()
        self.bearer = bearer


class CsrfMissing(Exception):
    """A session without its CSRF token: 403."""


@dataclass
class _Session:
    caller: Caller
    csrf: str
    used: float
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class Sessions:
    """Sessions and tokens of one installation; they do not survive a restart.

    Args:
        store: the database, for the credentials that were written with the world.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._sessions: dict[str, _Session] = {}
        self._tokens: dict[str, tuple[Caller, float]] = {}

    def login(self, body: Any) -> tuple[dict[str, Any], dict[str, str]]:
        """The forms login: HTTP 200 in both cases.

        Returns:
            The body, and the cookies of a session that began.
        """
        sent = body if isinstance(body, dict) else {}
        found = self._store.all(
            "SELECT password, user_id FROM credentials WHERE kind = 'forms' AND name = ?",
            (str(sent.get("UserName", "")),),
        )
        password = str(sent.get("UserPassword", ""))
        if not found or not secrets.compare_digest(found[0][0], password_hash(password)):
            text = "You entered an incorrect login or password, or your account is not active."
            return {
                "Code": 1,
                "Message": text,
                "Exception": {"Message": text},
                "PasswordChangeUrl": None,
                "RedirectUrl": None,
            }, {}
        key, csrf = secrets.token_hex(32), secrets.token_urlsafe(16)
        self._sessions[key] = _Session(self._caller(found[0][1]), csrf, time.monotonic())
        cookies = {
            SESSION_COOKIE: key,
            "BPMCSRF": csrf,
            "BPMLOADER": secrets.token_hex(12),
            "BPMSESSIONID": secrets.token_hex(12),
            "UserName": secrets.token_hex(8),
            "UserType": "General",
        }
        answer = {
            "Code": 0,
            "Message": "",
            "Exception": None,
            "PasswordChangeUrl": None,
            "RedirectUrl": None,
            "UserType": "General",
        }
        return answer, cookies

    def token(self, form: Mapping[str, str], switches: Switches) -> tuple[int, dict[str, Any]]:
        """POST /connect/token: status and body."""
        if form.get("grant_type") != "client_credentials":
            return 400, {"error": "unsupported_grant_type"}
        found = self._store.all(
            "SELECT password, user_id FROM credentials WHERE kind = 'oauth' AND name = ?", (form.get("client_id", ""),)
        )
        if not found or not secrets.compare_digest(found[0][0], password_hash(form.get("client_secret", ""))):
            return 400, {"error": "invalid_client"}
        token = secrets.token_urlsafe(48)
        self._tokens[token] = (self._caller(found[0][1]), time.monotonic())
        return 200, {
            "access_token": token,
            "expires_in": switches.token_seconds,
            "token_type": "Bearer",
            "scope": f"ApplicationAccess_{secrets.token_hex(16)}",
        }

    def turn(self, cookies: Mapping[str, str]) -> asyncio.Lock | None:
        """The lock of a forms session."""
        session = self._sessions.get(cookies.get(SESSION_COOKIE, ""))
        return session.turn if session else None

    def caller(self, headers: Mapping[str, str], cookies: Mapping[str, str], switches: Switches) -> Caller:
        """Who is calling.

        Raises:
            NotAuthenticated: no token or session, an unknown or an expired one.
            CsrfMissing: a session without its token in the header BPMCSRF.
        """
        kind, _, token = headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer":
            known = self._tokens.get(token.strip())
            if known is None or time.monotonic() >= known[1] + switches.token_seconds:
                self._tokens.pop(token.strip(), None)
                raise NotAuthenticated(bearer=True)
            return known[0]
        key = cookies.get(SESSION_COOKIE, "")
        session = self._sessions.get(key)
        if session is None or time.monotonic() >= session.used + switches.session_seconds:
            self._sessions.pop(key, None)
            raise NotAuthenticated(bearer=False)
        if not secrets.compare_digest(headers.get("bpmcsrf", "").encode(), session.csrf.encode()):
            raise CsrfMissing
        session.used = time.monotonic()
        return session.caller

    def _caller(self, user_id: str) -> Caller:
        contact = self._store.value('SELECT "ContactId" FROM "SysAdminUnit" WHERE "Id" = ?', (user_id,))
        return Caller(user_id, contact)


def password_hash(password: str) -> str:
    """What is stored of a password of the sandbox."""
    return hashlib.sha256(password.encode()).hexdigest()
