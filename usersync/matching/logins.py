"""Logins as names: the words a login may stand for, given the words the contacts have."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice, product

from usersync.matching.fold import fold
from usersync.matching.given_names import given_names

Words = tuple[str, ...]
_MOST_READINGS = 12


class LoginReader:
    """Reads many logins: whether a piece of a login is a word of some contact is asked for all of them at once."""

    def __init__(self, logins: Iterable[Words], contact_keys: frozenset[str]) -> None:
        """Prepare.

        Args:
            logins: the parts of each login (`usersync.matching.normalise.login_words`).
            contact_keys: loose folds of the words of the contacts.
        """
        parts = {part for login in logins for part in login}
        pieces = sorted({piece for part in parts for piece in _pieces(part)} | parts)
        folds = list(zip(pieces, fold(pieces).loose, strict=True))
        self._known = {piece for piece, variants in folds if not contact_keys.isdisjoint(variants)}
        # Елена may stand among the contacts as Олена.
        self._given = {piece for piece, variants in folds if given_names().find(piece, variants).full}

    def readings(self, login: Words) -> list[Words]:
        """The names a login may stand for: full words first, then initials; the likeliest reading first."""
        found: dict[Words, None] = {}
        ways = [self._ways(part, alone=len(login) == 1) for part in login]
        for chosen in islice(product(*ways), _MOST_READINGS):
            words = [word for group in chosen for word in group]
            full = [word for word in words if len(word) > 1]
            letters = [word for word in words if len(word) == 1]
            if full:
                found[*full, *letters] = None
            if len(full) > 1 and letters:
                found[tuple(full)] = None
        return list(found)

    def _ways(self, part: str, *, alone: bool) -> list[Words]:
        """A part as it stands; as initials where it is short; taken apart where the contacts have the pieces."""
        if len(part) <= 2:
            # Лі, Ng, Юй: a short part may be a whole surname.
            return [tuple(part), *([(part,)] if len(part) == 2 and part in self._known else [])]
        if not alone and (part in self._known or part in self._given):
            return [(part,)]
        return [(part,), *self._splits(part)]

    def _splits(self, part: str) -> Sequence[Words]:
        """Initials and a word, a word and initials, two words."""
        result: list[Words] = []
        for place in range(1, len(part)):
            head, tail = part[:place], part[place:]
            if len(head) <= 2 and len(tail) >= 3:
                if tail in self._known:
                    result.append((tail, *head))
            elif len(tail) <= 2 and len(head) >= 3:
                if head in self._known or head in self._given:
                    result.append((head, *tail))
            elif min(len(head), len(tail)) >= 3 and self._are_two(head, tail):
                result.append((head, tail))
        return result

    def _are_two(self, head: str, tail: str) -> bool:
        known = (head in self._known) + (tail in self._known)
        return known == 2 or (known == 1 and (head in self._given or tail in self._given))


def _pieces(part: str) -> list[str]:
    return [piece for place in range(1, len(part)) for piece in (part[:place], part[place:]) if len(piece) >= 3]
