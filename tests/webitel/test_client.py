from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from tests.webitel.fake_webitel import TOKEN, FakeWebitel, connect, error, users
from usersync.webitel import (
    IMPORT_FIELDS,
    LICENSE_FIELDS,
    MemberUnknown,
    NewDevice,
    NewUser,
    NotFound,
    PagingBroken,
    Refused,
    ServerFailed,
    TokenAuth,
    UnexpectedAnswer,
    WebitelClient,
    WebitelError,
)


async def test_who_we_are_tells_the_number_of_the_domain() -> None:
    async with connect(FakeWebitel()) as webitel:
        me = await webitel.userinfo()
    assert (me.dc, me.domain, me.user_id, me.username) == ("42", "example.com", "7", "svc")


async def test_every_request_says_who_sends_it() -> None:
    app = FakeWebitel()
    async with connect(app) as webitel:
        await webitel.userinfo()
        await webitel.userinfo()
    assert app.requests[0].headers["User-Agent"].startswith("usersync/")
    assert app.requests[0].headers["Accept"] == "application/json"
    first, second = (request.headers["X-Request-Id"] for request in app.requests)
    assert first != second


async def test_the_users_are_asked_for_with_every_member_by_name() -> None:
    app = FakeWebitel()
    async with connect(app) as webitel:
        await webitel.users()
    query = app.requests[0].url.query.decode()
    assert "sort=%2Bid" in query, "a bare plus would be a space"
    assert app.requests[0].url.params.get_list("fields") == list(IMPORT_FIELDS)
    assert app.requests[0].url.params["size"] == "500"
    assert "deleted" not in query


async def test_the_id_is_always_among_the_members_asked_for() -> None:
    app = FakeWebitel()
    async with connect(app) as webitel:
        await webitel.users(["username", "username"], page_size=50)
    assert app.requests[0].url.params.get_list("fields") == ["id", "username"]
    assert app.requests[0].url.params["size"] == "50"


async def test_the_tombstones_are_asked_for_by_name() -> None:
    app = FakeWebitel()
    async with connect(app) as webitel:
        await webitel.users(deleted=True)
    assert app.requests[0].url.params["deleted"] == "true"


async def test_a_reading_tells_which_members_the_server_gave_at_all() -> None:
    app = FakeWebitel([{"id": "1", "name": "x"}, {"id": "2", "extension": "10"}])
    async with connect(app) as webitel:
        assert (await webitel.users()).members == {"id", "name", "extension"}


async def test_users_by_id_come_a_hundred_to_a_request_and_without_a_look_further() -> None:
    app = FakeWebitel(users(250))
    async with connect(app) as webitel:
        found = await webitel.users_by_id([str(n) for n in range(250, 0, -1)], LICENSE_FIELDS)
    assert [user.id for user in found] == [str(n) for n in range(1, 251)]
    assert sorted(len(request.url.params.get_list("id")) for request in app.requests) == [50, 100, 100]
    assert all(request.url.params["size"] in {"50", "100"} for request in app.requests)
    assert app.requests[0].url.params.get_list("fields") == ["id", "license"]
    assert all(len(str(request.url)) < 4_000 for request in app.requests)


async def test_users_by_id_are_read_on_where_the_server_gives_short_pages() -> None:
    app = FakeWebitel(users(250), cap=40)
    async with connect(app) as webitel:
        found = await webitel.users_by_id([str(n) for n in range(1, 251)])
    assert len(found) == 250
    assert len(app.requests) == (3 + 1) + (3 + 1) + (2 + 1)


async def test_ids_that_do_not_exist_are_left_out() -> None:
    async with connect(FakeWebitel(users(3))) as webitel:
        assert [user.id for user in await webitel.users_by_id(["2", "2", "99"])] == ["2"]


async def test_no_ids_at_all_is_no_request_and_never_everybody() -> None:
    app = FakeWebitel()
    async with connect(app) as webitel:
        assert await webitel.users_by_id([]) == ()
        read = await webitel.users(ids=())
    assert (read.users, read.trusted, read.requests) == ((), True, 0)
    assert app.requests == []


