"""What people do in Creatio behind the importer's back."""

from tests.sandbox.apis import Api
from tests.sandbox.small_world import contact_id, record_id

SUPERVISOR = "410006e1-ca4e-4502-a9ec-e54d922d2c00"


async def test_an_edit_is_stamped_with_the_person_and_has_its_side_effects(creatio: Api):
    contact = contact_id("o.kovalchuk")
    await creatio.control.patch(f"/rows/Contact/{contact}", json={"Name": "Петренко Олександр"})
    row = await creatio.get(f"/Contact({contact})")
    assert (row["Surname"], row["ModifiedById"]) == ("Петренко", SUPERVISOR)
    assert row["ModifiedOn"] > "2026"


async def test_a_system_user_can_be_made_by_hand(creatio: Api):
    row = {"Name": "new.user", "SysAdminUnitTypeValue": 4, "ContactId": contact_id("m.lysenko")}
    assert (await creatio.control.post("/rows/SysAdminUnit", json=row)).status_code == 201


async def test_what_a_person_cannot_do_is_said(creatio: Api):
    assert (await creatio.control.patch(f"/rows/Contact/{contact_id('nobody')}", json={})).status_code == 404
    assert (await creatio.control.get("/rows/Nothing")).status_code == 404
    refused = await creatio.control.post("/rows/Contact", json={"Nothing": 1})
    assert refused.status_code == 400
    assert "Nothing" in refused.json()["error"]


async def test_a_merge_moves_references_fills_blanks_and_deletes_the_loser(creatio: Api):
    keep, lose = contact_id("m.lysenko"), contact_id("o.kovalchuk")
    await creatio.http.post(
        "/WSysAccount", json={"Login": "o", "ContactId": lose, "RoleId": "7640dfbd-0cf2-4040-998e-4641042eff46"}
    )
    await creatio.http.post("/Call", json={"ContactId": lose})
    answer = await creatio.control.post("/merge", json={"keep": keep, "lose": lose})
    assert answer.status_code == 204
    assert (await creatio.http.get(f"/Contact({lose})")).status_code == 404
    kept = await creatio.get(f"/Contact({keep})")
    assert (kept["Name"], kept["Email"]) == ("m.lysenko", "o.kovalchuk@romashka.example")
    for entity in ("WSysAccount", "Call", "SysAdminUnit", "ContactCommunication"):
        references = [row["ContactId"] for row in await creatio.rows(entity)]
        assert keep in references
        assert lose not in references


async def test_a_record_is_deleted_by_hand(creatio: Api):
    assert (await creatio.control.delete(f"/rows/WSysAccount/{record_id('t.bondar')}")).status_code == 204
    assert await creatio.rows("WSysAccount") == []


async def test_passwords_are_left_out_of_dumps(creatio: Api):
    assert all("Password" not in row for row in await creatio.rows("WSysAccount"))
