"""Licences: seats, sets, lists."""

import pytest

from tests.sandbox.apis import Api


async def give(webitel: Api, user: str, *serials: str):
    return await webitel.http.patch(f"/users/{user}", json={"license": [{"id": serial} for serial in serials]})


async def license_row(webitel: Api, serial: str):
    (row,) = (await webitel.get(f"/license?id={serial}"))["items"]
    return row


async def test_a_named_licence_counts_assigned_users_and_omits_an_empty_remainder(webitel: Api):
    assert (await license_row(webitel, "cc-1"))["remain"] == 2
    await give(webitel, "3", "cc-1")
    await give(webitel, "4", "cc-1")
    row = await license_row(webitel, "cc-1")
    assert "remain" not in row
    assert "competitive" not in row
    assert row["status"] == {"errors": ["product exhausted"]}


async def test_a_concurrent_licence_counts_who_is_online_now(webitel: Api):
    assert (await license_row(webitel, "cm-1"))["remain"] == 5
    await webitel.control.patch("/rows/users/1", json={"status": "web"})
    assert (await license_row(webitel, "cm-1"))["remain"] == 4


async def test_the_set_sent_is_the_set_held(webitel: Api):
    await give(webitel, "2", "cm-1")
    assert [grant["id"] for grant in (await webitel.get("/users/2"))["license"]] == ["cm-1"]
    await give(webitel, "2")
    assert "license" not in await webitel.get("/users/2")


async def test_a_grant_kept_in_the_set_keeps_its_date(webitel: Api):
    before = (await webitel.get("/users/2"))["license"][0]
    await give(webitel, "2", "cc-1", "cm-1")
    assert before in (await webitel.get("/users/2"))["license"]


async def test_no_seat_left_is_a_refusal_of_the_whole_change(webitel: Api):
    await give(webitel, "3", "cc-1")
    await give(webitel, "4", "cc-1")
    answer = await webitel.http.patch("/users/5", json={"name": "Renamed", "license": [{"id": "cc-1"}, {"id": "cm-1"}]})
    assert 400 <= answer.status_code < 500
    assert answer.json()["id"] == "app.license.product.exhausted"
    user = await webitel.get("/users/5")
    assert "license" not in user
    assert user["name"] == "Богдан Сагайдачний"


@pytest.mark.parametrize("serial", ["old-1", "chat-1", "unknown"])
async def test_what_cannot_be_granted_is_refused(webitel: Api, serial: str):
    assert 400 <= (await give(webitel, "3", serial)).status_code < 500


async def test_a_deleted_user_holds_the_seat_until_the_set_is_cleared(webitel: Api):
    await webitel.http.delete("/users/2")
    assert (await license_row(webitel, "cc-1"))["remain"] == 2
    await give(webitel, "2")
    assert (await license_row(webitel, "cc-1"))["remain"] == 3


async def test_valid_lists_what_can_be_granted_now(webitel: Api):
    serials = {item["id"] for item in (await webitel.get("/license?valid=true"))["items"]}
    assert serials == {"cc-1", "cm-1", "chat-1"}


async def test_licences_of_a_user_and_users_of_a_licence(webitel: Api):
    assert [item["id"] for item in (await webitel.get("/license?user.id=7"))["items"]] == ["cc-1"]
    items = (await webitel.get("/products/cc-1/users"))["items"]
    assert [item["user"]["id"] for item in items] == ["2", "7"]
    assert items[0]["domain"] == {"id": "1", "name": "romashka.example"}


async def test_a_person_in_the_admin_ui_can_give_more_than_there_is(webitel: Api):
    for user in ("3", "4", "5", "6"):
        await webitel.control.patch(f"/rows/users/{user}", json={"license": ["cc-1"]})
    assert "remain" not in await license_row(webitel, "cc-1")
