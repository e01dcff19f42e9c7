from __future__ import annotations

from collections.abc import Mapping as Dict
from datetime import UTC, datetime
from urllib.parse import unquote

import pytest

from tests.creatio.fake_creatio import guid
from usersync import snapshots
from usersync.creatio import EntitySettings, Mapping, MappingSettings, Profile
from usersync.creatio.errors import NameRefused, ValueRefused
from usersync.creatio.metadata import Entity, Metadata, Navigation, Property
from usersync.creatio.profiles import ENTITIES, FieldKind
from usersync.creatio.wellknown import ZERO

CALLMANAGER = Mapping.build()
CLASSIC = Mapping.build("classic")


def described(
    mapping: Mapping, *, without: Dict[str, tuple[str, ...]] | None = None, max_length: int | None = None
) -> Metadata:
    """The `$metadata` of a CRM that has everything the mapping names, but for what is left out."""
    entities: dict[str, Entity] = {}
    for mapped in mapping.entities.values():
        missing = (without or {}).get(mapped.entity, ())
        if "*" in missing:
            continue
        fields = [field for field in mapped.fields.values() if field.column not in missing]
        properties = {field.column: Property(field.column, "Edm.String", max_length) for field in fields}
        navigations = {
            field.navigation: Navigation(field.navigation, field.references)
            for field in fields
            if field.kind is FieldKind.LOOKUP and field.navigation not in missing
        }
        entities[mapped.entity] = Entity(mapped.entity, mapped.entity, properties, navigations)
    return Metadata(entities)


def overridden(**entities: EntitySettings) -> Mapping:
    return Mapping.build(Profile.CALLMANAGER, MappingSettings(**entities))


def test_the_default_profile_names_the_section_of_the_add_on() -> None:
    assert CALLMANAGER.entity("record") == "WSysAccount"
    assert {field: mapped.column for field, mapped in CALLMANAGER.entities["record"].fields.items()} == {
        "id": "Id",
        "name": "Name",
        "username": "Login",
        "extension": "Extension",
        "webitel_user_id": "WebitelUserId",
        "device": "DefaultDevice",
        "contact": "ContactId",
        "role": "RoleId",
        "user": "UserId",
        "stun": "EnableStun",
        "active": "Active",
        "created_on": "CreatedOn",
        "modified_on": "ModifiedOn",
        "modified_by": "ModifiedById",
    }
    assert CALLMANAGER.columns("license_row") == (
        "Id", "WSysAccountId", "LicenseId", "Product", "Name", "IssuedOn", "ExpiresOn",
    )  # fmt: skip
    assert CALLMANAGER.columns("role_row") == ("Id", "WSysAccountId", "WebitelRoleId", "Name")


def test_the_classic_profile_keeps_the_extension_in_the_login_and_has_no_details() -> None:
    assert CLASSIC.field("record", "extension").column == "Login"
    assert set(CLASSIC.entities["record"].fields) == {
        "id", "name", "extension", "contact", "role", "created_on", "modified_on", "modified_by",
    }  # fmt: skip
    assert not CLASSIC.has("license_row")
    assert not CLASSIC.has("role_row")
    assert not CLASSIC.has("record", "username")
    assert CLASSIC.has("record_tag", "record")
    assert not CALLMANAGER.has("record_tag")


def test_no_profile_knows_the_column_of_the_password() -> None:
    for mapping in (CALLMANAGER, CLASSIC):
        assert "Password" not in mapping.columns("record")


@pytest.mark.parametrize(
    ("entity", "columns"),
    [
        ("record", snapshots.RECORD_COLUMNS),
        ("license_row", snapshots.LICENSE_ROW_COLUMNS),
        ("role_row", snapshots.ROLE_ROW_COLUMNS),
        ("contact", snapshots.CONTACT_COLUMNS),
        ("system_user", snapshots.SYSTEM_USER_COLUMNS),
        ("communication", snapshots.EXTENSION_COLUMNS),
        ("account", snapshots.ACCOUNT_COLUMNS),
    ],
)
def test_everything_a_snapshot_holds_is_mapped(entity: str, columns: tuple[str, ...]) -> None:
    assert set(columns) <= set(CALLMANAGER.entities[entity].fields)


def test_every_reference_leads_to_an_entity_of_ours() -> None:
    assert {field.references for shape in ENTITIES.values() for field in shape.fields.values()} <= {"", *ENTITIES}


def test_only_lookups_have_flat_keys_and_all_of_them_do() -> None:
    for mapped in (*CALLMANAGER.entities.values(), *CLASSIC.entities.values()):
        for field in mapped.fields.values():
            if field.kind is FieldKind.LOOKUP:
                assert field.column.endswith("Id")
                assert field.navigation + "Id" == field.column


