"""Leaving rows out of a plan makes another plan: a part of the first one that stands by itself.

Nothing is ever added. What needs something that is left out is left out too (the record of a contact, the extension that would
have become free), so that what remains can be carried out as it was thought. Nothing is read or written here.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from usersync.planning.undo import items_of
from usersync.planning.undoing import Fate, History, Undoing
from usersync.planning.values import (
    Action,
    Bucket,
    GoneUser,
    LinkChange,
    Operation,
    Plan,
    SeatDemand,
    UserItem,
)
from usersync.words import Sentence

_LEFT_OUT = Sentence("planning-left-out")


def exclude(plan: Plan, *, users: Collection[str] = (), operations: Collection[str] = ()) -> Plan:
    """The plan without these rows, and without whatever cannot be done without them.

    Left out with an operation are: the other operations on the same row (an extension is freed in one and set in another); those
    that need it; a user's whole part, where its record would not be made; its contact's communication, where the record keeps its
    extension; what many share, where nobody is left to need it (an
    account, a tag); and of those who get a seat as many of the last as there would be no seat for.

    Links go with their operations. Users nothing is done for any more are unchanged, or skipped where they would have come into
    the section; seats balance. Leaving out first these and then those gives the same as leaving out both at once, but for seats.

    Args:
        plan: of any process; a plan that takes a run back too.
        users: Webitel ids of whom nothing shall be done.
        operations: ids of operations that shall not be done.
    """
    out = {op.id for op in plan.operations if op.user_id in users or op.id in operations}
    out = _with_dependants(plan, out)
    waiting: dict[str, list[str]] = defaultdict(list)
    while short := _without_a_seat(plan, out):
        for license_id, user_id in short:
            waiting[license_id].append(user_id)
        last = {user_id for _, user_id in short}
        seats = {op.id for op in plan.operations if op.action is Action.SET_LICENSES and op.user_id in last}
        out = _with_dependants(plan, out | seats)
    cut = _Cut.of(plan, users, out, {key: frozenset(late) for key, late in waiting.items()})
    part = replace(
        plan,
        operations=tuple(op for op in plan.operations if op.id not in out),
        links=cut.links,
        items=tuple(map(cut.item, plan.items)),
        gone=tuple(map(cut.gone, plan.gone)),
        seats=tuple(map(cut.demand, plan.seats)),
    )
    return part if plan.undo is None else _undo_part(part, Undoing.of(plan), users, out)


def _with_dependants(plan: Plan, out: set[str]) -> set[str]:
    """The operations, and all that cannot or need not be done without them."""
    shared = [op for op in plan.operations if op.user_id is None and op.action is Action.CREATE]
    needed_by: defaultdict[str, set[str]] = defaultdict(set)
    for operation in plan.operations:
        for need in operation.needs:
            needed_by[need].add(operation.id)
    out = set(out)
    while True:
        before = len(out)
        gone = [op for op in plan.operations if op.id in out]
        rows = {(op.service, op.entity, op.key) for op in gone}
        unmade = {op.user_id for op in gone if op.entity == "record" and op.action is Action.CREATE}
        numbered = {op.user_id for op in gone if op.entity == "record" and "extension" in {**op.before, **op.after}}
        parents = {str(value) for op in gone if op.action is Action.DELETE for value in op.before.values()}
        out |= {
            op.id
            for op in plan.operations
            if (op.service, op.entity, op.key) in rows
            or not out.isdisjoint(op.needs)
            or (op.user_id is not None and op.user_id in unmade)
            # What a contact is told of its extension is what stands on the record.
            or (op.entity == "communication" and op.user_id in numbered)
            # A row whose detail stays is not removed under it.
            or (op.action is Action.DELETE and op.key in parents)
        }
        out |= {op.id for op in shared if needed_by[op.id] and needed_by[op.id] <= out}
        if len(out) == before:
            return out


def _without_a_seat(plan: Plan, out: set[str]) -> list[tuple[str, str]]:
    """(licence, user) of those who would be given a seat that is not given up any more: the last in the order of giving."""
    changes = [op for op in plan.operations if op.action is Action.SET_LICENSES]
    kept_after_all: Counter[str] = Counter()
    for operation in changes:
        if operation.id in out:
            kept_after_all.update(_released(operation))
            kept_after_all.subtract(_gained(operation))
    gaining: defaultdict[str, set[str | None]] = defaultdict(set)
    for operation in changes:
        if operation.id not in out:
            for license_id in _gained(operation):
                gaining[license_id].add(operation.user_id)
    short: list[tuple[str, str]] = []
    for demand in plan.seats:
        missing = kept_after_all[demand.license_id] - demand.left if demand.named else 0
        takers = [user_id for user_id in demand.assigned if user_id in gaining[demand.license_id]]
        short += [(demand.license_id, user_id) for user_id in takers[len(takers) - missing :] if missing > 0]
    return short


@dataclass(frozen=True)
class _Cut:
    """What leaving operations out means for the rest of what a plan says.

    Attributes:
        out: ids of operations that are left out.
        by_user: Webitel id → all operations of the plan that are done for it.
        links: those that stay; `unlinked`: users whose link does not.
        late: licence → users who would have been given a seat that is not free any more.
    """

    out: set[str]
    by_user: Mapping[str | None, Sequence[Operation]]
    links: tuple[LinkChange, ...]
    unlinked: frozenset[str]
    late: Mapping[str, frozenset[str]]
    changes: tuple[Operation, ...]

    @classmethod
    def of(cls, plan: Plan, users: Collection[str], out: set[str], late: Mapping[str, frozenset[str]]) -> _Cut:
        by_user: defaultdict[str | None, list[Operation]] = defaultdict(list)
        for operation in plan.operations:
            by_user[operation.user_id].append(operation)
        links = tuple(link for link in plan.links if link.user_id not in users and out.isdisjoint(link.needs))
        unlinked = frozenset(link.user_id for link in plan.links) - {link.user_id for link in links}
        changes = tuple(op for op in plan.operations if op.action is Action.SET_LICENSES and op.id in out)
        return cls(out, by_user, links, unlinked, late, changes)

    def item(self, item: UserItem) -> UserItem:
        """What is said of a user: unchanged, or skipped where it would have come into the section."""
        mine = self.by_user.get(item.user_id, ())
        touched = item.user_id in self.unlinked or any(op.id in self.out for op in mine)
        if not touched or item.bucket in (Bucket.REVIEW, Bucket.SKIPPED):
            return item
        unmade = {op.key for op in mine if op.id in self.out and op.action is Action.CREATE}
        contact = None if item.contact_id in unmade else item.contact_id
        record = None if item.record_id in unmade else item.record_id
        if item.user_id in self.unlinked and item.bucket in (Bucket.CREATED, Bucket.LINKED):
            return replace(item, bucket=Bucket.SKIPPED, contact_id=contact, record_id=record, reason=_LEFT_OUT)
        if all(op.id in self.out for op in mine):
            return replace(item, bucket=Bucket.UNCHANGED, reason=_LEFT_OUT)
        return item

    def gone(self, user: GoneUser) -> GoneUser:
        """What becomes of the record of somebody gone: it is left as it is."""
        mine = [op for op in self.by_user.get(user.user_id, ()) if op.entity in ("record", "record_tag")]
        if user.user_id in self.unlinked or any(op.id in self.out for op in mine):
            return replace(user, outcome="left", reason=_LEFT_OUT)
        return user

    def demand(self, demand: SeatDemand) -> SeatDemand:
        """A product's seats without those who are left out; whoever finds no seat waits for one."""
        mine = demand.license_id
        dropped = {op.user_id for op in self.changes if mine in _gained(op)}
        kept = sum(mine in _released(op) for op in self.changes)
        if not dropped and not kept:
            return demand
        late = tuple(user_id for user_id in demand.assigned if user_id in self.late.get(mine, ()))
        assigned = tuple(user_id for user_id in demand.assigned if user_id not in dropped)
        left = max(demand.left + len(demand.assigned) - len(assigned) - kept, 0) if demand.named else demand.left
        why = Sentence("planning-seat-kept") if late else demand.why
        waiting, to_buy = (*late, *demand.waiting), demand.to_buy + len(late)
        return replace(demand, assigned=assigned, waiting=waiting, to_buy=to_buy, left=left, why=why)


