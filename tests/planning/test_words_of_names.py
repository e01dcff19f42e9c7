"""Names, companies and logins as planning reads them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.planning.small_worlds import SmallWorld
from usersync.planning.identity import account_key, account_stem, row_id
from usersync.planning.naming import certain_parts
from usersync.planning.pool import active_logins, contacts_for_matching, in_pool, strip_login
from usersync.planning.rules import AccountRules, Rules
from usersync.planning.spellings import spellings_of
from usersync.planning.world import NameParts


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Ковальчук Олександр Іванович", ("Ковальчук", "Олександр", "Іванович")),
        ("Олена Сергіївна Шевченко", ("Шевченко", "Олена", "Сергіївна")),
        ("Kovalchuk Oleksandr Ivanovych", ("Kovalchuk", "Oleksandr", "Ivanovych")),
        ("Ковальчук Олександр", None),
        ("Іван Петрович Ходкевич", None),
        ("Ковальчук Іванович Олександр Петро", None),
        ("", None),
    ],
)
def test_the_parts_of_a_name_are_told_only_where_they_are_certain(
    name: str, parts: tuple[str, str, str] | None
) -> None:
    assert certain_parts(name) == (NameParts(*parts) if parts else None)


@pytest.mark.parametrize("written", ["Ковальчук", "КОВАЛЬЧУК", "Kovalchuk", "KOVALCHUK", "kovalchuk"])
def test_a_surname_is_searched_for_in_both_scripts_and_every_case(written: str) -> None:
    assert any(part in written for part in spellings_of("Ковальчук Олександр"))


def test_words_that_would_find_half_of_the_crm_are_not_searched_for() -> None:
    assert spellings_of("Лі Ян") == ()


@given(st.text(max_size=40))
def test_any_name_can_be_searched_for(name: str) -> None:
    assert all(len(part) >= 3 for part in spellings_of(name))


@pytest.mark.parametrize("other", ["тов ромашка", "ТОВ «РОМАШКА»", " ТОВ  Ромашка. "])
def test_a_company_is_the_same_whatever_its_case_quotes_and_spaces(other: str) -> None:
    assert account_key(other) == account_key("ТОВ «Ромашка»")


def test_the_legal_form_tells_companies_apart_but_not_their_stems() -> None:
    assert account_key("ТОВ Ромашка") != account_key("ПрАТ Ромашка")
    assert account_stem("ТОВ Ромашка") == account_stem("Romashka ПрАТ".replace("Romashka", "Ромашка"))


@given(st.tuples(st.text(), st.text()), st.tuples(st.text(), st.text()))
def test_rows_of_two_users_never_have_one_id(one: tuple[str, str], other: tuple[str, str]) -> None:
    ids = {row_id("7", "contact", f"{first}\0{second}") for first, second in (one, other)}
    assert (len(ids) == 1) == (one == other)
    assert row_id("7", "contact", "1") != row_id("8", "contact", "1")


@pytest.mark.parametrize("login", ["o.lys", "CORP\\o.lys", "corp\\o.lys", "o.lys@romashka.example"])
def test_a_known_domain_of_a_login_is_stripped(login: str) -> None:
    assert strip_login(login, ("corp", "Romashka.example")) == "o.lys"


def test_an_unknown_domain_stays() -> None:
    assert strip_login("other\\o.lys", ("corp",)) == "other\\o.lys"
    assert strip_login("o.lys@gmail.example", ("corp",)) == "o.lys@gmail.example"


# The pool


def _crm() -> SmallWorld:
    world = SmallWorld()
    world.add_contact(1, "Employee")
    for number, row in enumerate(
        (
            {"name": "Customer"},
            {"name": "With a login"},
            {"name": "Portal"},
            {"name": "Company mail", "email": "X@Romashka.example"},
            {"name": "Elsewhere", "account": "other"},
        ),
        start=2,
    ):
        key = world.add_contact(number, row["name"], login="login" if number == 3 else "")
        world.tables["contact"][key] |= {"type": None, "account": None, "email": None, **row}
    portal = {"name": "portal", "contact": world.add_contact(4, "Portal"), "active": True, "connection_type": 1}
    world.tables["system_user"]["p"] = portal
    return world


def test_the_pool_is_employees_people_with_a_login_our_company_and_our_mail_and_never_a_portal_user() -> None:
    target = _crm().target()
    rules = Rules(company_email_domains=("romashka.example",))

    inside = set(target.contacts["name"][in_pool(target, rules)])

    assert inside == {"Employee", "With a login", "Company mail"}
    assert "Elsewhere" in set(target.contacts["name"][in_pool(target, Rules(account=AccountRules(id="OTHER")))])


def test_matching_is_never_shown_the_contact_of_a_portal_user() -> None:
    contacts, pool = contacts_for_matching(_crm().target(), Rules(), [])

    assert "Portal" not in set(contacts["Name"])
    assert list(contacts.index) == list(pool.index)


def test_of_several_logins_of_a_contact_the_one_a_webitel_user_bears_is_shown() -> None:
    world = _crm()
    contact = world.add_contact(9, "Two logins", login="crm")
    world.tables["system_user"]["second"] = {"name": "o.lys", "contact": contact, "active": True, "connection_type": 0}

    assert active_logins(world.target(), Rules(), ["O.Lys"])[contact] == "o.lys"
    assert active_logins(world.target(), Rules(), [])[contact] == "crm"
