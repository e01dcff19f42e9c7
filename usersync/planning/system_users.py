"""Which system users of Creatio would be made for imported people, and for whom none, and why.

The other reading of "created automatically" in the vendor's manual, chapter 9: the Creatio user account.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from usersync.planning.administration import (
    SYSTEM_USER,
    Chore,
    Ground,
    ImportedPerson,
    SystemUser,
    in_turn,
    item_of,
    plan_of,
)
from usersync.planning.identity import row_id
from usersync.planning.values import Action, Bucket, Operation, Plan, Situation, UserItem, Value
from usersync.words import Sentence

_LONGEST_LOGIN = 250


@dataclass(frozen=True)
class Naming:
    """How a login comes about. `email`: the contact's e-mail instead of the Webitel username."""

    email: bool = False

    def login(self, person: ImportedPerson) -> str:
        """The login the person's system user would have; empty where there is nothing to name it by."""
        return (person.email if self.email else person.username).strip()


def plan_system_users(
    people: Sequence[ImportedPerson],
    users: Sequence[SystemUser],
    ground: Ground,
    *,
    naming: Naming,
    kept_out: Collection[str] = (),
    names_taken: Collection[str] = (),
    scope: Collection[str] = (),
    notes: Sequence[Sentence] = (),
) -> Plan:
    """Plan one system user for each person who has none.

    Args:
        people: imported, those that were chosen.
        users: every user of Creatio, inactive ones and portal users too.
        ground: what the plan is made against.
        naming: how logins come about.
        kept_out: Webitel usernames (case-folded) that are protected or excluded.
        names_taken: names of roles, which live in the same list as logins.
        scope: the usernames that were chosen; empty = everybody.
        notes: what the reader should know besides.
    """
    by_contact: defaultdict[str, list[SystemUser]] = defaultdict(list)
    for user in users:
        if user.contact:
            by_contact[user.contact].append(user)
    taken = {user.login.casefold() for user in users} | {name.casefold() for name in names_taken}
    wanting = [person for person in people if person.contact_id and not by_contact[person.contact_id]]
    wanted = Counter(
        naming.login(next(iter(same))).casefold()
        for same in _by_contact(in_turn(wanting)).values()
    )  # fmt: skip
    operations: list[Operation] = []
    items: list[UserItem] = []
    given: set[str] = set()
    for person in in_turn(people):
        refusal = _refusal(person, by_contact, kept_out, given) or _login_refusal(naming, person, taken, wanted)
        if refusal is not None:
            items.append(item_of(person, *refusal))
            continue
        given.add(str(person.contact_id))
        operations.append(_creation(person, naming.login(person), ground.dc))
        items.append(
            item_of(person, Situation.WITHOUT_SYSTEM_USER, Bucket.CREATED, "administration-user-wanted")
        )  # fmt: skip
    return plan_of(Chore.USERS, ground, operations, items, scope=scope, notes=notes)


def _creation(person: ImportedPerson, login: str, dc: str) -> Operation:
    contact = str(person.contact_id)
    after: dict[str, Value] = {"name": login, "contact": contact, "active": True, "connection_type": 0}
    return Operation(
        "creatio", Action.CREATE, SYSTEM_USER, row_id(dc, SYSTEM_USER, contact), person.user_id, {}, after,
        Sentence("administration-user-wanted"), Situation.WITHOUT_SYSTEM_USER,
    )  # fmt: skip


_Refusal = tuple[Situation, Bucket, str]


def _refusal(
    person: ImportedPerson,
    by_contact: defaultdict[str, list[SystemUser]],
    kept_out: Collection[str],
    given: Collection[str],
) -> _Refusal | None:
    """Why no user is made for the person, as far as the person and the contact go."""
    without = Situation.WITHOUT_SYSTEM_USER
    if person.username.casefold() in kept_out:
        return Situation.SKIPPED, Bucket.SKIPPED, "administration-kept-out"
    if not person.contact_id or not person.contact_seen:
        return without, Bucket.REVIEW, "administration-no-contact"
    theirs = by_contact[person.contact_id]
    if any(user.active and not user.portal for user in theirs):
        return Situation.UNCHANGED, Bucket.UNCHANGED, "administration-has-user"
    if any(not user.portal for user in theirs):
        return without, Bucket.REVIEW, "administration-inactive-user"
    if theirs:
        return without, Bucket.REVIEW, "administration-portal-user"
    if person.contact_id in given:
        return Situation.UNCHANGED, Bucket.UNCHANGED, "administration-shares-contact"
    return None


def _login_refusal(
    naming: Naming, person: ImportedPerson, taken: Collection[str], wanted: Counter[str]
) -> _Refusal | None:
    """Why no user is made for the person, as far as the login goes."""
    login = naming.login(person)
    without = Situation.WITHOUT_SYSTEM_USER, Bucket.REVIEW
    if not login:
        return *without, "administration-no-email" if naming.email else "administration-no-username"
    if len(login) > _LONGEST_LOGIN:
        return *without, "administration-login-long"
    if login.casefold() in taken:
        return *without, "administration-login-taken"
    if wanted[login.casefold()] > 1:
        return *without, "administration-login-twice"
    return None


def _by_contact(people: Sequence[ImportedPerson]) -> dict[str, list[ImportedPerson]]:
    found: defaultdict[str, list[ImportedPerson]] = defaultdict(list)
    for person in people:
        found[str(person.contact_id)].append(person)
    return dict(found)
