"""One request to Creatio and all that can happen to it: the login, the queue, the repeats, the meaning of the answer.

Three rules, and nothing else in the client repeats a request:

- a session that is over is opened again once for each failing request, by one of those waiting; nothing was carried out, so
  the same request goes out again, writes too;
- a read is repeated after whatever may pass (no connection, a lost answer, 429, 5xx);
- a write is repeated only where it certainly was not carried out: no connection, 429, 503 with Retry-After. Everything else
  is an error with `outcome_unknown`, and the caller reads the row back (docs/creatio.md#writes).
"""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

import httpx

from usersync.creatio.answers import Question, judge, moment_of, read_json
from usersync.creatio.auth import Login
from usersync.creatio.errors import (
    NOTHING_SAID,
    AnswerLost,
    CreatioError,
    NotAuthorized,
    RightsMissing,
    TooManyRequests,
    TurnMissed,
    Unavailable,
    Unreachable,
    UrlWrong,
)
from usersync.creatio.traffic import Kind, TooLate, Traffic
from usersync.errors import Retriable
from usersync.redaction import redact_url

JSON_TYPE = "application/json; charset=utf-8; IEEE754Compatible=true"
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
_ROUNDS_OF_LOGIN = 3


@dataclass(frozen=True)
class Patience:
    """How often and how long to wait before a request is given up.

    Attributes:
        attempts: requests in all, the first included.
        first_wait: seconds before the first repeat; doubled each time, with chance taken off.
        longest_wait: seconds between two attempts at most; a longer Retry-After is handed to the caller.
    """

    attempts: int = 4
    first_wait: float = 0.5
    longest_wait: float = 60.0

    def wait(self, attempt: int, asked: float | None) -> float | None:
        """Seconds before the next attempt, None where it is time to give up.

        Args:
            attempt: how many were made.
            asked: what Retry-After says.
        """
        if attempt >= self.attempts:
            return None
        if asked is not None:
            return asked if asked <= self.longest_wait else None
        most: float = min(self.first_wait * 2.0 ** (attempt - 1), self.longest_wait)
        return most * random.uniform(0.5, 1.0)  # noqa: S311 - spreads repeats, guards nothing


@dataclass(frozen=True)
class Call:
    """A request to be made.

    Attributes:
        method: HTTP method.
        url: the whole address, query included.
        kind: what it is counted as.
        entity: entity set it is about, if it is about one.
        keyed: it is about one row.
        body: JSON value to send, None for none.
        headers: besides those every request has.
        accept: media type of the answer.
        operations: number of operations in a batch.
        settings: column → the setting that maps it; `""` is the entity's own.
        hide: values that must not come back in an error's text.
        timeout: seconds to wait for the answer, None = the client's.
        repeatable: a second request does no harm.
        until: moment of the traffic's clock after which it is not sent any more; None = whenever its turn comes.
    """

    method: str
    url: str
    kind: Kind = Kind.READ
    entity: str = ""
    keyed: bool = False
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    accept: str = "application/json"
    operations: int = 0
    settings: Mapping[str, str] = field(default_factory=dict)
    hide: tuple[str, ...] = ()
    timeout: float | None = None
    repeatable: bool = True
    until: float | None = None


@dataclass(frozen=True)
class Answer:
    """A success.

    Attributes:
        status: HTTP status.
        headers: names in lower case.
        body: JSON value, text, or None.
        content: the bytes as they came.
        question: what was asked.
    """

    status: int
    headers: Mapping[str, str]
    body: Any
    content: bytes
    question: Question