def test_names_are_changed_by_the_configuration() -> None:
    mapping = overridden(
        record=EntitySettings(
            entity="UsrWebitelUser", columns={"extension": "UsrExt", "stun": "", "contact": "UsrContact"}
        ),
        license_row=EntitySettings(entity=""),
        tag=EntitySettings(entity="WSysAccountTag"),
    )
    assert mapping.entity("record") == "UsrWebitelUser"
    assert mapping.field("record", "extension").column == "UsrExt"
    assert mapping.field("record", "contact").column == "UsrContactId"
    assert mapping.field("record", "contact").navigation == "UsrContact"
    assert not mapping.has("record", "stun")
    assert not mapping.has("license_row")
    assert mapping.has("tag")
    assert mapping.field("record", "name").column == "Name"


def test_a_column_named_twice_is_refused_with_both_settings() -> None:
    with pytest.raises(NameRefused) as refused:
        overridden(record=EntitySettings(columns={"extension": "Login"}))
    assert "creatio.mapping.record.columns.extension" in str(refused.value)
    assert "creatio.mapping.record.columns.username" in str(refused.value)


def test_a_query_selects_columns_and_expands_lookups() -> None:
    query = CALLMANAGER.query("system_user", ("id", "name", "contact"), expand={"contact": ("name", "email")})
    assert unquote(query.encoded()) == "$select=Id,Name,ContactId&$expand=Contact($select=Id,Name,Email)"


def test_fields_a_crm_lacks_are_left_out_of_a_query() -> None:
    assert CLASSIC.columns("record", ("id", "username", "extension")) == ("Id", "Login")


def test_filters_go_by_the_right_path() -> None:
    assert str(CALLMANAGER.path("record", "webitel_user_id") == "17") == "WebitelUserId eq '17'"
    assert str(CALLMANAGER.path("record", "id") == guid(1)) == f"Id eq {guid(1)}"
    assert str(CALLMANAGER.lookup("record", "contact") == guid(1)) == f"Contact/Id eq {guid(1)}"
    assert str(CALLMANAGER.lookup("license_row", "record") == guid(1)) == f"WSysAccount/Id eq {guid(1)}"
    for attempt in (lambda: CALLMANAGER.path("record", "contact"), lambda: CALLMANAGER.lookup("record", "name")):
        with pytest.raises(KeyError):
            attempt()


def test_fields_become_a_payload() -> None:
    row = CALLMANAGER.to_row(
        "record",
        {"id": guid(1), "extension": "101", "contact": None, "role": guid(2), "device": None, "stun": True},
    )
    assert row == {
        "Id": guid(1),
        "Extension": "101",
        "ContactId": None,
        "RoleId": guid(2),
        "DefaultDevice": "",
        "EnableStun": True,
    }
    issued = datetime(2024, 2, 7, 21, 35, 26, 683000, UTC)
    assert CALLMANAGER.to_row("license_row", {"issued_on": issued, "expires_on": None}) == {
        "IssuedOn": "2024-02-07T21:35:26.683Z",
        "ExpiresOn": None,
    }


def test_a_text_that_is_too_long_names_its_field() -> None:
    with pytest.raises(ValueRefused, match=r"contact\.name"):
        CALLMANAGER.to_row("contact", {"name": "Я" * 251})
    assert CALLMANAGER.to_row("contact", {"name": "Я" * 250})


def test_a_field_a_crm_lacks_is_never_silently_dropped_from_a_payload() -> None:
    with pytest.raises(KeyError):
        CLASSIC.to_row("record", {"username": "x"})


def test_a_row_becomes_fields() -> None:
    fields = CALLMANAGER.from_row(
        "record",
        {
            "@odata.etag": "x",
            "Id": guid(1).upper(),
            "Login": "ivan",
            "Extension": "",
            "ContactId": ZERO,
            "EnableStun": False,
            "ModifiedOn": "2024-02-07T21:35:26.683Z",
            "CreatedOn": "0001-01-01T00:00:00Z",
            "Unmapped": 1,
        },
    )
    assert fields == {
        "id": guid(1),
        "username": "ivan",
        "extension": None,
        "contact": None,
        "stun": False,
        "modified_on": datetime(2024, 2, 7, 21, 35, 26, 683000, UTC),
        "created_on": None,
    }


def test_an_expanded_lookup_becomes_fields_of_its_own() -> None:
    row = {"Id": guid(1), "ContactId": guid(2), "Contact": {"Id": guid(2), "Name": "Іван", "Email": ""}}
    assert CALLMANAGER.from_row("system_user", row) == {
        "id": guid(1),
        "contact": guid(2),
        "contact.id": guid(2),
        "contact.name": "Іван",
        "contact.email": None,
    }


