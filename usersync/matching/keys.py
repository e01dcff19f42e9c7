"""Evidence beyond names: Creatio login, e-mail, phone, account. What many hold is no key; blank never equals blank.

The extension is not here on purpose: a new hire inherits the leaver's. It only orders what a human is shown.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

import phonenumbers

from usersync.matching.settings import MatchSettings

SMALLEST_POOL = 25
"""A pool of a few people says nothing of how common a word or an account is."""
_COMMON_ACCOUNT = 0.1
"""An account that more of the pool has corroborates nothing: a typing error makes a name ten times as common."""
Column = Sequence[str]
Columns = Mapping[str, Column]
"""Column name → one text for each row, "" where nothing stands; a missing column is not there."""


class Key(StrEnum):
    """What may identify a person beside the name, strongest first."""

    LOGIN = "login"
    MANUAL = "manual"
    EMAIL = "email"
    MOBILE = "mobile"


class Support(StrEnum):
    """What corroborates a name that agrees almost."""

    EMAIL_LOCAL = "email-local"
    PHONE = "phone"
    ACCOUNT = "account"


@dataclass
class KeyHits:
    """Per user row: contacts reached by keys, and what supports which contact.

    Attributes:
        strong: user row → contact row → keys that lead there.
        shared: user row → keys that more than one contact holds (no evidence; told to the reader).
        contested: (user row, contact row) that another user reaches by the same value.
        support: (user row, contact row) → corroborators.
        extension: user row → contacts that hold the user's extension.
        accounts: account ids of the users and of the contacts, where both are known.
        account_shares: account id → share of the pool that has it, for accounts that tell something.
    """

    strong: dict[int, dict[int, list[Key]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))
    shared: dict[int, list[Key]] = field(default_factory=lambda: defaultdict(list))
    contested: set[tuple[int, int]] = field(default_factory=set)
    support: dict[tuple[int, int], list[Support]] = field(default_factory=lambda: defaultdict(list))
    extension: dict[int, list[int]] = field(default_factory=dict)
    accounts: tuple[Column, Column] | None = None
    account_shares: Mapping[str, float] = field(default_factory=dict)

    def supports(self, user: int, contact: int) -> list[Support]:
        """What corroborates this pair."""
        found = list(self.support.get((user, contact), ()))
        if self.accounts and self.accounts[0][user] == self.accounts[1][contact] in self.account_shares:
            found.append(Support.ACCOUNT)
        return found

    def account_share(self, contact: int) -> float:
        """Share of the pool that has the contact's account; 1 where that tells nothing."""
        return self.account_shares.get(self.accounts[1][contact], 1.0) if self.accounts else 1.0


def find_keys(users: Columns, contacts: Columns, pool: Sequence[bool], settings: MatchSettings) -> KeyHits:
    """Everything but names that ties users to contacts."""
    hits = KeyHits()
    usernames = [_login(text, settings) for text in users.get("username", ())]
    emails = [_email(text) for text in _emails(users)]
    if settings.allow_login and "Login" in contacts:
        _join(Key.LOGIN, usernames, [contacts["Login"]], lambda text: _login(text, settings), hits)
    if settings.allow_manual_rule:
        spaced = [_spaced(text) for text in users.get("username", ())]
        wanted = frozenset(spaced) - {""}
        members = (
            []
            if not wanted
            else [
                name if inside and _spaced(name) in wanted else ""
                for name, inside in zip(contacts["Name"], pool, strict=True)
            ]
        )
        _join(Key.MANUAL, spaced, [members], _spaced, hits)
    if "Email" in contacts:
        personal = [email if is_personal(email, settings) else "" for email in emails]
        _join(Key.EMAIL, personal, [contacts["Email"]], _email, hits)
        _support_by_local_part(usernames, contacts["Email"], settings, hits)
    if "Login" in contacts:
        locals_ = [email.partition("@")[0] if is_personal(email, settings) else "" for email in emails]
        _support(Support.EMAIL_LOCAL, locals_, contacts["Login"], lambda text: _login(text, settings), hits)
    _by_phone(users, contacts, settings, hits)
    if "account" in users and "AccountId" in contacts:
        _same_account(users["account"], contacts["AccountId"], pool, hits)
    if "extension" in users and "Extension" in contacts:
        _by_extension(users["extension"], contacts["Extension"], hits)
    return hits


def _emails(users: Columns) -> list[str]:
    emails = users.get("email")
    usernames = users.get("username")
    if emails is None:
        return [text if "@" in text else "" for text in usernames or ()]
    if usernames is None:
        return list(emails)
    return [email or (login if "@" in login else "") for email, login in zip(emails, usernames, strict=True)]


def _email(text: str) -> str:
    text = text.strip().casefold()
    return text if re.fullmatch(r"[^@\s]+@[^@\s]+", text) else ""


