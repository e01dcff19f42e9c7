"""The API against its own OpenAPI: whatever is sent, no server error and nothing the document does not promise."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from fastapi.openapi.utils import get_openapi
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import CHECKS

from tests.portal.inside import Inside
from usersync.portal.api import api_router

_EXAMPLES = 6
_MEANT = ("positive_data_acceptance",)
"""Not asked: a form may be right and still not fit, as a verdict that its question does not offer."""
_DOCUMENT = get_openapi(title="", version="", routes=api_router().routes)
OPERATIONS = sorted(f"{method.upper()} {path}" for path, found in _DOCUMENT["paths"].items() for method in found)


@pytest.fixture(scope="module")
def schema(portal: Inside) -> Any:
    headers = {"Authorization": portal.program().headers["Authorization"], "Host": "portal.example"}
    loaded = schemathesis.openapi.from_asgi("/api/openapi.json", portal.app, headers=headers)
    loaded.ours = headers
    return loaded


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_operation_keeps_to_its_document(schema: Any, portal: Inside, operation: str) -> None:
    method, _, path = operation.partition(" ")

    @given(schema[path][method].as_strategy())
    @settings(max_examples=_EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    def sent(case: Any) -> None:
        excluded = [check for check in CHECKS.get_all() if check.__name__ in _MEANT]
        case.call_and_validate(headers=schema.ours, excluded_checks=excluded)

    sent()


def test_the_document_names_every_operation(portal: Inside) -> None:
    document = portal.program().get("/api/openapi.json").json()
    named = sorted(
        f"{method.upper()} {path}"
        for path, found in document["paths"].items()
        for method in found
        if path.startswith("/api/")
    )

    assert named == OPERATIONS
    assert document["components"]["securitySchemes"]
