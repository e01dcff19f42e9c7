"""How Creatio fails: the shapes of its error bodies. The texts are the service's own, for developers, English."""

from __future__ import annotations

from typing import Any

_TYPE = "Terrasoft.Configuration.OData"


class Failure(Exception):
    """An answer that is an error.

    Attributes:
        status: HTTP status, of the answer or of the sub-response.
        body: its body.
    """

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        super().__init__(status)
        self.status = status
        self.body = body


def odata_failure(status: int, message: str, inner: str | None = None, kind: str = "System.Exception") -> Failure:
    """The OData shape; the useful text is the innermost."""
    inner_error: dict[str, Any] = {"message": message, "type": kind, "stacktrace": f"   at {_TYPE}.ODataController"}
    if inner is not None:
        inner_error["internalexception"] = {"message": inner, "type": kind, "stacktrace": "   at Terrasoft.Core.DB"}
    return Failure(status, {"error": {"code": "", "message": message, "innererror": inner_error}})


def invalid_query(message: str) -> Failure:
    """400: a query option that OData's own model refuses."""
    text = f"The query specified in the URI is not valid. {message}"
    return odata_failure(400, text, kind="Microsoft.OData.ODataException")


def invalid_body(errors: dict[str, str]) -> Failure:
    """400: a body that does not fit the model."""
    state = {name: [text] for name, text in errors.items()}
    return Failure(400, {"Message": "The request is invalid.", "ModelState": state})


def no_property(name: str, entity: str) -> str:
    """What OData says of a property that does not exist."""
    return f"Could not find a property named '{name}' on type '{_TYPE}.{entity}'."


def column_by_path(path: str, entity: str) -> Failure:
    """500: what Creatio says when a filter names a lookup's own column instead of the way to it."""
    text = f"Column by path {path} not found in schema {entity}."
    return odata_failure(500, "An error has occurred.", text, "Terrasoft.Common.ItemNotFoundException")


def database_failure(text: str) -> Failure:
    """500: what the database refused."""
    return odata_failure(500, "An error has occurred.", text, "Terrasoft.Common.DbOperationException")


def aspnet_failure(status: int, text: str) -> Failure:
    """A configuration service that broke: ASP.NET's shape."""
    return Failure(
        status,
        {
            "Message": "An error has occurred.",
            "ExceptionMessage": text,
            "ExceptionType": "System.Exception",
            "StackTrace": "   at Terrasoft.Configuration",
        },
    )


def no_entity_set(name: str, url: str, status: int) -> Failure:
    """A routing miss: ASP.NET's shape, seen with 404 and with 200."""
    return Failure(
        status,
        {
            "Message": f"No HTTP resource was found that matches the request URI '{url}'.",
            "MessageDetail": f"No type was found that matches the controller named '{name}'.",
        },
    )


def no_record(entity: str, row_id: str) -> Failure:
    """404: no row of this Id, or none the caller may see."""
    return odata_failure(404, f"Record {row_id} not found in {entity}.", kind="Terrasoft.Common.ItemNotFoundException")


def no_right(entity: str, what: str) -> Failure:
    """403: the caller may not write."""
    return odata_failure(
        403,
        f"Current user does not have permission to {what} object {entity}.",
        kind="System.Security.SecurityException",
    )


def authentication_failed() -> dict[str, Any]:
    """ASP.NET's body for a request without a living session."""
    return {
        "Message": "Authentication failed.",
        "StackTrace": None,
        "ExceptionType": "System.InvalidOperationException",
    }
