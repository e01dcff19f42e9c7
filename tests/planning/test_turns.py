"""What changes hands is given up first."""

from __future__ import annotations

from typing import Any

from usersync.planning import Action, LinkChange, Operation, Situation
from usersync.planning.turns import take_turns
from usersync.words import Sentence


def _record(key: str, action: Action, before: dict[str, Any], after: dict[str, Any], *needs: str) -> Operation:
    reason = Sentence("planning-changed")
    return Operation("creatio", action, "record", key, key, before, after, reason, Situation.CHANGED, needs=needs)


def _seats(user: str, before: list[str], after: list[str]) -> Operation:
    values: tuple[dict[str, Any], dict[str, Any]] = ({"licenses": before}, {"licenses": after})
    reason = Sentence("planning-licenses")
    return Operation("webitel", Action.SET_LICENSES, "user", user, user, *values, reason, Situation.CHANGED)


def _told(operations: list[Operation]) -> list[tuple[str, int, dict[str, Any]]]:
    return sorted((op.key, op.step, dict(op.after)) for op in operations)


def test_nothing_is_split_where_nothing_changes_hands() -> None:
    operations = [
        _record("a", Action.UPDATE, {"extension": "101"}, {"extension": "171"}),
        _record("b", Action.CREATE, {}, {"username": "b", "extension": "102"}),
        _seats("a", ["x"], ["x", "y"]),
    ]

    assert take_turns(operations, (), numbers=True) == (operations, ())


def test_a_swap_frees_both_numbers_before_it_sets_any_and_other_fields_go_first() -> None:
    one = _record("a", Action.UPDATE, {"extension": "101", "name": "A"}, {"extension": "102", "name": "B"})
    other = _record("b", Action.UPDATE, {"extension": "102"}, {"extension": "101"})

    operations, _ = take_turns([one, other], (), numbers=True)

    assert _told(operations) == [
        ("a", 0, {"extension": None, "name": "B"}), ("a", 1, {"extension": "102"}),
        ("b", 0, {"extension": None}), ("b", 1, {"extension": "101"}),
    ]  # fmt: skip
    later = [op for op in operations if op.step]
    assert all(set(op.needs) == {one.id, other.id} for op in later)


def test_links_and_details_that_need_a_record_which_has_to_wait_wait_with_it() -> None:
    gives = _record("a", Action.UPDATE, {"extension": "101"}, {"extension": None})
    takes = _record("b", Action.CREATE, {}, {"username": "b", "extension": "101"})
    detail = _record("c", Action.CREATE, {}, {"name": "detail"}, takes.id)
    link = LinkChange("b", "b", "contact", "create", needs=(takes.id,))

    operations, (renamed,) = take_turns([gives, takes, detail], (link,), numbers=True)

    made = next(op for op in operations if op.key == "b")
    assert (made.step, made.needs) == (1, (gives.id,))
    assert renamed.needs == (made.id,)
    assert next(op for op in operations if op.key == "c").needs == (made.id,)


def test_a_new_record_waits_for_a_login_that_somebody_renamed_gives_up() -> None:
    renamed = _record("a", Action.UPDATE, {"username": "Agent"}, {"username": "o.lys"})
    made = _record("b", Action.CREATE, {}, {"username": "agent"})

    operations, _ = take_turns([made, renamed], (), numbers=True)

    assert next(op for op in operations if op.key == "b").needs == (renamed.id,)


def test_the_classic_record_keeps_its_number_until_it_gets_the_other() -> None:
    one = _record("a", Action.UPDATE, {"extension": "101"}, {"extension": "102"})
    other = _record("b", Action.UPDATE, {"extension": "102"}, {"extension": "101"})

    assert take_turns([one, other], (), numbers=False) == ([one, other], ())


def test_seats_are_left_before_they_are_taken_and_by_whoever_does_both_in_two_steps() -> None:
    one, other, new = _seats("a", ["x"], ["y"]), _seats("b", ["y"], ["x"]), _seats("c", [], ["z"])

    operations, _ = take_turns([one, other, new], (), numbers=True)

    assert _told(operations) == [
        ("a", 0, {"licenses": []}), ("a", 1, {"licenses": ["y"]}),
        ("b", 0, {"licenses": []}), ("b", 1, {"licenses": ["x"]}),
        ("c", 1, {"licenses": ["z"]}),
    ]  # fmt: skip
