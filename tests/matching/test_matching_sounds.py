"""The second look, by ear: names that no spelling brings together are shown to a human, and never linked."""

import pytest
from tables_of_people import contacts, decide, pool, rule, shown, users

from usersync.matching import match


@pytest.mark.parametrize(
    ("user", "contact"),
    [
        ("Pierre Desjardins", "Дежарден П'єр"),
        ("Zhang Junjie", "Цзюньцзе Чжан"),
        ("Pierre Hadrianus", "Адриан П'єр"),
        ("Michael Bagehot", "Бэджет Майкл"),
        ("Pierre Magueijo", "Магейжу П'єр"),
        ("Дежарден Пьер", "Pierre Desjardins"),
        ("Frye Bönninghausen", "Фрай Бённингхаузен"),
    ],
)
def test_a_name_spelled_by_ear_is_asked_about(user: str, contact: str) -> None:
    decision = decide({"name": user}, contact, "Ковальчук Олена")
    assert (decision.band, shown(decision), decision.grade) == ("review", ["c1"], "C")


@pytest.mark.parametrize(
    ("user", "contact"),
    [
        ("Pierre Desjardins", "Ковальчук П'єр"),  # does not sound alike
        ("Anna Desjardins", "Дежарден Ольга"),  # another given name
        ("Michael Bagehot", "Bejet Michael"),  # the same letters: spelled, not heard
    ],
)
def test_what_does_not_sound_alike_or_is_known_to_be_another_name_is_nobody(user: str, contact: str) -> None:
    assert decide({"name": user}, contact).band == "create"


def test_a_customer_who_sounds_alike_is_no_candidate() -> None:
    decision = decide({"name": "Pierre Desjardins"}, "Дежарден П'єр", pool=pool(False))
    assert decision.band == "create"


def test_the_more_people_share_the_word_that_agrees_the_more_the_other_must_sound_alike() -> None:
    user, alike = {"name": "Pierre Magueijo"}, "Магейжу П'єр"
    namesakes = [f"Ко{one}о{other}енко П'єр" for one in "бвгджзклмнпрст" for other in "бвдзлмнп"]
    assert shown(decide(user, alike, *namesakes[:20])) == ["c1"]
    assert decide(user, alike, *namesakes).band == "create"


def test_neither_company_nor_address_make_a_link_of_what_only_sounds_alike() -> None:
    decision = decide(
        {"name": "Pierre Desjardins", "username": "p.desjardins", "account": "a1"},
        {"Name": "Дежарден П'єр", "Email": "p.desjardins@firm.ua", "AccountId": "a1"},
    )
    assert (decision.band, rule(decision), shown(decision)) == ("review", "surname", ["c1"])


def test_who_sounds_alike_takes_no_contact_from_the_user_it_belongs_to() -> None:
    both = match(users({"name": "П'єр Дежарден"}, {"name": "Pierre Desjardins"}), contacts("Дежарден П'єр"), pool=None)
    assert [(decision.band, decision.contact_id) for decision in both] == [("auto", "c1"), ("review", None)]
