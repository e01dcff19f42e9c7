from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.creatio.fake_creatio import FakeCreatio, connect, contacts, guid
from usersync.creatio import Field, select
from usersync.creatio.errors import AnswerLost, QueryTooLong, ServerFailed

NAMES = select("Id", "Name")


def app_with(number: int, **settings: Any) -> FakeCreatio:
    app = FakeCreatio(tables={"Contact": contacts(number)})
    for name, value in settings.items():
        setattr(app, name, value)
    return app


def options(request: httpx.Request) -> dict[str, str]:
    return {key: value[0] for key, value in parse_qs(request.url.query.decode()).items()}


@settings(deadline=None, max_examples=60)
@given(
    rows=st.integers(0, 60),
    page_size=st.integers(1, 25),
    cap=st.one_of(st.none(), st.integers(1, 25)),
    counts=st.booleans(),
    links=st.booleans(),
    limit=st.one_of(st.none(), st.integers(0, 70)),
)
def test_all_rows_come_once_and_in_order_whatever_the_pages(
    rows: int, page_size: int, cap: int | None, counts: bool, links: bool, limit: int | None
) -> None:
    app = app_with(rows, page_cap=cap, counts=counts, next_links=links)
    query = NAMES if limit is None else NAMES.first(limit)
    expected = [guid(number) for number in range(rows)][:limit]

    async def read() -> None:
        async with connect(app, page_size=page_size) as creatio:
            found = await creatio.list("Contact", query)
            assert [row["Id"] for row in found.rows] == expected
            assert found.complete
            assert not found.problems
            assert [row["Id"] async for page in creatio.pages("Contact", query) for row in page.rows] == expected

    asyncio.run(read())


async def test_pages_are_sorted_by_id_and_asked_for_explicitly() -> None:
    app = app_with(25)
    async with connect(app, page_size=10) as creatio:
        found = await creatio.list("Contact", NAMES)
    assert found.count == 25
    asked = [options(request) for request in app.sent("GET", "/Contact")]
    assert [(o["$top"], o.get("$skip"), o.get("$count")) for o in asked] == [
        ("10", None, "true"),
        ("10", "10", None),
        ("10", "20", None),
    ]
    assert {o["$orderby"] for o in asked} == {"Id"}


async def test_an_order_asked_for_is_kept_and_made_certain() -> None:
    app = app_with(1)
    async with connect(app) as creatio:
        await creatio.list("Contact", NAMES.order_by(Field("CreatedOn"), descending=True))
        await creatio.list("Contact", NAMES.order_by(Field("Id"), descending=True))
    assert [options(request)["$orderby"] for request in app.sent("GET", "/Contact")] == ["CreatedOn desc,Id", "Id desc"]


async def test_the_key_is_selected_even_where_nobody_asks_for_it() -> None:
    app = app_with(1)
    async with connect(app) as creatio:
        await creatio.list("Contact", select("Name"))
    assert options(app.requests[-1])["$select"] == "Id,Name"


async def test_pages_behind_the_first_are_read_at_the_same_time() -> None:
    app = app_with(100)
    async with connect(app, page_size=10, at_once=4) as creatio:
        found = await creatio.list("Contact", NAMES)
    assert [row["Id"] for row in found.rows] == [guid(number) for number in range(100)]
    assert len(app.sent("GET", "/Contact")) == 10


async def test_an_empty_entity_takes_one_request() -> None:
    app = app_with(0)
    async with connect(app) as creatio:
        found = await creatio.list("Contact", NAMES)
    assert (found.rows, found.count, found.complete) == ([], 0, True)
    assert len(app.sent("GET", "/Contact")) == 1


async def test_rows_that_repeat_are_given_once() -> None:
    app = app_with(30)
    first = {"@odata.count": 30, "value": contacts(10)}
    overlapping = {"value": contacts(30)[9:20]}
    app.once("/Contact", httpx.Response(200, json=first), httpx.Response(200, json=overlapping))
    async with connect(app, page_size=10) as creatio:
        found = await creatio.list("Contact", NAMES)
    assert len(found.rows) == 30
    assert found.complete


async def test_fewer_rows_than_counted_are_read_once_more() -> None:
    app = app_with(30)
    truncated = {"@odata.count": 30, "value": contacts(10)}
    app.once("/Contact", httpx.Response(200, json=truncated), httpx.Response(200, json={"value": contacts(10)}))
    async with connect(app, page_size=20) as creatio:
        found = await creatio.list("Contact", NAMES)
    assert len(found.rows) == 30
    assert found.complete


async def test_rows_that_stay_missing_are_told() -> None:
    app = app_with(25)
    app.counts = False
    app.rules.append(
        lambda request: (
            httpx.Response(200, json={"@odata.count": 40, "value": contacts(25)})
            if "%24count" in str(request.url) or "$count" in str(request.url)
            else None
        )
    )
    async with connect(app, page_size=1000) as creatio:
        found = await creatio.list("Contact", NAMES)
    assert not found.complete
    assert len(found.rows) == 25
    assert str(found.problems[0]) == "Creatio counts 40 rows of Contact but gave only 25."


