"""How Webitel writes: omitted zeros, string ids, references, the four members of an error."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from starlette.responses import Response


class Refusal(Exception):
    """An answer that is an error: `{"id", "code", "detail", "status"}`.

    Attributes:
        code: the HTTP status, repeated in the body.
        id: the machine id of the error.
        detail: text for developers, English.
    """

    def __init__(self, code: int, error_id: str, detail: str) -> None:
        super().__init__(code, error_id, detail)
        self.code = code
        self.id = error_id
        self.detail = detail

    def body(self) -> dict[str, Any]:
        """The body of the answer."""
        status = HTTPStatus(self.code).phrase if self.code in HTTPStatus._value2member_map_ else "Error"
        return {"id": self.id, "code": self.code, "detail": self.detail, "status": status}


def answer(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer; the value is sent as it is."""
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(body, status, headers, "application/json")


def without_zeros(value: Mapping[str, Any]) -> dict[str, Any]:
    """The message without the members that are zero, false or empty, as the gateway writes it."""
    return {key: item for key, item in value.items() if item not in (None, "", 0, False, [], {})}


def ref(row_id: Any, name: str | None) -> dict[str, str] | None:
    """A reference `{id, name}`; None when there is nothing to refer to."""
    return without_zeros({"id": str(row_id), "name": name or ""}) if row_id else None


def only(value: Mapping[str, Any], fields: Iterable[str]) -> dict[str, Any]:
    """The members asked for, and the id, which is never left out. Unknown names are passed over in silence."""
    wanted = {"id", *fields}
    return {key: item for key, item in value.items() if key in wanted}


_INT64 = re.compile(r"-?[0-9]+")


def int64(value: Any, where: str) -> int:
    """An id as a JSON body or a query has it: a string of digits, or a number.

    Raises:
        Refusal: it is neither.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and _INT64.fullmatch(value):
        return int(value)
    raise Refusal(400, "app.request.body.invalid", f"{where}: invalid value for int64 type")


_KINDS: Mapping[str, tuple[type, str]] = {
    "text": (str, "string"),
    "flag": (bool, "bool"),
    "list": (list, "array"),
    "map": (dict, "map"),
}


def members(body: Any, known: Mapping[str, str]) -> dict[str, Any]:
    """The known members of a request body, each of the right kind; unknown ones are dropped as the gateway drops them.

    Args:
        body: the decoded JSON.
        known: member → `text`, `flag`, `list`, `map`, `ref`.

    Raises:
        Refusal: the body is no object, or a member is of another kind.
    """
    if not isinstance(body, dict):
        raise Refusal(400, "app.request.body.invalid", "body: expected a JSON object")
    found: dict[str, Any] = {}
    for name, kind in known.items():
        if name not in body:
            continue
        value = body[name]
        expected, word = _KINDS["map"] if kind == "ref" else _KINDS[kind]
        if value is None:  # null resets the member to its zero
            value = expected()
        if not isinstance(value, expected):
            raise Refusal(400, "app.request.body.invalid", f"proto: (field {name}) invalid value for {word} type")
        found[name] = value
    return found


def ref_ids(values: Iterable[Any], where: str) -> list[int]:
    """The ids of a list of references, each once, in their order.

    Raises:
        Refusal: an entry is no reference.
    """
    ids: dict[int, None] = {}
    for value in values:
        if not isinstance(value, dict) or "id" not in value:
            raise Refusal(400, "app.request.body.invalid", f"{where}: expected a list of {{id}}")
        ids[int64(value["id"], where)] = None
    return list(ids)
