"""After a run that was killed: what it had announced is read back, so that nothing is repeated or forgotten."""

from __future__ import annotations

from collections import defaultdict

from usersync.ledger import JournalEntry, OperationState, Outcome
from usersync.planning.fields import same
from usersync.stages.context import RunContext
from usersync.stages.rows import Rows
from usersync.stages.write_creatio import holds
from usersync.webitel import LICENSE_FIELDS
from usersync.words import Sentence


async def recover(context: RunContext) -> int:
    """Settle the open intents of dead runs by what stands in both services now.

    Returns:
        How many operations were settled.
    """
    journal = context.journal
    entries = context.ledger.unsettled(context.domain)
    if journal is None or not entries:
        return 0
    by_run: defaultdict[str, list[Outcome]] = defaultdict(list)
    rows = [entry for entry in entries if entry.operation.service == "creatio"]
    known = [entry for entry in rows if context.mapping.has(entry.operation.entity)]
    found, _ = await Rows(context.creatio, context.mapping).read(
        [(entry.operation.entity, entry.operation.key) for entry in known]
    )
    for entry in known:
        row = found.get((entry.operation.entity, entry.operation.key))
        by_run[entry.run_id].append(_outcome(entry, carried_out=holds(entry.operation, row)))
    seats = [entry for entry in entries if entry.operation.service == "webitel"]
    users = await context.webitel.users_by_id([entry.operation.key for entry in seats], LICENSE_FIELDS) if seats else ()
    sets = {user.id: sorted(grant.id for grant in user.license) for user in users}
    for entry in seats:
        carried_out = same(sets.get(entry.operation.key), entry.operation.after.get("licenses"))
        by_run[entry.run_id].append(_outcome(entry, carried_out=carried_out))
    for run_id, outcomes in by_run.items():
        context.ledger.settle(journal.lease, run_id, outcomes)
    if entries:
        context.remember()
    return sum(len(outcomes) for outcomes in by_run.values())


def _outcome(entry: JournalEntry, *, carried_out: bool) -> Outcome:
    if carried_out:
        return Outcome(entry.operation.id, OperationState.DONE, Sentence("recover-carried-out"))
    return Outcome(entry.operation.id, OperationState.SKIPPED, Sentence("recover-not-carried-out"))
