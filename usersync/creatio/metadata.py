"""What entities a Creatio has, read from `$metadata` (CSDL, the XML of OData 4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from usersync.creatio.errors import MetadataUnreadable


@dataclass(frozen=True)
class Property:
    """A column.

    Attributes:
        name: its name, case matters.
        type: `Edm.String`, `Edm.Guid`, …
        max_length: in characters, None where it is not stated.
    """

    name: str
    type: str
    max_length: int | None = None


@dataclass(frozen=True)
class Navigation:
    """A reference to another entity.

    Attributes:
        name: its name, case matters.
        target: name of the entity type referred to, without namespace.
        many: it leads to a collection.
    """

    name: str
    target: str
    many: bool = False


@dataclass(frozen=True)
class Entity:
    """An entity set with the columns and references of its type, inherited ones included."""

    name: str
    type: str
    properties: Mapping[str, Property] = field(default_factory=dict)
    navigations: Mapping[str, Navigation] = field(default_factory=dict)


@dataclass(frozen=True)
class Metadata:
    """The entity sets of a service by name."""

    entities: Mapping[str, Entity]

    def has(self, entity: str, column: str | None = None) -> bool:
        """Whether there is such an entity set (with such a column); case matters, as it does to Creatio."""
        found = self.entities.get(entity)
        return found is not None and (column is None or column in found.properties)

    def navigates(self, entity: str, navigation: str) -> bool:
        """Whether rows of the entity set have this reference to one row."""
        found = self.entities.get(entity)
        reference = found.navigations.get(navigation) if found else None
        return reference is not None and not reference.many

    def similar(self, wanted: str, entity: str | None = None) -> str | None:
        """The name that differs from the wanted one only in case, if there is one.

        Args:
            wanted: name of an entity set, or of a column where `entity` is given.
            entity: entity set to look in.
        """
        if entity is None:
            known = list(self.entities)
        else:
            known = list(self.entities[entity].properties) if entity in self.entities else []
        return next((name for name in known if name.lower() == wanted.lower() and name != wanted), None)


@lru_cache(maxsize=2)
def parse(content: bytes, *, url: str = "") -> Metadata:
    """Read `$metadata`. It is megabytes and seldom another: a process that asks again reads it once.

    Args:
        content: the XML document; entities and external references are refused.
        url: where it came from, for the error.

    Raises:
        MetadataUnreadable: it is no CSDL or describes no entity set.
    """
    try:
        root = fromstring(content)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise MetadataUnreadable(url=url) from error
    types: dict[str, tuple[str, Element]] = {}
    for schema in _all(root, "Schema"):
        for element in _children(schema, "EntityType"):
            for prefix in filter(None, (schema.get("Namespace"), schema.get("Alias"))):
                types[f"{prefix}.{element.get('Name')}"] = (str(element.get("Name")), element)
    entities = {
        name: _entity(name, element.get("EntityType", ""), types)
        for container in _all(root, "EntityContainer")
        for element in _children(container, "EntitySet")
        if (name := element.get("Name"))
    }
    if not entities:
        raise MetadataUnreadable(url=url)
    return Metadata(entities)


def _entity(name: str, qualified: str, types: Mapping[str, tuple[str, Element]]) -> Entity:
    properties: dict[str, Property] = {}
    navigations: dict[str, Navigation] = {}
    seen: set[str] = set()
    following = qualified
    while following in types and following not in seen:
        seen.add(following)
        _, element = types[following]
        for child in _children(element, "Property"):
            made = Property(child.get("Name", ""), child.get("Type", ""), _length(child.get("MaxLength")))
            properties.setdefault(made.name, made)
        for child in _children(element, "NavigationProperty"):
            reference = _navigation(child)
            navigations.setdefault(reference.name, reference)
        following = element.get("BaseType", "")
    return Entity(name, qualified.rpartition(".")[2], properties, navigations)


def _navigation(element: Element) -> Navigation:
    target = element.get("Type", "")
    many = target.startswith("Collection(")
    if many:
        target = target.removeprefix("Collection(").removesuffix(")")
    return Navigation(element.get("Name", ""), target.rpartition(".")[2], many)


def _length(value: str | None) -> int | None:
    return int(value) if value and value.isdigit() else None


def _all(root: Element, local: str) -> Iterator[Element]:
    return (element for element in root.iter() if _local(element) == local)


def _children(element: Element, local: str) -> Iterator[Element]:
    return (child for child in element if _local(child) == local)


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
