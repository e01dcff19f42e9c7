"""What a run did, out of the ledger, and what stands there now, out of both services: all that undo is planned from."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from usersync.creatio import batch
from usersync.creatio.client import CreatioClient
from usersync.creatio.mapping import Mapping as CreatioMapping
from usersync.creatio.metadata import Metadata
from usersync.creatio.query import Filter, Lookup, Query, any_of_chunks, select
from usersync.ledger import LeaseHeld, Link, OperationState, PlanNotFound, Run, RunState
from usersync.planning import Action, LinkChange, Operation
from usersync.planning.identity import row_id
from usersync.planning.undo_nets import net_changes
from usersync.planning.undoing import Done, History, LinkImage, LinkMove, Place, Standing, Undoing
from usersync.planning.values import Value
from usersync.planning.world import as_json_time
from usersync.snapshots import SourceSnapshot, TargetSnapshot, rows_of
from usersync.stages.context import RunContext
from usersync.stages.rows import Rows

_AT_ONCE = 15
_MOST = 1_000
"""Rows one GET of a batch brings; where that many came, each row asked about is asked about by itself."""
_AUTHOR, _LAST_AUTHOR = "CreatedById", "ModifiedById"
_RUNS_LOOKED_AT = 50
_ATTACHED = ("communication", "career")


def history_of(context: RunContext, run: Run) -> History:
    """What the run did.

    Raises:
        LeaseHeld: the run is still at work.
    """
    ledger = context.ledger
    lease = ledger.lease_of(context.domain)
    if run.state is RunState.RUNNING and lease is not None and lease.run_id == run.id:
        raise LeaseHeld(domain=context.domain, run_id=run.id, until=lease.until)
    entries = ledger.operations(run.id, OperationState.DONE)
    done = tuple(Done(_named(entry.operation), entry.erased) for entry in entries)
    moves = tuple(
        LinkMove(trail.user_id, _image(trail.before), _image(trail.after)) for trail in ledger.link_trails(run.id)
    )
    links = {user_id: image_of(link) for user_id, link in ledger.links(context.domain).items()}
    before = ledger.values_before(run.id, net_changes(done))
    learnt, restored = _besides(context, run, done, moves, before)
    usernames = {item.user_id: item.username for item in ledger.decisions(run.id)}
    usernames |= {user_id: link.username for user_id, link in links.items() if link.username}
    moves = tuple(
        LinkMove(move.user_id, _with_name(move.before, name), _with_name(move.after, name))
        for move in moves
        for name in (usernames.get(move.user_id, ""),)
    )
    return History(
        run_id=run.id, done=done, moves=moves, links=links, applied=context.memory.applied, applied_before=before,
        learnt=learnt, restored=restored, usernames=usernames, halfway=_halfway(context, run),
    )  # fmt: skip


def _named(operation: Operation) -> Operation:
    """The operation that made a Webitel user is known by the user's id from now on."""
    if operation.entity == "webitel_user" and operation.action is Action.CREATE and operation.user_id:
        return replace(operation, key=operation.user_id)
    return operation


def _halfway(context: RunContext, run: Run) -> dict[Place, dict[str, Value]]:
    """What undos of this run that did not come to their end left on the way, unless another run has written since.

    Two users get their numbers back in two steps: first both are freed. A number that is free since then was nobody's edit.
    """
    found: dict[Place, dict[str, Value]] = {}
    undos: list[Run] = []
    for other in context.ledger.runs(context.domain, _RUNS_LOOKED_AT):  # the newest first
        if other.id == context.run.id:
            continue
        if other.mode == "undo" and other.plan_hash:
            undos.append(other)
        elif other.id == run.id or context.ledger.operations(other.id, OperationState.DONE):
            break
    for undo in reversed(undos):
        if not _takes_back(context, undo, run):
            continue
        for entry in context.ledger.operations(undo.id, OperationState.DONE):
            operation = entry.operation
            if operation.action is Action.UPDATE:
                found.setdefault((operation.entity, operation.key), {}).update(operation.after)
    return found


def _takes_back(context: RunContext, undo: Run, run: Run) -> bool:
    try:
        plan = context.ledger.plan(undo.plan_hash or "").plan
    except PlanNotFound:  # retention has let go of it
        return False
    return plan.undo is not None and plan.undo["run_id"] == run.id


