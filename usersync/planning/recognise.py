"""Who is already known, before names are compared: the first rungs of the evidence ladder.

A human's verdict → stored link → User ID on a record → a record with the same Webitel username → a contact or record we
made in a run that was killed. Whoever is not recognised here goes to matching.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any, Literal

from usersync.planning.identity import row_id
from usersync.planning.values import Situation
from usersync.planning.verdicts import Review, Said
from usersync.snapshots import SourceSnapshot, TargetSnapshot, rows_of
from usersync.words import Sentence

Row = Mapping[str, Any]
How = Literal["linked", "user_id", "username", "resumed", "returned", "verdict", "second_account"]


@dataclass(frozen=True)
class KnownLink:
    """A link as the ledger remembers it. `state`: active, gone or record_deleted; `gone_since`: aware UTC."""

    user_id: str
    record_id: str | None
    contact_id: str | None
    username: str
    state: str = "active"
    gone_since: datetime | None = None


@dataclass(frozen=True)
class Known:
    """One recognised Webitel user.

    Attributes:
        how: by what it was recognised.
        record: the row in the section, None where it has yet to be made.
        contact_id: the contact of the link.
        problem: why nothing may be done without a human; None where all is well.
        former_user_id: the Webitel id the link had before (`returned`).
        link: what the ledger remembers, None where it remembers nothing.
        decided: a human's verdict says which contact it is, whatever the record says; None: a contact is to be made.
    """

    user_id: str
    how: How
    record: Row | None
    contact_id: str | None
    problem: Situation | None = None
    former_user_id: str | None = None
    link: KnownLink | None = None
    decided: bool = False


@dataclass(frozen=True)
class Recognition:
    """Everybody recognised, and what is known of the rest.

    Attributes:
        review: what humans said; `known` obeys it.
        unobeyed: user id → why a verdict cannot be carried out: it is a question again.
        numbers: contact that is several users' → user id → extension: each of them is in use.
    """

    known: Mapping[str, Known]
    gone: tuple[KnownLink, ...]
    orphans: tuple[Row, ...]
    duplicates: frozenset[str]
    review: Review = field(default_factory=Review)
    unobeyed: Mapping[str, Sentence] = field(default_factory=dict)
    numbers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @cached_property
    def links(self) -> Mapping[str, str]:
        """User id → contact id of everybody whose contact is settled; of ten thousand users it is put together once."""
        return {
            user_id: known.contact_id
            for user_id, known in self.known.items()
            if known.contact_id is not None and known.problem is None and user_id not in self.unobeyed
        }


def recognise(
    source: SourceSnapshot,
    target: TargetSnapshot,
    links: Mapping[str, KnownLink],
    *,
    proven_gone: frozenset[str],
    names_agree: Callable[[str, str], bool],
    review: Review | None = None,
) -> Recognition:
    """Find everybody who needs no comparison of names.

    Args:
        source: the Webitel domain.
        target: the CRM.
        links: the ledger's links by Webitel user id.
        proven_gone: ids that were asked for one by one and are not in Webitel any more.
        names_agree: whether two names can be one person's.
        review: what humans said; it stands above everything else.
    """
    review = review or Review()
    index = _Records(target)
    contacts = set(target.contacts["id"])
    lost = frozenset(
        link.contact_id
        for link in links.values()
        if link.contact_id and target.contacts_complete and link.contact_id not in contacts
    )
    users = rows_of(source.users)
    live = {user["id"] for user in users}
    claimed: set[str | None] = {
        link.record_id for user_id, link in links.items() if user_id in live and link.record_id in index.by_id
    }
    known: dict[str, Known] = {}
    for user in users:
        found = _recognise_one(user, source.dc, index, links, contacts, lost, claimed, live, proven_gone, names_agree)
        if found is not None:
            known[user["id"]] = found
            if found.record is not None and found.problem is None:
                claimed.add(found.record["id"])
    for user in users if review.said else ():
        if user["id"] in review.by_user:
            found = known.pop(user["id"], None)
            if found is not None and target.contacts_complete and found.contact_id not in {None, *contacts}:
                found = replace(found, problem=found.problem or Situation.CONTACT_LOST)
            obeyed = _obey(user, found, review, index, links, source.dc)
            known |= {user["id"]: obeyed} if obeyed is not None else {}
    taken_over = {found.former_user_id for found in known.values() if found.former_user_id and not found.problem}
    gone = tuple(
        link
        for user_id, link in sorted(links.items(), key=lambda item: by_number(item[0]))
        if not source.scope and user_id not in live and user_id in proven_gone and user_id not in taken_over
    )
    orphans = tuple(
        record
        for record in index.by_id.values()
        if record["id"] not in claimed
        and record.get("webitel_user_id") not in live
        and not any(link.record_id == record["id"] for link in gone)
    )
    unobeyed = _unobeyed(known, review, live, contacts, _customers(target))
    numbers = _numbers_of_shared(known, users)
    return Recognition(known, gone, () if source.scope else orphans, _duplicates(users), review, unobeyed, numbers)


def by_number(user_id: str) -> tuple[int, str]:
    """Sort key of Webitel ids: digits of any length, by their value."""
    return (len(user_id), user_id)


def _recognise_one(
    user: Row,
    dc: str,
    index: _Records,
    links: Mapping[str, KnownLink],
    contacts: set[str],
    lost: frozenset[str],
    claimed: set[str | None],
    live: set[str],
    proven_gone: frozenset[str],
    names_agree: Callable[[str, str], bool],
) -> Known | None:
    user_id = user["id"]
    link = links.get(user_id)
    if link is not None:
        return _by_link(link, index, lost)
    same_id = index.by_user_id.get(user_id, [])
    if len(same_id) > 1:
        return Known(user_id, "user_id", None, None, Situation.DUPLICATE_RECORDS)
    if same_id:
        return Known(user_id, "user_id", same_id[0], same_id[0].get("contact"))
    made_record = index.by_id.get(row_id(dc, "record", user_id))
    if made_record is not None:
        return Known(user_id, "resumed", made_record, made_record.get("contact"))
    same_name = index.by_username.get((user.get("username") or "").casefold(), [])
    free = [record for record in same_name if not record.get("webitel_user_id") and record["id"] not in claimed]
    if len(same_name) > 1 and free:
        return Known(user_id, "username", None, None, Situation.DUPLICATE_RECORDS)
    if free:
        return Known(user_id, "username", free[0], free[0].get("contact"))
    returned = _returned(user, same_name, links, live, proven_gone, names_agree)
    if returned is not None:
        return returned
    made_contact = row_id(dc, "contact", user_id)
    if made_contact in contacts:
        return Known(user_id, "resumed", None, made_contact)
    return None


def _by_link(link: KnownLink, index: _Records, lost: frozenset[str]) -> Known:
    record = index.by_id.get(link.record_id) if link.record_id else None
    if record is not None:
        return Known(link.user_id, "linked", record, record.get("contact") or link.contact_id, link=link)
    again = index.by_user_id.get(link.user_id, [])
    if len(again) == 1:
        return Known(link.user_id, "user_id", again[0], again[0].get("contact"), link=link)
    if link.record_id is None:
        return Known(link.user_id, "linked", None, link.contact_id, link=link)
    # Creatio deletes the record together with its contact: that was nobody's word about the record.
    problem = Situation.CONTACT_LOST if link.contact_id in lost else Situation.RECORD_DELETED
    return Known(link.user_id, "linked", None, link.contact_id, problem, link=link)


def _returned(
    user: Row,
    same_name: list[Row],
    links: Mapping[str, KnownLink],
    live: set[str],
    proven_gone: frozenset[str],
    names_agree: Callable[[str, str], bool],
) -> Known | None:
    """A new id with the username of somebody who is gone: the same person back, or a login that was given away again."""
    for record in same_name:
        former = str(record.get("webitel_user_id") or "")
        if not former or former in live:
            continue  # the record is somebody else's who is still there: it only bears an outdated username
        link = links.get(former)
        if former in proven_gone and names_agree(user.get("name") or "", record.get("name") or ""):
            contact = record.get("contact") or (link.contact_id if link else None)
            return Known(user["id"], "returned", record, contact, former_user_id=former, link=link)
        return Known(user["id"], "returned", record, None, Situation.LOGIN_REUSED, former_user_id=former)
    return None


def _obey(
    user: Row, known: Known | None, review: Review, index: _Records, links: Mapping[str, KnownLink], dc: str
) -> Known | None:
    """What is known of a user after what humans said of it; None: matching shall decide."""
    user_id = user["id"]
    if known is not None and known.problem is Situation.RECORD_DELETED:
        if not review.restores(user_id):
            return known
        known = replace(known, problem=None)
    named = review.named(user_id)
    if named is not None and named.contact_id is not None:
        return _is_contact(user, named.kind == "second_account", named.contact_id, known, index, links)
    ruled_out = review.ruled_out(user_id)
    if known is None or (known.problem is None and known.contact_id not in {None, *ruled_out}):
        return known
    if review.creates(user_id):
        return _is_nobody_yet(known, row_id(dc, "contact", user_id), ruled_out)
    contact_id = (known.record or {}).get("contact") or known.contact_id
    if contact_id not in ruled_out:
        return known
    if known.problem is Situation.LOGIN_REUSED or known.record is None:
        return None  # the record is another person's, or there is none: the user is a new one
    return replace(known, contact_id=None, problem=Situation.DISPUTED)


def _is_contact(
    user: Row, second: bool, contact_id: str, known: Known | None, index: _Records, links: Mapping[str, KnownLink]
) -> Known:
    """The user is this contact: with the record it has, the one of several that is this contact's, or a new one."""
    how: How = "second_account" if second else "verdict"
    if known is None:
        return Known(user["id"], how, None, contact_id, decided=True)
    record = known.record
    if known.problem is Situation.DUPLICATE_RECORDS:
        mine = [row for row in index.of_user(user, known) if row.get("contact") == contact_id]
        if len(mine) != 1:
            return known  # which record to keep is a question no contact answers
        record = mine[0]
    if known.problem is Situation.LOGIN_REUSED:
        if record is None or record.get("contact") != contact_id:
            return Known(user["id"], how, None, contact_id, decided=True)
        return replace(
            known, contact_id=contact_id, problem=None, link=links.get(known.former_user_id or ""), decided=True
        )
    if record is None and not (known.link is not None and known.contact_id == contact_id):
        return Known(user["id"], how, None, contact_id, link=known.link, decided=True)
    return replace(known, record=record, contact_id=contact_id, problem=None, decided=True)


