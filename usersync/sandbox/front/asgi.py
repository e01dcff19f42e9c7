"""The front: every request passes it, is counted, waits its latency, and meets the faults that wait for it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import struct
import time
import zlib
from typing import Any
from urllib.parse import unquote_plus

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from usersync.sandbox.front.faults import AROUND_AFTER, AROUND_BEFORE, PAGE, Fault, FaultQueue
from usersync.sandbox.front.journal import Journal, LoggedRequest
from usersync.sandbox.front.service import Backpack, CannedAnswer, Service, put_backpack

CONTROL_PATH = "/_sandbox"
_HANG_SECONDS = 3600.0


class Latency:
    """How long the service takes, in milliseconds, before it begins to work on a request."""

    def __init__(self) -> None:
        self.read_ms = 0.0
        self.write_ms = 0.0

    def seconds(self, traffic: str) -> float:
        """The wait of a request: reads and logins as reads, writes and batches as writes."""
        return (self.write_ms if traffic in {"write", "batch"} else self.read_ms) / 1000


class Front:
    """ASGI application around a service.

    Args:
        service: the stand-in.
        control: the application that answers below `/_sandbox`.
    """

    def __init__(
        self, service: Service, faults: FaultQueue, journal: Journal, latency: Latency, control: ASGIApp
    ) -> None:
        self._service = service
        self._faults = faults
        self._journal = journal
        self._latency = latency
        self._control = control

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection: control routes and the life of the process go behind, everything else through the front."""
        if scope["type"] != "http" or scope["path"].startswith(CONTROL_PATH):
            await self._control(scope, receive, send)
        else:
            await self._serve(scope, receive, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        started, clock = time.time(), time.perf_counter()
        method, path, query = scope["method"], scope["path"], scope["query_string"].decode("latin-1")
        traffic = self._service.traffic(method, path)
        seen = _Seen(send)
        backpack = Backpack()
        turn = self._service.turn(
            {key.decode("latin-1").lower(): value.decode("latin-1") for key, value in scope["headers"]}
        )
        try:
            async with turn or contextlib.nullcontext():
                await asyncio.sleep(self._latency.seconds(traffic))
                backpack.faults = self._faults.take(
                    method, path, unquote_plus(query), traffic, later_page=self._service.asks_later_page(query)
                )
                put_backpack(scope, backpack)
                await self._answer(backpack.faults, scope, receive, seen)
        finally:
            self._journal.note(
                LoggedRequest(
                    at=started,
                    method=method,
                    path=path,
                    query=query,
                    status=seen.status,
                    traffic=traffic,
                    operations=backpack.operations,
                    seconds=time.perf_counter() - clock,
                    faults=tuple(fault.kind for fault in backpack.faults),
                )
            )

    async def _answer(self, faults: tuple[Fault, ...], scope: Scope, receive: Receive, seen: _Seen) -> None:
        before = next((fault for fault in faults if fault.kind in AROUND_BEFORE), None)
        if before is not None:
            await self._strike_before(before, receive, seen)
            return
        after = [fault for fault in faults if fault.kind in AROUND_AFTER | PAGE]
        if not after:
            await self._service.app(scope, receive, seen)
            return
        answer = await _capture(self._service.app, scope, receive)
        for fault in after:
            if fault.kind in PAGE:
                answer = _with_page(answer, fault, self._service)
        around = next((fault for fault in after if fault.kind in AROUND_AFTER), None)
        if around is None:
            await seen.give(answer)
        else:
            await self._strike_after(around, answer, receive, seen)

    async def _strike_before(self, fault: Fault, receive: Receive, seen: _Seen) -> None:
        if fault.kind == "429":
            answer = self._service.refusal(429)
            await seen.give(answer, {"retry-after": str(fault.options.get("retry_after", 1))})
        elif fault.kind in {"500_before", "status_before"}:
            await seen.give(self._service.refusal(int(fault.options.get("status", 500))), _retry_after(fault))
        elif fault.kind == "html_login":
            await seen.give(self._service.login_page())
        elif fault.kind == "redirect":
            await seen.give(CannedAnswer(302, b"", headers={"location": str(fault.options.get("location", "/login"))}))
        elif fault.kind == "expired_session":
            await seen.give(self._service.expired(fault.options.get("shape")))
        elif fault.kind == "reset_before":
            await _received(receive)
            await seen.drop(receive)
        else:
            await _hang(fault, receive, seen)

    async def _strike_after(self, fault: Fault, answer: CannedAnswer, receive: Receive, seen: _Seen) -> None:
        if fault.kind in {"500_after", "status_after"}:
            await seen.give(self._service.refusal(int(fault.options.get("status", 500))), _retry_after(fault))
        elif fault.kind == "truncated_json":
            await seen.give(CannedAnswer(answer.status, answer.body[: len(answer.body) // 2], answer.content_type))
        elif fault.kind == "reset_after":
            await seen.drop(receive)
        else:
            await _hang(fault, receive, seen)


class _Seen:
    """The way to the client, remembering which status went out."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        await self._send(message)

    async def give(self, answer: CannedAnswer, headers: dict[str, str] | None = None) -> None:
        """Send a whole answer."""
        listed = {"content-type": answer.content_type, **answer.headers, **(headers or {})}
        raw = [(key.encode("latin-1"), value.encode("latin-1")) for key, value in listed.items()]
        raw.append((b"content-length", str(len(answer.body)).encode()))
        await self({"type": "http.response.start", "status": answer.status, "headers": raw})
        await self({"type": "http.response.body", "body": answer.body})

    async def drop(self, receive: Receive) -> None:
        """Reset the connection without an answer: ASGI has no word for it, so the server's own transport is taken."""
        transport = getattr(getattr(self._send, "__self__", None), "transport", None)
        if transport is None:  # another server than uvicorn: an error is the nearest it offers
            raise ConnectionResetError
        raw = transport.get_extra_info("socket")
        if raw is not None:  # a linger of zero makes the kernel send RST instead of FIN
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
        await _disconnected(receive)  # the server would answer 500 to an application that returns before


async def _hang(fault: Fault, receive: Receive, seen: _Seen) -> None:
    """Say nothing until the client gives up or the time of the fault is over, then drop the connection."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(float(fault.options.get("seconds", _HANG_SECONDS))):
            await _disconnected(receive)
            return
    await seen.drop(receive)


async def _received(receive: Receive) -> None:
    """Take the whole request in: a client that is still sending notices a reset in ways of its own."""
    more = True
    while more:
        more = (await receive()).get("more_body", False)


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _capture(app: ASGIApp, scope: Scope, receive: Receive) -> CannedAnswer:
    status, headers, body = 500, {}, bytearray()

    async def take(message: Message) -> None:
        nonlocal status, headers
        if message["type"] == "http.response.start":
            status = message["status"]
            headers = {
                key.decode("latin-1").lower(): value.decode("latin-1") for key, value in message.get("headers", [])
            }
        elif message["type"] == "http.response.body":
            body.extend(message.get("body", b""))

    await app(scope, receive, take)
    content_type = headers.pop("content-type", "application/json")
    headers.pop("content-length", None)
    return CannedAnswer(status, bytes(body), content_type, headers)


def _with_page(answer: CannedAnswer, fault: Fault, service: Service) -> CannedAnswer:
    """A list answer tampered with; anything that is no list passes unharmed."""
    try:
        body = json.loads(answer.body)
    except ValueError:
        return answer
    if isinstance(body, int) and not isinstance(body, bool) and fault.kind == "stale_total":
        body = max(0, body + int(fault.options.get("by", 1)))  # a bare `$count`
    elif not isinstance(body, dict):
        return answer
    else:
        rows = body.get(service.rows_member)
        if isinstance(rows, list):
            body[service.rows_member] = _fewer(rows, fault)
        body = service.tamper(fault, body)
    return CannedAnswer(
        answer.status, json.dumps(body, ensure_ascii=False).encode(), answer.content_type, answer.headers
    )


def _fewer(rows: list[Any], fault: Fault) -> list[Any]:
    if fault.kind == "empty_page":
        return []
    if fault.kind == "short_page":
        return rows[: max(0, len(rows) - int(fault.options.get("rows", max(1, len(rows) // 2))))]
    if fault.kind == "drop_rows":  # by the row's id, so that the same people vanish from every read
        percent = float(fault.options.get("percent", 50))
        return [row for row in rows if zlib.crc32(str(_identity(row)).encode()) % 10_000 >= percent * 100]
    return rows


def _identity(row: Any) -> Any:
    return row.get("id", row.get("Id", row)) if isinstance(row, dict) else row


def _retry_after(fault: Fault) -> dict[str, str]:
    return {"retry-after": str(fault.options["retry_after"])} if "retry_after" in fault.options else {}
