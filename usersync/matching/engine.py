"""`match`: one decision for each user."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
from anyascii import anyascii

from usersync.errors import UsageError
from usersync.matching.settings import MatchSettings
from usersync.matching.values import Band, Candidate, Decision, Decisions, Grade, Verdicts
from usersync.words import Sentence

_APOSTROPHES = re.compile("['`´ʹ-ʽ‘-‛′]")


@dataclass(frozen=True)
class _Row:
    id: str
    name: str
    login: str
    email: str
    pooled: bool = True


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
        users: columns `id` and any of `name, username, email, extension, phone`; all text, missing values None or NaN.
        contacts: columns `Id`, `Name` and any of `Surname, GivenName, MiddleName, Email, Phone, MobilePhone, AccountId,
            TypeId, Login, Extension`.
        pool: which rows of `contacts` are employees, one index for both; None = all are.
        links: stored links, user id → contact id.
        verdicts: what humans decided; obeyed.
        settings: thresholds and lists.

    Returns:
        One decision for each user, in the order of `users`.

    Raises:
        UsageError: a key column is missing or an id is there twice.
    """
    require_columns(users, ("id",), "users")
    require_columns(contacts, ("Id", "Name"), "contacts")
    people = _rows(users, "id", "name", "username", "email", None)
    targets = _rows(contacts, "Id", "Name", "Login", "Email", pool)
    return Decisions(tuple(_Simple(people, targets, links or {}, verdicts or Verdicts(), settings).decide()))


def require_columns(table: pd.DataFrame, columns: tuple[str, ...], what: str) -> None:
    """Refuse a table that lacks a key column."""
    for column in columns:
        if column not in table.columns:
            raise UsageError("matching-column-missing", column=column, table=what)


class _Simple:
    def __init__(
        self,
        people: list[_Row],
        targets: list[_Row],
        links: Mapping[str, str],
        verdicts: Verdicts,
        settings: MatchSettings,
    ) -> None:
        self.people, self.targets, self.links, self.verdicts, self.settings = people, targets, links, verdicts, settings
        self.by_id = {row.id: row for row in targets}
        self.rules = [
            ("login", self._index("login", lambda row: row.login.casefold()), lambda user: user.login.casefold()),
            (
                "manual",
                self._index("name", lambda row: row.name.strip().casefold()),
                lambda user: user.login.casefold(),
            ),
            ("email", self._index("email", lambda row: row.email.casefold()), lambda user: user.email.casefold()),
            ("name", self._index("folded", lambda row: folded(row.name)), lambda user: folded(user.name)),
        ]
        self.same_user = [Counter(key(user) for user in people) for _, _, key in self.rules]

    def _index(self, _what: str, key: Any) -> dict[str, list[_Row]]:
        index: dict[str, list[_Row]] = defaultdict(list)
        for row in self.targets:
            if value := key(row):
                index[value].append(row)
        return index

    def decide(self) -> list[Decision]:
        first = [self._one(user) for user in self.people]
        claims = Counter(decision.contact_id for decision in first if decision.contact_id)
        return [
            decision
            if decision.contact_id is None or decision.band is Band.KEEP or claims[decision.contact_id] == 1
            else self._said(
                decision.user_id, Band.REVIEW, "rival-users", self._found([self.by_id[decision.contact_id]])
            )
            for decision in first
        ]

    def _one(self, user: _Row) -> Decision:
        if user.id in self.verdicts.ignore:
            return self._said(user.id, Band.SKIP, "ignored")
        if user.id in self.verdicts.must_link:
            return self._linked(user.id, Band.AUTO, "verdict", self.verdicts.must_link[user.id])
        if user.id in self.links:
            if self.links[user.id] in self.by_id:
                return self._linked(user.id, Band.KEEP, "keep", self.links[user.id])
            return self._said(user.id, Band.REVIEW, "link-lost")
        if user.id in self.verdicts.import_anyway:
            return self._said(user.id, Band.CREATE, "import-anyway")
        words = folded(user.name or user.login).split()
        stem = [word for word in words if not word.isdigit()]
        service = {folded(word) for word in self.settings.service_words}
        if not stem or all(word in service for word in stem):
            return self._said(user.id, Band.SKIP, "service" if stem else "nameless")
        for (rule, index, key), same in zip(self.rules, self.same_user, strict=True):
            value = key(user)
            hits = [row for row in index.get(value, ()) if (user.id, row.id) not in self.verdicts.cannot_link]
            if not value or not hits:
                continue
            if rule == "email" and value.partition("@")[0] in self.settings.shared_mailboxes:
                continue
            if len(hits) > 1:
                return self._said(user.id, Band.REVIEW, "rivals", self._found(hits))
            if same[value] > 1:
                return self._said(user.id, Band.REVIEW, "rival-users", self._found(hits))
            if not hits[0].pooled:
                return self._said(user.id, Band.REVIEW, "outside-pool", self._found(hits))
            if rule == "name" and len(words) < 2:
                return self._said(user.id, Band.REVIEW, "one-word", self._found(hits))
            return self._linked(user.id, Band.AUTO, rule, hits[0].id)
        if len(stem) < len(words):
            return self._said(user.id, Band.REVIEW, "seat")
        if len(words) < 2 or not user.name:
            return self._said(user.id, Band.REVIEW, "one-word")
        return self._said(user.id, Band.CREATE, "nobody")

    def _found(self, rows: list[_Row]) -> tuple[Candidate, ...]:
        best = sorted(rows, key=lambda row: row.id)[: self.settings.candidate_limit]
        return tuple(Candidate(row.id, Grade.A, 100.0, Sentence("matching-candidate")) for row in best)

    def _linked(self, user_id: str, band: Band, rule: str, contact_id: str) -> Decision:
        return Decision(user_id, band, contact_id, Grade.A, 100.0, Sentence(f"matching-rule-{rule}"), {"rule": rule})

    def _said(self, user_id: str, band: Band, rule: str, candidates: tuple[Candidate, ...] = ()) -> Decision:
        grade, score = (candidates[0].grade, candidates[0].score) if candidates else (Grade.NONE, 0.0)
        return Decision(
            user_id, band, None, grade, score, Sentence(f"matching-rule-{rule}"), {"rule": rule}, candidates
        )


def folded(text: str) -> str:
    """The words of a name in Latin letters, sorted: equal for spellings that differ in case, order and apostrophes."""
    text = _APOSTROPHES.sub("", unicodedata.normalize("NFKC", text))
    text = "".join(char for char in text if unicodedata.category(char) != "Cf")
    return " ".join(sorted(re.findall(r"[a-z]+|\d+", anyascii(text).lower())))


def _rows(table: pd.DataFrame, key: str, name: str, login: str, email: str, pool: pd.Series[bool] | None) -> list[_Row]:
    def texts(column: str) -> list[str]:
        if column not in table.columns:
            return [""] * len(table)
        return ["" if pd.isna(value) else str(value).strip() for value in table[column]]

    pooled = (
        [True] * len(table)
        if pool is None
        else [bool(value) for value in pool.reindex(table.index).fillna(value=False)]
    )
    rows = zip(texts(key), texts(name), texts(login), texts(email), pooled, strict=True)
    return [_Row(*row) for row in rows]
