"""Compute the rows of the section from both snapshots, as they stand when a run ends, and from what the run said."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from usersync.planning.recognise import KnownLink, Row, by_number
from usersync.planning.seats import OPENS_USERS
from usersync.planning.section import Flag, Requirement, SectionLicense, SectionRole, SectionRow
from usersync.planning.values import Bucket, GoneUser, Situation, UserItem
from usersync.snapshots import SourceSnapshot, TargetSnapshot, rows_of
from usersync.words import Sentence


@dataclass(frozen=True)
class Said:
    """What a run said of one user.

    Attributes:
        contact_id, record_id: the link as it was to be; they count only if the rows are there.
        candidates: contacts that came into question.
        by_hand: whether somebody changed a field since our last write, and it was kept.
        pending: whether something planned for the user was not carried out.
        waits: whether it waits for a seat, or was refused one.
        shares_email: whether its address is known to be somebody else's too, where not everybody was read.
    """

    situation: Situation
    bucket: Bucket
    band: str
    reason: Sentence
    contact_id: str | None = None
    record_id: str | None = None
    candidates: tuple[str, ...] = ()
    by_hand: bool = False
    pending: bool = False
    waits: bool = False
    shares_email: bool = False

    @classmethod
    def of(
        cls,
        item: UserItem,
        bucket: Bucket,
        *,
        reason: Sentence | None = None,
        pending: bool = False,
        waits: bool = False,
    ) -> Said:
        """What is said by an item of a plan and what became of it; `reason` where that is another one than planned."""
        return cls(
            item.situation, bucket, item.band, reason or item.reason, item.contact_id, item.record_id,
            tuple(str(candidate["contact_id"]) for candidate in item.candidates), bool(item.kept), pending, waits,
        )  # fmt: skip

    @classmethod
    def before(cls, row: SectionRow) -> Said:
        """What the section already says of the user: nothing new was decided."""
        return cls(
            row.situation, row.bucket, row.band, row.reason, row.contact_id, row.record_id,
            by_hand=Flag.CHANGED_BY_HAND in row.flags, pending=Flag.PENDING in row.flags,
            waits=Flag.NO_SEAT in row.flags and Requirement.LICENSE not in row.missing,
        )  # fmt: skip


@dataclass(frozen=True)
class Scene:
    """Both sides as they stand, indexed for reading people from them.

    Attributes:
        links: what the ledger remembers, by Webitel user id.
        shared_mailboxes: local parts of addresses that are nobody's own (`info`).
        now: for licences that have run out.
    """

    source: SourceSnapshot
    target: TargetSnapshot
    links: Mapping[str, KnownLink] = field(default_factory=dict)
    shared_mailboxes: Collection[str] = ()
    now: datetime | None = None

    @cached_property
    def users(self) -> dict[str, Row]:
        """Webitel's users by id."""
        return {row["id"]: row for row in rows_of(self.source.users)}

    @cached_property
    def records(self) -> dict[str, Row]:
        """The section's rows by id."""
        return {row["id"]: row for row in rows_of(self.target.records)}

    @cached_property
    def contact_names(self) -> dict[str, str]:
        """Names of the contacts by id."""
        table = self.target.contacts
        return {key: name or "" for key, name in zip(table["id"], table["name"], strict=True)}

    @cached_property
    def system_users(self) -> dict[str, Row]:
        """Employees' system users by id."""
        table = self.target.system_users
        return {row["id"]: row for row in rows_of(table[table["connection_type"] == 0])}

    @cached_property
    def system_users_of(self) -> dict[str, list[Row]]:
        """Employees' system users by contact, those who may log in first."""
        found: defaultdict[str, list[Row]] = defaultdict(list)
        for row in self.system_users.values():
            if row["contact"]:
                found[row["contact"]].append(row)
        return {key: sorted(rows, key=lambda row: (not row["active"], str(row["name"]))) for key, rows in found.items()}

    @cached_property
    def emails(self) -> Counter[str]:
        """How many Webitel users have each address."""
        return Counter(str(email).casefold() for email in self.source.users["email"] if email)

    def shares_email(self, user: Row) -> bool:
        """Whether the user's address is somebody else's too, or a mailbox like info@."""
        address = str(user.get("email") or "").casefold()
        return bool(address) and (self.emails[address] > 1 or address.partition("@")[0] in self.shared_mailboxes)

    def are_one_name(self, contacts: Iterable[str]) -> bool:
        """Whether two of the contacts bear one name: most likely one person who is there twice."""
        names = [
            " ".join(sorted(name.casefold().split()))
            for key in set(contacts)
            if (name := self.contact_names.get(key)) is not None
        ]
        return len(names) > len(set(names))

    def in_force(self, user_id: str) -> bool:
        """Whether the user holds a Webitel licence that opens telephony and has not run out."""
        return any(
            grant.product in OPENS_USERS
            and (grant.expires_on is None or self.now is None or grant.expires_on > self.now)
            for grant in self.source.grants.get(user_id, ())
        )


def section_rows(scene: Scene, said: Mapping[str, Said], *, gone: Sequence[GoneUser] = ()) -> list[SectionRow]:
    """The rows of everybody something was said of, by user id, and of those who are gone.

    Args:
        scene: both sides as they stand now.
        said: by Webitel user id; whoever is not in Webitel any more is left out.
        gone: linked users that are gone; their rows stay in the section.
    """
    present = [_present(scene, scene.users[user_id], what) for user_id, what in said.items() if user_id in scene.users]
    left = [_gone(scene, user) for user in gone if user.user_id not in scene.users]
    return sorted([*present, *left], key=lambda row: by_number(row.user_id))


