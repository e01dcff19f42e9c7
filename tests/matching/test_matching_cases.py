"""The labelled cases, each a run of its own, and more of the same kind for every failure the design names."""

import csv
from pathlib import Path

import pandas as pd
import pytest
from tables_of_people import decide, shown

from usersync.matching import match

DATA = Path(__file__).parent.parent / "data"


def _cases() -> list[dict[str, str]]:
    with (DATA / "match_cases.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def crowd() -> pd.DataFrame:
    return pd.read_csv(DATA / "match_contacts.csv", dtype=str)


@pytest.mark.parametrize("case", _cases(), ids=lambda case: case["case"])
def test_a_labelled_case_lands_in_an_allowed_band_with_the_expected_contact(
    case: dict[str, str], crowd: pd.DataFrame
) -> None:
    user = pd.DataFrame([{"id": "1", "name": case["name"], "username": case["username"]}])
    decision = match(user, crowd, pool=None)[0]
    assert decision.band in case["expected_bands"].split("|")
    expected = case["expected_contact_id"]
    if expected and decision.band == "auto":
        assert decision.contact_id == expected
    if expected and decision.band == "review":
        assert expected in shown(decision)


AUTO = [
    ("Ковальчук Олександр", "Олександр Ковальчук"),
    ("Ковальчук О́лександр", "Ковальчук Олександр"),
    ("Kovalchuk Oleksandr", "Ковальчук Олександр Іванович"),
    ("Kowalczuk Aleksander", "Ковальчук Олександр"),
    ("Alexander Kovalchuk", "Ковальчук Олександр"),
    ("Шевченко Александр Николаевич", "Шевченко Олександр Миколайович"),
    ("Yuliia Shcherbak", "Щербак Юлія"),
    ("Juliia Szczerbak", "Щербак Юлія"),
    ("Yevheniia Zghurska", "Згурська Євгенія"),
    ("Khrystyna Tsymbal", "Цимбал Христина"),
    ("Hanna Hryhorenko", "Григоренко Ганна"),
    ("Anna Grigorenko", "Григоренко Ганна"),
    ("Dmitry Khrushchev", "Хрущов Дмитро"),
    ("Семён Горбачёв", "Горбачов Семен"),
    ("Mike Fedorenko", "Федоренко Michael"),
    ("Оля Федоренко", "Федоренко Ольга"),
    ("Кoвaльчук Oлeкcaндp", "Ковальчук Олександр"),
    ("Олександр Ковальчук (відділ продажів)", "Ковальчук Олександр"),
    ("Олександр Ковальчук 204", "Ковальчук Олександр"),
    ("ОЛЕКСАНДР КОВАЛЬЧУК", "ковальчук олександр"),
    ("пані Олена Нечуй-Левицька", "Нечуй-Левицька Олена"),
    ("José García Márquez", "Garcia Marquez Jose"),
    ("Jurgen Muller", "Müller Jürgen"),
    ("Аляксандр Шушкевіч", "Шушкевич Александр"),
    ("Aliaksandr Kavaliou", "Кавалёў Аляксандр"),
    ("Ковальчук Олександр Якович", "Ковальчук Олександр Яковлевич"),
    ("Ковальчук Наталія Павлівна", "Ковальчук Наталья Павловна"),
    ("Dmytro Vyshnevskyi", "Вишневський Дмитро"),
    ("Jan Nowak", "Nowak Jan"),
    ("Іван Ніколаєнко", "Ніколаєнко Іван"),
    ("Робин Хруст", "Хруст Робин"),
    ("Петрович Іван Миколайович", "Петрович Іван Миколайович"),
]


@pytest.mark.parametrize(("name", "contact"), AUTO)
def test_one_name_in_two_spellings_is_linked(name: str, contact: str) -> None:
    decision = decide({"name": name}, contact, "Бондар Тарас Львович", "Smith Robert")
    assert (decision.band, decision.contact_id) == ("auto", "c1")


NEVER_AUTO = [
    ("Олександра Ковальчук", "Ковальчук Олександр"),
    ("Oleksandra Kovalchuk", "Ковальчук Олександр"),
    ("Олег Ковальчук", "Ковальчук Олена"),
    ("Ковальчук Олександр Петрович", "Ковальчук Олександр Іванович"),
    ("Ковальчук Юрій Олексійович", "Ковальчук Юрій Олексіївна"),
    ("Іван Кравченко", "Кравчук Іван"),
    ("Іван Іваненко", "Іванченко Іван"),
    ("Олександр Ковальчукевич", "Ковальчук Олександр"),
    ("Саша Ковальчук", "Ковальчук Олександра"),
    ("Женя Коваль", "Коваль Євген"),
    ("Оксана Жак", "Жук Оксана"),
    ("Anna Wiśniewska", "Wiśniewska-Nowak Anna"),
    ("An Nguyen", "Nguyen Van An"),
    ("Ковальчук О.", "Ковальчук Олександр"),
    ("Ковальчук", "Ковальчук Олександр"),
    ("Олександр Іванович", "Олександр Іванович"),
    ("Марія Іванов", "Іванова Марія"),
    ("Юрій Бойко", "Бойко Георгій"),
    ("Ксенія Бойко", "Бойко Оксана"),
    ("Яна Бойко", "Бойко Жанна"),
    ("Григорій Гончар", "Гончар Ігор"),
    ("Petro Marchenko", "Марченко Павло"),
    ("Ромашка Сервіс", "ТОВ Ромашка"),
]


@pytest.mark.parametrize(("name", "contact"), NEVER_AUTO)
def test_what_may_be_another_person_is_never_linked_by_name(name: str, contact: str) -> None:
    assert decide({"name": name}, contact, "Бондар Тарас Львович").band != "auto"


QUESTIONS = [
    ("Ковальчук О.", "Ковальчук Олександр"),
    ("Н. Ткаченко", "Ткаченко Наталія Вікторівна"),
    ("Христина Грицай", "Грицай Х. О."),
    ("Zhanna Zhuk", "Жук Ж."),
    ("Yevhen Koval", "Коваль Є."),
    ("Ковалючук Олександр", "Ковальчук Олександр"),
    ("Олекандр Ковальчук", "Ковальчук Олександр"),
    ("Саша Ковальчук", "Ковальчук Олександр"),
    ("Ковальчук", "Ковальчук Олександр"),
]


@pytest.mark.parametrize(("name", "contact"), QUESTIONS)
def test_what_is_probable_but_not_certain_is_asked_with_the_contact_shown(name: str, contact: str) -> None:
    decision = decide({"name": name}, contact, "Бондар Тарас Львович")
    assert decision.band == "review"
    assert shown(decision)[0] == "c1"


@pytest.mark.parametrize(
    "name",
    ["robot", "IVR", "ivr-2", "call-center 1", "Call Center", "Тест", "test2", "QA", "admin", "Адміністратор", "робот 3",
     "Автодозвон", "demo", "voicemail", "None", "null"],
)  # fmt: skip
def test_service_names_are_skipped_and_suggest_nobody(name: str) -> None:
    for user in ({"name": name}, {"name": "", "username": name}):
        decision = decide(user, "Роботенко Іван", "Тестов Адам", "Бондар Тарас")
        assert decision.band == "skip"
        assert decision.candidates == ()


@pytest.mark.parametrize("name", ["", "   ", "...", "101", "+380 44 101", "№ 7", "🔥"])
def test_a_user_without_any_name_is_skipped(name: str) -> None:
    assert decide({"name": name, "username": "0101"}, "Бондар Тарас").band == "skip"


@pytest.mark.parametrize("name", ["Оператор 5", "Каса 3", "operator_12", "Agent 007", "Місце 2", "Оператор"])
def test_a_shared_seat_is_asked_and_belongs_to_its_group(name: str) -> None:
    decision = decide({"name": name}, "Бондар Тарас")
    assert decision.band == "review"
    assert decision.evidence["group"]


def test_a_word_with_several_numbers_is_a_seat_whatever_the_word_is() -> None:
    from tables_of_people import contacts, users

    decisions = match(users({"name": "Альфа 1"}, {"name": "Альфа 2"}), contacts("Бондар Тарас"), pool=None)
    assert [decision.evidence["rule"] for decision in decisions] == ["seat", "seat"]


LOGINS = [
    "o.kovalchuk", "kovalchuk.o", "okovalchuk", "kovalchuk_oi", "KovalchukO", "oleksandr.kovalchuk", "oleksandrkovalchuk",
    "kovalchukoleksandr", "a.kovalchuk", "kovalchuk7", "sasha.kovalchuk", "CORP\\o.kovalchuk", "o.kovalchuk@firm.ua",
]  # fmt: skip


@pytest.mark.parametrize("login", LOGINS)
def test_a_login_suggests_its_owner_and_never_links_by_itself(login: str) -> None:
    decision = decide({"username": login}, "Бондар Тарас", "Ковальчук Олександр Іванович", "Шевченко Олена")
    assert decision.band == "review"
    assert shown(decision)[0] == "c2"


def test_a_login_is_read_beside_a_name_that_is_a_login_too() -> None:
    rows = ("Бондар Тарас", "Ковальчук Олександр Іванович")
    assert shown(decide({"name": "x7", "username": "o.kovalchuk"}, *rows)) == ["c2"]
    assert shown(decide({"name": "koval7", "email": "aleksandrkovalchuk@firm.ua"}, *rows)) == ["c2"]
    assert shown(decide({"username": "info", "email": "info@firm.ua"}, *rows)) == []


def test_of_many_namesakes_a_login_suggests_those_whose_initials_fit() -> None:
    given = ("Ольга", "Тарас", "Інна", "Юрій", "Петро", "Ганна", "Роман", "Лідія", "Зоя", "Віра")
    assert shown(decide({"username": "zshevchenko"}, *(f"Шевченко {name}" for name in given)))[0] == "c9"


def test_nobody_is_created_from_a_given_name_and_a_patronymic() -> None:
    assert decide({"name": "Олена Юріївна"}, "Бондар Тарас").band == "review"
    assert decide({"name": "Менеджер Олена"}, "Бондар Тарас").band == "review"
    assert decide({"name": "Роман Тарас"}, "Бондар Олег Львович").band == "create"


def test_nobody_is_created_from_one_word_or_from_a_login() -> None:
    assert decide({"name": "Зеленко"}, "Бондар Тарас").band == "review"
    assert decide({"username": "z.zelenko"}, "Бондар Тарас").band == "review"
    assert decide({"name": "Зеленко Інна"}, "Бондар Тарас").band == "create"


def test_a_contact_of_the_same_surname_and_another_given_name_does_not_stop_creation() -> None:
    assert decide({"name": "Ковальчук Марія"}, "Ковальчук Олександр", "Ковальчук Віктор").band == "create"


def test_columns_of_the_contact_say_which_word_is_the_surname() -> None:
    row = {"Name": "Роман Мартин", "Surname": "Роман", "GivenName": "Мартин"}
    assert decide({"name": "Мартин Роман"}, row).band == "auto"
    only_parts = {"Name": "", "Surname": "Ковальчук", "GivenName": "Олександр"}
    assert decide({"name": "Олександр Ковальчук"}, only_parts).band == "auto"
