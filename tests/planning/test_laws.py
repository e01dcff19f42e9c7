"""The laws of planning, on worlds nobody thought of."""

from __future__ import annotations

import copy
import json
import os
import random
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.planning.small_worlds import SmallWorld
from tests.planning.strategies import events, happen, small_worlds
from usersync.planning import Action, Bucket, Plan
from usersync.planning.receipt import tally

# The worlds are small as they are: a failing one is shown at once instead of being made smaller for minutes.
_PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
_EXAMPLES = int(os.environ.get("USERSYNC_TEST_EXAMPLES", "25"))
laws = settings(max_examples=_EXAMPLES, deadline=None, phases=_PHASES, suppress_health_check=list(HealthCheck))
lived_in = st.sampled_from(("callmanager", "callmanager", "classic")).flatmap(lambda name: small_worlds(profile=name))


def _later(world: SmallWorld, what: Any) -> SmallWorld:
    """The world after a first import and what happened since."""
    world.carry_out(world.plan())
    happen(world, what)
    return world


@laws
@given(lived_in, events(), st.randoms(use_true_random=False))
def test_the_same_world_gives_the_same_plan_whatever_the_order_of_its_rows(
    world: SmallWorld, what: Any, shuffle: random.Random
) -> None:
    _later(world, what)

    assert world.plan(shuffle).canonical == world.plan().canonical


@laws
@given(lived_in, events(), events())
def test_once_a_plan_is_carried_out_planning_again_leaves_nothing(world: SmallWorld, first: Any, second: Any) -> None:
    for what in ([], first, second):
        happen(world, what)

        plan = world.plan()
        world.carry_out(plan)

        left = world.plan()
        assert not left.operations, [(op.id, dict(op.before), dict(op.after)) for op in left.operations]


@laws
@given(lived_in, events(), st.lists(st.sampled_from(("done", "failed", "stale", "refused", "skipped", "unknown"))))
def test_the_receipt_always_balances(world: SmallWorld, what: Any, became: list[str]) -> None:
    plan = _later(world, what).plan()
    outcomes = dict(zip((op.id for op in plan.operations), became, strict=False))

    for counted in (tally(plan, None), tally(plan, outcomes)):
        assert sum(counted.buckets.values()) == len(world.users) == len(plan.items)
        assert sum(counted.gone.values()) == len(plan.gone)
        seats = counted.seats
        assert seats["wanted"] == seats["held"] + seats["assigned"] + seats["waiting"] + seats["refused"]


@laws
@given(lived_in, events())
def test_no_contact_and_no_record_is_in_two_links(world: SmallWorld, what: Any) -> None:
    plan = _later(world, what).plan()
    world.carry_out(plan)

    active = [link for link in world.links.values() if link.state == "active"]
    settled = {item.user_id for item in plan.items if item.bucket not in (Bucket.REVIEW, Bucket.SKIPPED)}
    contacts = Counter(link.contact_id for link in active if link.user_id in settled)
    records = Counter(link.record_id for link in active if link.user_id in settled)
    assert set(contacts.values()) | set(records.values()) <= {1}


@laws
@given(lived_in, events())
def test_whatever_an_operation_needs_is_written_before_it(world: SmallWorld, what: Any) -> None:
    plan = _later(world, what).plan()

    written: set[str] = set()
    for operation in plan.operations:
        assert set(operation.needs) <= written
        assert operation.id not in written
        written.add(operation.id)
    for link in plan.links:
        assert set(link.needs) <= written


@laws
@given(lived_in, events())
def test_every_operation_changes_something(world: SmallWorld, what: Any) -> None:
    plan = _later(world, what).plan()

    for operation in plan.operations:
        if operation.action in (Action.UPDATE, Action.SET_LICENSES):
            assert set(operation.before) == set(operation.after)
            # The row of a licence assigned anew names its licence beside the date it loses: of which the date is.
            same = {
                name for name, value in operation.after.items() if (operation.before[name] or None) == (value or None)
            }
            assert same <= ({"license"} if operation.entity == "license_row" else set())
            assert same < set(operation.after)


@laws
@given(lived_in, events())
def test_at_no_moment_do_two_users_records_bear_one_extension(world: SmallWorld, what: Any) -> None:
    _later(world, what)
    numbers = Counter(user.get("extension") for user in world.users.values())
    plan = world.plan()
    mine = {
        item.record_id for item in plan.items if item.bucket not in (Bucket.REVIEW, Bucket.SKIPPED) and not item.kept
    }
    records = world.tables["record"]
    if world.profile == "classic" or _twice(world, mine):
        return

    for operation in plan.operations:
        world.write(operation)
        borne = Counter(row.get("extension") for key, row in records.items() if key in mine and row.get("extension"))
        assert {number for number, count in borne.items() if count > 1} <= {n for n, c in numbers.items() if c > 1}


def _twice(world: SmallWorld, mine: set[str | None]) -> bool:
    borne = Counter(row.get("extension") for key, row in world.tables["record"].items() if key in mine)
    return any(count > 1 for number, count in borne.items() if number)


@laws
@given(lived_in, events())
def test_at_no_moment_is_a_named_licence_held_by_more_than_it_has_seats(world: SmallWorld, what: Any) -> None:
    plan = _later(world, what).plan()

    for operation in plan.operations:
        world.write(operation)
        for item in world.licenses:
            assert not item.named or sum(item.id in held for held in world.grants.values()) <= item.limit


@laws
@given(lived_in, events())
def test_what_was_written_can_be_taken_back_in_the_opposite_order(world: SmallWorld, what: Any) -> None:
    _later(world, what)
    plan = world.plan()
    before = copy.deepcopy(_standing(world))

    written = [world.write(operation) for operation in plan.operations]
    for operation in reversed(written):
        world.write(operation.inverse())

    assert _standing(world) == before


def _standing(world: SmallWorld) -> Any:
    tables = {
        entity: {
            key: {name: value for name, value in row.items() if value not in (None, "")} for key, row in rows.items()
        }
        for entity, rows in world.tables.items()
    }
    return tables, {user: held for user, held in world.grants.items() if held}


@laws
@given(lived_in, events())
def test_an_operation_taken_back_twice_is_itself(world: SmallWorld, what: Any) -> None:
    for operation in _later(world, what).plan().operations:
        assert operation.inverse().inverse() == replace(operation, needs=())


@laws
@given(lived_in, events())
def test_a_plan_written_to_json_and_read_back_is_the_same_plan(world: SmallWorld, what: Any) -> None:
    plan = _later(world, what).plan()

    again = Plan.from_json(json.loads(json.dumps(plan.to_json())))

    assert again == plan
    assert again.hash == plan.hash


@pytest.mark.parametrize("profile", ["callmanager", "classic"])
def test_the_generated_worlds_are_no_empty_promise(profile: str) -> None:
    """The laws above hold of nothing if nothing is planned."""
    buckets: Counter[str] = Counter()

    @settings(max_examples=20, deadline=None, database=None, phases=_PHASES, suppress_health_check=list(HealthCheck))
    @given(small_worlds(profile=profile), events())
    def look(world: SmallWorld, what: Any) -> None:
        buckets.update(item.bucket for item in world.plan().items)
        buckets.update(f"later {item.bucket}" for item in _later(world, what).plan().items)

    look()
    for bucket in ("created", "linked", "review", "skipped", "later updated", "later unchanged"):
        assert buckets[bucket], buckets
