"""All objects of one Creatio: which exist depends on the profile."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from usersync.sandbox.creatio.columns import Column, Entity, lookup_entity
from usersync.sandbox.creatio.entities_people import PEOPLE
from usersync.sandbox.creatio.entities_section import CALLMANAGER, CLASSIC
from usersync.sandbox.creatio.entities_system import SYSTEM

Profile = Literal["callmanager", "classic"]


@dataclass(frozen=True)
class Schema:
    """The objects of one installation.

    Attributes:
        entities: by name.
        referrers: entity → the lookups of all entities that point to it.
    """

    entities: Mapping[str, Entity]
    referrers: Mapping[str, tuple[tuple[Entity, Column], ...]] = field(init=False)

    def __post_init__(self) -> None:
        found: dict[str, list[tuple[Entity, Column]]] = {}
        for item in self.entities.values():
            for column in item.columns.values():
                if column.references:
                    found.setdefault(column.references, []).append((item, column))
        object.__setattr__(self, "referrers", {name: tuple(items) for name, items in found.items()})

    @classmethod
    def of(cls, profile: Profile) -> Schema:
        """The objects a profile has; lookups nobody describes are plain lists of names."""
        known = {item.name: item for item in (*PEOPLE, *SYSTEM, *(CLASSIC if profile == "classic" else CALLMANAGER))}
        for name in sorted(set(_referenced(known.values())) - set(known)):
            known[name] = lookup_entity(name)
        return cls(known)


def _referenced(entities: Iterable[Entity]) -> Iterable[str]:
    for item in entities:
        for column in item.columns.values():
            if column.references:
                yield column.references