async def test_an_answer_cut_at_its_cap_does_not_pass_for_all_rows() -> None:
    app = app_with(45, page_cap=20)
    async with connect(app, page_size=20_000) as creatio:
        found = await creatio.list("Contact", NAMES)
    assert len(found.rows) == 45
    assert found.complete


@pytest.mark.parametrize("page_size", [0, 20_001])
def test_a_page_has_a_size_creatio_can_give(page_size: int) -> None:
    with pytest.raises(ValueError, match="rows per page"):
        connect(app_with(0), page_size=page_size)


async def test_a_server_that_ignores_skip_does_not_keep_us_forever() -> None:
    app = app_with(5, counts=False)
    app.always("/Contact", lambda: httpx.Response(200, json={"value": contacts(5)}))
    async with connect(app, page_size=5) as creatio:
        found = await creatio.list("Contact", NAMES)
    assert len(found.rows) == 5
    assert len(app.sent("GET", "/Contact")) == 2


@pytest.mark.parametrize("counted", [{}, {"@odata.count": 5}], ids=["uncounted", "counted"])
async def test_links_in_a_circle_do_not_keep_us_forever(counted: dict[str, int]) -> None:
    app = app_with(5, counts=False)
    link = "https://crm.creatio.com/0/odata/Contact?circle"
    body = {"value": contacts(5), "@odata.nextLink": link, **counted}
    app.always("/Contact", lambda: httpx.Response(200, json=body))
    async with connect(app, page_size=5) as creatio:
        found = await creatio.list("Contact", NAMES)
    assert len(found.rows) == 5


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example.com/0/odata/Contact?$skiptoken=1",
        "http://crm.creatio.com/0/odata/Contact?$skiptoken=1",
        "https://crm.creatio.com:444/0/odata/Contact",
        "https://crm.creatio.com/0/odatax/Contact",
        "//evil.example.com/Contact",
    ],
)
async def test_a_link_that_leads_elsewhere_never_gets_our_login(link: str) -> None:
    app = app_with(25)
    app.once("/Contact", httpx.Response(200, json={"@odata.count": 25, "value": contacts(10), "@odata.nextLink": link}))
    async with connect(app, page_size=10) as creatio:
        found = await creatio.list("Contact", NAMES)
    assert len(found.rows) == 25
    assert all(str(request.url).startswith("https://crm.creatio.com/0/odata/") for request in app.requests[1:])


async def test_a_relative_link_is_followed() -> None:
    app = app_with(25, counts=False)
    page = {"value": contacts(10), "@odata.nextLink": "Contact?$skip=10&$top=15"}
    app.once("/Contact", httpx.Response(200, json=page))
    async with connect(app, page_size=25) as creatio:
        found = await creatio.list("Contact", NAMES)
    assert len(found.rows) == 25


async def test_links_that_forget_how_many_rows_were_wanted_give_no_more_than_that() -> None:
    app = app_with(25, counts=False)
    page = {"value": contacts(2), "@odata.nextLink": "Contact?$skip=2"}
    app.once("/Contact", httpx.Response(200, json=page))
    async with connect(app, page_size=10) as creatio:
        found = await creatio.list("Contact", NAMES.first(3))
    assert [row["Id"] for row in found.rows] == [guid(0), guid(1), guid(2)]


@pytest.mark.parametrize("body", [[], {"value": {}}, {"value": [1]}, {"@odata.context": "x"}, "text"])
async def test_an_answer_that_is_no_list_is_not_taken_for_an_empty_one(body: Any) -> None:
    app = app_with(0)
    app.always("/Contact", lambda: httpx.Response(200, json=body))
    async with connect(app) as creatio:
        with pytest.raises(AnswerLost):
            await creatio.list("Contact", NAMES)


async def test_a_cut_off_answer_is_not_taken_for_an_empty_one() -> None:
    app = app_with(0)
    app.always("/Contact", lambda: httpx.Response(200, text='{"value": [{"Id"'))
    async with connect(app) as creatio:
        with pytest.raises(AnswerLost):
            await creatio.list("Contact", NAMES)


async def test_one_page_that_fails_fails_the_whole() -> None:
    app = app_with(100)
    app.rules.append(lambda request: httpx.Response(500) if "skip=50" in str(request.url) else None)
    async with connect(app, page_size=10) as creatio:
        with pytest.raises(ServerFailed):
            await creatio.list("Contact", NAMES)


async def test_pages_say_how_many_rows_there_are() -> None:
    async with connect(app_with(25), page_size=10) as creatio:
        pages = [(len(page.rows), page.count) async for page in creatio.pages("Contact", NAMES)]
    assert pages == [(10, 25), (10, 25), (5, 25)]


async def test_a_question_that_is_too_long_is_not_asked() -> None:
    app = app_with(1)
    async with connect(app) as creatio:
        with pytest.raises(QueryTooLong):
            await creatio.list("Contact", NAMES.where(Field("Name") == "Ї" * 400))
    assert not app.sent("GET", "/Contact")