async def test_a_server_that_does_not_select_by_id_is_found_out() -> None:
    def app(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"page": 1, "items": users(3)})

    async with connect(app) as webitel:
        read = await webitel.users(ids=["1"])
        assert not read.trusted
        assert read.problems[0].args == {"count": 2}
        with pytest.raises(PagingBroken, match="nobody asked for"):
            await webitel.users_by_id(["1"])


async def test_where_one_chunk_of_ids_fails_the_others_are_given_up() -> None:
    started = 0
    finished = 0

    async def app(request: httpx.Request) -> httpx.Response:
        nonlocal started, finished
        started += 1
        if started == 3:
            return error(400)
        await asyncio.sleep(0.2)
        finished += 1
        return httpx.Response(200, json={"page": 1, "items": []})

    async with connect(app) as webitel:
        with pytest.raises(WebitelError):
            await webitel.users_by_id([str(n) for n in range(1, 301)])
        await asyncio.sleep(0.3)
    assert (started, finished) == (3, 0)


async def test_one_user_is_read_whole_or_by_members() -> None:
    app = FakeWebitel()
    async with connect(app) as webitel:
        assert (await webitel.user("2")).username == "agent.2"
        await webitel.user("2", ["id", "license"])
    assert app.requests[0].url.query == b""
    assert app.requests[1].url.params.get_list("fields") == ["id", "license"]


async def test_a_user_that_is_not_there_is_not_found() -> None:
    async with connect(FakeWebitel()) as webitel:
        with pytest.raises(NotFound):
            await webitel.user("99")


async def test_a_wrapped_user_is_read_like_a_bare_one() -> None:
    answer = httpx.Response(200, json={"user": {"id": "2", "name": "Ann"}})
    for call in ("user", "create_user", "patch_user"):
        app = FakeWebitel()
        app.script.append(answer)
        arguments: dict[str, tuple[Any, ...]] = {
            "user": ("2",),
            "create_user": (NewUser("Ann", "ann"),),
            "patch_user": ("2", {"name": "Ann"}),
        }
        async with connect(app, contract=False) as webitel:
            assert (await getattr(webitel, call)(*arguments[call])).name == "Ann"


async def test_a_user_is_created_with_a_device_of_its_own() -> None:
    app = FakeWebitel()
    new = NewUser(
        "Ann Agent",
        "ann.agent",
        extension="1010",
        email="ann@example.com",
        password="hunter2",
        license_ids=("6f", "99"),
        role_ids=("5",),
        profile={"company": "Acme"},
    )
    async with connect(app, contract=False) as webitel:
        created = await webitel.create_user(new)
    assert (created.id, created.username) == ("99", "ann.agent")
    assert app.requests[0].url.params["generate_device"] == "true"
    assert app.bodies[0] == {
        "name": "Ann Agent",
        "username": "ann.agent",
        "extension": "1010",
        "email": "ann@example.com",
        "password": "hunter2",
        "license": [{"id": "6f"}, {"id": "99"}],
        "roles": [{"id": "5"}],
        "profile": {"company": "Acme"},
    }


async def test_what_is_empty_is_not_sent() -> None:
    app = FakeWebitel()
    async with connect(app) as webitel:
        await webitel.create_user(NewUser("Ann", "ann"), generate_device=False)
    assert app.bodies == [{"name": "Ann", "username": "ann"}]
    assert app.requests[0].url.query == b""


def test_nothing_of_a_new_user_or_device_shows_in_a_repr() -> None:
    user = NewUser(
        "Анна", "ann", extension="1010", email="ann@example.com", password="hunter2", profile={"a": "secret"}
    )
    shown = repr(user) + repr(NewDevice("phone", "1010", password="hunter2"))
    assert not any(value in shown for value in ("Анна", "ann@example.com", "hunter2", "secret"))


async def test_a_name_with_half_a_character_can_be_sent() -> None:
    app = FakeWebitel()
    async with connect(app, contract=False) as webitel:
        await webitel.patch_user("10", {"name": "broken \ud83d"})
    assert app.requests[0].content == b'{"name": "broken \\ud83d"}'


