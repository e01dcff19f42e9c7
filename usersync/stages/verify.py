"""Read back what changed and plan again: nothing may be left."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pandas as pd

from usersync.ledger import OperationState
from usersync.matching import Decision
from usersync.planning import Action, Operation, Plan
from usersync.planning.people import EXTENSION_TYPE
from usersync.planning.plan import make_plan
from usersync.snapshots import (
    ACCOUNT_COLUMNS,
    CONTACT_COLUMNS,
    EXTENSION_COLUMNS,
    LICENSE_ROW_COLUMNS,
    RECORD_COLUMNS,
    RECORD_TAG_COLUMNS,
    ROLE_ROW_COLUMNS,
    Grant,
    SourceSnapshot,
    TargetSnapshot,
    frame,
    rows_of,
)
from usersync.stages.context import RunContext
from usersync.stages.match_users import match_users
from usersync.stages.plan import world_of
from usersync.stages.review import end_carried_out
from usersync.webitel import LICENSE_FIELDS

_OVERLAP = timedelta(seconds=2)
"""Creatio's clock is read from a header that has whole seconds."""
_TABLES: dict[str, tuple[str, tuple[str, ...]]] = {
    "record": ("records", RECORD_COLUMNS),
    "license_row": ("license_rows", LICENSE_ROW_COLUMNS),
    "role_row": ("role_rows", ROLE_ROW_COLUMNS),
    "contact": ("contacts", CONTACT_COLUMNS),
    "communication": ("extensions", EXTENSION_COLUMNS),
    "account": ("accounts", ACCOUNT_COLUMNS),
    "record_tag": ("record_tags", RECORD_TAG_COLUMNS),
}


async def verify(context: RunContext, plan: Plan, source: SourceSnapshot, target: TargetSnapshot) -> None:
    """Set `converged` and `residue`: operations that planning again would do for the users this run touched."""
    context.seen = source, target
    touched = {operation.user_id for operation in plan.operations if operation.user_id}
    if not plan.operations:
        context.converged, context.residue = True, 0
        _end_verdicts(context, plan)
        return
    source, target = await look_again(context, plan, source, target)
    context.remember()
    again = await asyncio.to_thread(_plan_again, context, source, target)
    left = [operation for operation in again.operations if operation.user_id in touched]
    context.converged, context.residue = not left, len(left)
    _end_verdicts(context, plan)


async def look_again(
    context: RunContext, plan: Plan, source: SourceSnapshot, target: TargetSnapshot
) -> tuple[SourceSnapshot, TargetSnapshot]:
    """Both sides with what this run wrote, as it stands there now."""
    source, target = await asyncio.gather(_source_now(context, plan, source), _target_now(context, plan, target))
    context.seen = source, target
    return source, target


def _end_verdicts(context: RunContext, plan: Plan) -> None:
    """What humans asked for and this run did is not asked for any more: from now on the link remembers it."""
    done = OperationState.DONE
    states = context.journal.states if context.journal else {}
    failed = {op.user_id for op in plan.operations if op.user_id and states.get(op.id) is not done}
    end_carried_out(context.ledger, context.run.id, context.domain, context.review, plan.items, failed)


def _plan_again(context: RunContext, source: SourceSnapshot, target: TargetSnapshot) -> Plan:
    """Plan over what stands there now; whoever was not linked keeps the decision the run made."""
    with context.stopwatch.part("matching"):
        decisions: dict[str, Decision] = dict(context.matched.decisions) if context.matched else {}
        matched = match_users(
            source, target, context.memory.links, context.settings.rules, proven_gone=context.proven_gone,
            settings=context.match_settings, decided=decisions, review=context.review,
        )  # fmt: skip
    return make_plan(world_of(context, source, target, matched))


async def _source_now(context: RunContext, plan: Plan, source: SourceSnapshot) -> SourceSnapshot:
    """The source with the licence sets this run changed, as Webitel has them now."""
    changed = [operation.key for operation in plan.operations if operation.action is Action.SET_LICENSES]
    if not changed:
        return source
    users, licenses = await asyncio.gather(
        context.webitel.users_by_id(changed, LICENSE_FIELDS), context.webitel.licenses()
    )
    states = context.journal.states if context.journal else {}
    grants = dict(source.grants)
    for operation in plan.operations:
        # A deleted user is in no list any more; its cleared set was read back when it was written.
        cleared = operation.action is Action.SET_LICENSES and not operation.after.get("licenses")
        if cleared and states.get(operation.id) is OperationState.DONE:
            grants[operation.key] = ()
    for user in users:
        grants[user.id] = tuple(
            Grant(item.id, item.prod, item.name or None, item.issued_at, item.expires_at)
            for item in sorted(user.license, key=lambda item: item.id)
        )
    remain = {item.id: item.remain for item in licenses}
    seats = tuple(replace(item, remain=remain.get(item.id, item.remain)) for item in source.licenses or ())
    return replace(source, grants=grants, licenses=seats if source.licenses is not None else None)


async def _target_now(context: RunContext, plan: Plan, target: TargetSnapshot) -> TargetSnapshot:
    """The target with every row that changed since it was read, and without the rows this run deleted."""
    entities = sorted({op.entity for op in plan.operations if op.service == "creatio" and op.entity in _TABLES})
    tables: dict[str, Any] = {}
    answers = await asyncio.gather(*(_changed(context, entity, target) for entity in entities))
    for entity, rows in zip(entities, answers, strict=True):
        name, columns = _TABLES[entity]
        gone = _deleted(context, plan.operations, entity)
        tables[name] = _merged(getattr(target, name), rows, columns, gone)
    return replace(target, **tables)


async def _changed(context: RunContext, entity: str, target: TargetSnapshot) -> list[dict[str, Any]]:
    mapping, creatio = context.mapping, context.creatio
    _, columns = _TABLES[entity]
    query = mapping.query(entity, columns)
    if mapping.has(entity, "modified_on") and target.server_time is not None:
        query = query.where(mapping.path(entity, "modified_on") >= target.server_time - _OVERLAP)
    if entity == "communication":
        query = query.where(mapping.lookup("communication", "type") == EXTENSION_TYPE)
    answer = await creatio.list(mapping.entity(entity), query)
    return [mapping.from_row(entity, row) for row in answer.rows]


def _deleted(context: RunContext, operations: Sequence[Operation], entity: str) -> set[str]:
    states = context.journal.states if context.journal else {}
    return {
        op.key
        for op in operations
        if op.entity == entity and op.action is Action.DELETE and states.get(op.id) is OperationState.DONE
    }


def _merged(table: pd.DataFrame, rows: list[dict[str, Any]], columns: tuple[str, ...], gone: set[str]) -> pd.DataFrame:
    merged = {row["id"]: row for row in rows_of(table)}
    merged.update({row["id"]: row for row in rows})
    return frame([row for key, row in merged.items() if key not in gone], columns)
