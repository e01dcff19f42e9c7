"""One person on both sides: what an action reads, and what planning is shown of it, nobody else's rows among it."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from usersync.creatio.probe import identity
from usersync.creatio.query import Filter, any_of_chunks
from usersync.planning import Plan
from usersync.planning.identity import row_id
from usersync.planning.naming import certain_parts
from usersync.planning.people import EXTENSION_TYPE
from usersync.planning.plan import make_plan
from usersync.planning.recognise import Known, KnownLink, Recognition, recognise
from usersync.planning.rules import FieldPolicy, GonePolicy, Rules
from usersync.planning.spellings import cases_of
from usersync.planning.world import Memory, World
from usersync.snapshots import (
    ACCOUNT_COLUMNS,
    CONTACT_COLUMNS,
    EXTENSION_COLUMNS,
    LICENSE_ROW_COLUMNS,
    RECORD_COLUMNS,
    RECORD_TAG_COLUMNS,
    ROLE_ROW_COLUMNS,
    SYSTEM_USER_COLUMNS,
    USER_COLUMNS,
    Grant,
    License,
    Role,
    SourceSnapshot,
    TargetSnapshot,
    frame,
    rows_of,
)
from usersync.stages.context import RunContext
from usersync.stages.fetch_source import grants_of, licenses_of, user_table
from usersync.stages.match_users import names_agree
from usersync.webitel import Role as WebitelRole
from usersync.webitel import User, Userinfo

Row = dict[str, Any]


@dataclass(frozen=True)
class Services:
    """Which systems these are, who we are there, and what can be given."""

    me: Userinfo
    creatio: str
    roles: tuple[WebitelRole, ...]
    licenses: tuple[License, ...]

    @property
    def own_roles(self) -> frozenset[str]:
        """Ids of roles that are users."""
        return frozenset(role.id for role in self.roles if role.user)


async def identify(context: RunContext) -> Services:
    """Ask both services who they are.

    Raises:
        LedgerBoundElsewhere: they are not the ones this ledger belongs to.
    """
    (me, whose), roles, licenses = await asyncio.gather(
        same_services(context), context.webitel.roles(), context.webitel.licenses()
    )
    return Services(me, whose, roles, licenses_of(licenses))


async def same_services(context: RunContext) -> tuple[Userinfo, str]:
    """Who we are in Webitel, and which Creatio this is; both are the ones this ledger belongs to.

    Raises:
        LedgerBoundElsewhere: they are not.
    """
    me, whose = await asyncio.gather(context.webitel.userinfo(), identity(context.creatio, context.mapping))
    context.ledger.bind(context.domain, me.dc, whose)
    return me, whose


@dataclass(frozen=True)
class Scene:
    """One Webitel user, or somebody who is to become one, with all rows that are theirs.

    Attributes:
        user: as planning has it (`snapshots.USER_COLUMNS`).
        contact_id: the contact, None where nobody knows it.
        links: of the user and of other Webitel users of the same contact.
        record_id: the user's row in the section; None where it has none.
        siblings: those other users.
        same_email: still others who bear its e-mail.
    """

    services: Services
    user: Row
    contact_id: str | None
    target: TargetSnapshot
    links: dict[str, KnownLink]
    grants: tuple[Grant, ...] = ()
    roles: tuple[Role, ...] = ()
    record_id: str | None = None
    siblings: tuple[Row, ...] = ()
    same_email: tuple[Row, ...] = field(default=(), repr=False)

    @property
    def records(self) -> list[Row]:
        """Rows of the section that may be this person's."""
        return rows_of(self.target.records)

    def follows(
        self,
        context: RunContext,
        *,
        user: Row | None = None,
        grants: tuple[Grant, ...] | None = None,
        roles: tuple[Role, ...] | None = None,
        known: Known | None = None,
        forced: Iterable[str] = (),
    ) -> Plan:
        """What the import would do for this person.

        Args:
            context: of the run.
            user, grants, roles: as they will be in Webitel; None = as they are.
            known: in place of what is recognised.
            forced: fields of the record that the form decides, whatever a human entered before.
        """
        user = user or self.user
        fields = dict.fromkeys((f"record.{name}" for name in forced), FieldPolicy.SOURCE)
        rules = context.settings.rules
        source = self._source(
            context, [user, *self.siblings, *self.same_email],
            grants={user["id"]: self.grants if grants is None else grants},
            roles_of={user["id"]: self.roles if roles is None else roles}, scope=(str(user["username"]),),
        )  # fmt: skip
        recognition = recognise(
            source, self.target, self.links, proven_gone=frozenset(), names_agree=names_agree, review=context.review
        )
        everybody = {**recognition.known, **({user["id"]: known} if known is not None else {})}
        recognition = replace(recognition, known=everybody, duplicates=frozenset())
        rules = rules.model_copy(update={"fields": {**rules.fields, **fields}})
        return make_plan(self._world(context, source, recognition, rules))

    def departs(self, context: RunContext, link: KnownLink) -> World:
        """The world in which this person is gone from Webitel, and nobody else is."""
        rules = context.settings.rules
        if rules.records_may_be_deleted:
            rules = rules.model_copy(update={"gone": GonePolicy(reaction="delete", grace_days=0)})
        source = self._source(context, self.siblings)
        return self._world(context, source, Recognition({}, (link,), (), frozenset(), context.review), rules)

    def snapshots(self, context: RunContext) -> tuple[SourceSnapshot, TargetSnapshot]:
        """Both sides as far as they were read: the person, and those who share its contact or its e-mail."""
        source = self._source(
            context, [self.user, *self.siblings, *self.same_email], grants={self.user["id"]: self.grants},
            roles_of={self.user["id"]: self.roles}, scope=(str(self.user["username"]),),
        )  # fmt: skip
        return source, self.target

    def _source(self, context: RunContext, users: Sequence[Row], **more: Any) -> SourceSnapshot:
        me = self.services.me
        return SourceSnapshot(
            dc=me.dc, domain=me.domain, importer_id=me.user_id, users=frame(users, USER_COLUMNS),
            tombstones=frame([], USER_COLUMNS), licenses=self.services.licenses, read_at=context.webitel.server_time,
            **more,
        )  # fmt: skip

    def _world(self, context: RunContext, source: SourceSnapshot, recognition: Recognition, rules: Rules) -> World:
        memory = Memory(self.links, context.memory.applied, context.memory.grants_made)
        return World(
            domain=context.domain, source=source, target=self.target, memory=memory, rules=rules, recognition=recognition,
            decisions={}, assign_licenses=False, now=source.read_at or context.now,
            settings=context.settings_fingerprint(), name_parts=certain_parts,
            shared_mailboxes=frozenset(name.casefold() for name in context.match_settings.shared_mailboxes),
        )  # fmt: skip


