"""Surnames, given names, patronymics and romanisation are what their languages make of them."""

from __future__ import annotations

import re

import numpy as np
import phonenumbers
import pytest

from usersync.sandbox.people import LOCALES
from usersync.sandbox.people.crowd import slip
from usersync.sandbox.people.given_names import given_names, in_language, patronymics, short_form, table
from usersync.sandbox.people.phones import landline, mobiles
from usersync.sandbox.people.romanise import in_russian, login_part, romanise
from usersync.sandbox.people.surnames import surnames


def _forms(locale: str) -> dict[str, str]:
    pool = surnames(locale)
    return dict(zip(pool.male.tolist(), pool.female.tolist(), strict=True))


def test_there_are_at_least_twenty_thousand_distinct_surnames() -> None:
    assert len({name for locale in LOCALES for name in surnames(locale).male}) >= 20_000


@pytest.mark.parametrize("locale", LOCALES)
def test_no_surname_is_listed_twice_in_a_language(locale: str) -> None:
    names = surnames(locale).male.tolist()
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("locale", LOCALES)
def test_surname_frequencies_follow_zipf_with_a_flat_top(locale: str) -> None:
    shares = np.diff(surnames(locale).cumulative, prepend=0.0)
    ranks = np.arange(100, len(shares))
    slope = np.polyfit(np.log(ranks), np.log(shares[ranks]), 1)[0]
    assert -1.05 < slope < -0.8
    assert shares[0] < 0.03  # nobody's surname is everybody's


@pytest.mark.parametrize("locale", LOCALES)
def test_frequencies_add_up_to_everybody(locale: str) -> None:
    cumulative = surnames(locale).cumulative
    assert cumulative[-1] == 1.0
    assert (np.diff(cumulative) > 0).all()


@pytest.mark.parametrize(("locale", "alphabet"), [("uk", "а-щьюяєіїґ'"), ("ru", "а-яё")])
def test_cyrillic_surnames_hold_letters_of_their_language_only(locale: str, alphabet: str) -> None:
    strange = [name for name in surnames(locale).male if not re.fullmatch(f"[{alphabet}-]+", name.lower())]
    assert strange == []


@pytest.mark.parametrize(
    ("locale", "his", "hers"),
    [
        ("uk", "Ковальчук", "Ковальчук"), ("uk", "Вишневський", "Вишневська"), ("ru", "Иванов", "Иванова"),
        ("ru", "Никитин", "Никитина"), ("pl", "Kowalski", "Kowalska"), ("pl", "Nowak", "Nowak"), ("en", "Smith", "Smith"),
        ("es", "García", "García"),
    ],
)  # fmt: skip
def test_a_woman_bears_her_form_of_the_surname(locale: str, his: str, hers: str) -> None:
    assert _forms(locale)[his] == hers


@pytest.mark.parametrize("made", ["Чумаченко", "Рибаченко", "Козацький", "Бондарук", "Кривоніс", "Перебийніс"])
def test_ukrainian_morphology_makes_surnames_that_are_real(made: str) -> None:
    assert made in _forms("uk")


@pytest.mark.parametrize(
    ("locale", "father", "son", "daughter"),
    [
        ("uk", "Андрій", "Андрійович", "Андріївна"), ("uk", "Василь", "Васильович", "Василівна"),
        ("uk", "Ілля", "Ілліч", "Іллівна"), ("uk", "Петро", "Петрович", "Петрівна"),
        ("uk", "Микола", "Миколайович", "Миколаївна"),
        ("ru", "Сергей", "Сергеевич", "Сергеевна"), ("ru", "Юрий", "Юрьевич", "Юрьевна"), ("ru", "Илья", "Ильич", "Ильинична"),
        ("ru", "Игорь", "Игоревич", "Игоревна"), ("ru", "Дмитрий", "Дмитриевич", "Дмитриевна"),
    ],
)  # fmt: skip
def test_patronymics_are_formed_from_the_fathers_name(locale: str, father: str, son: str, daughter: str) -> None:
    fathers = [row.name for row in table(locale, female=False)]
    sons, daughters = patronymics(locale)
    assert (sons[fathers.index(father)], daughters[fathers.index(father)]) == (son, daughter)


