"""What an answer of Creatio means: data, the end of our session, or one of the errors.

Creatio says the same thing in many shapes, some of them with HTTP 200 (docs/creatio.md#errors). This module knows them all,
for whole answers and for those inside a `$batch`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from usersync.creatio.errors import (
    NOTHING_SAID,
    AnswerLost,
    ColumnMissing,
    CreatioError,
    CsrfRejected,
    DuplicateKey,
    EntityMissing,
    InvalidRequest,
    NotAuthorized,
    RecordMissing,
    RecordRefused,
    RightsMissing,
    ServerFailed,
    TooManyRequests,
    Unavailable,
    UrlWrong,
)
from usersync.redaction import redact

_TRACE = re.compile(r"(?:\s+at\s+|\s+в\s+|\s+у\s+)[A-Za-z_][\w.`<>+]*\(|\s+---(?:>|\s)")
_KEY_VALUE = re.compile(r"(?i)((?:duplicate )?key value is )\([^)]*\)|(\)=)\([^)]*\)")
_COLUMN_OF_SCHEMA = re.compile(
    r"(?:Column by path|Колонка по пути|Колонк\w* за шляхом)\s+['\"«]?(?P<column>[\w./]+)['\"»]?"
    r".*?(?:schema|схем\w*)\s+['\"«]?(?P<entity>\w+)",
    re.DOTALL,
)
_PROPERTY_OF_TYPE = re.compile(
    r"[Cc]ould not find a property named '(?P<column>\w+)' on type '(?:[\w.]+\.)?(?P<entity>\w+)'"
)
_UNKNOWN_ENTITY = re.compile(
    r"No HTTP resource was found|matches the controller named|Resource not found for the segment", re.IGNORECASE
)
_CONTROLLER = re.compile(r"controller named '(\w+)'")
_DUPLICATE = re.compile(
    r"duplicate (?:key|entry)|violation of (?:primary|unique)|unique (?:constraint|index)|ora-00001|\b23505\b"
    r"|повторяющ\w+ (?:значение )?ключ|ограничени\w+ уникальн|уникальн\w+ ограничени|нарушение [^.]*primary key"
    r"|повторюван\w+ (?:значення )?ключ|значення ключа повторю|обмеження унікальн|унікальн\w+ обмеження",
    re.IGNORECASE,
)
_AUTHENTICATION_FAILED = re.compile(r"\s*authentication (?:failed|required)", re.IGNORECASE)
_LOGIN_PAGE = re.compile(r"/(?:nui)?login(?:page)?(?:[/.?]|$)", re.IGNORECASE)
_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
_FAILURE_KEYS = frozenset({"MessageDetail", "ExceptionMessage", "ExceptionType", "StackTrace", "ModelState"})


@dataclass(frozen=True)
class Question:
    """What was asked, as far as it matters for understanding the answer.

    Attributes:
        method: HTTP method.
        entity: entity set asked about, empty where it is the service itself.
        keyed: one row was asked about, by its id.
        writes: the request changes something.
        settings: column → the setting that maps it; `""` is the entity's own.
        hide: values sent along that must not come back in an error's text.
        url: address without query.
        request_id: the id we sent.
    """

    method: str
    entity: str = ""
    keyed: bool = False
    writes: bool = False
    settings: Mapping[str, str] = field(default_factory=dict)
    hide: tuple[str, ...] = ()
    url: str = ""
    request_id: str | None = None

    @property
    def operation(self) -> str:
        """What was done to what: `PATCH WSysAccount`."""
        return f"{self.method} {self.entity or self.url}"


class SessionOver:
    """The answer says that our login is no longer valid: nothing was carried out.

    Args:
        error: what it comes to where a fresh login does not help.
    """

    def __init__(self, error: CreatioError) -> None:
        self.error = error


def judge(
    question: Question,
    status: int,
    headers: Mapping[str, str],
    body: Any,
) -> CreatioError | SessionOver | None:
    """What an answer means.

    Args:
        question: what was asked.
        status: HTTP status of the answer or of the part of a batch.
        headers: its headers, names in lower case.
        body: the JSON value, text where it is no JSON, None where it is empty.

    Returns:
        None for a success.
    """
    page = _is_page(headers, body)
    if 300 <= status < 400:
        return _redirected(question, status, headers.get("location", ""))
    text = useful_text(body, hide=question.hide)
    known: dict[str, Any] = {"status": status, "url": question.url, "request_id": question.request_id}
    if status == 401 or _says_authentication_failed(body):
        return SessionOver(NotAuthorized(text=text, operation=question.operation, **known))
    if 200 <= status < 300:
        if page:
            return SessionOver(UrlWrong(text=text, **known))
        if not _is_failure(body):
            return None
    return _failure(question, status, headers, body, text, page=page)


def useful_text(body: Any, *, hide: Iterable[str] = ()) -> str:
    """What the service says went wrong: the innermost message, no stack trace, nothing secret or personal.

    Args:
        body: the JSON value or text of the answer.
        hide: values that were sent and must not be repeated.

    Returns:
        One line, or `NOTHING_SAID`.
    """
    text = " ".join(_messages(body)) if isinstance(body, dict) else _title(body)
    text = _TRACE.split(text, maxsplit=1)[0]
    text = _KEY_VALUE.sub(lambda found: f"{found[1] or found[2]}(***)", text)
    for value in sorted({value for value in hide if len(value) > 2}, key=len, reverse=True):
        text = text.replace(value, "***")
    return redact(text).strip() or NOTHING_SAID


def retry_after(headers: Mapping[str, str], *, now: datetime | None = None) -> float | None:
    """Seconds to wait by the header Retry-After (a number or a date), None where there is none."""
    value = headers.get("retry-after", "").strip()
    if not value:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        then = moment_of(value)
        return None if then is None else max(0.0, (then - (now or datetime.now(UTC))).total_seconds())


def moment_of(value: str) -> datetime | None:
    """A time of an HTTP header (`Date`, `Retry-After`), aware UTC; None where it is unreadable."""
    try:
        then = parsedate_to_datetime(value)
    except ValueError:
        return None
    return then.replace(tzinfo=UTC) if then.tzinfo is None else then.astimezone(UTC)


def read_json(content: bytes) -> Any:
    """The JSON value; the text where it is no JSON; None where it is empty."""
    if not content.strip():
        return None
    text = content.decode("utf-8-sig", errors="replace")
    try:
        return json.loads(text)
    except ValueError:
        return text


def _failure(
    question: Question, status: int, headers: Mapping[str, str], body: Any, text: str, *, page: bool
) -> CreatioError | SessionOver:
    known: dict[str, Any] = {"status": status, "url": question.url, "request_id": question.request_id}
    said: dict[str, Any] = {"text": text, "operation": question.operation}
    raw = " ".join(_messages(body)) if isinstance(body, dict) else str(body or "")
    wait = retry_after(headers)
    if status == 403:
        if "csrf" in raw.lower():
            return SessionOver(CsrfRejected(**said, **known))
        return RightsMissing(entity=question.entity or question.url, **said, **known)
    if status == 429:
        return TooManyRequests(retry_after=wait, **said, **known)
    if status == 503:
        # A gateway that says when to come back did not pass the request on; one that does not may have.
        return Unavailable(retry_after=wait, outcome_unknown=question.writes and wait is None, **said, **known)
    named = _missing_name(question, status, body, raw, known, page=page)
    if named is not None:
        return named
    if _DUPLICATE.search(raw) or (status == 409 and question.method == "POST"):
        return DuplicateKey(**said, **known)
    if status == 404:
        return RecordMissing(entity=question.entity, **known)
    if status == 400 or (isinstance(body, dict) and "ModelState" in body):
        return InvalidRequest(**said, **known)
    if 400 <= status < 500:
        return RecordRefused(**said, **known)
    return ServerFailed(outcome_unknown=question.writes, **said, **known)


def _missing_name(
    question: Question, status: int, body: Any, raw: str, known: dict[str, Any], *, page: bool
) -> CreatioError | None:
    """The error that something does not exist under the name we use for it."""
    column = _COLUMN_OF_SCHEMA.search(raw) or _PROPERTY_OF_TYPE.search(raw)
    if column:
        name = column["column"]
        setting = question.settings.get(name) or question.settings.get(f"{name}Id") or NOTHING_SAID
        return ColumnMissing(column=name, entity=column["entity"], setting=setting, **known)
    if _UNKNOWN_ENTITY.search(raw) or (isinstance(body, dict) and "MessageDetail" in body):
        controller = _CONTROLLER.search(raw)
        return _entity_missing(question, controller[1] if controller else question.entity, known)
    if status != 404 or (question.keyed and question.entity):
        return None
    if question.entity and not page:
        return _entity_missing(question, question.entity, known)
    return UrlWrong(text=useful_text(body), **known)


def _entity_missing(question: Question, entity: str, known: dict[str, Any]) -> EntityMissing:
    return EntityMissing(entity=entity or question.url, setting=question.settings.get("", NOTHING_SAID), **known)


def _redirected(question: Question, status: int, location: str) -> CreatioError | SessionOver:
    known: dict[str, Any] = {"status": status, "url": question.url, "request_id": question.request_id}
    if _LOGIN_PAGE.search(location):
        return SessionOver(NotAuthorized(text=NOTHING_SAID, operation=question.operation, **known))
    return UrlWrong("creatio-redirected", location=redact(location.partition("?")[0]), **known)


def unreadable(question: Question, status: int) -> AnswerLost:
    """The error for an answer that arrived but is not what such an answer has to be."""
    return AnswerLost(
        "creatio-answer-unreadable",
        operation=question.operation,
        status=status,
        url=question.url,
        request_id=question.request_id,
        outcome_unknown=question.writes,
    )


def _is_page(headers: Mapping[str, str], body: Any) -> bool:
    if not body:
        return False
    if "html" in headers.get("content-type", "").lower():
        return True
    return isinstance(body, str) and body.lstrip()[:15].lower().startswith(("<!doctype html", "<html"))


def _is_failure(body: Any) -> bool:
    """Whether a body that came with a 2xx speaks of a failure all the same."""
    if (
        not isinstance(body, dict)
        or "value" in body
        or any(key in body for key in ("Id", "@odata.context", "responses"))
    ):
        return False
    if isinstance(body.get("error"), dict):
        return True
    return "Message" in body and (len(body) == 1 or not _FAILURE_KEYS.isdisjoint(body))


def _says_authentication_failed(body: Any) -> bool:
    if not isinstance(body, dict) or "Id" in body or "value" in body:
        return False
    message = body.get("Message")
    return isinstance(message, str) and _AUTHENTICATION_FAILED.match(message) is not None


def _messages(body: Mapping[str, Any]) -> list[str]:
    error = body.get("error")
    if isinstance(error, dict):
        return [_innermost(error)]
    if isinstance(error, str):
        return [error, str(body.get("error_description") or "")]
    model = body.get("ModelState")
    if isinstance(model, dict):
        lines = [str(line) for value in model.values() for line in (value if isinstance(value, list) else [value])]
        return [str(body.get("Message") or ""), *lines]
    inner = body.get("InnerException")
    if isinstance(inner, dict) and any(_messages(inner)):
        return _messages(inner)
    exception = body.get("ExceptionMessage")
    if exception:
        return [str(exception)]
    return [str(body.get(key) or "") for key in ("Message", "MessageDetail")]


def _innermost(error: Mapping[str, Any]) -> str:
    for key in ("innererror", "internalexception"):
        inner = error.get(key)
        if isinstance(inner, dict) and (found := _innermost(inner)):
            return found
    message = error.get("message")
    return str(message.get("value") or "") if isinstance(message, dict) else str(message or "")


def _title(body: Any) -> str:
    if not isinstance(body, str):
        return ""
    title = _TITLE.search(body)
    if title:
        return title[1]
    return "" if body.lstrip().startswith("<") else body