async def scene_of(context: RunContext, services: Services, user: User, *, email: str | None = None) -> Scene:
    """A Webitel user with its record, contact and all that belongs to them.

    Args:
        context: of the run.
        services: as they were asked.
        user: all of it.
        email: the e-mail it is to have; None = the one it has.

    Raises:
        ServiceError: it cannot be read.
    """
    (row,) = rows_of(user_table([user], context.settings.rules))
    link = context.memory.links.get(user.id)
    ids = {link.record_id if link else None, row_id(services.me.dc, "record", user.id)} - {None}
    records = await _records_of(context, user, sorted(filter(None, ids)))
    mine = _first_fit(records, user, link)
    contact_id = (mine or {}).get("contact") or (link.contact_id if link else None)
    links = {user.id: link} if link is not None else {}
    if link is None and mine is not None:
        # Not linked yet: what is known of the record is enough to let it go with its user.
        links = {}
    scene = await _around(context, services, row, contact_id, records, links, email=email)
    return replace(
        scene, record_id=(mine or {}).get("id"), grants=grants_of(user),
        roles=tuple(Role(role.id, role.name) for role in user.roles if role.id not in services.own_roles),
    )  # fmt: skip


async def scene_for(context: RunContext, services: Services, row: Row, contact_id: str, system_user: str) -> Scene:
    """Somebody who is to become a Webitel user: `row` is the user as it shall be."""
    records: list[Row] = []
    if context.mapping.has("record", "user"):
        records = await _table(
            context, "record", RECORD_COLUMNS, [context.mapping.lookup("record", "user") == system_user]
        )
    return await _around(context, services, row, contact_id, records, {})


