"""Undo as a plan: made from what a run did and what stands there now, with three outcomes for each row.

`undo_plan` is the whole of it. Nothing is read or written here; see docs/undo.md for what it means to a reader.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

from usersync.planning.fields import blank, same
from usersync.planning.turns import take_turns
from usersync.planning.undo_nets import Net, net_changes
from usersync.planning.undo_rows import Judgement
from usersync.planning.undo_users import OF_WEBITEL
from usersync.planning.undoing import (
    LINK,
    Fate,
    History,
    LinkImage,
    LinkMove,
    LinkReversal,
    Place,
    RowOutcome,
    Standing,
    Undoing,
    ValuesReversal,
)
from usersync.planning.values import Action, Bucket, LinkChange, Operation, Plan, Situation, UserItem, Value
from usersync.words import Sentence

_WORST_FIRST = (Fate.NOT_DONE, Fate.IMPOSSIBLE, Fate.KEPT, Fate.REVERSED, Fate.NOTHING_LEFT)
_BUCKETS = {
    Fate.NOT_DONE: Bucket.FAILED, Fate.IMPOSSIBLE: Bucket.REVIEW, Fate.KEPT: Bucket.REVIEW,
    Fate.REVERSED: Bucket.UPDATED, Fate.NOTHING_LEFT: Bucket.UNCHANGED,
}  # fmt: skip


@dataclass(frozen=True)
class Where:
    """Which systems the plan is for, and the settings that decide."""

    domain: str
    dc: str
    creatio: str
    settings: str
    records_may_be_deleted: bool


def undo_plan(history: History, standing: Standing, where: Where) -> Plan:
    """Everything that would be put back, and what is not and why.

    The same history and the same world give the same plan. Operations are the inverses of what was done, what was written
    last first; numbers and seats are freed before they are taken, as in any plan.
    """
    judgement = Judgement(history, standing, net_changes(history.done), where.dc, where.records_may_be_deleted)
    judgement.judge()
    links, link_outcomes = _links(history, judgement)
    outcomes = {**judgement.outcomes, **{outcome.place: outcome for outcome in link_outcomes}}
    values = _values(history, judgement, links)
    needs = {f"outcome {place}": outcome.needs for place, outcome in outcomes.items()}
    needs |= {f"link {link.user_id}": link.needs for link in links}
    needs |= {f"values {item.entity} {item.key}": item.needs for item in values}
    operations, needs = _in_turn(judgement.operations, needs, numbers=standing.usernames_unique)
    undoing = Undoing(
        history.run_id,
        tuple(replace(outcomes[place], needs=needs[f"outcome {place}"]) for place in sorted(outcomes)),
        tuple(replace(link, needs=needs[f"link {link.user_id}"]) for link in links),
        tuple(replace(item, needs=needs[f"values {item.entity} {item.key}"]) for item in values),
    )
    return Plan(
        domain=where.domain, dc=where.dc, creatio=where.creatio, scope=(), settings=where.settings,
        operations=tuple(operations), items=items_of(undoing.outcomes, history), undo=undoing.to_json(),
    )  # fmt: skip


def _in_turn(
    operations: Mapping[str, Operation], needs: Mapping[str, tuple[str, ...]], *, numbers: bool
) -> tuple[list[Operation], dict[str, tuple[str, ...]]]:
    """The operations in their order, freeing before taking, and the needs by the names operations have then."""
    ordered = [operations[key] for key in sorted(operations)]
    waiting = [LinkChange(name, None, None, "undo", needs=wanted) for name, wanted in needs.items()]
    turned, waited = take_turns(ordered, waiting, numbers=numbers)
    turned.sort(key=lambda operation: operation.order)
    return _needed_first(turned), {change.user_id: change.needs for change in waited}


def _needed_first(operations: list[Operation]) -> list[Operation]:
    """The operations in their order, but none before what it needs: a record is switched off after its user is deleted."""
    by_id = {operation.id: operation for operation in operations}
    placed: dict[str, Operation] = {}

    def place(operation: Operation) -> None:
        for need in operation.needs:
            if need in by_id and need not in placed:
                place(by_id[need])
        placed.setdefault(operation.id, operation)

    for operation in operations:
        place(operation)
    return list(placed.values())


def still_valid(stored: Plan, fresh: Plan) -> tuple[tuple[Operation, ...], tuple[Operation, ...]]:
    """Which operations of an approved undo plan may be carried out, judged by a plan made now; none is added.

    An operation that nobody would plan any more (somebody logged a call with the contact) is left out, and so is whatever
    would now have to wait for an operation that the approved plan does not have.

    Returns:
        Those to carry out, and those that are stale.
    """
    now = {operation.id: operation for operation in fresh.operations}
    valid = {operation.id for operation in stored.operations if operation.id in now}
    while True:
        fewer = {key for key in valid if set(now[key].needs) <= valid}
        if fewer == valid:
            break
        valid = fewer
    return (
        tuple(operation for operation in stored.operations if operation.id in valid),
        tuple(operation for operation in stored.operations if operation.id not in valid),
    )


def items_of(outcomes: tuple[RowOutcome, ...], history: History) -> tuple[UserItem, ...]:
    """One item for each Webitel user the run touched: the worst of its rows' outcomes speaks for it."""
    by_user: defaultdict[str, list[RowOutcome]] = defaultdict(list)
    for outcome in outcomes:
        if outcome.user_id is not None:
            by_user[outcome.user_id].append(outcome)
    return tuple(
        _item(user_id, by_user[user_id], history) for user_id in sorted(by_user, key=lambda key: (len(key), key))
    )