def _undo_part(part: Plan, undoing: Undoing, users: Collection[str], out: set[str]) -> Plan:
    """What is said of rows, links and values of a run that is taken back in part."""

    def stays(user_id: str | None, needs: Collection[str]) -> bool:
        return user_id in users or not out.isdisjoint(needs)

    outcomes = tuple(
        replace(outcome, fate=Fate.KEPT, reason=_LEFT_OUT, needs=())
        if outcome.fate is Fate.REVERSED and stays(outcome.user_id, outcome.needs)
        else outcome
        for outcome in undoing.outcomes
    )
    told = replace(
        undoing,
        outcomes=outcomes,
        links=tuple(link for link in undoing.links if not stays(link.user_id, link.needs)),
        values=tuple(values for values in undoing.values if not stays(values.user_id, values.needs)),
    )
    turned_out = {item.user_id: item for item in items_of(outcomes, History("", ()))}
    items = tuple(
        replace(item, bucket=turned_out[item.user_id].bucket, reason=turned_out[item.user_id].reason)
        for item in part.items
    )
    return replace(part, items=items, undo=told.to_json())


def _released(operation: Operation) -> set[str]:
    return _held(operation.before) - _held(operation.after)


def _gained(operation: Operation) -> set[str]:
    return _held(operation.after) - _held(operation.before)


def _held(fields: Mapping[str, object]) -> set[str]:
    licenses = fields.get("licenses")
    return set(licenses) if isinstance(licenses, list) else set()


def left_out(before: Plan, after: Plan) -> tuple[int, int]:
    """How many users and how many operations the second plan has not of the first."""
    kept, linked = {op.id for op in after.operations}, {link.user_id for link in after.links}
    operations = [op for op in before.operations if op.id not in kept]
    users = {op.user_id for op in operations if op.user_id} | {link.user_id for link in before.links} - linked
    return len(users), len(operations)
