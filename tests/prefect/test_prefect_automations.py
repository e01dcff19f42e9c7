"""What the automations do on a real server: one message for each change, and no run that is a zombie for ever.

The events are the server's own: flow runs are moved from state to state over its API, as a worker moves them.
"""

from __future__ import annotations

import asyncio
import json
import socketserver
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_string
from email.policy import default as modern
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import uuid4

import pytest
from prefect.client.orchestration import PrefectClient

from deploy.automation_file import automations, read_automations
from deploy.automations import Applied, apply
from deploy.channels import EMAIL_VARIABLE, WEBHOOK_VARIABLE, ensure_channels, given_channels
from deploy.project import Project, read_project
from tests.prefect.conftest import ROOT
from tests.prefect.prefect_api import PrefectApi, wait_until

FLOW = "Notified"
"""A flow of the tests' own, so that nothing here concerns the deployments of other tests on the same server."""
MESSAGE_SECONDS = 120.0
SILENT_SECONDS = 40
PAUSE_SECONDS = 1.0


class Webhook(ThreadingHTTPServer):
    """Somebody's chat: takes every POST."""

    def __init__(self) -> None:
        self.bodies: list[dict[str, str]] = []
        super().__init__(("127.0.0.1", 0), _Take)

    @property
    def subjects(self) -> list[str]:
        return [body["subject"] for body in self.bodies]


class _Take(BaseHTTPRequestHandler):
    server: Webhook

    def do_POST(self) -> None:
        self.server.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


class Post(socketserver.ThreadingTCPServer):
    """Somebody's mail server: as much SMTP as a letter needs."""

    def __init__(self) -> None:
        self.letters: list[str] = []
        super().__init__(("127.0.0.1", 0), _Letterbox)


class _Letterbox(socketserver.StreamRequestHandler):
    server: Post

    def handle(self) -> None:
        self._say("220 post")
        while line := self.rfile.readline().decode().strip():
            word = line.split()[0].upper()
            if word == "DATA":
                self._say("354 go on")
                lines = []
                while (part := self.rfile.readline().decode()) not in {".\r\n", ""}:
                    lines.append(part)
                self.server.letters.append("".join(lines))
            self._say("221 bye" if word == "QUIT" else "250 ok")
            if word == "QUIT":
                return

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@pytest.fixture(scope="module")
def webhook() -> Iterator[Webhook]:
    with Webhook() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture(scope="module")
def post() -> Iterator[Post]:
    with Post() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def project() -> Project:
    """The project's own, with its flow renamed."""
    found = read_project(ROOT, ["default"])
    renamed = [
        type(each)(each.name, each.base, each.domain, {**each.body, "flow_name": FLOW}) for each in found.deployments
    ]
    return Project(tuple(renamed), found.head)


async def applied(api: PrefectApi, webhook: Webhook, post: Post, **zombies: object) -> list[Applied]:
    file = read_automations(ROOT)
    file = file.model_copy(update={"zombies": file.zombies.model_copy(update={"flows": [FLOW], **zombies})})
    addresses = {
        WEBHOOK_VARIABLE: f"http://127.0.0.1:{webhook.server_address[1]}/hook",
        EMAIL_VARIABLE: f"mailto://127.0.0.1:{post.server_address[1]}?from=usersync@example.org&to=admins@example.org",
    }
    async with PrefectClient(api.url) as client:
        channels = await ensure_channels(client, given_channels(addresses))
        return await apply(client, automations(file, project(), channels))


class Deployment:
    """A deployment whose runs are moved by hand."""

    def __init__(self, api: PrefectApi, name: str) -> None:
        self.api = api
        flow = api.ask("POST", "/flows/", {"name": FLOW})["id"]
        self.id = api.ask("POST", "/deployments/", {"name": name, "flow_id": flow, "enforce_parameter_schema": False})[
            "id"
        ]

    def run(self) -> str:
        """A run that has begun."""
        run = str(self.api.ask("POST", f"/deployments/{self.id}/create_flow_run", {})["id"])
        self.move(run, "PENDING", "Pending")
        self.move(run, "RUNNING", "Running")
        return run

    def move(self, run: str, kind: str, name: str, message: str = "") -> None:
        """Bring a run to a state."""
        state = {"type": kind, "name": name, "message": message}
        answer = self.api.ask("POST", f"/flow_runs/{run}/set_state", {"state": state, "force": True})
        assert answer["status"] == "ACCEPT"

    def ended(self, kind: str, name: str, message: str = "") -> None:
        """A run from beginning to end."""
        self.move(self.run(), kind, name, message)

    def ended_untold(self, kind: str, name: str, message: str = "") -> None:
        """A run whose end nobody hears of, and time for the server to take note: it looks at events side by side."""
        self.ended(kind, name, message)
        time.sleep(PAUSE_SECONDS)


FAILED = ("FAILED", "SourceNotTrusted", "source returned 12 of usual 240")
WELL = ("COMPLETED", "Completed", "8 Webitel users: 8 in the section")
WAITING = ("COMPLETED", "AwaitingApproval", "3 contacts would be created")


