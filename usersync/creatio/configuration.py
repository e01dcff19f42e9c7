"""The section `[creatio.mapping]` of the configuration: the names that are not as a profile has them."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel, ConfigDict, field_validator, model_validator
from pydantic import Field as Setting
from pydantic_core import PydanticCustomError

from usersync.creatio.errors import NameRefused
from usersync.creatio.profiles import ENTITIES, REFERRERS, FieldKind
from usersync.creatio.query import guid, name
from usersync.words import say

SECTION = "creatio.mapping"


class EntitySettings(BaseModel):
    """What the configuration says of one entity."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    entity: str | None = Setting(None, description="Name of the entity set; empty = this CRM has no such entity.")
    columns: dict[str, str] = Setting(
        default_factory=dict, description="Our field name → column; empty = this CRM has no such column."
    )
    optional: bool | None = Setting(None, description="A CRM without this entity is no reason to stop.")
    optional_columns: frozenset[str] = Setting(
        default=frozenset(), description="Fields without which this CRM is still good enough."
    )


class MappingSettings(BaseModel):
    """The section `[creatio.mapping]` of the configuration. What is not said is as the profile has it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    record: EntitySettings = EntitySettings()
    license_row: EntitySettings = EntitySettings()
    role_row: EntitySettings = EntitySettings()
    contact: EntitySettings = EntitySettings()
    account: EntitySettings = EntitySettings()
    communication: EntitySettings = EntitySettings()
    system_user: EntitySettings = EntitySettings()
    tag: EntitySettings = EntitySettings()
    record_tag: EntitySettings = EntitySettings()
    career: EntitySettings = EntitySettings()
    contact_type: EntitySettings = EntitySettings()
    account_type: EntitySettings = EntitySettings()
    referrers: tuple[str, ...] = Setting(
        REFERRERS, description="Lookups on Contact (`Entity.Navigation`) asked before a contact is deleted."
    )

    @model_validator(mode="after")
    def _names(self) -> Self:
        for logical, shape in ENTITIES.items():
            said: EntitySettings = getattr(self, logical)
            setting = f"{SECTION}.{logical}"
            for field in sorted({*said.columns, *said.optional_columns} - set(shape.fields)):
                _refuse("creatio-field-unknown", setting=setting, field=field, known=", ".join(shape.fields))
            for field in said.columns:
                if shape.fields[field].kind is FieldKind.KEY:
                    _refuse("creatio-key-is-fixed", setting=f"{setting}.columns.{field}")
            for place, given in (("entity", said.entity), *((f"columns.{key}", v) for key, v in said.columns.items())):
                if given:
                    _named(f"{setting}.{place}", given)
        for given in self.referrers:
            entity, dot, navigation = given.partition(".")
            _named(f"{SECTION}.referrers", entity)
            _named(f"{SECTION}.referrers", navigation if dot else "")
        return self


class SectionSettings(BaseModel):
    """The section `[creatio.section]`: where "Webitel users" stands. An id counts before a code, a code before a caption."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    workplace_id: str = Setting("", description="Id of the workplace; empty = found by its name.")
    workplace: str = Setting("Contact Center", description="Name of the workplace, as the integration user sees it.")
    id: str = Setting("", description="Id of the section (SysModule); empty = found by its code, else its caption.")
    code: str = Setting("WSysAccount", description="Code of the section.")
    caption: str = Setting("Webitel users", description="Caption of the section, as the integration user sees it.")

    @field_validator("workplace_id", "id")
    @classmethod
    def _ids(cls, value: str) -> str:
        return guid(value) if value else value


def _named(setting: str, given: str) -> None:
    try:
        name(given)
    except NameRefused:
        _refuse("creatio-name-not-a-name", setting=setting)


def _refuse(message_id: str, **args: str) -> None:
    raise PydanticCustomError("mapping", "{sentence}", {"sentence": say(message_id, **args)})
