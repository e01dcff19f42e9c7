"""The section "Webitel users" as it stood when it was last looked at: listed, searched and filtered without either service.

A row is written only where it says something else than before; a run over an unchanged world writes none.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, Connection, Insert, func, select

from usersync.ledger import schema
from usersync.ledger.codec import from_texts, to_text
from usersync.ledger.runs import RunBook
from usersync.ledger.store import slices
from usersync.ledger.values import RunState
from usersync.planning.section import Flag, Readiness, SectionRow, bits, flags_in, folded, sort_key

_table = schema.section_users
_REFRESHED: Final = (
    "username_key", "name_key", "contact_key", "extension_key", "contact_id", "search", "flags", "digest", "run_id", "body",
)  # fmt: skip
_APPLIED: Final = (RunState.COMPLETED, RunState.COMPLETED_WITH_FAILURES)

Order = Literal["username", "name", "contact", "extension", "user_id"]
_ORDERS: Final[Mapping[str, tuple[ColumnElement[Any], ...]]] = {
    "username": (_table.c.username_key,),
    "name": (_table.c.name_key,),
    "contact": (_table.c.contact_key,),
    "extension": (_table.c.extension_key,),
    "user_id": (),
}


@dataclass(frozen=True)
class SectionPage:
    """One page of the section.

    Attributes:
        rows: in the order asked for.
        total: how many meet the search and have all the flags.
        counts_by_flag: flag → how many of those who meet the search have it, whatever flags were asked for.
        everybody: how many meet the search.
    """

    rows: tuple[SectionRow, ...]
    total: int
    counts_by_flag: Mapping[Flag, int]
    everybody: int


class SectionBook(RunBook):
    """The part of the ledger that knows what the section shows."""

    def save_section(
        self,
        run_id: str,
        rows: Sequence[SectionRow],
        *,
        synced: bool,
        whole: bool = False,
        keep: Collection[str] = (),
    ) -> int:
        """Bring the section up to date with what a run, or a manual action, found and did.

        Args:
            run_id: the run; its domain is the section's.
            rows: everybody the run was about.
            synced: the run went through these users to write what was to be written (no preview).
            whole: the run was about the whole domain: whoever is not among the rows is not shown any more.
            keep: ids that stay all the same.

        Returns:
            How many rows were written or removed.

        Raises:
            RunNotFound: there is no such run.
        """
        with self._write() as connection:
            run = self._one_run(connection, run_id)
            self._serialise(connection, f"section of {run.domain}")
            known = self._digests(connection, run.domain, None if whole else [row.user_id for row in rows])
            written = [_written(run.domain, run.id, row) for row in rows]
            changed = [row for row in written if known.get(row["user_id"]) != row["digest"]]
            at = self._stamp(self._now()) if synced else None
            self._many(connection, "section.upsert", self._upsert, [{**row, "synced_at": at} for row in changed])
            if synced and not whole:
                self._mark_synced(connection, run.domain, [row.user_id for row in rows])
            left = sorted(known.keys() - {row.user_id for row in rows} - set(keep)) if whole else []
            for some in slices(left):
                connection.execute(_table.delete().where(_table.c.domain == run.domain, _table.c.user_id.in_(some)))
            return len(changed) + len(left)

    def section(
        self,
        domain: str,
        *,
        search: str = "",
        flags: Collection[Flag] = (),
        order: Order = "username",
        descending: bool = False,
        limit: int = 50,
        offset: int = 0,
    ) -> SectionPage:
        """One page of the section.

        Args:
            domain: name of the domain in the settings.
            search: words; each must stand somewhere in username, name, contact's name, extension or user id. Case does not
                matter, in any script.
            flags: only those who have all of them.
            order: what to sort by; those without it come last, the user id breaks ties.
            descending: the other way round.
            limit, offset: the page.

        Raises:
            KeyError: there is no such order.
        """
        wanted = bits(flags)
        found = [_table.c.domain == domain, *self._meets(search)]
        filtered = [*found, _table.c.flags.op("&")(wanted) == wanted] if wanted else found
        keys = [*_ORDERS[order], func.length(_table.c.user_id), _table.c.user_id]
        sorted_by = [(key.desc() if descending else key.asc()).nulls_last() for key in keys]
        page = select(_table.c.user_id).where(*filtered).order_by(*sorted_by).limit(limit).offset(offset)
        with self._read() as connection:
            combinations = select(_table.c.flags, func.count()).where(*found).group_by(_table.c.flags)
            counted = {row[0]: row[1] for row in connection.execute(combinations)}
            ids = list(connection.scalars(page))
            rows = self._rows(connection, domain, ids)
        by_flag = dict.fromkeys(Flag, 0)
        for number, count in counted.items():
            for flag in flags_in(number):
                by_flag[flag] += count
        return SectionPage(
            rows=tuple(rows[user_id] for user_id in ids),
            total=sum(count for number, count in counted.items() if number & wanted == wanted),
            counts_by_flag=by_flag,
            everybody=sum(counted.values()),
        )

    def section_user(self, domain: str, user_id: str) -> SectionRow | None:
        """What the section shows of one user; None where it does not show it."""
        with self._read() as connection:
            return self._rows(connection, domain, [user_id]).get(user_id)

    def section_users(self, domain: str, user_ids: Collection[str] | None = None) -> dict[str, SectionRow]:
        """User id → row, of these users or of everybody."""
        with self._read() as connection:
            return self._rows(connection, domain, None if user_ids is None else list(user_ids))

    def save_readiness(self, run_id: str, readiness: Readiness) -> None:
        """Keep with a run how many were ready to call when it ended."""
        update = schema.runs.update().where(schema.runs.c.id == run_id)
        with self._write() as connection:
            connection.execute(update.values(readiness=to_text(readiness.to_json())))

    def _rows(self, connection: Connection, domain: str, user_ids: Sequence[str] | None) -> dict[str, SectionRow]:
        query = select(_table.c.user_id, _table.c.body, _table.c.synced_at, _table.c.run_id).where(
            _table.c.domain == domain
        )
        read = (
            connection.execute(query).all()
            if user_ids is None
            else [
                row for some in slices(user_ids) for row in connection.execute(query.where(_table.c.user_id.in_(some)))
            ]
        )
        everybody = self._everybody_synced(connection, domain) if read else None
        bodies = from_texts([row.body for row in read])
        return {
            row.user_id: SectionRow.from_json(
                body,
                last_synced_at=max((at for at in (row.synced_at, everybody) if at is not None), default=None),
                run_id=row.run_id,
            )
            for row, body in zip(read, bodies, strict=True)
        }

    def _everybody_synced(self, connection: Connection, domain: str) -> datetime | None:
        """The end of the last run that went through the whole domain and wrote what was to be written."""
        runs = schema.runs
        query = select(func.max(runs.c.finished_at)).where(
            runs.c.domain == domain,
            runs.c.mode == "apply",
            runs.c.scope == "[]",
            runs.c.state.in_([state.value for state in _APPLIED]),
        )
        found: datetime | None = connection.scalar(query)
        return found

    def _digests(self, connection: Connection, domain: str, user_ids: Sequence[str] | None) -> dict[str, str]:
        query = select(_table.c.user_id, _table.c.digest).where(_table.c.domain == domain)
        if user_ids is None:
            return {row[0]: row[1] for row in connection.execute(query)}
        return {
            row[0]: row[1]
            for some in slices(user_ids)
            for row in connection.execute(query.where(_table.c.user_id.in_(some)))
        }

    def _upsert(self) -> Insert:
        insert = self._insert(_table)
        excluded = insert.excluded
        return insert.on_conflict_do_update(
            index_elements=["domain", "user_id"],
            set_={
                **{name: excluded[name] for name in _REFRESHED},
                "synced_at": func.coalesce(excluded.synced_at, _table.c.synced_at),
            },
        )

    def _mark_synced(self, connection: Connection, domain: str, user_ids: Sequence[str]) -> None:
        for some in slices(user_ids):
            update = _table.update().where(_table.c.domain == domain, _table.c.user_id.in_(some))
            connection.execute(update.values(synced_at=self._now()))

    def _meets(self, search: str) -> list[ColumnElement[bool]]:
        position = func.strpos if self._postgresql else func.instr
        return [position(_table.c.search, word) > 0 for word in folded(search).split()]


def _written(domain: str, run_id: str, row: SectionRow) -> dict[str, Any]:
    """The row as the table has it."""
    body = to_text(row.to_json())
    searched = (row.username, row.name, row.contact_name, row.extension, row.user_id)
    return {
        "domain": domain, "user_id": row.user_id, "username_key": sort_key(row.username), "name_key": sort_key(row.name),
        "contact_key": sort_key(row.contact_name),
        "extension_key": f"{len(row.extension):03d}{row.extension}" if row.extension else None,
        "contact_id": row.contact_id, "search": folded("\n".join(text for text in searched if text)),
        "flags": bits(row.flags), "digest": hashlib.blake2b(body.encode(), digest_size=12).hexdigest(),
        "run_id": run_id, "body": body,
    }  # fmt: skip