def _item(user_id: str, outcomes: list[RowOutcome], history: History) -> UserItem:
    worst = min(outcomes, key=lambda outcome: (_WORST_FIRST.index(outcome.fate), outcome.place))
    situations = [done.operation.situation for done in history.done if done.operation.user_id == user_id]
    link = history.links.get(user_id)
    kept = {f"{outcome.entity}.{name}": value for outcome in outcomes for name, value in outcome.now.items()}
    return UserItem(
        user_id=user_id, username=history.usernames.get(user_id, ""),
        situation=situations[0] if situations else Situation.LINKED_NOW, bucket=_BUCKETS[worst.fate], band="keep",
        contact_id=link.contact_id if link else None, record_id=link.record_id if link else None, reason=worst.reason,
        kept=kept,
    )  # fmt: skip


# Links


def _links(history: History, judgement: Judgement) -> tuple[list[LinkReversal], list[RowOutcome]]:
    """What becomes of each link the run made, moved, woke or put to sleep."""
    reversals: list[LinkReversal] = []
    outcomes: list[RowOutcome] = []
    for move in sorted(history.moves, key=lambda move: (len(move.user_id), move.user_id)):
        now = history.links.get(move.user_id)
        why = judgement.fates.blocked.get(move.user_id)
        fate, reason, after, needs = (*why, None, ()) if why is not None else _move_back(move, now, judgement)
        if fate is Fate.REVERSED or after is not None:
            reversals.append(LinkReversal(move.user_id, now, after, needs))
        outcomes.append(RowOutcome(LINK, move.user_id, move.user_id, fate, Sentence(reason), needs))
    return reversals, outcomes


def _move_back(
    move: LinkMove, now: LinkImage | None, judgement: Judgement
) -> tuple[Fate, str, LinkImage | None, tuple[str, ...]]:
    """Fate, reason, the link as it shall be, and what has to be done first."""
    if _alike(now, move.before):
        return Fate.NOTHING_LEFT, "undo-already", None, ()
    record = ("record", (move.after or move.before or _NOBODY).record_id or "")
    outcome = judgement.outcomes.get(record)
    net = judgement.nets.get(record)
    marked = outcome is not None and outcome.reason.id in _MARKED
    asleep = move.after is not None and _alike(now, replace(move.after, state="gone"))
    if marked and asleep:
        return Fate.KEPT, "undo-link-asleep", None, ()
    if not asleep and not _alike(now, move.after):
        return Fate.KEPT, "undo-link-moved", None, ()
    if marked and outcome is not None and now is not None:
        # It sleeps with its record: a later run that wakes the one wakes the other.
        return Fate.KEPT, "undo-link-asleep", replace(now, state="gone", gone_since=None), outcome.needs
    if net is not None and net.made and outcome is not None and outcome.fate in (Fate.KEPT, Fate.IMPOSSIBLE):
        return Fate.KEPT, "undo-link-stays", None, ()
    needs = outcome.needs if outcome is not None else ()
    if move.before is None:
        return Fate.REVERSED, "undo-link-forgotten", None, needs
    username = _former_username(net) or (move.before.username or (now.username if now else ""))
    return Fate.REVERSED, "undo-link-back", replace(move.before, username=username), needs


