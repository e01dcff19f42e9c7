"""Further columns as evidence: how much less likely a chance agreement becomes with each value that agrees.

The same measure as for names: λ, the expected number of other people who would agree as well, is multiplied by the share of
contacts that hold the value (Fellegi and Sunter, 1969, with the frequencies of the table in place of trained weights).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from rapidfuzz.distance import OSA

from usersync.errors import UsageError
from usersync.matching.settings import EvidenceRole, EvidenceRule

_COMMON = 300
"""A value that more contacts hold finds no candidates."""
_TOLERANCE = 10.0
"""One typing error in a value is worth a tenth of its weight."""
_AGAINST = {EvidenceRole.KEY: 30.0, EvidenceRole.SUPPORT: 4.0}
"""How much a value that differs speaks against: a key is seldom wrong, addresses change."""


@dataclass(frozen=True)
class Weight:
    """What the further columns say of one pair.

    Attributes:
        factor: λ is multiplied by this.
        agreed: names of the rules that agree.
        against: names of the rules that differ.
    """

    factor: float = 1.0
    agreed: tuple[str, ...] = ()
    against: tuple[str, ...] = ()


class EvidenceTable:
    """The further columns of both tables."""

    def __init__(self, rules: Sequence[EvidenceRule], users: pd.DataFrame, contacts: pd.DataFrame) -> None:
        self.rules = rules
        self._mine = [_values(users, rule.users_column, "users") for rule in rules]
        self._theirs = [_values(contacts, rule.contacts_column, "contacts") for rule in rules]
        self._holders: list[dict[str, list[int]]] = []
        for column in self._theirs:
            holders: dict[str, list[int]] = defaultdict(list)
            for row, value in enumerate(column):
                if value:
                    holders[value].append(row)
            self._holders.append(holders)
        self._size = max(1, len(contacts))

    def candidates(self, user: int) -> list[int]:
        """Contacts that hold the value of a key, or the values of two supporting columns."""
        found: set[int] = set()
        shared: Counter[int] = Counter()
        for rule, mine, holders in zip(self.rules, self._mine, self._holders, strict=True):
            rows = holders.get(mine[user], ()) if mine[user] else ()
            if len(rows) > _COMMON:
                continue
            if rule.role is EvidenceRole.KEY:
                found.update(rows)
            else:
                shared.update(rows)
        found.update(row for row, times in shared.items() if times >= 2)
        return sorted(found)

    def weigh(self, user: int, contact: int) -> Weight:
        """What the columns say of one user and one contact. A blank says nothing."""
        factor = 1.0
        agreed: list[str] = []
        against: list[str] = []
        for rule, mine, theirs, holders in zip(self.rules, self._mine, self._theirs, self._holders, strict=True):
            one, other = mine[user], theirs[contact]
            if not one or not other:
                continue
            share = max(len(holders[other]) - 1, 0.3) / self._size
            if one == other:
                factor *= share
                agreed.append(rule.name)
            elif rule.tolerant and min(len(one), len(other)) >= 4 and OSA.distance(one, other, score_cutoff=1) <= 1:
                factor *= min(1.0, share * _TOLERANCE)
                agreed.append(rule.name)
            else:
                factor *= _AGAINST[rule.role]
                against.append(rule.name)
        return Weight(factor, tuple(agreed), tuple(against))


def _values(table: pd.DataFrame, column: str, what: str) -> list[str]:
    if column not in table.columns:
        raise UsageError("matching-column-missing", column=column, table=what)
    return ["" if pd.isna(value) else " ".join(str(value).casefold().split()) for value in table[column]]
