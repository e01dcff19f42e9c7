"""Rows of a plan as a list shows them: what is changed of each user from what to what, by which rule, and how it went."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from usersync.ledger import OperationState
from usersync.planning import Action, Bucket
from usersync.planning.rows import FieldChange, PlanRow, RowChange
from usersync.planning.values import Value
from usersync.portal.here import Here
from usersync.portal.listing import Badge, Tone, badge
from usersync.portal.wording import action_words, field_words
from usersync.words import say

CHANGES_ROWS: Final = 20
"""Users on a page of a list of changes: each has many lines."""
OUTCOME_TONES: Final[Mapping[str, Tone]] = {
    "failed": "problem", "review": "warning", "skipped": "plain", "created": "good", "linked": "good", "updated": "note",
    "unchanged": "plain", "disabled": "warning", "deleted": "problem", "left": "plain",
}  # fmt: skip
_UNDONE: Final = frozenset({Bucket.FAILED, Bucket.REVIEW, Bucket.UPDATED, Bucket.UNCHANGED})
STATE_TONES: Final[Mapping[OperationState, Tone]] = {
    OperationState.DONE: "good", OperationState.FAILED: "problem", OperationState.STALE: "warning",
    OperationState.SKIPPED: "plain", OperationState.UNKNOWN: "problem", OperationState.REFUSED: "problem",
    OperationState.INTENDED: "note",
}  # fmt: skip
_GUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""Ids of rows are shortened: nobody reads them, and what they stand for is told beside them. The plan as JSON has them whole."""
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z")


def change_row(
    here: Here, row: PlanRow, states: Mapping[str, OperationState] | None = None, *, undo: bool = False
) -> dict[str, Any]:
    """One user's row.

    Args:
        here: whose page.
        row: what the plan does for the user.
        states: operation id → what has become of it; None where nothing was tried yet.
        undo: the plan takes a run back.
    """
    address = here.address(f"/users/{quote(row.user_id)}") if row.user_id else ""
    return {
        "id": row.user_id or "-",
        "username": row.username or (say("portal-change-shared") if row.user_id is None else row.user_id),
        "username_href": address,
        "outcome": [outcome_badge(row.outcome, undo=undo)] if row.outcome else [],
        "changes": [lines_of(change) for change in row.changes],
        "why": str(row.reason) if row.reason else "",
        "state": _states(row, states or {}),
    }


def outcome_badge(outcome: str, *, undo: bool = False) -> Badge:
    """What becomes of a user, as a badge."""
    return badge(outcome_words(outcome, undo=undo), OUTCOME_TONES.get(outcome, "plain"))


def outcome_words(outcome: str, *, undo: bool = False) -> str:
    """What becomes of a user: a bucket of the receipt, which an undo has words of its own for, or what becomes of the gone."""
    if outcome not in set(Bucket):
        return say(f"portal-gone-{outcome}")
    return say(f"portal-{'undone' if undo and outcome in _UNDONE else 'bucket'}-{outcome}")


def lines_of(change: RowChange) -> dict[str, Any]:
    """A row's change for a cell of the kind `changes`: what is done, what a row that comes or goes holds, or old → new."""
    shown: dict[str, Any] = {"head": action_words(change.action, change.entity), "rest": "", "lines": []}
    if change.action in (Action.CREATE, Action.DELETE):
        values = ((field.name, field.new if change.action is Action.CREATE else field.old) for field in change.fields)
        shown["rest"] = "".join(f" · {field_words(name)} {_value(value)}" for name, value in values if _tells(value))
    elif change.action in (Action.SET_LICENSES, Action.SET_ROLES):
        shown["lines"] = [_arrow(field) for field in change.fields]
    elif change.action is Action.UPDATE:
        shown["lines"] = [f"{field_words(field.name)}: {_arrow(field)}" for field in change.fields]
    return shown


def _tells(value: Value) -> bool:
    """Whether a field of a whole row tells a reader something: not where it is empty, or the id of another row."""
    return value not in (None, "", []) and not _GUID.fullmatch(str(value))


def _arrow(field: FieldChange) -> str:
    return f"{_value(field.old)} → {_value(field.new)}"


def _value(value: object) -> str:
    if value is None or value in ("", []):
        return "—"
    if isinstance(value, bool):
        return say("portal-yes" if value else "portal-no")
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value))
    text = str(value)
    if _GUID.fullmatch(text):
        return f"{text[:8]}…"
    return text[:10] if _MOMENT.fullmatch(text) else text


def _states(row: PlanRow, states: Mapping[str, OperationState]) -> list[Badge]:
    found = dict.fromkeys(
        states[operation] for change in row.changes for operation in change.operations if operation in states
    )
    return [badge(say(f"ledger-operation-state-{state}"), STATE_TONES[state]) for state in found]
