"""A tiny Creatio behind httpx.MockTransport: both runtimes, both logins, tables in memory, and answers to order."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import httpx

from usersync.creatio import CreatioClient, FormsLogin, Login, OAuthClientCredentials, Patience

SITE = "https://crm.creatio.com"
IDENTITY = "https://crm-is.creatio.com"
USER, PASSWORD = "svc.import", "p@ss-w0rd"
CLIENT_ID, CLIENT_SECRET = "6D1C", "s3cr3t"
LOGIN_PAGE = "<!DOCTYPE html><html><head><title>Login</title></head></html>"
KEYED = re.compile(r"(\w+)\(([0-9a-fA-F-]{36})\)")

Reply = httpx.Response | Exception | None
Rule = Callable[[httpx.Request], Reply]


def guid(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"


class FakeTime:
    """A clock that only moves when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


class FakeCreatio:
    """`rules` come first: each may answer a request, raise, or leave it to the others with None."""

    def __init__(self, *, net: bool = False, tables: dict[str, list[dict[str, Any]]] | None = None) -> None:
        self.prefix = "" if net else "/0"
        self.tables = tables if tables is not None else {"Contact": []}
        self.rules: list[Rule] = []
        self.sub_rules: list[Callable[[dict[str, Any]], dict[str, Any] | None]] = []
        self.requests: list[httpx.Request] = []
        self.sessions: set[str] = set()
        self.metadata = "<edmx:Edmx/>"
        self.health_check = True
        self.page_cap: int | None = None
        self.counts = True
        self.next_links = False
        self.answers_sub_requests: Callable[[list[dict[str, Any]]], Any] = lambda responses: {"responses": responses}
        self._numbers = itertools.count(1)

    # What a test looks at

    def sent(self, method: str, part: str) -> list[httpx.Request]:
        return [r for r in self.requests if r.method == method and part in str(r.url)]

    @property
    def logins(self) -> int:
        return len(self.sent("POST", "AuthService.svc/Login")) + len(self.sent("POST", "/connect/token"))

    def expire(self) -> None:
        """All logins of before are over."""
        self.sessions.clear()

    def once(self, part: str, *replies: Reply, method: str | None = None) -> None:
        """The next requests to addresses with this part get these replies."""
        waiting = list(replies)

        def rule(request: httpx.Request) -> Reply:
            if waiting and part in str(request.url) and method in (None, request.method):
                return waiting.pop(0)
            return None

        self.rules.append(rule)

    def always(self, part: str, reply: Callable[[], Reply]) -> None:
        self.rules.append(lambda request: reply() if part in str(request.url) else None)

    # How it answers

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        for rule in self.rules:
            reply = rule(request)
            if isinstance(reply, Exception):
                raise reply
            if reply is not None:
                return reply
        response = self._answer(request)
        response.headers["Date"] = "Tue, 24 Nov 2026 08:00:00 GMT"
        return response

    def _answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if request.url.host == "crm-is.creatio.com":
            return self._token(request)
        if path == "/ServiceModel/AuthService.svc/Login":
            return self._login(request)
        if path == f"{self.prefix}/api/HealthCheck/Ping" and self.health_check:
            return httpx.Response(200, json="OK")
        root = f"{self.prefix}/odata/"
        if not path.startswith(root):
            return httpx.Response(404, html="<html><head><title>404</title></head></html>")
        if not self._is_logged_in(request):
            return httpx.Response(401)
        return self._odata(request.method, path.removeprefix(root), str(request.url), request.content)

    def _token(self, request: httpx.Request) -> httpx.Response:
        form = {key: value[0] for key, value in parse_qs(request.content.decode()).items()}
        right = {"grant_type": "client_credentials", "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
        if form != right:
            return httpx.Response(400, json={"error": "invalid_client"})
        token = f"token-{next(self._numbers)}"
        self.sessions.add(token)
        return httpx.Response(200, json={"access_token": token, "expires_in": 3600, "token_type": "Bearer"})

    def _login(self, request: httpx.Request) -> httpx.Response:
        if json.loads(request.content) != {"UserName": USER, "UserPassword": PASSWORD}:
            return httpx.Response(200, json={"Code": 1, "Message": "Invalid", "Exception": {"Message": "x"}})
        number = next(self._numbers)
        self.sessions.add(f"session-{number}")
        cookies = [
            f"BPMSESSIONID=session-{number}; path=/; HttpOnly",
            f"BPMCSRF=csrf-{number}; path=/",
            ".ASPXAUTH=auth; path=/; HttpOnly",
            f"sticky-session-id=node-{number}; path=/",
        ]
        body = {"Code": 0, "Message": "", "Exception": None, "PasswordChangeUrl": None, "RedirectUrl": None}
        return httpx.Response(200, json=body, headers=[("Set-Cookie", cookie) for cookie in cookies])

    def _is_logged_in(self, request: httpx.Request) -> bool:
        bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if bearer:
            return bearer in self.sessions and "Cookie" not in request.headers
        cookies = dict(part.split("=", 1) for part in request.headers.get("Cookie", "").split("; ") if part)
        session = cookies.get("BPMSESSIONID", "")
        whole_jar = cookies.get("sticky-session-id") == session.replace("session", "node")
        same_token = request.headers.get("BPMCSRF") == session.replace("session", "csrf")
        forced = request.headers.get("ForceUseSession") == "true"
        return session in self.sessions and whole_jar and same_token and forced

    def _odata(self, method: str, place: str, url: str, content: bytes) -> httpx.Response:
        if place in ("", "$metadata"):
            return (
                httpx.Response(200, json={"value": [{"name": name} for name in self.tables]})
                if not place
                else httpx.Response(200, text=self.metadata, headers={"Content-Type": "application/xml"})
            )
        if place == "$batch":
            return self._batch(json.loads(content))
        body = json.loads(content) if content else None
        status, value = self._one(method, place, url, body)
        return httpx.Response(status) if value is None else httpx.Response(status, json=value)

    def _one(self, method: str, place: str, url: str, body: Any) -> tuple[int, Any]:
        keyed = KEYED.fullmatch(place)
        entity = keyed[1] if keyed else place
        if entity not in self.tables:
            detail = f"No type was found that matches the controller named '{entity}'."
            return 404, {"Message": f"No HTTP resource was found that matches '{url}'.", "MessageDetail": detail}
        rows = self.tables[entity]
        if not keyed:
            if method == "POST":
                if any(row["Id"] == body["Id"] for row in rows):
                    text = "Violation of PRIMARY KEY constraint 'PK'. The duplicate key value is (secret)."
                    return 500, {
                        "error": {"code": "", "message": "An error has occurred.", "innererror": {"message": text}}
                    }
                rows.append(dict(body))
                return 201, body
            return 200, self._list(rows, url)
        row = next((row for row in rows if row["Id"] == keyed[2]), None)
        if row is None:
            return 404, None
        if method == "PATCH":
            row |= body
            return 204, None
        if method == "DELETE":
            rows.remove(row)
            return 204, None
        return 200, row

    def _list(self, rows: list[dict[str, Any]], url: str) -> dict[str, Any]:
        options = {key: value[0] for key, value in parse_qs(url.partition("?")[2]).items()}
        skip, top = int(options.get("$skip", 0)), int(options.get("$top", 20_000))
        token = int(options.get("$skiptoken", 0))
        size = top - token if self.page_cap is None else min(top - token, self.page_cap)
        answer: dict[str, Any] = {"@odata.context": "x", "value": rows[skip + token : skip + token + size]}
        if self.counts and options.get("$count") == "true":
            answer["@odata.count"] = len(rows)
        reached = token + size
        if self.next_links and reached < top and skip + reached < len(rows):
            address = re.sub(r"&%24skiptoken=\d+|&\$skiptoken=\d+", "", url)
            answer["@odata.nextLink"] = f"{address}&$skiptoken={reached}"
        return answer

    def _batch(self, body: dict[str, Any]) -> httpx.Response:
        responses = []
        for request in body["requests"]:
            reply = next((found for rule in self.sub_rules if (found := rule(request)) is not None), None)
            if reply is None:
                place, _, query = request["url"].partition("?")
                status, value = self._one(request["method"], place, f"?{query}", request.get("body"))
                reply = {"id": request["id"], "status": status, "headers": {}}
                if value is not None:
                    reply["body"] = value
            if reply:
                responses.append(reply)
        return httpx.Response(200, json=self.answers_sub_requests(responses))


def forms() -> FormsLogin:
    return FormsLogin(USER, PASSWORD)


def oauth() -> OAuthClientCredentials:
    return OAuthClientCredentials(CLIENT_ID, CLIENT_SECRET)


def connect(
    app: FakeCreatio, login: Login | None = None, *, time: FakeTime | None = None, **options: Any
) -> CreatioClient:
    time = time or FakeTime()
    options.setdefault("runtime", "net" if app.prefix == "" else "netframework")
    options.setdefault("patience", Patience(attempts=3, first_wait=1))
    return CreatioClient(
        options.pop("url", SITE),
        login or oauth(),
        transport=httpx.MockTransport(app),
        clock=time.clock,
        sleep=time.sleep,
        **options,
    )


def contacts(number: int) -> list[dict[str, Any]]:
    return [{"Id": guid(i), "Name": f"Contact {i}"} for i in range(number)]
