"""The rival: the same job as a script does it, one search and one request per record, one after another."""

from __future__ import annotations

import time
import uuid

import httpx

from usersync.sandbox.process import Sandbox


def naive(box: Sandbox, users: int) -> tuple[int, float]:
    """Import the first `users` users; requests sent, and seconds."""
    requests = 0
    environment = box.environment
    began = time.perf_counter()
    with httpx.Client(timeout=60) as http:
        token = http.post(
            f"{environment['USERSYNC_CREATIO__IDENTITY_URL']}/connect/token",
            data={
                "grant_type": "client_credentials", "client_id": environment["USERSYNC_CREATIO__CLIENT_ID"],
                "client_secret": environment["USERSYNC_CREATIO__CLIENT_SECRET"],
            },
        ).json()["access_token"]  # fmt: skip
        odata = f"{box.creatio.url}/0/odata"
        creatio = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        webitel = {"X-Webitel-Access": environment["USERSYNC_WEBITEL__TOKEN"]}
        answer = http.get(f"{box.webitel.url}/api/users", params={"size": users}, headers=webitel).json()
        requests += 2
        for user in answer["items"]:
            name = str(user["name"]).replace("'", "''")
            found = http.get(
                f"{odata}/Contact", params={"$filter": f"Name eq '{name}'", "$select": "Id"}, headers=creatio
            )
            requests += 1
            rows = found.json().get("value", [])
            contact = rows[0]["Id"] if rows else str(uuid.uuid4())
            if not rows:
                http.post(f"{odata}/Contact", json={"Id": contact, "Name": user["name"]}, headers=creatio)
                requests += 1
            record = {
                "Id": str(uuid.uuid4()), "Login": user["username"], "Name": user["name"], "ContactId": contact,
                "Extension": user.get("extension"), "WebitelUserId": user["id"],
            }  # fmt: skip
            http.post(f"{odata}/WSysAccount", json=record, headers=creatio)
            requests += 1
            if user.get("extension"):
                number = {
                    "Id": str(uuid.uuid4()), "ContactId": contact, "Number": user["extension"],
                    "CommunicationTypeId": "e9d91e45-8d92-4e38-95a0-ef8aa28c9e7a",
                }  # fmt: skip
                http.post(f"{odata}/ContactCommunication", json=number, headers=creatio)
                requests += 1
    return requests, time.perf_counter() - began
