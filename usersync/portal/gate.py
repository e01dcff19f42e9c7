"""The gate: everything that comes in passes here, and nothing is let through by default.

In order: the host must be ours; a secret must make a visitor of whoever asks, except at the login and for the portal's own
stylesheet; what a browser sends by itself (a cookie) may only write from a page of ours, with the form value of its session;
a websocket needs a session and a page of ours, may speak for pages of the same session only, and is closed when it ends.
"""

from __future__ import annotations

import asyncio
from http.cookies import CookieError, SimpleCookie
from typing import Final
from urllib.parse import parse_qs, quote, urlsplit

from starlette.datastructures import Headers
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from usersync.errors import UsersyncError
from usersync.portal.access import Visitor
from usersync.portal.current import enter
from usersync.portal.headers import Dressed
from usersync.portal.origins import Origins
from usersync.portal.plain_pages import down_page, preferred_language
from usersync.portal.portal import Portal
from usersync.portal.problems import ledger_away, problem_response
from usersync.portal.secrets import same
from usersync.words import Sentence, speak

OPEN: Final = frozenset({"/login", "/healthz"})
ASSETS: Final = "/portal-assets/"
WEBSOCKET: Final = "/_nicegui_ws/"
_LIBRARY: Final = "/_nicegui/"
_PER_PAGE: Final = "/_nicegui/client/"
_FILES: Final = frozenset({"/api/reviews/import"})
_LARGEST: Final = 1_000_000
_LARGEST_FILE: Final = 20_000_000
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_POLICY_VIOLATION: Final = 1008
_LOOK_AGAIN_SECONDS: Final = 2.0


def cookie_name(origins: Origins) -> str:
    """The session cookie's name; the prefix makes browsers refuse one that another host or plain HTTP has set."""
    return "__Host-usersync" if origins.secure else "usersync"