@pytest.mark.parametrize("answer", [httpx.Response(200, json={}), httpx.Response(200), httpx.Response(204)])
async def test_a_change_may_be_answered_with_nothing(answer: httpx.Response) -> None:
    app = FakeWebitel()
    app.script.append(answer)
    async with connect(app, contract=False) as webitel:
        assert (await webitel.patch_user("10", {"extension": "1010"})).id == "10"
    assert app.bodies == [{"extension": "1010"}]
    assert app.paths == ["PATCH /users/10"]


async def test_a_member_that_webitel_would_ignore_is_refused_before_it_is_sent() -> None:
    app = FakeWebitel()
    async with connect(app) as webitel:
        with pytest.raises(MemberUnknown, match="enabled, licence"):
            await webitel.patch_user("10", {"name": "Ann", "licence": [], "enabled": False})
    assert app.requests == []


async def test_licences_and_roles_are_sent_as_complete_sets() -> None:
    app = FakeWebitel()
    async with connect(app) as webitel:
        await webitel.set_licenses("10", ["6f", "99", "6f"])
        await webitel.set_licenses("10", iter([]))
        await webitel.set_roles("10", ("5", "7"))
    assert app.bodies == [
        {"license": [{"id": "6f"}, {"id": "99"}]},
        {"license": []},
        {"roles": [{"id": "5"}, {"id": "7"}]},
    ]
    assert app.paths == ["PATCH /users/10"] * 3


async def test_one_licence_is_not_taken_for_a_set_of_its_letters() -> None:
    app = FakeWebitel()
    async with connect(app) as webitel:
        with pytest.raises(TypeError):
            await webitel.set_licenses("10", "6f0d")
    assert app.requests == []


async def test_a_refused_licence_names_the_reason_and_spares_the_others() -> None:
    app = FakeWebitel()
    app.script.append(error(412, "app.license.exhausted", "product exhausted"))
    async with connect(app) as webitel:
        with pytest.raises(Refused, match="product exhausted") as caught:
            await webitel.set_licenses("10", ["6f"])
    assert caught.value.error_id == "app.license.exhausted"


async def test_a_user_is_marked_as_deleted_or_deleted_for_good() -> None:
    app = FakeWebitel()
    async with connect(app) as webitel:
        assert await webitel.delete_user("10") == ("10",)
        assert await webitel.delete_user("10", permanent=True) == ("10",)
    assert app.requests[0].url.query == b""
    assert app.requests[1].url.params["permanent"] == "true"
    assert app.requests[0].content == b""


@pytest.mark.parametrize("bad", ["", " ", "10/../11", "ann", "1,2", "１０", "10\n"])
async def test_an_id_that_is_no_number_never_becomes_a_path(bad: str) -> None:
    app = FakeWebitel()
    async with connect(app) as webitel:
        for call in (
            webitel.user(bad),
            webitel.delete_user(bad),
            webitel.set_licenses(bad, []),
            webitel.delete_device(bad),
            webitel.devices(bad),
            webitel.users(ids=[bad]),
        ):
            with pytest.raises(ValueError, match="number"):
                await call
    assert app.requests == []


async def test_the_licences_are_read_page_by_page() -> None:
    app = FakeWebitel()
    app.lists["/license"] = [
        {"id": f"6f-{n}", "product": "CALL_CENTER", "limit": 50, "remain": n, "competitive": True} for n in range(5)
    ]
    app.cap = 2
    async with connect(app) as webitel:
        found = await webitel.licenses()
    assert [license_.id for license_ in found] == [f"6f-{n}" for n in range(5)]
    assert (found[4].limit, found[4].remain, found[4].competitive) == (50, 4, True)
    assert len(app.requests) == 3 + 1


