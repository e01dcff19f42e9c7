"""What goes wrong, told to programs: problem JSON (RFC 9457) with a sentence and the next step."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from starlette.responses import JSONResponse

from usersync.errors import Fatal, Retriable, ServiceError, UsageError, UsersyncError
from usersync.ledger import (
    FourEyesNeeded,
    LeaseHeld,
    OrderNotFound,
    OrderReused,
    PlanNotFound,
    PlanNotUsable,
    RunNotFound,
    TokenNotFound,
    VerdictContradicts,
    VerdictNotFound,
)
from usersync.orchestration import PrefectUnavailable
from usersync.portal.access import DomainUnknown, NotPermitted
from usersync.stages.review import UserUnknown
from usersync.words import Sentence, next_step

_log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
_STATUS: Mapping[type[UsersyncError], int] = {
    NotPermitted: 403,
    FourEyesNeeded: 403,
    DomainUnknown: 404,
    UserUnknown: 404,
    RunNotFound: 404,
    PlanNotFound: 404,
    OrderNotFound: 404,
    TokenNotFound: 404,
    VerdictNotFound: 404,
    PlanNotUsable: 409,
    LeaseHeld: 409,
    VerdictContradicts: 409,
    OrderReused: 409,
    PrefectUnavailable: 503,
    ServiceError: 503,
    Retriable: 503,
    UsageError: 422,
    Fatal: 503,
}


def status_of(error: UsersyncError) -> int:
    """The HTTP status that says what the caller may do about it: the first class that fits."""
    return next((status for kind, status in _STATUS.items() if isinstance(error, kind)), 503)


def ledger_away(error: UsersyncError) -> Sentence:
    """What somebody is told whom nobody can know while the ledger does not answer: what to do. Where and why is for the log."""
    _log.error("%s", error)
    return Sentence("portal-ledger-away", {"step": error.next_step or ""})


def problem(status: int, sentence: Sentence) -> dict[str, Any]:
    """The body: `title` is one plain sentence, `detail` what to do now."""
    step = next_step(sentence.id, **sentence.args)
    body: dict[str, Any] = {"type": f"urn:usersync:{sentence.id}", "title": str(sentence), "status": status}
    return body | ({"detail": step} if step else {})


def problem_response(status: int, sentence: Sentence, *, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """The answer."""
    return JSONResponse(problem(status, sentence), status, headers=headers, media_type=MEDIA_TYPE)
