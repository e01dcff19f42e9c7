"""The Creatio stand-in as a service behind the front: its application, and what the front asks of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from usersync.sandbox.creatio.administration import READING
from usersync.sandbox.creatio.backstage import Backstage
from usersync.sandbox.creatio.errors import authentication_failed, odata_failure
from usersync.sandbox.creatio.routes import LOGIN_PAGE, Routes, Runtime
from usersync.sandbox.creatio.sessions import Sessions
from usersync.sandbox.creatio.store import Store
from usersync.sandbox.creatio.switches import Switches
from usersync.sandbox.creatio.wellknown import SUPERVISOR_CONTACT
from usersync.sandbox.creatio.writing import Writer
from usersync.sandbox.front.faults import Fault, FaultQueue
from usersync.sandbox.front.service import CannedAnswer

_LOGINS = ("/ServiceModel/AuthService.svc/Login", "/connect/token", "/.well-known/openid-configuration")
_LONGEST_QUERY, _LONGEST_URL, _LONGEST_LINE = 2048, 4096, 8190


class CreatioService:
    """One Creatio over a database file.

    Args:
        path: the SQLite file.
        runtime: `netframework` (everything below `/0`) or `net`.
        faults: faults that strike operations inside a batch.
        switches: how the installation behaves.
    """

    rows_member = "value"

    def __init__(self, path: Path, runtime: Runtime, faults: FaultQueue, switches: Switches | None = None) -> None:
        self.store = Store(path)
        self.current = switches or Switches()
        self.runtime: Runtime = runtime
        self._sessions = Sessions(self.store)
        writer = Writer(self.store)
        self._backstage = Backstage(self.store, writer)
        self._routes = Routes(self, self._sessions, writer, faults)
        self.app: ASGIApp = self._within_limits(self._routes.app())

    def traffic(self, method: str, path: str) -> str:
        """Whether a request reads, writes, is a batch or a login."""
        if path.endswith(_LOGINS):
            return "login"
        if path.endswith("/$batch"):
            return "batch"
        return "read" if method in {"GET", "HEAD"} or path.endswith(READING) else "write"

    def asks_later_page(self, query: str) -> bool:
        """Whether `$skip` is above 0."""
        return any(name == "$skip" and value.isdigit() and int(value) > 0 for name, value in parse_qsl(query))

    def turn(self, headers: Mapping[str, str]) -> asyncio.Lock | None:
        """The lock of a forms session: ASP.NET serves its requests one after another."""
        if not self.current.serial_sessions or "cookie" not in headers:
            return None
        try:
            cookies = SimpleCookie(headers["cookie"])
        except CookieError:
            return None
        return self._sessions.turn({name: morsel.value for name, morsel in cookies.items()})

    def refusal(self, status: int) -> CannedAnswer:
        """An error in the OData shape."""
        failure = odata_failure(status, "An error has occurred.", "The sandbox was asked to fail this request.")
        return CannedAnswer(status, json.dumps(failure.body).encode())

    def expired(self, shape: str | None) -> CannedAnswer:
        """401 (the default), the same body with HTTP 200 (`message`), or the login page (`html`)."""
        if shape == "html":
            return self.login_page()
        return CannedAnswer(200 if shape == "message" else 401, json.dumps(authentication_failed()).encode())

    def login_page(self) -> CannedAnswer:
        """What a followed redirect to the login page ends in."""
        return CannedAnswer(200, LOGIN_PAGE.encode(), "text/html; charset=utf-8")

    def tamper(self, fault: Fault, body: dict[str, Any]) -> dict[str, Any]:
        """`wrong_next` sets `@odata.nextLink` (`value`: an address, or true for one that leads nowhere new) or takes it away;
        `stale_total` adds `by` to `@odata.count`.
        """  # noqa: D205
        if fault.kind == "wrong_next":
            body.pop("@odata.nextLink", None)
            value = fault.options.get("value", True)
            if value:
                context = str(body.get("@odata.context", "")).partition("/$metadata#")
                body["@odata.nextLink"] = (
                    value if isinstance(value, str) else f"{context[0]}/{context[2].partition('(')[0]}"
                )
        elif fault.kind == "stale_total" and "@odata.count" in body:
            body["@odata.count"] = max(0, body["@odata.count"] + int(fault.options.get("by", 1)))
        return body

    def switches(self) -> dict[str, Any]:
        """The switches by name."""
        return self.current.to_json()

    def switch(self, values: Mapping[str, Any]) -> None:
        """Set switches."""
        self.current = self.current.with_values(values)

    def rows(self, entity: str) -> list[dict[str, Any]]:
        """All rows of an object."""
        return self._backstage.rows(entity)

    async def insert(self, entity: str, row: Mapping[str, Any]) -> dict[str, Any]:
        """Insert a row as the Supervisor would; the add-on reacts."""
        inserted = self._backstage.insert(entity, row, self.current.name_order)
        await self._routes.react(SUPERVISOR_CONTACT)
        return inserted

    async def edit(self, entity: str, row_id: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """Change a row as the Supervisor would; the add-on reacts."""
        edited = self._backstage.edit(entity, row_id, values, self.current.name_order)
        await self._routes.react(SUPERVISOR_CONTACT)
        return edited

    async def delete(self, entity: str, row_id: str, *, permanent: bool) -> None:  # noqa: ARG002 - Creatio knows no other way
        """Delete a row as the Supervisor would; the add-on reacts."""
        self._backstage.delete(entity, row_id)
        await self._routes.react(SUPERVISOR_CONTACT)

    async def merge(self, entity: str, keep: str, lose: str) -> None:
        """Merge two rows as Creatio's merge does."""
        self._backstage.merge(entity, keep, lose)

    async def close(self) -> None:
        """Close the database."""
        self.store.close()

    def _within_limits(self, app: ASGIApp) -> ASGIApp:
        """The web server's own limits: IIS answers 404 to a long address, Kestrel 414."""

        async def limited(scope: Scope, receive: Receive, send: Send) -> None:
            query, path = len(scope["query_string"]), len(scope.get("raw_path") or scope["path"].encode())
            if not self.current.url_limits:
                await app(scope, receive, send)
            elif self.runtime == "netframework" and (query > _LONGEST_QUERY or query + path > _LONGEST_URL):
                part = "query string" if query > _LONGEST_QUERY else "URL"
                page = (
                    f"<html><head><title>404.15 - Not Found</title></head><body>The {part} is too long.</body></html>"
                )
                await Response(page, 404, media_type="text/html")(scope, receive, send)
            elif query + path > _LONGEST_LINE:
                await Response("", 414)(scope, receive, send)
            else:
                await app(scope, receive, send)

        return limited
