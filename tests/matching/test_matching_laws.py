"""Laws of matching, tried with made-up tables: what must hold whatever the data."""

import random
import unicodedata

import pandas as pd
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tables_of_people import EMPLOYEE, contacts, facts, users

from usersync.matching import Decisions, Verdicts, match
from usersync.matching.normalise import clean_names

LAW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])

SURNAMES = [
    "Ковальчук",
    "Мельник",
    "Шевченко",
    "Іванов",
    "Іванова",
    "Лук'яненко",
    "Нечуй-Левицький",
    "Smith",
    "Kowalczuk",
    "Жук",
    "Desjardins",
    "Дежарден",
]
GIVEN = ["Олександр", "Олександра", "Олена", "Іван", "Саша", "Oleksandr", "Alexander", "Robert", "Дар'я", "О."]
FATHERS = ["", "", "Іванович", "Іванівна", "Петрович", "І."]
MAILBOXES = [None, None, "", "info@firm.ua", "a@firm.ua", "b@firm.ua", "c@firm.ua"]
LOGINS = [None, "", "ok", "o.kovalchuk", "robot", "Мельник Іван"]
PHONES = [None, "", "101", "0671234567", "+380671234568", "0441234567"]


@st.composite
def names(draw: st.DrawFn) -> str:
    words = [draw(st.sampled_from(SURNAMES)), draw(st.sampled_from(GIVEN)), draw(st.sampled_from(FATHERS))]
    return " ".join(word for word in words if word)


@st.composite
def people(draw: st.DrawFn, most: int = 6) -> pd.DataFrame:
    rows = draw(
        st.lists(
            st.fixed_dictionaries(
                {
                    "name": st.one_of(names(), st.sampled_from(["", "101", "Оператор 5", "Ковальчук"])),
                    "username": st.sampled_from(LOGINS), "email": st.sampled_from(MAILBOXES),
                    "phone": st.sampled_from(PHONES), "extension": st.sampled_from(["", "101", "102"]),
                }
            ),
            min_size=1, max_size=most,
        )
    )  # fmt: skip
    return users(*rows)


@st.composite
def crowds(draw: st.DrawFn, most: int = 8) -> pd.DataFrame:
    rows = draw(
        st.lists(
            st.fixed_dictionaries(
                {
                    "Name": names(), "Email": st.sampled_from(MAILBOXES), "Login": st.sampled_from([None, None, "ok", "bo"]),
                    "MobilePhone": st.sampled_from(PHONES), "Extension": st.sampled_from(["", "101"]),
                    "TypeId": st.sampled_from([EMPLOYEE, EMPLOYEE, None]),
                }
            ),
            min_size=1, max_size=most,
        )
    )  # fmt: skip
    return contacts(*rows)


def decide_all(mine: pd.DataFrame, theirs: pd.DataFrame) -> Decisions:
    return match(mine, theirs, pool=theirs["TypeId"].eq(EMPLOYEE))


@LAW
@given(people(), crowds(), st.randoms())
def test_the_order_of_the_rows_changes_nothing(mine: pd.DataFrame, theirs: pd.DataFrame, chance: random.Random) -> None:
    order, other = list(range(len(mine))), list(range(len(theirs)))
    chance.shuffle(order)
    chance.shuffle(other)
    straight = decide_all(mine, theirs)
    shuffled = decide_all(mine.iloc[order].reset_index(drop=True), theirs.iloc[other].reset_index(drop=True))
    assert {d.user_id: d.to_json() for d in straight} == {d.user_id: d.to_json() for d in shuffled}


@LAW
@given(people(), crowds())
def test_no_contact_is_linked_to_two_users(mine: pd.DataFrame, theirs: pd.DataFrame) -> None:
    linked = [decision.contact_id for decision in decide_all(mine, theirs) if decision.contact_id]
    assert len(linked) == len(set(linked))


@LAW
@given(people(), crowds())
def test_only_employees_are_linked_automatically(mine: pd.DataFrame, theirs: pd.DataFrame) -> None:
    employees = set(theirs.loc[theirs["TypeId"].eq(EMPLOYEE), "Id"])
    assert {decision.contact_id for decision in decide_all(mine, theirs) if decision.band == "auto"} <= employees


@LAW
@given(people(), crowds())
def test_links_that_were_made_are_kept_when_they_are_stored(mine: pd.DataFrame, theirs: pd.DataFrame) -> None:
    first = decide_all(mine, theirs)
    links = {decision.user_id: decision.contact_id for decision in first if decision.contact_id}
    again = match(mine, theirs, pool=theirs["TypeId"].eq(EMPLOYEE), links=links)
    assert {decision.user_id: decision.contact_id for decision in again if decision.band == "keep"} == links
    assert facts(again) == facts(match(mine, theirs, pool=theirs["TypeId"].eq(EMPLOYEE), links=links))


