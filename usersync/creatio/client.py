"""The client: one Creatio, one user, rows by entity set.

    async with CreatioClient("https://crm.example.com", OAuthClientCredentials(id, secret)) as creatio:
        contacts = await creatio.list("Contact", select("Name", "Email").where(Field("Email") != ""))
        results = await creatio.batch([update("Contact", row["Id"], {"Email": "a@b"}) for row in contacts.rows])

Names are Creatio's here; `usersync.creatio.mapping` turns our own into them.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import TracebackType
from typing import Any, Literal, Self

import httpx

import usersync
from usersync.creatio import batch as batches
from usersync.creatio import metadata
from usersync.creatio.answers import unreadable
from usersync.creatio.auth import Login
from usersync.creatio.batch import BatchResult, Operation, values_of
from usersync.creatio.errors import (
    AnswerLost,
    CertificatesUnreadable,
    ColumnMissing,
    CreatioError,
    DuplicateKey,
    EntityMissing,
    ProxyInvalid,
    RecordMissing,
    ServiceMissing,
    UrlWrong,
)
from usersync.creatio.mapping import Mapping as EntityNames
from usersync.creatio.odata import MOST_PER_PAGE, Page, Reader, Row, Rows, count_of, page_of
from usersync.creatio.query import Filter, Query, guid, name, select
from usersync.creatio.session import Answer, Call, Patience, Session
from usersync.creatio.site import Runtime, Site, detect
from usersync.creatio.traffic import Clock, Kind, Sleep, Statistics, Traffic
from usersync.errors import Fatal
from usersync.tls import Verify, trusted

Results = list[BatchResult]

_QUOTED = re.compile(r"'((?:[^']|'')*)'")


class CreatioClient:
    """Creatio over OData 4, as an asynchronous context manager.

    Args:
        url: address as people give it; one that ends in `/odata` or `/0/odata` fixes the root.
        login: how to log in.
        runtime: `netframework`, `net`, or `auto` to find out.
        names: the mapping, so that errors name the setting of a missing entity or column.
        page_size: rows asked for at once, 1 to 20,000.
        at_once: requests under way at the same time, 1 to 8.
        per_second: greatest rate of requests, None = no limit.
        timeout: seconds to wait for an answer.
        batch_timeout: seconds to wait for the answer to a `$batch`.
        patience: how often to repeat what may be repeated.
        transport: where requests go instead of the network, for tests.
        verify: True = the certificates of the installation, a path = a file of certificates, or a ready TLS context.
        clock: monotonic seconds.
        sleep: how to wait.

    Raises:
        CertificatesUnreadable: `verify` names no file of certificates.
        ProxyInvalid: the proxy of the environment cannot be used.
    """

    def __init__(
        self,
        url: str,
        login: Login,
        *,
        runtime: Literal["auto", "netframework", "net"] | Runtime = "auto",
        names: EntityNames | None = None,
        page_size: int = 1000,
        at_once: int = 4,
        per_second: float | None = None,
        timeout: float = 60.0,
        batch_timeout: float = 180.0,
        patience: Patience | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        verify: Verify = True,
        clock: Clock = time.monotonic,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        if not 1 <= page_size <= MOST_PER_PAGE:
            raise ValueError("rows per page")
        self.site = Site.parse(url)
        self.login = login
        self.names = names
        self._page_size = page_size
        self._batch_timeout = batch_timeout
        self._traffic = Traffic(at_once=at_once, per_second=per_second, clock=clock, sleep=sleep)
        self._http = _open(transport=transport, verify=verify, timeout=timeout, at_once=at_once)
        self._session = Session(self._http, self.site.base, login, self._traffic, patience)
        self._runtime = None if runtime == "auto" else Runtime(runtime)
        self._detecting = asyncio.Lock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    @property
    def statistics(self) -> Statistics:
        """What was sent so far."""
        return self._traffic.statistics

    @property
    def server_time(self) -> datetime | None:
        """Creatio's clock as its last answer told it (whole seconds, aware UTC); None before the first."""
        return self._session.server_time

    async def runtime(self) -> Runtime:
        """Which runtime serves this Creatio; found out once.

        Raises:
            UrlWrong: this address is no Creatio.
            CreatioError: the login is refused, or nothing answers.
        """
        async with self._detecting:
            if self._runtime is None:
                self._runtime = await detect(self.site, self._session.probe)
            return self._runtime

    async def root(self) -> str:
        """Address of the OData root."""
        return self.site.root(await self.runtime())

    # Reading

    async def list(self, entity: str, query: Query) -> Rows:
        """All rows of a query, page by page.

        Args:
            entity: entity set.
            query: what to read; `Id` is always among the columns.

        Raises:
            CreatioError: see `usersync.creatio.errors`.
        """
        return await (await self._reader(entity, query)).all()

    async def pages(self, entity: str, query: Query) -> AsyncIterator[Page]:
        """The rows of a query page by page, for what does not fit into memory."""
        async for page in (await self._reader(entity, query)).pages():
            yield page

    async def count(self, entity: str, condition: Filter | None = None) -> int:
        """How many rows there are (that the integration user may see)."""
        query = select("Id").where(condition)
        call = await self._call("GET", entity, query=query.encoded(top=0, count=True), hide=_quoted(query))
        answer = await self._session.send(call)
        count = count_of(answer.body)
        if count is None:
            # Not every OData server counts where no rows are asked for.
            call = await self._call(
                "GET", entity, "/$count", query=_filter_only(query), hide=_quoted(query), accept="*/*"
            )
            answer = await self._session.send(call)
            count = _whole_number(answer.body)
        if count is None:
            raise unreadable(answer.question, answer.status)
        return count

    async def get(self, entity: str, key: str, query: Query) -> Row:
        """One row.

        Args:
            entity: entity set.
            key: the row's id.
            query: its columns and what to expand.

        Raises:
            RecordMissing: there is no such row, or the integration user may not see it.
        """
        answer = await self._session.send(await self._call("GET", entity, key=key, query=query.with_key().encoded()))
        if isinstance(answer.body, dict) and "Id" in answer.body:
            return answer.body
        if answer.body in (None, {}, "null"):
            raise RecordMissing(
                entity=entity, status=answer.status, url=answer.question.url, request_id=answer.question.request_id
            )
        raise unreadable(answer.question, answer.status)

    async def exists(self, entity: str, key: str) -> bool:
        """Whether there is such a row that the integration user may see."""
        try:
            await self.get(entity, key, select("Id"))
        except RecordMissing:
            return False
        return True

    async def metadata(self) -> metadata.Metadata:
        """What entities this Creatio has.

        Raises:
            MetadataUnreadable: `$metadata` is no CSDL.
        """
        answer = await self._session.send(Call("GET", f"{await self.root()}/$metadata", accept="application/xml"))
        return metadata.parse(answer.content, url=answer.question.url)

    # Writing

    async def create(self, entity: str, payload: Mapping[str, Any]) -> Row:
        """Make a row. The payload brings its `Id`, so that a repeat cannot make a second one.

        Returns:
            The row as Creatio gives it back, defaults filled in; the payload where it gives nothing back.

        Raises:
            DuplicateKey: there is a row with this id.
            CreatioError: with `outcome_unknown` where the row may have been made: look before anything else.
        """
        if "Id" not in payload:
            raise ValueError("a row to be made needs its Id")
        answer = await self._session.send(await self._call("POST", entity, payload=payload))
        return answer.body if isinstance(answer.body, dict) else dict(payload)

    async def update(self, entity: str, key: str, payload: Mapping[str, Any]) -> None:
        """Change columns of a row. Any 2xx is a success.

        Raises:
            RecordMissing: there is no such row.
            CreatioError: with `outcome_unknown` where the change may have been made.
        """
        await self._session.send(await self._call("PATCH", entity, key=key, payload=payload))

    async def delete(self, entity: str, key: str) -> None:
        """Remove a row.

        Raises:
            RecordMissing: there is no such row any more.
            CreatioError: with `outcome_unknown` where the row may be gone.
        """
        await self._session.send(await self._call("DELETE", entity, key=key))

    async def batch(self, operations: Sequence[Operation], *, within: float | None = None) -> Results:
        """Up to 100 operations in one request, each of which may fail alone.

        Args:
            operations: reads and writes.
            within: seconds from now in which the request must go out, or it does not go out at all (each operation then
                has the error `TurnMissed`, or whatever kept it waiting); None = whenever its turn comes.

        Returns:
            One result for each operation, in their order. Where the batch as a whole failed, each has that error, with
            `outcome_unknown` where the operations may have been carried out.

        Raises:
            CreatioError: a fatal one (login, rights, address): nothing was carried out.
            ValueError: there are no operations, or more than 100.
        """
        until = None if within is None else self._traffic.now() + within
        results = await self._send_batch(operations, until)
        over = [position for position, result in enumerate(results) if result.session_over]
        if not over:
            return results
        # These were refused before anything was done; the others stand, whatever becomes of the repeat.
        refused = [operations[position] for position in over]
        try:
            await self._session.renew()
            repeated = await self._send_batch(refused, until)
        except CreatioError as error:
            repeated = batches.failed(refused, error)
        for position, result in zip(over, repeated, strict=True):
            results[position] = replace(result, id=results[position].id)
        return results

    async def _send_batch(self, operations: Sequence[Operation], until: float | None) -> Results:
        url = f"{await self.root()}/$batch"
        writes = any(operation.writes for operation in operations)
        call = Call(
            "POST",
            url,
            kind=Kind.BATCH,
            body=batches.encode(operations),
            headers={"Prefer": "continue-on-error"},
            operations=len(operations),
            hide=tuple(value for operation in operations for value in operation.hide),
            timeout=self._batch_timeout,
            repeatable=not writes,
            until=until,
        )
        settings = {operation.entity: self._settings(operation.entity) for operation in operations}
        try:
            answer = await self._session.send(call)
            request_id = answer.question.request_id
            results = batches.decode(operations, answer.body, settings=settings, url=url, request_id=request_id)
            if results is None:
                raise unreadable(answer.question, answer.status)
        except CreatioError as error:
            if isinstance(error, ColumnMissing | DuplicateKey):
                # The batch broke off at one of its operations; those before it may have been carried out.
                error.outcome_unknown = writes
            elif isinstance(error, Fatal):
                raise
            return batches.failed(operations, error)
        return results

    # Configuration services

    async def call_service(
        self, path: str, body: Mapping[str, Any], *, writes: bool, hide: tuple[str, ...] = ()
    ) -> dict[str, Any]:
        """Call a method of a configuration service.

        Args:
            path: below the runtime's prefix: `rest/AdministrationService/UpdateOrCreateUser`.
            body: its arguments.
            writes: it changes something, and is not repeated where that may have happened.
            hide: values that must not come back in an error's text.

        Returns:
            The body of the answer.

        Raises:
            ServiceMissing: this Creatio has no such method.
            CreatioError: with `outcome_unknown` where a change may have been made.
        """
        url = f"{self.site.base}{(await self.runtime()).prefix}/{path}"
        kind = Kind.WRITE if writes else Kind.READ
        call = Call("POST", url, kind=kind, body=dict(body), hide=hide, repeatable=not writes)
        try:
            answer = await self._session.send(call)
        except (EntityMissing, RecordMissing, UrlWrong) as error:
            if error.status != 404:
                raise
            raise ServiceMissing(
                method=path.removeprefix("rest/"), status=error.status, url=error.url, request_id=error.request_id
            ) from error
        if not isinstance(answer.body, dict):
            raise unreadable(answer.question, answer.status)
        return answer.body

    # The way every request is made

    async def _reader(self, entity: str, query: Query) -> Reader:
        async def fetch(url: str) -> Page:
            answer = await self._session.send(self._list_call(entity, url, _quoted(query)))
            page = page_of(answer.body)
            if page is None:
                raise _not_a_list(answer)
            return page

        return Reader(fetch, await self.root(), name(entity), query, self._page_size)

    def _list_call(self, entity: str, url: str, hide: tuple[str, ...]) -> Call:
        return Call("GET", url, entity=entity, settings=self._settings(entity), hide=hide)

    async def _call(
        self,
        method: Literal["GET", "POST", "PATCH", "DELETE"],
        entity: str,
        suffix: str = "",
        *,
        key: str | None = None,
        query: str = "",
        payload: Mapping[str, Any] | None = None,
        hide: tuple[str, ...] = (),
        accept: str = "application/json",
    ) -> Call:
        place = f"{name(entity)}({guid(key)})" if key is not None else f"{name(entity)}{suffix}"
        writes = method != "GET"
        return Call(
            method,
            f"{await self.root()}/{place}" + (f"?{query}" if query else ""),
            kind=Kind.WRITE if writes else Kind.READ,
            entity=entity,
            keyed=key is not None,
            body=None if payload is None else dict(payload),
            accept=accept,
            settings=self._settings(entity),
            hide=(*hide, *values_of(payload)),
            repeatable=not writes,
        )

    def _settings(self, entity: str) -> dict[str, str]:
        return self.names.settings_of(entity) if self.names else {}


