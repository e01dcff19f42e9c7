"""Who would get the licence of Creatio that opens telephony: seats are counted before anything is given.

These are Creatio's licences, not Webitel's. Nobody loses a seat here; who holds one already is left alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from usersync.planning.administration import (
    TELEPHONY,
    Chore,
    Ground,
    ImportedPerson,
    SystemUser,
    in_turn,
    item_of,
    plan_of,
)
from usersync.planning.values import Action, Bucket, Operation, Plan, SeatDemand, Situation, UserItem
from usersync.words import Sentence


@dataclass(frozen=True)
class Package:
    """A licence package that opens telephony. `held_by`: ids of the system users who hold it."""

    id: str
    name: str
    paid: int
    used: int
    available: int
    held_by: frozenset[str]


def plan_telephony(
    people: Sequence[ImportedPerson],
    users: Sequence[SystemUser],
    packages: Sequence[Package],
    ground: Ground,
    *,
    kept_out: Collection[str] = (),
    scope: Collection[str] = (),
    notes: Sequence[Sentence] = (),
) -> Plan:
    """Plan a seat for each person whose system user holds none, as far as there are seats.

    Where seats run short, whoever has an extension comes first, then the older Webitel user.

    Args:
        people: imported, those that were chosen.
        users: every user of Creatio.
        packages: in the order they are filled.
        ground: what the plan is made against.
        kept_out: Webitel usernames (case-folded) that are protected or excluded.
        scope: the usernames that were chosen; empty = everybody.
        notes: what the reader should know besides.
    """
    holders: frozenset[str] = frozenset().union(*(package.held_by for package in packages))
    candidates: list[tuple[ImportedPerson, SystemUser]] = []
    items: list[UserItem] = []
    given: set[str] = set()
    active = _active(users)
    for person in in_turn(people):
        theirs = active.get(str(person.contact_id), [])
        if person.username.casefold() in kept_out:
            items.append(item_of(person, Situation.SKIPPED, Bucket.SKIPPED, "administration-kept-out"))
        elif not theirs:
            reason = "administration-no-user" if person.contact_id else "administration-no-contact"
            items.append(item_of(person, Situation.WITHOUT_SYSTEM_USER, Bucket.SKIPPED, reason))
        elif len(theirs) > 1:
            items.append(item_of(person, Situation.WITHOUT_TELEPHONY, Bucket.REVIEW, "administration-several-users"))
        elif theirs[0].id in holders:
            items.append(item_of(person, Situation.UNCHANGED, Bucket.UNCHANGED, "administration-has-telephony"))
        elif theirs[0].id in given:
            items.append(item_of(person, Situation.UNCHANGED, Bucket.UNCHANGED, "administration-shares-contact"))
        else:
            given.add(theirs[0].id)
            candidates.append((person, theirs[0]))
    candidates.sort(key=lambda pair: (not pair[0].extension, len(pair[0].user_id), pair[0].user_id))
    free = {package.id: package.available for package in packages}
    operations: list[Operation] = []
    assigned: defaultdict[str, list[str]] = defaultdict(list)
    waiting: list[str] = []
    for person, user in candidates:
        package = next((package for package in packages if free[package.id] > 0), None)
        if package is None:
            waiting.append(person.user_id)
            items.append(item_of(person, Situation.WITHOUT_TELEPHONY, Bucket.REVIEW, "administration-no-seat"))
            continue
        free[package.id] -= 1
        assigned[package.id].append(person.user_id)
        operations.append(_grant(person, user, package, turn=len(operations)))
        items.append(
            item_of(
                person, Situation.WITHOUT_TELEPHONY, Bucket.UPDATED, "administration-telephony-wanted",
                package=package.name,
            )
        )  # fmt: skip
    plan = plan_of(Chore.TELEPHONY, ground, operations, items, scope=scope, notes=notes)
    return _with_seats(plan, packages, assigned, waiting)


def _grant(person: ImportedPerson, user: SystemUser, package: Package, *, turn: int) -> Operation:
    return Operation(
        "creatio", Action.UPDATE, TELEPHONY, user.id, person.user_id, {"packages": []}, {"packages": [package.id]},
        Sentence("administration-telephony-wanted", {"package": package.name}), Situation.WITHOUT_TELEPHONY,
        step=turn,  # who comes first in the plan gets the seat that is left
    )  # fmt: skip


def _active(users: Sequence[SystemUser]) -> dict[str, list[SystemUser]]:
    """Active company users by their contact."""
    found: defaultdict[str, list[SystemUser]] = defaultdict(list)
    for user in users:
        if user.active and not user.portal and user.contact:
            found[user.contact].append(user)
    return dict(found)


def _with_seats(
    plan: Plan, packages: Sequence[Package], assigned: Mapping[str, Sequence[str]], waiting: Sequence[str]
) -> Plan:
    """The plan with the seats of each package; those who wait are counted with the last one."""
    last = packages[-1].id if packages else ""
    seats = [
        SeatDemand(
            license_id=package.id, product=package.name, named=True, limit=package.paid, held=len(package.held_by),
            assigned=tuple(assigned.get(package.id, ())), waiting=tuple(waiting) if package.id == last else (),
            to_buy=len(waiting) if package.id == last else 0,
        )
        for package in packages
    ]  # fmt: skip
    return replace(plan, seats=tuple(seats))
