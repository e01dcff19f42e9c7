"""What Creatio does on its own when contacts and communications are saved."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sandbox.apis import Api
from tests.sandbox.small_world import contact_id
from usersync.sandbox.creatio.names import converted, name_of, parts_of

COMPANY = "e308b781-3c5b-4ecb-89ef-5c1ed4da488e"
EMAIL = "ee1c85c3-cfcb-df11-9b2a-001d60e938c6"
MOBILE = "d4a2dc80-30ca-df11-9b2a-001d60e938c6"
EXTENSION = "e9d91e45-8d92-4e38-95a0-ef8aa28c9e7a"
PARTS = ("Surname", "GivenName", "MiddleName")


@pytest.mark.parametrize(
    ("order", "name", "parts"),
    [
        ("Sgm", "Ковальчук Олександр Іванович", ("Ковальчук", "Олександр", "Іванович")),
        ("Gms", "Олександр Іванович Ковальчук", ("Ковальчук", "Олександр", "Іванович")),
        ("Gms", "Oleksandr Kovalchuk", ("Kovalchuk", "Oleksandr", "")),
        ("Sgm", "Ковальчук", ("Ковальчук", "", "")),
        ("", "Ковальчук Олександр", ("", "", "")),
    ],
)
async def test_a_name_alone_is_taken_apart_in_the_sites_order(creatio: Api, order: str, name: str, parts: tuple):
    await creatio.switch(name_order=order)
    row = (await creatio.http.post("/Contact", json={"Name": name})).json()
    assert tuple(row[part] for part in PARTS) == parts


async def test_parts_alone_make_the_name(creatio: Api):
    row = (await creatio.http.post("/Contact", json={"Surname": "Бондар", "GivenName": "Тарас"})).json()
    assert row["Name"] == "Бондар Тарас"
    await creatio.http.patch(f"/Contact({row['Id']})", json={"MiddleName": "Петрович"})
    assert (await creatio.get(f"/Contact({row['Id']})"))["Name"] == "Бондар Тарас Петрович"


async def test_name_and_parts_together_are_left_as_they_were_sent(creatio: Api):
    row = (await creatio.http.post("/Contact", json={"Name": "Т. Бондар", "Surname": "Бондар"})).json()
    assert (row["Name"], row["Surname"], row["GivenName"]) == ("Т. Бондар", "Бондар", "")


words = st.lists(st.text("абвіїєXYZ", min_size=1, max_size=5), min_size=2, max_size=4)


@given(words, st.sampled_from(["Sgm", "Gms"]))
def test_taking_a_name_apart_and_putting_it_together_gives_the_name(found, order):
    name = " ".join(found)
    assert name_of(parts_of(name, order), order) == name
    assert converted({"Name": name}, {"Name": name}, order) == {}


async def communications(creatio: Api, contact: str, kind: str) -> list[str]:
    rows = await creatio.rows("ContactCommunication")
    return [row["Number"] for row in rows if row["ContactId"] == contact and row["CommunicationTypeId"] == kind]


async def test_an_email_of_a_contact_becomes_a_communication_and_follows_it(creatio: Api):
    contact = (await creatio.http.post("/Contact", json={"Name": "Нова Ірина", "Email": "a@x.example"})).json()["Id"]
    assert await communications(creatio, contact, EMAIL) == ["a@x.example"]
    await creatio.http.patch(f"/Contact({contact})", json={"Email": "b@x.example"})
    assert await communications(creatio, contact, EMAIL) == ["b@x.example"]
    await creatio.http.patch(f"/Contact({contact})", json={"Email": ""})
    assert await communications(creatio, contact, EMAIL) == []


async def test_a_communication_becomes_the_contacts_value_and_leaves_it(creatio: Api):
    contact = (await creatio.http.post("/Contact", json={"Name": "Нова Ірина"})).json()["Id"]
    sent = {"ContactId": contact, "CommunicationTypeId": MOBILE}
    first = (await creatio.http.post("/ContactCommunication", json={**sent, "Number": "+380671112233"})).json()
    await creatio.http.post("/ContactCommunication", json={**sent, "Number": "+380509998877"})
    assert first["SearchNumber"] == "332211176083"
    assert (await creatio.get(f"/Contact({contact})"))["MobilePhone"] == "+380671112233"
    await creatio.http.patch(f"/ContactCommunication({first['Id']})", json={"Number": "+380670000000"})
    assert (await creatio.get(f"/Contact({contact})"))["MobilePhone"] == "+380670000000"
    await creatio.http.delete(f"/ContactCommunication({first['Id']})")
    assert (await creatio.get(f"/Contact({contact})"))["MobilePhone"] == "+380509998877"


async def test_posting_an_email_that_is_mirrored_already_makes_a_twin(creatio: Api):
    contact = (await creatio.http.post("/Contact", json={"Name": "Нова Ірина", "Email": "a@x.example"})).json()["Id"]
    await creatio.http.post(
        "/ContactCommunication", json={"ContactId": contact, "CommunicationTypeId": EMAIL, "Number": "a@x.example"}
    )
    assert await communications(creatio, contact, EMAIL) == ["a@x.example", "a@x.example"]


async def test_an_extension_is_no_column_of_the_contact(creatio: Api):
    contact = contact_id("o.kovalchuk")
    before = await creatio.get(f"/Contact({contact})")
    await creatio.http.post(
        "/ContactCommunication", json={"ContactId": contact, "CommunicationTypeId": EXTENSION, "Number": "777"}
    )
    assert await creatio.get(f"/Contact({contact})") == before


async def test_an_account_gives_the_contact_a_career_and_a_new_one_ends_it(creatio: Api):
    contact = (await creatio.http.post("/Contact", json={"Name": "Нова Ірина", "AccountId": COMPANY})).json()["Id"]
    other = (await creatio.http.post("/Account", json={"Name": "Інша"})).json()["Id"]
    await creatio.http.patch(f"/Contact({contact})", json={"JobTitle": "Оператор"})
    await creatio.http.patch(f"/Contact({contact})", json={"AccountId": other})
    careers = [row for row in await creatio.rows("ContactCareer") if row["ContactId"] == contact]
    assert [(row["AccountId"], row["Current"], row["JobTitle"]) for row in careers] == [
        (COMPANY, False, "Оператор"),
        (other, True, "Оператор"),
    ]


async def test_a_contact_without_account_and_job_has_no_career(creatio: Api):
    contact = (await creatio.http.post("/Contact", json={"Name": "Нова Ірина"})).json()["Id"]
    assert contact not in [row["ContactId"] for row in await creatio.rows("ContactCareer")]
