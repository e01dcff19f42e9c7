"""GET /users and the other lists: paging, order, search, members."""

import pytest

from tests.sandbox.apis import Api


def ids(body):
    return [item["id"] for item in body["items"]]


async def test_the_first_page_has_sixteen_users_and_says_that_there_are_more(webitel: Api):
    for number in range(20):
        await webitel.http.post("/users", json={"name": f"New {number}", "username": f"new.{number}"})
    body = await webitel.get("/users")
    assert (len(body["items"]), body["page"], body["next"]) == (16, 1, True)
    last = await webitel.get("/users?page=2")
    assert len(last["items"]) == 28 - 16
    assert "next" not in last


async def test_a_page_that_ends_with_the_list_does_not_promise_another(webitel: Api):
    assert "next" not in await webitel.get("/users?size=8")
    assert (await webitel.get("/users?size=7"))["next"] is True


async def test_a_page_behind_the_end_is_empty_and_has_the_member_items(webitel: Api):
    assert await webitel.get("/users?page=9&size=8") == {"page": 9, "items": []}


async def test_without_fields_a_user_has_the_recorded_members_and_no_others(webitel: Api):
    await webitel.http.patch("/users/3/presence", json={"status": "dnd"})
    user = next(user for user in (await webitel.get("/users"))["items"] if user["id"] == "3")
    assert set(user) == {"id", "name", "username", "extension", "presence", "device"}


async def test_fields_are_repeated_and_the_id_always_comes(webitel: Api):
    body = await webitel.get("/users", params={"fields": ["email", "license"], "id": "7"})
    (user,) = body["items"]
    assert set(user) == {"id", "email", "license"}
    assert user["license"][0]["prod"] == "CALL_CENTER"


async def test_fields_in_one_value_are_one_name_nobody_knows(webitel: Api):
    assert all(set(user) == {"id"} for user in (await webitel.get("/users?fields=name,username"))["items"])


@pytest.mark.parametrize(
    ("sort", "first"), [("%2Bname", "IVR robot"), ("-id", "8"), ("!id", "8"), ("username", "svc"), ("-username", "yul")]
)
async def test_order_is_asked_for_with_a_sign_or_without(webitel: Api, sort: str, first: str):
    items = (await webitel.get(f"/users?sort={sort}"))["items"]
    key = "id" if first == "8" else sort.lstrip("-!").replace("%2B", "")
    values = [item[key] for item in items]
    assert values == sorted(values, reverse=sort[0] in "-!")


async def test_a_plus_that_was_not_encoded_is_a_space_and_no_order(webitel: Api):
    assert (await webitel.http.get("/users?sort=+id")).status_code == 400


async def test_q_is_the_whole_value_unless_a_star_says_otherwise(webitel: Api):
    assert ids(await webitel.get("/users", params={"q": "КОВАЛЬЧУК"})) == []
    assert ids(await webitel.get("/users", params={"q": "*ковальчук"})) == ["3"]
    assert ids(await webitel.get("/users", params={"q": "103"})) == ["4"]


async def test_username_matches_whatever_the_case(webitel: Api):
    assert ids(await webitel.get("/users?username=O.KOVALCHUK")) == ["3"]


async def test_ids_are_wanted_and_unwanted_by_repetition(webitel: Api):
    assert ids(await webitel.get("/users?id=3&id=5&id=404")) == ["3", "5"]
    assert "3" not in ids(await webitel.get("/users?not_id=3"))


async def test_search_by_body_answers_what_the_query_answers(webitel: Api):
    asked = {"id": ["3", "5"], "fields": ["name"], "sort": ["-id"], "size": 1}
    by_body = (await webitel.http.post("/users/search", json=asked)).json()
    by_query = await webitel.get("/users?id=3&id=5&fields=name&sort=-id&size=1")
    assert by_body == by_query
    assert ids(by_body) == ["5"]


async def test_a_cap_of_the_server_is_silent(webitel: Api):
    await webitel.switch(page_cap=3)
    body = await webitel.get("/users?size=100")
    assert (len(body["items"]), body["next"]) == (3, True)


async def test_a_size_that_is_no_number_is_refused(webitel: Api):
    answer = await webitel.http.get("/users?size=many")
    assert answer.status_code == 400
    assert set(answer.json()) == {"id", "code", "detail", "status"}
