"""A tiny Webitel in the same process: honest users, lists cut into pages, and answers put in its mouth."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any

import httpx

from tests.contracts.webitel_contract import ContractTransport
from usersync.webitel import Clock, TokenAuth, WebitelClient

URL = "https://webitel.example.com"
TOKEN = "good-token"
Answer = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]


def error(status: int, error_id: str = "app.some.id", detail: str = "no", **headers: str) -> httpx.Response:
    body = {"id": error_id, "code": status, "detail": detail, "status": "Some Status"}
    return httpx.Response(status, json=body, headers={name.replace("_", "-"): value for name, value in headers.items()})


def users(count: int, **members: Any) -> list[dict[str, Any]]:
    return [{"id": str(n), "name": f"Agent {n}", "username": f"agent.{n}", **members} for n in range(1, count + 1)]


class FakeTime:
    """A clock that moves only when somebody sleeps."""

    def __init__(self, chance: float = 0.0) -> None:
        self.now = 1_000.0
        self.slept: list[float] = []
        self.chance = chance
        self.wall = 1_787_994_810.0

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        until = self.now + seconds
        # Whatever else can be done at this moment is done before time goes on, as it would be in a real wait.
        for _ in range(20):
            await asyncio.sleep(0)
        self.now = max(self.now, until)

    @property
    def clock(self) -> Clock:
        return Clock(monotonic=lambda: self.now, wall=lambda: self.wall, sleep=self.sleep, chance=lambda: self.chance)


class FakeWebitel:
    """Answers like the contract says.

    Attributes:
        lists: rows behind each list path.
        cap: greatest page the server gives.
        script: answers given first, one for each request that is not a login.
        requests: every request that arrived, logins included.
        tokens: tokens accepted now.
    """

    def __init__(self, rows: list[dict[str, Any]] | None = None, *, cap: int = 10_000) -> None:
        self.lists: dict[str, list[dict[str, Any]]] = {"/users": users(3) if rows is None else rows}
        self.cap = cap
        self.script: deque[Answer] = deque()
        self.requests: list[httpx.Request] = []
        self.tokens = {TOKEN}
        self.logins = 0
        self.page_hook: Callable[[int, dict[str, Any]], dict[str, Any]] | None = None

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        await asyncio.sleep(0)
        path = request.url.path.removeprefix("/api")
        if path == "/login":
            return self.login(request)
        if self.script:
            answer = self.script.popleft()
            if isinstance(answer, Exception):
                raise answer
            return answer if isinstance(answer, httpx.Response) else answer(request)
        if request.headers.get("X-Webitel-Access") not in self.tokens:
            return error(401, "app.context.unauthorized", "token expired")
        return self.answer(request, path)

    def login(self, request: httpx.Request) -> httpx.Response:
        self.logins += 1
        token = f"login-{self.logins}"
        self.tokens = {token}
        cookies = [("Set-Cookie", "WBTLAUTH=stale; Path=/"), ("Set-Cookie", "WBTLCSRF=stale; Path=/")]
        body = {"access_token": token, "token_type": "Bearer", "expires_in": 2592000}
        return httpx.Response(200, json=body, headers=cookies)

    def answer(self, request: httpx.Request, path: str) -> httpx.Response:
        if path == "/userinfo":
            body = {"dc": "42", "domain": "example.com", "user_id": "7", "username": "svc"}
            return httpx.Response(200, json=body, headers={"Date": "Tue, 24 Nov 2026 02:54:00 GMT"})
        if request.method == "GET" and path in self.lists:
            return httpx.Response(200, json=self.page(request, self.lists[path]))
        if request.method == "GET" and path.startswith("/users/"):
            found = [row for row in self.lists["/users"] if path == f"/users/{row['id']}"]
            return httpx.Response(200, json=found[0]) if found else error(404)
        if request.method == "PATCH":
            return httpx.Response(200, json={"id": path.rsplit("/", 1)[1], "updated_at": "1787994810437"})
        if request.method == "POST":
            sent = {name: value for name, value in json.loads(request.content).items() if name != "password"}
            return httpx.Response(200, json={"id": "99", **sent})
        if request.method == "DELETE":
            return httpx.Response(200, json=[{"id": path.rsplit("/", 1)[1]}])
        return error(404)

    def page(self, request: httpx.Request, rows: list[dict[str, Any]]) -> dict[str, Any]:
        wanted = request.url.params.get_list("id")
        if wanted:
            rows = [row for row in rows if row["id"] in wanted]
        number, size = int(request.url.params.get("page", 1)), min(self.cap, int(request.url.params.get("size", 16)))
        page: dict[str, Any] = {"page": number, "items": rows[(number - 1) * size : number * size]}
        if number * size < len(rows):
            page["next"] = True
        return self.page_hook(number, page) if self.page_hook else page

    @property
    def paths(self) -> list[str]:
        return [f"{request.method} {request.url.path.removeprefix('/api')}" for request in self.requests]

    @property
    def bodies(self) -> list[Any]:
        return [json.loads(request.content) if request.content else None for request in self.requests]


def connect(
    app: Callable[[httpx.Request], httpx.Response] | Callable[[httpx.Request], Coroutine[None, None, httpx.Response]],
    *,
    time: FakeTime | None = None,
    contract: bool = True,
    **options: Any,
) -> WebitelClient:
    """A client of the fake. Its requests are checked against the contract, its answers too where `contract`."""
    transport = ContractTransport(httpx.MockTransport(app), check_answers=contract)
    options.setdefault("auth", TokenAuth(TOKEN))
    auth = options.pop("auth")
    return WebitelClient(URL, auth, clock=(time or FakeTime()).clock, transport=transport, **options)
