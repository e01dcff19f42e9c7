"""The Webitel stand-in as a service behind the front: its routes, and what the front asks of it."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from starlette.applications import Starlette

from usersync.sandbox.front.faults import Fault
from usersync.sandbox.front.service import CannedAnswer
from usersync.sandbox.webitel.backstage import Backstage
from usersync.sandbox.webitel.devices import Devices
from usersync.sandbox.webitel.licenses import Licenses
from usersync.sandbox.webitel.roles import Roles
from usersync.sandbox.webitel.routes import Routes
from usersync.sandbox.webitel.sessions import Sessions
from usersync.sandbox.webitel.store import Store
from usersync.sandbox.webitel.switches import Switches
from usersync.sandbox.webitel.users import Users
from usersync.sandbox.webitel.wire import Refusal

_LOGIN = re.compile(r"/(?:api/)?(?:login(?:/2fa)?|logout)$")
_SEARCH = re.compile(r"/users/search$")
_PAGE = b"<!doctype html><html><head><title>Webitel</title></head><body><div id='app'>Sign in</div></body></html>"


class WebitelService:
    """One Webitel domain over a database file.

    Args:
        path: the SQLite file.
        switches: how the installation behaves.
    """

    rows_member = "items"

    def __init__(self, path: Path, switches: Switches | None = None) -> None:
        self.store = Store(path)
        self.current = switches or Switches()
        self._sessions = Sessions(self.store)
        licenses, devices = Licenses(self.store), Devices(self.store)
        users = Users(self.store, licenses, devices)
        self._backstage = Backstage(self.store, users, licenses)
        routes = Routes(self, self._sessions, users, licenses, Roles(self.store), devices)
        self.app: Starlette = routes.app()

    def traffic(self, method: str, path: str) -> str:
        """Whether a request reads, writes or is a login; Webitel has no batches."""
        if _LOGIN.search(path):
            return "login"
        return "read" if method in {"GET", "HEAD"} or _SEARCH.search(path) else "write"

    def asks_later_page(self, query: str) -> bool:
        """Whether `page` is above 1."""
        return any(value.isdigit() and int(value) > 1 for value in parse_qs(query).get("page", []))

    def turn(self, headers: Mapping[str, str]) -> asyncio.Lock | None:  # noqa: ARG002 - the front's protocol
        """None: Webitel serves requests of one session side by side."""
        return None

    def refusal(self, status: int) -> CannedAnswer:
        """The four members of an error."""
        ids = {429: "app.request.rate_limit", 500: "app.internal", 503: "app.unavailable"}
        refusal = Refusal(status, ids.get(status, "app.request.refused"), "sandbox: this answer was asked for")
        return CannedAnswer(status, json.dumps(refusal.body()).encode(), "application/json")

    def expired(self, shape: str | None) -> CannedAnswer:  # noqa: ARG002 - Webitel has one shape only
        """401 with the body of an error."""
        return CannedAnswer(
            401,
            json.dumps(Refusal(401, "app.context.unauthorized", "session: token is expired").body()).encode(),
            "application/json",
        )

    def login_page(self) -> CannedAnswer:
        """The admin UI's page, as a wrong path or a proxy would give."""
        return CannedAnswer(200, _PAGE, "text/html; charset=utf-8")

    def tamper(self, fault: Fault, body: dict[str, Any]) -> dict[str, Any]:
        """`wrong_next` sets `next` (`value` true, the default) or takes it away."""
        if fault.kind == "wrong_next":
            body.pop("next", None)
            if fault.options.get("value", True):
                body["next"] = True
        return body

    def switches(self) -> dict[str, Any]:
        """The switches by name."""
        return self.current.to_json()

    def switch(self, values: Mapping[str, Any]) -> None:
        """Set switches."""
        self.current = self.current.with_values(values)

    def rows(self, entity: str) -> list[dict[str, Any]]:
        """All rows of a table."""
        return self._backstage.rows(entity)

    async def insert(self, entity: str, row: Mapping[str, Any]) -> dict[str, Any]:
        """Insert a row, whatever the rules of the API say."""
        return self._backstage.insert(entity, row)

    async def edit(self, entity: str, row_id: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """Change a row, whatever the rules of the API say."""
        return self._backstage.edit(entity, row_id, values)

    async def delete(self, entity: str, row_id: str, *, permanent: bool) -> None:
        """Delete a row; users are only marked unless `permanent`."""
        self._backstage.delete(entity, row_id, permanent=permanent)

    async def merge(self, entity: str, keep: str, lose: str) -> None:
        """Webitel merges nothing."""
        raise ValueError(f"Webitel cannot merge {entity} {lose} into {keep}")

    async def close(self) -> None:
        """Close the database."""
        self.store.close()