def test_poles_have_no_patronymics() -> None:
    assert len(patronymics("pl")[0]) == 0


@pytest.mark.parametrize(
    ("locale", "female", "name", "short"),
    [
        ("uk", False, "Олександр", "Саша"),
        ("uk", True, "Ольга", "Оля"),
        ("en", False, "Robert", "Bob"),
        ("pl", True, "Katarzyna", "Kasia"),
    ],
)
def test_short_forms_are_known(locale: str, female: bool, name: str, short: str) -> None:
    assert short_form(locale, name, female=female) == short


def test_a_name_is_found_in_another_language() -> None:
    assert in_language("en", "Олександр", female=False, of="uk") == "Alexander"
    assert in_language("ru", "Олена", female=True, of="uk") == "Елена"
    assert in_language("ru", "Остап", female=False, of="uk") is None


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("female", [False, True])
def test_rare_given_names_stay_rare(locale: str, female: bool) -> None:
    pool = given_names(locale, female=female)
    frequent = len(table(locale, female=female))
    assert len(pool.names) > frequent
    assert pool.cumulative[frequent - 1] == pytest.approx(0.97)


@pytest.mark.parametrize(
    ("scheme", "latin"),
    [
        ("kmu", "Shcherbak Yuliia"), ("passport", "Shcherbak Iuliia"), ("russian", "Shcherbak Yuliya"),
        ("polish", "Szczerbak Julija"), ("plain", "Scherbak Yuliya"),
    ],
)  # fmt: skip
def test_one_name_is_romanised_in_several_ways(scheme: str, latin: str) -> None:
    assert romanise("Щербак Юлія", scheme) == latin


def test_the_passports_rule_of_zgh_is_kept() -> None:
    assert romanise("Згурський", "kmu") == "Zghurskyi"


def test_russian_letters_are_read_the_russian_way() -> None:
    assert romanise("Игорь Гусев", "kmu", russian=True) == "Igor Gusev"


def test_a_login_holds_latin_letters_only() -> None:
    assert login_part("Дем'яненко-Łoś", "kmu") == "demianenkolos"


def test_a_ukrainian_surname_is_respelled_in_russian() -> None:
    assert in_russian("Лисенко") == "Лысенко"


@pytest.mark.parametrize("how", [0, 1, 2])
def test_a_slip_changes_the_word_and_keeps_its_first_letter(how: int) -> None:
    slipped = slip("Ковальчук", how, 0.4)
    assert slipped != "Ковальчук"
    assert slipped[0] == "К"
    assert abs(len(slipped) - len("Ковальчук")) <= 1


def test_short_words_are_typed_without_slips() -> None:
    assert slip("Жук", 1, 0.5) == "Жук"


@pytest.mark.parametrize(("locale", "region"), [("uk", "UA"), ("ru", "RU"), ("pl", "PL"), ("en", "GB"), ("es", "ES")])
def test_mobile_numbers_are_valid_and_given_once(locale: str, region: str) -> None:
    numbers = mobiles(locale, 0, 1_000, np.arange(1_000) % 4).tolist()
    parsed = [phonenumbers.parse(text if text[0] in "+0" else f"+{text}", region) for text in numbers]
    assert all(phonenumbers.is_valid_number_for_region(number, region) for number in parsed)
    assert len({phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) for number in parsed}) == 1_000


def test_mobile_numbers_go_on_where_the_last_ones_ended() -> None:
    styles = np.zeros(4, dtype=np.int64)
    assert mobiles("uk", 0, 4, styles)[2:].tolist() == mobiles("uk", 2, 2, styles[:2]).tolist()


def test_switchboards_are_valid_numbers() -> None:
    assert all(phonenumbers.is_valid_number(phonenumbers.parse(landline(number))) for number in range(0, 100_000, 997))
