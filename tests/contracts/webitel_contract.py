"""Every exchange with Webitel against its contract, in a form stricter than the service is.

`webitel.openapi.yaml` describes the wire as it was observed. A server may add members and ignore what it does not know; our
requests and our stand-in may not. The strict form is derived at test time:

- no object has members the contract does not name (where it says `additionalProperties: true`, or names none, it may);
- a request has no undeclared query parameter, none twice that is not a list, and `fields` names only members of the object;
- POST /users has a name and a username, POST /devices a name and an account.

Use it around any transport, over real HTTP too:

    >>> transport = ContractTransport(httpx.AsyncHTTPTransport(), server="http://127.0.0.1:8080/api")
    >>> async with WebitelClient("http://127.0.0.1:8080", auth, transport=transport) as webitel: ...
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import httpx
import yaml
from openapi_core import OpenAPI
from openapi_core.datatypes import RequestParameters
from werkzeug.datastructures import Headers, ImmutableMultiDict

CONTRACT = Path(__file__).with_name("webitel.openapi.yaml")
DEFAULT_SERVER = "https://webitel.example.com/api"
_REQUIRED_TO_CREATE = {"/users": ("InputUser", ["name", "username"]), "/devices": ("InputDevice", ["name", "account"])}
_METHODS = ("get", "post", "put", "patch", "delete")


class ContractViolation(AssertionError):
    """A request or an answer that the contract does not allow."""


class ContractTransport(httpx.AsyncBaseTransport):
    """Checks each request before it goes out, and each answer before it comes in.

    Args:
        inner: the transport that does the work.
        server: the address of the API, `…/api`.
        check_answers: False where the answers are faults made on purpose.
    """

    def __init__(
        self, inner: httpx.AsyncBaseTransport, *, server: str = DEFAULT_SERVER, check_answers: bool = True
    ) -> None:
        self._inner = inner
        self._server = server.rstrip("/")
        self._check_answers = check_answers
        self.exchanges: list[tuple[str, str, int]] = []
        """Method, path below the server and status of what was checked."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request, checked.

        Raises:
            ContractViolation: the request or the answer is not in the contract.
        """
        await request.aread()
        check_request(request, server=self._server)
        response = await self._inner.handle_async_request(request)
        await response.aread()
        if self._check_answers:
            check_response(request, response, server=self._server)
        self.exchanges.append((request.method, _path(request, self._server), response.status_code))
        return response

    async def aclose(self) -> None:
        """Close the inner transport."""
        await self._inner.aclose()


def check_request(request: httpx.Request, *, server: str = DEFAULT_SERVER) -> None:
    """Raise `ContractViolation` unless the contract, strictly read, allows the request (its body must be read)."""
    path = _path(request, server)
    with _named(request):
        _openapi(server).validate_request(_Request(request, server))
        _check_query(path, request)


def check_response(request: httpx.Request, response: httpx.Response, *, server: str = DEFAULT_SERVER) -> None:
    """Raise `ContractViolation` unless the contract, strictly read, allows the answer (both bodies must be read)."""
    with _named(request, f" → {response.status_code}"):
        _openapi(server).validate_response(_Request(request, server), _Response(response))


def strict_contract(server: str = DEFAULT_SERVER) -> dict[str, Any]:
    """The contract in its strict form, for one server."""
    contract = copy.deepcopy(_contract())
    contract["servers"] = [{"url": server.rstrip("/")}]
    schemas = contract["components"]["schemas"]
    for path, (name, required) in _REQUIRED_TO_CREATE.items():
        schemas[f"New{name}"] = {**copy.deepcopy(schemas[name]), "required": required}
        content = contract["paths"][path]["post"]["requestBody"]["content"]["application/json"]
        content["schema"] = {"$ref": f"#/components/schemas/New{name}"}
    for node in _nodes(contract):
        is_schema = isinstance(node.get("properties"), dict) and node.get("type") == "object"
        if is_schema and "additionalProperties" not in node:
            node["additionalProperties"] = False
    return contract


@lru_cache(maxsize=1)
def _contract() -> dict[str, Any]:
    contract: dict[str, Any] = yaml.safe_load(CONTRACT.read_text(encoding="utf-8"))
    return contract


@lru_cache(maxsize=16)
def _openapi(server: str) -> OpenAPI:
    return OpenAPI.from_dict(strict_contract(server))


def _nodes(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for child in node.values():
            yield from _nodes(child)
    elif isinstance(node, list):
        for child in node:
            yield from _nodes(child)


def _check_query(path: str, request: httpx.Request) -> None:
    template, operation = _operation(path, request.method)
    declared = {
        parameter["name"]: parameter["schema"]
        for parameter in map(
            _resolved, [*_contract()["paths"][template].get("parameters", []), *operation.get("parameters", [])]
        )
        if parameter["in"] == "query"
    }
    seen: set[str] = set()
    for name, value in request.url.params.multi_items():
        if name not in declared:
            raise ContractViolation(f"undeclared query parameter {name!r}")
        if name in seen and _resolved(declared[name]).get("type") != "array":
            raise ContractViolation(f"query parameter {name!r} twice")
        seen.add(name)
        if name == "fields" and value not in _members(operation):
            raise ContractViolation(f"fields={value} is no member of the object")


def _operation(path: str, method: str) -> tuple[str, dict[str, Any]]:
    steps = path.split("/")
    found = [
        template
        for template, item in _contract()["paths"].items()
        if method.lower() in item
        and len(template.split("/")) == len(steps)
        and all(part == step or part.startswith("{") for part, step in zip(template.split("/"), steps, strict=True))
    ]
    if not found:
        raise ContractViolation(f"no operation {method} {path}")
    # A literal path wins over one with a parameter: /users/search is not the user "search".
    template = min(found, key=lambda candidate: candidate.count("{"))
    return template, _contract()["paths"][template][method.lower()]


def _members(operation: dict[str, Any]) -> frozenset[str]:
    """Members of the object, or of the objects of the page, that the operation answers with."""
    schema = _resolved(operation["responses"]["200"]["content"]["application/json"]["schema"])
    items = schema["properties"].get("items")
    return frozenset(_resolved(items["items"])["properties"] if items else schema["properties"])


def _resolved(node: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in node:
        return node
    target: Any = _contract()
    for step in node["$ref"].removeprefix("#/").split("/"):
        target = target[step]
    return _resolved(target)


def _path(request: httpx.Request, server: str) -> str:
    url = str(request.url.copy_with(query=None))
    if not url.startswith(server + "/"):
        raise ContractViolation(f"{request.method} {url} is outside {server}")
    return url.removeprefix(server)


@contextmanager
def _named(request: httpx.Request, suffix: str = "") -> Iterator[None]:
    """Turns whatever the validator raises into one `ContractViolation` that says of which exchange."""
    try:
        yield
    except Exception as error:
        raise ContractViolation(f"{request.method} {request.url}{suffix}: {_reason(error)}") from error


def _reason(error: BaseException) -> str:
    """The error with its causes, and what a schema found wrong and where."""
    reasons: list[str] = []
    current: BaseException | None = error
    while current is not None:
        reasons.append(str(current) or type(current).__name__)
        for entry in getattr(current, "schema_errors", ()):
            place = ".".join(map(str, entry.absolute_path))
            reasons.append(f"{place or '(root)'}: {entry.message}")
        current = current.__cause__
    return "; ".join(dict.fromkeys(reasons))


class _Request:
    """An httpx request as openapi-core wants it."""

    def __init__(self, request: httpx.Request, server: str) -> None:
        self._request = request
        self.parameters = RequestParameters(
            query=ImmutableMultiDict(request.url.params.multi_items()),
            header=Headers(list(request.headers.items())),
        )
        self.host_url = f"{request.url.scheme}://{request.url.netloc.decode()}"
        self.path = request.url.path
        self.method = request.method.lower()
        self.content_type = request.headers.get("content-type", "").lower()
        self.body = request.content or None


class _Response:
    """An httpx answer as openapi-core wants it."""

    def __init__(self, response: httpx.Response) -> None:
        self.status_code = response.status_code
        self.content_type = response.headers.get("content-type", "").split(";")[0].lower()
        self.headers = Headers(list(response.headers.items()))
        self.data = response.content
