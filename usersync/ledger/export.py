"""A run as a document: JSON for programs, a table for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from usersync.ledger import schema
from usersync.ledger.codec import from_text, to_text
from usersync.ledger.decisions import DecisionBook
from usersync.ledger.journal import Journal
from usersync.ledger.values import JournalEntry, Run
from usersync.planning.values import UserItem
from usersync.words import Sentence

COLUMNS: Final = (
    "run", "webitel_user_id", "webitel_username", "bucket", "situation", "decision", "operation", "service", "entity",
    "row_id", "action", "field", "before", "after", "found", "state", "reason", "detail", "request_id", "announced", "settled",
)  # fmt: skip
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""The last four are wide forms, which some spreadsheet programs take for the others."""


@dataclass(frozen=True)
class RunExport:
    """A run with its decisions and operations.

    Attributes:
        document: JSON-able.
        rows: one for each field of each operation, and one for each user without any; columns `COLUMNS`.
    """

    document: dict[str, Any]
    rows: tuple[tuple[str, ...], ...]

    def csv(self) -> str:
        """The rows as a spreadsheet's CSV: UTF-8 byte order mark, semicolons, no cell that a spreadsheet would run."""
        out = io.StringIO()
        out.write("\ufeff")
        writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
        writer.writerow(COLUMNS)
        writer.writerows([_harmless(cell) for cell in row] for row in self.rows)
        return out.getvalue()


class Export(Journal, DecisionBook):
    """The part of the ledger that shows a run as a whole."""

    def export_run(self, run_id: str) -> RunExport:
        """Everything the ledger knows of one run. It holds personal values: whoever is given it may see them.

        Raises:
            RunNotFound: there is no such run, or more than one.
        """
        run = self.run(run_id)
        entries, items = self.operations(run.id), self.decisions(run.id)
        document = {
            "run": _run(run),
            "decisions": [item.to_json() for item in items],
            "operations": [_entry(entry) for entry in entries],
            "snapshots": self._snapshots_of(run.id),
            "audit": [
                {
                    "at": _time(line.at), "actor": line.actor, "action": line.action, "subject": line.subject,
                    "detail": dict(line.detail),
                }
                for line in reversed(self.audit(run_id=run.id, limit=100_000))
            ],
        }  # fmt: skip
        return RunExport(document, tuple(_table(run.id, items, entries)))

    def _snapshots_of(self, run_id: str) -> list[dict[str, Any]]:
        table = schema.snapshots
        with self._read() as connection:
            return [
                {
                    "side": row.side, "at": _time(row.at), "counts": from_text(row.counts), "fingerprint": row.fingerprint,
                    "trusted": row.trusted, "complete": row.complete,
                }
                for row in connection.execute(select(table).where(table.c.run_id == run_id).order_by(table.c.side))
            ]  # fmt: skip


def _run(run: Run) -> dict[str, Any]:
    return {
        "id": run.id, "domain": run.domain, "mode": run.mode, "scope": list(run.scope), "state": run.state.value,
        "plan_hash": run.plan_hash, "author": run.author, "flow_run_id": run.flow_run_id,
        "settings": dict(run.settings), "started_at": _time(run.started_at), "finished_at": _time(run.finished_at),
        "receipt": None if run.receipt is None else dict(run.receipt),
        "readiness": None if run.readiness is None else dict(run.readiness),
        "error": None if run.error is None else run.error.to_json(),
        "stop_requested_by": run.stop_requested_by,
        "stages": [{"name": stage.name, "done": stage.done, "total": stage.total} for stage in run.stages],
    }  # fmt: skip


def _entry(entry: JournalEntry) -> dict[str, Any]:
    return {
        "id": entry.operation.id, **entry.operation.to_json(), "inverse": entry.inverse.to_json(),
        "state": entry.state.value, "request_id": entry.request_id, "attempts": entry.attempts,
        "intended_at": _time(entry.intended_at), "settled_at": _time(entry.settled_at),
        "detail": None if entry.detail is None else entry.detail.to_json(),
        "after_read": None if entry.after_read is None else dict(entry.after_read), "erased": entry.erased,
    }  # fmt: skip


def _table(run_id: str, items: Iterable[UserItem], entries: Iterable[JournalEntry]) -> Iterator[tuple[str, ...]]:
    """What many share first, then user by user: what was said of it, and each field of each change."""
    mine: defaultdict[str, list[JournalEntry]] = defaultdict(list)
    for entry in entries:
        mine[entry.operation.user_id or ""].append(entry)
    users = {
        item.user_id: (item.username, str(item.bucket), str(item.situation), _worded(item.reason)) for item in items
    }
    for user_id in dict.fromkeys(("", *users, *mine)):
        about = (run_id, user_id, *users.get(user_id, ("", "", "", "")))
        for entry in mine[user_id]:
            yield from (about + row for row in _rows(entry))
        if not mine[user_id] and user_id:
            yield about + ("",) * (len(COLUMNS) - len(about))


def _rows(entry: JournalEntry) -> list[tuple[str, ...]]:
    operation = entry.operation
    fields = sorted({*operation.before, *operation.after}) or [""]
    found = entry.after_read or {}
    return [
        (
            operation.id, operation.service, operation.entity, operation.key, operation.action.value, name,
            _cell(operation.before.get(name)), _cell(operation.after.get(name)), _cell(found.get(name)),
            entry.state.value, _worded(operation.reason), _worded(entry.detail), entry.request_id or "",
            _time(entry.intended_at) or "", _time(entry.settled_at) or "",
        )
        for name in fields
    ]  # fmt: skip


def _worded(sentence: Sentence | None) -> str:
    return "" if sentence is None else str(sentence)


def _cell(value: Any) -> str:
    return "" if value is None else value if isinstance(value, str) else to_text(value)


def _harmless(cell: str) -> str:
    """A spreadsheet runs a cell that begins like a formula; an apostrophe makes it text."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _time(value: datetime | None) -> str | None:
    return None if value is None else value.isoformat()
