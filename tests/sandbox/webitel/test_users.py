"""Users: created, changed, deleted."""

import pytest

from tests.sandbox.apis import Api

NEW = {
    "name": "Ірина Нова",
    "username": "i.nova",
    "extension": "200",
    "email": "i@romashka.example",
    "profile": {},
    "password": "x",
}


async def test_a_created_user_is_answered_bare_with_the_recorded_members(webitel: Api):
    user = (await webitel.http.post("/users", json=NEW)).json()
    assert set(user) == {
        "id", "name", "email", "username", "extension", "created_at", "created_by", "updated_at", "updated_by",
    }  # fmt: skip
    assert user["created_by"] == {"id": "1", "name": "Creatio import"}
    assert isinstance(user["id"], str)
    assert isinstance(user["created_at"], str)


async def test_ids_of_users_and_roles_share_one_space(webitel: Api):
    user = (await webitel.http.post("/users", json=NEW)).json()
    role = (await webitel.http.post("/roles", json={"name": "night shift"})).json()
    assert int(role["id"]) > int(user["id"]) > 108


async def test_a_generated_device_becomes_the_default_one(webitel: Api):
    user_id = (await webitel.http.post("/users?generate_device=true", json=NEW)).json()["id"]
    user = await webitel.get(f"/users/{user_id}")
    assert user["device"] in user["devices"]
    device = await webitel.get(f"/devices/{user['device']['id']}")
    assert (device["account"], device["user"]["id"]) == ("200", user_id)


async def test_an_old_server_does_not_know_generated_devices(webitel: Api):
    await webitel.switch(old_server=True)
    user_id = (await webitel.http.post("/users?generate_device=true", json=NEW)).json()["id"]
    assert "device" not in await webitel.get(f"/users/{user_id}")


async def test_unknown_members_are_passed_over(webitel: Api):
    answer = await webitel.http.post("/users", json={**NEW, "id": "77", "nonsense": 1})
    assert answer.status_code == 200
    assert answer.json()["id"] != "77"


@pytest.mark.parametrize(
    ("members", "status"),
    [
        ({"name": ""}, 400),
        ({"username": ""}, 400),
        ({"username": "with space"}, 400),
        ({"username": "a@b"}, 400),
        ({"username": "кирилиця"}, 400),
        ({"extension": "12a"}, 400),
        ({"extension": 200}, 400),
        ({"roles": [{"id": "9999"}]}, 400),
        ({"roles": ["20"]}, 400),
        ({"device": {"id": "102"}}, 400),
        ({"username": "M.Lysenko"}, 409),
        ({"extension": "101"}, 409),
    ],
)
async def test_what_is_not_valid_or_taken_is_refused_and_leaves_nothing(webitel: Api, members: dict, status: int):
    before = await webitel.rows("users")
    answer = await webitel.http.post("/users", json={**NEW, **members})
    assert answer.status_code == status
    assert answer.json()["code"] == status
    assert await webitel.rows("users") == before


async def test_patch_changes_the_members_it_names_and_answers_the_changed_part(webitel: Api):
    answer = (await webitel.http.patch("/users/3", json={"extension": "900"})).json()
    assert set(answer) == {"id", "name", "username", "extension", "updated_at", "updated_by"}
    user = await webitel.get("/users/3")
    assert (user["extension"], user["email"]) == ("900", "o.kovalchuk@romashka.example")


async def test_put_tolerates_missing_members(webitel: Api):
    assert (await webitel.http.put("/users/3", json={"username": "o.kovalchuk", "password": "new"})).status_code == 200
    assert (await webitel.get("/users/3"))["email"] == "o.kovalchuk@romashka.example"


async def test_roles_are_replaced_as_a_whole(webitel: Api):
    await webitel.http.patch("/users/3", json={"roles": [{"id": "21"}]})
    assert (await webitel.get("/users/3"))["roles"] == [{"id": "21", "name": "supervisors"}]
    await webitel.http.patch("/users/3", json={"roles": []})
    assert "roles" not in await webitel.get("/users/3")


async def test_an_extension_can_be_freed_and_then_swapped(webitel: Api):
    assert (await webitel.http.patch("/users/2", json={"extension": "102"})).status_code == 409
    for user, extension in (("3", ""), ("2", "102"), ("3", "101")):
        assert (await webitel.http.patch(f"/users/{user}", json={"extension": extension})).status_code == 200


async def test_deleted_users_are_marked_and_keep_username_and_extension_taken(webitel: Api):
    deleted = (await webitel.http.delete("/users/3")).json()
    assert [user["id"] for user in deleted] == ["3"]
    assert "3" not in [user["id"] for user in (await webitel.get("/users"))["items"]]
    (tombstone,) = (await webitel.get("/users?deleted=true&fields=deleted_at"))["items"]
    assert tombstone["deleted_at"].isdigit()
    assert "3" in [user["id"] for user in (await webitel.get("/users?any=true"))["items"]]
    again = await webitel.http.post("/users", json={"name": "Other", "username": "o.kovalchuk"})
    assert again.status_code == 409


async def test_a_permanent_deletion_leaves_nothing(webitel: Api):
    await webitel.http.delete("/users/3?permanent=true")
    assert (await webitel.http.get("/users/3")).status_code == 404
    assert (await webitel.http.post("/users", json={"name": "Other", "username": "o.kovalchuk"})).status_code == 200


async def test_many_are_deleted_by_an_array_of_ids(webitel: Api):
    answer = await webitel.http.request("DELETE", "/users", json=["3", "4"])
    assert [user["id"] for user in answer.json()] == ["3", "4"]


async def test_a_tombstone_can_be_read_unless_the_installation_says_404(webitel: Api):
    await webitel.http.delete("/users/3")
    assert "deleted_at" in await webitel.get("/users/3")
    await webitel.switch(tombstone_readable=False)
    assert (await webitel.http.get("/users/3")).status_code == 404


async def test_a_gateway_without_the_unwrap_rule_wraps(webitel: Api):
    await webitel.switch(wrapped=True)
    assert set(await webitel.get("/users/3")) == {"user"}
    assert set((await webitel.http.delete("/users/3")).json()) == {"deleted"}


async def test_passwords_are_never_shown(webitel: Api):
    created = await webitel.http.post("/users", json=NEW)
    read = await webitel.http.get(f"/users/{created.json()['id']}")
    assert "password" not in created.text + read.text
    assert all("password" not in row for row in await webitel.rows("users"))


async def test_do_not_disturb_comes_and_goes_beside_what_devices_report(webitel: Api):
    await webitel.control.patch("/rows/users/3", json={"status": "sip,web"})
    await webitel.http.patch("/users/3/presence", json={"status": "dnd"})
    assert (await webitel.get("/users/3"))["presence"]["status"] == "sip,web,dnd"
    await webitel.http.patch("/users/3/presence", json={"status": ""})
    assert (await webitel.get("/users/3"))["presence"]["status"] == "sip,web"


async def test_a_personal_setting_is_absent_until_it_is_saved(webitel: Api):
    missing = await webitel.http.get("/user/settings/phone")
    assert missing.status_code == 404
    await webitel.http.put("/user/settings/phone", json={"webrtc": True, "stun": True})
    assert await webitel.get("/user/settings/phone") == {"webrtc": True, "stun": True}
