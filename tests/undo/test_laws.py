"""The law on pure planning: whatever a run did to a world, its undo gives the untouched part back, and only that."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from usersync.planning import Action, Operation, Plan, Situation
from usersync.planning.turns import take_turns
from usersync.planning.undo import Where, still_valid, undo_plan
from usersync.planning.undoing import (
    Done,
    Fate,
    History,
    LinkImage,
    LinkMove,
    Place,
    Standing,
    Undoing,
)
from usersync.words import Sentence

USERS = ("11", "12", "13")
NUMBERS = ("101", "102", "103", None)
LICENSES = ("cc", "cm")
WHERE = Where("default", "7", "host#1", "settings", records_may_be_deleted=True)
REASON = Sentence("planning-changed")


@dataclass
class Small:
    """A world of rows and licence sets, and what the ledger remembers of it."""

    rows: dict[Place, dict[str, Any]] = field(default_factory=dict)
    licenses: dict[str, tuple[str, ...]] = field(default_factory=dict)
    links: dict[str, LinkImage] = field(default_factory=dict)
    applied: dict[Place, dict[str, Any]] = field(default_factory=dict)

    def write(self, operation: Operation) -> None:
        """One operation, compared and set as the writers do it."""
        place = operation.entity, operation.key
        if operation.action is Action.SET_LICENSES:
            assert list(self.licenses[operation.key]) == operation.before["licenses"]
            self.licenses[operation.key] = tuple(operation.after["licenses"])  # type: ignore[arg-type]
        elif operation.action is Action.CREATE:
            assert place not in self.rows
            self.rows[place] = {"id": operation.key, "stun": False, **operation.after}
            self.applied[place] = dict(operation.after)
        else:
            row = self.rows[place]
            assert {name: row.get(name) for name in operation.before} == dict(operation.before)
            if operation.action is Action.DELETE:
                del self.rows[place]
                self.applied.pop(place, None)
            else:
                row.update(operation.after)
                self.applied[place] = {**self.applied.get(place, {}), **operation.after}
        numbers = [row["extension"] for (kind, _), row in self.rows.items() if kind == "record" and row["extension"]]
        if operation.action is Action.UPDATE:
            assert len(numbers) == len(set(numbers)), "two records bear one number"

    def standing(self) -> Standing:
        details: dict[str, set[Place]] = {}
        for (kind, key), row in self.rows.items():
            if kind == "role_row":
                details.setdefault(row["record"], set()).add((kind, key))
        records: dict[str, set[str]] = {}
        for (kind, key), row in self.rows.items():
            if kind == "record" and row["contact"]:
                records.setdefault(row["contact"], set()).add(key)
        return Standing(
            rows=copy.deepcopy(self.rows), licenses=dict(self.licenses),
            records_of={contact: frozenset(keys) for contact, keys in records.items()},
            details_of={record: frozenset(places) for record, places in details.items()},
        )  # fmt: skip

    def put_back(self, plan: Plan) -> None:
        """An undo plan, its links and last-applied values."""
        for operation in plan.operations:
            self.write(operation)
        undoing = Undoing.of(plan)
        for link in undoing.links:
            if link.after is None:
                self.links.pop(link.user_id, None)
            else:
                self.links[link.user_id] = link.after
        for item in undoing.values:
            if item.after is None:
                self.applied.pop((item.entity, item.key), None)
            else:
                self.applied[item.entity, item.key] = dict(item.after)


def _record(user_id: str) -> str:
    return f"record-{user_id}"


def _link(user_id: str, run: str) -> LinkImage:
    return LinkImage(
        _record(user_id), f"contact-{user_id}", "create", run, "2026-01-01T00:00:00+00:00", user_id, "active"
    )


def _operation(
    action: Action, entity: str, key: str, user: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Operation:
    service: Any = "webitel" if entity == "user" else "creatio"
    return Operation(service, action, entity, key, user, dict(before), dict(after), REASON, Situation.CHANGED)


@st.composite
def runs(draw: st.DrawFn) -> tuple[Small, Small, History]:
    """A world before a run, the world after it, and the run's history."""
    world = _before(draw)
    before = copy.deepcopy(world)
    wanted, moves = _intentions(draw, world)
    operations, _ = take_turns(wanted, (), numbers=True)
    operations.sort(key=lambda op: op.order)
    for operation in operations:
        world.write(operation)
    for move in moves:
        world.links[move.user_id] = move.after  # type: ignore[assignment]
    history = History(
        "r-undone", tuple(map(Done, operations)), tuple(moves), links=dict(world.links), applied=copy.deepcopy(world.applied),
        applied_before=copy.deepcopy(before.applied), usernames={user_id: f"u{user_id}" for user_id in USERS},
    )  # fmt: skip
    return before, world, history


