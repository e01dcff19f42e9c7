"""GET: lists, rows, fields, counts, pages, expansions."""

import pytest

from tests.sandbox.apis import Api, creatio_over
from tests.sandbox.small_world import contact_id, record_id
from usersync.sandbox.world import WorldDirectory

ZERO = "00000000-0000-0000-0000-000000000000"
KOVALCHUK = contact_id("o.kovalchuk")


async def test_a_list_names_its_context_and_holds_its_rows(creatio: Api):
    body = await creatio.get("/Contact?$select=Id,Name")
    assert body["@odata.context"].endswith("/0/odata/$metadata#Contact(Id,Name)")
    assert len(body["value"]) == 7
    assert all(set(row) == {"Id", "Name"} for row in body["value"])


async def test_empty_values_are_never_null(creatio: Api):
    row = await creatio.get(f"/Contact({contact_id('m.lysenko')})")
    assert (row["OwnerId"], row["GenderId"]) == ("410006e1-ca4e-4502-a9ec-e54d922d2c00", ZERO)
    assert (row["Email"], row["BirthDate"], row["Age"], row["DoNotUseCall"]) == ("", "0001-01-01T00:00:00Z", 0, False)


async def test_moments_are_utc_with_milliseconds(creatio: Api):
    assert (await creatio.get(f"/Contact({KOVALCHUK})"))["ModifiedOn"] == "2024-01-01T08:00:00.000Z"


async def test_a_row_is_found_by_key_in_both_spellings(creatio: Api):
    by_key = await creatio.get(f"/Contact({KOVALCHUK})?$select=Name")
    assert by_key == await creatio.get(f"/Contact/{KOVALCHUK}?$select=Name")
    assert by_key["@odata.context"].endswith("#Contact/$entity")


async def test_one_field_as_json_and_as_text(creatio: Api):
    assert (await creatio.get(f"/Contact({KOVALCHUK})/Name"))["value"] == "Ковальчук Олександр"
    raw = await creatio.http.get(f"/Contact({KOVALCHUK})/Name/$value")
    assert (raw.text, raw.headers["content-type"]) == ("Ковальчук Олександр", "text/plain; charset=utf-8")


async def test_counts(creatio: Api):
    assert (await creatio.http.get("/Contact/$count")).text == "7"
    assert (await creatio.http.get("/Contact/$count", params={"$filter": "Email ne null"})).text == "2"
    counted = await creatio.get("/Contact?$count=true&$top=0")
    assert (counted["@odata.count"], counted["value"]) == (7, [])
    assert "@odata.count" not in await creatio.get("/Contact?$top=1")


async def test_expansions_stand_inside_their_row_and_are_null_where_there_is_nothing(creatio: Api):
    body = await creatio.get(
        "/Contact?$select=Name&$expand=Account($select=Name;$expand=Type($select=Name)),Gender&$orderby=Name"
    )
    by_name = {row["Name"]: row for row in body["value"]}
    assert by_name["Ковальчук Олександр"]["Account"] == {"Name": "Ромашка", "Type": {"Name": "Our company"}}
    assert by_name["Ковальчук Олександр"]["Gender"] is None
    assert by_name["Supervisor"]["Account"] is None


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
async def test_pages_in_id_order_are_the_whole(creatio: Api, size: int):
    whole = [row["Id"] for row in (await creatio.get("/Contact?$select=Id&$orderby=Id"))["value"]]
    assert whole == sorted(whole)
    paged: list[str] = []
    while True:
        rows = (await creatio.get(f"/Contact?$select=Id&$orderby=Id&$top={size}&$skip={len(paged)}"))["value"]
        paged += [row["Id"] for row in rows]
        if len(rows) < size:
            break
    assert paged == whole


async def test_order_descends_and_goes_by_several_paths(creatio: Api):
    rows = (await creatio.get("/Contact?$select=Name&$orderby=Account/Name desc,Name asc"))["value"]
    names = [row["Name"] for row in rows]
    assert names[:5] == sorted(names[:5])
    assert names[5:] == ["Supervisor", "usersync.integration integration"]


