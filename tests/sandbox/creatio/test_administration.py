"""AdministrationService: users, and Creatio's own licences."""

import json

import pytest

from tests.sandbox.apis import BASE, Api
from tests.sandbox.small_world import contact_id

SERVICE = f"{BASE}/0/rest/AdministrationService"


async def call(creatio: Api, method: str, body: dict):
    answer = await creatio.http.post(f"{SERVICE}/{method}", json=body)
    assert answer.status_code == 200
    return answer.json()[f"{method}Result"]


async def some_user(creatio: Api) -> str:
    rows = await creatio.rows("SysAdminUnit")
    return next(row["Id"] for row in rows if row["ContactId"] == contact_id("o.kovalchuk"))


@pytest.fixture
async def package(creatio: Api) -> str:
    """A licence package with one seat."""
    row = {"Name": "Webitel", "Operations": "WebitelCollaboration.Use"}
    package_id = (await creatio.control.post("/rows/SysLicPackage", json=row)).json()["Id"]
    await creatio.control.post("/rows/SysLic", json={"SysLicPackageId": package_id, "Count": 1})
    return package_id


async def test_a_user_is_made_for_a_contact_and_joins_a_role(creatio: Api):
    contact = (await creatio.http.post("/Contact", json={"Name": "Новий Іван"})).json()["Id"]
    row = {"Name": "i.novyi", "ContactId": contact, "Active": True, "ConnectionType": 0}
    assert json.loads(await call(creatio, "UpdateOrCreateUser", {"jsonObject": json.dumps(row)}))["success"]
    (user,) = (await creatio.get("/SysAdminUnit?$filter=Name eq 'i.novyi'"))["value"]
    assert (user["SysAdminUnitTypeValue"], user["ContactId"]) == (4, contact)
    assert user["Id"] in [item["SysUserId"] for item in await creatio.rows("SysUserInRole")]


async def test_a_user_is_changed_by_its_id(creatio: Api):
    user = await some_user(creatio)
    await call(creatio, "UpdateOrCreateUser", {"jsonObject": json.dumps({"Id": user, "Active": False})})
    assert (await creatio.get(f"/SysAdminUnit({user})"))["Active"] is False


@pytest.mark.parametrize("sent", [{}, {"jsonObject": "{"}, {"jsonObject": json.dumps({"Name": "o.Kovalchuk"})}])
async def test_what_is_wrong_with_a_user_is_said_inside_http_200(creatio: Api, sent: dict):
    assert json.loads(await call(creatio, "UpdateOrCreateUser", sent))["success"] is False


async def test_packages_are_json_inside_a_string(creatio: Api, package: str):
    (row,) = json.loads(await call(creatio, "GetAvailableLicPackages", {"userId": await some_user(creatio)}))
    assert (row["Id"], row["Checked"], row["PaidCount"], row["AvailableCount"]) == (package, False, 1, 1)


async def test_a_licence_is_given_once_taken_back_and_refused_when_seats_run_out(creatio: Api, package: str):
    user = await some_user(creatio)
    give, take = json.dumps({package: True}), json.dumps({package: False})
    assert await call(creatio, "UpdateLicenseInfo", {"userId": user, "licenseItems": give}) == ""
    assert await call(creatio, "UpdateLicenseInfo", {"userId": user, "licenseItems": give}) == ""
    assert len(await creatio.rows("SysLicUser")) == 1
    other = next(row["Id"] for row in await creatio.rows("SysAdminUnit") if row["Id"] != user and row["ContactId"])
    assert await call(creatio, "UpdateLicenseInfo", {"userId": other, "licenseItems": give}) != ""
    assert await call(creatio, "UpdateLicenseInfo", {"userId": user, "licenseItems": take}) == ""
    assert await creatio.rows("SysLicUser") == []


async def test_an_unknown_method_is_a_routing_miss(creatio: Api):
    assert (await creatio.http.post(f"{SERVICE}/Nothing", json={})).status_code == 404