def image_of(link: Link) -> LinkImage:
    """The link as undo's plan has it."""
    return LinkImage(
        record_id=link.record_id, contact_id=link.contact_id, how=link.how, since_run=link.since_run,
        since=link.since.isoformat(), username=link.username, state=str(link.state),
        gone_since=None if link.gone_since is None else link.gone_since.isoformat(),
    )  # fmt: skip


def _image(link: Link | None) -> LinkImage | None:
    return None if link is None else image_of(link)


def _with_name(image: LinkImage | None, username: str) -> LinkImage | None:
    return image if image is None or image.username else replace(image, username=username)


_Values = Mapping[str, Value]
_Restored = dict[Place, tuple[_Values | None, _Values | None]]


def _besides(
    context: RunContext, run: Run, done: Sequence[Done], moves: Sequence[LinkMove], before: Mapping[Place, _Values]
) -> tuple[dict[Place, _Values], _Restored]:
    """What the run took for ours without writing it; of an undo, the last-applied values it put back."""
    succeeded = {item.operation.id for item in done}
    try:
        stored = context.ledger.plan(run.plan_hash) if run.plan_hash else None
    except PlanNotFound:  # retention has let go of it
        stored = None
    if stored is None:
        return _found_by_links(context, done, moves, before), {}
    if stored.erased:
        return {}, {}
    if stored.plan.undo is not None:
        values = Undoing.of(stored.plan).values
        return {}, {
            (item.entity, item.key): (item.before, item.after) for item in values if set(item.needs) <= succeeded
        }
    made: list[LinkChange] = [link for link in stored.plan.links if set(link.needs) <= succeeded]
    return {("record", link.record_id): link.baseline for link in made if link.record_id and link.baseline}, {}


def _found_by_links(
    context: RunContext, done: Sequence[Done], moves: Sequence[LinkMove], before: Mapping[Place, _Values]
) -> dict[Place, _Values]:
    """A run that only made links stored no plan: what is known of a record it linked first, it found there."""
    written = {(item.operation.entity, item.operation.key) for item in done}
    places = [
        ("record", move.after.record_id)
        for move in moves
        if move.before is None and move.after is not None and move.after.record_id
    ]
    return {
        place: context.memory.applied[place]
        for place in places
        if place in context.memory.applied and place not in written and place not in before
    }


@dataclass(frozen=True)
class Seen:
    """Both sides as this run has read them, and what entities this Creatio has."""

    source: SourceSnapshot
    target: TargetSnapshot
    metadata: Metadata


async def standing_of(context: RunContext, history: History, seen: Seen) -> Standing:
    """Read what stands there now of everything the run touched, and what has come to refer to it.

    Raises:
        CreatioError: it cannot be read.
    """
    reader = _Reader(context.creatio, context.mapping, seen.metadata)
    nets = net_changes(history.done)
    mine = [place for place, net in nets.items() if net.first.service == "creatio"]
    parents = [
        (entity, str(value)) for net in nets.values() if net.removed
        for entity, name in (("record", "record"), ("contact", "contact"), ("account", "account"))
        if (value := net.before.get(name)) and context.mapping.has(entity)
    ]  # fmt: skip
    can_tag = context.mapping.has("record_tag") and context.mapping.has("tag")
    tag = [("tag", row_id(seen.source.dc, "tag", "not-in-webitel"))] if can_tag else []
    found, _ = await Rows(context.creatio, context.mapping).read([*mine, *parents, *tag])
    rows = {place: _plain(row) for place, row in found.items()}
    made = [place for place in mine if nets[place].made and place in rows]
    contacts = [key for entity, key in made if entity == "contact"]
    accounts = [key for entity, key in made if entity == "account"]
    attached, authors, referrers, members = await asyncio.gather(
        reader.attached(contacts), reader.authors(made), reader.referrers(contacts, accounts), reader.members(accounts)
    )
    besides = [place for places in attached.values() for place in places if place not in rows]
    rows |= {place: row for place, row in reader.rows.items() if place not in rows}
    authors |= await reader.authors(besides)
    records, tags = seen.target.records, seen.target.record_tags
    return Standing(
        rows=rows | _users(seen.source),
        licenses=_licenses(seen.source),
        roles={user_id: tuple(role.id for role in roles) for user_id, roles in seen.source.roles_of.items()},
        authors=authors,
        attached=attached,
        referrers=referrers,
        records_of=_grouped(zip(records["contact"], records["id"], strict=True)),
        details_of=_details(seen.target),
        members=members,
        tagged=_grouped(zip(tags["tag"], tags["id"], strict=True)),
        protected=_protected(context, history, seen),
        can_switch_off=context.mapping.has("record", "active"),
        can_tag=can_tag,
        usernames_unique=context.mapping.has("record", "username"),
    )


