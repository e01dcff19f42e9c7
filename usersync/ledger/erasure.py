"""Erasure: a person's values are blanked everywhere, the ids stay and say that something was here.

Ids stay because the process needs them (an erased link must not be made again by guessing) and because counts must go on
to balance. What was erased is marked: such a plan can be neither approved nor applied nor undone, such an operation
neither read back nor undone.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Connection, or_, select

from usersync.ledger import schema
from usersync.ledger.codec import from_text, squeeze, to_text, unsqueeze
from usersync.ledger.decisions import PACKS
from usersync.ledger.errors import LeaseHeld
from usersync.ledger.leases import LeaseBook
from usersync.ledger.store import slices
from usersync.planning.identity import is_new, new_user_id

_KEPT = frozenset(
    {
        "user_id", "record_id", "contact_id", "former_user_id", "key", "service", "action", "entity", "situation", "bucket",
        "band", "step", "needs", "how", "outcome", "grade", "score",
    }
)  # fmt: skip
"""What an emptied object keeps: ids, and words of ours."""
_OF_ORDERS = frozenset({"domain", "mode", "plan", "run"})
"""What an emptied order keeps."""

_WORDS = frozenset({"words", "user_words_left", "contact_words_left", "conflict", "keys", "supports"})
"""What the evidence about one user says in the words of a candidate."""
_SECTION_VALUES = ("username", "name", "extension", "contact_name", "system_user", "default_device")
"""What a row of the section says of a person besides ids, licences and roles."""


@dataclass(frozen=True)
class Erased:
    """How many rows were blanked, by kind."""

    operations: int
    values: int
    decisions: int
    plans: int
    links: int
    verdicts: int
    section: int = 0


@dataclass(frozen=True)
class _Person:
    """All ids one person is known by: Webitel users, contacts, and the rows that are theirs alone."""

    users: frozenset[str]
    contacts: frozenset[str]
    rows: frozenset[str]
    usernames: frozenset[str] = field(default_factory=frozenset)

    @property
    def logins(self) -> frozenset[str]:
        """Usernames, case folded."""
        return frozenset(name.casefold() for name in self.usernames)

    @property
    def ids(self) -> frozenset[str]:
        return self.users | self.contacts | self.rows

    @cached_property
    def _login(self) -> re.Pattern[str] | None:
        names = "|".join(re.escape(name) for name in sorted(self.usernames, key=len, reverse=True))
        return re.compile(rf"(?<![\w.@-])(?:{names})(?![\w@-]|\.\w)", re.IGNORECASE) if names else None

    def strike(self, text: str) -> str:
        """The text without the person's usernames: whole words, in any case."""
        return text if self._login is None else self._login.sub("", text)

    def owns(self, value: Mapping[str, Any]) -> bool:
        """Whether this JSON object speaks of the person: of its user, of one of its rows, or of its contact."""
        return (
            value.get("user_id") in self.users
            or value.get("key") in self.ids
            or value.get("contact_id") in self.contacts
        )


