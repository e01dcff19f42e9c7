"""The story of the eight users, told in order of their Webitel ids."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from usersync.sandbox.people import World, generate_world


@dataclass(frozen=True)
class Told:
    """One user with everything both services know of it."""

    user: dict[str, Any]
    answer: dict[str, Any]
    contact: dict[str, Any] | None
    system_user: dict[str, Any] | None
    records: list[dict[str, Any]]


@pytest.fixture(scope="module", params=[0, 7])
def world(request: pytest.FixtureRequest) -> World:
    return generate_world(seed=request.param, users=8, contacts=60)


def _rows(world: World, entity: str, **equal: Any) -> list[dict[str, Any]]:
    table = world.creatio[entity]
    for name, value in equal.items():
        table = table[table[name] == value]
    return table.to_dict("records")


@pytest.fixture
def told(world: World) -> dict[str, Told]:
    people = {}
    for user, answer in zip(world.webitel["users"], world.truth.to_dict("records"), strict=True):
        contact_id = answer["contact_id"]
        people[answer["kind"]] = Told(
            user, answer,
            next(iter(_rows(world, "Contact", Id=contact_id)), None) if contact_id else None,
            next(iter(_rows(world, "SysAdminUnit", ContactId=contact_id)), None) if contact_id else None,
            _rows(world, "WSysAccount", ContactId=contact_id) if contact_id else [],
        )  # fmt: skip
    return people


def test_there_are_eight_users_and_sixty_contacts(world: World) -> None:
    assert len(world.webitel["users"]) == len(world.truth) == 8
    assert len(world.creatio["Contact"]) == 60


def test_the_importers_own_account_is_skipped(told: dict[str, Told], world: World) -> None:
    assert told["importer"].user["username"] == world.webitel["service_account"]["username"] == "svc.creatio"
    assert told["importer"].answer["expected"] == "skip"


def test_marias_contact_is_named_like_her_webitel_username(told: dict[str, Told]) -> None:
    maria = told["manual_rule"]
    assert maria.contact["Name"].casefold() == maria.user["username"] == "m.lysenko"
    assert maria.system_user["Name"] != maria.user["username"]
    assert maria.answer["expected"] == "auto"


def test_oleksandrs_creatio_login_is_his_webitel_username(told: dict[str, Told]) -> None:
    oleksandr = told["login"]
    assert oleksandr.system_user["Name"] == oleksandr.user["username"] == "o.kovalchuk"
    assert oleksandr.answer["expected"] == "auto"


def test_yuliia_is_the_same_in_latin_and_in_cyrillic(told: dict[str, Told], world: World) -> None:
    yuliia = told["cross_script"]
    assert (yuliia.user["name"], yuliia.contact["Name"]) == ("Yuliia Shcherbak", "Щербак Юлія Андріївна")
    assert "email" not in yuliia.user
    assert len(_rows(world, "Contact", Surname="Щербак")) == 1
    assert yuliia.answer["expected"] == "auto"


def test_two_employees_are_called_olena_shevchenko(told: dict[str, Told], world: World) -> None:
    olena = told["namesakes"]
    assert {row["MiddleName"] for row in _rows(world, "Contact", Surname="Шевченко")} == {"Сергіївна", "Вікторівна"}
    assert olena.user["name"] == "Олена Шевченко"
    assert olena.answer["expected"] == "review"


def test_bohdan_is_not_in_the_crm(told: dict[str, Told], world: World) -> None:
    assert told["create"].contact is None
    assert _rows(world, "Contact", Surname="Сагайдачний") == []
    assert told["create"].answer["expected"] == "create"


def test_taras_has_a_record_made_by_hand(told: dict[str, Told]) -> None:
    taras = told["adopted"]
    assert [record["Login"] for record in taras.records] == [taras.user["username"]]
    assert taras.records[0]["EnableStun"]
    assert taras.records[0]["WebitelUserId"] is None
    assert taras.answer["expected"] == "adopted"


def test_roman_has_left_and_holds_a_seat(told: dict[str, Told], world: World) -> None:
    roman = told["leaver"]
    products = {row["id"]: row["product"] for row in world.webitel["licenses"]}
    assert not roman.system_user["Active"]
    assert "CALL_CENTER" in {products[grant["id"]] for grant in roman.user["license"]}
    assert roman.answer["expected"] == "auto"


def test_no_customer_bears_a_surname_of_the_story(world: World) -> None:
    told = {row["Surname"] for row in world.creatio["Contact"].head(8).to_dict("records")}
    customers = world.creatio["Contact"].iloc[8:]
    assert not customers["Surname"].isin(told).any()


def test_fewer_call_centre_seats_than_callers(world: World) -> None:
    callers = [user for user in world.webitel["users"] if "extension" in user]
    seats = next(row for row in world.webitel["licenses"] if row["product"] == "CALL_CENTER")
    assert seats["limit"] < len(callers)


def test_the_story_is_ukrainian_whatever_the_languages() -> None:
    world = generate_world(seed=3, users=8, contacts=60, locales=("pl",))
    assert "Марія Лисенко" in {user["name"] for user in world.webitel["users"]}