async def test_the_cap_truncates_in_silence_unless_it_gives_a_link(creatio: Api):
    await creatio.switch(row_cap=3)
    body = await creatio.get("/Contact?$select=Id&$orderby=Id")
    assert len(body["value"]) == 3
    assert "@odata.nextLink" not in body
    await creatio.switch(next_link=True)
    found, url = [], "/Contact?$select=Id&$orderby=Id"
    while url:
        body = await creatio.get(url)
        found += [row["Id"] for row in body["value"]]
        url = body.get("@odata.nextLink")
    assert len(set(found)) == len(found) == 7
    assert "@odata.nextLink" not in await creatio.get("/Contact?$top=2")


async def test_asking_for_more_than_the_cap_does_not_lift_it(creatio: Api):
    await creatio.switch(row_cap=3)
    assert len((await creatio.get("/Contact?$top=100"))["value"]) == 3


@pytest.mark.parametrize(
    "query",
    ["$select=Nothing", "$expand=Nothing", "$expand=Contact($filter=x)", "$top=x", "$skip=-1", "$nonsense=1", "$count=maybe",
     "$orderby=Name sideways", "$select=Id,,Name", "$top=1&$top=2", "$expand=Account($select=Nothing)"],
)  # fmt: skip
async def test_options_that_cannot_be_read_are_refused(creatio: Api, query: str):
    assert (await creatio.http.get(f"/Contact?{query}")).status_code == 400


async def test_options_without_a_dollar_are_passed_over(creatio: Api):
    assert (await creatio.http.get("/Contact?cache=no")).status_code == 200


async def test_an_unknown_set_is_a_routing_miss_with_404_or_with_200(creatio: Api):
    answer = await creatio.http.get("/WAccountRole")
    assert answer.status_code == 404
    assert "controller named 'WAccountRole'" in answer.json()["MessageDetail"]
    await creatio.switch(missing_set_status=200)
    assert (await creatio.http.get("/WAccountRole")).status_code == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/Contact(00000000-0000-0000-0000-00000000ffff)", 404),
        ("/Contact('283c9666-d758-578b-a1d2-67a2d580af24')", 400),
        (f"/Contact({KOVALCHUK})/Nothing", 404),
    ],
)
async def test_what_is_not_there(creatio: Api, path: str, status: int):
    assert (await creatio.http.get(path)).status_code == status


async def test_without_rights_there_are_no_rows_and_http_200(creatio: Api):
    await creatio.switch(rights={"Contact": "none"})
    assert (await creatio.get("/Contact?$count=true"))["value"] == []
    assert (await creatio.http.get("/Contact/$count")).text == "0"
    assert (await creatio.http.get(f"/Contact({KOVALCHUK})")).status_code == 404
    record = await creatio.get(f"/WSysAccount({record_id('t.bondar')})?$expand=Contact")
    assert record["Contact"] is None
    assert record["ContactId"] != ZERO


async def test_passwords_of_records_can_be_read_and_those_of_users_cannot(creatio: Api):
    assert "Password" in await creatio.get(f"/WSysAccount({record_id('t.bondar')})")
    assert "UserPassword" not in (await creatio.get("/SysAdminUnit?$top=1"))["value"][0]


async def test_the_root_lists_the_sets(creatio: Api):
    body = await creatio.get("/")
    assert {"name": "WSysAccountLicense", "kind": "EntitySet", "url": "WSysAccountLicense"} in body["value"]


async def test_on_net_there_is_no_zero_in_the_way(world: WorldDirectory):
    async with creatio_over(world, "net") as creatio:
        assert (await creatio.get("/Contact?$top=1"))["@odata.context"].startswith("http://127.0.0.1:1/odata/$metadata")
        assert (await creatio.http.get("http://127.0.0.1:1/0/odata/Contact")).status_code == 404


async def test_too_long_a_query_never_reaches_creatio(creatio: Api, world: WorldDirectory):
    condition = " or ".join([f"Id eq {KOVALCHUK}"] * 50)
    answer = await creatio.http.get("/Contact", params={"$filter": condition})
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    async with creatio_over(world, "net") as other:
        assert (await other.http.get("/Contact", params={"$filter": condition})).status_code == 200
        assert (await other.http.get("/Contact", params={"$filter": " or ".join([condition] * 4)})).status_code == 414
