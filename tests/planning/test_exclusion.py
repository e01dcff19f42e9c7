"""Rows left out of a plan: what remains is a part of it that stands by itself."""

from __future__ import annotations

import copy
from collections import Counter
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.planning.small_worlds import SmallWorld
from tests.planning.strategies import events, happen, small_worlds
from tests.planning.test_laws import _twice, laws, lived_in
from tests.undo.test_laws import Small, runs
from usersync.planning import Action, Bucket, Plan
from usersync.planning.exclusion import exclude, left_out
from usersync.planning.receipt import tally
from usersync.planning.rules import AccountRules, LicenseRule, Rules
from usersync.planning.undo import Where, undo_plan
from usersync.planning.undoing import Fate, History, Undoing
from usersync.snapshots import License
from usersync.words import Sentence

some = st.lists(st.integers(0, 60), max_size=3)


def _later(world: SmallWorld, what: Any) -> Plan:
    world.carry_out(world.plan())
    happen(world, what)
    return world.plan()


def _users(plan: Plan, numbers: list[int]) -> set[str]:
    ids = [*(item.user_id for item in plan.items), *(user.user_id for user in plan.gone)]
    return {ids[number % len(ids)] for number in numbers} if ids else set()


def _operations(plan: Plan, numbers: list[int]) -> set[str]:
    return {plan.operations[number % len(plan.operations)].id for number in numbers} if plan.operations else set()


@laws
@given(lived_in, events(), some, some)
def test_what_remains_stands_by_itself(world: SmallWorld, what: Any, users: list[int], operations: list[int]) -> None:
    plan = _later(world, what)
    out, named = _users(plan, users), _operations(plan, operations)
    part = exclude(plan, users=out, operations=named)

    _require_a_part(plan, part, out, named)
    _require_balance(plan, part)
    numbers = Counter(user.get("extension") for user in world.users.values())
    mine = {
        item.record_id for item in plan.items if item.bucket not in (Bucket.REVIEW, Bucket.SKIPPED) and not item.kept
    }
    double = world.profile == "classic" or _twice(world, mine) or any(count > 1 for n, count in numbers.items() if n)
    for operation in part.operations:
        world.write(operation)
        for item in world.licenses:
            assert not item.named or sum(item.id in held for held in world.grants.values()) <= item.limit
    assert double or not _twice(world, mine), "no two records bear one extension that did not before"
    world.remember(part)
    world.carry_out(world.plan())
    assert not world.plan().operations, "the rest can be done afterwards, and leaves nothing"


def _require_a_part(plan: Plan, part: Plan, users: set[str], operations: set[str]) -> None:
    assert [op for op in plan.operations if op in part.operations] == list(part.operations)
    assert not {op.user_id for op in part.operations} & users
    assert not {op.id for op in part.operations} & operations
    assert not {link.user_id for link in part.links} & users
    left, known = {op.id for op in part.operations}, {op.id for op in plan.operations}
    for dependant in (*part.operations, *part.links):
        assert set(dependant.needs) & known <= left
    assert exclude(part, users=users, operations=operations) == part
    if not users and not operations:
        assert part == plan


def _require_balance(plan: Plan, part: Plan) -> None:
    counted = tally(part, None)
    seats = counted.seats
    assert sum(counted.buckets.values()) == len(plan.items)
    assert sum(counted.gone.values()) == len(plan.gone)
    assert seats["wanted"] == seats["held"] + seats["assigned"] + seats["waiting"] + seats["refused"]
    assert seats["refused"] == 0, "everybody who is assigned a seat has an operation that does it"
    busy = {op.user_id for op in part.operations} | {link.user_id for link in part.links}
    for item in part.items:
        assert item.user_id in busy or item.bucket not in (Bucket.CREATED, Bucket.LINKED, Bucket.UPDATED), item


@laws
@given(small_worlds(), events(), some, some)
def test_first_these_and_then_those_is_both_at_once(
    world: SmallWorld, what: Any, users: list[int], operations: list[int]
) -> None:
    world.assign_licenses = False
    plan = _later(world, what)
    out, named = _users(plan, users), _operations(plan, operations)

    assert exclude(exclude(plan, users=out), operations=named) == exclude(plan, users=out, operations=named)


@laws
@given(runs(), some, some)
def test_of_a_run_that_is_taken_back_in_part_the_rest_stays_as_it_is(
    worlds: tuple[Small, Small, History], users: list[int], operations: list[int]
) -> None:
    _, world, history = worlds
    plan = undo_plan(
        history, world.standing(), Where("default", "7", "host#1", "settings", records_may_be_deleted=True)
    )
    out, named = _users(plan, users), _operations(plan, operations)
    part = exclude(plan, users=out, operations=named)
    before = copy.deepcopy(world)
    world.put_back(part)

    told = Undoing.of(part)
    assert {outcome.place for outcome in told.outcomes} == {outcome.place for outcome in Undoing.of(plan).outcomes}
    for outcome in told.outcomes:
        if outcome.reason.id == "planning-left-out":
            assert outcome.fate is Fate.KEPT
            assert world.rows.get(outcome.place) == before.rows.get(outcome.place)
    for user_id in out:
        assert world.links.get(user_id) == before.links.get(user_id)
        assert world.licenses.get(user_id) == before.licenses.get(user_id)
    left = {op.id for op in part.operations}
    for waiting in (*told.links, *told.values, *told.outcomes):
        assert set(waiting.needs) <= left


