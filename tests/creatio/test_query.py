from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qs, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from odata_query import ast
from odata_query.grammar import ODataLexer, ODataParser

from tests.creatio.fake_creatio import guid
from usersync.creatio.errors import NameRefused, QueryTooLong
from usersync.creatio.query import Field, Filter, Lookup, all_of, any_of, any_of_chunks, literal, moment, select

CONTACT = "6F0E1D2C-0000-4000-8000-00000000ABCD"


def parsed(text: str) -> Any:
    return ODataParser().parse(ODataLexer().tokenize(text))


def test_a_lookup_is_filtered_by_its_navigation_path_and_a_bare_guid() -> None:
    assert str(Lookup("Contact") == CONTACT) == f"Contact/Id eq {CONTACT.lower()}"
    assert str(Lookup("Contact") != uuid.UUID(CONTACT)) == f"Contact/Id ne {CONTACT.lower()}"


def test_a_flat_key_cannot_be_filtered_by() -> None:
    with pytest.raises(NameRefused, match="ContactId"):
        Field("ContactId")


def test_the_refusal_of_a_flat_key_names_the_lookup_to_use() -> None:
    with pytest.raises(NameRefused) as refused:
        Lookup("Contact").field("AccountId")
    assert "lookup Account;" in (refused.value.next_step or "")


def test_a_text_column_whose_name_ends_in_id_is_said_to_be_plain() -> None:
    assert str(Field.plain("WebitelUserId") == "17") == "WebitelUserId eq '17'"


def test_paths_go_deep() -> None:
    assert str(Lookup("Contact").field("Name") == "X") == "Contact/Name eq 'X'"
    assert str(Lookup("Contact").lookup("Account") == CONTACT) == f"Contact/Account/Id eq {CONTACT.lower()}"
    assert str(Lookup("Contact").lookup("Account").field("Name").contains("X")) == "contains(Contact/Account/Name,'X')"


def test_the_own_id_compares_with_guids_only() -> None:
    assert str(Field("Id") == CONTACT) == f"Id eq {CONTACT.lower()}"
    with pytest.raises(ValueError, match="guid"):
        _ = Field("Id") == "x' or 1 eq 1"


@pytest.mark.parametrize("value", ["", "42", "'", "6f0e", CONTACT + "0", "{" + CONTACT + "}"])
def test_a_lookup_takes_nothing_but_guids(value: str) -> None:
    with pytest.raises(ValueError, match="guid"):
        _ = Lookup("Contact") == value


def test_a_lookup_takes_no_number() -> None:
    with pytest.raises(TypeError):
        _ = Lookup("Contact") == 4


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("O'Brien", "'O''Brien'"),
        ("", "''"),
        (True, "true"),
        (False, "false"),
        (4, "4"),
        (-4, "-4"),
        (None, "null"),
        (uuid.UUID(CONTACT), CONTACT.lower()),
        (datetime(2024, 2, 7, 21, 35, 26, 683999, UTC), "2024-02-07T21:35:26.683Z"),
        (datetime(2024, 2, 7, 23, 35, 26, tzinfo=timezone(timedelta(hours=2))), "2024-02-07T21:35:26.000Z"),
    ],
)
def test_values_are_written_as_odata_4_has_them(value: object, text: str) -> None:
    assert literal(value) == text  # type: ignore[arg-type]


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        moment(datetime(2024, 2, 7))  # noqa: DTZ001


def test_a_fraction_is_no_value_of_a_filter() -> None:
    with pytest.raises(TypeError, match="float"):
        literal(1.5)  # type: ignore[arg-type]


def test_comparisons_and_functions() -> None:
    name = Field("Name")
    assert str(name.startswith("A")) == "startswith(Name,'A')"
    assert str(name.endswith("'")) == "endswith(Name,'''')"
    assert [str(f) for f in (name < 1, name <= 1, name > 1, name >= 1, name != None)] == [  # noqa: E711
        "Name lt 1", "Name le 1", "Name gt 1", "Name ge 1", "Name ne null",
    ]  # fmt: skip


def test_conditions_join_with_the_parentheses_they_need() -> None:
    a, b, c = (Field(letter) == 1 for letter in "abc")
    assert str(a & b & c) == "a eq 1 and b eq 1 and c eq 1"
    assert str((a | b) & c) == "(a eq 1 or b eq 1) and c eq 1"
    assert str(a | (b & c)) == "a eq 1 or (b eq 1 and c eq 1)"
    assert str(~(a | b) & c) == "not (a eq 1 or b eq 1) and c eq 1"
    assert str(all_of(a, b | c)) == "a eq 1 and (b eq 1 or c eq 1)"


def test_the_words_and_and_or_of_python_cannot_swallow_a_condition() -> None:
    with pytest.raises(TypeError, match="&"):
        _ = (Field("A") == 1) and (Field("B") == 2)


@pytest.mark.parametrize("bad", ["", "Na me", "Name'", "Contact/Id", "1Name", "Name)", "Назва", "$filter", "Name\n"])
def test_names_that_could_smuggle_something_in_are_refused(bad: str) -> None:
    for attempt in (Field, Lookup, select, lambda name: select("Id").expand(name, "Id"), Field.plain):
        with pytest.raises(NameRefused):
            attempt(bad)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"), max_size=40))
