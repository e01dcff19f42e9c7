"""The one-record probe: after the first record was written both sides are read, and anything else that moved stops the run.

The add-on of the CRM may itself create or delete Webitel users when a record is saved (not public). Better to learn that
from one record than from a thousand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from usersync.errors import Fatal
from usersync.ledger import OperationState
from usersync.planning import Action, Operation
from usersync.planning.fields import same
from usersync.snapshots import SourceSnapshot
from usersync.stages.journal import Journal
from usersync.stages.rows import Rows
from usersync.webitel import NotFound, WebitelClient

_NEWEST = 100
"""Users with the highest ids that are looked at: one the add-on made is among them."""
_WHOLE_LIST = 1_000
"""Up to this many users the whole list is read again."""


class GuardStopped(Fatal):
    """Something else moved after our first write; nothing more is written."""


@dataclass
class Probe:
    """Compares both sides with what they were before the first write.

    Attributes:
        before: the source as the plan was made from it.
        since: Creatio's clock before the first write.
    """

    webitel: WebitelClient
    rows: Rows
    before: SourceSnapshot
    since: datetime | None

    async def check(self, operations: Sequence[Operation], journal: Journal) -> None:
        """Look at both sides.

        Raises:
            GuardStopped: something moved that we did not write.
        """
        record = next((op for op in operations if op.entity == "record"), None)
        if record is None or journal.states.get(record.id) is not OperationState.DONE:
            return
        moved = await self._source_moved(record) or await self._target_moved(record)
        if moved:
            raise GuardStopped("guard-moved", what=moved)

    async def _source_moved(self, record: Operation) -> str:
        users = self.before.users
        if len(users) <= _WHOLE_LIST:
            now = {user.id: user.username for user in (await self.webitel.users(fields=("id", "username"))).users}
            then = dict(zip(users["id"], users["username"], strict=True))
            appeared, vanished = sorted(set(now) - set(then), key=int), sorted(set(then) - set(now), key=int)
        else:
            newest = max(users["id"], key=int)
            page = await self.webitel.users_by_id([str(int(newest) + step) for step in range(1, _NEWEST + 1)], ("id",))
            appeared = [user.id for user in page]
            vanished = [] if record.user_id is None or await self._is_there(record.user_id) else [record.user_id]
        if appeared:
            return f"Webitel +{', '.join(appeared[:5])}"
        return f"Webitel −{', '.join(vanished[:5])}" if vanished else ""

    async def _is_there(self, user_id: str) -> bool:
        try:
            await self.webitel.user(user_id, ("id",))
        except NotFound:
            return False
        return True

    async def _target_moved(self, record: Operation) -> str:
        rows, _ = await self.rows.read([("record", record.key)])
        row: Mapping[str, Any] | None = rows.get(("record", record.key))
        if row is None:
            return "Creatio: record −"
        if record.action is not Action.DELETE:
            changed = sorted(name for name, value in record.after.items() if not same(row.get(name), value))
            if changed:
                return f"Creatio: {', '.join(changed)}"
        others = await self.rows.changed_records(self.since) - {record.key}
        return f"Creatio +{len(others)}" if others else ""
