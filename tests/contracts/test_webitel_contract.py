"""The validator itself: it lets the contract's own examples through, and nothing beside them."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.contracts.webitel_contract import (
    DEFAULT_SERVER,
    ContractTransport,
    ContractViolation,
    check_request,
    check_response,
    strict_contract,
)


def request(method: str, path: str, *, token: str | None = "t", **options: Any) -> httpx.Request:
    headers = {} if token is None else {"X-Webitel-Access": token}
    return httpx.Request(method, DEFAULT_SERVER + path, headers=headers, **options)


NEW_USER = {"name": "Ann Agent", "username": "ann.agent"}
GOOD_REQUESTS = {
    "a page of users": request(
        "GET", "/users", params=[("page", 1), ("size", 500), ("sort", "+id"), ("fields", "id"), ("fields", "license")]
    ),
    "users by id": request("GET", "/users", params=[("id", "10"), ("id", "11")]),
    "a new user": request("POST", "/users", params={"generate_device": "true"}, json=NEW_USER),
    "a set of licences": request("PATCH", "/users/10", json={"license": [{"id": "6f0d", "prod": "CALL_CENTER"}]}),
    "an own variable": request("PATCH", "/users/10", json={"profile": {"whatever": "x"}}),
    "a login": request("POST", "/login", token=None, json={"username": "a", "password": "b", "domain": "c"}),
    "the users of a licence": request("GET", "/products/6f0d-1/users", params={"page": 1}),
    "devices of a user": request("GET", "/devices", params={"user.id": "10"}),
    "personal settings are free": request("PUT", "/user/settings/phone", json={"stun": True, "whatever": 1}),
}


@pytest.mark.parametrize("good", GOOD_REQUESTS.values(), ids=GOOD_REQUESTS)
def test_it_lets_through_what_the_contract_has(good: httpx.Request) -> None:
    check_request(good)


BAD_REQUESTS = {
    "no token": request("GET", "/users", token=None),
    "a parameter nobody declared": request("GET", "/users", params={"changed_since": "1"}),
    "a page twice": request("GET", "/users", params=[("page", 1), ("page", 2)]),
    "page 0": request("GET", "/users", params={"page": 0}),
    "a page that is no number": request("GET", "/users", params={"page": "one"}),
    "a field no user has": request("GET", "/users", params={"fields": "licence"}),
    "fields of users asked of licences": request("GET", "/license", params={"fields": "username"}),
    "an id that is no number": request("GET", "/users/ann.agent"),
    "an id list that is no list of numbers": request("GET", "/users", params={"id": "10,11"}),
    "a new user without username": request("POST", "/users", json={"name": "Ann"}),
    "a new user without name": request("POST", "/users", json={"username": "ann"}),
    "a username with a space": request("POST", "/users", json={**NEW_USER, "username": "ann agent"}),
    "an extension with letters": request("PATCH", "/users/10", json={"extension": "10a"}),
    "a member no user has": request("PATCH", "/users/10", json={"enabled": False}),
    "audit members sent back": request("PATCH", "/users/10", json={"updated_at": "1"}),
    "a licence without id": request("PATCH", "/users/10", json={"license": [{"prod": "CALL_CENTER"}]}),
    "licences that are no list": request("PATCH", "/users/10", json={"license": {"id": "1"}}),
    "a role by number": request("PATCH", "/users/10", json={"roles": [{"id": 5}]}),
    "a wrapped user": request("POST", "/users", json={"user": NEW_USER}),
    "no body": request("PATCH", "/users/10"),
    "a form instead of JSON": request("POST", "/users", data=NEW_USER),
    "a device without account": request("POST", "/devices", json={"name": "phone"}),
    "a login with a member too many": request(
        "POST", "/login", token=None, json={"username": "a", "password": "b", "otp": "1"}
    ),
    "a path nobody knows": request("GET", "/accounts"),
    "a method nobody knows": request("DELETE", "/license"),
    "another server": httpx.Request(
        "GET", "https://elsewhere.example.com/api/users", headers={"X-Webitel-Access": "t"}
    ),
    "a path beside /api": httpx.Request("GET", "https://webitel.example.com/users", headers={"X-Webitel-Access": "t"}),
}


@pytest.mark.parametrize("bad", BAD_REQUESTS.values(), ids=BAD_REQUESTS)
def test_it_refuses_a_request_with(bad: httpx.Request) -> None:
    with pytest.raises(ContractViolation):
        check_request(bad)


USERS = request("GET", "/users")
ONE_USER = request("GET", "/users/10")
DELETE_USER = request("DELETE", "/users/10")
LOGIN = request("POST", "/login", token=None, json={"username": "a", "password": "b"})
LICENSES = request("GET", "/license")
ERROR = {"id": "app.x", "code": 404, "detail": "none", "status": "Not Found"}
GOOD_ANSWERS: dict[str, tuple[httpx.Request, int, Any]] = {
    "a last page": (USERS, 200, {"page": 1, "items": [{"id": "10", "name": "Ann", "username": "ann"}]}),
    "a bare user": (ONE_USER, 200, {"id": "10", "device": {"id": "77"}, "profile": {"any": "x"}}),
    "a bare array": (DELETE_USER, 200, [{"id": "10"}]),
    "an error": (ONE_USER, 404, ERROR),
    "an error of no declared status": (ONE_USER, 412, ERROR),
    "a token": (LOGIN, 200, {"access_token": "x", "token_type": "Bearer", "expires_in": 5}),
    "a second factor": (LOGIN, 200, {"id": "session"}),
    "licences": (LICENSES, 200, {"items": [{"id": "6f", "product": "CHAT", "competitive": True, "limit": 5}]}),
}


@pytest.mark.parametrize(("asked", "status", "body"), GOOD_ANSWERS.values(), ids=GOOD_ANSWERS)
def test_it_lets_in_what_the_contract_has(asked: httpx.Request, status: int, body: Any) -> None:
    check_response(asked, httpx.Response(status, json=body))


BAD_ANSWERS: dict[str, tuple[httpx.Request, int, Any]] = {
    "a numeric id": (USERS, 200, {"items": [{"id": 10}]}),
    "a user without id": (USERS, 200, {"items": [{"name": "Ann"}]}),
    "a page without items": (USERS, 200, {"page": 1}),
    "a total": (USERS, 200, {"items": [], "total": 5}),
    "a member nobody knows": (ONE_USER, 200, {"id": "10", "enabled": True}),
    "a wrapped user": (ONE_USER, 200, {"user": {"id": "10"}}),
    "a null": (ONE_USER, 200, {"id": "10", "extension": None}),
    "a numeric timestamp": (ONE_USER, 200, {"id": "10", "updated_at": 1787994810437}),
    "an object for a deleted array": (DELETE_USER, 200, {"deleted": [{"id": "10"}]}),
    "the error of the generator": (ONE_USER, 500, {"code": 13, "message": "x", "details": []}),
    "product in a user's licence": (ONE_USER, 200, {"id": "10", "license": [{"id": "6f", "product": "CHAT"}]}),
    "prod in a licence": (LICENSES, 200, {"items": [{"id": "6f", "prod": "CHAT"}]}),
    "remain as text": (LICENSES, 200, {"items": [{"id": "6f", "remain": "5"}]}),
    "a token with a member too many": (LOGIN, 200, {"access_token": "x", "refresh": "y"}),
    "neither token nor second factor": (LOGIN, 200, {}),
}


@pytest.mark.parametrize(("asked", "status", "body"), BAD_ANSWERS.values(), ids=BAD_ANSWERS)
def test_it_refuses_an_answer_with(asked: httpx.Request, status: int, body: Any) -> None:
    with pytest.raises(ContractViolation):
        check_response(asked, httpx.Response(status, json=body))


def test_it_refuses_a_web_page() -> None:
    with pytest.raises(ContractViolation):
        check_response(USERS, httpx.Response(200, html="<html></html>"))


def test_the_refusal_says_where_and_what() -> None:
    with pytest.raises(ContractViolation, match=r"GET .*/users/10 → 200.*enabled"):
        check_response(ONE_USER, httpx.Response(200, json={"id": "10", "enabled": True}))


def test_the_strict_form_leaves_open_only_what_the_contract_leaves_open() -> None:
    schemas = strict_contract()["components"]["schemas"]
    open_ones = {name for name, schema in schemas.items() if schema.get("additionalProperties") is True}
    assert open_ones == {"PhoneSettings"}
    assert schemas["InputUser"]["properties"]["license"]["items"]["additionalProperties"] is True
    assert schemas["InputUser"].get("required") is None, "a PATCH need not name the user again"


async def test_around_a_transport_it_stops_a_bad_request_before_it_goes_out() -> None:
    arrived: list[str] = []

    def app(request: httpx.Request) -> httpx.Response:
        arrived.append(request.url.path)
        return httpx.Response(200, json={"items": []})

    transport = ContractTransport(httpx.MockTransport(app))
    async with httpx.AsyncClient(transport=transport, headers={"X-Webitel-Access": "t"}) as http:
        await http.get(f"{DEFAULT_SERVER}/users")
        with pytest.raises(ContractViolation):
            await http.get(f"{DEFAULT_SERVER}/users", params={"since": "1"})
    assert arrived == ["/api/users"]
    assert transport.exchanges == [("GET", "/users", 200)]


async def test_around_a_transport_it_stops_a_bad_answer_unless_told_otherwise() -> None:
    broken = httpx.MockTransport(lambda _: httpx.Response(200, html="<html></html>"))
    headers = {"X-Webitel-Access": "t"}
    async with httpx.AsyncClient(transport=ContractTransport(broken), headers=headers) as http:
        with pytest.raises(ContractViolation):
            await http.get(f"{DEFAULT_SERVER}/users")
    tolerant = ContractTransport(broken, check_answers=False)
    async with httpx.AsyncClient(transport=tolerant, headers=headers) as http:
        assert (await http.get(f"{DEFAULT_SERVER}/users")).status_code == 200


def test_the_server_can_be_any() -> None:
    server = "http://127.0.0.1:8080/api"
    check_request(httpx.Request("GET", f"{server}/users", headers={"X-Webitel-Access": "t"}), server=server)
