"""What becomes of one row when a process of the administrator is taken back. Pure: from what was done and what stands there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from usersync.planning.administration import TELEPHONY
from usersync.planning.fields import same
from usersync.planning.undoing import Fate, RowOutcome
from usersync.planning.values import Action, Operation, Value
from usersync.words import Sentence

Row = Mapping[str, Any]


def undo_outcome(
    run_id: str, operation: Operation, row: Row | None, *, erased: bool = False, busy: Sentence | None = None
) -> tuple[RowOutcome, Operation | None]:
    """The outcome for one row, and the operation that takes it back where there is one.

    Args:
        run_id: the run that is taken back.
        operation: what it did.
        row: what stands there now; None where there is no such row.
        erased: the values were blanked on a person's request.
        busy: why it is not to be removed although it is as the run left it.
    """
    if erased:
        return _said(operation, Fate.IMPOSSIBLE, "undo-erased"), None
    inverse = replace(operation.inverse(), reason=Sentence("undo-takes-back", {"run": run_id}))
    if operation.entity == TELEPHONY:
        return _taken_back(operation, inverse, row or {})
    if operation.action is Action.CREATE:
        return _removed(operation, inverse, row, busy)
    return _made_again(operation, inverse, row)


def _removed(
    operation: Operation, inverse: Operation, row: Row | None, busy: Sentence | None
) -> tuple[RowOutcome, Operation | None]:
    if row is None:
        return _said(operation, Fate.NOTHING_LEFT, "undo-already"), None
    changed = sorted(name for name, value in operation.after.items() if not same(row.get(name), value))
    if changed:
        outcome = _said(operation, Fate.KEPT, "undo-changed-by-human", fields=", ".join(changed))
        ours: dict[str, Value] = {name: operation.after[name] for name in changed}
        return replace(outcome, ours=ours, now={name: row.get(name) for name in changed}), None
    if busy is not None:
        return replace(_said(operation, Fate.KEPT, busy.id), reason=busy), None
    return _said(operation, Fate.REVERSED, "undo-removed", needs=(inverse.id,)), inverse


def _made_again(operation: Operation, inverse: Operation, row: Row | None) -> tuple[RowOutcome, Operation | None]:
    if row is not None:
        return _said(operation, Fate.NOTHING_LEFT, "undo-already"), None
    return _said(operation, Fate.REVERSED, "undo-made-again", needs=(inverse.id,)), inverse


def _taken_back(operation: Operation, inverse: Operation, row: Row) -> tuple[RowOutcome, Operation | None]:
    """Of licences only what the run itself gave (or took) is taken back; others stay."""
    before, after = set(_packages(operation.before)), set(_packages(operation.after))
    now = set(_packages(row))
    wanted = (now - (after - before)) | (before - after)
    if wanted == now:
        return _said(operation, Fate.NOTHING_LEFT, "undo-already"), None
    back = replace(inverse, before={"packages": sorted(now)}, after={"packages": sorted(wanted)})
    return _said(operation, Fate.REVERSED, "administration-license-back", needs=(back.id,)), back


def _said(operation: Operation, fate: Fate, reason: str, *, needs: tuple[str, ...] = (), **args: str) -> RowOutcome:
    return RowOutcome(
        operation.entity, operation.key, operation.user_id, fate, Sentence(reason, args), needs
    )  # fmt: skip


def _packages(fields: Row) -> list[str]:
    found = fields.get("packages")
    return [str(each) for each in found] if isinstance(found, list) else []
