"""`$filter`: what Creatio accepts, what it refuses, and with which words."""

import pytest

from tests.sandbox.apis import Api, inner_text
from tests.sandbox.small_world import contact_id
from usersync.sandbox.creatio.schema import Schema

COMPANY = "e308b781-3c5b-4ecb-89ef-5c1ed4da488e"
KOVALCHUK = contact_id("o.kovalchuk")


async def names(creatio: Api, condition: str, entity: str = "Contact") -> list[str]:
    body = await creatio.get(f"/{entity}", params={"$filter": condition, "$select": "Name", "$orderby": "Name"})
    return [row["Name"] for row in body["value"]]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("Name eq 'Ковальчук Олександр'", 1),
        ("Name ne 'Ковальчук Олександр'", 6),
        ("Email eq null", 5),
        ("Email eq ''", 5),
        ("Email ne null", 2),
        (f"Id eq {KOVALCHUK}", 1),
        (f"Id eq {KOVALCHUK.upper()}", 1),
        (f"{KOVALCHUK} eq Id", 1),
        (f"Account/Id eq {COMPANY}", 5),
        ("Account/Id eq null", 2),
        ("Account/Id ne null", 5),
        ("Account/Name eq 'Ромашка'", 5),
        ("Account/Type/Name eq 'Our company'", 5),
        ("contains(Name,'альч')", 1),
        ("startswith(Name,'Ков')", 1),
        ("endswith(Email,'@romashka.example')", 2),
        ("endswith(Email,'@romashka.example') eq false", 5),
        ("not contains(Name,'альч')", 6),
        ("not(contains(Name,'альч') or Email ne null)", 5),
        ("length(Name) gt 15 and length(Name) le 19", 1),
        ("Name eq 'Ковальчук Олександр' or (Email ne null and startswith(Name,'Гнат'))", 2),
        ("Confirmed", 7),
        ("Confirmed eq false", 0),
        ("ModifiedOn ge 2024-01-01T08:00:00Z", 7),
        ("ModifiedOn gt 2024-01-01T08:00:00.000Z", 0),
        ("ModifiedOn lt 2024-01-01T10:00:00.001+02:00", 7),
        ("Age eq 0", 7),
        ("BirthDate eq null", 7),
    ],
)
async def test_a_condition_finds_as_many_contacts_as_there_are(creatio: Api, condition: str, expected: int):
    assert len(await names(creatio, condition)) == expected


async def test_a_lookups_own_column_in_a_filter_is_the_servers_error(creatio: Api):
    answer = await creatio.http.get("/WSysAccount", params={"$filter": f"ContactId eq {KOVALCHUK}"})
    assert answer.status_code == 500
    assert inner_text(answer.json()) == "Column by path ContactId not found in schema WSysAccount."


async def test_the_same_deeper_and_in_an_order(creatio: Api):
    answer = await creatio.http.get("/WSysAccount", params={"$filter": f"Contact/AccountId eq {COMPANY}"})
    assert "Contact.AccountId" in inner_text(answer.json())
    assert (await creatio.http.get("/Contact", params={"$orderby": "AccountId"})).status_code == 500


@pytest.mark.parametrize(
    ("condition", "status"),
    [
        (f"Id eq '{KOVALCHUK}'", 400),
        (f"Id eq guid'{KOVALCHUK}'", 400),
        (f"Account/Id eq '{COMPANY}'", 400),
        ("ModifiedOn ge '2024-01-01T00:00:00Z'", 400),
        ("ModifiedOn ge 2024-01-01", 400),
        ("ModifiedOn ge 2024-01-01T00:00:00", 400),
        ("Name eq 5", 400),
        ("Age eq 'five'", 400),
        ("Nothing eq 'x'", 400),
        ("Account/Nothing eq 'x'", 400),
        ("Nothing/Id eq null", 400),
        ("Name eq", 400),
        ("Name", 400),
        ("(Name eq 'x'", 400),
        ("contains(Age,'5')", 400),
        ("Name in ('a','b')", 500),
        ("tolower(Name) eq 'x'", 500),
        ("contains(tolower(Name),'x')", 500),
        ("year(ModifiedOn) eq 2024", 500),
        ("UserPassword eq 'x'", 400),
    ],
)
async def test_what_is_not_known_to_work_is_refused(creatio: Api, condition: str, status: int):
    answer = await creatio.http.get(
        "/SysAdminUnit" if "UserPassword" in condition else "/Contact", params={"$filter": condition}
    )
    assert answer.status_code == status
    assert answer.json()["error"]["code"] == ""


async def test_quotes_percents_and_underscores_in_texts_are_themselves(creatio: Api):
    for name in ("О'Ніл Іван", "100% Наталя", "a_b", "a\\b", "+380"):
        await creatio.http.post("/Contact", json={"Name": name})
        literal = name.replace("'", "''")
        assert await names(creatio, f"Name eq '{literal}'") == [name]
        assert await names(creatio, f"contains(Name,'{literal[1:]}')") == [name]
    assert await names(creatio, "contains(Name,'%')") == ["100% Наталя"]


async def test_case_matters_unless_the_collation_says_otherwise(creatio: Api):
    assert await names(creatio, "Name eq 'КОВАЛЬЧУК ОЛЕКСАНДР'") == []
    assert await names(creatio, "startswith(Name,'КОВ')") == []
    await creatio.switch(case_insensitive=True)
    assert len(await names(creatio, "Name eq 'КОВАЛЬЧУК ОЛЕКСАНДР'")) == 1
    assert len(await names(creatio, "startswith(Name,'КОВ')")) == 1
    assert len(await names(creatio, "contains(Name,'АЛЬЧ') and Name ne 'x'")) == 1


@pytest.mark.parametrize("profile", ["callmanager", "classic"])
def test_every_column_of_every_object_can_be_named_in_a_filter(profile):
    from usersync.sandbox.creatio.filters import compile_filter
    from usersync.sandbox.creatio.paths import Joins

    schema = Schema.of(profile)
    for entity in schema.entities.values():
        for column in entity.columns.values():
            if not column.hidden:
                path = f"{column.navigation}/Id" if column.navigation else column.name
                assert compile_filter(f"{path} eq null", Joins(schema, entity), case_insensitive=False).sql
