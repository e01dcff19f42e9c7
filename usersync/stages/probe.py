"""The one-record probe: both sides are read right before and right after the first record, and anything else that moved
stops the run.

The add-on of the CRM may itself create, change or delete Webitel users when a record is saved or deleted (not public).
Better to learn that from one record than from a thousand. What is compared is only what moved between the two looks, so that
somebody who worked in either system earlier, or a clock that differs, is not taken for an add-on.
"""  # noqa: D205 - one sentence, two lines

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from usersync.errors import Fatal
from usersync.ledger import OperationState
from usersync.planning import Action, Operation
from usersync.planning.fields import same
from usersync.snapshots import SourceSnapshot
from usersync.stages.journal import Journal
from usersync.stages.rows import Rows
from usersync.webitel import NotFound, PagingBroken, User, WebitelClient

_NEWEST = 100
"""Users with the highest ids that are looked at: one the add-on made is among them."""
_WHOLE_LIST = 1_000
"""Up to this many users the whole list is read."""
_SKEW = timedelta(minutes=1)
"""How far the clock of Creatio's database may be behind that of its web server."""
_USER_FIELDS = ("id", "username", "name", "extension", "email", "device", "deleted_at")


class GuardStopped(Fatal):
    """Something else moved after our first write; nothing more is written."""


@dataclass(frozen=True)
class _Seen:
    """What one look saw.

    Attributes:
        users: ids in Webitel.
        user: the Webitel user whose record is written, None where there is none.
        since: Creatio's clock a little before the first look.
        records: id → when it was changed last, of records changed since then.
    """

    users: frozenset[str]
    user: User | None
    since: datetime | None
    records: Mapping[str, Any]


@dataclass
class Probe:
    """Looks at both sides around the first write.

    Attributes:
        before: the source as the plan was made from it.
    """

    webitel: WebitelClient
    rows: Rows
    before: SourceSnapshot
    _first: _Seen | None = field(default=None, init=False)

    async def look(self, operations: Sequence[Operation]) -> None:
        """Remember how both sides are, right before these operations are written."""
        now = self.rows.creatio.server_time
        self._first = await self._see(_record_of(operations), None if now is None else now - _SKEW)

    async def check(self, operations: Sequence[Operation], journal: Journal) -> None:
        """Look again, once they were written.

        Raises:
            GuardStopped: something moved that we did not write.
        """
        record, then = _record_of(operations), self._first
        if record is None or then is None or journal.states.get(record.id) is not OperationState.DONE:
            return
        now, moved = await asyncio.gather(self._see(record, then.since), self._record_moved(record))
        ours = {operation.key for operation in operations if operation.entity == "record"}
        moved = _users_moved(then, now) or moved or _records_moved(then, now, ours)
        if moved:
            raise GuardStopped("guard-moved", what=moved)

    async def _see(self, record: Operation | None, since: datetime | None) -> _Seen:
        users, user, records = await asyncio.gather(self._users(), self._user(record), self.rows.changed_records(since))
        return _Seen(users, user, since, records)

    async def _users(self) -> frozenset[str]:
        """Ids of all users, or in a large domain those a new user's would be among."""
        known = self.before.users["id"]
        if 0 < len(known) <= _WHOLE_LIST:
            read = await self.webitel.users(fields=("id",))
            if not read.trusted:
                raise PagingBroken(method="GET", url=f"{self.webitel.url}/users", problems=read.problems)
            return frozenset(user.id for user in read.users)
        newest = max((int(user_id) for user_id in known), default=0)
        found = await self.webitel.users_by_id([str(newest + step) for step in range(1, _NEWEST + 1)], ("id",))
        return frozenset(user.id for user in found)

    async def _user(self, record: Operation | None) -> User | None:
        if record is None or record.user_id is None:
            return None
        try:
            return await self.webitel.user(record.user_id, _USER_FIELDS)
        except NotFound:
            return None

    async def _record_moved(self, record: Operation) -> str:
        rows, _ = await self.rows.read([("record", record.key)])
        row: Mapping[str, Any] | None = rows.get(("record", record.key))
        if record.action is Action.DELETE:
            return "" if row is None else "Creatio: record +"
        if row is None:
            return "Creatio: record −"
        changed = sorted(name for name, value in record.after.items() if not same(row.get(name), value))
        return f"Creatio: {', '.join(changed)}" if changed else ""


def _record_of(operations: Sequence[Operation]) -> Operation | None:
    """The record that is probed: the last one, after what it needs."""
    return next((operation for operation in reversed(operations) if operation.entity == "record"), None)


def _users_moved(then: _Seen, now: _Seen) -> str:
    appeared, vanished = sorted(now.users - then.users, key=int), sorted(then.users - now.users, key=int)
    if appeared:
        return f"Webitel +{', '.join(appeared[:5])}"
    if vanished:
        return f"Webitel −{', '.join(vanished[:5])}"
    if then.user is None or now.user is None:
        present = then.user or now.user
        sign = "−" if now.user is None else "+"
        return "" if present is None else f"Webitel {sign}{present.id}"
    changed = [name for name in _USER_FIELDS if getattr(then.user, name) != getattr(now.user, name)]
    return f"Webitel {now.user.id}: {', '.join(changed)}" if changed else ""


def _records_moved(then: _Seen, now: _Seen, ours: set[str]) -> str:
    others = {key for key, changed_on in now.records.items() if then.records.get(key) != changed_on} - ours
    return f"Creatio +{len(others)}" if others else ""
