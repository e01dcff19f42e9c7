"""Who gets a seat: never over the limit, in the order of the rules, and nothing needlessly."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from usersync.planning.rules import LicenseRule, SeatOrder
from usersync.planning.seats import Allocation, Seatable, allocate, applies
from usersync.snapshots import Grant, License, Role

NOW = datetime(2026, 6, 1, tzinfo=UTC)
EVERYONE = LicenseRule(product="CALL_CENTER")


def _license(
    number: str, limit: int, held: int = 0, *, product: str = "CALL_CENTER", named: bool = True, days: int = 90
) -> License:
    ends = NOW + timedelta(days=days)
    return License(number, product, None, named=named, limit=limit, remain=max(0, limit - held), not_after=ends)


def _person(number: int, *held: str, extension: bool = True, **more: Any) -> Seatable:
    grants = tuple(Grant(item, "CALL_CENTER") for item in held)
    return Seatable(
        str(number), f"user{number}", str(number) if extension else None, more.pop("roles", ()), grants, **more
    )


def _allocate(people: list[Seatable], licenses: list[License], *rules: LicenseRule, **more: Any) -> Allocation:
    options: dict[str, Any] = {
        "made_by_us": frozenset(), "now": NOW, "importer_holds": frozenset({"mine"}), "release": True,
        "taken": Counter(grant.license_id for person in people for grant in person.grants),
    }  # fmt: skip
    mine = _license("mine", 9, product="CALL_MANAGER")
    return allocate(people, [*licenses, mine], rules, **options | more)


@st.composite
def _offices(
    draw: st.DrawFn,
) -> tuple[list[Seatable], list[License], tuple[LicenseRule, ...], frozenset[tuple[str, str]]]:
    numbers = draw(st.lists(st.sampled_from(("a", "b")), min_size=1, max_size=2, unique=True))
    count = draw(st.integers(0, 7))
    held = {n: draw(st.lists(st.sampled_from(numbers), max_size=2, unique=True)) for n in range(count)}
    people = [
        _person(n, *held[n], extension=draw(st.booleans()), protected=draw(st.integers(0, 5)) == 0)
        for n in range(count)
    ]
    used = Counter(item for items in held.values() for item in items)
    licenses = [_license(number, used[number] + draw(st.integers(0, 3)), used[number]) for number in numbers]
    whom = st.sampled_from(("everyone", "extension", "people:user1,user2,user5", "login:user[0-3]"))
    rule = st.builds(
        LicenseRule, product=st.just("CALL_CENTER"), who=whom, priority=st.integers(1, 3), exclusive=st.booleans(),
        reserve=st.integers(0, 1),
    )  # fmt: skip
    given_by_us = frozenset(
        (person.user_id, item.license_id) for person in people for item in person.grants if draw(st.booleans())
    )
    return people, licenses, tuple(draw(st.lists(rule, min_size=1, max_size=3))), given_by_us


def _sets(people: list[Seatable], allocation: Allocation) -> dict[str, set[str]]:
    held = {person.user_id: {grant.license_id for grant in person.grants} for person in people}
    return held | {user: set(licenses) for user, licenses in allocation.sets.items()}


def _rank(person: Seatable, rules: tuple[LicenseRule, ...]) -> tuple[int, bool, int] | None:
    priorities = [rule.priority for rule in rules if applies(rule, person)]
    return (min(priorities), not person.extension, int(person.user_id)) if priorities else None


@given(_offices())
def test_no_licence_is_ever_given_beyond_its_seats(office: Any) -> None:
    people, licenses, rules, ours = office

    after = _sets(people, _allocate(people, licenses, *rules, made_by_us=ours))

    for item in licenses:
        assert sum(item.id in held for held in after.values()) <= item.limit


@given(_offices())
def test_every_set_that_is_named_differs_from_what_is_held(office: Any) -> None:
    people, licenses, rules, ours = office
    allocation = _allocate(people, licenses, *rules, made_by_us=ours)
    held = {person.user_id: {grant.license_id for grant in person.grants} for person in people}

    assert all(set(licenses_) != held[user] for user, licenses_ in allocation.sets.items())


@given(_offices())
def test_nobody_waits_while_somebody_of_lower_rank_is_given_a_seat_or_a_seat_is_free(office: Any) -> None:
    people, licenses, rules, ours = office
    allocation = _allocate(people, licenses, *rules, made_by_us=ours)
    by_id = {person.user_id: person for person in people}
    waiting = [_rank(by_id[user], rules) for demand in allocation.demands for user in demand.waiting]
    given_ = [_rank(by_id[user], rules) for demand in allocation.demands for user in demand.assigned]

    if waiting:
        assert not given_ or max(given_) < min(waiting)
        after = _sets(people, allocation)
        free = sum(item.limit - sum(item.id in held for held in after.values()) for item in licenses)
        assert free <= max(rule.reserve for rule in rules)


@given(_offices())
def test_nothing_is_taken_that_a_rule_grants_that_others_granted_or_that_is_protected(office: Any) -> None:
    people, licenses, rules, ours = office
    after = _sets(people, _allocate(people, licenses, *rules, made_by_us=ours))

    for person in people:
        taken = {grant.license_id for grant in person.grants} - after[person.user_id]
        if taken:
            assert _rank(person, rules) is None
            assert not person.protected
            assert any(rule.exclusive for rule in rules) or all((person.user_id, item) in ours for item in taken)


@given(_offices(), st.randoms(use_true_random=False))
def test_what_was_shared_out_once_is_left_as_it_is_and_a_newcomer_moves_nobody(
    office: Any, luck: random.Random
) -> None:
    people, licenses, rules, ours = office
    allocation = _allocate(people, licenses, *rules, made_by_us=ours)
    after = _sets(people, allocation)
    granted = {(p.user_id, item) for p in people for item in after[p.user_id] - {g.license_id for g in p.grants}}
    settled = [
        replace(person, grants=tuple(Grant(item, "CALL_CENTER") for item in after[person.user_id])) for person in people
    ]
    used = Counter(item for held in after.values() for item in held)
    now = [replace(item, remain=max(0, item.limit - used[item.id])) for item in licenses]
    luck.shuffle(settled)
    luck.shuffle(now)

    again = _allocate(settled, now, *rules, made_by_us=ours | granted)
    grown = _allocate([*settled, _person(8)], now, *rules, made_by_us=ours | granted)

    assert again.sets == {}
    assert set(grown.sets) <= {"8"}
    waited = {user for demand in allocation.demands for user in demand.waiting}
    assert {user for demand in again.demands for user in demand.waiting} == waited


@given(_offices(), st.permutations(list(SeatOrder)))
def test_whatever_the_order_of_sharing_out_nobody_is_passed_over(office: Any, order: list[SeatOrder]) -> None:
    people, licenses, rules, ours = office
    allocation = _allocate(people, licenses, *rules, made_by_us=ours, order=order[:3])
    default = _allocate(people, licenses, *rules, made_by_us=ours)

    # Who gets a seat may differ, how many do not; whoever holds one keeps it.
    assert sum(len(d.assigned) for d in allocation.demands) == sum(len(d.assigned) for d in default.demands)
    assert [d.held for d in allocation.demands] == [d.held for d in default.demands]


@given(_offices())
def test_where_only_a_part_of_the_domain_is_seen_nothing_is_withdrawn(office: Any) -> None:
    people, licenses, rules, ours = office

    after = _sets(people, _allocate(people, licenses, *rules, made_by_us=ours, release=False))

    assert all({grant.license_id for grant in person.grants} <= after[person.user_id] for person in people)


@given(_offices())
def test_seats_are_shared_out_the_same_whatever_the_order_of_people_and_licences(office: Any) -> None:
    people, licenses, rules, ours = office

    one = _allocate(people, licenses, *rules, made_by_us=ours)
    other = _allocate(people[::-1], licenses[::-1], *rules[::-1], made_by_us=ours)

    assert one == other


def test_a_seat_is_kept_for_an_importer_that_holds_none_that_lets_it_work() -> None:
    people = [_person(1), _person(2)]
    for holds in (frozenset(), frozenset({"old"}), frozenset({"wfm"})):
        licenses = [
            _license("a", 2),
            _license("old", 9, product="CALL_MANAGER", days=-1),
            _license("wfm", 9, product="WFM"),
        ]

        allocation = _allocate(people, licenses, EVERYONE, importer_holds=holds)

        assert allocation.sets == {"1": ("a",)}


def test_seats_that_leavers_and_deleted_users_give_up_are_given_in_the_same_plan() -> None:
    allocation = _allocate([_person(1), _person(2)], [_license("a", 3, 3)], EVERYONE, vacated={"a": 1}, taken={"a": 3})

    assert allocation.sets == {"1": ("a",)}
    assert allocation.demands[0].waiting == ("2",)


@pytest.mark.parametrize(
    ("order", "given_to"),
    [
        ((), {"1"}), (("oldest",), {"1"}), (("newest",), {"3"}), (("extension", "oldest"), {"2"}), (("username",), {"1"}),
        (("licensed", "newest"), {"2"}),
    ],
)  # fmt: skip
def test_the_settings_say_who_of_equal_priority_comes_first(order: tuple[str, ...], given_to: set[str]) -> None:
    people = [_person(1, extension=False), _person(2, "mine"), _person(3, extension=False)]

    allocation = _allocate(people, [_license("a", 1)], EVERYONE, order=[SeatOrder(what) for what in order])

    assert set(allocation.sets) == given_to


def test_it_is_said_where_the_seats_are_that_somebody_waits_for() -> None:
    people = [_person(1, "a"), _person(2), _person(3)]
    rule = LicenseRule(product="CALL_CENTER", reserve=1)

    (demand,) = _allocate(people, [_license("a", 5, 3)], rule, taken={"a": 1}).demands

    assert (demand.assigned, demand.waiting, demand.reserved) == (("2",), ("3",), 1)
    assert demand.why is not None
    assert demand.why.args == {"product": "CALL_CENTER", "limit": 5, "here": 2, "others": 2, "reserved": 1}
    assert "kept in reserve" in str(demand.why)


def test_when_a_licence_ends_is_in_the_plan_and_one_that_ends_soon_is_named() -> None:
    late, soon = _license("late", 1), _license("soon", 1, days=20)

    allocation = _allocate([_person(1), _person(2)], [late, soon], EVERYONE)

    assert [(demand.license_id, demand.expires_on) for demand in allocation.demands] == [
        ("late", "2026-08-30T00:00:00+00:00"), ("soon", "2026-06-21T00:00:00+00:00"),
    ]  # fmt: skip
    assert [(note.id, note.args["license"], note.args["day"]) for note in allocation.notes] == [
        ("planning-license-ends", "soon", "2026-06-21")
    ]


def test_why_a_product_cannot_be_assigned_is_said_in_its_own_words() -> None:
    begins = replace(_license("b", 3, product="MOBILE"), not_before=NOW + timedelta(days=3))
    rules = [LicenseRule(product=product) for product in ("CHAT", "MOBILE", "TYPO")]

    allocation = _allocate([_person(1)], [begins], *rules)

    assert [note.id for note in allocation.notes] == [
        "planning-product-not-assigned-to-users", "planning-product-not-yet-valid", "planning-product-unknown",
    ]  # fmt: skip
    assert "2026-06-04" in str(allocation.notes[1])
    assert not allocation.sets


def test_concurrent_seats_are_given_to_all_and_nobody_waits() -> None:
    allocation = _allocate([_person(n) for n in range(5)], [_license("a", 1, 1, named=False)], EVERYONE)

    assert len(allocation.sets) == 5
    assert allocation.demands[0].to_buy == 0


@pytest.mark.parametrize("days", [-1, 0])
def test_what_has_run_out_is_not_assigned(days: int) -> None:
    allocation = _allocate([_person(1)], [_license("a", 3, days=days)], EVERYONE)

    assert not allocation.sets
    assert [note.id for note in allocation.notes] == ["planning-product-without-valid-license"]


def test_a_role_is_named_without_regard_to_case() -> None:
    assert applies(LicenseRule(product="X", who="role:AGENTS"), _person(1, roles=(Role("5", "Agents"),)))


@pytest.mark.parametrize("who", ["", "group:agents", "people:", "role: ", "Everyone", "extension:101"])
def test_a_rule_that_cannot_be_understood_is_refused(who: str) -> None:
    with pytest.raises(ValidationError):
        LicenseRule(product="CALL_CENTER", who=who)