def test_an_expanded_lookup_that_is_empty_gives_nothing() -> None:
    assert CALLMANAGER.from_row("system_user", {"Id": guid(1), "Contact": None}) == {"id": guid(1)}


def test_what_is_written_is_read_back_as_it_was() -> None:
    fields = {
        "id": guid(1), "name": "Іван", "username": "ivan", "extension": None, "contact": guid(2), "user": None,
        "stun": True, "modified_on": datetime(2024, 2, 7, tzinfo=UTC),
    }  # fmt: skip
    assert CALLMANAGER.from_row("record", CALLMANAGER.to_row("record", fields)) == fields


def test_the_settings_of_an_entity_are_known_by_its_columns() -> None:
    settings = CALLMANAGER.settings_of("WSysAccount")
    assert settings[""] == "creatio.mapping.record.entity"
    assert settings["ContactId"] == "creatio.mapping.record.columns.contact"
    assert CALLMANAGER.settings_of("Case") == {}


@pytest.mark.parametrize("mapping", [CALLMANAGER, CLASSIC])
def test_a_crm_that_has_everything_has_no_problem(mapping: Mapping) -> None:
    metadata = described(mapping)
    assert mapping.check(metadata) == []
    assert mapping.confirmed(metadata).fields == mapping.fields


def test_a_missing_column_is_named_with_its_setting() -> None:
    [problem] = CALLMANAGER.check(described(CALLMANAGER, without={"WSysAccount": ("DefaultDevice",)}))
    assert (problem.entity, problem.field, problem.missing, problem.required) == (
        "record",
        "device",
        "DefaultDevice",
        True,
    )
    assert str(problem.sentence) == "WSysAccount has no column DefaultDevice in this Creatio."
    assert problem.setting == "creatio.mapping.record.columns.device"


def test_a_column_that_only_looks_like_a_lookup_is_missing() -> None:
    [problem] = CALLMANAGER.check(described(CALLMANAGER, without={"WSysAccount": ("User",)}))
    assert (problem.field, problem.missing) == ("user", "UserId")


def test_a_name_in_the_wrong_case_is_recognised() -> None:
    metadata = described(CALLMANAGER, without={"WSysAccount": ("Extension",)})
    properties = {**metadata.entities["WSysAccount"].properties, "EXTENSION": Property("EXTENSION", "Edm.String")}
    record = Entity("WSysAccount", "WSysAccount", properties, metadata.entities["WSysAccount"].navigations)
    [problem] = CALLMANAGER.check(Metadata({**metadata.entities, "WSysAccount": record}))
    from usersync.words import next_step

    assert "There is EXTENSION" in (next_step(problem.sentence.id, **problem.sentence.args) or "")


def test_a_missing_entity_is_one_problem_not_one_for_each_column() -> None:
    [problem] = CALLMANAGER.check(described(CALLMANAGER, without={"WSysAccountLicense": ("*",)}))
    assert (problem.entity, problem.field, problem.required) == ("license_row", None, True)
    assert str(problem.sentence) == "This Creatio has no entity WSysAccountLicense."


def test_what_is_configured_as_optional_is_only_noted_and_then_left_out() -> None:
    mapping = overridden(
        license_row=EntitySettings(optional=True), record=EntitySettings(optional_columns=frozenset({"stun"}))
    )
    metadata = described(mapping, without={"WSysAccountLicense": ("*",), "WSysAccount": ("EnableStun",)})
    problems = mapping.check(metadata)
    assert [(problem.entity, problem.field, problem.required) for problem in problems] == [
        ("record", "stun", False),
        ("license_row", None, False),
    ]
    assert all("optional" in str(problem.sentence) for problem in problems)
    confirmed = mapping.confirmed(metadata)
    assert not confirmed.has("license_row")
    assert not confirmed.has("record", "stun")
    assert confirmed.has("record", "extension")


def test_lengths_stated_by_the_crm_count() -> None:
    confirmed = CALLMANAGER.confirmed(described(CALLMANAGER, max_length=500))
    assert confirmed.to_row("contact", {"name": "Я" * 500})
    with pytest.raises(ValueRefused):
        confirmed.to_row("contact", {"name": "Я" * 501})


def test_referrers_a_crm_lacks_are_left_out() -> None:
    metadata = described(CALLMANAGER)
    call = Entity("Call", "Call", {}, {"Contact": Navigation("Contact", "Contact")})
    confirmed = CALLMANAGER.confirmed(Metadata({**metadata.entities, "Call": call}))
    assert [(referrer.entity, referrer.navigation) for referrer in confirmed.referrers] == [
        ("Call", "Contact"),
        ("Account", "Owner"),
        ("SysAdminUnit", "Contact"),
    ]
    assert str(confirmed.referrers[0].to(guid(1))) == f"Contact/Id eq {guid(1)}"
