"""What is marked where a human compares two names."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from usersync.matching.agreement import agreement
from usersync.matching.relation import FULL, Relation

NAMES = st.text(alphabet="абвіїєґшщьaboxyzč-'. ", max_size=24)


def _marked(one: str, other: str) -> dict[str, Relation]:
    return {part.text: part.relation for part in agreement(one, other)[1]}


def test_words_agree_across_scripts_whatever_their_order() -> None:
    marked = _marked("Софія Метелицець", "Metelytsets Sofiia Ivanivna")

    assert marked["Metelytsets"].quality >= FULL
    assert marked["Sofiia"].quality >= FULL
    assert marked["Ivanivna"] is Relation.NONE


def test_another_given_name_contradicts_and_an_initial_only_fits() -> None:
    marked = _marked("Олександр К.", "Александра Коваль")

    assert marked == {"Александра": Relation.CONFLICT, "Коваль": Relation.INITIAL}


def test_words_are_shown_as_they_are_written() -> None:
    assert [part.text for part in agreement("", "D'Arc,  (Ann) 👋")[1]] == ["D'Arc,", "(Ann)", "👋"]


@given(NAMES, NAMES)
def test_swapping_the_names_swaps_the_answer(one: str, other: str) -> None:
    assert agreement(one, other) == agreement(other, one)[::-1]
