"""Every answer of the stand-in against the published contract, read strictly, over real HTTP."""

import httpx

from tests.contracts.webitel_contract import ContractTransport
from usersync.sandbox.process import Sandbox

ALL_FIELDS = [
    "id", "name", "username", "extension", "email", "chat_name", "force_password_change", "presence", "device", "devices",
    "hotdesks", "contact", "roles", "license", "permissions", "profile", "created_at", "created_by", "updated_at",
    "updated_by", "deleted_at", "deleted_by",
]  # fmt: skip


async def test_every_operation_answers_within_the_contract(box: Sandbox):
    server = f"{box.webitel.url}/api"
    transport = ContractTransport(httpx.AsyncHTTPTransport(), server=server)
    account = box.world.webitel
    headers = {"X-Webitel-Access": account.token}
    async with httpx.AsyncClient(transport=transport, base_url=server, headers=headers) as http:

        async def ask(method: str, path: str, expected: int = 200, **options):
            answer = await http.request(method, path, **options)
            assert answer.status_code == expected, f"{method} {path}: {answer.status_code} {answer.text}"
            return answer.json() if answer.content else None

        login = {"username": account.username, "password": account.password, "domain": account.domain}
        await ask("POST", "/login", json=login)
        await ask("POST", "/login", 401, json={**login, "password": "wrong"})
        await ask("GET", "/login", 300, params={"domain": account.domain})
        await ask("GET", "/userinfo")
        await ask("GET", "/userinfo", 401, headers={"X-Webitel-Access": "wrong"})
        new = {
            "name": "Ірина Нова",
            "username": "i.nova",
            "extension": "300",
            "email": "i@romashka.example",
            "profile": {"a": "b"},
        }
        user = await ask("POST", "/users", json=new, params={"generate_device": "true"})
        path = f"/users/{user['id']}"
        await ask("POST", "/users", 409, json=new)
        await ask("GET", "/users")
        await ask("GET", "/users", params={"fields": ALL_FIELDS, "sort": "+id", "size": 500})
        await ask("GET", "/users", params={"q": "*нова", "any": "true", "id": [user["id"], "3"]})
        await ask("POST", "/users/search", json={"id": [user["id"]], "fields": ["name", "license"]})
        await ask("GET", path)
        await ask("GET", path, params={"fields": ["id", "license"]})
        await ask("GET", "/users/987654", 404)
        await ask("GET", "/user")
        await ask("GET", "/user", params={"id": user["id"]})
        await ask("PUT", path, json={"name": "Ірина Новіша", "username": "i.nova"})
        await ask("PATCH", path, json={"license": [{"id": "cc-1"}], "roles": [{"id": "20"}]})
        await ask("PATCH", path, json={"license": []})
        await ask("PATCH", f"{path}/presence", json={"status": "dnd"})
        await ask("POST", f"{path}/logout", 400, json={})
        token = await ask("POST", f"{path}/tokens", json={"usage": "test"})
        await ask("GET", f"{path}/tokens")
        await ask("DELETE", f"{path}/tokens/{token['id']}")
        await ask("GET", "/user/settings/phone", 404)
        await ask("PUT", "/user/settings/phone", json={"webrtc": True, "stun": False})
        await ask("GET", "/user/settings/phone")
        await ask("GET", "/license")
        await ask("GET", "/license", params={"valid": "true", "product": ["CALL_CENTER"]})
        await ask("GET", "/products/cc-1/users")
        await ask("GET", "/roles")
        role = await ask("POST", "/roles", json={"name": "night", "description": "after ten"})
        await ask("GET", f"/roles/{role['id']}")
        await ask("PUT", f"/roles/{role['id']}", json={"name": "late"})
        await ask("DELETE", f"/roles/{role['id']}")
        await ask("GET", "/devices")
        device = await ask("POST", "/devices", json={"name": "desk", "account": "777", "user": {"id": user["id"]}})
        await ask("GET", f"/devices/{device['id']}")
        await ask("PATCH", f"/devices/{device['id']}", json={"name": "desk 2"})
        await ask("PUT", f"/devices/{device['id']}", json={"name": "desk 3", "account": "777"})
        await ask("DELETE", f"/devices/{device['id']}")
        await ask("DELETE", path)
        await ask("GET", "/users", params={"deleted": "true", "fields": ALL_FIELDS})
        await ask("DELETE", path, params={"permanent": "true"})
        await ask("POST", "/logout", json={})
