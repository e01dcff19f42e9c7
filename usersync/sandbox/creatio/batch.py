"""`$batch` in JSON: up to a hundred operations in one request."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from usersync.sandbox.creatio.errors import Failure, odata_failure
from usersync.sandbox.creatio.odata import Context, OData, Operation, Reply
from usersync.sandbox.creatio.store import Store
from usersync.sandbox.front.faults import FaultQueue

MOST = 100


class Batches:
    """Carries out batches on one Creatio.

    Args:
        store: the database; a batch is one transaction of it, in which each operation stands alone.
        odata: carries out the operations.
        faults: faults that strike single operations.
    """

    def __init__(self, store: Store, odata: OData, faults: FaultQueue) -> None:
        self._store = store
        self._odata = odata
        self._faults = faults

    def carry_out(self, body: Any, context: Context, *, continue_on_error: bool) -> tuple[dict[str, Any], int]:
        """Carry out a batch.

        Args:
            body: `{"requests": […]}`.
            context: what holds for all operations.
            continue_on_error: the outer request said `Prefer: continue-on-error`; otherwise the first failure stops
                the rest, which then are missing from the answer.

        Returns:
            The body of the answer, and how many operations the batch held.

        Raises:
            Failure: 400 for a batch that cannot be read, or holds more than a hundred.
        """
        requests = _requests(body)
        groups: dict[str, str] = {}
        responses = []
        with self._store.transaction():
            for request in requests:
                operation = _operation(request, context.root)
                reply, missing = self._one(operation, context)
                response = _response(request, reply)
                if group := request.get("atomicityGroup"):
                    response["atomicityGroup"] = groups.setdefault(str(group), str(uuid.uuid4()))
                if not missing:
                    responses.append(response)
                if reply.status >= 400 and not continue_on_error:
                    break
        return {"responses": responses}, len(requests)

    def _one(self, operation: Operation, context: Context) -> tuple[Reply, bool]:
        """One operation, and whether its answer goes missing."""
        fault = self._faults.take_subrequest(operation.method, operation.path)
        failed = odata_failure(500, "An error has occurred.", "The sandbox was asked to fail this operation.")
        if fault is not None and fault.kind == "subrequest_500":
            return Reply(500, failed.body), False
        reply = self._odata.carry_out(operation, context)
        if fault is not None and fault.kind == "subrequest_500_after":
            return Reply(500, failed.body), False
        return reply, fault is not None


def _requests(body: Any) -> list[dict[str, Any]]:
    requests = body.get("requests") if isinstance(body, dict) else None
    if not isinstance(requests, list) or not all(isinstance(request, dict) for request in requests):
        raise _unreadable("The batch request must have a property 'requests' that is an array of objects.")
    if len(requests) > MOST:
        raise _unreadable(f"The maximum number of operations in a batch request is {MOST}.")
    ids = [request.get("id") for request in requests]
    if not all(isinstance(item, str) and item for item in ids) or len(set(ids)) != len(ids):
        raise _unreadable("Each request of a batch must have an 'id' of its own.")
    return requests


def _operation(request: Mapping[str, Any], root: str) -> Operation:
    url = urlsplit(str(request.get("url", "")))
    path = url.path.removeprefix(urlsplit(root).path).lstrip("/")
    return Operation(str(request.get("method", "")).upper(), path, url.query, request.get("body"))


def _response(request: Mapping[str, Any], reply: Reply) -> dict[str, Any]:
    headers = {"odata-version": "4.0", **{name.lower(): value for name, value in reply.headers.items()}}
    response: dict[str, Any] = {"id": request["id"], "status": reply.status, "headers": headers}
    if reply.body is not None:
        kind = "text/plain" if reply.plain else "application/json; odata.metadata=minimal; odata.streaming=true"
        headers["content-type"] = kind
        response["body"] = reply.body
    return response


def _unreadable(text: str) -> Failure:
    return odata_failure(400, text, kind="Microsoft.OData.ODataException")
