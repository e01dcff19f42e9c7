from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usersync.creatio.errors import ValueRefused
from usersync.creatio.profiles import FieldKind
from usersync.creatio.values import as_read, as_written
from usersync.creatio.wellknown import ZERO

ID = "6F0E1D2C-0000-4000-8000-00000000ABCD"


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (None, FieldKind.TEXT),
        ("", FieldKind.TEXT),
        (ZERO, FieldKind.LOOKUP),
        (ZERO, FieldKind.KEY),
        ("", FieldKind.LOOKUP),
        ("0001-01-01T00:00:00Z", FieldKind.MOMENT),
        ("0001-01-01T00:00:00", FieldKind.MOMENT),
        ("0001-01-01T00:00:00+02:00", FieldKind.MOMENT),
        ("yesterday", FieldKind.MOMENT),
        (None, FieldKind.FLAG),
        (None, FieldKind.NUMBER),
    ],
)
def test_all_shapes_of_nothing_are_none(value: Any, kind: FieldKind) -> None:
    assert as_read(value, kind) is None


@pytest.mark.parametrize(
    ("value", "kind", "read"),
    [
        (ID, FieldKind.LOOKUP, ID.lower()),
        (ID, FieldKind.KEY, ID.lower()),
        ("Ганна", FieldKind.TEXT, "Ганна"),
        (1017, FieldKind.TEXT, "1017"),
        (False, FieldKind.FLAG, False),
        (0, FieldKind.NUMBER, 0),
        ("4", FieldKind.NUMBER, 4),
        ("2024-02-07T21:35:26.683Z", FieldKind.MOMENT, datetime(2024, 2, 7, 21, 35, 26, 683000, UTC)),
        ("2024-02-07T21:35:26.6834567Z", FieldKind.MOMENT, datetime(2024, 2, 7, 21, 35, 26, 683456, UTC)),
        ("2024-02-07T23:35:26+02:00", FieldKind.MOMENT, datetime(2024, 2, 7, 21, 35, 26, tzinfo=UTC)),
        ("2024-02-07T21:35:26", FieldKind.MOMENT, datetime(2024, 2, 7, 21, 35, 26, tzinfo=UTC)),
    ],
)
def test_values_are_read_as_everything_else_works_with_them(value: Any, kind: FieldKind, read: Any) -> None:
    assert as_read(value, kind) == read


@pytest.mark.parametrize(
    ("value", "kind", "written"),
    [
        (None, FieldKind.LOOKUP, None),
        ("", FieldKind.LOOKUP, None),
        (ZERO, FieldKind.LOOKUP, None),
        (ID, FieldKind.LOOKUP, ID.lower()),
        (None, FieldKind.TEXT, ""),
        ("Ганна", FieldKind.TEXT, "Ганна"),
        (None, FieldKind.FLAG, False),
        (True, FieldKind.FLAG, True),
        (None, FieldKind.MOMENT, None),
        (datetime(2024, 2, 7, 21, 35, 26, tzinfo=UTC), FieldKind.MOMENT, "2024-02-07T21:35:26.000Z"),
        ("2024-02-07T23:35:26+02:00", FieldKind.MOMENT, "2024-02-07T21:35:26.000Z"),
        (4, FieldKind.NUMBER, 4),
        (None, FieldKind.NUMBER, None),
    ],
)
def test_values_are_written_as_creatio_takes_them(value: Any, kind: FieldKind, written: Any) -> None:
    assert as_written(value, kind) == written


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("Іван", FieldKind.LOOKUP),
        (4, FieldKind.LOOKUP),
        (None, FieldKind.KEY),
        (4, FieldKind.TEXT),
        ("half a pair \ud83d", FieldKind.TEXT),
        ("yes", FieldKind.FLAG),
        (1, FieldKind.FLAG),
        (True, FieldKind.NUMBER),
        ("4", FieldKind.NUMBER),
        ("yesterday", FieldKind.MOMENT),
        (datetime(2024, 2, 7), FieldKind.MOMENT),  # noqa: DTZ001
        (4, FieldKind.MOMENT),
    ],
)
def test_a_value_that_does_not_fit_is_refused_without_being_shown(value: Any, kind: FieldKind) -> None:
    with pytest.raises(ValueRefused) as refused:
        as_written(value, kind, label="record.x")
    assert "record.x" in str(refused.value)
    assert "Іван" not in repr(refused.value)


@pytest.mark.parametrize(("text", "fits"), [("x" * 50, True), ("x" * 51, False), ("😀" * 25, True), ("😀" * 26, False)])
def test_a_text_is_measured_as_creatio_measures_and_never_cut(text: str, fits: bool) -> None:
    if fits:
        assert as_written(text, FieldKind.TEXT, max_length=50) == text
        return
    with pytest.raises(ValueRefused) as refused:
        as_written(text, FieldKind.TEXT, max_length=50, label="contact.name")
    assert str(refused.value).startswith("contact.name is too long")
    assert "Creatio takes 50." in str(refused.value)


moments = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(st.one_of(st.none(), moments))
def test_times_come_back_as_they_were_but_for_microseconds(value: datetime | None) -> None:
    again = as_read(as_written(value, FieldKind.MOMENT), FieldKind.MOMENT)
    assert again == value if value is None else timedelta() <= value - again < timedelta(milliseconds=1)


@given(st.text(max_size=60))
def test_texts_come_back_as_they_were_but_empty_ones(value: str) -> None:
    assert as_read(as_written(value, FieldKind.TEXT), FieldKind.TEXT) == (value or None)
