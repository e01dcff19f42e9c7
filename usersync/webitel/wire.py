"""Sends one request: paced, counted, logged in, and again where that is allowed."""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

import httpx

from usersync import __version__
from usersync.redaction import redact
from usersync.webitel.answers import Asked, json_of, server_time
from usersync.webitel.auth import HEADER, Auth
from usersync.webitel.clock import Clock
from usersync.webitel.errors import (
    AnswerGarbled,
    AnswerLost,
    CertificateRefused,
    NotAuthorized,
    TurnMissed,
    Unreachable,
    WebitelError,
)
from usersync.webitel.pace import Pace
from usersync.webitel.retry import Repeat, RetryPolicy
from usersync.webitel.session import Session
from usersync.webitel.statistics import Meter, RequestKind

OnRequest = Callable[[str, str, int | None, float, str], None]
"""Told of every request that went out: method, path below /api, status (None = no answer), seconds, request id."""


@dataclass(frozen=True)
class Call:
    """One request, to be sent once or more often.

    Attributes:
        path: below /api, starting with a slash, percent-encoded.
        one: True where the path names one object.
        request_id: the same for every sending of it.
        until: moment of the monotonic clock after which it is not sent any more; None = whenever its turn comes.
    """

    method: str
    path: str
    kind: RequestKind
    repeat: Repeat
    params: tuple[tuple[str, str], ...] = ()
    body: Any = field(default=None, repr=False)
    one: bool = False
    request_id: str = field(default_factory=lambda: uuid4().hex)
    until: float | None = None


class Wire:
    """The one place requests go through.

    Args:
        root: the address of the API, `https://host/api`.
        auth: the way to a token.
        http: sends; must neither follow redirects nor keep cookies.
        pace: bounds requests in flight and per second.
        retry: when to send again.
        meter: counts.
        clock: time.
        on_request: told of every request that went out.
    """

    def __init__(
        self,
        root: str,
        auth: Auth,
        *,
        http: httpx.AsyncClient,
        pace: Pace,
        retry: RetryPolicy,
        meter: Meter,
        clock: Clock,
        on_request: OnRequest | None,
    ) -> None:
        self._root = root
        self._http = http
        self._pace = pace
        self._retry = retry
        self._meter = meter
        self._clock = clock
        self._on_request = on_request
        self._session = Session(auth, self._post_login)
        self.server_time: datetime | None = None

    def now(self) -> float:
        """The monotonic clock that `Call.until` is a moment of."""
        return self._clock.monotonic()

    async def send(self, call: Call) -> Any:
        """The decoded answer, None where it is empty.

        Raises:
            WebitelError: no success; `outcome_unknown` covers every sending of the request, not only the last.
        """
        attempt = 1
        relogged = False
        unknown = False
        while True:
            token = await self._session.token() if call.kind != "login" else None
            try:
                return await self._once(call, token, relogged=relogged)
            except NotAuthorized as error:
                if token is None or relogged or not await self._session.renew(token):
                    error.outcome_unknown |= unknown
                    raise
                relogged = True
            except WebitelError as error:
                unknown |= error.outcome_unknown
                error.outcome_unknown = unknown
                pause = self._retry.pause(attempt, error.retry_after, self._clock.chance())
                if pause is None or not self._retry.may_repeat(error, call.repeat):
                    raise
                if error.retry_after is not None:
                    self._pace.hold(pause)
                if call.until is not None and self._clock.monotonic() + pause > call.until:
                    raise
                self._meter.retried()
                await self._clock.sleep(pause)
                attempt += 1

    async def _post_login(self, body: dict[str, str]) -> Any:
        return await self.send(Call("POST", "/login", "login", Repeat.SAME_END, body=body))

    async def _once(self, call: Call, token: str | None, *, relogged: bool) -> Any:
        asked = Asked(
            method=call.method,
            url=self._root + call.path,
            request_id=call.request_id,
            kind=call.kind,
            one=call.one,
            body=call.body,
            secrets=() if token is None else (token,),
            relogged=relogged,
        )
        response = await self._exchange(call, token, asked)
        self.server_time = server_time(response) or self.server_time
        return json_of(response, asked, wall=self._clock.wall())

    async def _exchange(self, call: Call, token: str | None, asked: Asked) -> httpx.Response:
        headers = {
            "Accept": "application/json",
            "User-Agent": f"usersync/{__version__}",
            "X-Request-Id": call.request_id,
        }
        if token is not None:
            headers[HEADER] = token
        if call.body is not None:
            headers["Content-Type"] = "application/json"
        request = self._http.build_request(
            call.method,
            asked.url,
            params=list(call.params) or None,
            headers=headers,
            # Escaped to ASCII: half of a surrogate pair in a name cannot be put into UTF-8.
            content=None if call.body is None else json.dumps(call.body),
        )
        status: int | None = None
        async with self._pace.turn():
            started = self._clock.monotonic()
            if call.until is not None and started > call.until:
                raise TurnMissed(**asked.context)
            try:
                with self._meter.request(call.kind):
                    response = await self._http.send(request)
                status = response.status_code
                return response
            except httpx.RequestError as error:
                raise _error_of(error, asked) from error
            finally:
                if self._on_request is not None:
                    seconds = self._clock.monotonic() - started
                    self._on_request(call.method, call.path, status, seconds, call.request_id)


def _error_of(error: httpx.RequestError, asked: Asked) -> WebitelError:
    """What the lack of an answer means."""
    context = {**asked.context, "detail": redact(str(error) or type(error).__name__, limit=120)}
    if _certificate_refused(error):
        return CertificateRefused(**context)
    match error:
        # Of a proxy that refused to connect Webitel saw nothing either.
        case httpx.ConnectError() | httpx.ConnectTimeout() | httpx.PoolTimeout() | httpx.ProxyError():
            return Unreachable(**context)
        case httpx.DecodingError():
            return AnswerGarbled(outcome_unknown=asked.kind == "write", **context)
        case _:
            return AnswerLost(outcome_unknown=asked.kind == "write", **context)


def _certificate_refused(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False