def _before(draw: st.DrawFn) -> Small:
    """Some of the users have a record; each bears another number, or none."""
    world = Small()
    spread = draw(st.permutations(NUMBERS))
    there = draw(st.sets(st.sampled_from(USERS)))
    for user_id, number in zip(USERS, spread, strict=False):
        world.licenses[user_id] = tuple(sorted(draw(st.sets(st.sampled_from(LICENSES)))))
        if user_id not in there:
            continue
        contact, record = f"contact-{user_id}", _record(user_id)
        world.rows["contact", contact] = {"id": contact, "name": f"Name {user_id}", "email": None, "stun": False}
        fields = {"username": f"u{user_id}", "extension": number, "contact": contact, "name": f"Name {user_id}"}
        world.rows["record", record] = {"id": record, "stun": False, **fields}
        world.applied["record", record] = dict(fields)
        if draw(st.booleans()):
            world.links[user_id] = _link(user_id, "r-first")
        for role in draw(st.sets(st.sampled_from(("a", "b")))):
            key = f"role-{user_id}-{role}"
            world.rows["role_row", key] = {"id": key, "stun": False, "record": record, "name": role}
    return world


def _intentions(draw: st.DrawFn, world: Small) -> tuple[list[Operation], list[LinkMove]]:
    """What a run does to some of the users; where all have a record, numbers may change hands."""
    there = {key.removeprefix("record-") for kind, key in world.rows if kind == "record"}
    numbers = dict(zip(USERS, draw(st.permutations(NUMBERS)), strict=False)) if there == set(USERS) else {}
    wanted: list[Operation] = []
    moves: list[LinkMove] = []
    for user_id in USERS if numbers and draw(st.booleans()) else draw(st.sets(st.sampled_from(USERS))):
        held, gets = world.licenses[user_id], tuple(sorted(draw(st.sets(st.sampled_from(LICENSES)))))
        if held != gets:
            sets = {"licenses": list(held)}, {"licenses": list(gets)}
            wanted.append(_operation(Action.SET_LICENSES, "user", user_id, user_id, *sets))
        if user_id in there:
            wanted += _changes(draw, world, user_id, numbers)
            continue
        wanted += _made(user_id)
        moves.append(LinkMove(user_id, None, _link(user_id, "r-undone")))
    given_up = {op.before.get("extension") for op in wanted if "extension" in op.after} | {None}
    taken = {op.after.get("extension") for op in wanted} - given_up
    if any(_is_borne(world, number) for number in taken):  # a number is taken only from whoever gives it up
        wanted = [op for op in wanted if "extension" not in op.after or op.action is Action.CREATE]
    return wanted, moves


def _made(user_id: str) -> list[Operation]:
    contact, record, name = f"contact-{user_id}", _record(user_id), {"name": f"Name {user_id}"}
    fields = {"username": f"u{user_id}", "extension": None, "contact": contact, **name}
    return [
        _operation(Action.CREATE, "contact", contact, user_id, {}, name),
        _operation(Action.CREATE, "record", record, user_id, {}, fields),
        _operation(Action.CREATE, "role_row", f"role-{user_id}", user_id, {}, {"record": record, "name": "a"}),
    ]


def _changes(draw: st.DrawFn, world: Small, user_id: str, numbers: Mapping[str, str | None]) -> list[Operation]:
    row = world.rows["record", _record(user_id)]
    changes = {"name": f"New {user_id}"} if draw(st.booleans()) else {}
    if user_id in numbers and numbers[user_id] != row["extension"]:
        changes["extension"] = numbers[user_id]  # type: ignore[assignment]
    old = {name: row[name] for name in changes}
    made = [_operation(Action.UPDATE, "record", _record(user_id), user_id, old, changes)] if changes else []
    details = [place for place in sorted(world.rows) if place[1].startswith(f"role-{user_id}-")]
    return made + [
        _operation(Action.DELETE, *place, user_id, {k: v for k, v in world.rows[place].items() if k != "id"}, {})
        for place in details
        if draw(st.booleans())
    ]


