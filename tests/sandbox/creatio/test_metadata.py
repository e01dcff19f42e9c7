"""`$metadata`."""

from xml.etree import ElementTree as ET

from tests.sandbox.apis import Api, creatio_over
from tests.sandbox.small_world import small_world
from usersync.sandbox.world import WorldDirectory

EDM = "{http://docs.oasis-open.org/odata/ns/edm}"


async def document(creatio: Api):
    answer = await creatio.http.get("/$metadata")
    assert answer.headers["content-type"] == "application/xml"
    return ET.fromstring(answer.text)


def columns(root, name: str) -> dict[str, str]:
    (kind,) = (item for item in root.iter(f"{EDM}EntityType") if item.get("Name") == name)
    return {item.get("Name"): item.get("Type") for item in kind.iter(f"{EDM}Property")}


async def test_the_section_has_the_columns_of_the_add_on(creatio: Api):
    found = columns(await document(creatio), "WSysAccount")
    assert found["WebitelUserId"] == "Edm.String"
    assert found["ContactId"] == "Edm.Guid"
    assert found["EnableStun"] == "Edm.Boolean"


async def test_a_lookup_is_a_column_and_a_navigation(creatio: Api):
    root = await document(creatio)
    (kind,) = (item for item in root.iter(f"{EDM}EntityType") if item.get("Name") == "WSysAccount")
    navigations = {item.get("Name"): item.get("Type") for item in kind.iter(f"{EDM}NavigationProperty")}
    assert navigations["User"].endswith(".SysAdminUnit")


async def test_there_are_no_lengths_and_no_hidden_columns(creatio: Api):
    root = await document(creatio)
    assert not [item for item in root.iter(f"{EDM}Property") if item.get("MaxLength") or item.get("DefaultValue")]
    assert "UserPassword" not in columns(root, "SysAdminUnit")


async def test_every_set_can_be_read_and_no_other(creatio: Api):
    sets = [item.get("Name") for item in (await document(creatio)).iter(f"{EDM}EntitySet")]
    assert len(sets) == len(set(sets)) > 40
    for name in sets:
        row = await creatio.get(f"/{name}?$top=1")
        assert "value" in row


async def test_the_classic_profile_has_no_details(tmp_path):
    async with creatio_over(WorldDirectory.write(tmp_path, small_world(), "classic")) as creatio:
        root = await document(creatio)
        assert "Extension" not in columns(root, "WSysAccount")
        assert "WSysAccountLicense" not in [item.get("Name") for item in root.iter(f"{EDM}EntitySet")]
