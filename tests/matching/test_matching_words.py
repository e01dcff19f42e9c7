"""Every verdict is said in both languages, and says nothing it must not."""

import json
import re
from pathlib import Path

import pytest
from tables_of_people import contacts, decide, pool, users

from usersync.matching import Decision, Verdicts, match
from usersync.words import say, speak

WORDS = Path(__file__).parents[2] / "usersync" / "words"
SOURCES = Path(__file__).parents[2] / "usersync" / "matching"


@pytest.fixture(params=["en", "uk"])
def language(request: pytest.FixtureRequest):
    speak(request.param)
    yield request.param
    speak("en")


def _ids(language: str) -> set[str]:
    return set(
        re.findall(
            r"^([a-z][a-z0-9-]*) =", (WORDS / language / "matching.ftl").read_text(encoding="utf-8"), re.MULTILINE
        )
    )


def test_both_catalogues_hold_the_same_messages_under_our_prefix() -> None:
    assert _ids("en") == _ids("uk")
    assert all(message.startswith("matching-") for message in _ids("en"))


def test_every_message_the_code_names_is_there() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES.glob("*.py"))
    named = set(re.findall(r'"(matching-[a-z-]+[a-z])"', code))
    assert len(named) > 10
    assert named <= _ids("en")


def _decisions() -> list[Decision]:
    ok = {"name": "Олександр Ковальчук"}
    row = {"Name": "Ковальчук Олександр", "Email": "ok@firm.ua", "Login": "ok"}
    found = [
        decide(ok, row),
        decide(ok | {"email": "ok@firm.ua"}, row),
        decide(ok | {"username": "ok"}, row),
        decide({"username": "Ковальчук Олександр"}, row),
        decide({"name": "Петро Сидоренко", "username": "ok"}, row),
        decide({"name": "Ковальчик Олександр"}, row, "Ковальчак Олександр"),
        decide({"name": "Ковальчик Олександр"}, row),
        decide({"name": "Ковальчук О."}, row),
        decide({"name": "Ковальчук"}, row),
        decide({"username": "o.kovalchuk"}, row),
        decide({"username": "zzz"}, row),
        decide({"name": "Зеленко"}, row),
        decide({"name": "Зеленко Інна"}, row),
        decide({"name": "robot"}, row),
        decide({"name": ""}, row),
        decide({"name": "Оператор 5"}, row),
        decide(ok, row, row | {"Id": "c9", "Email": None, "Login": None}),
        decide(ok, row, pool=pool(False)),
        decide(ok, row, links={"u1": "c1"}),
        decide(ok, row, links={"u1": "gone"}),
        decide(ok, row, verdicts=Verdicts(ignore=frozenset(["u1"]))),
        decide(ok, row, verdicts=Verdicts(import_anyway=frozenset(["u1"]))),
        decide(ok, row, verdicts=Verdicts(must_link={"u1": "c1"})),
    ]
    return [*found, *match(users(ok, ok), contacts(row), pool=None)]


def test_every_reason_is_one_plain_sentence_with_all_its_values(language: str) -> None:
    reasons = [str(decision.reason) for decision in _decisions()]
    reasons += [str(candidate.reason) for decision in _decisions() for candidate in decision.candidates]
    assert len(set(reasons)) > 20
    for reason in reasons:
        assert reason == reason.strip()
        assert "\n" not in reason
        assert not re.search(r"\{|\}|\$|None", reason), reason
    if language == "uk":
        assert all(re.search("[а-яії]", reason) for reason in reasons)


def test_reasons_hold_no_names_addresses_or_phones(language: str) -> None:
    for decision in _decisions():
        said = json.dumps(
            [decision.reason.to_json(), [candidate.reason.to_json() for candidate in decision.candidates]]
        )
        said += str(decision.reason)
        assert not re.search("ковальч|олександр|@firm", said, re.IGNORECASE)


def test_a_link_by_name_says_how_why_and_what_would_change_it() -> None:
    speak("en")
    decision = decide(
        {"name": "Oleksandr Kovalchuk"}, "Ковальчук Олександр Іванович", "Ковальчук Олександра", "Бондар Тарас"
    )
    said = str(decision.reason)
    assert "the same name in another alphabet" in said
    assert "only employee" in said
    assert "would make it a question" in said
    assert decision.evidence["words"] == ["kovalchuk=ковальчук [folded]", "oleksandr=олександр [folded]"]
    assert decision.evidence["lambda"] < 0.02
    assert decision.evidence["would_change"]


def test_the_next_best_contact_is_named_by_its_id() -> None:
    speak("en")
    decision = decide(
        {"name": "Олександр Ковальчук"}, "Ковальчук Олександр", "Ковальчук Олександр Петрович", "Бондар Тарас"
    )
    assert "c2" in str(decision.reason)


@pytest.mark.parametrize("message", sorted(_ids("en")))
def test_every_message_can_be_said_in_both_languages(message: str, language: str) -> None:
    values = {
        "agreement": "exact", "next": "c2", "nextgrade": "A", "nextscore": 90, "rivals": 1, "users": "7", "usercount": 1,
        "namesakes": "0.1", "setting": "x", "known": "y", "usual": "flag",
        "support": "phone", "key": "none", "extension": "other", "pooled": "yes", "column": "id",
        "table": "users", "line": 3, "path": "/x", "auto": 1, "review": 1, "create": 1, "skip": 1, "skipped": 0,
    }  # fmt: skip
    text = say(message, **values)
    assert text
    assert "{" not in text
