"""Pages of a run and of a plan: counts, and a few rows at a time, for whoever shows ten thousand users in a browser.

A run's users and a plan's rows are compressed as a whole. They never change under their name, so they are opened once and
kept, as text: a page costs as much as its own rows.
"""

from __future__ import annotations

import hashlib
from collections import Counter, OrderedDict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, func, select

from usersync.ledger import schema
from usersync.ledger.codec import from_text, to_text, unsqueeze
from usersync.ledger.decisions import DecisionBook
from usersync.ledger.errors import LedgerDamaged
from usersync.ledger.journal import Journal, entry_of
from usersync.ledger.plans import PlanBook
from usersync.ledger.store import slices
from usersync.ledger.values import JournalEntry, OperationState, Page
from usersync.planning.rows import PlanRow, grouped, plan_row_of
from usersync.planning.values import Bucket, UserItem

_T = TypeVar("_T")
_KEPT = 4
"""Packs and plans kept open: two people at two plans, and the run behind each."""


@dataclass(frozen=True)
class _Line:
    """One user of a run or plan, unopened. `text` None: its body is in a row of the table."""

    user_id: str
    username: str
    bucket: str
    situation: str
    text: str | None
    entities: frozenset[str] = frozenset()


class PageBook(Journal, PlanBook, DecisionBook):
    """The part of the ledger that is turned over page by page."""

    def bucket_counts(self, run_id: str) -> dict[Bucket, int]:
        """Users of a run by bucket, all buckets named, in the order in which the first that fits counts.

        Raises:
            RunNotFound: there is no such run.
        """
        table = schema.decisions
        with self._read() as connection:
            found = self._run_id(connection, run_id)
            query = select(table.c.bucket, func.count()).where(table.c.run_id == found).group_by(table.c.bucket)
            counts = Counter({row[0]: row[1] for row in connection.execute(query)})
            counts[Bucket.UNCHANGED.value] += len(self._packed(connection, found))
        return {bucket: counts[bucket.value] for bucket in Bucket}

    def items_page(
        self,
        run_id: str,
        *,
        buckets: Collection[Bucket | str] = (),
        situations: Collection[str] = (),
        search: str = "",
        offset: int = 0,
        limit: int = 50,
    ) -> Page[UserItem]:
        """What a run said of its users, a page of it, by user id (in the order of their numbers).

        Args:
            run_id: the run, or a beginning of its id.
            buckets: only users in these; empty = all.
            situations: only users in these; empty = all.
            search: only users with this in their Webitel username (case does not count), or whose User ID it is.
            offset: rows before the page.
            limit: rows of the page.

        Raises:
            RunNotFound: there is no such run.
        """
        table = schema.decisions
        wanted = frozenset(str(bucket) for bucket in buckets)
        with self._read() as connection:
            found = self._run_id(connection, run_id)
            query = select(table.c.user_id, table.c.username, table.c.bucket, table.c.situation).where(
                table.c.run_id == found
            )
            if wanted:
                query = query.where(table.c.bucket.in_(wanted))
            lines = [
                _Line(row.user_id, row.username, row.bucket, row.situation, None) for row in connection.execute(query)
            ]
            if not wanted or Bucket.UNCHANGED.value in wanted:
                lines += self._packed(connection, found)
            lines = _narrowed(lines, wanted, frozenset(situations), search)
            lines.sort(key=lambda line: (len(line.user_id), line.user_id))
            shown = lines[offset : offset + limit]
            bodies = _bodies(connection, found, [line.user_id for line in shown if line.text is None])
        items = (UserItem.from_json(from_text(line.text or bodies[line.user_id])) for line in shown)
        return Page(tuple(items), len(lines), offset)

    def operation_counts(self, run_id: str) -> dict[OperationState, int]:
        """Operations of a run by what has become of them so far, all states named.

        Raises:
            RunNotFound: there is no such run.
        """
        table = schema.operations
        with self._read() as connection:
            found = self._run_id(connection, run_id)
            query = select(table.c.state, func.count()).where(table.c.run_id == found).group_by(table.c.state)
            counts = {row[0]: row[1] for row in connection.execute(query)}
        return {state: counts.get(state.value, 0) for state in OperationState}

    def operations_page(
        self,
        run_id: str,
        *,
        states: Collection[OperationState | str] = (),
        user_id: str | None = None,
        offset: int = 0,
        limit: int = 50,
    ) -> Page[JournalEntry]:
        """The operations of a run, a page of them, in the order they were announced.

        Args:
            run_id: the run, or a beginning of its id.
            states: only operations in these; empty = all.
            user_id: only those done for this Webitel user.
            offset: rows before the page.
            limit: rows of the page.

        Raises:
            RunNotFound: there is no such run.
        """
        table = schema.operations
        with self._read() as connection:
            mine = table.c.run_id == self._run_id(connection, run_id)
            if states:
                mine &= table.c.state.in_([str(state) for state in states])
            if user_id is not None:
                mine &= table.c.user_id == user_id
            total = connection.scalar(select(func.count()).select_from(table).where(mine)) or 0
            query = select(table).where(mine).order_by(table.c.id).limit(limit).offset(offset)
            return Page(tuple(entry_of(row) for row in connection.execute(query)), total, offset)

    def plan_page(
        self,
        plan_hash: str,
        *,
        outcomes: Collection[Bucket | str] = (),
        entities: Collection[str] = (),
        search: str = "",
        offset: int = 0,
        limit: int = 50,
    ) -> Page[PlanRow]:
        """What a stored plan changes, user by user with every value from old to new, a page of it.

        What many share (accounts) comes first, then users in the order of their numbers; users nothing is done for are not in it.

        Args:
            plan_hash: the plan's hash or a beginning of it.
            outcomes: only rows with these (a bucket, or disabled, deleted, left); empty = all.
            entities: only users of whom a row of one of these kinds is changed (contact, record, user …); empty = all.
            search: only users with this in their Webitel username, or whose User ID it is.
            offset: rows before the page.
            limit: rows of the page.

        Raises:
            PlanNotFound: no plan, or more than one.
            LedgerDamaged: its content is not what its hash says.
        """
        with self._read() as connection:
            lines = self._lines_of_plan(connection, self._plan_hash(connection, plan_hash))
        kinds = frozenset(entities)
        lines = _narrowed(lines, frozenset(map(str, outcomes)), frozenset(), search)
        lines = [line for line in lines if not kinds or line.entities & kinds]
        shown = lines[offset : offset + limit]
        rows = (plan_row_of(line.user_id or None, from_text(line.text or "{}")) for line in shown)
        return Page(tuple(rows), len(lines), offset)

    def plan_outcomes(self, plan_hash: str) -> dict[str, int]:
        """How many users of a stored plan come to what (a bucket, or disabled, deleted, left); only those that occur.

        Raises:
            PlanNotFound: no plan, or more than one.
            LedgerDamaged: its content is not what its hash says.
        """
        with self._read() as connection:
            lines = self._lines_of_plan(connection, self._plan_hash(connection, plan_hash))
        return dict(Counter(line.bucket for line in lines if line.bucket))

    def _packed(self, connection: Connection, run_id: str) -> list[_Line]:
        """The users of a run of whom nothing need be said."""
        name = connection.scalar(select(schema.runs.c.pack).where(schema.runs.c.id == run_id))
        if name is None:
            return []

        def opened() -> list[_Line]:
            body = connection.scalar(select(schema.packs.c.body).where(schema.packs.c.id == name))
            return [] if body is None else [_line_of_item(item) for item in from_text(unsqueeze(body))]

        return self._recent("packs").get(name, opened)

    def _lines_of_plan(self, connection: Connection, plan_hash: str) -> list[_Line]:
        table = schema.plans
        erased = connection.scalar(select(table.c.erased).where(table.c.hash == plan_hash))

        def opened() -> list[_Line]:
            text = unsqueeze(connection.scalars(select(table.c.body).where(table.c.hash == plan_hash)).one())
            if not erased and hashlib.sha256(text.encode()).hexdigest() != plan_hash:
                raise LedgerDamaged("ledger-plan-damaged", plan=plan_hash[:12])
            return [_line_of_group(user_id, group) for user_id, group in grouped(from_text(text))]

        # What was erased may be erased again: its content is no longer what its name says.
        return opened() if erased else self._recent("plans").get(plan_hash, opened)

    def _recent(self, kind: str) -> _Recent[list[_Line]]:
        kept: dict[str, _Recent[list[_Line]]] = self.__dict__.setdefault("_recently_opened", {})
        return kept.setdefault(kind, _Recent())


