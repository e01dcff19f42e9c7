"""Logins, tokens, and the licence that lets a caller in."""

import pytest

from tests.sandbox.apis import Api
from usersync.sandbox.world import WorldDirectory


def body(world: WorldDirectory, **changes: str):
    return {"username": "svc.creatio", "password": world.webitel.password, "domain": world.webitel.domain, **changes}


async def test_a_login_gives_a_token_that_lets_in(webitel: Api, world: WorldDirectory):
    answer = await webitel.http.post("/login", json=body(world))
    assert set(answer.json()) == {"access_token", "token_type", "expires_in"}
    assert "WBTLAUTH" in answer.headers["set-cookie"]
    token = answer.json()["access_token"]
    assert (await webitel.http.get("/users", headers={"X-Webitel-Access": token})).status_code == 200


async def test_the_domain_may_stand_behind_the_name(webitel: Api, world: WorldDirectory):
    answer = await webitel.http.post(
        "/login", json={"username": f"svc.creatio@{world.webitel.domain}", "password": world.webitel.password}
    )
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "wrong", [{"password": "no"}, {"username": "nobody"}, {"domain": "other.example"}, {"username": "m.lysenko"}]
)
async def test_a_wrong_login_is_unauthorized(webitel: Api, world: WorldDirectory, wrong: dict):
    answer = await webitel.http.post("/login", json=body(world, **wrong))
    assert answer.status_code == 401
    assert answer.json()["status"] == "Unauthorized"
    assert world.webitel.password not in answer.text


async def test_a_session_expires_and_an_api_token_does_not(webitel: Api, world: WorldDirectory):
    token = (await webitel.http.post("/login", json=body(world))).json()["access_token"]
    await webitel.switch(session_seconds=0)
    assert (await webitel.http.get("/userinfo", headers={"X-Webitel-Access": token})).status_code == 401
    assert (await webitel.http.get("/userinfo")).status_code == 200


@pytest.mark.parametrize("headers", [{"X-Webitel-Access": "wrong"}, {"X-Webitel-Access": ""}])
async def test_without_a_good_token_there_is_401(webitel: Api, headers: dict):
    for path in ("/users", "/license", "/roles", "/userinfo", "/devices", "/users/3"):
        assert (await webitel.http.get(path, headers=headers)).status_code == 401


async def test_a_revoked_api_token_lets_nobody_in(webitel: Api):
    made = (await webitel.http.post("/users/1/tokens", json={"usage": "importer"})).json()
    listed = (await webitel.get("/users/1/tokens"))["items"]
    assert made["id"] in [token["id"] for token in listed]
    assert all("token" not in token for token in listed)
    mine = {"X-Webitel-Access": made["token"]}
    assert (await webitel.http.get("/userinfo", headers=mine)).status_code == 200
    await webitel.http.delete(f"/users/1/tokens/{made['id']}")
    assert (await webitel.http.get("/userinfo", headers=mine)).status_code == 401


async def test_a_second_factor_comes_between_login_and_token(webitel: Api, world: WorldDirectory):
    await webitel.switch(second_factor=True)
    pending = (await webitel.http.post("/login", json=body(world))).json()
    assert set(pending) == {"id"}
    assert (await webitel.http.post("/login/2fa", json={**pending, "totp": "000000"})).status_code == 416
    assert "access_token" in (await webitel.http.post("/login/2fa", json={**pending, "totp": "123456"})).json()


async def test_who_am_i_names_the_domain_by_its_number(webitel: Api):
    info = await webitel.get("/userinfo")
    assert (info["dc"], info["domain"], info["user_id"]) == ("1", "romashka.example", "1")
    assert "id" not in info


async def test_a_caller_without_any_licence_is_refused(webitel: Api):
    await webitel.control.patch("/rows/users/1", json={"license": []})
    answer = await webitel.http.get("/users")
    assert (answer.status_code, answer.json()["id"]) == (403, "app.context.auth.license.err")


async def test_a_caller_whose_licence_has_expired_is_refused_with_the_product(webitel: Api):
    await webitel.control.patch("/rows/users/1", json={"license": ["old-1"]})
    answer = await webitel.http.get("/users")
    assert (answer.status_code, answer.json()["id"]) == (403, "app.license.product.expired")
    assert "product: MOBILE" in answer.json()["detail"]


async def test_a_product_opens_some_classes_only(webitel: Api):
    await webitel.control.post(
        "/rows/licenses", json={"id": "voip", "product": "VOIP_DEVICE", "seats": 9, "not_after": 9**15}
    )
    await webitel.control.patch("/rows/users/1", json={"license": ["voip"]})
    assert (await webitel.http.get("/users")).status_code == 200
    assert (await webitel.http.get("/roles")).status_code == 403


async def test_a_user_is_logged_out_once(webitel: Api, world: WorldDirectory):
    await webitel.http.post("/login", json=body(world))
    assert (await webitel.http.post("/users/1/logout", json={})).status_code == 200
    assert (await webitel.http.post("/users/1/logout", json={})).status_code == 400


async def test_logging_out_ends_the_session(webitel: Api, world: WorldDirectory):
    token = {"X-Webitel-Access": (await webitel.http.post("/login", json=body(world))).json()["access_token"]}
    assert (await webitel.http.post("/logout", json={}, headers=token)).status_code == 200
    assert (await webitel.http.get("/userinfo", headers=token)).status_code == 401