class Erasure(LeaseBook):
    """The part of the ledger that forgets a person."""

    def erase(self, domain: str, *, author: str, user_id: str | None = None, contact_id: str | None = None) -> Erased:
        """Blank the values of a person wherever the ledger has them.

        In operations, last-applied values, decisions, plans, links, verdicts, the section's rows, messages, and what runs
        and orders were asked and said. The audit holds none. What Webitel and Creatio hold is not touched; a person still
        there is met again by the next run.

        Args:
            domain: where the person is known.
            author: who asks.
            user_id: the Webitel user, or
            contact_id: the Creatio contact; all users ever linked to it are included.

        Raises:
            ValueError: neither id was given.
            LeaseHeld: a run is at work in the domain; what it holds in memory cannot be blanked.
        """
        if not user_id and not contact_id:
            raise ValueError("whom to erase: a user id or a contact id")
        with self._write() as connection:
            holder = self._live_lease(connection, domain)
            if holder is not None:
                raise LeaseHeld(domain=domain, run_id=holder.run_id, until=holder.until)
            self._serialise(connection, PACKS)
            person = _identify(connection, domain, user_id, contact_id)
            decisions, packed = _blank_decisions(connection, domain, person), _blank_packs(connection, domain, person)
            erased = Erased(
                operations=_blank_operations(connection, domain, person),
                values=_forget_values(connection, domain, person),
                decisions=decisions + packed,
                plans=_blank_plans(connection, domain, person),
                links=_blank_links(connection, domain, person),
                verdicts=_blank_verdicts(connection, domain, person),
                section=_blank_section(connection, domain, person),
            )
            _blank_runs(connection, domain, person)
            _blank_orders(connection, domain, person)
            _blank_notices(connection, domain, person)
            _rename_unmade(connection, domain, person)
            self._mark_erased(connection, domain, author, person)
        self._sweep()
        return erased

    def is_erased(self, domain: str, *, user_id: str | None = None, contact_id: str | None = None) -> bool:
        """Whether this person was ever erased here."""
        table = schema.erasures
        wanted = ((table.c.kind == "user") & (table.c.subject == (user_id or ""))) | (
            (table.c.kind == "contact") & (table.c.subject == (contact_id or ""))
        )
        with self._read() as connection:
            return connection.scalar(select(table.c.id).where(table.c.domain == domain, wanted).limit(1)) is not None

    def _mark_erased(self, connection: Connection, domain: str, author: str, person: _Person) -> None:
        now = self._now()
        # The audit cannot be erased: what stands for somebody who had no id yet holds the username.
        subjects = [("user", item) for item in sorted(person.users) if not is_new(item)]
        subjects += [("contact", item) for item in sorted(person.contacts)]
        if not subjects:  # known by a username only
            self._note(connection, "person.erased", actor=author, domain=domain, detail={"kind": "user"})
            return
        connection.execute(
            schema.erasures.insert().inline(),
            [{"domain": domain, "kind": kind, "subject": item, "at": now, "author": author} for kind, item in subjects],
        )
        lines = [{"action": "person.erased", "subject": item, "detail": {"kind": kind}} for kind, item in subjects]
        self._note_all(connection, lines, actor=author, domain=domain)

    def _sweep(self) -> None:
        """Let no copy survive in SQLite's write-ahead log. PostgreSQL clears its dead rows by VACUUM, in its own time."""
        if not self._postgresql:
            with self._engine.connect() as connection:
                raw = connection.connection.driver_connection
                if raw is not None:
                    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").close()


def _identify(connection: Connection, domain: str, user_id: str | None, contact_id: str | None) -> _Person:
    """Gather the ids: users by the contact, contacts by the users, rows by the operations done for them."""
    links, operations, decisions = schema.links, schema.operations, schema.decisions
    users, contacts = {user_id}, {contact_id}
    rows: set[str | None] = set()
    # An empty id must not be compared: it would mean everybody without a contact.
    by_id = [links.c.user_id == user_id] if user_id else []
    by_id += [links.c.contact_id == contact_id] if contact_id else []
    for link in connection.execute(select(links).where(links.c.domain == domain, or_(*by_id))):
        users.add(link.user_id)
        contacts.add(link.contact_id)
        rows.add(link.record_id)
    known = {item for item in users if item}
    done = select(operations.c.entity, operations.c.key, operations.c.before, operations.c.after).where(
        operations.c.domain == domain, operations.c.user_id.in_(known)
    )
    former: set[str] = set()
    for row in connection.execute(done):
        former |= {str(values.get("username") or "") for values in (from_text(row.before), from_text(row.after))}
        if row.entity == "contact":
            contacts.add(row.key)
        elif row.entity != "account":  # a company is not a person
            rows.add(row.key)
    said: list[ColumnElement[bool]] = [decisions.c.user_id.in_(known)]
    said += [decisions.c.body.contains(item, autoescape=True) for item in sorted(filter(None, contacts))]
    bodies = connection.scalars(select(decisions.c.body).where(decisions.c.domain == domain, or_(*said)))
    items = [from_text(body) for body in bodies]
    usernames = {
        item["username"] for item in items if item["user_id"] in known or item.get("contact_id") in contacts - {None}
    }
    usernames |= former
    usernames |= set(
        connection.scalars(select(links.c.username).where(links.c.domain == domain, links.c.user_id.in_(known)))
    )
    # Whoever was to be made in Webitel had no id yet.
    known |= {new_user_id(name) for name in usernames if name}
    return _Person(
        users=frozenset(known),
        contacts=frozenset(item for item in contacts if item),
        rows=frozenset(item for item in rows if item),
        usernames=frozenset(name for name in usernames if name),
    )


