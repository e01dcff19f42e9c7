"""What may be tuned about matching: thresholds, lists, further evidence. Part of the settings of the project."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any

from usersync.errors import UsageError


class EvidenceRole(StrEnum):
    """What a further column may do."""

    KEY = "key"
    """Few people share a value: it finds candidates and its rarity counts against λ."""
    SUPPORT = "support"
    """Many share a value: it corroborates what names or keys say, and never finds a candidate."""


@dataclass(frozen=True)
class EvidenceRule:
    """One more pair of columns that both tables have.

    Attributes:
        name: how it is called in the explanation.
        users_column: column of the users' table.
        contacts_column: column of the contacts' table.
        role: what it may do.
        tolerant: whether one typing error still counts as agreement (at a tenth of its weight).
    """

    name: str
    users_column: str
    contacts_column: str
    role: EvidenceRole = EvidenceRole.SUPPORT
    tolerant: bool = False


_SERVICE_WORDS = (
    "robot", "ivr", "admin", "administrator", "root", "supervisor", "test", "test*", "qa", "demo", "bot", "chatbot", "new",
    "temp", "reserve", "vacancy", "trainee", "menu", "answering", "machine", "mail", "auto", "voice", "call", "center", "centre",
    "department", "technical", "employee", "account", "info",
    "voicebot", "autodialer", "dialer", "autocall", "queue", "system", "service", "support", "api", "integration", "webitel",
    "creatio", "sip", "trunk", "gateway", "voicemail", "fax", "noreply", "call-center", "callcenter", "contact-center",
    "contactcenter", "helpdesk", "hotline", "reception", "office", "guest", "user", "none", "null", "nan", "unknown",
    "anonymous", "n/a", "default", "monitor", "monitoring", "recorder", "scheduler", "backup",
    "робот", "тест", "тест*", "адмін", "админ", "адміністратор", "администратор", "бот", "чатбот",
    "автодозвон", "автодзвін", "черга", "очередь", "система", "сервіс", "сервис", "демо", "факс", "колцентр", "колл-центр",
    "кол-центр", "контакт-центр", "приймальня", "приемная", "офіс", "офис", "невідомо", "неизвестно", "новий", "новый",
    "користувач", "пользователь", "співробітник", "сотрудник", "працівник", "працівниця", "тимчасовий", "временный", "резерв",
    "вакансія", "вакансия", "стажер", "стажист", "гаряча", "горячая", "лінія", "линия", "відділ", "отдел", "продажів",
    "продаж", "якості", "качества", "технічна", "техническая", "підтримка", "поддержка", "служба", "довідка", "справочная",
    "голосове", "голосовое", "меню", "автовідповідач", "автоответчик", "рецепція", "ресепшн", "бухгалтерія", "бухгалтерия",
    "склад", "магазин", "аптека", "філія", "филиал", "центр", "дзвінків",
)  # fmt: skip

_SEAT_WORDS = (
    "operator", "agent", "seat", "workplace", "cash", "cashier", "desk", "manager", "line", "phone", "station", "post", "room",
    "sales", "kasa", "window",
    "оператор", "агент", "каса", "касса", "касир", "кассир", "місце", "место", "пост", "менеджер", "лінія", "линия",
    "телефон", "робоче", "рабочее", "стійка", "стойка", "вікно", "окно", "кабінет", "кабинет", "продавець", "продавец",
    "консультант", "рм", "арм",
)  # fmt: skip

_SHARED_MAILBOXES = (
    "info", "sales", "office", "admin", "support", "help", "helpdesk", "contact", "contacts", "mail", "noreply", "no-reply",
    "reception", "hr", "marketing", "hello", "team", "service", "shop", "order", "orders", "billing", "callcenter",
    "call-center", "postmaster", "webmaster", "root", "test", "zakaz", "buh", "secretary", "manager", "operator",
)  # fmt: skip


@dataclass(frozen=True)
class MatchSettings:
    r"""Thresholds and lists of matching; the measured effect of each is in docs/matching.md.

    Attributes:
        max_lambda: greatest expected number of other people with the same matched words for a link by name alone.
        typing_errors: share of names that are mistyped; one edit beside a patronymic (A3) links at this share of `max_lambda`.
        rival_margin: a second contact within this many points (0 to 100) makes a link by name a question.
        candidate_limit: candidates kept for a person who decides.
        pair_limit: greatest number of distinct names compared in full for one user; the closest by cheap signs are kept.
        allow_manual_rule: whether a contact whose name is exactly the Webitel username is linked (the vendor's own rule).
        allow_login: whether a Creatio login equal to the Webitel username links.
        service_words: a name or login made of these (and numbers) is no person; `тест*` stands for words that begin so, where
            every word of the name is such a word.
        seat_words: with a number, a shared seat.
        shared_mailboxes: local parts of e-mail addresses that belong to nobody.
        region: ISO code of the country that phone numbers without `+` are read in.
        login_domains: `DOMAIN\` and `@domain` of logins that mean nothing.
        evidence: further columns to compare.
    """

    max_lambda: float = 0.02
    typing_errors: float = 0.02
    rival_margin: float = 6.0
    candidate_limit: int = 3
    pair_limit: int = 24
    allow_manual_rule: bool = True
    allow_login: bool = True
    service_words: tuple[str, ...] = field(default=_SERVICE_WORDS)
    seat_words: tuple[str, ...] = field(default=_SEAT_WORDS)
    shared_mailboxes: tuple[str, ...] = field(default=_SHARED_MAILBOXES)
    region: str = "UA"
    login_domains: tuple[str, ...] = ()
    evidence: tuple[EvidenceRule, ...] = ()

    @classmethod
    def given(cls, values: Mapping[str, Any]) -> MatchSettings:
        """The settings with some of them changed, as a settings file gives them (docs/matching.md#changing-it).

        Args:
            values: setting → value. A list replaces the one shipped; the entry `...` stands for everything that is shipped.

        Raises:
            UsageError: there is no such setting, or the value is not of its kind.
        """
        shipped = cls()
        changed: dict[str, Any] = {}
        for name, value in values.items():
            if name not in _CHANGEABLE:
                raise UsageError("matching-setting-unknown", setting=name, known=", ".join(_CHANGEABLE))
            usual = getattr(shipped, name)
            if not _is_like(value, usual):
                raise UsageError("matching-setting-wrong", setting=name, usual=_kind_of(usual))
            changed[name] = _merged(value, usual) if isinstance(usual, tuple) else type(usual)(value)
        return replace(shipped, **changed)

    def fingerprint(self) -> str:
        """SHA-256 of everything that decides, 64 hex digits."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()


_CHANGEABLE = tuple(name for name in MatchSettings.__dataclass_fields__ if name != "evidence")
"""Further columns are for callers of the library: the process has none."""


def _is_like(value: Any, usual: Any) -> bool:
    if isinstance(usual, tuple):
        return isinstance(value, (list, tuple)) and all(isinstance(item, str) for item in value)
    if isinstance(usual, (bool, str)):
        return type(value) is type(usual)
    whole = isinstance(value, int) and not isinstance(value, bool)
    return (whole or (isinstance(usual, float) and isinstance(value, float))) and value >= 0


def _kind_of(usual: Any) -> str:
    return {bool: "flag", str: "text", tuple: "list", int: "whole"}.get(type(usual), "number")


def _merged(value: Sequence[str], shipped: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for entry in value for word in (shipped if entry == "..." else (entry,)))
