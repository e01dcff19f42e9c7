"""The HTTP API: what a button, a script or a monitor may ask and do. Published at /api/openapi.json, see docs/portal.md."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter

from usersync.portal.api import licenses, plans, processes, reviews, runs, users
from usersync.portal.api.answers import Problem

PROBLEMS: Mapping[int | str, dict[str, Any]] = {
    status: {"model": Problem, "content": {"application/problem+json": {}}, "description": said}
    for status, said in {
        400: "The request cannot be read.",
        401: "No token or session, or one that is over.",
        403: "The token or user may not do this, or not in this domain.",
        404: "There is no such thing.",
        405: "This address does not take requests of this kind.",
        409: "It does not fit what is there already.",
        421: "This is not the portal's host.",
        422: "The request is wrong; the sentence says where.",
        503: "The ledger, Prefect, Webitel or Creatio is down; the sentence says which.",
    }.items()
}


def api_router() -> APIRouter:
    """All of the API."""
    router = APIRouter(prefix="/api", responses=dict(PROBLEMS))
    for part in (processes, runs, plans, reviews, licenses, users):
        router.include_router(part.router)
    return router
