"""The answers: what a good import does about each Webitel user, and why."""

from __future__ import annotations

from collections import Counter

import pandas as pd

from usersync.sandbox.people.customers import Customers
from usersync.sandbox.people.draw import objects
from usersync.sandbox.people.frames import frame
from usersync.sandbox.people.layout import Layout
from usersync.sandbox.people.values import Person, Scene

COLUMNS = ("webitel_user_id", "username", "contact_id", "kind", "expected", "acceptable", "why")
_BY_NAME_ALONE = frozenset({"name", "cross_script", "nickname", "language"})
_NAMESAKES_ALLOWED = 0.02
"""Above this many expected other employees with the same words, a name alone decides nothing."""


def truth(layout: Layout, customers: Customers, *, classic: bool) -> pd.DataFrame:
    """One row per Webitel user, tombstones excluded.

    `expected` is the best answer (`auto`, `review`, `create`, `skip`, `adopted`), `acceptable` every answer that is no mistake,
    joined by `|`; `contact_id` is the right contact even where a human has to say so, None where there is none.
    """
    names = _Names(layout, customers)
    rows = []
    for place, scene in enumerate(layout.scenes):
        if scene.user is None:
            continue
        expected, acceptable = _answer(scene, names, classic=classic)
        rows.append(
            (layout.user_ids[place], scene.user.username, layout.contact_id(place), scene.kind, expected,
             "|".join(sorted(acceptable | {expected})), scene.why)
        )  # fmt: skip
    columns = list(zip(*rows, strict=True))
    return frame({name: objects(list(column)) for name, column in zip(COLUMNS, columns, strict=True)})


def _answer(scene: Scene, names: _Names, *, classic: bool) -> tuple[str, frozenset[str]]:
    person = scene.person
    if (
        scene.kind in _BY_NAME_ALONE
        and person
        and (names.namesakes(person) or names.others(person) > _NAMESAKES_ALLOWED)
    ):
        return "review", scene.acceptable
    if classic and scene.kind == "no_extension":  # the base package keeps nothing but the extension
        return "review", scene.acceptable
    if classic and scene.kind == "adopted":  # and no username to adopt a record by
        return "auto", scene.acceptable | {"review"}
    return scene.expected, scene.acceptable


class _Names:
    """How often names occur: among employees, and as a whole name among customers."""

    def __init__(self, layout: Layout, customers: Customers) -> None:
        parts = [face.parts for face in layout.faces if face.account == "own"]
        self._count = max(len(parts), 1)
        self._words = Counter(word for surname, given, _ in parts for word in (surname, given) if word)
        self._employees = Counter((surname, given) for surname, given, _ in parts)
        wanted = {scene.person.surname for scene in layout.scenes if scene.person and scene.kind in _BY_NAME_ALONE}
        rows = pd.Series(customers.surname, dtype=object).isin(wanted).to_numpy().nonzero()[0]
        self._customers = set(zip(customers.surname[rows].tolist(), customers.given[rows].tolist(), strict=True))

    def namesakes(self, person: Person) -> bool:
        """Whether another employee or a customer bears the same surname and given name."""
        name = (person.surname, person.given)
        return self._employees[name] > 1 or name in self._customers

    def others(self, person: Person) -> float:
        """Expected number of other employees with these words, were they drawn at random."""
        count = self._count
        shares = (max(self._words[word] - 1, 0.1) / count for word in (person.surname, person.given))
        product = float(count)
        for share in shares:
            product *= share
        return product