async def test_each_change_is_told_once_over_webhook_and_mail(api: PrefectApi, webhook: Webhook, post: Post) -> None:
    made = await applied(api, webhook, post)
    assert [each.change for each in made] == ["made"] * 4
    scheduled, button = Deployment(api, "scheduled"), Deployment(api, "button")

    def told(count: int) -> None:
        wait_until(lambda: len(webhook.bodies) >= count, MESSAGE_SECONDS, f"message {count} of {webhook.subjects}")

    scheduled.ended(*FAILED)  # the very first run: being applied counts as well
    told(1)
    scheduled.ended_untold(*FAILED)
    scheduled.ended_untold("COMPLETED", "AlreadyRunning")  # neither well nor failed
    scheduled.ended_untold("CRASHED", "Crashed")
    scheduled.ended(*WELL)
    told(2)
    button.ended_untold(*FAILED)  # who pressed it is looking at it
    scheduled.ended_untold(*WELL)
    scheduled.ended(*WAITING)
    told(3)
    scheduled.ended_untold(*WAITING)
    scheduled.ended(*FAILED)
    told(4)

    what = "usersync: the scheduled import failed", "usersync: the scheduled import goes well again"
    assert [subject.partition(" (")[0] for subject in webhook.subjects] == [
        what[0],
        what[1],
        "usersync: a plan waits for approval",
        what[0],
    ]
    first = webhook.bodies[0]
    assert "SourceNotTrusted: source returned 12 of usual 240" in first["body"]
    assert first["text"].startswith(first["subject"])
    assert "/runs/flow-run/" in first["body"]
    wait_until(lambda: len(post.letters) >= 4, MESSAGE_SECONDS, "four letters")
    letters = [message_from_string(letter, policy=modern) for letter in post.letters]
    assert sorted(str(letter["Subject"]) for letter in letters) == sorted(webhook.subjects)
    assert {str(letter["To"]) for letter in letters} == {"admins@example.org"}


async def test_applying_again_changes_nothing_and_a_change_of_the_file_changes_what_it_says(
    api: PrefectApi, webhook: Webhook, post: Post
) -> None:
    await applied(api, webhook, post, silent_seconds=180)
    again = await applied(api, webhook, post, silent_seconds=180)
    assert {each.change for each in again} == {"unchanged"}
    changed = await applied(api, webhook, post, silent_seconds=200)
    assert [each.change for each in changed] == ["changed", "unchanged", "unchanged", "unchanged"]
    assert api.automations()["usersync: zombie runs"]["trigger"]["within"] == 200


async def test_a_run_that_fell_silent_is_crashed_and_one_that_ended_under_a_name_of_ours_is_not(
    api: PrefectApi, webhook: Webhook, post: Post
) -> None:
    await applied(api, webhook, post, silent_seconds=SILENT_SECONDS)
    deployment = Deployment(api, "preview")
    silent, finished, foreign = deployment.run(), deployment.run(), _run_of_another_flow(api)
    for run, flow in ((silent, FLOW), (finished, FLOW), (foreign, "Foreign")):
        _sign_of_life(api, run, flow)
    # An end that Prefect hears of before the sign of life would leave that sign waiting for another one.
    wait_until(lambda: finished in str(api.events("prefect.flow-run.heartbeat")), MESSAGE_SECONDS, "the sign of life")
    await asyncio.sleep(PAUSE_SECONDS)
    deployment.move(finished, "COMPLETED", "AwaitingApproval")

    crashed = wait_until(
        lambda: (run := api.flow_run(silent))["state"]["type"] == "CRASHED" and run, SILENT_SECONDS + 120, "crashed"
    )

    assert f"no sign of life for {SILENT_SECONDS} seconds" in crashed["state"]["message"]
    assert api.flow_run(finished)["state"]["name"] == "AwaitingApproval"
    assert api.flow_run(foreign)["state"]["type"] == "RUNNING"
    acted_on = wait_until(
        lambda: silent in (found := str(api.events("prefect.automation.action.*"))) and found, MESSAGE_SECONDS, "events"
    )
    assert finished not in acted_on
    assert foreign not in acted_on


def _run_of_another_flow(api: PrefectApi) -> str:
    flow = api.ask("POST", "/flows/", {"name": "Foreign"})["id"]
    run = api.ask("POST", "/flow_runs/", {"flow_id": flow, "state": {"type": "RUNNING", "name": "Running"}})
    return str(run["id"])


def _sign_of_life(api: PrefectApi, run: str, flow: str) -> None:
    """The heartbeat a flow's process sends."""
    event = {
        "id": str(uuid4()),
        "occurred": datetime.now(UTC).isoformat(),
        "event": "prefect.flow-run.heartbeat",
        "resource": {"prefect.resource.id": f"prefect.flow-run.{run}", "prefect.resource.name": "preview default"},
        "related": [
            {
                "prefect.resource.id": "prefect.flow.1",
                "prefect.resource.role": "flow",
                "prefect.resource.name": flow,
            }
        ],
        "payload": {},
    }
    api.ask("POST", "/events", [event])
