"""What people entered between a plan's making and its carrying out, so that nobody is there twice.

A plan may wait for days until it is approved. A change is compared with the row it changes; that somebody is not there yet
can only be seen by asking who came since.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from usersync.ledger import OperationState, Outcome
from usersync.planning import Action, Operation, Plan
from usersync.stages.context import RunContext
from usersync.words import Sentence

_MARGIN = timedelta(minutes=10)
"""The plan was made from what was read a while before it was stored, and clocks differ."""


async def pass_over_who_came_since(context: RunContext, plan: Plan) -> None:
    """Settle as stale what an approved plan would create although somebody entered it by hand meanwhile.

    Contacts are compared by e-mail and by the words of their name, records by Webitel username; case does not matter. A plan
    that was made in this run has nothing to be compared with.
    """
    if context.plan_made_at is None or context.journal is None:
        return
    creates = [op for op in plan.operations if op.action is Action.CREATE and op.entity in _SAID]
    contacts, records = await asyncio.gather(
        _changed_since(context, "contact", ("id", "name", "email"), creates),
        _changed_since(context, "record", ("id", "username"), creates),
    )
    there: dict[tuple[str, str], set[str]] = {}
    for row in contacts:
        for trait in _traits("contact", row):
            there.setdefault(("contact", trait), set()).add(row["id"])
    for row in records:
        for trait in _traits("record", row):
            there.setdefault(("record", trait), set()).add(row["id"])
    context.journal.pass_over(
        [
            (op, Outcome(op.id, OperationState.STALE, Sentence(_SAID[op.entity])))
            for op in creates
            if any(there.get((op.entity, trait), set()) - {op.key} for trait in _traits(op.entity, op.after))
        ]
    )


_SAID = {"contact": "apply-contact-there", "record": "apply-record-there"}


async def _changed_since(
    context: RunContext, entity: str, columns: tuple[str, ...], creates: list[Operation]
) -> list[dict[str, Any]]:
    mapping = context.mapping
    wanted = tuple(name for name in columns if mapping.has(entity, name))
    if context.plan_made_at is None or not any(op.entity == entity for op in creates):
        return []
    if not mapping.has(entity, "modified_on"):
        return []
    since = context.plan_made_at - _MARGIN
    query = mapping.query(entity, wanted).where(mapping.path(entity, "modified_on") > since)
    answer = await context.creatio.list(mapping.entity(entity), query)
    return [mapping.from_row(entity, row) for row in answer.rows]


def _traits(entity: str, row: Mapping[str, Any]) -> list[str]:
    """What a person would be recognised by: the words of the name in any order, the e-mail; or the username."""
    if entity == "record":
        return [f"username {row['username']}".casefold()] if row.get("username") else []
    words = sorted(str(row.get("name") or "").casefold().split())
    email = str(row.get("email") or "").casefold()
    return [*([f"name {' '.join(words)}"] if words else []), *([f"email {email}"] if email else [])]