async def test_the_users_of_a_licence_are_asked_for_by_its_serial_whatever_it_is() -> None:
    seen: list[bytes] = []

    def app(request: httpx.Request) -> httpx.Response:
        seen.append(request.url.raw_path)
        row = {"user": {"id": "10", "name": "Ann"}, "issued_at": "1767225600000", "sessions": 2}
        return httpx.Response(200, json={"page": 1, "items": [row]})

    async with WebitelClient(
        "https://webitel.example.com", TokenAuth(TOKEN), transport=httpx.MockTransport(app)
    ) as webitel:
        rows = await webitel.license_users("6f/0d ?#")
        for empty in ("", ".", ".."):
            with pytest.raises(ValueError, match="serial"):
                await webitel.license_users(empty)
    assert seen == [b"/api/products/6f%2F0d%20%3F%23/users?page=1&size=500"]
    assert (rows[0].user.id, rows[0].sessions) == ("10", 2)


async def test_roles_tell_which_of_them_are_users() -> None:
    app = FakeWebitel()
    app.lists["/roles"] = [{"id": "5", "name": "agents"}, {"id": "10", "name": "Ann", "user": True}]
    async with connect(app) as webitel:
        assert [(role.id, role.user) for role in await webitel.roles()] == [("5", False), ("10", True)]
    assert "user" in app.requests[0].url.params.get_list("fields")


async def test_devices_are_listed_made_and_deleted() -> None:
    app = FakeWebitel()
    app.lists["/devices"] = [{"id": "77", "name": "phone", "account": "1010", "user": {"id": "10", "name": "Ann"}}]
    async with connect(app) as webitel:
        all_of_them = await webitel.devices()
        await webitel.devices("10")
        made = await webitel.create_device(NewDevice("phone", "1010", user_id="10"))
        assert await webitel.delete_device("77") == ("77",)
    assert all_of_them[0].account == "1010"
    assert made.user is not None
    assert made.user.id == "10"
    assert app.bodies[2] == {"name": "phone", "account": "1010", "user": {"id": "10"}}
    assert [request.url.params.get("user.id") for request in app.requests[:2]] == [None, "10"]


@pytest.mark.parametrize("path", ["/license", "/roles", "/devices"])
async def test_a_list_that_cannot_be_read_completely_raises(path: str) -> None:
    app = FakeWebitel()
    app.lists[path] = [{"id": str(n)} for n in range(5)]
    app.cap = 2
    app.page_hook = lambda number, body: {**body, "page": 1}
    calls = {"/license": "licenses", "/roles": "roles", "/devices": "devices"}
    async with connect(app) as webitel:
        with pytest.raises(PagingBroken, match=r"Page 2 of the list was asked for and page 1 came") as caught:
            await getattr(webitel, calls[path])()
    assert caught.value.problems


async def test_a_created_user_without_an_id_leaves_the_outcome_in_doubt() -> None:
    app = FakeWebitel()
    app.script.append(httpx.Response(200, json={"name": "Ann"}))
    async with connect(app, contract=False) as webitel:
        with pytest.raises(UnexpectedAnswer, match="at id") as caught:
            await webitel.create_user(NewUser("Ann", "ann"), request_id="journal-9")
    assert caught.value.outcome_unknown
    assert caught.value.request_id == "journal-9"


async def test_a_created_user_whose_answer_was_lost_is_never_created_twice() -> None:
    app = FakeWebitel()
    app.script.append(error(502))
    async with connect(app) as webitel:
        with pytest.raises(ServerFailed) as caught:
            await webitel.create_user(NewUser("Ann", "ann"))
    assert caught.value.outcome_unknown
    assert len(app.requests) == 1


async def test_ten_thousand_users_are_read_in_twenty_one_requests() -> None:
    app = FakeWebitel(users(10_000))
    async with WebitelClient(
        "https://webitel.example.com", TokenAuth(TOKEN), transport=httpx.MockTransport(app)
    ) as webitel:
        read = await webitel.users()
    assert (len(read.users), read.trusted, read.requests) == (10_000, True, 21)


async def test_what_was_closed_sends_nothing_any_more() -> None:
    webitel = connect(FakeWebitel())
    await webitel.userinfo()
    await webitel.aclose()
    with pytest.raises(RuntimeError):
        await webitel.userinfo()
