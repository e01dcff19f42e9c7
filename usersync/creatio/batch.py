"""Many operations in one request: OData's JSON `$batch` (docs/creatio.md#batch).

The operations are independent: one bad record fails alone. They are matched to their answers by id only, for the answers may
come in any order, and some not at all.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from usersync.creatio.answers import Question, SessionOver, judge
from usersync.creatio.errors import CreatioError, SubResponseMissing
from usersync.creatio.query import Query, guid, name
from usersync.creatio.session import JSON_TYPE

MOST = 100
"""Operations Creatio takes in one `$batch`."""

Item = TypeVar("Item")


@dataclass(frozen=True)
class Operation:
    """One request inside a batch. Made with `create`, `update`, `delete` or `read`.

    Attributes:
        method: HTTP method.
        entity: entity set.
        key: id of the row; None for a create or a list.
        payload: columns to write, as Creatio names them.
        query: what to read.
        id: the caller's own mark, given back with the result.
    """

    method: Literal["GET", "POST", "PATCH", "DELETE"]
    entity: str
    key: str | None = None
    payload: Mapping[str, Any] | None = field(default=None, repr=False)
    query: Query | None = field(default=None, repr=False)
    id: str = ""

    @property
    def writes(self) -> bool:
        """It changes something."""
        return self.method != "GET"

    @property
    def address(self) -> str:
        """The address relative to the root: `Contact`, `Contact(6f0e…)?$select=Id`."""
        place = self.entity if self.key is None else f"{self.entity}({self.key})"
        if self.query is None:
            return place
        return f"{place}?{self.query.encoded(top=self.query.limit)}"

    @property
    def hide(self) -> tuple[str, ...]:
        """Values that must not come back in an error's text."""
        return values_of(self.payload)

    def question(self, *, url: str, request_id: str | None, settings: Mapping[str, str]) -> Question:
        """The operation as its answer is understood by."""
        return Question(
            method=self.method,
            entity=self.entity,
            keyed=self.key is not None,
            writes=self.writes,
            settings=settings,
            hide=self.hide,
            url=url,
            request_id=request_id,
        )


@dataclass(frozen=True)
class BatchResult:
    """What became of one operation.

    Attributes:
        id: the operation's own id, else its number in the batch, from 1.
        status: HTTP status, None where there was no answer.
        body: JSON value of the answer: the row of a create or a read.
        error: None for a success; `error.outcome_unknown` where the row has to be read back.
        session_over: it was refused, untried, because the login was no longer valid.
    """

    id: str
    status: int | None
    body: Any = field(default=None, repr=False)
    error: CreatioError | None = None
    session_over: bool = False

    @property
    def ok(self) -> bool:
        """It was carried out."""
        return self.error is None


def create(entity: str, payload: Mapping[str, Any], *, id: str = "") -> Operation:  # noqa: A002 - the batch's own word
    """Make a row. The payload has to bring its `Id`, so that a repeat cannot make a second row.

    Raises:
        ValueError: the payload has no `Id`.
    """
    if "Id" not in payload:
        raise ValueError("a row to be made needs its Id")
    return Operation("POST", name(entity), payload=payload, id=id)


def update(entity: str, key: str, payload: Mapping[str, Any], *, id: str = "") -> Operation:  # noqa: A002
    """Change columns of a row."""
    return Operation("PATCH", name(entity), guid(key), payload=payload, id=id)


def delete(entity: str, key: str, *, id: str = "") -> Operation:  # noqa: A002
    """Remove a row."""
    return Operation("DELETE", name(entity), guid(key), id=id)


def read(entity: str, key: str, query: Query, *, id: str = "") -> Operation:  # noqa: A002
    """Read a row: its `$select` and `$expand`."""
    return Operation("GET", name(entity), guid(key), query=query, id=id)


def read_list(entity: str, query: Query, *, id: str = "") -> Operation:  # noqa: A002
    """Read rows, one page of them: the query's own `first(n)` bounds it."""
    return Operation("GET", name(entity), query=query.with_key(), id=id)


def chunks(items: Sequence[Item], size: int = MOST) -> Iterator[Sequence[Item]]:
    """The items in order, in pieces that fit into one batch."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def encode(operations: Sequence[Operation]) -> dict[str, Any]:
    """The body of a `$batch` request. The ids in it are the numbers from 1.

    Raises:
        ValueError: there are none, or more than `MOST`.
    """
    if not 1 <= len(operations) <= MOST:
        raise ValueError("operations in a batch")
    requests = []
    for number, operation in enumerate(operations, 1):
        request: dict[str, Any] = {
            "id": str(number),
            "method": operation.method,
            "url": operation.address,
            "headers": {"Accept": "application/json"},
        }
        if operation.payload is not None:
            request["headers"]["Content-Type"] = JSON_TYPE
            request["body"] = dict(operation.payload)
        requests.append(request)
    return {"requests": requests}


def decode(
    operations: Sequence[Operation],
    body: Any,
    *,
    settings: Mapping[str, Mapping[str, str]],
    url: str = "",
    request_id: str | None = None,
) -> list[BatchResult] | None:
    """Read the answer to a `$batch`.

    Args:
        operations: those that were sent, in order.
        body: JSON value of the answer.
        settings: entity set → column → the setting that maps it.
        url: address of the batch without query.
        request_id: the id sent with the batch.

    Returns:
        None where this is no answer to a batch at all.
    """
    responses = body.get("responses") if isinstance(body, dict) else None
    if not isinstance(responses, list):
        return None
    by_id: dict[str, Mapping[str, Any]] = {}
    for response in responses:
        if isinstance(response, dict) and "id" in response:
            by_id.setdefault(str(response["id"]), response)
    results = []
    for number, operation in enumerate(operations, 1):
        question = operation.question(url=url, request_id=request_id, settings=settings.get(operation.entity, {}))
        results.append(_result(operation, question, number, by_id.get(str(number))))
    return results


def failed(operations: Sequence[Operation], error: CreatioError) -> list[BatchResult]:
    """The results where the batch as a whole failed: each operation has the error."""
    return [
        BatchResult(operation.id or str(number), error.status, error=error)
        for number, operation in enumerate(operations, 1)
    ]


def _result(operation: Operation, question: Question, number: int, response: Mapping[str, Any] | None) -> BatchResult:
    mark = operation.id or str(number)
    status = _status(response)
    if response is None or status is None:
        missing = SubResponseMissing(
            operation=question.operation,
            url=question.url,
            request_id=question.request_id,
            outcome_unknown=operation.writes,
        )
        return BatchResult(mark, None, error=missing)
    body = _body(response.get("body"))
    sent = response.get("headers")
    headers = {str(key).lower(): str(value) for key, value in sent.items()} if isinstance(sent, dict) else {}
    verdict = judge(question, status, headers, body)
    if isinstance(verdict, SessionOver):
        return BatchResult(mark, status, body, verdict.error, session_over=True)
    return BatchResult(mark, status, body, verdict)


def _status(response: Mapping[str, Any] | None) -> int | None:
    try:
        return int((response or {})["status"])
    except (KeyError, TypeError, ValueError):
        return None


def _body(value: Any) -> Any:
    """The body as JSON; some servers send it as text."""
    if not isinstance(value, str):
        return value
    if not value.strip():
        return None
    try:
        return json.loads(value)
    except ValueError:
        return value


def values_of(payload: Mapping[str, Any] | None) -> tuple[str, ...]:
    """The texts in a payload but ids: what an error must not repeat."""
    if not payload:
        return ()
    return tuple(value for key, value in payload.items() if isinstance(value, str) and not key.endswith("Id"))
