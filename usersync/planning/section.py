"""What the section "Webitel users" shows of one user: both sides, where it stands, and whether it can make a call.

The rows are computed by `usersync.planning.section_rows` and kept in the ledger, so that a list of 10,000 people needs
neither Webitel nor Creatio.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from usersync.planning.values import Bucket, Situation
from usersync.words import Sentence


class Requirement(StrEnum):
    """What somebody needs before they can take a call in Creatio, in the order it is set up."""

    CONTACT = "contact"
    SYSTEM_USER = "system_user"  # an active one
    TELEPHONY = "telephony"  # Creatio's own licence for the operation WebitelCollaboration.Use
    EXTENSION = "extension"
    DEVICE = "device"  # the default one
    LICENSE = "license"  # of Webitel, one that opens telephony and is in force

    @property
    def sentence(self) -> Sentence:
        """Its name for a reader."""
        return Sentence(f"section-requirement-{self.replace('_', '-')}")


class Flag(StrEnum):
    """What the section is filtered by. The order is the ledger's: new ones are added at the end."""

    NEEDS_REVIEW = "needs_review"
    FAILED = "failed"
    NO_SEAT = "no_seat"  # holds no licence in force, or waits for one
    NO_CREATIO_USER = "no_creatio_user"  # the contact has no active system user
    GONE = "gone"
    LEAVER = "leaver"
    CHANGED_BY_HAND = "changed_by_hand"
    NO_EXTENSION = "no_extension"
    NOT_READY = "not_ready"
    PENDING = "pending"  # a change is planned and not carried out: a preview, or a plan that waits for approval
    SHARED_EMAIL = "shared_email"
    DUPLICATE_CONTACTS = "duplicate_contacts"
    LEAVER_WITH_SEATS = "leaver_with_seats"

    @property
    def sentence(self) -> Sentence:
        """Its name for a reader."""
        return Sentence(f"section-flag-{self.replace('_', '-')}")


TO_FIX: Final = (Flag.NO_EXTENSION, Flag.SHARED_EMAIL, Flag.DUPLICATE_CONTACTS, Flag.LEAVER_WITH_SEATS)
"""What an administrator mends in Webitel or Creatio; no run does it for them."""

_BITS: Final = {flag: 1 << place for place, flag in enumerate(Flag)}


def bits(flags: Iterable[Flag]) -> int:
    """The flags as one number, as the ledger keeps and counts them."""
    number = 0
    for flag in flags:
        number |= _BITS[flag]
    return number


def flags_in(number: int) -> tuple[Flag, ...]:
    """The flags of a number that `bits` made."""
    return tuple(flag for flag, bit in _BITS.items() if number & bit)


@dataclass(frozen=True)
class SectionLicense:
    """One licence of Webitel that the user holds. Times are aware UTC or None."""

    id: str
    product: str
    name: str | None = None
    issued_on: datetime | None = None
    expires_on: datetime | None = None


@dataclass(frozen=True)
class SectionRole:
    """One role of Webitel that the user has."""

    id: str
    name: str