def _is_nobody_yet(known: Known, made_contact: str, ruled_out: Collection[str]) -> Known | None:
    """The user shall have a contact of its own: for the record it has, or a new record too."""
    if made_contact in ruled_out:  # the contact we made before is not it either
        return replace(known, contact_id=None, problem=Situation.DISPUTED)
    if known.record is None or known.problem in {Situation.LOGIN_REUSED, Situation.DUPLICATE_RECORDS}:
        return None
    if known.record.get("contact") == made_contact and known.problem is None:
        return known
    return replace(known, contact_id=None, problem=None, decided=True)


def _unobeyed(
    known: Mapping[str, Known],
    review: Review,
    live: Collection[str],
    contacts: Collection[str],
    portal: Collection[str],
) -> dict[str, Sentence]:
    """Verdicts that name a contact nobody can be linked to now, and why."""
    holders: defaultdict[str, set[str]] = defaultdict(set)
    for user_id, found in known.items():
        if found.contact_id is not None and found.problem is None and not review.ignores(user_id):
            holders[found.contact_id].add(user_id)
    unobeyed: dict[str, Sentence] = {}
    for user_id in sorted(review.by_user, key=by_number):
        said = review.named(user_id)
        if said is None or said.contact_id is None or user_id not in live:
            continue
        reason = _why_not(said, holders[said.contact_id] - {user_id}, contacts, portal)
        if reason is not None:
            unobeyed[user_id] = reason
    return unobeyed


