"""Who gets which licence seat: computed before anything is written, deterministic and stable.

Rules are additive: only grants made by usersync are ever withdrawn, unless a product is exclusive. Nobody who is active
loses a seat to another. Concurrent licences have no waiting list: `remain` counts who is online now and is no capacity.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from usersync.planning.recognise import by_number
from usersync.planning.rules import LicenseRule, SeatOrder
from usersync.planning.values import SeatDemand
from usersync.snapshots import Grant, License, Role
from usersync.words import Sentence

NOT_ASSIGNED_TO_USERS = frozenset({"CHAT", "EMAIL", "CUSTOMER_PORTAL"})
"""Products that count gateways, mail profiles or customers, not users (docs/webitel.md#licences)."""
OPENS_USERS = frozenset({"CALL_CENTER", "CALL_MANAGER", "VOIP_DEVICE", "MOBILE", "CUSTOMER_SERVICE"})
"""Products that let their holder read and change users: without one of them the importer could not work."""

ENDS_SOON = timedelta(days=30)
"""A licence in use that ends within this time is named in the plan."""


@dataclass(frozen=True)
class Seatable:
    """A Webitel user that may hold licences: its id, login, extension, roles and what it holds.

    Attributes:
        protected: nothing is ever withdrawn from it.
    """

    user_id: str
    username: str
    extension: str | None
    roles: tuple[Role, ...]
    grants: tuple[Grant, ...]
    protected: bool = False


@dataclass(frozen=True)
class Allocation:
    """The complete set of licence ids each changed user shall have, the demand of each product, and what to say."""

    sets: Mapping[str, tuple[str, ...]]
    demands: tuple[SeatDemand, ...]
    notes: tuple[Sentence, ...]


def allocate(
    people: Sequence[Seatable],
    licenses: Sequence[License],
    rules: Sequence[LicenseRule],
    *,
    made_by_us: frozenset[tuple[str, str]],
    now: datetime,
    importer_holds: frozenset[str],
    release: bool,
    order: Sequence[SeatOrder] = (SeatOrder.EXTENSION, SeatOrder.OLDEST),
    vacated: Mapping[str, int] | None = None,
    taken: Mapping[str, int] | None = None,
) -> Allocation:
    """Decide every seat.

    Args:
        people: who may be given licences.
        licenses: what the customer has.
        rules: product → who.
        made_by_us: (user id, licence id) pairs that usersync granted; only these may be withdrawn.
        now: today, aware; expired or not yet valid licences are not assigned.
        importer_holds: licence ids of the account we are logged in as; where none of them lets it work, a seat is kept for it.
        order: by what free seats are shared out among those of one priority; the oldest id breaks ties.
        release: False where only a part of the domain is seen: then nothing is withdrawn.
        vacated: licence id → seats that leavers and deleted users give up in this plan.
        taken: licence id → seats the users of this domain hold now, deleted ones too.
    """
    vacated, taken = vacated or {}, taken or {}
    wanted: dict[str, set[str]] = {person.user_id: {grant.license_id for grant in person.grants} for person in people}
    importer_seated = any(
        license_.id in importer_holds and license_.product in OPENS_USERS and is_valid(license_, now)
        for license_ in licenses
    )
    demands: list[SeatDemand] = []
    notes: list[Sentence] = []
    for product in sorted({rule.product for rule in rules}):
        product_rules = sorted((rule for rule in rules if rule.product == product), key=lambda rule: rule.priority)
        serials = [license_ for license_ in licenses if license_.product == product]
        refusal = why_not_shared_out(product, serials, now)
        if refusal is not None:
            notes.append(refusal)
            continue
        valid = [license_ for license_ in serials if is_valid(license_, now)]
        entitled = _entitled(people, product_rules, order)
        ids = frozenset(license_.id for license_ in serials)
        if release:
            _withdraw(wanted, people, ids, entitled, made_by_us, exclusive=any(r.exclusive for r in product_rules))
        reserve = max(rule.reserve for rule in product_rules) + int(product in OPENS_USERS and not importer_seated)
        released = _released(wanted, people, valid)
        free = {
            # A licence that was cut below what is held has a remainder of 0, not of less: each seat left is no free one.
            item.id: min(item.remain, item.limit - taken.get(item.id, 0)) + released[item.id] + vacated.get(item.id, 0)
            if item.named
            else len(entitled)
            for item in valid
        }
        shared = _hand_out(wanted, entitled, valid, reserve, free)
        demands.extend(shared)
        notes += _ending(shared, now)
    held = {person.user_id: {grant.license_id for grant in person.grants} for person in people}
    sets = {
        user_id: tuple(sorted(licenses_))
        for user_id, licenses_ in wanted.items()
        if licenses_ != held[user_id]
    }  # fmt: skip
    return Allocation(dict(sorted(sets.items(), key=lambda item: by_number(item[0]))), tuple(demands), tuple(notes))


def why_not_shared_out(product: str, serials: Sequence[License], now: datetime) -> Sentence | None:
    """Why no rule of the product can be carried out today; None where its rules can.

    Args:
        product: of the rules.
        serials: all licences of it.
        now: aware.
    """
    if product in NOT_ASSIGNED_TO_USERS:
        return Sentence("planning-product-not-assigned-to-users", {"product": product})
    return None if any(is_valid(item, now) for item in serials) else _none_valid(product, serials, now)


def is_valid(license_: License, now: datetime) -> bool:
    """Whether the licence may be assigned today."""
    return (license_.not_before is None or license_.not_before <= now) and (
        license_.not_after is None or license_.not_after > now
    )


def _none_valid(product: str, serials: Sequence[License], now: datetime) -> Sentence:
    """Why no licence of the product can be assigned today."""
    if not serials:
        return Sentence("planning-product-unknown", {"product": product})
    starts = [item.not_before for item in serials if item.not_before is not None and item.not_before > now]
    if starts:
        return Sentence("planning-product-not-yet-valid", {"product": product, "day": _day(min(starts))})
    return Sentence("planning-product-without-valid-license", {"product": product})


def _ending(demands: Sequence[SeatDemand], now: datetime) -> list[Sentence]:
    """The licences in use that end soon."""
    return [
        Sentence(
            "planning-license-ends",
            {
                "product": demand.product, "license": demand.license_id, "day": demand.expires_on[:10],
                "users": demand.held + len(demand.assigned),
            },
        )
        for demand in demands
        if demand.expires_on is not None
        and demand.held + len(demand.assigned)
        and datetime.fromisoformat(demand.expires_on) - now < ENDS_SOON
    ]  # fmt: skip


def _day(moment: datetime) -> str:
    return moment.astimezone(UTC).date().isoformat()


def _entitled(people: Sequence[Seatable], rules: Sequence[LicenseRule], order: Sequence[SeatOrder]) -> list[Seatable]:
    """Who shall hold the product, in the order seats are given: the rule's priority first, then the settings' order."""
    ranked: dict[str, tuple[Any, ...]] = {}
    for person in people:
        priorities = [rule.priority for rule in rules if applies(rule, person)]
        if priorities:
            wishes = (_RANKS[what](person) for what in order)
            ranked[person.user_id] = (min(priorities), *wishes, by_number(person.user_id))
    by_id = {person.user_id: person for person in people}
    return [by_id[user_id] for user_id in sorted(ranked, key=lambda user_id: ranked[user_id])]


_RANKS: Mapping[SeatOrder, Callable[[Seatable], Any]] = {
    SeatOrder.LICENSED: lambda person: not person.grants,
    SeatOrder.EXTENSION: lambda person: not person.extension,
    SeatOrder.OLDEST: lambda person: by_number(person.user_id),
    SeatOrder.NEWEST: lambda person: (-len(person.user_id), -int(person.user_id)),
    SeatOrder.USERNAME: lambda person: person.username.casefold(),
}


def applies(rule: LicenseRule, person: Seatable) -> bool:
    """Whether the rule entitles this person."""
    kind, _, argument = rule.who.partition(":")
    match kind:
        case "everyone":
            return True
        case "extension":
            return bool(person.extension)
        case "role":
            return any(role.name.casefold() == argument.casefold() for role in person.roles)
        case "login":
            return fnmatch.fnmatchcase(person.username.casefold(), argument.casefold())
        case "people":
            return person.username.casefold() in {name.strip().casefold() for name in argument.split(",")}
        case _:
            return False


def _withdraw(
    wanted: dict[str, set[str]],
    people: Sequence[Seatable],
    ids: frozenset[str],
    entitled: Sequence[Seatable],
    made_by_us: frozenset[tuple[str, str]],
    *,
    exclusive: bool,
) -> None:
    keep = {person.user_id for person in entitled}
    for person in people:
        if person.user_id not in keep and not person.protected:
            wanted[person.user_id] -= {
                license_id for license_id in ids if exclusive or (person.user_id, license_id) in made_by_us
            }


def _released(wanted: Mapping[str, set[str]], people: Sequence[Seatable], valid: Sequence[License]) -> dict[str, int]:
    """Seats that become free in this plan, by licence id."""
    free = {license_.id: 0 for license_ in valid}
    for person in people:
        for grant in person.grants:
            if grant.license_id in free and grant.license_id not in wanted[person.user_id]:
                free[grant.license_id] += 1
    return free


def _hand_out(
    wanted: dict[str, set[str]],
    entitled: Sequence[Seatable],
    valid: Sequence[License],
    reserve: int,
    free: dict[str, int],
) -> list[SeatDemand]:
    # The licence that lasts longest is handed out first; its id breaks ties.
    order = sorted(valid, key=lambda item: (-(item.not_after.timestamp() if item.not_after else 1e18), item.id))
    kept = reserve
    reserved: dict[str, int] = {item.id: 0 for item in order}
    for item in reversed(order):
        if item.named:
            reserved[item.id] = min(kept, max(free[item.id], 0))
            free[item.id] -= reserved[item.id]
            kept -= reserved[item.id]
    assigned: dict[str, list[str]] = {item.id: [] for item in order}
    waiting: list[str] = []
    holders: dict[str, int] = {item.id: 0 for item in order}
    for person in entitled:
        holds = [item.id for item in order if item.id in wanted[person.user_id]]
        if holds:
            holders[holds[0]] += 1
            continue
        serial = next((item.id for item in order if free[item.id] > 0), None)
        if serial is None:
            waiting.append(person.user_id)
            continue
        free[serial] -= 1
        assigned[serial].append(person.user_id)
        wanted[person.user_id].add(serial)
    why = _why_wait(order, assigned, holders, reserved) if waiting else None
    return [
        SeatDemand(
            license_id=item.id,
            product=item.product,
            named=item.named,
            limit=item.limit,
            held=holders[item.id],
            assigned=tuple(assigned[item.id]),
            waiting=tuple(waiting) if item is order[0] else (),
            to_buy=len(waiting) if item is order[0] else 0,
            left=max(free[item.id], 0) if item.named else 0,
            reserved=reserved[item.id],
            expires_on=item.not_after.astimezone(UTC).isoformat() if item.not_after else None,
            why=why if item is order[0] else None,
        )
        for item in order
    ]


def _why_wait(
    order: Sequence[License],
    assigned: Mapping[str, Sequence[str]],
    holders: Mapping[str, int],
    reserved: Mapping[str, int],
) -> Sentence:
    """Where the seats of a product are, if there is none for somebody who should hold one."""
    limit = sum(item.limit for item in order)
    here = sum(holders[item.id] + len(assigned[item.id]) for item in order)
    kept = sum(reserved.values())
    others = max(limit - here - kept, 0)
    return Sentence(
        "planning-seats-short",
        {"product": order[0].product, "limit": limit, "here": here, "others": others, "reserved": kept},
    )
