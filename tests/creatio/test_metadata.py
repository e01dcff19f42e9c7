from __future__ import annotations

import pytest

from usersync.creatio.errors import MetadataUnreadable
from usersync.creatio.metadata import Navigation, Property, parse

CREATIO = b"""<?xml version="1.0" encoding="utf-8"?>
<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx">
 <edmx:DataServices>
  <Schema Namespace="Terrasoft.Configuration" Alias="Self" xmlns="http://docs.oasis-open.org/odata/ns/edm">
   <EntityType Name="BaseEntity" Abstract="true">
    <Key><PropertyRef Name="Id"/></Key>
    <Property Name="Id" Type="Edm.Guid" Nullable="false"/>
    <Property Name="ModifiedOn" Type="Edm.DateTimeOffset"/>
   </EntityType>
   <EntityType Name="Contact" BaseType="Self.BaseEntity">
    <Property Name="Name" Type="Edm.String" MaxLength="250"/>
    <Property Name="Notes" Type="Edm.String" MaxLength="max"/>
    <Property Name="AccountId" Type="Edm.Guid"/>
    <NavigationProperty Name="Account" Type="Terrasoft.Configuration.Account">
     <ReferentialConstraint Property="AccountId" ReferencedProperty="Id"/>
    </NavigationProperty>
    <NavigationProperty Name="ContactCommunicationCollection" Type="Collection(Terrasoft.Configuration.Other)"/>
   </EntityType>
   <EntityType Name="Account" BaseType="Terrasoft.Configuration.BaseEntity"/>
  </Schema>
  <Schema Namespace="Default" xmlns="http://docs.oasis-open.org/odata/ns/edm">
   <EntityContainer Name="Container">
    <EntitySet Name="Contact" EntityType="Terrasoft.Configuration.Contact"/>
    <EntitySet Name="Companies" EntityType="Self.Account"/>
    <EntitySet Name="Odd" EntityType="Nowhere.Odd"/>
   </EntityContainer>
  </Schema>
 </edmx:DataServices>
</edmx:Edmx>"""


def test_entity_sets_have_the_columns_of_their_type_and_of_those_it_is_based_on() -> None:
    contact = parse(CREATIO).entities["Contact"]
    assert set(contact.properties) == {"Id", "ModifiedOn", "Name", "Notes", "AccountId"}
    assert contact.properties["Name"] == Property("Name", "Edm.String", 250)
    assert contact.properties["Notes"].max_length is None
    assert contact.navigations["Account"] == Navigation("Account", "Account")
    assert contact.navigations["ContactCommunicationCollection"] == Navigation(
        "ContactCommunicationCollection", "Other", many=True
    )


def test_an_entity_set_may_be_called_otherwise_than_its_type() -> None:
    metadata = parse(CREATIO)
    assert metadata.entities["Companies"].type == "Account"
    assert metadata.has("Companies", "ModifiedOn")
    assert not metadata.has("Account")


def test_an_entity_set_of_an_unknown_type_has_no_columns() -> None:
    assert not parse(CREATIO).entities["Odd"].properties


def test_case_matters_and_a_near_miss_is_found() -> None:
    metadata = parse(CREATIO)
    assert not metadata.has("contact")
    assert not metadata.has("Contact", "name")
    assert metadata.similar("contact") == "Contact"
    assert metadata.similar("NAME", "Contact") == "Name"
    assert metadata.similar("Name", "Contact") is None
    assert metadata.similar("Name", "Nothing") is None


def test_only_a_reference_to_one_row_is_a_lookup() -> None:
    metadata = parse(CREATIO)
    assert metadata.navigates("Contact", "Account")
    assert not metadata.navigates("Contact", "ContactCommunicationCollection")
    assert not metadata.navigates("Contact", "AccountId")
    assert not metadata.navigates("Nothing", "Account")


def test_other_namespaces_of_odata_4_are_read_too() -> None:
    other = CREATIO.replace(b"docs.oasis-open.org/odata/ns", b"example.com/other").replace(b"edmx:", b"m:")
    other = other.replace(b"xmlns:edmx", b"xmlns:m")
    assert parse(other).has("Contact", "Name")


def test_types_based_on_each_other_in_a_circle_end() -> None:
    circle = CREATIO.replace(b'Name="BaseEntity" Abstract="true"', b'Name="BaseEntity" BaseType="Self.Contact"')
    assert parse(circle).has("Contact", "Id")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"<html><head><title>Login</title></head></html>",
        b"<unclosed>",
        b'<!DOCTYPE x [<!ENTITY a "b">]><edmx>&a;</edmx>',
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><edmx>&a;</edmx>',
        b'<?xml version="1.0" encoding="no-such"?><a/>',
    ],
)
def test_what_is_no_description_of_entities_is_refused(content: bytes) -> None:
    with pytest.raises(MetadataUnreadable):
        parse(content, url="https://x/odata/$metadata")