class Gate:
    """ASGI middleware around everything.

    Args:
        app: what lies behind.
        portal: knows who is inside, and what is ours.
    """

    def __init__(self, app: ASGIApp, portal: Portal) -> None:
        self._app = app
        self._portal = portal
        self._origins = origins = portal.origins
        self._cookie = cookie_name(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request or websocket through, or not."""
        if scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        elif scope["type"] == "http":
            path: str = scope["path"]
            cacheable = path.startswith((ASSETS, _LIBRARY)) and not path.startswith(_PER_PAGE)
            dressed = Dressed(send, secure=self._origins.secure, cacheable=cacheable)
            await self._http(scope, receive, dressed)
        else:
            await self._app(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers, path = Headers(scope=scope), str(scope["path"])
        speak(preferred_language(headers))
        enter(self._portal, None)
        if headers.get("host", "") not in self._origins.hosts:
            await problem_response(421, Sentence("portal-wrong-host"))(scope, receive, send)
            return
        limit = _LARGEST_FILE if path in _FILES or path.startswith(_PER_PAGE) else _LARGEST
        told = headers.get("content-length", "0")
        if not told.isdecimal() or int(told[:18]) > limit:
            await problem_response(413, Sentence("portal-too-large"))(scope, receive, send)
            return
        receive = _Limited(receive, limit)
        if path.startswith(WEBSOCKET):  # long polling would be a second way in
            await problem_response(400, Sentence("portal-websocket-only"))(scope, receive, send)
            return
        if path in OPEN or path.startswith(ASSETS):
            await self._app(scope, receive, send)
            return
        try:
            visitor, by_cookie = await self._visitor(headers, path)
        except UsersyncError as error:
            await self._down(error, path)(scope, receive, send)
            return
        if visitor is None:
            await self._nobody(scope, path)(scope, receive, send)
            return
        if by_cookie and scope["method"] not in _SAFE:
            refused = self._forged(headers, path, visitor)
            if refused is not None:
                await problem_response(403, refused)(scope, receive, send)
                return
        scope.setdefault("state", {})["visitor"] = visitor
        enter(self._portal, visitor)
        speak(visitor.language if by_cookie else preferred_language(headers))
        await self._app(scope, receive, send)

    async def _visitor(self, headers: Headers, path: str) -> tuple[Visitor | None, bool]:
        """Who asks, and whether the browser said so by itself."""
        kind, _, secret = headers.get("authorization", "").partition(" ")
        if kind:
            if kind.casefold() != "bearer" or not path.startswith(("/api/", "/metrics")):
                return None, False
            return await asyncio.to_thread(lambda: self._portal.doors.by_token(self._portal.ledger, secret)), False
        secret = self._secret(headers)
        if not secret:
            return None, True
        return await asyncio.to_thread(lambda: self._portal.doors.by_cookie(self._portal.ledger, secret)), True

    def _secret(self, headers: Headers) -> str:
        return cookies(headers).get(self._cookie, "")

    def _forged(self, headers: Headers, path: str, visitor: Visitor) -> Sentence | None:
        """Why a browser's write is refused: from a page elsewhere, or without the session's own value."""
        if headers.get("origin", "") not in self._origins.origins:
            return Sentence("portal-foreign-origin")
        if path.startswith(_PER_PAGE):  # the address of an open page's own upload is as secret as the value
            return None
        if path == "/logout":  # a form: the value is read there
            return None
        return None if same(headers.get("x-csrf-token", ""), visitor.csrf) else Sentence("portal-no-csrf")

    def _nobody(self, scope: Scope, path: str) -> Response:
        if path.startswith(("/api/", "/metrics")) or scope["method"] not in _SAFE:
            bearer = {"WWW-Authenticate": 'Bearer realm="usersync"'}
            return problem_response(401, Sentence("portal-no-login"), headers=bearer)
        if path.startswith(_LIBRARY):
            return Response(status_code=404)
        query = scope["query_string"].decode("latin-1")
        target = quote(path + (f"?{query}" if query else ""), safe="/")
        return RedirectResponse(f"/login?next={target}" if path != "/" else "/login", 303)

    def _down(self, error: UsersyncError, path: str) -> Response:
        away = ledger_away(error)
        return problem_response(503, away) if path.startswith("/api/") else down_page(away)

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        visitor = await self._socket_visitor(scope, headers)
        if visitor is None:
            await receive()
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION})
            return
        enter(self._portal, visitor)
        speak(visitor.language)
        await self._app(scope, _Watched(receive, send, self._portal, visitor).receive, send)

    async def _socket_visitor(self, scope: Scope, headers: Headers) -> Visitor | None:
        ours = (
            headers.get("host", "") in self._origins.hosts
            and headers.get("origin", "") in self._origins.origins
            and str(scope["path"]).startswith(WEBSOCKET)
        )
        secret = self._secret(headers) if ours else ""
        if not secret:
            return None
        try:
            visitor = await asyncio.to_thread(lambda: self._portal.doors.by_cookie(self._portal.ledger, secret))
        except UsersyncError:
            return None
        page = parse_qs(scope["query_string"].decode("latin-1")).get("client_id", [""])[0]
        return visitor if visitor is not None and _is_page_of(page, visitor) else None


class _Limited:
    """What comes in with a request whose length nobody has told, up to a limit; then its sender seems to be gone."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive = receive
        self._left = limit

    async def __call__(self) -> Message:
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        return message if self._left >= 0 else {"type": "http.disconnect"}


class _Watched:
    """What comes in by a websocket, until its session ends."""

    def __init__(self, receive: Receive, send: Send, portal: Portal, visitor: Visitor) -> None:
        self._receive = receive
        self._send = send
        self._portal = portal
        self._visitor = visitor

    async def receive(self) -> Message:
        """The next message, or the end of the connection where the session has ended."""
        waiting = asyncio.ensure_future(self._receive())
        while True:
            done, _ = await asyncio.wait({waiting}, timeout=_LOOK_AGAIN_SECONDS)
            if not await self._inside():
                waiting.cancel()
                await self._send({"type": "websocket.close", "code": _POLICY_VIOLATION})
                return {"type": "websocket.disconnect", "code": _POLICY_VIOLATION}
            if done:
                return waiting.result()

    async def _inside(self) -> bool:
        doors = self._portal.doors
        try:
            return await asyncio.to_thread(lambda: doors.still_inside(self._portal.ledger, self._visitor))
        except UsersyncError:
            return True  # the ledger is down: what needs it says so, and nothing can be done without it


def cookies(headers: Headers) -> dict[str, str]:
    """The cookies of a request; none where they cannot be read."""
    jar: SimpleCookie = SimpleCookie()
    try:
        jar.load(headers.get("cookie", ""))
    except CookieError:
        return {}
    return {name: morsel.value for name, morsel in jar.items()}


def local_path(target: str) -> str:
    """Where to go after the login: a path of ours, `/` for anything else."""
    parts = urlsplit(target)
    ours = target.startswith("/") and not target.startswith(("//", "/\\")) and not parts.netloc and not parts.scheme
    return target if ours and "\\" not in target and target.isprintable() else "/"


def _is_page_of(page: str, visitor: Visitor) -> bool:
    """Whether an open page was made for the visitor's session: nobody steers a page of somebody else."""
    from nicegui import Client

    client = Client.instances.get(page)
    if client is None:
        return True  # closed since: the handshake fails and the browser loads it anew
    made_for = getattr(client.request.state, "visitor", None)
    return isinstance(made_for, Visitor) and made_for.session == visitor.session