def _strangers(*people: str, rules: Rules | None = None) -> SmallWorld:
    """Webitel users nobody in the CRM knows, in a company that is not there yet either."""
    world = SmallWorld(rules=rules or Rules(account=AccountRules(name="ТОВ Ромашка")), assign_licenses=False)
    world.tables["account"].clear()
    for number, name in enumerate(people, start=10):
        world.users[str(number)] = {"name": name, "username": f"user{number}", "extension": str(100 + number)}
    return world


def test_who_is_not_imported_has_neither_contact_nor_record_nor_a_company_made_for_nobody() -> None:
    plan = _strangers("Мельник Анна", "Коваль Борис").plan()
    assert Counter(op.entity for op in plan.operations) == {"account": 1, "contact": 2, "communication": 2, "record": 2}

    one = exclude(plan, users={"10"})
    assert Counter(op.entity for op in one.operations) == {"account": 1, "contact": 1, "communication": 1, "record": 1}
    assert left_out(plan, one) == (1, 3)
    item = next(item for item in one.items if item.user_id == "10")
    assert (item.bucket, item.contact_id, item.record_id) == (Bucket.SKIPPED, None, None)
    assert str(item.reason) == "left out of the plan by a human"

    none = exclude(plan, users={"10", "11"})
    assert (none.operations, none.links) == ((), ())


def test_a_record_that_is_not_made_takes_its_contact_with_it_and_an_account_everybody() -> None:
    plan = _strangers("Мельник Анна", "Коваль Борис").plan()
    record = next(op.id for op in plan.operations if op.entity == "record" and op.user_id == "10")
    account = next(op.id for op in plan.operations if op.entity == "account")

    assert {op.user_id for op in exclude(plan, operations={record}).operations} == {None, "11"}
    assert exclude(plan, operations={account}).operations == ()


def test_an_extension_that_is_not_freed_is_not_given_to_the_next() -> None:
    world = _strangers("Мельник Анна", "Коваль Борис", "Гай Зоя")
    world.carry_out(world.plan())
    for user_id, extension in (("10", "111"), ("11", "112"), ("12", "113")):
        world.users[user_id]["extension"] = extension  # 11 takes what 10 had not; 10 takes 11's number, 11 takes 12's
    plan = world.plan()
    assert {op.user_id for op in plan.operations} == {"10", "11", "12"}

    assert {op.user_id for op in exclude(plan, users={"12"}).operations} == set()
    assert {op.user_id for op in exclude(plan, users={"11"}).operations} == {"12"}
    assert {op.user_id for op in exclude(plan, users={"10"}).operations} == {"11", "12"}


def _one_seat(limit: int) -> tuple[SmallWorld, Plan]:
    """Anna was given the only seat by us and loses it by the rules; Borys and Zoia are to have one."""
    rules = Rules(
        account=AccountRules(name="ТОВ Ромашка"),
        licenses=(LicenseRule(product="VOIP_DEVICE", who="people:user11,user12"),),
    )
    world = _strangers("Мельник Анна", "Коваль Борис", "Гай Зоя", rules=rules)
    world.carry_out(world.plan())
    world.assign_licenses = True
    world.licenses = (License("vd", "VOIP_DEVICE", None, named=True, limit=limit, remain=0),)
    world.grants = {"10": {"vd"}, "1": {"vd"}}
    world.grants_made = {("10", "vd")}
    return world, world.plan()


def test_a_seat_that_is_not_given_up_is_not_given_on_and_who_was_to_have_it_waits() -> None:
    _, plan = _one_seat(limit=2)
    (demand,) = plan.seats
    assert (demand.assigned, demand.waiting, demand.left, demand.to_buy) == (("11",), ("12",), 0, 1)

    part = exclude(plan, users={"10"})
    assert part.operations == ()
    why = Sentence("planning-seat-kept")
    assert part.seats == (replace(demand, assigned=(), waiting=("11", "12"), to_buy=2, why=why),)
    assert {item.user_id: item.bucket for item in part.items}["11"] is Bucket.UNCHANGED


def test_where_a_seat_is_free_anyway_nobody_waits_for_it() -> None:
    _, plan = _one_seat(limit=4)
    (demand,) = plan.seats
    assert (demand.assigned, demand.waiting, demand.left) == (("11", "12"), (), 1)

    part = exclude(plan, users={"10"})
    assert {op.user_id for op in part.operations if op.action is Action.SET_LICENSES} == {"11", "12"}
    assert part.seats == (replace(demand, left=0),)


def test_who_is_not_given_a_seat_is_no_longer_said_to_want_one() -> None:
    _, plan = _one_seat(limit=4)
    part = exclude(plan, users={"12"})

    assert part.seats == (replace(plan.seats[0], assigned=("11",), left=2),)
    assert {item.user_id: item.bucket for item in part.items}["12"] is Bucket.UNCHANGED


def test_the_record_of_somebody_gone_that_is_left_out_is_left_as_it_is() -> None:
    world = _strangers("Мельник Анна", "Коваль Борис")
    world.carry_out(world.plan())
    del world.users["10"]
    plan = world.plan()
    assert [user.outcome for user in plan.gone] == ["disabled"]

    part = exclude(plan, users={"10"})
    assert [(user.outcome, user.reason.id) for user in part.gone] == [("left", "planning-left-out")]
    assert (part.operations, part.links) == ((), ())
