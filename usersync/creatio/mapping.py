"""What our entities and fields are called in this customer's Creatio (docs/creatio.md#profiles).

A profile gives the names; the configuration may change each of them:

    [creatio.mapping.record]
    entity = "UsrWebitelUser"
    columns = { extension = "UsrExt", stun = "" }     # "" = this CRM has no such column

Everything beyond the client speaks logical names: `record.extension`, not `WSysAccount.Extension`.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as Dict
from dataclasses import dataclass, replace
from typing import Any

from usersync.creatio.configuration import SECTION, EntitySettings, MappingSettings
from usersync.creatio.errors import NOTHING_SAID, NameRefused
from usersync.creatio.metadata import Metadata
from usersync.creatio.profiles import ENTITIES, EntityShape, FieldKind, FieldShape, Profile
from usersync.creatio.query import Field, Filter, Lookup, Query, select
from usersync.creatio.values import as_read, as_written
from usersync.words import Sentence


@dataclass(frozen=True)
class FieldMapping:
    """One field and the column it is.

    Attributes:
        name: our name.
        column: Creatio's; of a lookup the flat key (`ContactId`), which payloads, `$select` and answers have.
        kind: what it holds.
        references: of a lookup, our name of the entity referred to.
        max_length: of a text, in UTF-16 units; None = not known.
        required: a CRM without the column is not good enough.
        setting: the setting that names the column.
    """

    name: str
    column: str
    kind: FieldKind
    references: str = ""
    max_length: int | None = None
    required: bool = True
    setting: str = ""

    @property
    def navigation(self) -> str:
        """Of a lookup, the name filters and `$expand` go by: `Contact`."""
        return self.column.removesuffix("Id")


@dataclass(frozen=True)
class EntityMapping:
    """One entity, the entity set it is, and its fields."""

    name: str
    entity: str
    fields: Dict[str, FieldMapping]
    required: bool = True
    setting: str = ""


@dataclass(frozen=True)
class Referrer:
    """A lookup on Contact somewhere in Creatio."""

    entity: str
    navigation: str

    def to(self, contact: str) -> Filter:
        """The rows that refer to this contact."""
        return Lookup(self.navigation) == contact


@dataclass(frozen=True)
class Problem:
    """A name of the mapping that this Creatio does not have.

    Attributes:
        entity: our name of the entity.
        field: our name of the field, None where the entity itself is missing.
        missing: Creatio's name that was not found.
        setting: the setting that names it.
        required: the process cannot run without it.
        sentence: the problem in words.
    """

    entity: str
    field: str | None
    missing: str
    setting: str
    required: bool
    sentence: Sentence


@dataclass(frozen=True)
class Mapping:
    """Logical names to Creatio's and back. Made with `Mapping.build`."""

    profile: Profile
    entities: Dict[str, EntityMapping]
    referrers: tuple[Referrer, ...] = ()

    @classmethod
    def build(cls, profile: Profile | str = Profile.CALLMANAGER, settings: MappingSettings | None = None) -> Mapping:
        """The mapping of a profile with what the configuration changes.

        Args:
            profile: `callmanager` or `classic`.
            settings: the section `[creatio.mapping]`.

        Raises:
            NameRefused: two fields of an entity would be one column.
        """
        profile = Profile(profile)
        settings = settings or MappingSettings()
        entities = {}
        for logical, shape in ENTITIES.items():
            made = _entity(logical, shape, profile, getattr(settings, logical))
            if made is not None:
                entities[logical] = made
        referrers = tuple(Referrer(*given.split(".", 1)) for given in settings.referrers)
        return cls(profile, entities, referrers)

    @property
    def fields(self) -> dict[str, frozenset[str]]:
        """Our entities and their fields, as this mapping has them."""
        return {logical: frozenset(mapped.fields) for logical, mapped in self.entities.items()}

    def has(self, entity: str, field: str | None = None) -> bool:
        """Whether this CRM has the entity (and the field)."""
        found = self.entities.get(entity)
        return found is not None and (field is None or field in found.fields)

    def entity(self, entity: str) -> str:
        """Creatio's name of the entity set.

        Raises:
            KeyError: the mapping has no such entity; ask `has` first.
        """
        return self.entities[entity].entity

    def field(self, entity: str, field: str) -> FieldMapping:
        """The field's mapping.

        Raises:
            KeyError: the mapping has no such field; ask `has` first.
        """
        return self.entities[entity].fields[field]

    def columns(self, entity: str, fields: Iterable[str] | None = None) -> tuple[str, ...]:
        """The columns to select for these fields; those the CRM lacks are left out. None = all fields, `Id` is always in."""
        mapped = self.entities[entity].fields
        wanted = mapped if fields is None else fields
        columns = ["Id", *(mapped[field].column for field in wanted if field in mapped)]
        return tuple(dict.fromkeys(columns))

    def query(
        self,
        entity: str,
        fields: Iterable[str] | None = None,
        *,
        expand: Dict[str, Iterable[str]] | None = None,
    ) -> Query:
        """A query for these fields.

        Args:
            entity: our name of it.
            fields: our names; None = all.
            expand: lookup → fields of the entity referred to; `from_row` gives them as `contact.name`.
        """
        query = select(*self.columns(entity, fields))
        for lookup, wanted in (expand or {}).items():
            mapped = self.field(entity, lookup)
            query = query.expand(mapped.navigation, *self.columns(mapped.references, wanted))
        return query

    def path(self, entity: str, field: str) -> Field:
        """The field as filters have it. Not for lookups, which are `lookup`.

        Raises:
            KeyError: there is no such field, or it is a lookup.
        """
        mapped = self.field(entity, field)
        if mapped.kind is FieldKind.LOOKUP:
            raise KeyError(field)
        return Field.plain(mapped.column)

    def lookup(self, entity: str, field: str) -> Lookup:
        """The lookup as filters have it.

        Raises:
            KeyError: there is no such field, or it is no lookup.
        """
        mapped = self.field(entity, field)
        if mapped.kind is not FieldKind.LOOKUP:
            raise KeyError(field)
        return Lookup(mapped.navigation)

    def to_row(self, entity: str, fields: Dict[str, Any]) -> dict[str, Any]:
        """A payload for Creatio.

        Args:
            entity: our name of it.
            fields: our field names → values; None clears.

        Raises:
            KeyError: the mapping has no such field; ask `has` first.
            ValueRefused: a value does not fit its column. It is named, not cut.
        """
        row = {}
        for field, value in fields.items():
            mapped = self.field(entity, field)
            row[mapped.column] = as_written(value, mapped.kind, max_length=mapped.max_length, label=f"{entity}.{field}")
        return row

    def from_row(self, entity: str, row: Dict[str, Any]) -> dict[str, Any]:
        """A row of Creatio in our names; columns that were not selected are absent, empty values are None.

        The columns of an expanded lookup are given as `contact.name`.
        """
        fields: dict[str, Any] = {}
        for field, mapped in self.entities[entity].fields.items():
            if mapped.column in row:
                fields[field] = as_read(row[mapped.column], mapped.kind)
            if mapped.kind is FieldKind.LOOKUP and mapped.references in self.entities:
                inner = row.get(mapped.navigation)
                if isinstance(inner, dict):
                    fields |= {
                        f"{field}.{key}": value for key, value in self.from_row(mapped.references, inner).items()
                    }
        return fields

    def settings_of(self, entity_set: str) -> dict[str, str]:
        """The settings that map an entity set's columns; `""` is its own. Empty for one we do not map."""
        settings: dict[str, str] = {}
        for mapped in self.entities.values():
            if mapped.entity == entity_set:
                settings[""] = mapped.setting
                settings |= {field.column: field.setting for field in mapped.fields.values()}
        return settings

    def check(self, metadata: Metadata) -> list[Problem]:
        """Every entity and column of the mapping that this Creatio does not have."""
        problems: list[Problem] = []
        for mapped in self.entities.values():
            if metadata.has(mapped.entity):
                problems += [
                    _problem(metadata, mapped, field)
                    for field in mapped.fields.values()
                    if not _is_there(metadata, mapped.entity, field)
                ]
            else:
                problems.append(_problem(metadata, mapped, None))
        return problems

    def confirmed(self, metadata: Metadata) -> Mapping:
        """The mapping as far as this Creatio has it, with the text lengths it states. Ask `check` for what is missing."""
        entities = {}
        for logical, mapped in self.entities.items():
            if metadata.has(mapped.entity):
                properties = metadata.entities[mapped.entity].properties
                fields = {
                    key: replace(field, max_length=properties[field.column].max_length or field.max_length)
                    for key, field in mapped.fields.items()
                    if _is_there(metadata, mapped.entity, field)
                }
                entities[logical] = replace(mapped, fields=fields)
        referrers = tuple(found for found in self.referrers if metadata.navigates(found.entity, found.navigation))
        return Mapping(self.profile, entities, referrers)