def _is_borne(world: Small, number: Any) -> bool:
    return number is not None and any(row.get("extension") == number for row in world.rows.values())


def _plan(history: History, world: Small) -> Plan:
    seen = History(**{**history.__dict__, "links": dict(world.links), "applied": copy.deepcopy(world.applied)})
    return undo_plan(seen, world.standing(), WHERE)


@settings(max_examples=200, deadline=None)
@given(runs())
def test_a_run_and_its_undo_are_nothing(run: tuple[Small, Small, History]) -> None:
    before, world, history = run
    plan = _plan(history, world)

    world.put_back(plan)

    assert world == before
    assert {outcome.fate for outcome in Undoing.of(plan).outcomes} <= {Fate.REVERSED, Fate.NOTHING_LEFT}
    assert not _plan(history, world).changes


@settings(max_examples=150, deadline=None)
@given(runs(), st.data())
def test_what_a_human_touched_is_kept_and_all_the_rest_goes_back(
    run: tuple[Small, Small, History], data: st.DataObject
) -> None:
    before, world, history = run
    records = sorted(place for place in world.rows if place[0] == "record")
    touched = data.draw(st.sets(st.sampled_from(records))) if records else set()
    for place in touched:
        world.rows[place]["name"] = "By hand"
    after_edit = copy.deepcopy(world)
    plan = _plan(history, world)

    for operation in plan.operations:
        world.write(operation)

    for place, row in world.rows.items():
        if place in touched:
            assert row["name"] == "By hand"
        elif place not in before.rows:
            assert row == after_edit.rows[place]  # it stays only because what a human touched refers to it
            assert place[1].rpartition("-")[2] in {key.rpartition("-")[2] for _, key in touched}
        else:
            assert row == before.rows[place]
    assert before.rows.keys() <= world.rows.keys()
    assert world.licenses == before.licenses


@settings(max_examples=60, deadline=None)
@given(runs(), st.randoms(use_true_random=False))
def test_the_plan_does_not_depend_on_the_order_in_which_things_were_read(
    run: tuple[Small, Small, History], random: Any
) -> None:
    _, world, history = run
    plan = _plan(history, world)
    shuffled = Small(
        **{
            name: dict(random.sample(sorted(table.items()), len(table)))
            for name, table in (
                ("rows", world.rows),
                ("licenses", world.licenses),
                ("links", world.links),
                ("applied", world.applied),
            )
        }
    )

    assert _plan(history, shuffled).hash == plan.hash
    assert Plan.from_json(plan.to_json()).hash == plan.hash


@settings(max_examples=80, deadline=None)
@given(runs(), st.data())
def test_of_an_approved_plan_nothing_is_done_that_waits_for_what_is_stale(
    run: tuple[Small, Small, History], data: st.DataObject
) -> None:
    _, world, history = run
    stored = _plan(history, world)
    records = sorted(place for place in world.rows if place[0] == "record")
    for place in data.draw(st.sets(st.sampled_from(records))) if records else set():
        world.rows[place]["name"] = "By hand"
    fresh = _plan(history, world)

    valid, stale = still_valid(stored, fresh)

    assert {op.id for op in valid} | {op.id for op in stale} == {op.id for op in stored.operations}
    assert {op.id for op in valid} <= {op.id for op in fresh.operations}
    kept = {op.id for op in valid}
    needs = {op.id: set(op.needs) for op in fresh.operations}
    assert all(needs[key] <= kept for key in kept)


@settings(max_examples=80, deadline=None)
@given(runs())
def test_an_undo_that_died_between_its_two_steps_is_taken_up_and_ends_where_it_would_have(
    run: tuple[Small, Small, History],
) -> None:
    """Numbers that change hands are freed first; who was freed and got nothing yet was edited by nobody."""
    before, world, history = run
    first = [operation for operation in _plan(history, world).operations if operation.step == 0]
    halfway: dict[Place, dict[str, Any]] = {}
    for operation in first:
        if operation.action is Action.UPDATE:
            world.write(operation)
            halfway.setdefault((operation.entity, operation.key), {}).update(operation.after)

    again = _plan(History(**{**history.__dict__, "halfway": halfway}), world)
    world.put_back(again)

    assert (world.rows, world.licenses, world.links) == (before.rows, before.licenses, before.links)
    assert {outcome.fate for outcome in Undoing.of(again).outcomes} <= {Fate.REVERSED, Fate.NOTHING_LEFT}
