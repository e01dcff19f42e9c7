"""Small worlds in memory: frames like those of a run, a plan of them, and what the worlds are once the plan is carried out."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from usersync.creatio.configuration import MappingSettings
from usersync.creatio.mapping import Mapping as CreatioMapping
from usersync.planning import Action, Operation, Plan
from usersync.planning.naming import certain_parts
from usersync.planning.people import EXTENSION_TYPE
from usersync.planning.plan import make_plan
from usersync.planning.pool import EMPLOYEE_TYPE, OUR_COMPANY_TYPE
from usersync.planning.recognise import KnownLink
from usersync.planning.rules import Rules
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
)
from usersync.stages.match_users import match_users

NOW = datetime(2026, 6, 1, tzinfo=UTC)
IMPORTER = "1"
COMPANY = "11111111-0000-4000-8000-000000000001"
TABLES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "record": ("records", RECORD_COLUMNS),
    "license_row": ("license_rows", LICENSE_ROW_COLUMNS),
    "role_row": ("role_rows", ROLE_ROW_COLUMNS),
    "contact": ("contacts", CONTACT_COLUMNS),
    "system_user": ("system_users", SYSTEM_USER_COLUMNS),
    "communication": ("extensions", EXTENSION_COLUMNS),
    "account": ("accounts", ACCOUNT_COLUMNS),
    "record_tag": ("record_tags", RECORD_TAG_COLUMNS),
    "tag": ("", ("id", "name")),
}
FIELDS = {
    profile: dict(CreatioMapping.build(profile, MappingSettings()).fields) for profile in ("callmanager", "classic")
}
Row = dict[str, Any]


def row_number(kind: int, number: int) -> str:
    return f"{kind:08d}-0000-4000-8000-{number:012d}"


@dataclass
class SmallWorld:
    """Both services and the ledger's memory; changed by `carry_out` and by the tests."""

    users: dict[str, Row] = field(default_factory=dict)
    tombstones: dict[str, Row] = field(default_factory=dict)
    licenses: tuple[License, ...] = ()
    grants: dict[str, set[str]] = field(default_factory=dict)
    roles: dict[str, tuple[Role, ...]] = field(default_factory=dict)
    tables: dict[str, dict[str, Row]] = field(default_factory=lambda: {name: {} for name in TABLES})
    links: dict[str, KnownLink] = field(default_factory=dict)
    applied: dict[tuple[str, str], Row] = field(default_factory=dict)
    grants_made: set[tuple[str, str]] = field(default_factory=set)
    rules: Rules = field(default_factory=Rules)
    profile: str = "callmanager"
    assign_licenses: bool = True

    def __post_init__(self) -> None:
        self.users.setdefault(IMPORTER, {"name": "Creatio import", "username": "svc.creatio"})
        self.tables["account"].setdefault(COMPANY, {"name": "Ромашка", "type": OUR_COMPANY_TYPE})

    # Building

    def add_contact(self, number: int, name: str, *, login: str = "", active: bool = True, email: str = "") -> str:
        key = row_number(2, number)
        self.tables["contact"][key] = {"name": name, "type": EMPLOYEE_TYPE, "account": COMPANY, "email": email or None}
        if login:
            user = {"name": login, "contact": key, "active": active, "connection_type": 0}
            self.tables["system_user"][row_number(3, number)] = user
        return key

    def add_record(self, number: int, contact: str | None, **values: Any) -> str:
        key = row_number(4, number)
        flags = {"active": True, "stun": False} if self.profile == "callmanager" else {}
        self.tables["record"][key] = {"contact": contact, **flags, **values}
        return key

    # Reading

    def source(self, shuffle: random.Random | None = None) -> SourceSnapshot:
        names = {item.id: item.product for item in self.licenses}
        grants = {
            user_id: tuple(Grant(license_id, names[license_id], issued_on=NOW) for license_id in _mixed(held, shuffle))
            for user_id, held in self.grants.items()
            if held
        }
        return SourceSnapshot(
            dc="7", domain="romashka.example", importer_id=IMPORTER,
            users=frame(_mixed(_with_id(self.users), shuffle), USER_COLUMNS),
            tombstones=frame(_mixed(_with_id(self.tombstones), shuffle), USER_COLUMNS),
            grants=dict(_mixed(list(grants.items()), shuffle)),
            roles_of={user: tuple(_mixed(list(roles), shuffle)) for user, roles in self.roles.items()},
            licenses=tuple(_mixed([self._remaining(item) for item in self.licenses], shuffle)), read_at=NOW,
        )  # fmt: skip

    def target(self, shuffle: random.Random | None = None) -> TargetSnapshot:
        frames = {
            table: frame(_mixed(_with_id(self.tables[entity]), shuffle), columns)
            for entity, (table, columns) in TABLES.items()
            if table
        }
        return TargetSnapshot(identity="crm", fields=FIELDS[self.profile], **frames)

    def world(self, shuffle: random.Random | None = None) -> World:
        source, target = self.source(shuffle), self.target(shuffle)
        links = dict(_mixed(list(self.links.items()), shuffle))
        gone = frozenset(user_id for user_id in links if user_id not in self.users)
        matched = match_users(source, target, links, self.rules, proven_gone=gone)
        return World(
            domain="default", source=source, target=target,
            memory=Memory(links, dict(self.applied), frozenset(self.grants_made)), rules=self.rules,
            recognition=matched.recognition, decisions=matched.decisions, assign_licenses=self.assign_licenses, now=NOW,
            settings="settings", name_parts=certain_parts, shared_mailboxes=frozenset({"info"}),
        )  # fmt: skip

    def plan(self, shuffle: random.Random | None = None) -> Plan:
        return make_plan(self.world(shuffle))

    def _remaining(self, license_: License) -> License:
        used = sum(license_.id in held for held in self.grants.values())
        return replace(license_, remain=max(0, license_.limit - used))

    # Carrying out

    def carry_out(self, plan: Plan) -> None:
        for operation in plan.operations:
            self.write(operation)
        self.remember(plan)

    def remember(self, plan: Plan) -> None:
        """What the ledger knows once the plan's operations are written."""
        for operation in plan.operations:
            self._remember(operation)
        self._link(plan)

    def write(self, operation: Operation) -> Operation:
        """One operation as a service carries it out; what it was planned from must stand there. As the journal has it then."""
        if operation.entity == "license_row" and "issued_on" in operation.after and not operation.after["issued_on"]:
            # The writer learns the date from Webitel's answer.
            operation = replace(operation, after={**operation.after, "issued_on": NOW.isoformat()})
        if operation.action is Action.SET_LICENSES:
            held = self.grants.setdefault(operation.key, set())
            assert sorted(held) == operation.before["licenses"]
            self.grants[operation.key] = set(_list(operation.after["licenses"]))
            return operation
        table = self.tables[operation.entity]
        if operation.action is Action.CREATE:
            assert operation.key not in table
            table[operation.key] = _typed(operation.after)
        elif operation.action is Action.DELETE:
            del table[operation.key]
        else:
            row = table[operation.key]
            before = _typed(operation.before)
            assert {name: row.get(name) or None for name in before} == {
                name: value or None for name, value in before.items()
            }
            row.update(_typed(operation.after))
        return operation

    def _remember(self, operation: Operation) -> None:
        key = (operation.entity, operation.key)
        if operation.action is Action.SET_LICENSES:
            before, after = set(_list(operation.before["licenses"])), set(_list(operation.after["licenses"]))
            self.grants_made |= {(operation.key, license_id) for license_id in after - before}
            self.grants_made -= {(operation.key, license_id) for license_id in before - after}
        elif operation.action is Action.DELETE:
            self.applied.pop(key, None)
        else:
            former = self.applied.get(key, {}) if operation.action is Action.UPDATE else {}
            self.applied[key] = {**former, **operation.after}

    def _link(self, plan: Plan) -> None:
        usernames = {item.user_id: item.username for item in plan.items}
        for change in plan.links:
            former = self.links.pop(change.former_user_id or "", None) or self.links.get(change.user_id)
            name = usernames.get(change.user_id) or (former.username if former else "")
            gone = change.how == "gone"
            self.links[change.user_id] = KnownLink(
                change.user_id, change.record_id, change.contact_id, name, "gone" if gone else "active",
                NOW - timedelta(days=1) if gone else None,
            )  # fmt: skip
            if change.record_id and change.baseline:
                key = ("record", change.record_id)
                self.applied[key] = {**change.baseline, **self.applied.get(key, {})}


def _mixed(rows: Any, shuffle: random.Random | None) -> list[Any]:
    listed = list(rows)
    if shuffle is not None:
        shuffle.shuffle(listed)
    return listed


def _with_id(rows: Mapping[str, Row]) -> list[Row]:
    return [{"id": key, **row} for key, row in rows.items()]


def _list(value: Any) -> Sequence[str]:
    assert isinstance(value, list)
    return value


def _typed(fields: Mapping[str, Any]) -> Row:
    """Fields as they are read back: moments as moments."""
    return {
        name: datetime.fromisoformat(value) if name.endswith("_on") and isinstance(value, str) else value
        for name, value in fields.items()
        if not (name == "type" and value == EXTENSION_TYPE)
    }
