"""Devices and roles."""

from tests.sandbox.apis import Api


async def test_a_device_is_made_changed_and_deleted_bare(webitel: Api):
    made = (await webitel.http.post("/devices", json={"name": "desk", "account": "555", "user": {"id": "3"}})).json()
    assert made["user"] == {"id": "3", "name": "Олександр Ковальчук"}
    changed = (await webitel.http.patch(f"/devices/{made['id']}", json={"brand": "Yealink"})).json()
    assert (changed["brand"], changed["account"]) == ("Yealink", "555")
    deleted = (await webitel.http.delete(f"/devices/{made['id']}")).json()
    assert [device["id"] for device in deleted] == [made["id"]]
    assert (await webitel.http.get(f"/devices/{made['id']}")).status_code == 404


async def test_a_device_needs_an_account_of_its_own(webitel: Api):
    assert (await webitel.http.post("/devices", json={"name": "desk"})).status_code == 400
    assert (await webitel.http.post("/devices", json={"name": "desk", "account": "101"})).status_code == 409


async def test_listed_devices_have_the_recorded_members(webitel: Api):
    body = await webitel.get("/devices?size=1000")
    assert set(body) == {"page", "items"}
    assert all(
        {"id", "name", "account"} <= set(item) <= {"id", "name", "account", "user", "brand", "model"}
        for item in body["items"]
    )


async def test_devices_of_a_user(webitel: Api):
    assert [item["id"] for item in (await webitel.get("/devices?user.id=3"))["items"]] == ["103"]


async def test_deleting_a_device_takes_it_from_its_user(webitel: Api):
    await webitel.http.delete("/devices/103")
    user = await webitel.get("/users/3")
    assert "device" not in user
    assert "devices" not in user


async def test_a_role_is_made_changed_and_deleted(webitel: Api):
    made = (await webitel.http.post("/roles", json={"name": "night", "permissions": [{"id": "read"}]})).json()
    assert (await webitel.http.patch(f"/roles/{made['id']}", json={"description": "after ten"})).json()[
        "name"
    ] == "night"
    await webitel.http.patch("/users/3", json={"roles": [made]})
    assert (await webitel.get(f"/roles/{made['id']}"))["members"] == [{"id": "3", "name": "Олександр Ковальчук"}]
    await webitel.http.delete(f"/roles/{made['id']}")
    assert "roles" not in await webitel.get("/users/3")


async def test_roles_are_found_by_user_and_by_a_starred_term(webitel: Api):
    assert [item["id"] for item in (await webitel.get("/roles?user.id=3"))["items"]] == ["20"]
    assert [item["id"] for item in (await webitel.get("/roles?q=super*&fields=id&fields=name"))["items"]] == ["21"]
