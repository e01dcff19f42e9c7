"""Both logins, and what happens without one."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.sandbox.apis import BASE, Api, client_credentials, creatio_over
from usersync.sandbox.world import WorldDirectory

LOGIN = "/ServiceModel/AuthService.svc/Login"


@pytest.fixture
async def browser(creatio: Api) -> AsyncIterator[httpx.AsyncClient]:
    """A client without any session; paths are those of the site."""
    async with httpx.AsyncClient(transport=creatio.http._transport, base_url=BASE) as http:
        yield http


async def log_in(browser: httpx.AsyncClient, world: WorldDirectory) -> dict[str, str]:
    body = {"UserName": world.creatio.username, "UserPassword": world.creatio.password}
    answer = await browser.post(LOGIN, json=body, headers={"ForceUseSession": "true"})
    assert answer.json()["Code"] == 0
    return {"BPMCSRF": browser.cookies["BPMCSRF"], "ForceUseSession": "true"}


async def test_a_forms_login_sets_all_cookies_and_its_session_lets_in(
    browser: httpx.AsyncClient, world: WorldDirectory
):
    headers = await log_in(browser, world)
    assert set(browser.cookies) == {".ASPXAUTH", "BPMCSRF", "BPMLOADER", "BPMSESSIONID", "UserName", "UserType"}
    assert (await browser.get("/0/odata/Contact", headers=headers)).status_code == 200


async def test_a_wrong_password_is_http_200_with_code_1(browser: httpx.AsyncClient, world: WorldDirectory):
    answer = await browser.post(LOGIN, json={"UserName": world.creatio.username, "UserPassword": "wrong"})
    assert (answer.status_code, answer.json()["Code"]) == (200, 1)
    assert not browser.cookies


async def test_the_login_never_lives_below_zero(browser: httpx.AsyncClient):
    assert (await browser.post("/0" + LOGIN, json={})).status_code == 401


@pytest.mark.parametrize("csrf", [None, "wrong"])
async def test_a_session_without_its_token_is_403(browser: httpx.AsyncClient, world: WorldDirectory, csrf: str | None):
    await log_in(browser, world)
    assert (await browser.get("/0/odata/Contact", headers={"BPMCSRF": csrf} if csrf else {})).status_code == 403


async def test_one_cookie_missing_is_no_session(browser: httpx.AsyncClient, world: WorldDirectory):
    headers = await log_in(browser, world)
    del browser.cookies[".ASPXAUTH"]
    assert (await browser.get("/0/odata/Contact", headers=headers)).status_code == 401


async def test_without_a_session_the_header_decides_between_401_and_the_login_page(browser: httpx.AsyncClient):
    clean = await browser.get("/0/odata/Contact", headers={"ForceUseSession": "true"})
    assert (clean.status_code, clean.json()["Message"]) == (401, "Authentication failed.")
    bounced = await browser.get("/0/odata/Contact", follow_redirects=True)
    assert (bounced.status_code, bounced.headers["content-type"]) == (200, "text/html; charset=utf-8")


async def test_a_session_expires_when_nobody_uses_it(browser: httpx.AsyncClient, world: WorldDirectory, creatio: Api):
    headers = await log_in(browser, world)
    await creatio.switch(session_seconds=0)
    assert (await browser.get("/0/odata/Contact", headers=headers)).status_code == 401


async def test_an_oauth_token_has_the_documented_members(browser: httpx.AsyncClient, world: WorldDirectory):
    body = (await browser.post("/connect/token", data=client_credentials(world.creatio))).json()
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 3600)
    assert body["scope"].startswith("ApplicationAccess_")


@pytest.mark.parametrize("wrong", [{"client_secret": "no"}, {"client_id": "no"}, {"grant_type": "password"}])
async def test_wrong_credentials_get_no_token(browser: httpx.AsyncClient, world: WorldDirectory, wrong: dict):
    answer = await browser.post("/connect/token", data={**client_credentials(world.creatio), **wrong})
    assert answer.status_code == 400
    assert "access_token" not in answer.json()


async def test_an_expired_or_unknown_bearer_is_401(creatio: Api):
    assert (await creatio.http.get("/Contact", headers={"Authorization": "Bearer other"})).status_code == 401
    await creatio.switch(token_seconds=0)
    assert (await creatio.http.get("/Contact")).status_code == 401


async def test_discovery_names_the_token_endpoint(browser: httpx.AsyncClient):
    body = (await browser.get("/.well-known/openid-configuration")).json()
    assert body["token_endpoint"] == f"{BASE}/connect/token"


@pytest.mark.parametrize(
    ("runtime", "there", "not_there"),
    [
        (
            "netframework",
            ["/0/api/HealthCheck/Ping", "/0/Login/NuiLogin.aspx", "/Login/NuiLogin.aspx"],
            ["/api/HealthCheck/Ping", "/Login/Login.html"],
        ),
        ("net", ["/api/HealthCheck/Ping", "/Login/Login.html"], ["/0/api/HealthCheck/Ping", "/0/Login/NuiLogin.aspx"]),
    ],
)
async def test_the_probes_tell_the_runtimes_apart(world: WorldDirectory, runtime: str, there: list, not_there: list):
    async with creatio_over(world, runtime) as creatio:
        for path in there:
            assert (await creatio.http.get(BASE + path)).status_code == 200
        for path in not_there:
            assert (await creatio.http.get(BASE + path)).status_code == 404


async def test_requests_of_one_forms_session_are_served_one_after_another(
    browser: httpx.AsyncClient, world: WorldDirectory, creatio: Api
):
    headers = await log_in(browser, world)
    await creatio.control.put("/latency", json={"read_ms": 40, "write_ms": 0})

    async def seconds_for_four(client, path, **options) -> float:
        start = asyncio.get_running_loop().time()
        await asyncio.gather(*(client.get(path, **options) for _ in range(4)))
        return asyncio.get_running_loop().time() - start

    assert await seconds_for_four(browser, "/0/odata/Contact?$top=1", headers=headers) >= 0.16
    assert await seconds_for_four(creatio.http, "/Contact?$top=1") < 0.14