def is_personal(email: str, settings: MatchSettings) -> bool:
    """Whether an address may belong to one person, by its local part alone."""
    return bool(email) and email.partition("@")[0] not in settings.shared_mailboxes


def _login(text: str, settings: MatchSettings) -> str:
    r"""Without a known `DOMAIN\` before it or `@domain` after it; an unknown one stays, it may be another company's."""
    text = text.strip().casefold()
    domains = {domain.casefold() for domain in settings.login_domains}
    head, separator, tail = text.partition("\\")
    if separator and head in domains:
        text = tail
    head, separator, tail = text.rpartition("@")
    return head if separator and tail in domains else text


def _spaced(text: str) -> str:
    return " ".join(text.casefold().split())


def _holders(wanted: Iterable[str], columns: Sequence[Column], normal: Callable[[str], str]) -> dict[str, set[int]]:
    """Value → rows that hold it, for the wanted values only."""
    values = set(wanted) - {""}
    found: dict[str, set[int]] = defaultdict(set)
    if values:
        for column in columns:
            for row, text in enumerate(column):
                if text and (value := normal(text)) in values:
                    found[value].add(row)
    return found


def _join(key: Key, mine: Column, theirs: Sequence[Column], normal: Callable[[str], str], hits: KeyHits) -> None:
    holders = _holders(mine, theirs, normal)
    times = Counter(mine)
    for user, value in enumerate(mine):
        rows = holders.get(value, set())
        if len(rows) > 1:
            hits.shared[user].append(key)
        elif rows:
            (row,) = rows
            hits.strong[user][row].append(key)
            if times[value] > 1:
                hits.contested.add((user, row))


def _support(name: Support, mine: Column, theirs: Column, normal: Callable[[str], str], hits: KeyHits) -> None:
    holders = _holders(mine, [theirs], normal)
    for user, value in enumerate(mine):
        for row in holders.get(value, ()):
            if name not in hits.support[user, row]:
                hits.support[user, row].append(name)


def _support_by_local_part(usernames: Column, emails: Column, settings: MatchSettings, hits: KeyHits) -> None:
    personal = [name if name not in settings.shared_mailboxes else "" for name in usernames]
    _support(Support.EMAIL_LOCAL, personal, emails, lambda text: _email(text).partition("@")[0], hits)


def _by_phone(users: Columns, contacts: Columns, settings: MatchSettings, hits: KeyHits) -> None:
    """Phones as E.164, valid numbers only. Mobile numbers are keys, others corroborate.

    Parsing costs 18 µs: only numbers whose last nine digits some user has are parsed.
    """
    if "phone" not in users:
        return
    region = settings.region
    mine = [e164(text, region) if text else "" for text in users["phone"]]
    tails = {number[-7:] for number in mine if number}

    def normal(text: str) -> str:
        digits = re.sub(r"\D", "", text)
        return e164(text, region) if digits[-7:] in tails else ""

    columns = [contacts[name] for name in ("MobilePhone", "Phone") if name in contacts]
    holders = _holders(mine, columns, normal)
    mobile = _holders(mine, [contacts["MobilePhone"]], normal) if "MobilePhone" in contacts else {}
    times = Counter(mine)
    for user, number in enumerate(mine):
        rows = holders.get(number, set())
        if len(rows) > 1:
            hits.shared[user].append(Key.MOBILE)
        elif rows:
            (row,) = rows
            if row in mobile.get(number, ()) or is_mobile(number):
                hits.strong[user][row].append(Key.MOBILE)
                if times[number] > 1:
                    hits.contested.add((user, row))
            elif times[number] == 1:
                hits.support[user, row].append(Support.PHONE)


@lru_cache(maxsize=65_536)
def e164(text: str, region: str) -> str:
    """A phone number as `+380…`, "" where it is no valid number (an extension is none)."""
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@lru_cache(maxsize=65_536)
def is_mobile(number: str) -> bool:
    """Whether a number in E.164 is a mobile one for certain."""
    return phonenumbers.number_type(phonenumbers.parse(number)) == phonenumbers.PhoneNumberType.MOBILE


def _same_account(mine: Column, theirs: Column, pool: Sequence[bool], hits: KeyHits) -> None:
    # Not as pairs: a company has many contacts. Where most employees have one account, it tells nobody from anybody.
    hits.accounts = ([text.strip().casefold() for text in mine], [text.strip().casefold() for text in theirs])
    counts = Counter(account for account, inside in zip(hits.accounts[1], pool, strict=True) if account and inside)
    size = max(SMALLEST_POOL, counts.total())
    hits.account_shares = {name: n / size for name, n in counts.items() if n / size <= _COMMON_ACCOUNT}


def _by_extension(mine: Column, theirs: Column, hits: KeyHits) -> None:
    holders = _holders([text.strip() for text in mine], [theirs], str.strip)
    for user, text in enumerate(mine):
        if rows := holders.get(text.strip()):
            hits.extension[user] = sorted(rows)
