"""What verdicts mean to planning, without services: fingerprints, answers about fields, what stays open."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from usersync.planning.fields import Comparison
from usersync.planning.verdicts import Review, Said, field_answers, field_question, settle_fields

SAID = st.builds(
    Said,
    st.integers(1, 99),
    st.sampled_from(["1", "2", "3"]),
    st.sampled_from(["must_link", "cannot_link", "ignore"]),
    st.sampled_from(["c1", "c2"]),
)


@given(st.lists(SAID), st.randoms())
def test_the_fingerprint_knows_what_was_said_and_not_in_which_order(said: list[Said], random: object) -> None:
    shuffled = list(said)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    assert Review(tuple(shuffled)).fingerprint() == Review(tuple(said)).fingerprint()
    more = Review((*said, Said(100, "4", "ignore")))
    assert more.fingerprint() != Review(tuple(said)).fingerprint()


def test_the_last_answer_to_a_question_counts_and_a_withdrawn_one_does_not() -> None:
    stored = {
        "000001": ["keep", "q1", "name"], "000002": ["take", "q1", "name"], "000003": ["keep", "q2", "name"],
        "000004": ["withdrawn", "q2", "name"], "000005": None,
    }  # fmt: skip
    assert field_answers(stored) == {"q1": "take"}


def test_an_answer_decides_its_field_and_leaves_the_others_a_question() -> None:
    change = Comparison(kept={"name": "Аня"}, disputed={"extension": "101"})
    current, wanted = {"name": "Аня", "extension": "7"}, {"name": "Анна", "extension": "101"}
    question = field_question("r1", "name", "Анна", "Аня")

    taken, left = settle_fields(change, "r1", current, wanted, {question: "take"})
    kept, _ = settle_fields(change, "r1", current, wanted, {question: "keep"})

    assert (taken.before, taken.after, taken.kept) == ({"name": "Аня"}, {"name": "Анна"}, {})
    assert (kept.after, kept.kept, kept.disputed) == ({}, {"name": "Аня"}, {"extension": "101"})
    assert left == {"extension": field_question("r1", "extension", "101", "7")}


def test_a_question_is_another_one_when_either_value_changes() -> None:
    questions = {field_question("r1", "name", source, human) for source in ("a", "b") for human in ("c", "d")}
    assert len(questions) == 4


def test_a_contact_proposed_before_keeps_the_question_open_until_it_is_ruled_out() -> None:
    asked = {"1": frozenset({"c1", "c2"})}
    one, both = Said(1, "1", "cannot_link", "c1"), Said(2, "1", "cannot_link", "c2")

    assert Review((one,), asked).still_open("1") == {"c2"}
    assert Review((one, both), asked).still_open("1") == frozenset()


def test_a_postponement_that_ends_by_itself_does_not_outdate_a_plan() -> None:
    review = Review(
        (Said(1, "1", "postpone", until=datetime(2027, 1, 1, tzinfo=UTC)), Said(2, "1", "cannot_link", "c1"))
    )
    assert review.numbers("1") == [2]
