"""Three values of one field: ours, theirs, the source's."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from usersync.planning.fields import blank, compare, same
from usersync.planning.rules import FieldPolicy

VALUES = st.sampled_from((None, "", "a", "b", "c"))


@given(VALUES, VALUES, st.none() | st.fixed_dictionaries({}, optional={"name": VALUES}), st.sampled_from(FieldPolicy))
def test_a_field_is_written_kept_or_asked_about_and_never_two_of_these(
    wanted: str | None, now: str | None, applied: dict[str, str | None] | None, policy: FieldPolicy
) -> None:
    change = compare({"name": wanted}, {"name": now}, applied, {"name": policy})

    told = [bool(change.after), bool(change.kept), bool(change.disputed)]
    assert sum(told) == (0 if same(wanted, now) else 1)
    if change.after:
        assert (change.before, change.after) == ({"name": now}, {"name": wanted})


@given(VALUES, VALUES, VALUES)
def test_what_we_wrote_and_nobody_changed_follows_the_source(
    wanted: str | None, now: str | None, ours: str | None
) -> None:
    change = compare({"name": wanted}, {"name": now}, {"name": ours}, {})

    if same(ours, now):
        assert bool(change.after) is not same(wanted, now)
    else:
        assert not change.after


@given(VALUES, VALUES)
def test_of_a_row_that_is_not_ours_only_what_is_blank_is_filled(wanted: str | None, now: str | None) -> None:
    change = compare({"name": wanted}, {"name": now}, None, {})

    assert bool(change.after) is (blank(now) and not blank(wanted))


@given(VALUES, VALUES)
def test_once_written_a_field_is_not_written_again(wanted: str | None, now: str | None) -> None:
    change = compare({"name": wanted}, {"name": now}, None, {"name": FieldPolicy.SOURCE})
    after = {"name": now} | change.after

    assert not compare({"name": wanted}, after, change.after, {"name": FieldPolicy.SOURCE}).after
