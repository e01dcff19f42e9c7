"""From an HTTP answer to its JSON, or to the error of `usersync.webitel.errors` that says what it means.

Two shapes of error bodies are understood: Webitel's `{"id", "code", "detail", "status"}` and the generator's
`{"code", "message", "details"}`. The status of the HTTP answer decides, never the body's.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from usersync.redaction import redact, redact_url
from usersync.webitel.errors import (
    AnswerGarbled,
    HtmlPage,
    LoginRefused,
    NotAuthorized,
    NotFound,
    NotJson,
    PathMissing,
    PermissionDenied,
    QueryRefused,
    Redirected,
    Refused,
    SecondFactorRequired,
    ServerFailed,
    ServiceAccountUnlicensed,
    TooManyRequests,
    WebitelError,
)
from usersync.webitel.retry import parse_retry_after
from usersync.webitel.statistics import RequestKind

_UNLICENSED = frozenset({"app.context.auth.license.err", "app.license.product.expired"})
_SHOWN_MEMBERS = frozenset({"id", "username", "domain"})
"""What we send that may be quoted back in an error text; all else may be a person's or a secret."""


@dataclass(frozen=True)
class Asked:
    """What the answer is an answer to.

    Attributes:
        url: the address without query.
        kind: read, write or login.
        one: True where the path names one object, so that 404 means: this object.
        body: what was sent; its values are taken out of any error text.
        secrets: more values to take out.
        relogged: True where a new login was made for this request already.
    """

    method: str
    url: str
    request_id: str
    kind: RequestKind
    one: bool = False
    body: Any = field(default=None, repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)
    relogged: bool = False

    @property
    def context(self) -> dict[str, Any]:
        """What every error about it carries."""
        return {"method": self.method, "url": self.url, "request_id": self.request_id}


def json_of(response: httpx.Response, asked: Asked, *, wall: float) -> Any:
    """The decoded body of a success, None where it is empty.

    Args:
        response: the answer, read to its end.
        asked: the request.
        wall: our own clock, seconds since 1970.

    Raises:
        WebitelError: the answer is anything but a success with JSON.
    """
    context = {**asked.context, "status": response.status_code, "outcome_unknown": asked.kind == "write"}
    if not response.is_success:
        raise _error_of(response, asked, wall)
    if not response.content.strip():
        return None
    try:
        return json.loads(response.content)
    except (ValueError, RecursionError):
        if _is_html(response):
            raise HtmlPage(**context) from None
        if response.content.lstrip()[:1] in {b"{", b"["}:
            raise AnswerGarbled(**context) from None
        raise NotJson(**context) from None


def server_time(response: httpx.Response) -> datetime | None:
    """The service's clock, from the header `Date`."""
    try:
        moment = parsedate_to_datetime(response.headers.get("date", ""))
    except (ValueError, TypeError, IndexError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _error_of(response: httpx.Response, asked: Asked, wall: float) -> WebitelError:
    status = response.status_code
    error_id, detail = _said(response, asked)
    context = {**asked.context, "status": status, "error_id": error_id, "detail": detail}
    if response.has_redirect_location or status < 400:
        return Redirected(location=_location(response), **context)
    if status in {420, 429} or status >= 500 or status == 408:
        now = server_time(response) or datetime.fromtimestamp(wall, UTC)
        context["retry_after"] = parse_retry_after(response.headers.get("retry-after"), now=now)
        if status in {420, 429}:
            return TooManyRequests(**context)
        return ServerFailed(outcome_unknown=asked.kind == "write", **context)
    if _is_html(response):
        return HtmlPage(**context)
    # On a write that was let in, the same ids may speak of the licence being granted; that refuses one user, not us.
    if error_id in _UNLICENSED and (status in {401, 403} or asked.kind != "write"):
        return ServiceAccountUnlicensed(**context)
    if asked.kind == "login" and status != 404:
        return SecondFactorRequired(**context) if status == 416 else LoginRefused(**context)
    match status:
        case 401:
            words = "webitel-not-authorized-after-login" if asked.relogged else None
            return NotAuthorized(words=words, **context)
        case 403:
            return PermissionDenied(**context)
        case 404:
            return NotFound(**context) if asked.one else PathMissing(**context)
        case _:
            return Refused(**context) if asked.kind == "write" else QueryRefused(**context)


def _said(response: httpx.Response, asked: Asked) -> tuple[str, str]:
    """Webitel's id of the error and its text, both fit to be shown."""
    try:
        body = json.loads(response.content)
    except (ValueError, RecursionError):
        return "", ""
    if not isinstance(body, dict):
        return "", ""
    error_id = body.get("id")
    texts = (body.get(name) for name in ("detail", "message", "status"))
    detail = next((text for text in texts if isinstance(text, str) and text.strip()), "")
    for secret in sorted({*_values_sent(asked.body), *asked.secrets}, key=len, reverse=True):
        detail = detail.replace(secret, "***")
    return redact(error_id, limit=100) if isinstance(error_id, str) else "", redact(detail)


def _values_sent(body: Any, member: str = "") -> Iterator[str]:
    if isinstance(body, dict):
        for name, value in body.items():
            yield from _values_sent(value, name)
    elif isinstance(body, list):
        for value in body:
            yield from _values_sent(value, member)
    elif isinstance(body, str) and len(body) >= 3 and member not in _SHOWN_MEMBERS:
        yield body


def _is_html(response: httpx.Response) -> bool:
    return "html" in response.headers.get("content-type", "").lower() or response.content.lstrip()[:1] == b"<"


def _location(response: httpx.Response) -> str:
    try:
        return redact_url(response.headers.get("location", "")) or "–"
    except ValueError:
        return "–"