@LAW
@given(people(), crowds())
def test_decisions_survive_json(mine: pd.DataFrame, theirs: pd.DataFrame) -> None:
    decisions = decide_all(mine, theirs)
    assert Decisions.from_json(decisions.to_json()).to_json() == decisions.to_json()


COSMETIC = [
    str.upper,
    str.lower,
    lambda text: text.replace("'", "ʼ"),
    lambda text: text.replace("'", ""),
    lambda text: text.replace("'", '"'),
    lambda text: text.replace("'", "*"),
    lambda text: unicodedata.normalize("NFD", text),
    lambda text: " ".join(reversed(text.split())),
    lambda text: "\u200b".join(text),
    lambda text: f"  {text}\u200f ",
    lambda text: text.replace(" ", "\u00a0"),
    lambda text: f"{text} (відпустка)",
    lambda text: text.replace(".", ""),
]


@LAW
@given(names(), crowds(), st.sampled_from(COSMETIC))
def test_a_cosmetic_change_of_the_name_never_changes_the_verdict(name: str, theirs: pd.DataFrame, change) -> None:
    # One word in small letters may be a login as well; a name has two.
    assume(len(clean_names([name])[0].split()) > 1)
    plain, changed = decide_all(users({"name": name}), theirs)[0], decide_all(users({"name": change(name)}), theirs)[0]
    assert (changed.band, changed.contact_id) == (plain.band, plain.contact_id)
    assert [candidate.contact_id for candidate in changed.candidates] == [
        candidate.contact_id for candidate in plain.candidates
    ]


@LAW
@given(names(), crowds(), st.sampled_from(COSMETIC), st.data())
def test_a_cosmetic_change_of_a_contact_never_changes_the_verdict(
    name: str, theirs: pd.DataFrame, change, data
) -> None:
    place = data.draw(st.integers(0, len(theirs) - 1))
    mine = users({"name": name})
    other = theirs.copy()
    other.loc[place, "Name"] = change(theirs.loc[place, "Name"])
    assert facts(decide_all(mine, other)) == facts(decide_all(mine, theirs))


@LAW
@given(people(), crowds(), names())
def test_a_stranger_among_the_contacts_never_moves_a_link(mine: pd.DataFrame, theirs: pd.DataFrame, name: str) -> None:
    """A new contact may make a link a question; it may take it over only with a name that agrees better."""
    stranger = contacts({"Id": "stranger", "Name": name, "TypeId": EMPLOYEE})
    before = decide_all(mine, theirs)
    after = decide_all(mine, pd.concat([theirs, stranger], ignore_index=True))
    for old, new in zip(before, after, strict=True):
        if old.band == "auto" and new.band == "auto" and new.contact_id != old.contact_id:
            assert new.contact_id == "stranger"
            assert new.score > old.score


@LAW
@given(people(), crowds())
def test_blank_cells_are_never_evidence(mine: pd.DataFrame, theirs: pd.DataFrame) -> None:
    """Columns full of blanks say what no columns say."""
    names_only = theirs[["Id", "Name", "TypeId"]]
    blanks = names_only.assign(Email="", Login=None, MobilePhone=float("nan"), Phone="", Extension="", AccountId="")
    assert facts(decide_all(mine.assign(account=""), blanks)) == facts(decide_all(mine, names_only))


@LAW
@given(people(), crowds(), st.data())
def test_what_a_human_ruled_out_is_neither_linked_nor_shown(mine: pd.DataFrame, theirs: pd.DataFrame, data) -> None:
    user = data.draw(st.sampled_from(list(mine["id"])))
    contact = data.draw(st.sampled_from(list(theirs["Id"])))
    never = Verdicts(cannot_link=frozenset([(user, contact)]))
    decision = match(mine, theirs, pool=theirs["TypeId"].eq(EMPLOYEE), verdicts=never).by_user[user]
    assert contact not in {decision.contact_id, *(candidate.contact_id for candidate in decision.candidates)}


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(max_size=600), max_size=5))
def test_any_text_at_all_can_be_a_name(texts: list[str]) -> None:
    cleaned = clean_names(texts)
    assert len(cleaned) == len(texts)
    assert all(len(words.split()) <= 8 and words == " ".join(words.split()) for words in cleaned)
    crowd = contacts(*(texts or ["Бондар Тарас"]))
    assert (
        len(match(users(*({"name": text, "username": text} for text in texts), {"name": "А Б"}), crowd, pool=None))
        == len(texts) + 1
    )
