"""The routes of the Creatio stand-in: health, logins, OData, configuration services, at the places its runtime has them."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Literal, Protocol

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from usersync.sandbox.creatio.addon import Addon
from usersync.sandbox.creatio.administration import Administration
from usersync.sandbox.creatio.batch import Batches
from usersync.sandbox.creatio.errors import Failure, authentication_failed, invalid_body, no_entity_set, odata_failure
from usersync.sandbox.creatio.metadata import csdl
from usersync.sandbox.creatio.odata import Context, OData, Operation, Reply
from usersync.sandbox.creatio.rights import Rights, rights_of
from usersync.sandbox.creatio.sessions import Caller, CsrfMissing, NotAuthenticated, Sessions
from usersync.sandbox.creatio.store import Store
from usersync.sandbox.creatio.switches import Switches
from usersync.sandbox.creatio.writing import Writer
from usersync.sandbox.front.faults import FaultQueue, struck_by
from usersync.sandbox.front.service import backpack_of

Runtime = Literal["netframework", "net"]
Handler = Callable[[Request], Awaitable[Response]]

LOGIN_PAGE = (
    "<!DOCTYPE html><html><head><title>Creatio</title></head><body><div id='loginContainer'>Log in</div></body></html>"
)
_JSON = "application/json; odata.metadata=minimal; odata.streaming=true"
_METHODS = ["GET", "POST", "PATCH", "DELETE", "PUT"]


class Installation(Protocol):
    """What the routes need of the service they belong to."""

    store: Store
    current: Switches
    runtime: Runtime


class Routes:
    """All routes of one installation."""

    def __init__(self, installation: Installation, sessions: Sessions, writer: Writer, faults: FaultQueue) -> None:
        store = installation.store
        self._at = installation
        self._sessions = sessions
        self._writer = writer
        self._odata = OData(store, writer)
        self._batches = Batches(store, self._odata, faults)
        self._administration = Administration(store, writer)
        self._addon = Addon(store)
        self._metadata = csdl(store.schema).encode()

    def app(self) -> Starlette:
        """The routes as an application."""
        inner = "/0" if self._at.runtime == "netframework" else ""
        pages = (
            ["/0/Login/NuiLogin.aspx", "/Login/NuiLogin.aspx"]
            if self._at.runtime == "netframework"
            else ["/Login/Login.html"]
        )
        routes = [
            Route(f"{inner}/api/HealthCheck/Ping", self._ping),
            *(Route(page, self._login_page) for page in pages),
            Route("/ServiceModel/AuthService.svc/Login", self._login, methods=["POST"]),
            Route("/0/ServiceModel/AuthService.svc/Login", self._misplaced_login, methods=["POST"]),
            Route("/connect/token", self._token, methods=["POST"]),
            Route("/.well-known/openid-configuration", self._discovery),
            Route(f"{inner}/odata", self._guarded(self._root)),
            Route(f"{inner}/odata/", self._guarded(self._root)),
            Route(f"{inner}/odata/$metadata", self._guarded(self._csdl)),
            Route(f"{inner}/odata/$batch", self._guarded(self._batch), methods=["POST"]),
            Route(f"{inner}/odata/{{path:path}}", self._guarded(self._operation), methods=_METHODS),
            Route(f"{inner}/rest/{{service}}/{{method}}", self._guarded(self._serve), methods=["POST"]),
            Route(f"{inner}/ServiceModel/{{service}}.svc/{{method}}", self._guarded(self._serve), methods=["POST"]),
            Route("/", self._to_login),
        ]
        return Starlette(routes=routes)

    async def react(self, contact: str) -> None:
        """Let the add-on react to what was written since the last time."""
        await self._addon.react(self._writer.take_changes(), self._at.current, contact)

    async def _ping(self, _request: Request) -> Response:
        return Response("OK", media_type="text/plain")

    async def _login_page(self, _request: Request) -> Response:
        return Response(LOGIN_PAGE, media_type="text/html")

    async def _to_login(self, _request: Request) -> Response:
        return RedirectResponse(self._login_path, 302)

    @property
    def _login_path(self) -> str:
        return "/Login/NuiLogin.aspx" if self._at.runtime == "netframework" else "/Login/Login.html"

    async def _login(self, request: Request) -> Response:
        body, cookies = self._sessions.login(await _json(request))
        response = _plain_json(body)
        for name, value in cookies.items():
            life = 30 * 86_400 if name == "UserName" else None
            response.set_cookie(
                name, value, max_age=life, httponly=name in {".ASPXAUTH", "BPMLOADER", "UserName"}, samesite=None
            )
        return response

    async def _misplaced_login(self, _request: Request) -> Response:
        return _plain_json(authentication_failed(), 401)  # the login never lives below /0

    async def _token(self, request: Request) -> Response:
        form = await request.form()
        status, body = self._sessions.token({key: str(value) for key, value in form.items()}, self._at.current)
        return _plain_json(body, status)

    async def _discovery(self, request: Request) -> Response:
        issuer = str(request.base_url).rstrip("/")
        grants = {"grant_types_supported": ["client_credentials"], "token_endpoint": f"{issuer}/connect/token"}
        return _plain_json({"issuer": issuer, **grants})

    async def _root(self, request: Request, context: Context) -> Response:  # noqa: ARG002 - one shape for guarded handlers
        sets = [{"name": name, "kind": "EntitySet", "url": name} for name in self._at.store.schema.entities]
        return _plain_json({"@odata.context": f"{context.root}/$metadata", "value": sets}, media_type=_JSON)

    async def _csdl(self, request: Request, context: Context) -> Response:  # noqa: ARG002
        return Response(self._metadata, media_type="application/xml", headers={"OData-Version": "4.0"})

    async def _operation(self, request: Request, context: Context) -> Response:
        has_body = request.method in {"POST", "PATCH", "PUT"}
        body = await _json(request) if has_body else None
        operation = Operation(request.method, request.path_params["path"], request.url.query, body)
        if has_body and body is None:
            raise invalid_body({"value": "A value is required but was not present in the request."})
        reply = self._odata.carry_out(operation, context)
        await self.react(context.caller.contact)
        return _response(reply)

    async def _batch(self, request: Request, context: Context) -> Response:
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/json":
            raise odata_failure(415, f"The batch request must have a content type of 'application/json', not '{kind}'.")
        go_on = "continue-on-error" in request.headers.get("prefer", "").replace("odata.", "")
        body, operations = self._batches.carry_out(await _json(request), context, continue_on_error=go_on)
        backpack_of(request.scope).operations = operations
        await self.react(context.caller.contact)
        return _response(Reply(200, body))

    async def _serve(self, request: Request, context: Context) -> Response:
        service, method = request.path_params["service"], request.path_params["method"]
        body = self._administration.call(service, method, await _json(request), context.caller, self._at.current)
        if body is None:
            raise no_entity_set(service, str(request.url), 404)
        return _plain_json(body)

    def _guarded(self, handler: Callable[[Request, Context], Awaitable[Response]]) -> Handler:
        """Let nobody in without a session, and answer failures in Creatio's own shapes."""

        async def answered(request: Request) -> Response:
            headers = {name.lower(): value for name, value in request.headers.items()}
            try:
                caller = self._sessions.caller(headers, request.cookies, self._at.current)
            except CsrfMissing:
                return _plain_json({"Message": "CSRF token validation failed."}, 403)
            except NotAuthenticated as error:
                return self._not_authenticated(headers, bearer=error.bearer)
            try:
                return await handler(request, self._context(request, caller))
            except Failure as failure:
                return _response(Reply(failure.status, failure.body))

        return answered

    def _not_authenticated(self, headers: Mapping[str, str], *, bearer: bool) -> Response:
        if bearer:
            return Response(status_code=401, headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})
        if headers.get("forceusesession", "").lower() == "true":
            return _plain_json(authentication_failed(), 401)
        return RedirectResponse(self._login_path, 302)

    def _context(self, request: Request, caller: Caller) -> Context:
        faults = backpack_of(request.scope).faults
        switches = self._at.current
        rights = Rights("none") if struck_by(faults, "no_rights") else rights_of(caller, switches)
        inner = "/0" if self._at.runtime == "netframework" else ""
        return Context(caller, rights, switches, f"{str(request.base_url).rstrip('/')}{inner}/odata", faults)


async def _json(request: Request) -> Any:
    raw = await request.body()
    if not raw:
        return None
    try:
        return json.loads(raw)
    except ValueError as error:
        raise invalid_body({"value": "The body is not JSON."}) from error


def _plain_json(body: Any, status: int = 200, media_type: str = "application/json; charset=utf-8") -> Response:
    return Response(json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(), status, media_type=media_type)


def _response(reply: Reply) -> Response:
    headers = {"OData-Version": "4.0", **reply.headers}
    if reply.body is None:
        return Response(status_code=reply.status, headers=headers)
    if reply.plain:
        return Response(reply.body, reply.status, headers, "text/plain")
    body = json.dumps(reply.body, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(body, reply.status, headers, _JSON)