class _Recent(Generic[_T]):
    """The last few things that were opened, by name."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: OrderedDict[str, _T] = OrderedDict()

    def get(self, name: str, opened: Callable[[], _T]) -> _T:
        """The thing of this name; opened where it is not kept."""
        with self._lock:
            if name in self._kept:
                self._kept.move_to_end(name)
                return self._kept[name]
        made = opened()
        with self._lock:
            self._kept[name] = made
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return made


def _narrowed(lines: Iterable[_Line], buckets: frozenset[str], situations: frozenset[str], search: str) -> list[_Line]:
    wanted = search.strip().casefold()
    return [
        line
        for line in lines
        if (not buckets or line.bucket in buckets)
        and (not situations or line.situation in situations)
        and (not wanted or wanted in line.username.casefold() or wanted == line.user_id)
    ]


def _bodies(connection: Connection, run_id: str, user_ids: Sequence[str]) -> dict[str, str]:
    table = schema.decisions
    found: dict[str, str] = {}
    for some in slices(user_ids):
        query = select(table.c.user_id, table.c.body).where(table.c.run_id == run_id, table.c.user_id.in_(some))
        found.update({row.user_id: row.body for row in connection.execute(query)})
    return found


def _line_of_item(item: dict[str, Any]) -> _Line:
    return _Line(item["user_id"], item["username"], item["bucket"], item["situation"], to_text(item))


def _line_of_group(user_id: str | None, group: dict[str, Any]) -> _Line:
    item, gone = group.get("item") or {}, group.get("gone") or {}
    return _Line(
        user_id or "", item.get("username") or gone.get("username") or "",
        item.get("bucket") or gone.get("outcome") or "", item.get("situation") or ("gone" if gone else ""),
        to_text(group), frozenset(operation["entity"] for operation in group["operations"]),
    )  # fmt: skip
