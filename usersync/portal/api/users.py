"""The section "Webitel users": list, card, readiness, and one user's story."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from usersync.ledger import TimelineEntry
from usersync.planning.section import Flag, Requirement, SectionRow
from usersync.portal.api.answers import Words
from usersync.portal.api.callers import DomainName, Limit, Offset, Viewer
from usersync.stages.review import UserUnknown

router: Final = APIRouter(tags=["users"])
UserId = Annotated[str, Path(max_length=40, description="Webitel User ID.")]
Order = Literal["username", "name", "contact", "extension", "user_id"]


class LicenseOut(BaseModel):
    """A licence the user holds."""

    id: str
    product: str
    name: str | None
    issued_on: datetime | None
    expires_on: datetime | None


class RoleOut(BaseModel):
    """A role the user has."""

    id: str
    name: str


class UserOut(BaseModel):
    """One user as the section shows it."""

    user_id: str
    username: str
    name: str | None
    extension: str | None
    contact_id: str | None
    contact_name: str | None
    record_id: str | None
    creatio_user: str | None
    creatio_user_active: bool
    stun: bool | None
    active: bool | None
    default_device: str | None
    licenses: list[LicenseOut]
    roles: list[RoleOut]
    situation: str
    why: Words
    flags: list[Flag]
    ready: bool = Field(description="Whether nothing is known to be missing before the user can take a call.")
    missing: list[Requirement]
    unknown: list[Requirement]
    last_synced_at: datetime | None
    page: str

    @classmethod
    def of(cls, row: SectionRow, public: str) -> UserOut:
        """The user; `public` is the portal's address."""
        return cls(
            user_id=row.user_id, username=row.username, name=row.name, extension=row.extension,
            contact_id=row.contact_id, contact_name=row.contact_name, record_id=row.record_id,
            creatio_user=row.system_user, creatio_user_active=row.system_user_active, stun=row.stun, active=row.active,
            default_device=row.default_device,
            licenses=[
                LicenseOut(
                    id=item.id, product=item.product, name=item.name, issued_on=item.issued_on,
                    expires_on=item.expires_on,
                )
                for item in row.licenses
            ],
            roles=[RoleOut(id=item.id, name=item.name) for item in row.webitel_roles], situation=str(row.situation),
            why=Words.of(row.reason), flags=list(row.flags), ready=row.ready, missing=list(row.missing),
            unknown=list(row.unknown), last_synced_at=row.last_synced_at, page=f"{public}/users/{row.user_id}",
        )  # fmt: skip


class UsersOut(BaseModel):
    """A page of the section."""

    users: list[UserOut]
    total: int = Field(description="How many meet the search and have all the flags.")
    everybody: int = Field(description="How many meet the search.")
    counts_by_flag: dict[str, int]
    offset: int


class EntryOut(BaseModel):
    """One thing that happened to a user."""

    at: datetime
    kind: str
    what: str
    who: str
    run: str | None
    state: str | None
    why: Words | None
    detail: dict[str, Any]

    @classmethod
    def of(cls, entry: TimelineEntry) -> EntryOut:
        """The entry."""
        return cls(
            at=entry.at, kind=entry.kind, what=entry.what, who=entry.who, run=entry.run_id, state=entry.state,
            why=Words.of_any(entry.reason), detail=dict(entry.detail),
        )  # fmt: skip


class UserDetail(UserOut):
    """One user with its story, the newest first."""

    timeline: list[EntryOut]


@router.get("/users", summary="The section, a page of it")
async def list_users(
    caller: Viewer,
    domain: DomainName = "",
    search: Annotated[
        str, Query(max_length=200, description="Words, each somewhere in username, names, extension or id.")
    ] = "",
    flag: Annotated[list[Flag] | None, Query(description="Only those who have all of these.")] = None,
    order: Annotated[Order, Query(description="What to sort by.")] = "username",
    descending: Annotated[bool, Query(description="The other way round.")] = False,
    limit: Limit = 50,
    offset: Offset = 0,
) -> UsersOut:
    """As the last run saw it: neither Webitel nor Creatio is asked."""
    name = caller.domain(domain).name
    page = await caller.ask(
        lambda ledger: ledger.section(
            name, search=search, flags=flag or (), order=order, descending=descending, limit=limit, offset=offset
        )
    )
    public = caller.portal.origins.public
    return UsersOut(
        users=[UserOut.of(row, public) for row in page.rows], total=page.total, everybody=page.everybody,
        counts_by_flag={str(key): count for key, count in page.counts_by_flag.items()}, offset=offset,
    )  # fmt: skip


@router.get("/users/{user}", summary="One user and its story")
async def show_user(caller: Viewer, user: UserId, domain: DomainName = "") -> UserDetail:
    """Both sides as the last run saw them, and what happened since the beginning."""
    name = caller.domain(domain).name
    row = await caller.ask(lambda ledger: ledger.section_user(name, user))
    if row is None:
        raise UserUnknown("review-user-unknown", user=user[:40], domain=name)
    entries = await caller.ask(lambda ledger: ledger.timeline(name, user))
    shown = UserOut.of(row, caller.portal.origins.public)
    return UserDetail(**shown.model_dump(), timeline=[EntryOut.of(entry) for entry in entries])