class Session:
    """Sends requests as one user of Creatio.

    Args:
        http: keeps the cookies and the connections.
        site: address of Creatio without `/0`.
        login: how to log in.
        traffic: lets requests through and counts them.
        patience: how often to repeat.
    """

    def __init__(
        self, http: httpx.AsyncClient, site: str, login: Login, traffic: Traffic, patience: Patience | None = None
    ) -> None:
        self.server_time: datetime | None = None
        self._http = http
        self._site = site
        self._login = login
        self._traffic = traffic
        self._patience = patience or Patience()
        self._one_login = asyncio.Lock()
        self._generation = 0

    async def send(self, call: Call) -> Answer:
        """Send a request, repeating it where that is safe.

        Raises:
            CreatioError: what it came to; `outcome_unknown` where a write may have been carried out.
        """
        request_id = uuid4().hex
        attempt = 1
        while True:
            try:
                return await self._as_one_user(call, request_id, again=attempt > 1)
            except CreatioError as error:
                wait = self._patience.wait(attempt, error.retry_after) if _may_repeat(call, error) else None
                if wait is None:
                    raise
                if isinstance(error, TooManyRequests | Unavailable):
                    self._traffic.pause(wait)
                if call.until is not None and self._traffic.now() + wait > call.until:
                    raise
            attempt += 1
            await self._traffic.sleep(wait)

    async def renew(self) -> None:
        """Log in afresh.

        Raises:
            CreatioError: the login is refused, or nothing answers.
        """
        await self._log_in_after(self._generation, Question("POST", url=self._site))

    async def probe(self, url: str, signed: bool) -> httpx.Response:
        """Ask an address and give whatever it answers, repeating only where nothing answered.

        Raises:
            CreatioError: the login is refused, or nothing answers.
        """
        call = Call("GET", url)
        question = _question(call, uuid4().hex)
        attempt = 1
        while True:
            try:
                if not signed:
                    return await self._exchange(call, question, signed=False, again=attempt > 1)
                await self._ensure_login(question)
                generation = self._generation
                response = await self._exchange(call, question, again=attempt > 1)
                if response.status_code != 401:
                    return response
                await self._log_in_after(generation, question)
                return await self._exchange(call, question, again=True)
            except CreatioError as error:
                wait = self._patience.wait(attempt, error.retry_after) if _may_repeat(call, error) else None
                if wait is None:
                    raise
            attempt += 1
            await self._traffic.sleep(wait)

    async def _as_one_user(self, call: Call, request_id: str, *, again: bool) -> Answer:
        """One attempt, with a fresh login in between where the session turns out to be over."""
        question = _question(call, request_id)
        renewed = False
        refusal: CreatioError = NotAuthorized(text=NOTHING_SAID, operation=question.operation, url=question.url)
        for _ in range(_ROUNDS_OF_LOGIN):
            await self._ensure_login(question)
            generation = self._generation
            response = await self._exchange(call, question, again=again)
            headers = {key.lower(): value for key, value in response.headers.items()}
            body = read_json(response.content)
            verdict = judge(question, response.status_code, headers, body)
            if verdict is None:
                return Answer(response.status_code, headers, body, response.content, question)
            refusal = verdict if isinstance(verdict, CreatioError) else verdict.error
            if isinstance(verdict, CreatioError) and not self._may_be_cross_site(verdict, body):
                raise verdict
            if renewed:
                break
            # Somebody else may have logged in while this request was under way; then that is login enough.
            renewed = await self._log_in_after(generation, question)
            again = True
        raise refusal

    def _may_be_cross_site(self, verdict: CreatioError, body: Any) -> bool:
        """A 403 that does not come from OData itself may be a cross-site token gone stale: Creatio does not say."""
        return isinstance(verdict, RightsMissing) and self._login.cross_site and not isinstance(body, dict)

    async def _ensure_login(self, question: Question) -> None:
        if self._generation == 0 or self._login.is_stale():
            await self._log_in_after(self._generation, question)

    async def _log_in_after(self, generation: int, question: Question) -> bool:
        """Log in unless somebody did since `generation`; True if it was us."""
        async with self._one_login:
            if self._generation != generation:
                return False
            login = Question("POST", url=self._site, request_id=question.request_id)
            try:
                async with self._traffic.passage(Kind.LOGIN):
                    await self._login.log_in(self._http, self._site)
            except (httpx.TransportError, httpx.InvalidURL, httpx.DecodingError) as error:
                raise _lost(login, error) from error
            self._generation += 1
            return True

    async def _exchange(
        self, call: Call, question: Question, *, signed: bool = True, again: bool = False
    ) -> httpx.Response:
        try:
            async with self._traffic.passage(call.kind, operations=call.operations, again=again, until=call.until):
                request = self._request(call, question)
                if signed:
                    self._login.sign(request, self._http)
                response = await self._http.send(request)
        except TooLate as late:
            raise TurnMissed(url=question.url, request_id=question.request_id, operation=question.operation) from late
        except (httpx.TransportError, httpx.InvalidURL, httpx.DecodingError) as error:
            raise _lost(question, error) from error
        self.server_time = moment_of(response.headers.get("date", "")) or self.server_time
        return response

    def _request(self, call: Call, question: Question) -> httpx.Request:
        headers = {"Accept": call.accept, "X-Request-Id": question.request_id or "", **call.headers}
        content = None
        if call.body is not None:
            headers["Content-Type"] = JSON_TYPE
            content = json.dumps(call.body, ensure_ascii=False).encode()
        timeout = (
            httpx.USE_CLIENT_DEFAULT if call.timeout is None else httpx.Timeout(call.timeout, connect=10, pool=None)
        )
        return self._http.build_request(call.method, call.url, content=content, headers=headers, timeout=timeout)


def _question(call: Call, request_id: str) -> Question:
    return Question(
        method=call.method,
        entity=call.entity,
        keyed=call.keyed,
        writes=not call.repeatable,
        settings=call.settings,
        hide=call.hide,
        url=redact_url(call.url),
        request_id=request_id,
    )


def _may_repeat(call: Call, error: CreatioError) -> bool:
    if not isinstance(error, Retriable) or isinstance(error, TurnMissed):
        return False
    return call.repeatable or not error.outcome_unknown


def _lost(question: Question, error: Exception) -> CreatioError:
    known: dict[str, Any] = {"url": question.url, "request_id": question.request_id, "operation": question.operation}
    if isinstance(error, httpx.UnsupportedProtocol | httpx.InvalidURL):
        return UrlWrong("creatio-url-unreadable")
    reason = type(error).__name__
    if isinstance(error, _NEVER_SENT):
        return Unreachable(reason=reason, **known)
    return AnswerLost(reason=reason, outcome_unknown=question.writes, **known)