def _why_not(said: Said, others: set[str], contacts: Collection[str], portal: Collection[str]) -> Sentence | None:
    if said.contact_id not in contacts:
        return Sentence("review-contact-missing", {"number": said.number, "contact": said.contact_id})
    if said.contact_id in portal:
        return Sentence("review-contact-portal", {"number": said.number, "contact": said.contact_id})
    if others and said.kind == "must_link":
        other = min(others, key=by_number)
        return Sentence("review-contact-taken", {"number": said.number, "contact": said.contact_id, "user": other})
    return None


def _numbers_of_shared(known: Mapping[str, Known], users: list[dict[str, Any]]) -> dict[str, dict[str, str]]:
    numbers: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for user in users:
        found = known.get(user["id"])
        if found is not None and found.contact_id is not None and found.problem is None:
            numbers[found.contact_id][user["id"]] = user.get("extension") or ""
    return {contact_id: theirs for contact_id, theirs in numbers.items() if len(theirs) > 1}


def _duplicates(users: list[dict[str, Any]]) -> frozenset[str]:
    """Ids of users that share a login or an extension with another one."""
    counts: Counter[tuple[str, str]] = Counter()
    for user in users:
        counts.update(_keys(user))
    return frozenset(user["id"] for user in users if any(counts[key] > 1 for key in _keys(user)))


def _keys(user: Row) -> list[tuple[str, str]]:
    return [
        (name, value.casefold()) for name in ("username", "extension") if (value := str(user.get(name) or "").strip())
    ]


class _Records:
    """The section's rows by each key they are looked up by."""

    def __init__(self, target: TargetSnapshot) -> None:
        rows = sorted(rows_of(target.records), key=lambda row: row["id"])
        self.by_id: dict[str, Row] = {row["id"]: row for row in rows}
        self.by_user_id: defaultdict[str, list[Row]] = defaultdict(list)
        self.by_username: defaultdict[str, list[Row]] = defaultdict(list)
        for row in rows:
            if row.get("webitel_user_id"):
                self.by_user_id[str(row["webitel_user_id"])].append(row)
            if row.get("username"):
                self.by_username[str(row["username"]).casefold()].append(row)

    def of_user(self, user: Row, known: Known) -> list[Row]:
        """The several rows that may be a user's: by its User ID or, where that is not how it was found, its username."""
        if known.how == "user_id":
            return self.by_user_id.get(user["id"], [])
        return self.by_username.get((user.get("username") or "").casefold(), [])


def _customers(target: TargetSnapshot) -> frozenset[str]:
    """Contacts of portal users: whoever says so, they are no employees' (docs/how-it-works.md)."""
    users = target.system_users
    return frozenset(users.loc[users["connection_type"] == 1, "contact"].dropna())
