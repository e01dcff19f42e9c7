"""The add-on: the CRM makes and removes Webitel users when records are saved and deleted."""

from collections.abc import Iterator

import httpx
import pytest

from tests.sandbox.small_world import contact_id
from usersync.sandbox.process import Sandbox
from usersync.sandbox.world import WorldDirectory

RECORD = {"ContactId": contact_id("m.lysenko"), "RoleId": "7640dfbd-0cf2-4040-998e-4641042eff46"}


@pytest.fixture(scope="module")
def box(written_world: WorldDirectory, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with Sandbox.start(
        directory=tmp_path_factory.mktemp("addon"), world=written_world.path, addon="careful"
    ) as running:
        yield running


@pytest.fixture
def odata(box: Sandbox) -> Iterator[httpx.Client]:
    login = box.world.creatio
    form = {"grant_type": "client_credentials", "client_id": login.client_id, "client_secret": login.client_secret}
    with httpx.Client(base_url=f"{box.creatio.url}/0/odata", trust_env=False) as http:
        token = http.post(f"{box.creatio.url}/connect/token", data=form).json()["access_token"]
        http.headers["Authorization"] = f"Bearer {token}"
        yield http


def users(box: Sandbox) -> dict[str, dict]:
    return {row["username"]: row for row in box.webitel.control.rows("users")}


def test_a_saved_record_makes_the_user_and_gets_its_id_and_device(box: Sandbox, odata: httpx.Client):
    row = odata.post(
        "/WSysAccount", json={**RECORD, "Login": "brand.new", "Name": "Нова Марія", "Extension": "400"}
    ).json()
    user = users(box)["brand.new"]
    assert (user["name"], user["extension"]) == ("Нова Марія", "400")
    filled = odata.get(f"/WSysAccount({row['Id']})").json()
    assert (filled["WebitelUserId"], filled["DefaultDevice"]) == (str(user["id"]), "brand.new")
    odata.patch(f"/WSysAccount({row['Id']})", json={"Extension": "401"})
    assert users(box)["brand.new"]["extension"] == "401"
    odata.delete(f"/WSysAccount({row['Id']})")
    assert "brand.new" not in users(box)


def test_the_careful_one_leaves_a_user_alone_that_the_record_names(box: Sandbox, odata: httpx.Client):
    before = users(box)
    row = odata.post("/WSysAccount", json={**RECORD, "Login": "yuliia.s", "WebitelUserId": "4"}).json()
    assert users(box) == before
    odata.delete(f"/WSysAccount({row['Id']})")
    assert "yuliia.s" not in users(box)


def test_the_eager_one_pushes_the_record_onto_the_user(box: Sandbox, odata: httpx.Client):
    box.creatio.control.switch(addon="eager")
    before = users(box)["t.bondar"]
    odata.post("/WSysAccount", json={**RECORD, "Login": "t.bondar", "WebitelUserId": str(before["id"])})
    after = users(box)["t.bondar"]
    assert after["updated_at"] > before["updated_at"]
    assert after["device_id"] != before["device_id"]
    box.creatio.control.switch(addon="careful")


def test_records_in_a_batch_and_cascades_are_reacted_to(box: Sandbox, odata: httpx.Client):
    contact = odata.post("/Contact", json={"Name": "Новий Іван"}).json()["Id"]
    body = {
        "requests": [
            {
                "id": "1",
                "method": "POST",
                "url": "WSysAccount",
                "body": {**RECORD, "ContactId": contact, "Login": "i.novyi"},
            }
        ]
    }
    assert odata.post("/$batch", json=body).json()["responses"][0]["status"] == 201
    assert "i.novyi" in users(box)
    assert odata.delete(f"/Contact({contact})").status_code == 204
    assert "i.novyi" not in users(box)


def test_without_the_add_on_nothing_happens_in_webitel(box: Sandbox, odata: httpx.Client):
    box.creatio.control.switch(addon="")
    before = users(box)
    odata.post("/WSysAccount", json={**RECORD, "Login": "nobody.new"})
    assert users(box) == before