def _present(scene: Scene, user: Row, said: Said) -> SectionRow:
    user_id = user["id"]
    link = scene.links.get(user_id)
    record = scene.records.get(said.record_id or "") or scene.records.get((link.record_id if link else None) or "")
    contact_id = _contact(scene, record, said, link)
    system_user = _system_user(scene, record, contact_id)
    active = bool(system_user and system_user["active"])
    excluded = said.bucket is Bucket.SKIPPED
    missing, unknown = _requirements(scene, user, contact_id, system_user)
    theirs = scene.system_users_of.get(contact_id or "", [])
    leaver = bool(theirs) and not theirs[0]["active"]
    grants = scene.source.grants.get(user_id, ())
    record = record or {}
    found = {
        Flag.NEEDS_REVIEW: said.bucket is Bucket.REVIEW,
        Flag.FAILED: said.bucket is Bucket.FAILED,
        Flag.NO_SEAT: not excluded and (said.waits or Requirement.LICENSE in missing),
        Flag.NO_CREATIO_USER: contact_id is not None and not active,
        Flag.LEAVER: leaver,
        Flag.CHANGED_BY_HAND: said.by_hand,
        Flag.NO_EXTENSION: not excluded and not user.get("extension"),
        Flag.NOT_READY: not excluded and bool(missing),
        Flag.PENDING: said.pending,
        Flag.SHARED_EMAIL: not excluded and (said.shares_email or scene.shares_email(user)),
        Flag.DUPLICATE_CONTACTS: said.bucket is Bucket.REVIEW and scene.are_one_name(said.candidates),
        Flag.LEAVER_WITH_SEATS: leaver and bool(grants),
    }
    return SectionRow(
        user_id=user_id,
        username=user.get("username") or "",
        name=user.get("name"),
        extension=user.get("extension"),
        contact_id=contact_id,
        contact_name=scene.contact_names.get(contact_id or ""),
        record_id=record.get("id"),
        system_user=system_user["name"] if system_user else None,
        system_user_active=active,
        role=record.get("role"),
        stun=record.get("stun"),
        active=record.get("active"),
        device_id=user.get("device_id"),
        default_device=user.get("device_name"),
        licenses=tuple(
            SectionLicense(grant.license_id, grant.product, grant.name, grant.issued_on, grant.expires_on)
            for grant in sorted(grants, key=lambda grant: (grant.product, grant.license_id))
        ),
        webitel_roles=tuple(
            SectionRole(role.id, role.name)
            for role in sorted(scene.source.roles_of.get(user_id, ()), key=lambda role: (role.name, role.id))
        ),
        situation=said.situation,
        bucket=said.bucket,
        band=said.band,
        reason=said.reason,
        flags=tuple(flag for flag in Flag if found.get(flag)),
        missing=missing,
        unknown=unknown,
        excluded=excluded,
    )


def _gone(scene: Scene, user: GoneUser) -> SectionRow:
    """Somebody Webitel does not have any more: what the record still says."""
    link = scene.links.get(user.user_id)
    record = scene.records.get(user.record_id or "") or {}
    contact_id = record.get("contact") or (link.contact_id if link else None)
    system_user = _system_user(scene, record, contact_id)
    return SectionRow(
        user_id=user.user_id,
        username=user.username,
        name=record.get("name"),
        extension=record.get("extension"),
        contact_id=contact_id,
        contact_name=scene.contact_names.get(contact_id or ""),
        record_id=record.get("id"),
        system_user=system_user["name"] if system_user else None,
        system_user_active=bool(system_user and system_user["active"]),
        role=record.get("role"),
        stun=record.get("stun"),
        active=record.get("active"),
        default_device=record.get("device"),
        situation=Situation.GONE,
        bucket=Bucket.UNCHANGED,
        band="keep",
        reason=user.reason,
        flags=(Flag.GONE,),
    )


def _contact(scene: Scene, record: Row | None, said: Said, link: KnownLink | None) -> str | None:
    """Whose record it is; without a record, whose it was to be, if that contact is there."""
    if record is not None and record.get("contact"):
        return str(record["contact"])
    wanted = said.contact_id or (link.contact_id if link else None)
    return wanted if wanted in scene.contact_names else None


def _system_user(scene: Scene, record: Mapping[str, Any] | None, contact_id: str | None) -> Row | None:
    """The Creatio user the record names, else the contact's, one that may log in first."""
    named = scene.system_users.get((record or {}).get("user") or "")
    theirs = scene.system_users_of.get(contact_id or "", [])
    return named or (theirs[0] if theirs else None)


def _requirements(
    scene: Scene, user: Row, contact_id: str | None, system_user: Row | None
) -> tuple[tuple[Requirement, ...], tuple[Requirement, ...]]:
    """What is missing before the user can take a call, and what could not be read."""
    holders = scene.target.telephony
    met = {
        Requirement.CONTACT: contact_id is not None,
        Requirement.SYSTEM_USER: system_user is not None and bool(system_user["active"]),
        Requirement.TELEPHONY: holders is None or (system_user is not None and system_user["id"] in holders),
        Requirement.EXTENSION: bool(user.get("extension")),
        Requirement.DEVICE: bool(user.get("device_id")),
        Requirement.LICENSE: scene.in_force(user["id"]),
    }
    unknown = (Requirement.TELEPHONY,) if holders is None else ()
    return tuple(item for item in Requirement if not met[item]), unknown