_NOBODY = LinkImage(None, None, "", "", "", "", "")
_MARKED = frozenset({"undo-record-marked", "undo-record-tagged", "undo-marked-already"})


def _alike(left: LinkImage | None, right: LinkImage | None) -> bool:
    return left is right if left is None or right is None else left.is_like(right)


def _former_username(net: Net | None) -> str:
    """The username a renamed user's record bore before the run."""
    return str(net.before.get("username") or "") if net is not None and not net.made else ""


# What the ledger takes for ours


def _values(history: History, judgement: Judgement, links: list[LinkReversal]) -> list[ValuesReversal]:
    """Last-applied values as they were before the run, of every row this plan touches."""
    result: list[ValuesReversal] = []
    by_record = {("record", image.record_id): link for link in links for image in (link.before, link.after) if image}
    for place in sorted({*judgement.nets, *history.learnt, *history.restored}):
        outcome, net = judgement.outcomes.get(place), judgement.nets.get(place)
        link = by_record.get(place)
        if outcome is None and link is None:
            continue
        if outcome is not None and (outcome.fate not in (Fate.REVERSED, Fate.NOTHING_LEFT) or place[0] in OF_WEBITEL):
            continue
        needs = outcome.needs if outcome is not None else link.needs if link is not None else ()
        now = history.applied.get(place)
        then = _values_before(history, place, net)
        written = _after_writing(judgement, place, now)
        if not _equal(then, now) or not _equal(then, written):
            user_id = net.first.user_id if net is not None else link.user_id if link is not None else None
            result.append(ValuesReversal(*place, user_id, now, then, needs))
    return result


def _values_before(history: History, place: Place, net: Net | None) -> Mapping[str, Value] | None:
    """What we had applied to the row before the run, as far as the ledger can still tell."""
    values = dict(history.applied.get(place, {}))
    if place in history.restored:
        return _as_before_undo(values, *history.restored[place])
    journal = history.applied_before.get(place, {})
    if net is not None and (net.made or net.removed):
        return dict(journal) or None
    written = net.before if net is not None else {}
    for name, then in written.items():
        if name in journal:
            values[name] = journal[name]
        elif not blank(then) and not isinstance(then, bool):
            # A text the run could only change where we had applied it, by writing it or by finding it so.
            values[name] = then
        else:
            values.pop(name, None)
    for name, learnt in history.learnt.get(place, {}).items():
        if name not in journal and name not in written and same(values.get(name), learnt):
            values.pop(name, None)
    return values or None


def _as_before_undo(
    values: dict[str, Value], before: Mapping[str, Value] | None, after: Mapping[str, Value] | None
) -> Mapping[str, Value] | None:
    """The values with what an undo had changed in them changed back."""
    then, meanwhile = before or {}, after or {}
    for name in {*then, *meanwhile}:
        if name not in then:
            values.pop(name, None)
        elif name not in meanwhile or meanwhile[name] != then[name]:
            values[name] = then[name]
    return values or None


def _after_writing(judgement: Judgement, place: Place, now: Mapping[str, Value] | None) -> Mapping[str, Value] | None:
    """What the ledger will take for ours by itself when the row's operation is done."""
    values: Mapping[str, Value] | None = now
    for operation in judgement.operations.values():
        if (operation.entity, operation.key) == place:
            values = None if operation.action is Action.DELETE else {**(values or {}), **operation.after}
    return values


def _equal(left: Mapping[str, Value] | None, right: Mapping[str, Value] | None) -> bool:
    return dict(left or {}) == dict(right or {})
