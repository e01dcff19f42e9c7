"""`match`: one decision for each user. Reads top-down: read the people, find keys, rank candidates, decide, explain."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from usersync.errors import UsageError
from usersync.matching.collector import paused
from usersync.matching.decide import Court
from usersync.matching.evidence import EvidenceTable
from usersync.matching.explain import explain
from usersync.matching.keys import find_keys, is_personal
from usersync.matching.normalise import clean_names, with_former_name
from usersync.matching.people import Person, queries_of, read_people
from usersync.matching.ranking import Ranker
from usersync.matching.settings import MatchSettings
from usersync.matching.values import Decisions, Verdicts
from usersync.matching.vocabulary import NameTable, Vocabulary

USER_COLUMNS = ("name", "username", "email", "extension", "phone", "account")
CONTACT_COLUMNS = (
    "Surname", "GivenName", "MiddleName", "Email", "Phone", "MobilePhone", "AccountId", "TypeId", "Login", "Extension",
)  # fmt: skip


def match(
    users: pd.DataFrame,
    contacts: pd.DataFrame,
    *,
    pool: pd.Series[bool] | None = None,
    links: Mapping[str, str] | None = None,
    verdicts: Verdicts | None = None,
    settings: MatchSettings = MatchSettings(),  # noqa: B008 - frozen
) -> Decisions:
    """Decide for each user which contact is this person.

    Args:
        users: columns `id` and any of `name, username, email, extension, phone`, and `account` (the id of the user's
            company); all text, missing values None or NaN.
        contacts: columns `Id`, `Name` and any of `Surname, GivenName, MiddleName, Email, Phone, MobilePhone, AccountId,
            TypeId, Login, Extension`. `Login` is that of an *active* system user of the company, never of a portal user.
        pool: which rows of `contacts` are employees, one index for both; None = all are. It gates automatic links and
            is what λ is counted over; it does not limit what is searched.
        links: stored links, user id → contact id.
        verdicts: what humans decided; obeyed.
        settings: thresholds and lists.

    Returns:
        One decision for each user, in the order of `users`. The same input gives the same decisions whatever the order of
        the rows; no contact is linked to two users.

    Raises:
        UsageError: a key column is missing, or an id is blank or there twice.
    """
    with paused():
        return _match(users, contacts, pool, links or {}, verdicts or Verdicts(), settings)


def _match(
    users: pd.DataFrame,
    contacts: pd.DataFrame,
    pool: pd.Series[bool] | None,
    links: Mapping[str, str],
    verdicts: Verdicts,
    settings: MatchSettings,
) -> Decisions:
    require_columns(users, ("id",), "users")
    require_columns(contacts, ("Id", "Name"), "contacts")
    mine = {name: _texts(users, name) for name in USER_COLUMNS if name in users.columns}
    theirs = {name: _texts(contacts, name) for name in ("Name", *CONTACT_COLUMNS) if name in contacts.columns}
    user_ids, contact_ids = _ids(users, "id", "users"), _ids(contacts, "Id", "contacts")
    blank = [""] * len(users)
    people = read_people(mine.get("name", blank), _aliases(mine, len(users), settings), settings)
    inside = _members(contacts, pool)
    hits = find_keys(mine, theirs, inside.tolist(), settings)

    vocabulary = Vocabulary()
    names, owners = _name_table(_names(theirs), vocabulary)
    queries = queries_of(people, vocabulary, _contact_keys(people, vocabulary))
    ranker = Ranker(
        vocabulary, queries, names, owners, contact_ids, _surnames(theirs), inside, hits, settings,
        EvidenceTable(settings.evidence, users, contacts) if settings.evidence else None,
    )  # fmt: skip
    bound = {*links.values(), *verdicts.must_link.values()}
    there = bound.intersection(contact_ids) if bound else frozenset[str]()
    rankings = ranker.rank(len(users))
    court = Court(user_ids, people, rankings, hits, there, links, verdicts, settings)
    return Decisions(
        tuple(
            explain(row, verdict, person, user_ids, hits, rankings)
            for row, (verdict, person) in enumerate(zip(court.decide(), people, strict=True))
        )
    )


def require_columns(table: pd.DataFrame, columns: tuple[str, ...], what: str) -> None:
    """Refuse a table that lacks a key column.

    Raises:
        UsageError: names the column and the table.
    """
    for column in columns:
        if column not in table.columns:
            raise UsageError("matching-column-missing", column=column, table=what)


def _texts(table: pd.DataFrame, column: str) -> list[str]:
    values = table[column]
    missing = values.isna()
    if missing.any():
        values = values.astype(object).where(~missing, "")
    return [value if type(value) is str else str(value) for value in values.tolist()]


def _ids(table: pd.DataFrame, column: str, what: str) -> list[str]:
    ids = _texts(table, column)
    distinct = set(ids)
    if len(distinct) != len(ids):
        raise UsageError("matching-id-twice", column=column, table=what)
    if "" in distinct:
        raise UsageError("matching-id-blank", column=column, table=what)
    return ids


def _members(contacts: pd.DataFrame, pool: pd.Series[bool] | None) -> NDArray[np.bool_]:
    if pool is None:
        return np.ones(len(contacts), dtype=bool)
    if not pool.index.equals(contacts.index):
        pool = pool.reindex(contacts.index)
    return pool.fillna(value=False).to_numpy(dtype=bool)


def _names(contacts: Mapping[str, list[str]]) -> list[str]:
    """The name of each contact; put together from its parts where the whole is blank."""
    names = contacts["Name"]
    parts = [contacts[column] for column in ("Surname", "GivenName", "MiddleName") if column in contacts]
    if not parts or all(names):
        return names
    return [name or " ".join(filter(None, words)) for name, *words in zip(names, *parts, strict=True)]


def _name_table(names: list[str], vocabulary: Vocabulary) -> tuple[NameTable, NDArray[np.int64]]:
    """The names as words, those with a former surname once more at the end; and the contact each row belongs to."""
    former = [
        (row, text)
        for row, name in enumerate(names)
        if ("(" in name or "[" in name) and (text := with_former_name(name))
    ]
    owners = np.concatenate(
        (np.arange(len(names)), np.fromiter((row for row, _ in former), dtype=np.int64, count=len(former)))
    )
    return vocabulary.table([*names, *(text for _, text in former)] if former else names), owners


def _aliases(users: Mapping[str, list[str]], count: int, settings: MatchSettings) -> list[tuple[str, ...]]:
    """Username and local part of the personal e-mail address of each user, those that have letters."""
    blank = [""] * count
    usernames, emails = users.get("username", blank), users.get("email", blank)
    personal = (email.partition("@")[0] if is_personal(email.strip().casefold(), settings) else "" for email in emails)
    pairs = zip(usernames, personal, strict=True)
    return [tuple(text for text in pair if any(char.isalpha() for char in text)) for pair in pairs]


def _surnames(contacts: Mapping[str, list[str]]) -> Callable[[int], frozenset[str]]:
    """What the contact's own column says is the surname; asked for candidates only."""
    column = contacts.get("Surname")
    known: dict[str, frozenset[str]] = {}

    def of(row: int) -> frozenset[str]:
        text = column[row] if column is not None else ""
        if not text:
            return frozenset()
        if text not in known:
            known[text] = frozenset(clean_names([text])[0].split())
        return known[text]

    return of


def _contact_keys(people: list[Person], vocabulary: Vocabulary) -> frozenset[str]:
    """Loose folds of the contacts' words; needed only where there are logins to read."""
    if not any(person.logins for person in people):
        return frozenset()
    return frozenset(variant for variants in vocabulary.fold_now().loose for variant in variants if len(variant) > 1)
