"""Who is already known, before names are compared: the first rungs of the evidence ladder.

Stored link → User ID on a record → a record with the same Webitel username → a contact or record we made in a run that
was killed. Whoever is not recognised here goes to matching.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from usersync.planning.identity import row_id
from usersync.planning.values import Situation
from usersync.snapshots import SourceSnapshot, TargetSnapshot, rows_of

Row = Mapping[str, Any]
How = Literal["linked", "user_id", "username", "resumed", "returned"]


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
    """

    user_id: str
    how: How
    record: Row | None
    contact_id: str | None
    problem: Situation | None = None
    former_user_id: str | None = None
    link: KnownLink | None = None


@dataclass(frozen=True)
class Recognition:
    """Everybody recognised, and what is known of the rest."""

    known: Mapping[str, Known]
    gone: tuple[KnownLink, ...]
    orphans: tuple[Row, ...]
    duplicates: frozenset[str]

    @property
    def links(self) -> dict[str, str]:
        """User id → contact id of everybody whose contact is settled."""
        return {
            user_id: known.contact_id
            for user_id, known in self.known.items()
            if known.contact_id is not None and known.problem is None
        }


def recognise(
    source: SourceSnapshot,
    target: TargetSnapshot,
    links: Mapping[str, KnownLink],
    *,
    proven_gone: frozenset[str],
    names_agree: Callable[[str, str], bool],
) -> Recognition:
    """Find everybody who needs no comparison of names.

    Args:
        source: the Webitel domain.
        target: the CRM.
        links: the ledger's links by Webitel user id.
        proven_gone: ids that were asked for one by one and are not in Webitel any more.
        names_agree: whether two names can be one person's.
    """
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
    return Recognition(known, gone, () if source.scope else orphans, _duplicates(users))


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