def _not_a_list(answer: Answer) -> AnswerLost:
    return unreadable(answer.question, answer.status)


def _quoted(query: Query) -> tuple[str, ...]:
    """The texts in a filter: what an error must not repeat."""
    condition = query.condition
    return tuple(found.replace("''", "'") for found in _QUOTED.findall(condition.text)) if condition is not None else ()


def _filter_only(query: Query) -> str:
    return next((part for part in query.encoded().split("&") if part.startswith("$filter=")), "")


def _whole_number(body: Any) -> int | None:
    try:
        return int(str(body).strip())
    except ValueError:
        return None


def _open(
    *, transport: httpx.AsyncBaseTransport | None, verify: Verify, timeout: float, at_once: int
) -> httpx.AsyncClient:
    try:
        certificates = trusted(verify)
    except OSError as error:
        raise CertificatesUnreadable(path=str(verify)) from error
    try:
        return httpx.AsyncClient(
            transport=transport,
            verify=certificates,
            follow_redirects=False,
            timeout=httpx.Timeout(timeout, connect=min(timeout, 10.0), pool=None),
            headers={"User-Agent": f"usersync/{usersync.__version__}"},
            limits=httpx.Limits(max_connections=at_once + 1, max_keepalive_connections=at_once + 1),
        )
    except (ValueError, httpx.InvalidURL, ImportError):
        # Their texts quote the proxy's address, password and all.
        raise ProxyInvalid from None
