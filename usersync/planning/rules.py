"""What the administrator may decide about the process: typed, with the defaults of the design. Part of the settings."""

from __future__ import annotations

import fnmatch
import hashlib
import json
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class _Rules(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FieldPolicy(StrEnum):
    """Who wins where a human changed a field since our last write."""

    SOURCE = "source"
    HUMAN = "human"
    REVIEW = "review"


class NameOrder(StrEnum):
    """How this CRM writes the name of a contact."""

    SURNAME_FIRST = "surname_first"
    GIVEN_FIRST = "given_first"
    AS_IS = "as_is"


class GonePolicy(_Rules):
    """What happens to the record of a user that is no longer in Webitel."""

    reaction: Literal["disable", "delete", "leave"] = "disable"
    grace_days: Annotated[int, Field(ge=0)] = 30


class AccountRules(_Rules):
    """Where a created contact's company comes from, in this order."""

    id: str | None = None
    profile_variable: str | None = None
    email_domains: dict[str, str] = Field(default_factory=dict)
    name: str | None = None


class ApprovalLimits(_Rules):
    """Above these a plan waits for a human: more than `minimum` and more than `share` of the users in scope."""

    first_apply: bool = True
    created_minimum: int = 3
    created_share: float = 0.05
    disabled_minimum: int = 2
    disabled_share: float = 0.03
    updated_minimum: int = 5
    updated_share: float = 0.20
    relinks: bool = True
    expires_hours: Annotated[int, Field(ge=1, le=87_600)] = 72
    four_eyes: bool = False


class TrustLimits(_Rules):
    """What makes a snapshot unbelievable. These can be tightened; the gate itself cannot be switched off."""

    missing_share: Annotated[float, Field(gt=0, le=0.9)] = 0.5
    missing_minimum: Annotated[int, Field(ge=0)] = 3


class LicenseRule(_Rules):
    """Who shall hold a product. `who`: everyone, `role:NAME`, `login:PATTERN`, `extension`, or `people:LOGIN,LOGIN`."""

    product: str
    who: Annotated[str, Field(pattern=r"^(everyone|extension|(role|login|people):.*\S.*)$")] = "everyone"
    priority: int = 100
    exclusive: bool = False
    reserve: Annotated[int, Field(ge=0)] = 0


class SeatOrder(StrEnum):
    """By what free seats are shared out among those of one priority. Whoever holds a seat keeps it before all that."""

    LICENSED = "licensed"  # holds another licence of Webitel
    EXTENSION = "extension"  # has an extension
    OLDEST = "oldest"  # the lowest Webitel id
    NEWEST = "newest"
    USERNAME = "username"


class Rules(_Rules):
    """Everything that decides what a plan contains, besides the two snapshots and the ledger."""

    contact_limit: Annotated[int, Field(ge=1)] = 100_000
    company_email_domains: tuple[str, ...] = ()
    login_domains: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    protected: tuple[str, ...] = ("Supervisor",)
    name_order: NameOrder = NameOrder.AS_IS
    owner_id: str | None = None
    account: AccountRules = AccountRules()
    gone: GonePolicy = GonePolicy()
    # Until it is proven on a stand what the add-on does when a record is deleted, undo switches it off instead.
    records_may_be_deleted: bool = False
    leavers: Literal["list", "release"] = "list"
    fields: dict[str, FieldPolicy] = Field(default_factory=dict)
    licenses: tuple[LicenseRule, ...] = ()
    seat_order: tuple[SeatOrder, ...] = (SeatOrder.EXTENSION, SeatOrder.OLDEST)
    approval: ApprovalLimits = ApprovalLimits()
    trust: TrustLimits = TrustLimits()

    def fingerprint(self, *more: str) -> str:
        """SHA-256 of everything that decides; `more` are fingerprints of the mapping and of matching's thresholds."""
        text = json.dumps([self.model_dump(mode="json"), *more], sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def excludes(self, username: str | None) -> bool:
        """Whether a Webitel user is left out by the setting `exclude`."""
        name = (username or "").casefold()
        return any(fnmatch.fnmatchcase(name, mask.casefold()) for mask in self.exclude)
