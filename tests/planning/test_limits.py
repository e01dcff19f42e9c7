"""What needs a human's approval, and what is not believed at all, in domains of 8, 120 and 10,000 users."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from usersync.planning import Action, Bucket, GoneUser, LinkChange, Operation, Plan, Situation, UserItem
from usersync.planning.guard import Meter, distrust, meters
from usersync.planning.rules import ApprovalLimits, Rules
from usersync.planning.world import Memory
from usersync.snapshots import (
    CONTACT_COLUMNS,
    RECORD_COLUMNS,
    SYSTEM_USER_COLUMNS,
    USER_COLUMNS,
    SourceSnapshot,
    TargetSnapshot,
    frame,
)
from usersync.words import Sentence

WHY = Sentence("planning-changed")
SIZES = (8, 120, 10_000)


def _operation(action: Action, entity: str, user: int, before: dict[str, Any], after: dict[str, Any]) -> Operation:
    service: Any = "webitel" if entity == "user" else "creatio"
    return Operation(service, action, entity, f"{entity}{user}", str(user), before, after, WHY, Situation.CHANGED)


def _plan(
    users: int,
    *,
    created: int = 0,
    updated: int = 0,
    disabled: int = 0,
    unseated: int = 0,
    seated: int = 0,
    relinked: int = 0,
) -> Plan:
    """A domain of so many users in which so much would be done, each thing to a user of its own."""
    numbers = iter(range(users * 2))
    items = [
        UserItem(str(number), f"u{number}", Situation.UNCHANGED, Bucket.UNCHANGED, "keep", None, None, WHY)
        for number in range(users)
    ]

    def each(count: int, action: Action, entity: str, before: dict[str, Any], after: dict[str, Any]) -> list[Operation]:
        return [_operation(action, entity, next(numbers), before, after) for _ in range(count)]

    renamed = each(updated, Action.UPDATE, "record", {"name": "a"}, {"name": "b"})
    for operation in renamed:
        number = int(operation.user_id or "")
        items[number] = replace(items[number], bucket=Bucket.UPDATED)
    operations = [
        *each(created, Action.CREATE, "contact", {}, {"name": "Somebody"}),
        *renamed,
        *each(unseated, Action.SET_LICENSES, "user", {"licenses": ["cc", "cm"]}, {"licenses": ["cm"]}),
        *each(seated, Action.SET_LICENSES, "user", {"licenses": []}, {"licenses": ["cc"]}),
    ]
    gone = tuple(GoneUser(f"g{number}", f"g{number}", None, "disabled", WHY) for number in range(disabled))
    for user in gone:
        change = _operation(Action.UPDATE, "record", 0, {"active": True}, {"active": False})
        operations.append(replace(change, key=user.user_id, user_id=user.user_id))
    links = tuple(LinkChange(str(number), "r", "c", "returned", f"old{number}") for number in range(relinked))
    return Plan("d", "1", "x", (), "s", tuple(operations), tuple(items), gone=gone, links=links)


def _waits(plan: Plan, limits: ApprovalLimits | None = None, *, first_apply: bool = False) -> list[str]:
    """The limits the plan exceeds."""
    return [meter.name for meter in meters(plan, limits or ApprovalLimits(), first_apply=first_apply) if meter.exceeded]


@pytest.mark.parametrize(
    ("users", "most_created", "most_disabled", "most_updated"),
    [(8, 3, 2, 5), (120, 6, 3, 24), (10_000, 500, 300, 2_000)],
)
def test_so_much_goes_by_itself_and_one_more_waits(
    users: int, most_created: int, most_disabled: int, most_updated: int
) -> None:
    assert _waits(_plan(users, created=most_created)) == []
    assert _waits(_plan(users, created=most_created + 1)) == ["created"]
    assert _waits(_plan(users, disabled=most_disabled)) == []
    assert _waits(_plan(users, disabled=most_disabled + 1)) == ["disabled"]
    assert _waits(_plan(users, unseated=most_disabled)) == []
    assert _waits(_plan(users, unseated=most_disabled + 1)) == ["disabled"]
    assert _waits(_plan(users, updated=most_updated)) == []
    assert _waits(_plan(users, updated=most_updated + 1)) == ["updated"]


@pytest.mark.parametrize("users", SIZES)
def test_records_switched_off_and_seats_taken_count_together(users: int) -> None:
    half = max(2, int(0.03 * users)) // 2 + 1
    assert _waits(_plan(users, disabled=half)) == []
    assert _waits(_plan(users, disabled=half, unseated=half)) == ["disabled"]


@pytest.mark.parametrize("users", SIZES)
def test_a_new_hire_and_a_new_number_go_by_themselves_and_a_seat_that_is_given_is_no_seat_taken(users: int) -> None:
    assert _waits(_plan(users, created=1, updated=1, seated=users // 2)) == []


@pytest.mark.parametrize("users", SIZES)
def test_the_first_apply_and_any_link_that_moves_wait_however_little_it_is(users: int) -> None:
    assert _waits(_plan(users, updated=1), first_apply=True) == ["first"]
    assert _waits(_plan(users, relinked=1)) == ["relinked"]
    assert _waits(_plan(users), first_apply=True) == [], "nothing to do is nothing to approve"


@pytest.mark.parametrize("users", SIZES)
def test_an_import_of_everybody_waits(users: int) -> None:
    assert _waits(_plan(users, created=users)) == ["created"]


def test_the_limits_are_settings_and_shown_as_meters() -> None:
    limits = ApprovalLimits(created_minimum=0, created_share=0.0, relinks=False, first_apply=False)
    assert _waits(_plan(120, created=1, relinked=1), limits, first_apply=True) == ["created"]
    shown = meters(_plan(120, created=4, updated=30), ApprovalLimits(), first_apply=True)
    assert [str(meter.sentence) for meter in shown] == [
        "first apply of this domain: 34 changes", "contacts to create: 4 (limit 6)",
        "records switched off and seats taken away: 0 (limit 3)", "users to update: 30 (limit 24)",
        "links moved to another Webitel id: 0",
    ]  # fmt: skip
    assert shown[1].to_json() == {"name": "created", "value": 4, "limit": 6, "exceeded": False}
    assert Meter("relinked", 0, None).exceeded is False


# What is not believed


def _source(users: int) -> SourceSnapshot:
    rows = [{"id": str(number), "username": f"u{number}"} for number in range(users)]
    return SourceSnapshot(
        dc="1",
        domain="d",
        importer_id="0",
        users=frame(rows, USER_COLUMNS),
        tombstones=frame([], USER_COLUMNS),
        grants={},
    )


def _target(contacts: int) -> TargetSnapshot:
    people = [{"id": f"c{number}", "name": "N"} for number in range(contacts)]
    employees = [{"id": f"s{n}", "contact": f"c{n}", "active": True, "connection_type": 0} for n in range(contacts)]
    nothing = frame([], RECORD_COLUMNS)
    return TargetSnapshot(
        identity="x", fields={}, contacts=frame(people, CONTACT_COLUMNS), records=nothing,
        system_users=frame(employees, SYSTEM_USER_COLUMNS), license_rows=nothing, role_rows=nothing, extensions=nothing,
        accounts=nothing, record_tags=nothing,
    )  # fmt: skip


def _said(seen: int, usual: int | None, *, contacts: int = 500, usual_contacts: int = 500) -> list[str]:
    reasons = distrust(
        _source(seen), _target(contacts), Memory(), Rules(),
        usual_source=None if usual is None else {"users": usual},
        usual_target={"contacts": usual_contacts, "employees": usual_contacts},
    )  # fmt: skip
    return [str(reason).partition(";")[0] for reason in reasons]


@pytest.mark.parametrize(("usual", "believed"), [(8, 4), (120, 60), (10_000, 5_000)])
def test_half_may_be_missing_and_one_more_is_a_read_that_cannot_be_believed(usual: int, believed: int) -> None:
    assert _said(believed, usual) == []
    assert _said(believed - 1, usual) == [f"Webitel returned {believed - 1} of usual {usual} users"]


@pytest.mark.parametrize("usual", [1, 2, *SIZES])
def test_an_empty_source_is_never_believed(usual: int) -> None:
    assert _said(0, usual) == [f"Webitel returned no users at all (of usual {usual})"]


def test_a_domain_of_three_may_lose_two_and_without_history_any_number_is_believed() -> None:
    assert _said(1, 3) == []
    assert _said(1, None) == []


@pytest.mark.parametrize(("usual", "believed"), [(20, 10), (3_000, 1_500), (20_000, 10_000)])
def test_a_crm_that_shows_less_than_half_is_not_believed(usual: int, believed: int) -> None:
    assert _said(8, 8, contacts=believed, usual_contacts=usual) == []
    less = believed - 1
    assert _said(8, 8, contacts=less, usual_contacts=usual) == [
        f"Creatio shows {less} contacts of usual {usual}", f"Creatio shows {less} employees of usual {usual}",
    ]  # fmt: skip