def _blank_operations(connection: Connection, domain: str, person: _Person) -> int:
    table = schema.operations
    mine = or_(table.c.user_id.in_(person.users), table.c.key.in_(person.ids))
    query = select(
        table.c.id, table.c.before, table.c.after, table.c.inverse, table.c.after_read, table.c.reason, table.c.detail
    )
    rows = connection.execute(query.where(table.c.domain == domain, mine, table.c.erased.is_(False))).all()
    for row in rows:
        inverse = from_text(row.inverse)
        blank = {
            "before": to_text(_blanked(from_text(row.before))),
            "after": to_text(_blanked(from_text(row.after))),
            "inverse": to_text({**inverse, "before": _blanked(inverse["before"]), "after": _blanked(inverse["after"])}),
            "reason": to_text(_wordless(from_text(row.reason))),
            "detail": None if row.detail is None else to_text(_wordless(from_text(row.detail))),
            "after_read": None if row.after_read is None else to_text(_blanked(from_text(row.after_read))),
        }
        connection.execute(table.update().where(table.c.id == row.id).values(**blank, erased=True))
    return len(rows)


def _forget_values(connection: Connection, domain: str, person: _Person) -> int:
    table = schema.last_applied
    count = 0
    for some in slices(sorted(person.ids)):
        count += connection.execute(table.delete().where(table.c.domain == domain, table.c.key.in_(some))).rowcount
    return count


def _blank_decisions(connection: Connection, domain: str, person: _Person) -> int:
    """Those of the person, and those of others that name the person as a candidate."""
    table = schema.decisions
    mine: list[ColumnElement[bool]] = [table.c.user_id.in_(person.users)]
    mine += [table.c.body.contains(item, autoescape=True) for item in sorted(person.contacts)]
    query = select(table.c.run_id, table.c.user_id, table.c.body).where(table.c.domain == domain, or_(*mine))
    count = 0
    for row in connection.execute(query).all():
        item = from_text(row.body)
        clean = _clean(item, person)
        if clean != item:
            count += connection.execute(
                table.update()
                .where(table.c.run_id == row.run_id, table.c.user_id == row.user_id)
                .values(body=to_text(clean), username=clean["username"])
            ).rowcount
    return count


def _blank_packs(connection: Connection, domain: str, person: _Person) -> int:
    """A pack is named by its content: the blanked one gets a name of its own, or the next run would point to it."""
    runs, packs = schema.runs, schema.packs
    names = select(runs.c.pack).where(runs.c.domain == domain, runs.c.pack.is_not(None)).distinct()
    count = 0
    for name in list(connection.scalars(names)):
        body = unsqueeze(connection.scalars(select(packs.c.body).where(packs.c.id == name)).one())
        if not _mentions(body, person):
            continue
        items = from_text(body)
        clean = [_clean(item, person) for item in items]
        if clean == items:
            continue
        blanked = f"{name}-{_fresh(name, connection)}"
        connection.execute(packs.insert().values(id=blanked, body=squeeze(to_text(clean))))
        connection.execute(runs.update().where(runs.c.domain == domain, runs.c.pack == name).values(pack=blanked))
        connection.execute(packs.delete().where(packs.c.id == name))
        count += 1
    return count


def _fresh(name: str, connection: Connection) -> str:
    taken = connection.scalars(select(schema.packs.c.id).where(schema.packs.c.id.startswith(name, autoescape=True)))
    return f"erased{len(list(taken))}"


def _blank_plans(connection: Connection, domain: str, person: _Person) -> int:
    table = schema.plans
    count = 0
    for plan_hash in list(connection.scalars(select(table.c.hash).where(table.c.domain == domain))):
        row = connection.execute(select(table.c.body, table.c.summary).where(table.c.hash == plan_hash)).one()
        body = unsqueeze(row.body)
        if not _mentions(body, person):
            continue
        summary = from_text(row.summary)
        plan = from_text(body)
        clean = _clean(plan, person)
        if clean == plan:
            continue
        blank = {"body": squeeze(to_text(clean)), "summary": to_text(_clean(summary, person)), "erased": True}
        connection.execute(table.update().where(table.c.hash == plan_hash).values(**blank))
        count += 1
    return count


def _blank_links(connection: Connection, domain: str, person: _Person) -> int:
    table = schema.links
    mine = (table.c.domain == domain, table.c.user_id.in_(person.users))
    return connection.execute(table.update().where(*mine).values(username="")).rowcount


