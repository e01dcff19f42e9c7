"""The control routes of a stand-in: `/_sandbox/…`, for tests, benchmarks and the demo; answered to loopback only."""

from __future__ import annotations

import contextlib
import ipaddress
from collections.abc import AsyncIterator, Awaitable, Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from usersync.sandbox.front.asgi import CONTROL_PATH, Latency
from usersync.sandbox.front.faults import Fault, FaultQueue
from usersync.sandbox.front.journal import Journal
from usersync.sandbox.front.service import Service

Handler = Callable[[Request], Awaitable[Response]]


class ControlRoutes:
    """The control application of one stand-in."""

    def __init__(self, service: Service, faults: FaultQueue, journal: Journal, latency: Latency) -> None:
        self._service = service
        self._faults = faults
        self._journal = journal
        self._latency = latency

    def app(self) -> Starlette:
        """The routes as an application."""
        table: tuple[tuple[str, str, Handler], ...] = (
            ("/health", "GET", self._health),
            ("/faults", "GET", self._list_faults),
            ("/faults", "POST", self._add_fault),
            ("/faults", "DELETE", self._clear_faults),
            ("/latency", "PUT", self._set_latency),
            ("/switches", "GET", self._list_switches),
            ("/switches", "PUT", self._set_switches),
            ("/requests", "GET", self._list_requests),
            ("/requests", "DELETE", self._reset_requests),
            ("/counters", "GET", self._list_counters),
            ("/rows/{entity}", "GET", self._list_rows),
            ("/rows/{entity}", "POST", self._insert_row),
            ("/rows/{entity}/{row_id}", "PATCH", self._edit_row),
            ("/rows/{entity}/{row_id}", "DELETE", self._delete_row),
            ("/merge", "POST", self._merge),
        )
        routes = [Route(CONTROL_PATH + path, _guarded(handler), methods=[method]) for path, method, handler in table]
        return Starlette(routes=routes, lifespan=self._lifespan)

    @contextlib.asynccontextmanager
    async def _lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        try:
            yield
        finally:
            await self._service.close()

    async def _health(self, _request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def _list_faults(self, _request: Request) -> Response:
        return JSONResponse(self._faults.to_json())

    async def _add_fault(self, request: Request) -> Response:
        fault = Fault.from_json(await request.json())
        self._faults.add(fault)
        return JSONResponse(fault.to_json(), 201)

    async def _clear_faults(self, _request: Request) -> Response:
        self._faults.clear()
        return Response(status_code=204)

    async def _set_latency(self, request: Request) -> Response:
        body = await request.json()
        self._latency.read_ms = max(0.0, float(body.get("read_ms", 0)))
        self._latency.write_ms = max(0.0, float(body.get("write_ms", 0)))
        return JSONResponse({"read_ms": self._latency.read_ms, "write_ms": self._latency.write_ms})

    async def _list_switches(self, _request: Request) -> Response:
        return JSONResponse(self._service.switches())

    async def _set_switches(self, request: Request) -> Response:
        self._service.switch(await request.json())
        return JSONResponse(self._service.switches())

    async def _list_requests(self, _request: Request) -> Response:
        return JSONResponse(self._journal.requests())

    async def _reset_requests(self, _request: Request) -> Response:
        self._journal.reset()
        return Response(status_code=204)

    async def _list_counters(self, _request: Request) -> Response:
        return JSONResponse(self._journal.counters())

    async def _list_rows(self, request: Request) -> Response:
        return JSONResponse(self._service.rows(request.path_params["entity"]))

    async def _insert_row(self, request: Request) -> Response:
        return JSONResponse(await self._service.insert(request.path_params["entity"], await request.json()), 201)

    async def _edit_row(self, request: Request) -> Response:
        path = request.path_params
        return JSONResponse(await self._service.edit(path["entity"], path["row_id"], await request.json()))

    async def _delete_row(self, request: Request) -> Response:
        path = request.path_params
        permanent = request.query_params.get("permanent", "true") == "true"
        await self._service.delete(path["entity"], path["row_id"], permanent=permanent)
        return Response(status_code=204)

    async def _merge(self, request: Request) -> Response:
        body = await request.json()
        await self._service.merge(body.get("entity", "Contact"), body["keep"], body["lose"])
        return Response(status_code=204)


def _guarded(handler: Handler) -> Handler:
    """Answer to loopback only, and say what was wrong with a request instead of failing."""

    async def answer(request: Request) -> Response:
        if request.client is None or not ipaddress.ip_address(request.client.host).is_loopback:
            return JSONResponse({"error": "the control routes answer to this machine only"}, 403)
        try:
            return await handler(request)
        except KeyError as error:
            return JSONResponse({"error": f"there is no {error.args[0]}"}, 404)
        except (TypeError, ValueError) as error:
            return JSONResponse({"error": str(error)}, 400)

    return answer
