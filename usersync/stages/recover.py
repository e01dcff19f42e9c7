"""After a run that was killed: what it had announced is read back, so that nothing is repeated or forgotten."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from usersync.creatio.probe import identity
from usersync.ledger import JournalEntry, OperationState, Outcome
from usersync.planning import Action
from usersync.planning.fields import same
from usersync.stages.action_links import finish_dead_create
from usersync.stages.context import RunContext
from usersync.stages.rows import Rows
from usersync.stages.undo_links import finish_dead_undo
from usersync.stages.user_changes import change_of
from usersync.stages.write_creatio import holds
from usersync.stages.write_users import ENTITIES
from usersync.webitel import LICENSE_FIELDS
from usersync.words import Sentence


async def recover(context: RunContext, *, trusted: bool = False) -> int:
    """Settle the open intents of dead runs by what stands in both services now.

    This comes before the trust gate, which needs what the ledger knows. So nothing is settled by the word of a service the
    ledger is not bound to, and a row that is not shown counts as absent only where other rows of its kind are shown: what is
    left open is settled once the gate is passed.

    Args:
        context: of the run.
        trusted: both sides have passed the trust gate: what they do not show is not there.

    Returns:
        How many operations were settled.

    Raises:
        LedgerBoundElsewhere: this ledger belongs to another domain or another Creatio.
    """
    journal = context.journal
    entries = context.ledger.unsettled(context.domain)
    if journal is None or not entries:
        _finish_the_dead(context)
        return 0
    me, whose = await asyncio.gather(context.webitel.userinfo(), identity(context.creatio, context.mapping))
    context.ledger.bind(context.domain, me.dc, whose)
    settled: defaultdict[str, list[Outcome]] = defaultdict(list)
    for entry, carried_out in [*await _rows_now(context, entries, trusted), *await _seats_now(context, entries)]:
        settled[entry.run_id].append(_outcome(entry, carried_out=carried_out))
    for entry, user in await _users_now(context, entries):
        settled[entry.run_id].append(_outcome(entry, carried_out=user.done, made_id=user.made_id))
    for run_id, outcomes in settled.items():
        context.ledger.settle(journal.lease, run_id, outcomes)
    context.remember()
    _finish_the_dead(context)
    return sum(len(outcomes) for outcomes in settled.values())


def _finish_the_dead(context: RunContext) -> None:
    """What dead runs had carried out and could not remember any more."""
    finish_dead_undo(context)
    finish_dead_create(context)


async def _rows_now(
    context: RunContext, entries: Sequence[JournalEntry], trusted: bool
) -> list[tuple[JournalEntry, bool]]:
    """Announced rows of Creatio, and whether they are as they were to be."""
    mapping = context.mapping
    mine = [entry for entry in entries if entry.operation.service == "creatio" and mapping.has(entry.operation.entity)]
    found, _ = await Rows(context.creatio, mapping).read(
        [(entry.operation.entity, entry.operation.key) for entry in mine]
    )
    absent = {entry.operation.entity for entry in mine if (entry.operation.entity, entry.operation.key) not in found}
    if trusted:
        absent = set()
    counts = await asyncio.gather(*(context.creatio.count(mapping.entity(entity)) for entity in sorted(absent)))
    hidden = {entity for entity, count in zip(sorted(absent), counts, strict=True) if count == 0}
    return [
        (entry, holds(entry.operation, row))
        for entry in mine
        if (row := found.get((entry.operation.entity, entry.operation.key))) is not None
        or entry.operation.entity not in hidden
    ]


async def _seats_now(context: RunContext, entries: Sequence[JournalEntry]) -> list[tuple[JournalEntry, bool]]:
    """Announced licence sets of Webitel, and whether they are as they were to be."""
    mine = [entry for entry in entries if entry.operation.entity == "user"]
    if not mine:
        return []
    users = await context.webitel.users_by_id([entry.operation.key for entry in mine], LICENSE_FIELDS)
    sets = {user.id: sorted(grant.id for grant in user.license) for user in users}
    return [(entry, same(sets.get(entry.operation.key), entry.operation.after.get("licenses"))) for entry in mine]


@dataclass(frozen=True)
class _User:
    """Whether an announced change of a Webitel user was carried out, and the id of one that was made."""

    done: bool
    made_id: str | None = None


async def _users_now(context: RunContext, entries: Sequence[JournalEntry]) -> list[tuple[JournalEntry, _User]]:
    """Announced changes of Webitel users: whoever bears the username of one that was to be made is that one."""
    found: list[tuple[JournalEntry, _User]] = []
    for entry in entries:
        if entry.operation.entity not in ENTITIES:
            continue
        change = change_of(entry.operation, context.webitel)
        user = await change.read()
        done = change.holds(user)
        made = entry.operation.entity == "webitel_user" and entry.operation.action is Action.CREATE
        found.append((entry, _User(done, user.id if done and made and user is not None else None)))
    return found


def _outcome(entry: JournalEntry, *, carried_out: bool, made_id: str | None = None) -> Outcome:
    if carried_out:
        return Outcome(entry.operation.id, OperationState.DONE, Sentence("recover-carried-out"), made_id=made_id)
    return Outcome(entry.operation.id, OperationState.SKIPPED, Sentence("recover-not-carried-out"))
