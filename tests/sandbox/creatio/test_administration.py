"""The services around users: AdministrationService, RightsService, LicenseService."""

import json

import pytest

from tests.sandbox.apis import BASE, Api
from tests.sandbox.small_world import contact_id

SERVICE = f"{BASE}/0/rest/AdministrationService"
EMPLOYEES = "a29a3ba5-4b0d-de11-9a51-005056c00008"
NEW = "7b0f3f0e-0000-4000-8000-000000000001"


async def call(creatio: Api, method: str, body: dict):
    answer = await creatio.http.post(f"{SERVICE}/{method}", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()[f"{method}Result"]


async def save(creatio: Api, role: str = EMPLOYEES, **columns):
    return await call(creatio, "UpdateOrCreateUser", {"jsonObject": json.dumps(columns), "roleId": role})


async def some_user(creatio: Api) -> str:
    rows = await creatio.rows("SysAdminUnit")
    return next(row["Id"] for row in rows if row["ContactId"] == contact_id("o.kovalchuk"))


@pytest.fixture
async def package(administrator: Api) -> str:
    """A licence package with one seat."""
    row = {"Name": "Webitel", "Operations": "WebitelCollaboration.Use"}
    package_id = (await administrator.control.post("/rows/SysLicPackage", json=row)).json()["Id"]
    await administrator.control.post("/rows/SysLic", json={"SysLicPackageId": package_id, "Count": 1})
    return package_id


async def test_a_user_is_made_with_its_own_id_for_a_contact_and_joins_a_role(administrator: Api):
    contact = contact_id("t.bondar")
    said = await save(
        administrator,
        Id=NEW,
        Name="i.novyi",
        Contact=contact,
        Active=True,
        ConnectionType=0,
        UserPassword="long enough",
    )
    assert said == ""
    user = await administrator.get(f"/SysAdminUnit({NEW})")
    assert (user["Name"], user["SysAdminUnitTypeValue"], user["ContactId"]) == ("i.novyi", 4, contact)
    assert (NEW, EMPLOYEES) in [
        (row["SysUserId"], row["SysRoleId"]) for row in await administrator.rows("SysUserInRole")
    ]
    assert await save(administrator, Id=NEW, Active=False) == ""
    assert (await administrator.get(f"/SysAdminUnit({NEW})"))["Active"] is False


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"Name": "o.Kovalchuk"}, "already exists"),
        ({"Name": "new", "ContactId": NEW}, "ContactId not found"),
        ({"Name": "new", "Contact": NEW}, "foreign key"),
        ({"Name": "new", "UserPassword": "short"}, "Password"),
    ],
)
async def test_what_is_wrong_with_a_user_is_said_as_a_text_with_http_200(administrator: Api, columns: dict, said: str):
    assert said in await save(administrator, **columns)


async def test_a_text_that_is_no_json_breaks_the_method(administrator: Api):
    answer = await administrator.http.post(f"{SERVICE}/UpdateOrCreateUser", json={"jsonObject": "{"})
    assert answer.status_code == 500


async def test_a_user_is_deleted_unless_something_refers_to_it(administrator: Api):
    assert await save(administrator, Id=NEW, Name="i.novyi", Contact=contact_id("t.bondar")) == ""
    (record,) = await administrator.rows("WSysAccount")
    for value, done in ((NEW, False), (None, True)):
        await administrator.control.patch(f"/rows/WSysAccount/{record['Id']}", json={"UserId": value})
        assert json.loads(await call(administrator, "DeleteUser", {"userId": NEW}))["Success"] is done
    assert NEW not in [row["Id"] for row in await administrator.rows("SysAdminUnit")]
    assert NEW not in [row["SysUserId"] for row in await administrator.rows("SysUserInRole")]


async def test_packages_are_json_inside_a_string(administrator: Api, package: str):
    (row,) = json.loads(
        await call(administrator, "GetAvailableLicPackages", {"userId": await some_user(administrator)})
    )
    assert (row["Id"], row["Checked"], row["PaidCount"], row["AvailableCount"]) == (package, False, 1, 1)


async def test_a_licence_is_given_once_taken_back_and_refused_when_seats_run_out(administrator: Api, package: str):
    user = await some_user(administrator)
    give, take = json.dumps({package: True}), json.dumps({package: False})
    assert await call(administrator, "UpdateLicenseInfo", {"userId": user, "licenseItems": give}) == ""
    assert await call(administrator, "UpdateLicenseInfo", {"userId": user, "licenseItems": give}) == ""
    assert len(await administrator.rows("SysLicUser")) == 1
    other = next(
        row["Id"] for row in await administrator.rows("SysAdminUnit") if row["Id"] != user and row["ContactId"]
    )
    assert "exceeded" in await call(administrator, "UpdateLicenseInfo", {"userId": other, "licenseItems": give})
    assert await call(administrator, "UpdateLicenseInfo", {"userId": user, "licenseItems": take}) == ""
    assert await administrator.rows("SysLicUser") == []


async def test_without_the_right_nothing_is_changed_and_the_operation_is_named(administrator: Api, package: str):
    user = await some_user(administrator)
    await administrator.switch(operations=[])
    assert "CanManageAdministration" in await save(administrator, Id=NEW, Name="i.novyi")
    refused = json.loads(await call(administrator, "DeleteUser", {"userId": user}))
    assert (refused["Success"], refused["IsSecurityException"]) == (False, True)
    give = {"userId": user, "licenseItems": json.dumps({package: True})}
    assert "CanManageLicUsers" in await call(administrator, "UpdateLicenseInfo", give)
    (row,) = json.loads(await call(administrator, "GetAvailableLicPackages", {"userId": user}))
    assert row["Enabled"] is False


async def test_the_importer_has_no_such_right_and_may_not_change_system_objects(creatio: Api):
    assert "CanManageAdministration" in await save(creatio, Id=NEW, Name="i.novyi")
    asked = {"operation": "CanManageLicUsers"}
    answer = await creatio.http.post(f"{BASE}/0/rest/RightsService/GetCanExecuteOperation", json=asked)
    assert answer.json() == {"GetCanExecuteOperationResult": False}
    refused = await creatio.http.post("/SysModuleInWorkplace", json={"Position": 1})
    assert refused.status_code == 403
    await creatio.switch(rights={"SysModuleInWorkplace": "full"})
    assert (await creatio.http.post("/SysModuleInWorkplace", json={"Position": 1})).status_code == 500


async def test_licence_operations_are_those_of_the_caller(administrator: Api, package: str):
    supervisor = "7f3b869f-34f3-4f20-ab4d-7480a5fdf647"
    address, codes = f"{BASE}/0/ServiceModel/LicenseService.svc/GetLicOperationStatuses", ["WebitelCollaboration.Use"]
    for held in (False, True):
        told = (await administrator.http.post(address, json={"licOperationCodes": codes})).json()
        assert told["GetLicOperationStatusesResult"] == {
            "success": True, "licOperationStatuses": [{"Key": codes[0], "Value": held}],
        }  # fmt: skip
        give = {"userId": supervisor, "licenseItems": json.dumps({package: True})}
        await call(administrator, "UpdateLicenseInfo", give)


async def test_an_unknown_method_is_a_routing_miss(administrator: Api):
    assert (await administrator.http.post(f"{SERVICE}/Nothing", json={})).status_code == 404