def _entity(logical: str, shape: EntityShape, profile: Profile, said: EntitySettings) -> EntityMapping | None:
    """One entity of the mapping, None where this CRM has none."""
    entity = said.entity if said.entity is not None else shape.entity if profile in shape.profiles else ""
    if not entity:
        return None
    setting = f"{SECTION}.{logical}"
    fields = {}
    for key, field in shape.fields.items():
        column = said.columns.get(key, field.column_in(profile))
        if column:
            required = key not in said.optional_columns
            fields[key] = _field(key, field, column, f"{setting}.columns.{key}", required=required)
    columns: dict[str, str] = {}
    for mapped in fields.values():
        if mapped.column in columns:
            raise NameRefused("creatio-column-twice", setting=mapped.setting, other=columns[mapped.column])
        columns[mapped.column] = mapped.setting
    optional = shape.optional if said.optional is None else said.optional
    return EntityMapping(logical, entity, fields, required=not optional, setting=f"{setting}.entity")


def _field(key: str, shape: FieldShape, column: str, setting: str, *, required: bool) -> FieldMapping:
    if shape.kind is FieldKind.LOOKUP and not column.endswith("Id"):
        column += "Id"
    return FieldMapping(key, column, shape.kind, shape.references, shape.max_length, required, setting)


def _is_there(metadata: Metadata, entity: str, field: FieldMapping) -> bool:
    found = metadata.has(entity, field.column)
    return found and (field.kind is not FieldKind.LOOKUP or metadata.navigates(entity, field.navigation))


def _problem(metadata: Metadata, mapped: EntityMapping, field: FieldMapping | None) -> Problem:
    if field is None:
        missing, setting, required = mapped.entity, mapped.setting, mapped.required
        similar = metadata.similar(missing)
        words = "creatio-entity-not-there"
    else:
        missing, setting, required = field.column, field.setting, field.required and mapped.required
        similar = metadata.similar(missing, mapped.entity)
        words = "creatio-column-not-there"
    sentence = Sentence(
        words,
        {"missing": missing, "entity": mapped.entity, "setting": setting, "similar": similar or NOTHING_SAID,
         "required": "yes" if required else "no"},
    )  # fmt: skip
    return Problem(mapped.name, field.name if field else None, missing, setting, required, sentence)
