"""Rows of Creatio by their logical names: the mapping between operations and `$batch`."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from usersync.creatio import batch
from usersync.creatio.batch import BatchResult
from usersync.creatio.client import CreatioClient
from usersync.creatio.errors import CreatioError, RecordMissing
from usersync.creatio.mapping import Mapping as CreatioMapping
from usersync.creatio.query import Query, any_of_chunks
from usersync.errors import Retriable
from usersync.planning import Action, Operation

_AT_ONCE = 15
"""Rows one GET inside a batch asks for: a filter of that many guids stays short (docs/creatio.md#filters)."""

_FEW = 2
"""Reads that need no batch."""

_READ_AGAIN_AFTER = (0.3, 1.0)
"""Seconds before a read is repeated."""

_Read = tuple[str, Query]
"""Entity set and question."""


@dataclass(frozen=True)
class Rows:
    """Reads and writes rows by logical entity and id."""

    creatio: CreatioClient
    mapping: CreatioMapping

    async def read(
        self, keys: Iterable[tuple[str, str]], *, usernames: Sequence[str] = ()
    ) -> tuple[dict[tuple[str, str], dict[str, Any]], frozenset[str]]:
        """The rows as they stand now, many to a request.

        Args:
            keys: (logical entity, id); a row that is not there is absent from the result.
            usernames: Webitel usernames; those that have a record by now are the second result, case-folded.

        Raises:
            CreatioError: the rows cannot be read.
        """
        by_entity: dict[str, set[str]] = {}
        for entity, key in keys:
            by_entity.setdefault(entity, set()).add(key)
        reads = [
            (entity, self.mapping.query(entity).where(part).first(_AT_ONCE))
            for entity, ids in by_entity.items()
            for part in any_of_chunks(self.mapping.path(entity, "id"), sorted(ids), size=_AT_ONCE)
        ]
        answers = await self._answers([*reads, *(("record", query) for query in self._whose_records(usernames))])
        found: dict[tuple[str, str], dict[str, Any]] = {}
        for (entity, _), rows in zip(reads, answers, strict=False):
            for row in rows:
                fields = self.mapping.from_row(entity, row)
                found[entity, fields["id"]] = fields
        taken = [self.mapping.from_row("record", row) for rows in answers[len(reads) :] for row in rows]
        return found, frozenset(str(row["username"]).casefold() for row in taken if row.get("username"))

    def _whose_records(self, usernames: Sequence[str]) -> list[Query]:
        """Which of these Webitel usernames have a record by now, as questions."""
        if not usernames or not self.mapping.has("record", "username"):
            return []
        query = self.mapping.query("record", ("id", "username"))
        parts = any_of_chunks(self.mapping.path("record", "username"), sorted(set(usernames)))
        return [query.where(part).first(1_000) for part in parts]

    async def _answers(self, reads: Sequence[tuple[str, Query]]) -> list[list[dict[str, Any]]]:
        """The rows of each read of a logical entity; up to 100 reads to a request."""
        pieces = batch.chunks([(self.mapping.entity(entity), query) for entity, query in reads])
        answers = await asyncio.gather(*map(self._read_all, pieces))
        return [_values(result) for results in answers for result in results]

    async def _read_all(self, reads: Sequence[_Read]) -> list[BatchResult]:
        """The results of reads; one that failed and may succeed later is asked for again: reading does no harm."""
        ask = self._in_a_batch if len(reads) > _FEW else self._one_by_one
        results = await ask(reads)
        for pause in _READ_AGAIN_AFTER:
            failed = [position for position, result in enumerate(results) if isinstance(result.error, Retriable)]
            if not failed:
                break
            await asyncio.sleep(pause)
            again = await ask([reads[position] for position in failed])
            for position, result in zip(failed, again, strict=True):
                results[position] = result
        return results

    async def _in_a_batch(self, reads: Sequence[_Read]) -> list[BatchResult]:
        return list(await self.creatio.batch([batch.read_list(entity, query) for entity, query in reads]))

    async def _one_by_one(self, reads: Sequence[_Read]) -> list[BatchResult]:
        return await asyncio.gather(*(self._one(entity, query) for entity, query in reads))

    async def _one(self, entity: str, query: Query) -> BatchResult:
        """The result of one read as a batch would tell it."""
        try:
            found = await self.creatio.list(entity, query)
        except CreatioError as error:
            if not isinstance(error, Retriable):
                raise
            return BatchResult("", None, error=error)
        return BatchResult("", 200, {"value": found.rows})

    def payload(self, operation: Operation) -> dict[str, Any]:
        """What is sent for the operation; {} for a delete.

        Raises:
            ValueRefused: a value does not fit its column.
        """
        if operation.action is Action.DELETE:
            return {}
        payload = self.mapping.to_row(operation.entity, operation.after)
        return {"Id": operation.key, **payload} if operation.action is Action.CREATE else payload

    async def write(
        self, operations: Sequence[tuple[Operation, dict[str, Any]]], *, within: float | None = None
    ) -> dict[str, CreatioError | None]:
        """Send up to 100 operations as one request.

        Args:
            operations: each with what is sent for it.
            within: seconds from now in which the request must go out, or it does not go out at all.

        Returns:
            Operation id → None where it was carried out, else why not.

        Raises:
            CreatioError: a fatal one; nothing was carried out.
        """
        requests = [self._request(operation, payload) for operation, payload in operations]
        results = await self.creatio.batch(requests, within=within)
        return {
            operation.id: None if result.ok or _is_deleted(operation, result) else result.error
            for (operation, _), result in zip(operations, results, strict=True)
        }

    async def changed_records(self, since: datetime | None) -> dict[str, Any]:
        """Records that were made or changed since this moment of Creatio's clock: id → when (None where it is not told).

        Args:
            since: None = all records.
        """
        timed = self.mapping.has("record", "modified_on")
        query = self.mapping.query("record", ("id", "modified_on") if timed else ("id",))
        if timed and since is not None:
            query = query.where(self.mapping.path("record", "modified_on") > since)
        answer = await self.creatio.list(self.mapping.entity("record"), query)
        rows = [self.mapping.from_row("record", row) for row in answer.rows]
        return {row["id"]: row.get("modified_on") for row in rows}

    def _request(self, operation: Operation, payload: Mapping[str, Any]) -> batch.Operation:
        entity = self.mapping.entity(operation.entity)
        if operation.action is Action.CREATE:
            return batch.create(entity, payload, id=operation.id)
        if operation.action is Action.DELETE:
            return batch.delete(entity, operation.key, id=operation.id)
        return batch.update(entity, operation.key, payload, id=operation.id)


def _values(result: BatchResult) -> list[dict[str, Any]]:
    if result.error is not None:
        raise result.error
    body = result.body
    return list(body.get("value", [])) if isinstance(body, dict) else []


def _is_deleted(operation: Operation, result: BatchResult) -> bool:
    """Deleting what is not there any more is what was wanted."""
    return operation.action is Action.DELETE and isinstance(result.error, RecordMissing)