async def _around(
    context: RunContext,
    services: Services,
    user: Row,
    contact_id: str | None,
    records: list[Row],
    links: dict[str, KnownLink],
    *,
    email: str | None = None,
) -> Scene:
    mapping = context.mapping
    of = {
        entity: [mapping.lookup(entity, "contact") == contact_id] if contact_id and mapping.has(entity) else []
        for entity in ("record", "system_user", "communication")
    }
    if of["communication"]:
        of["communication"] = [of["communication"][0] & (mapping.lookup("communication", "type") == EXTENSION_TYPE)]
    contact_rows, more, users, told, siblings = await asyncio.gather(
        _table(context, "contact", CONTACT_COLUMNS, _by_id(context, "contact", filter(None, [contact_id]))),
        _table(context, "record", RECORD_COLUMNS, of["record"]),
        _table(context, "system_user", SYSTEM_USER_COLUMNS, of["system_user"]),
        _table(context, "communication", EXTENSION_COLUMNS, of["communication"]),
        _siblings(context, user["id"], contact_id),
    )
    records = list({row["id"]: row for row in (*records, *more)}.values())
    ids = [row["id"] for row in records]
    license_rows, role_rows, tags = await asyncio.gather(
        *(
            _table(context, entity, columns, _of_records(context, entity, ids))
            for entity, columns in (
                ("license_row", LICENSE_ROW_COLUMNS),
                ("role_row", ROLE_ROW_COLUMNS),
                ("record_tag", RECORD_TAG_COLUMNS),
            )
        )
    )
    wanted = user if email is None else {**user, "email": email}
    same_email, others = await _same_email(context, wanted, contact_rows)
    target = TargetSnapshot(
        identity=services.creatio, fields=dict(mapping.fields), records=frame(records, RECORD_COLUMNS),
        license_rows=frame(license_rows, LICENSE_ROW_COLUMNS), role_rows=frame(role_rows, ROLE_ROW_COLUMNS),
        contacts=frame([*contact_rows, *others], CONTACT_COLUMNS), system_users=frame(users, SYSTEM_USER_COLUMNS),
        extensions=frame(told, EXTENSION_COLUMNS), accounts=frame([], ACCOUNT_COLUMNS),
        record_tags=frame(tags, RECORD_TAG_COLUMNS), server_time=context.creatio.server_time,
    )  # fmt: skip
    theirs = {row["id"]: context.memory.links[row["id"]] for row in siblings}
    return Scene(
        services, user, contact_id, target, {**links, **theirs}, siblings=tuple(siblings), same_email=tuple(same_email)
    )


async def _records_of(context: RunContext, user: User, ids: Sequence[str]) -> list[Row]:
    """Rows of the section that bear the user's link, id or username."""
    mapping = context.mapping
    conditions = _by_id(context, "record", ids)
    if mapping.has("record", "webitel_user_id"):
        conditions.append(mapping.path("record", "webitel_user_id") == user.id)
    if mapping.has("record", "username") and user.username:
        path, names = mapping.path("record", "username"), {user.username, *cases_of(user.username)}
        conditions += [path == name for name in sorted(names)]
    return await _table(context, "record", RECORD_COLUMNS, conditions)


def _first_fit(records: Iterable[Row], user: User, link: KnownLink | None) -> Row | None:
    """The user's row, in the order of evidence the import goes by."""
    rows = list(records)
    tests = (
        lambda row: link is not None and row["id"] == link.record_id,
        lambda row: str(row.get("webitel_user_id") or "") == user.id,
        lambda row: (
            not row.get("webitel_user_id") and str(row.get("username") or "").casefold() == user.username.casefold()
        ),
    )
    return next((row for test in tests for row in rows if test(row)), None)


async def _siblings(context: RunContext, user_id: str, contact_id: str | None) -> list[Row]:
    """Other Webitel users of the same contact."""
    ids = [
        link.user_id for link in context.memory.links.values()
        if contact_id and link.contact_id == contact_id and link.user_id != user_id and link.state == "active"
    ]  # fmt: skip
    if not ids:
        return []
    return rows_of(user_table(await context.webitel.users_by_id(ids), context.settings.rules))


async def _same_email(context: RunContext, user: Row, contacts: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """Webitel users and contacts with the user's e-mail, where it might be entered in its contact: it must be its own."""
    email = str(user.get("email") or "")
    if not email or not contacts or contacts[0].get("email") not in {None, "", *_ours(context, contacts[0])}:
        return [], []
    path = context.mapping.path("contact", "email")
    conditions = [path == spelling for spelling in sorted({email, *cases_of(email)})]
    read, others = await asyncio.gather(
        context.webitel.users(("id", "email")), _table(context, "contact", CONTACT_COLUMNS, conditions)
    )
    users = [
        {"id": other.id, "email": other.email} for other in read.users
        if other.id != user["id"] and other.email.casefold() == email.casefold()
    ]  # fmt: skip
    return users, [row for row in others if row["id"] != contacts[0]["id"]]


def _ours(context: RunContext, contact: Row) -> Collection[Any]:
    return [context.memory.applied.get(("contact", contact["id"]), {}).get("email")]


def _by_id(context: RunContext, entity: str, ids: Iterable[str]) -> list[Filter]:
    return list(any_of_chunks(context.mapping.path(entity, "id"), ids))


def _of_records(context: RunContext, entity: str, ids: Sequence[str]) -> list[Filter]:
    return list(any_of_chunks(context.mapping.lookup(entity, "record"), ids)) if context.mapping.has(entity) else []


async def _table(context: RunContext, entity: str, columns: Sequence[str], conditions: Sequence[Filter]) -> list[Row]:
    """Rows of a logical entity that meet any of the conditions; none where there is no condition."""
    if not conditions or not context.mapping.has(entity):
        return []
    condition = conditions[0]
    for other in conditions[1:]:
        condition |= other
    answer = await context.creatio.list(
        context.mapping.entity(entity), context.mapping.query(entity, columns).where(condition)
    )
    return [context.mapping.from_row(entity, row) for row in answer.rows]