def test_any_text_comes_back_from_the_parser_as_it_went_in(text: str) -> None:
    tree = parsed(str(Field("Name") == text))
    assert isinstance(tree, ast.Compare)
    assert tree.right == ast.String(text)
    encoded = select("Id").where(Field("Name") == text).encoded()
    assert parse_qs(encoded, keep_blank_values=True)["$filter"] == [f"Name eq {literal(text)}"]


conditions = st.recursive(
    st.sampled_from([Field("A") == 1, Field("B") == "x' or 'y", Lookup("C") == CONTACT]),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda pair: pair[0] & pair[1]),
        st.tuples(inner, inner).map(lambda pair: pair[0] | pair[1]),
        inner.map(lambda one: ~one),
    ),
    max_leaves=8,
)


@given(conditions, conditions)
def test_joining_never_changes_what_the_parts_mean(left: Filter, right: Filter) -> None:
    tree = parsed(str(left & right))
    assert isinstance(tree, ast.BoolOp)
    # A chain of `and` may be grouped either way; its parts are the same.
    assert _parts(tree) == [*_parts(parsed(str(left))), *_parts(parsed(str(right)))]


def _parts(node: Any) -> list[Any]:
    if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And):
        return [*_parts(node.left), *_parts(node.right)]
    return [node]


def test_one_of_many_values_is_an_or_chain() -> None:
    assert str(any_of(Field("Name"), ["a", "b"])) == "Name eq 'a' or Name eq 'b'"
    with pytest.raises(ValueError, match="no condition"):
        any_of(Field("Name"), [])


@given(st.lists(st.text(min_size=1, max_size=60, alphabet="abc'Їґ& +"), max_size=60), st.integers(1, 20))
def test_chunks_hold_every_value_once_and_stay_short(values: list[str], size: int) -> None:
    made = list(any_of_chunks(Field("Name"), values, size=size))
    assert [value for chunk in made for value in parsed_terms(chunk)] == values
    assert all(chunk.encoded_length <= 1200 for chunk in made)
    assert all(len(parsed_terms(chunk)) <= size for chunk in made)


def parsed_terms(chunk: Filter) -> list[str]:
    parts: list[str] = []
    node = parsed(chunk.text)
    while isinstance(node, ast.BoolOp):
        parts.insert(0, node.right.right.val)  # type: ignore[attr-defined]
        node = node.left
    assert isinstance(node, ast.Compare)
    return [node.right.val, *parts]  # type: ignore[attr-defined]


def test_fifteen_guids_and_their_query_fit_into_an_address() -> None:
    chunks = list(any_of_chunks(Lookup("CommunicationType"), [guid(i) for i in range(40)]))
    assert [str(chunk).count(" eq ") for chunk in chunks] == [15, 15, 10]
    assert all(
        len(select("Id", "Name", "ContactId").where(chunk).encoded(top=1000, count=True)) < 2000 for chunk in chunks
    )


def test_long_texts_make_smaller_chunks() -> None:
    surnames = ["Їжаченко-Нечуйвітер" + "ь" * 20] * 15
    made = list(any_of_chunks(Field("Surname"), surnames))
    assert sum(str(chunk).count(" eq ") for chunk in made) == 15
    assert len(made) > 1
    assert all(chunk.encoded_length <= 1200 for chunk in made)


def test_no_values_are_no_chunks() -> None:
    assert list(any_of_chunks(Field("Name"), [])) == []


def test_a_single_value_longer_than_a_filter_is_refused() -> None:
    with pytest.raises(QueryTooLong):
        list(any_of_chunks(Field("Name"), ["Ї" * 250]))


def test_a_query_is_written_out_and_percent_encoded() -> None:
    query = (
        select("Id", "Name", "ContactId")
        .where(Field("Name") == "A & B+C's #1")
        .where(Field("Active") == True)  # noqa: E712
        .expand("Contact", "Id", "Name")
        .expand("Role", "Code")
        .order_by(Field("ModifiedOn"), descending=True)
        .order_by(Field("Name"))
    )
    text = query.encoded(top=10, skip=20, count=True)
    assert unquote(text) == (
        "$select=Id,Name,ContactId&$filter=Name eq 'A & B+C''s #1' and Active eq true"
        "&$expand=Contact($select=Id,Name),Role($select=Code)&$orderby=ModifiedOn desc,Name&$top=10&$skip=20&$count=true"
    )
    assert "A%20%26%20B%2BC%27%27s%20%231" in text
    assert " " not in text


def test_a_query_always_selects() -> None:
    with pytest.raises(ValueError, match="no column"):
        select()


def test_an_address_the_web_server_would_cut_is_not_sent() -> None:
    with pytest.raises(QueryTooLong, match="2000"):
        select(*(f"Column{i}" for i in range(300))).encoded()


def test_a_query_is_a_value() -> None:
    base = select("Id")
    base.where(Field("A") == 1).first(5)
    assert base == select("Id")
    assert base.where(None) is base
    with pytest.raises(ValueError, match="negative"):
        base.first(-1)