class _Reader:
    """Reads many rows in few requests."""

    def __init__(self, creatio: CreatioClient, mapping: CreatioMapping, metadata: Metadata) -> None:
        self._creatio = creatio
        self._mapping = mapping
        self._metadata = metadata
        self.rows: dict[Place, dict[str, Any]] = {}

    async def authors(self, places: Iterable[Place]) -> dict[Place, tuple[str | None, str | None]]:
        """Who made each row and who changed it last, where this Creatio tells."""
        by_entity: defaultdict[str, list[str]] = defaultdict(list)
        for entity, key in places:
            name = self._mapping.entity(entity)
            if self._metadata.has(name, _AUTHOR) and self._metadata.has(name, _LAST_AUTHOR):
                by_entity[entity].append(key)
        reads = [
            (entity, self._mapping.entity(entity), select("Id", _AUTHOR, _LAST_AUTHOR).where(part).first(_AT_ONCE))
            for entity, keys in sorted(by_entity.items())
            for part in any_of_chunks(self._mapping.path(entity, "id"), sorted(keys), size=_AT_ONCE)
        ]
        return {
            (entity, str(row["Id"]).lower()): (row.get(_AUTHOR), row.get(_LAST_AUTHOR))
            for entity, rows in await self._ask(reads)
            for row in rows
        }

    async def attached(self, contacts: Sequence[str]) -> dict[str, tuple[Place, ...]]:
        """Communications and careers of each contact; the rows themselves are kept in `rows`."""
        found: defaultdict[str, list[Place]] = defaultdict(list)
        reads = [
            (entity, self._mapping.query(entity).where(part))
            for entity in _ATTACHED
            if self._mapping.has(entity) and contacts
            for part in any_of_chunks(self._mapping.lookup(entity, "contact"), sorted(contacts), size=_AT_ONCE)
        ]
        answers = await asyncio.gather(
            *(self._creatio.list(self._mapping.entity(entity), query) for entity, query in reads)
        )
        for (entity, _), answer in zip(reads, answers, strict=True):
            for row in answer.rows:
                fields = _plain(self._mapping.from_row(entity, row))
                self.rows[entity, fields["id"]] = fields
                found[fields["contact"]].append((entity, fields["id"]))
        return {contact: tuple(sorted(places)) for contact, places in found.items()}

    async def referrers(self, contacts: Sequence[str], accounts: Sequence[str]) -> dict[Place, tuple[str, ...]]:
        """What refers to each of these contacts and accounts, as `Entity.Lookup`."""
        asked = [(("contact", tuple(contacts)), each.entity, each.navigation) for each in self._mapping.referrers]
        entities = {each.entity for each in self._mapping.referrers} | {"Account"}
        for entity in sorted(entities):
            names = ("Parent",) if entity == "Account" else ("Account",)
            asked += [
                (("account", tuple(accounts)), entity, name) for name in names if self._metadata.navigates(entity, name)
            ]
        found: defaultdict[Place, set[str]] = defaultdict(set)
        answers = await asyncio.gather(*(self._referring(entity, name, ids) for (_, ids), entity, name in asked))
        for ((kind, _), entity, name), ids in zip(asked, answers, strict=True):
            for key in ids:
                found[kind, key].add(f"{entity}.{name}")
        return {place: tuple(sorted(names)) for place, names in found.items()}

    async def members(self, accounts: Sequence[str]) -> dict[str, frozenset[str]]:
        """Contacts of each account, by its own lookup and by careers."""
        pairs: list[tuple[str | None, str | None]] = []
        for account in accounts:
            condition = self._mapping.lookup("contact", "account") == account
            answer = await self._creatio.list(self._mapping.entity("contact"), select("Id").where(condition))
            pairs += [(account, str(row["Id"]).lower()) for row in answer.rows]
            if self._mapping.has("career"):
                query = self._mapping.query("career", ("contact",)).where(
                    self._mapping.lookup("career", "account") == account
                )
                careers = await self._creatio.list(self._mapping.entity("career"), query)
                pairs += [(account, self._mapping.from_row("career", row).get("contact")) for row in careers.rows]
        return _grouped(pairs)

    async def _referring(self, entity: str, navigation: str, ids: Sequence[str]) -> set[str]:
        """Which of these ids rows of the entity refer to by the lookup."""
        column = f"{navigation}Id"
        reads = self._chunks(entity, navigation, sorted(ids), _AT_ONCE, _MOST)
        found: set[str] = set()
        crowded: list[str] = []
        for part, rows in await self._ask(reads):
            found |= {str(row[column]).lower() for row in rows}
            crowded += [key for key in part.split() if len(rows) >= _MOST and key not in found]
        singly = self._chunks(entity, navigation, crowded, 1, 1)
        return found | {part for part, rows in await self._ask(singly) if rows}

    def _chunks(
        self, entity: str, navigation: str, ids: Sequence[str], size: int, most: int
    ) -> list[tuple[str, str, Query]]:
        pieces = [ids[start : start + size] for start in range(0, len(ids), size)]
        query = select("Id", f"{navigation}Id")
        return [
            (" ".join(piece), entity, query.where(_either(Lookup(navigation), piece)).first(most)) for piece in pieces
        ]

    async def _ask(self, reads: Sequence[tuple[str, str, Query]]) -> list[tuple[str, list[dict[str, Any]]]]:
        """The rows of each read, with the mark it was given; up to 100 reads to a request."""
        pieces = list(batch.chunks([(mark, batch.read_list(entity, query)) for mark, entity, query in reads]))
        answers = await asyncio.gather(*(self._creatio.batch([read for _, read in piece]) for piece in pieces))
        return [
            (mark, _rows(result))
            for piece, results in zip(pieces, answers, strict=True)
            for (mark, _), result in zip(piece, results, strict=True)
        ]