def _blank_verdicts(connection: Connection, domain: str, person: _Person) -> int:
    """What was said stays in force; the words it was said with may name the person and go."""
    table = schema.verdicts
    mine = or_(table.c.user_id.in_(person.users), table.c.contact_id.in_(person.contacts))
    return connection.execute(table.update().where(table.c.domain == domain, mine).values(reason="")).rowcount


def _blank_section(connection: Connection, domain: str, person: _Person) -> int:
    """The row stays, with ids only; whoever is still in Webitel is shown again by the next run."""
    table = schema.section_users
    mine = or_(table.c.user_id.in_(person.users), table.c.contact_id.in_(person.contacts))
    rows = connection.execute(select(table.c.user_id, table.c.body).where(table.c.domain == domain, mine)).all()
    for row in rows:
        body = from_text(row.body)
        blank = {name: "" if name == "username" else None for name in _SECTION_VALUES}
        body |= blank | {"reason": _wordless(body["reason"])}
        connection.execute(
            table.update()
            .where(table.c.domain == domain, table.c.user_id == row.user_id)
            .values(
                username_key=None, name_key=None, contact_key=None, extension_key=None, search=row.user_id, digest="",
                body=to_text(body),
            )
        )  # fmt: skip
    return len(rows)


def _blank_runs(connection: Connection, domain: str, person: _Person) -> None:
    """What runs were asked and set to, and what they said at their end."""
    runs = schema.runs
    columns = (runs.c.scope, runs.c.settings, runs.c.receipt, runs.c.error)
    for row in connection.execute(select(runs.c.id, *columns).where(runs.c.domain == domain)).all():
        asked = {
            column.name: from_text(text_) for column in columns if (text_ := getattr(row, column.name)) is not None
        }
        # The place of a login stays: without it the run would seem to have been one over the whole domain.
        clean = {"scope": _clean(asked["scope"], person), "settings": _unlisted(asked["settings"], person)}
        about = person.owns((asked.get("receipt") or {}).get("action") or {})
        if "receipt" in asked:
            clean["receipt"] = _unsaid(asked["receipt"], person, about=about)
        if "error" in asked:
            clean["error"] = _unsaid(asked["error"], person, about=about)
        if clean != asked:
            values = {name: to_text(value) for name, value in clean.items()}
            connection.execute(runs.update().where(runs.c.id == row.id).values(**values))


def _blank_orders(connection: Connection, domain: str, person: _Person) -> None:
    """What a process was asked for this person is emptied, logins in other orders go."""
    orders = schema.orders
    query = select(orders.c.id, orders.c.parameters, orders.c.error).where(orders.c.domain == domain)
    for row in connection.execute(query).all():
        asked, error = from_text(row.parameters), None if row.error is None else from_text(row.error)
        about = any(isinstance(value, str) and value in person.ids | person.usernames for value in asked.values())
        clean = {
            name: _emptied(name, value) if about and name not in _OF_ORDERS else _clean(value, person)
            for name, value in asked.items()
        }
        said = _unsaid(error, person, about=about)
        if (clean, said) != (asked, error):
            values = {"parameters": to_text(clean), "error": None if said is None else to_text(said)}
            connection.execute(orders.update().where(orders.c.id == row.id).values(**values))


def _blank_notices(connection: Connection, domain: str, person: _Person) -> None:
    """A message quotes what a run said at its end."""
    notices = schema.notices
    for row in connection.execute(select(notices.c.id, notices.c.sentences).where(notices.c.domain == domain)).all():
        said = from_text(row.sentences)
        clean = _unsaid(said, person)
        if clean != said:
            connection.execute(notices.update().where(notices.c.id == row.id).values(sentences=to_text(clean)))


