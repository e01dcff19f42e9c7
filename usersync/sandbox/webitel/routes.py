"""The routes of the Webitel stand-in, below `/api`."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from usersync.sandbox.front.faults import struck_by
from usersync.sandbox.front.service import backpack_of
from usersync.sandbox.webitel.devices import Devices
from usersync.sandbox.webitel.licenses import Licenses
from usersync.sandbox.webitel.listing import ListQuery
from usersync.sandbox.webitel.roles import Roles
from usersync.sandbox.webitel.sessions import Caller, Sessions
from usersync.sandbox.webitel.store import Store, now_ms
from usersync.sandbox.webitel.switches import Switches
from usersync.sandbox.webitel.users import Users
from usersync.sandbox.webitel.wire import Refusal, answer, int64, only, without_zeros

Handler = Callable[[Request], Awaitable[Response]]


class Installation(Protocol):
    """What the routes need of the service they belong to."""

    store: Store
    current: Switches


class Routes:
    """All routes, over the parts of one installation."""

    def __init__(
        self,
        installation: Installation,
        sessions: Sessions,
        users: Users,
        licenses: Licenses,
        roles: Roles,
        devices: Devices,
    ) -> None:
        self._at = installation
        self._sessions = sessions
        self._users = users
        self._licenses = licenses
        self._roles = roles
        self._devices = devices

    def app(self) -> Starlette:
        """The routes as an application; an unknown path is answered in Webitel's own shape."""
        table: tuple[tuple[str, str, Handler], ...] = (
            ("POST", "/login", self._login),
            ("GET", "/login", self._login_options),
            ("POST", "/login/2fa", self._second_factor),
            ("POST", "/logout", self._logout),
            ("GET", "/userinfo", self._userinfo),
            ("GET", "/users", self._search_users),
            ("POST", "/users/search", self._search_users),
            ("POST", "/users", self._create_user),
            ("DELETE", "/users", self._delete_users),
            ("POST", "/users/logout", self._logout_users),
            ("PUT", "/users/password", self._set_password),
            ("GET", "/users/{id}", self._read_user),
            ("PUT", "/users/{id}", self._change_user),
            ("PATCH", "/users/{id}", self._change_user),
            ("DELETE", "/users/{id}", self._delete_user),
            ("POST", "/users/{id}/logout", self._logout_user),
            ("PATCH", "/users/{id}/presence", self._set_presence),
            ("GET", "/users/{id}/tokens", self._list_tokens),
            ("POST", "/users/{id}/tokens", self._create_token),
            ("DELETE", "/users/{id}/tokens/{token_id}", self._revoke_token),
            ("GET", "/user", self._current_user),
            ("GET", "/user/settings/{key}", self._read_setting),
            ("PUT", "/user/settings/{key}", self._write_setting),
            ("GET", "/license", self._list_licenses),
            ("GET", "/products", self._list_licenses),
            ("GET", "/products/{id}/users", self._license_users),
            ("GET", "/roles", self._search_roles),
            ("POST", "/roles", self._create_role),
            ("GET", "/roles/{id}", self._read_role),
            ("PUT", "/roles/{id}", self._change_role),
            ("PATCH", "/roles/{id}", self._change_role),
            ("DELETE", "/roles/{id}", self._delete_role),
            ("GET", "/devices", self._search_devices),
            ("POST", "/devices", self._create_device),
            ("GET", "/devices/{id}", self._read_device),
            ("PUT", "/devices/{id}", self._change_device),
            ("PATCH", "/devices/{id}", self._change_device),
            ("DELETE", "/devices/{id}", self._delete_device),
        )
        routes = [Route("/api" + path, _in_own_shape(handler), methods=[method]) for method, path, handler in table]
        return Starlette(routes=routes, exception_handlers={HTTPException: _no_route})

    async def _login(self, request: Request) -> Response:
        token = self._sessions.login(await _body(request), self._at.current)
        response = answer(token, headers={"cache-control": "no-store", "pragma": "no-cache"})
        if "access_token" in token:
            for name in ("WBTLAUTH", "WBTLCSRF"):
                response.set_cookie(
                    name, token["access_token"], max_age=2_592_000, httponly=True, secure=True, samesite="none"
                )
        return response

    async def _login_options(self, request: Request) -> Response:
        if request.query_params.get("domain") != self._at.store.domain["name"]:
            raise Refusal(404, "app.domain.not_found", "login: no such domain")
        return answer({}, 300)

    async def _second_factor(self, request: Request) -> Response:
        return answer(self._sessions.second_factor(await _body(request), self._at.current))

    async def _logout(self, request: Request) -> Response:
        self._sessions.logout(self._caller(request))
        return answer({})

    async def _userinfo(self, request: Request) -> Response:
        caller = self._caller(request)
        user = self._users.read(caller.id, (), self._at.current)
        domain = self._at.store.domain
        info = {
            "dc": str(domain["dc"]),
            "domain": domain["name"],
            "user_id": user["id"],
            "preferred_username": user.get("username", ""),
            **only(
                user, ("name", "username", "extension", "chat_name", "roles", "license", "permissions", "updated_at")
            ),
            "expires_at": str(now_ms() + self._at.current.session_seconds * 1000),
        }
        info.pop("id")
        return answer(without_zeros(info))

    async def _search_users(self, request: Request) -> Response:
        self._admit(request, "users")
        query = (
            ListQuery.from_json(await _body(request))
            if request.method == "POST"
            else ListQuery.from_query(request.query_params)
        )
        return answer(self._users.search(query, self._at.current, backpack_of(request.scope).faults))

    async def _create_user(self, request: Request) -> Response:
        caller = self._admit(request, "users")
        user = self._users.create(await _body(request), caller, self._at.current, self._generate(request))
        return self._one("user", user)

    async def _read_user(self, request: Request) -> Response:
        self._admit(request, "users")
        return self._one(
            "user", self._users.read(_id(request), request.query_params.getlist("fields"), self._at.current)
        )

    async def _current_user(self, request: Request) -> Response:
        caller = self._caller(request)
        asked = request.query_params.get("id")
        if asked:
            self._sessions.admit(caller, "users")
        user_id = int64(asked, "id") if asked else caller.id
        return self._one("user", self._users.read(user_id, request.query_params.getlist("fields"), self._at.current))

    async def _change_user(self, request: Request) -> Response:
        caller = self._admit(request, "users")
        body = await _body(request)
        refusal = struck_by(backpack_of(request.scope).faults, "license_refusal")
        if refusal is not None and isinstance(body, dict) and "license" in body:
            raise Refusal(
                int(refusal.options.get("status", 412)), "app.license.product.exhausted", "license: product exhausted"
            )
        return self._one(
            "user", self._users.change(_id(request), body, caller, self._at.current, self._generate(request))
        )

    async def _delete_user(self, request: Request) -> Response:
        return self._deleted(request, [_id(request)])

    async def _delete_users(self, request: Request) -> Response:
        body = await _body(request)
        if not isinstance(body, list):
            raise Refusal(400, "app.request.body.invalid", "body: expected an array of ids")
        return self._deleted(request, [int64(item, "id") for item in body])

    def _deleted(self, request: Request, ids: list[int]) -> Response:
        caller = self._admit(request, "users")
        permanent = request.query_params.get("permanent", "").lower() in {"true", "1"}
        deleted = self._users.delete(ids, caller, self._at.current, permanent=permanent)
        return answer({"deleted": deleted} if self._at.current.wrapped else deleted)

    async def _logout_user(self, request: Request) -> Response:
        self._admit(request, "users")
        self._sessions.logout_user(self._users.require(_id(request))["id"])
        return answer({})

    async def _logout_users(self, request: Request) -> Response:
        self._admit(request, "users")
        body = await _body(request)
        for item in body.get("selection", []) if isinstance(body, dict) else []:
            self._sessions.logout_user(self._users.require(int64(item, "selection"))["id"])
        return answer({})

    async def _set_presence(self, request: Request) -> Response:
        self._admit(request, "users")
        self._users.set_presence(_id(request), await _body(request))
        return answer({})

    async def _set_password(self, request: Request) -> Response:
        caller = self._admit(request, "users")
        self._users.set_password(await _body(request), caller)
        return answer({})

    async def _list_tokens(self, request: Request) -> Response:
        self._admit(request, "users")
        tokens = self._sessions.tokens(self._users.require(_id(request))["id"])
        query = ListQuery.from_query(request.query_params)
        start = (query.page - 1) * query.size
        more = {"next": True} if len(tokens) > start + query.size else {}
        return answer({"page": query.page, **more, "items": tokens[start : start + query.size]})

    async def _create_token(self, request: Request) -> Response:
        caller = self._admit(request, "users")
        return answer(
            self._sessions.create_token(self._users.require(_id(request))["id"], await _body(request), caller)
        )

    async def _revoke_token(self, request: Request) -> Response:
        self._admit(request, "users")
        return answer(self._sessions.revoke_token(_id(request), int64(request.path_params["token_id"], "token_id")))

    async def _read_setting(self, request: Request) -> Response:
        caller = self._caller(request)
        key = request.path_params["key"]
        value = self._at.store.value("SELECT value FROM settings WHERE user_id = ? AND key = ?", (caller.id, key))
        if value is None:
            raise Refusal(404, "app.user.settings.not_found", "settings: never saved")
        return answer(json.loads(value))

    async def _write_setting(self, request: Request) -> Response:
        caller = self._caller(request)
        body = await _body(request)
        if not isinstance(body, dict):
            raise Refusal(400, "app.request.body.invalid", "body: expected a JSON object")
        saved = (caller.id, request.path_params["key"], json.dumps(body, ensure_ascii=False))
        self._at.store.run("INSERT OR REPLACE INTO settings (user_id, key, value) VALUES (?, ?, ?)", saved)
        return answer(body)

    async def _list_licenses(self, request: Request) -> Response:
        self._caller(request)
        return answer(self._licenses.search(ListQuery.from_query(request.query_params), self._at.current))

    async def _license_users(self, request: Request) -> Response:
        self._caller(request)
        query = ListQuery.from_query(request.query_params)
        return answer(self._licenses.users_of(request.path_params["id"], query, self._at.current))

    async def _search_roles(self, request: Request) -> Response:
        self._admit(request, "roles")
        return answer(self._roles.search(ListQuery.from_query(request.query_params), self._at.current))

    async def _create_role(self, request: Request) -> Response:
        self._admit(request, "roles")
        return self._one("role", self._roles.create(await _body(request)))

    async def _read_role(self, request: Request) -> Response:
        self._admit(request, "roles")
        return self._one("role", self._roles.read(_id(request)))

    async def _change_role(self, request: Request) -> Response:
        self._admit(request, "roles")
        return self._one("role", self._roles.change(_id(request), await _body(request)))

    async def _delete_role(self, request: Request) -> Response:
        self._admit(request, "roles")
        return self._one("role", self._roles.delete(_id(request)))

    async def _search_devices(self, request: Request) -> Response:
        self._admit(request, "devices")
        return answer(self._devices.search(ListQuery.from_query(request.query_params), self._at.current))

    async def _create_device(self, request: Request) -> Response:
        caller = self._admit(request, "devices")
        return self._one("device", self._devices.create(await _body(request), caller))

    async def _read_device(self, request: Request) -> Response:
        self._admit(request, "devices")
        return self._one("device", self._devices.read(_id(request)))

    async def _change_device(self, request: Request) -> Response:
        caller = self._admit(request, "devices")
        return self._one("device", self._devices.change(_id(request), await _body(request), caller))

    async def _delete_device(self, request: Request) -> Response:
        self._admit(request, "devices")
        deleted = self._devices.delete(_id(request))
        return answer({"deleted": deleted} if self._at.current.wrapped else deleted)

    def _caller(self, request: Request) -> Caller:
        return self._sessions.caller(request.headers.get("x-webitel-access"), self._at.current)

    def _admit(self, request: Request, objects: str) -> Caller:
        caller = self._caller(request)
        self._sessions.admit(caller, objects)
        return caller

    def _generate(self, request: Request) -> dict[str, str] | None:
        query = request.query_params
        if self._at.current.old_server or query.get("generate_device", "").lower() not in {"true", "1"}:
            return None
        return {key: query[key] for key in query if key.startswith("device.")}

    def _one(self, name: str, message: dict[str, Any]) -> Response:
        return answer({name: message} if self._at.current.wrapped else message)


def _id(request: Request) -> int:
    return int64(request.path_params["id"], "id")


async def _body(request: Request) -> Any:
    raw = await request.body()
    if not raw:
        return {}
    try:
        return json.loads(raw)
    except ValueError as error:
        raise Refusal(400, "app.request.body.invalid", "body: not JSON") from error


def _in_own_shape(handler: Handler) -> Handler:
    async def answered(request: Request) -> Response:
        try:
            return await handler(request)
        except Refusal as refusal:
            return answer(refusal.body(), refusal.code)

    return answered


async def _no_route(_request: Request, error: Exception) -> Response:
    code = error.status_code if isinstance(error, HTTPException) else 500
    return answer(Refusal(code, "app.request.route.not_found", "no such route").body(), code)
