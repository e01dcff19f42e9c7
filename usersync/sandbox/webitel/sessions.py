"""Logins and tokens: who is calling, and whether a licence lets them."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from usersync.sandbox.webitel.store import Row, Store, now_ms
from usersync.sandbox.webitel.switches import Switches
from usersync.sandbox.webitel.wire import Refusal, members, ref, without_zeros

# Which products open which class of objects (the vendor's table, an older version).
_OPENS: Mapping[str, frozenset[str]] = {
    "users": frozenset({"CALL_CENTER", "CALL_MANAGER", "VOIP_DEVICE", "MOBILE", "CUSTOMER_SERVICE"}),
    "devices": frozenset({"CALL_CENTER", "CALL_MANAGER", "VOIP_DEVICE", "MOBILE"}),
    "roles": frozenset({"CALL_CENTER", "CALL_MANAGER"}),
}
_LOGIN_MEMBERS = {"username": "text", "password": "text", "domain": "text", "mobile": "flag"}


@dataclass(frozen=True)
class Caller:
    """The user a request acts for.

    Attributes:
        id: user id.
        name: display name.
        token: the token the request carried.
    """

    id: int
    name: str
    token: str


class Sessions:
    """Logins, API tokens and the licence gate of one domain.

    Args:
        store: the database.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._second_factor: dict[str, int] = {}

    def login(self, body: Any, switches: Switches) -> dict[str, Any]:
        """POST /login: a token, or the id of a pending session where a second factor is wanted.

        Raises:
            Refusal: 401 for a wrong name, password or domain.
        """
        sent = members(body, _LOGIN_MEMBERS)
        username, _, at_domain = sent.get("username", "").partition("@")
        domain = sent.get("domain") or at_domain
        user = self._store.one("SELECT * FROM users WHERE username = ? AND deleted_at = 0", (username,))
        if (
            user is None
            or not user["password"]
            or not secrets.compare_digest(user["password"].encode(), sent.get("password", "").encode())
            or domain != self._store.domain["name"]
        ):
            raise Refusal(401, "app.context.auth.invalid", "auth: invalid credentials")
        if switches.second_factor:
            pending = secrets.token_hex(16)
            self._second_factor[pending] = user["id"]
            return {"id": pending}
        return self._open(user["id"], switches)

    def second_factor(self, body: Any, switches: Switches) -> dict[str, Any]:
        """POST /login/2fa: completes a pending session; any six digits are right but 000000.

        Raises:
            Refusal: 416 for a wrong code or session.
        """
        sent = members(body, {"id": "text", "totp": "text"})
        totp = sent.get("totp", "")
        user_id = self._second_factor.get(sent.get("id", ""))
        if user_id is None or not totp.isdigit() or len(totp) != 6 or totp == "000000":
            raise Refusal(416, "app.auth.totp.invalid", "auth: one-time password is wrong")
        del self._second_factor[sent["id"]]
        return self._open(user_id, switches)

    def _open(self, user_id: int, switches: Switches) -> dict[str, Any]:
        token = secrets.token_urlsafe(24)
        self._store.run("INSERT INTO sessions (token, user_id, issued_at) VALUES (?, ?, ?)", (token, user_id, now_ms()))
        return {"access_token": token, "token_type": "Bearer", "expires_in": switches.session_seconds}

    def caller(self, token: str | None, switches: Switches) -> Caller:
        """Whose token this is.

        Raises:
            Refusal: 401 for one that is absent, unknown, expired or revoked.
        """
        if token:
            row = self._store.one(
                "SELECT u.id, u.name, u.username, u.deleted_at, t.issued FROM ("
                " SELECT user_id, issued_at AS issued FROM sessions WHERE token = ?1"
                " UNION ALL SELECT user_id, NULL FROM tokens WHERE token = ?1 AND deleted_at = 0) t"
                " JOIN users u ON u.id = t.user_id",
                (token,),
            )
            if row is not None and not row["deleted_at"]:
                if row["issued"] is None or now_ms() < row["issued"] + switches.session_seconds * 1000:
                    return Caller(row["id"], row["name"] or row["username"], token)
                self._store.run("DELETE FROM sessions WHERE token = ?", (token,))
        raise Refusal(401, "app.context.unauthorized", "session: token is missing, expired or revoked")

    def admit(self, caller: Caller, objects: str) -> None:
        """Let a caller at a class of objects.

        Args:
            caller: who asks.
            objects: `users`, `devices` or `roles`.

        Raises:
            Refusal: 403 when no licence, an expired one, or one that does not open the class is held.
        """
        held = self._store.all(
            "SELECT l.product, l.not_before, l.not_after FROM grants g JOIN licenses l ON l.id = g.license_id"
            " WHERE g.user_id = ?",
            (caller.id,),
        )
        if not held:
            raise Refusal(403, "app.context.auth.license.err", "User has no license grants")
        now = now_ms()
        valid = {row["product"] for row in held if row["not_before"] <= now < row["not_after"]}
        if not valid:
            raise Refusal(403, "app.license.product.expired", f"license: product: {held[0]['product']} expired")
        if not valid & _OPENS[objects]:
            raise Refusal(403, "app.context.access.denied", f"access denied: no license opens class {objects}")

    def logout(self, caller: Caller) -> None:
        """POST /logout: the session of the request ends."""
        self._store.run("DELETE FROM sessions WHERE token = ?", (caller.token,))

    def logout_user(self, user_id: int) -> None:
        """POST /users/{id}/logout: all sessions of a user end.

        Raises:
            Refusal: 400 when there was none.
        """
        if not self._store.value("SELECT count(*) FROM sessions WHERE user_id = ?", (user_id,)):
            raise Refusal(400, "app.session.logout.none", "session: the user has no active session")
        self._store.run("DELETE FROM sessions WHERE user_id = ?", (user_id,))

    def create_token(self, user_id: int, body: Any, caller: Caller) -> dict[str, Any]:
        """POST /users/{id}/tokens: an API token; its value is shown in this answer only."""
        usage = members(body, {"usage": "text"}).get("usage", "")
        token, now, token_id = secrets.token_urlsafe(32), now_ms(), self._store.next_id()
        self._store.run(
            "INSERT INTO tokens (id, user_id, token, usage, created_at, created_by) VALUES (?, ?, ?, ?, ?, ?)",
            (token_id, user_id, token, usage, now, caller.id),
        )
        return {**self._token(self._require(user_id, token_id)), "token": token}

    def tokens(self, user_id: int) -> list[dict[str, Any]]:
        """GET /users/{id}/tokens: the tokens that are not revoked, without their values."""
        rows = self._store.all("SELECT * FROM tokens WHERE user_id = ? AND deleted_at = 0 ORDER BY id", (user_id,))
        return [self._token(row) for row in rows]

    def revoke_token(self, user_id: int, token_id: int) -> dict[str, Any]:
        """DELETE /users/{id}/tokens/{token_id}."""
        self._require(user_id, token_id)
        self._store.run("UPDATE tokens SET deleted_at = ? WHERE id = ?", (now_ms(), token_id))
        return self._token(self._require(user_id, token_id))

    def _require(self, user_id: int, token_id: int) -> Row:
        row = self._store.one("SELECT * FROM tokens WHERE id = ? AND user_id = ?", (token_id, user_id))
        if row is None:
            raise Refusal(404, "app.user.token.not_found", f"token: no token {token_id}")
        return row

    def _token(self, row: Row) -> dict[str, Any]:
        name = self._store.value("SELECT name FROM users WHERE id = ?", (row["user_id"],))
        return without_zeros(
            {
                "id": str(row["id"]),
                "usage": row["usage"],
                "user": ref(row["user_id"], name),
                "created_at": str(row["created_at"]),
                "deleted_at": str(row["deleted_at"] or ""),
            }
        )