def _rename_unmade(connection: Connection, domain: str, person: _Person) -> None:
    """What stands for the id of a user yet to be made holds the username: another word takes its place everywhere."""
    operations, decisions, plans, runs = schema.operations, schema.decisions, schema.plans, schema.runs
    for former in sorted(filter(is_new, person.users)):
        word = re.compile(rf"{re.escape(former)}(?![A-Za-z0-9._-])")
        other = new_user_id(f"erased-{uuid.uuid4().hex[:12]}")

        def named(text_: str, word: re.Pattern[str] = word, other: str = other) -> str:
            return word.sub(other, text_)

        columns = (operations.c.ref, operations.c.user_id, operations.c.key, operations.c.needs, operations.c.inverse)
        there = or_(*(column.contains(former, autoescape=True) for column in (operations.c.ref, operations.c.needs)))
        there |= operations.c.user_id == former
        for row in connection.execute(
            select(operations.c.id, *columns).where(operations.c.domain == domain, there)
        ).all():
            values = {
                column.name: named(text_) for column in columns if (text_ := getattr(row, column.name)) is not None
            }
            connection.execute(operations.update().where(operations.c.id == row.id).values(**values))
        mine = decisions.c.user_id == former
        for row in connection.execute(
            select(decisions.c.run_id, decisions.c.body).where(decisions.c.domain == domain, mine)
        ):
            one = decisions.update().where(decisions.c.run_id == row.run_id, mine)
            connection.execute(one.values(user_id=other, body=named(row.body)))
        marked = select(plans.c.hash, plans.c.body).where(plans.c.domain == domain, plans.c.erased.is_(True))
        for row in connection.execute(marked).all():
            body = unsqueeze(row.body)
            if named(body) != body:
                connection.execute(plans.update().where(plans.c.hash == row.hash).values(body=squeeze(named(body))))
        said = select(runs.c.id, runs.c.receipt).where(
            runs.c.domain == domain, runs.c.receipt.contains(former, autoescape=True)
        )
        for row in connection.execute(said).all():
            connection.execute(runs.update().where(runs.c.id == row.id).values(receipt=named(row.receipt)))


def _unsaid(value: Any, person: _Person, *, about: bool = False) -> Any:
    """What a run said, without the person's logins wherever they stand; if it is `about` them, its sentences without words."""
    if isinstance(value, list):
        return [_unsaid(item, person, about=about) for item in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {"id", "args"}:
        args = {name: person.strike(item) if isinstance(item, str) else item for name, item in value["args"].items()}
        return _wordless(value) if about else {"id": value["id"], "args": args}
    about = about or person.owns(value)
    return {
        name: person.strike(item) if name == "username" and item else _unsaid(item, person, about=about)
        for name, item in value.items()
    }


def _unlisted(value: Any, person: _Person) -> Any:
    """Settings without the person's logins, alone or in a list such as `people:anna.k,petro`."""
    if isinstance(value, dict):
        return {name: _unlisted(item, person) for name, item in value.items()}
    if isinstance(value, list):
        return [_unlisted(item, person) for item in value]
    if not isinstance(value, str):
        return value
    kind, colon, listed = value.rpartition(":")
    names = [name for name in listed.split(",") if name.strip().casefold() not in person.logins]
    return f"{kind}{colon}{','.join(names)}"


def _mentions(text_: str, person: _Person) -> bool:
    return any(item in text_ for item in person.ids) or any(to_text(name) in text_ for name in person.usernames)


def _clean(value: Any, person: _Person) -> Any:
    """The JSON value without the person: its objects emptied, its usernames gone wherever they stand."""
    if isinstance(value, dict):
        if person.owns(value):
            return {name: item if name in _KEPT else _emptied(name, item) for name, item in value.items()}
        if any(isinstance(item, dict) and person.owns(item) for item in value.get("candidates") or ()):
            evidence = {
                name: _emptied(name, item) if name in _WORDS else item for name, item in value["evidence"].items()
            }
            value = {**value, "evidence": evidence}
        return {name: _clean(item, person) for name, item in value.items()}
    if isinstance(value, list):
        return [_clean(item, person) for item in value]
    return "" if isinstance(value, str) and value in person.usernames else value


def _emptied(name: str, value: Any) -> Any:
    if name in {"before", "after"} and isinstance(value, dict):
        return _blanked(value)
    if name == "reason" and isinstance(value, dict) and "id" in value:
        return _wordless(value)
    if isinstance(value, dict):
        return {}
    if isinstance(value, list):
        return []
    return "" if isinstance(value, str) else None


def _wordless(sentence: Mapping[str, Any]) -> dict[str, Any]:
    """The sentence stays, what it says of the person goes."""
    args = {name: "" if isinstance(value, str) else value for name, value in sentence.get("args", {}).items()}
    return {"id": sentence["id"], "args": args}


def _blanked(values: Mapping[str, Any]) -> dict[str, None]:
    """The names of the fields stay, their values go."""
    return dict.fromkeys(values)