@dataclass(frozen=True, kw_only=True)
class SectionRow:
    """One user of the section. Ids are Webitel's digits or Creatio's guids; what is not there is None.

    Attributes:
        user_id, username, name, extension: as Webitel has them; of somebody who is gone, as the record says.
        contact_id, contact_name, record_id: the link, as it stands.
        system_user, system_user_active: login of the Creatio user of this contact; whether it may log in.
        role: id of the record's role (`WSysAccountRole`), which is no role of Webitel.
        stun, active: the record's switches; None where this CRM has none.
        device_id, default_device: id and name of the default device.
        situation, bucket, band, reason: what the last run said.
        flags: in the order of `Flag`.
        missing, unknown: what keeps the user from calling; what could not be read.
        excluded: left out by a rule or a human: it is not counted among those who should be ready.
        last_synced_at: when a run that writes last went through this user; None = never. Set by the ledger.
        run_id: the run or manual action that last changed this row. Set by the ledger.
    """

    user_id: str
    username: str
    name: str | None = None
    extension: str | None = None
    contact_id: str | None = None
    contact_name: str | None = None
    record_id: str | None = None
    system_user: str | None = None
    system_user_active: bool = False
    role: str | None = None
    stun: bool | None = None
    active: bool | None = None
    device_id: str | None = None
    default_device: str | None = None
    licenses: tuple[SectionLicense, ...] = ()
    webitel_roles: tuple[SectionRole, ...] = ()
    situation: Situation
    bucket: Bucket
    band: str
    reason: Sentence
    flags: tuple[Flag, ...] = ()
    missing: tuple[Requirement, ...] = ()
    unknown: tuple[Requirement, ...] = ()
    excluded: bool = False
    last_synced_at: datetime | None = None
    run_id: str = ""

    @property
    def ready(self) -> bool:
        """Whether nothing is known to be missing."""
        return not self.missing

    @property
    def counts(self) -> bool:
        """Whether the user is one of those who should be ready to call."""
        return not self.excluded and Flag.GONE not in self.flags

    def to_json(self) -> dict[str, Any]:
        """JSON of the row without what the ledger sets."""
        return {
            "user_id": self.user_id, "username": self.username, "name": self.name, "extension": self.extension,
            "contact_id": self.contact_id, "contact_name": self.contact_name, "record_id": self.record_id,
            "system_user": self.system_user, "system_user_active": self.system_user_active, "role": self.role,
            "stun": self.stun, "active": self.active, "device_id": self.device_id, "default_device": self.default_device,
            "licenses": [
                {
                    "id": item.id, "product": item.product, "name": item.name, "issued_on": _written(item.issued_on),
                    "expires_on": _written(item.expires_on),
                }
                for item in self.licenses
            ],
            "webitel_roles": [{"id": item.id, "name": item.name} for item in self.webitel_roles],
            "situation": str(self.situation), "bucket": str(self.bucket), "band": self.band,
            "reason": self.reason.to_json(), "flags": [str(flag) for flag in self.flags],
            "missing": [str(item) for item in self.missing], "unknown": [str(item) for item in self.unknown],
            "excluded": self.excluded,
        }  # fmt: skip

    @classmethod
    def from_json(
        cls, value: Mapping[str, Any], *, last_synced_at: datetime | None = None, run_id: str = ""
    ) -> SectionRow:
        """Read a row back from its JSON."""
        texts = (
            "user_id", "username", "name", "extension", "contact_id", "contact_name", "record_id", "system_user",
            "system_user_active", "role", "stun", "active", "device_id", "default_device", "band", "excluded",
        )  # fmt: skip
        return cls(
            **{name: value[name] for name in texts},
            licenses=tuple(
                SectionLicense(
                    item["id"], item["product"], item["name"], _read(item["issued_on"]), _read(item["expires_on"])
                )
                for item in value["licenses"]
            ),
            webitel_roles=tuple(SectionRole(item["id"], item["name"]) for item in value["webitel_roles"]),
            situation=Situation(value["situation"]),
            bucket=Bucket(value["bucket"]),
            reason=Sentence.from_json(value["reason"]),
            flags=tuple(Flag(flag) for flag in value["flags"]),
            missing=tuple(Requirement(item) for item in value["missing"]),
            unknown=tuple(Requirement(item) for item in value["unknown"]),
            last_synced_at=last_synced_at,
            run_id=run_id,
        )


@dataclass(frozen=True)
class Readiness:
    """How many of those who should be able to call are, and what has to be mended by hand.

    Attributes:
        ready, users: "112 of 120 ready to call".
        missing, unknown: requirement → users who lack it, or of whom it could not be read.
        fixes: what to mend → users.
    """

    ready: int
    users: int
    missing: Mapping[Requirement, int]
    unknown: Mapping[Requirement, int]
    fixes: Mapping[Flag, int]

    @property
    def sentence(self) -> Sentence:
        """How many are ready, for a reader."""
        return Sentence("section-ready", {"ready": self.ready, "users": self.users})

    @classmethod
    def of(cls, rows: Iterable[SectionRow]) -> Readiness:
        """Count the rows."""
        rows = list(rows)
        wanted = [row for row in rows if row.counts]
        return cls(
            ready=sum(row.ready for row in wanted),
            users=len(wanted),
            missing={item: count for item in Requirement if (count := sum(item in row.missing for row in wanted))},
            unknown={item: count for item in Requirement if (count := sum(item in row.unknown for row in wanted))},
            fixes={flag: count for flag in TO_FIX if (count := sum(flag in row.flags for row in rows))},
        )

    def to_json(self) -> dict[str, Any]:
        """JSON of the counts."""
        return {
            "ready": self.ready, "users": self.users, "missing": {str(k): v for k, v in self.missing.items()},
            "unknown": {str(k): v for k, v in self.unknown.items()},
            "fixes": {str(k): v for k, v in self.fixes.items()},
        }  # fmt: skip

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Readiness:
        """Read the counts back from their JSON."""
        return cls(
            value["ready"],
            value["users"],
            {Requirement(name): count for name, count in value["missing"].items()},
            {Requirement(name): count for name, count in value["unknown"].items()},
            {Flag(name): count for name, count in value["fixes"].items()},
        )


_APOSTROPHES: Final = str.maketrans(dict.fromkeys("\u2019\u02bc\u2018`\u00b4", "'"))
# Letters that the code points put behind я, in the place the alphabet gives them: ӿ sorts behind every Cyrillic letter.
_ALPHABET: Final = str.maketrans({"ґ": "гӿ", "є": "еӿ", "ё": "еӿ", "і": "иӿ", "ї": "иӿӿ"})


def folded(text: str) -> str:
    """The text as it is searched: case, apostrophes and composed letters do not matter, in any script."""
    return unicodedata.normalize("NFC", text).casefold().translate(_APOSTROPHES)


def sort_key(text: str | None) -> str | None:
    """The text as it is sorted: by letters and not by code points, whatever the case; None sorts last."""
    return folded(text).translate(_ALPHABET) if text else None


def _written(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _read(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
