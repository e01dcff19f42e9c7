"""Clients of the two stand-ins in this process, for tests."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from usersync.sandbox.creatio.loading import Credentials
from usersync.sandbox.creatio.service import CreatioService
from usersync.sandbox.creatio.switches import Switches as CreatioSwitches
from usersync.sandbox.front.assembly import assemble
from usersync.sandbox.webitel.service import WebitelService
from usersync.sandbox.webitel.switches import Switches as WebitelSwitches
from usersync.sandbox.world import WorldDirectory

BASE = "http://127.0.0.1:1"


@dataclass(frozen=True)
class Api:
    """A client of one stand-in in this process, and the way behind it."""

    http: httpx.AsyncClient
    control: httpx.AsyncClient

    async def get(self, path: str, **options: Any) -> Any:
        answer = await self.http.get(path, **options)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def rows(self, entity: str) -> list[dict[str, Any]]:
        return (await self.control.get(f"/rows/{entity}")).json()

    async def switch(self, **values: Any) -> None:
        answer = await self.control.put("/switches", json=values)
        assert answer.status_code == 200, answer.text

    async def fault(self, kind: str, **options: Any) -> None:
        answer = await self.control.post("/faults", json={"kind": kind, **options})
        assert answer.status_code == 201, answer.text


@asynccontextmanager
async def api_over(app: Any, root: str, headers: dict[str, str]) -> AsyncIterator[Api]:
    transport = httpx.ASGITransport(app)
    async with (
        httpx.AsyncClient(transport=transport, base_url=BASE + root, headers=headers) as http,
        httpx.AsyncClient(transport=transport, base_url=f"{BASE}/_sandbox") as control,
    ):
        yield Api(http, control)


@asynccontextmanager
async def webitel_over(world: WorldDirectory, **headers: str) -> AsyncIterator[Api]:
    service = WebitelService(world.webitel_database, WebitelSwitches())
    async with api_over(
        assemble(lambda _: service), "/api", {"X-Webitel-Access": world.webitel.token, **headers}
    ) as api:
        yield api
    await service.close()


@asynccontextmanager
async def creatio_over(
    world: WorldDirectory, runtime: Any = "netframework", login: Credentials | None = None
) -> AsyncIterator[Api]:
    services = []

    def build(faults: Any) -> CreatioService:
        services.append(CreatioService(world.creatio_database, runtime, faults, CreatioSwitches()))
        return services[0]

    app = assemble(build)
    root = "/0/odata" if runtime == "netframework" else "/odata"
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE) as http:
        token = (await http.post("/connect/token", data=client_credentials(login or world.creatio))).json()[
            "access_token"
        ]
    async with api_over(app, root, {"Authorization": f"Bearer {token}"}) as api:
        await api.control.delete("/requests")
        yield api
    await services[0].close()


def client_credentials(login: Credentials) -> dict[str, str]:
    return {
        "grant_type": "client_credentials",
        "client_id": login.client_id,
        "client_secret": login.client_secret,
    }


def inner_text(body: Any) -> str:
    """The useful text of Creatio's error."""
    error = body["error"]["innererror"]
    return str(error.get("internalexception", error)["message"])


def batch(*requests: tuple[str, str, Any]) -> str:
    """A JSON batch of (method, url, body)."""
    listed = [
        {"id": str(number), "method": method, "url": url, **({} if body is None else {"body": body})}
        for number, (method, url, body) in enumerate(requests, start=1)
    ]
    return json.dumps({"requests": listed})