def _either(lookup: Lookup, ids: Sequence[str]) -> Filter:
    (condition,) = any_of_chunks(lookup, ids, size=len(ids))
    return condition


def _rows(result: batch.BatchResult) -> list[dict[str, Any]]:
    if result.error is not None:
        raise result.error
    return list(result.body.get("value", [])) if isinstance(result.body, dict) else []


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """The row with values as operations have them."""
    return {name: as_json_time(value) if isinstance(value, datetime) else value for name, value in row.items()}


def _grouped(pairs: Iterable[tuple[str | None, str | None]]) -> dict[str, frozenset[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for group, member in pairs:
        if group and member:
            found[group].add(member)
    return {group: frozenset(members) for group, members in found.items()}


def _details(target: TargetSnapshot) -> dict[str, frozenset[Place]]:
    found: defaultdict[str, set[Place]] = defaultdict(set)
    tables = {"license_row": target.license_rows, "role_row": target.role_rows, "record_tag": target.record_tags}
    for entity, table in tables.items():
        for record, key in zip(table["record"], table["id"], strict=True):
            if record:
                found[record].add((entity, key))
    return {record: frozenset(places) for record, places in found.items()}


def _users(source: SourceSnapshot) -> dict[Place, dict[str, Any]]:
    """Everybody who is in Webitel and not marked as deleted."""
    names = ("username", "name", "extension", "email")
    return {("webitel_user", user["id"]): {name: user[name] for name in names} for user in rows_of(source.users)}


def _licenses(source: SourceSnapshot) -> dict[str, tuple[str, ...]]:
    """Licences held by everybody who is in Webitel, tombstones too."""
    users = [*rows_of(source.users), *rows_of(source.tombstones)]
    return {
        user["id"]: tuple(sorted(grant.license_id for grant in source.grants.get(user["id"], ()))) for user in users
    }


def _protected(context: RunContext, history: History, seen: Seen) -> frozenset[str]:
    """Users that are never switched off, deleted or unlicensed: by their username or by their Creatio login."""
    names = {name.casefold() for name in context.settings.rules.protected}
    logins: defaultdict[str | None, set[str]] = defaultdict(set)
    for user in rows_of(seen.target.system_users):
        logins[user["contact"]].add(str(user["name"] or "").casefold())
    found = {seen.source.importer_id}
    for user_id in {done.operation.user_id for done in history.done} - {None}:
        link = history.links.get(user_id or "")
        mine = {history.usernames.get(user_id or "", "").casefold()} | logins[link.contact_id if link else None]
        if user_id and mine & names:
            found.add(user_id)
    return frozenset(found)
