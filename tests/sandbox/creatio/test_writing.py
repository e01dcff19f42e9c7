"""POST, PATCH, DELETE: defaults, stamps, refusals, what goes with a row."""

import sqlite3

import pytest

from tests.sandbox.apis import Api, creatio_over, inner_text
from tests.sandbox.small_world import SmallWorld, contact_id, record_id, small_world
from usersync.sandbox.world import WorldDirectory

USER_ROLE = "7640dfbd-0cf2-4040-998e-4641042eff46"
COMPANY = "e308b781-3c5b-4ecb-89ef-5c1ed4da488e"
OWN_ID = "62f9bc01-57cf-4cc7-90bf-8672acc922e3"
KOVALCHUK = contact_id("o.kovalchuk")


def record(**changes):
    return {"Login": "o.kovalchuk", "ContactId": KOVALCHUK, "RoleId": USER_ROLE, **changes}


async def test_a_post_answers_201_with_the_row_and_where_it_is(creatio: Api):
    answer = await creatio.http.post("/WSysAccount", json=record(Id=OWN_ID, Extension="102"))
    assert answer.status_code == 201
    assert answer.headers["location"].endswith(f"/0/odata/WSysAccount({OWN_ID})")
    assert answer.json() == await creatio.get(f"/WSysAccount({OWN_ID})")


async def test_the_server_fills_id_times_and_author(creatio: Api):
    row = (await creatio.http.post("/Account", json={"Name": "Нова"})).json()
    me = (await creatio.get("/SysAdminUnit?$filter=Name eq 'usersync.integration'&$select=ContactId"))["value"][0][
        "ContactId"
    ]
    assert row["Id"] != "00000000-0000-0000-0000-000000000000"
    assert row["CreatedOn"] == row["ModifiedOn"] > "2026"
    assert {row["CreatedById"], row["ModifiedById"], row["OwnerId"]} == {me}


async def test_a_second_post_of_one_id_collides_and_changes_nothing(creatio: Api):
    await creatio.http.post("/Account", json={"Id": OWN_ID, "Name": "Перша"})
    answer = await creatio.http.post("/Account", json={"Id": OWN_ID, "Name": "Друга"})
    assert answer.status_code == 500
    assert "duplicate key" in inner_text(answer.json())
    assert (await creatio.get(f"/Account({OWN_ID})"))["Name"] == "Перша"


async def test_nothing_keeps_two_records_of_one_login_or_contact_apart(creatio: Api):
    for _ in range(2):
        assert (await creatio.http.post("/WSysAccount", json=record())).status_code == 201


async def test_a_patch_answers_204_changes_what_it_names_and_stamps(creatio: Api):
    before = await creatio.get(f"/Contact({KOVALCHUK})")
    answer = await creatio.http.patch(f"/Contact({KOVALCHUK})", json={"JobTitle": "Оператор"})
    assert (answer.status_code, answer.content) == (204, b"")
    after = await creatio.get(f"/Contact({KOVALCHUK})")
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"JobTitle", "ModifiedOn", "ModifiedById"}


async def test_stamps_are_the_servers_own(creatio: Api):
    await creatio.http.patch(f"/Contact({KOVALCHUK})", json={"ModifiedOn": "2020-01-01T00:00:00Z"})
    assert (await creatio.get(f"/Contact({KOVALCHUK})"))["ModifiedOn"] > "2026"


async def test_null_clears_a_lookup_and_a_text(creatio: Api):
    await creatio.http.patch(f"/Contact({KOVALCHUK})", json={"AccountId": None, "JobTitle": None})
    assert (await creatio.get(f"/Contact({KOVALCHUK})"))["AccountId"] == "00000000-0000-0000-0000-000000000000"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"Login": "x", "Nothing": 1}, 400),
        ({"Login": 5}, 400),
        ({"EnableStun": "yes"}, 400),
        ({"EnableStun": None}, 400),
        ({"ContactId": "not a guid"}, 400),
        ({"Contact": {"Id": KOVALCHUK}}, 400),
        ({"Login": "x" * 251}, 500),
        ({"Password": "x" * 51}, 500),
        ({"ContactId": OWN_ID}, 500),
        ({"ContactId": "00000000-0000-0000-0000-000000000000"}, 500),
        ({"Login": ""}, 500),
        ({"ContactId": None}, 500),
        ({"RoleId": None}, 500),
    ],
)
async def test_a_row_that_does_not_fit_is_refused_on_post_and_on_patch(creatio: Api, body: dict, status: int):
    before = await creatio.rows("WSysAccount")
    assert (await creatio.http.post("/WSysAccount", json=record(**body))).status_code == status
    assert (await creatio.http.patch(f"/WSysAccount({record_id('t.bondar')})", json=body)).status_code == status
    assert await creatio.rows("WSysAccount") == before


async def test_texts_up_to_their_length_fit(creatio: Api):
    assert (await creatio.http.post("/WSysAccount", json=record(Login="ж" * 250, Password="x" * 50))).status_code == 201


async def test_a_moment_needs_its_offset(creatio: Api):
    assert (
        await creatio.http.patch(f"/Contact({KOVALCHUK})", json={"BirthDate": "1990-05-17T00:00:00"})
    ).status_code == 400
    assert (
        await creatio.http.patch(f"/Contact({KOVALCHUK})", json={"BirthDate": "1990-05-17T00:00:00Z"})
    ).status_code == 204
    assert (await creatio.get(f"/Contact({KOVALCHUK})"))["BirthDate"] == "1990-05-17T00:00:00.000Z"


