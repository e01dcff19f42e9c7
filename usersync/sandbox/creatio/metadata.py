"""`$metadata`: the objects as CSDL."""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

from usersync.sandbox.creatio.columns import Entity
from usersync.sandbox.creatio.schema import Schema

NAMESPACE = "Terrasoft.Configuration.OData"


def csdl(schema: Schema) -> str:
    """The document. Like Creatio's it has neither lengths nor defaults."""
    types = "".join(_type(item) for item in schema.entities.values())
    sets = "".join(_set(item) for item in schema.entities.values())
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        '<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx"><edmx:DataServices>'
        f'<Schema Namespace="{NAMESPACE}" xmlns="http://docs.oasis-open.org/odata/ns/edm">{types}'
        f'<EntityContainer Name="Container">{sets}</EntityContainer></Schema></edmx:DataServices></edmx:Edmx>'
    )


def _type(item: Entity) -> str:
    properties = "".join(
        f"<Property Name={quoteattr(column.name)} Type={quoteattr(column.edm.value)}"
        + (' Nullable="false"' if column.name == "Id" else "")
        + " />"
        for column in item.columns.values()
        if not column.hidden
    )
    navigations = "".join(
        f"<NavigationProperty Name={quoteattr(name)} Type={quoteattr(f'{NAMESPACE}.{column.references}')}>"
        f'<ReferentialConstraint Property={quoteattr(column.name)} ReferencedProperty="Id" /></NavigationProperty>'
        for name, column in item.navigations.items()
    )
    key = '<Key><PropertyRef Name="Id" /></Key>'
    return f"<EntityType Name={quoteattr(item.name)}>{key}{properties}{navigations}</EntityType>"


def _set(item: Entity) -> str:
    bindings = "".join(
        f"<NavigationPropertyBinding Path={quoteattr(name)} Target={quoteattr(str(column.references))} />"
        for name, column in item.navigations.items()
    )
    return f"<EntitySet Name={quoteattr(item.name)} EntityType={quoteattr(f'{NAMESPACE}.{item.name}')}>{bindings}</EntitySet>"