@pytest.mark.parametrize("content", [b"", b"{", b"[]"])
async def test_a_body_that_is_no_object_is_invalid(creatio: Api, content: bytes):
    answer = await creatio.http.post("/Contact", content=content)
    assert answer.status_code == 400
    assert answer.json()["Message"] == "The request is invalid."


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
async def test_an_unknown_id_is_404_or_204_as_the_installation_says(creatio: Api, method: str):
    path = f"/Contact({OWN_ID})"
    assert (await creatio.http.request(method, path, json={"Name": "x"})).status_code == 404
    await creatio.switch(missing_write_status=204)
    assert (await creatio.http.request(method, path, json={"Name": "x"})).status_code == 204
    assert (await creatio.http.get(path)).status_code == 404


async def test_deleting_a_contact_takes_its_record_details_and_communications(creatio: Api):
    await creatio.control.delete(f"/rows/SysAdminUnit/{(await user_of(creatio, 't.bondar'))['Id']}")
    detail = {"WSysAccountId": record_id("t.bondar"), "LicenseId": "cc-1"}
    await creatio.http.post("/WSysAccountLicense", json=detail)
    assert (await creatio.http.delete(f"/Contact({contact_id('t.bondar')})")).status_code == 204
    assert await creatio.rows("WSysAccount") == []
    assert await creatio.rows("WSysAccountLicense") == []
    assert contact_id("t.bondar") not in [row["ContactId"] for row in await creatio.rows("ContactCommunication")]


async def user_of(creatio: Api, username: str):
    return next(row for row in await creatio.rows("SysAdminUnit") if row["ContactId"] == contact_id(username))


@pytest.mark.parametrize("entity", ["Call", "Activity", "Case"])
async def test_a_contact_that_is_referred_to_cannot_be_deleted(creatio: Api, entity: str):
    contact = (await creatio.http.post("/Contact", json={"Name": "Новий Іван"})).json()["Id"]
    await creatio.http.post(
        f"/{entity}", json={"ContactId": contact, **({"Title": "t"} if entity == "Activity" else {})}
    )
    answer = await creatio.http.delete(f"/Contact({contact})")
    assert answer.status_code == 500
    assert f'on table "{entity}"' in inner_text(answer.json())
    assert (await creatio.http.get(f"/Contact({contact})")).status_code == 200


async def test_an_account_with_people_cannot_be_deleted(creatio: Api):
    assert (await creatio.http.delete(f"/Account({COMPANY})")).status_code == 500


async def test_system_users_are_not_made_through_odata(creatio: Api):
    answer = await creatio.http.post("/SysAdminUnit", json={"Name": "new", "SysAdminUnitTypeValue": 4})
    assert answer.status_code == 403


async def test_without_rights_a_write_is_403(creatio: Api):
    await creatio.switch(rights={"Contact": "read"})
    assert (await creatio.http.post("/Contact", json={"Name": "x"})).status_code == 403
    assert (await creatio.http.patch(f"/Contact({KOVALCHUK})", json={"Name": "x"})).status_code == 403
    assert (await creatio.http.delete(f"/Contact({KOVALCHUK})")).status_code == 403
    assert (await creatio.get("/Contact?$top=1"))["value"]


async def test_put_is_not_allowed(creatio: Api):
    assert (await creatio.http.put(f"/Contact({KOVALCHUK})", json={"Name": "x"})).status_code == 405


async def test_in_the_classic_profile_the_add_ons_columns_and_details_do_not_exist(tmp_path):
    world = WorldDirectory.write(tmp_path, classic(), "classic")
    async with creatio_over(world) as creatio:
        assert "Extension" not in (await creatio.get("/WSysAccount?$top=1"))["value"][0]
        assert (await creatio.http.post("/WSysAccount", json=record(Extension="1"))).status_code == 400
        assert (await creatio.http.get("/WSysAccountLicense")).status_code == 404
        assert (await creatio.http.post("/WSysAccount", json=record(Login="102"))).status_code == 201
        tag = (await creatio.http.post("/WSysAccountTag", json={"Name": "not in Webitel"})).json()["Id"]
        row = await creatio.http.post("/WSysAccountInTag", json={"TagId": tag, "EntityId": record_id("t.bondar")})
        assert row.status_code == 201


def classic() -> SmallWorld:
    return small_world()


async def test_a_world_with_columns_that_do_not_exist_is_refused(tmp_path):
    world = small_world()
    spoilt = SmallWorld(world.webitel, {**world.creatio, "Account": [{"Name": "x", "Nothing": 1}]}, world.truth)
    with pytest.raises(ValueError, match="Account has no column Nothing"):
        WorldDirectory.write(tmp_path, spoilt, "callmanager")


async def test_the_file_alone_holds_the_world_once_the_service_is_closed(world: WorldDirectory):
    async with creatio_over(world) as creatio:
        await creatio.http.post("/Account", json={"Name": "Нова"})
    assert not world.creatio_database.with_name("creatio.db-wal").exists()
    with sqlite3.connect(world.creatio_database) as file:
        assert file.execute("SELECT count(*) FROM Account").fetchone() == (2,)
