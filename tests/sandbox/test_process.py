"""Both stand-ins as real processes over real connections."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from usersync.errors import Fatal, UsageError
from usersync.sandbox.process import Sandbox
from usersync.sandbox.serve import listen
from usersync.sandbox.world import WorldDirectory


def webitel(box: Sandbox, **options) -> httpx.Client:
    return httpx.Client(
        base_url=f"{box.webitel.url}/api",
        headers={"X-Webitel-Access": box.world.webitel.token},
        trust_env=False,
        **options,
    )


@contextmanager
def creatio(box: Sandbox) -> Iterator[httpx.Client]:
    login = box.world.creatio
    form = {"grant_type": "client_credentials", "client_id": login.client_id, "client_secret": login.client_secret}
    with httpx.Client(base_url=f"{box.creatio.url}/0/odata", trust_env=False) as http:
        token = http.post(f"{box.creatio.url}/connect/token", data=form).json()["access_token"]
        http.headers["Authorization"] = f"Bearer {token}"
        yield http


@pytest.fixture(autouse=True)
def clean(box: Sandbox):
    yield
    for service in (box.webitel, box.creatio):
        service.control.clear_faults()
        service.control.latency()
        service.control.reset_requests()


def test_both_answer_on_loopback_at_the_addresses_of_the_environment(box: Sandbox):
    assert box.environment["USERSYNC_WEBITEL__URL"].startswith("http://127.0.0.1:")
    with webitel(box) as http:
        assert http.get("/userinfo").json()["username"] == "svc.creatio"
    with creatio(box) as http:
        assert http.get("/Contact/$count").text == "7"


def test_a_connection_is_reset_before_anything_is_written(box: Sandbox):
    box.creatio.control.fault("reset_before", method="POST", path_regex="/Account$")
    with creatio(box) as http, pytest.raises(httpx.NetworkError):
        http.post("/Account", json={"Name": "never"})
    assert "never" not in [row["Name"] for row in box.creatio.control.rows("Account")]


def test_a_connection_is_reset_after_everything_is_written(box: Sandbox):
    box.creatio.control.fault("reset_after", method="POST", path_regex="/Account$")
    with creatio(box) as http, pytest.raises(httpx.NetworkError):
        http.post("/Account", json={"Name": "written"})
    assert "written" in [row["Name"] for row in box.creatio.control.rows("Account")]
    assert box.creatio.control.counters()["statuses"]["0"] == 1


@pytest.mark.parametrize(("kind", "written"), [("timeout", False), ("timeout_after", True)])
def test_an_answer_never_comes_and_others_are_served_meanwhile(box: Sandbox, kind: str, written: bool):
    box.webitel.control.fault(kind, method="PATCH")
    email = f"{kind}@romashka.example"
    with webitel(box) as http:
        with pytest.raises(httpx.ReadTimeout):
            http.patch("/users/3", json={"email": email}, timeout=0.3)
        assert (http.get("/users/3").json().get("email") == email) is written


def test_a_hanging_request_is_dropped_when_its_time_is_over(box: Sandbox):
    box.webitel.control.fault("timeout", seconds=0.1)
    with webitel(box) as http, pytest.raises(httpx.NetworkError):
        http.get("/users")


def test_latency_lets_requests_wait_side_by_side(box: Sandbox):
    from concurrent.futures import ThreadPoolExecutor

    box.webitel.control.latency(read_ms=200)
    with webitel(box) as http, ThreadPoolExecutor(4) as threads:
        start = time.perf_counter()
        list(threads.map(lambda _: http.get("/license"), range(4)))
        assert 0.2 <= time.perf_counter() - start < 0.7


def test_the_control_client_reaches_everything(box: Sandbox):
    control = box.webitel.control
    assert control.switch(page_cap=2)["page_cap"] == 2
    control.switch(page_cap=0)
    row = control.insert("users", {"name": "By hand", "username": "by.hand"})
    assert control.edit("users", row["id"], {"extension": "555"})["extension"] == "555"
    control.delete("users", row["id"])
    assert row["id"] not in [user["id"] for user in control.rows("users")]
    control.fault("429", times=None)
    assert [fault["kind"] for fault in control.faults()] == ["429"]
    with pytest.raises(httpx.HTTPStatusError, match="there is no table nothing"):
        control.rows("nothing")
    with webitel(box) as http:
        http.get("/users")
    assert [request["path"] for request in control.requests()] == ["/api/users"]


def test_two_contacts_are_merged(box: Sandbox):
    control = box.creatio.control
    keep, lose = (control.insert("Contact", {"Name": name})["Id"] for name in ("Новий Іван", "Новий І."))
    control.merge_contacts(keep, lose)
    ids = [row["Id"] for row in control.rows("Contact")]
    assert keep in ids
    assert lose not in ids
    control.delete("Contact", keep)


def test_the_environment_names_the_logins_asked_for(written_world: WorldDirectory, tmp_path: Path):
    with Sandbox.start(
        directory=tmp_path, world=written_world.path, runtime="net", auth="forms", webitel_auth="login"
    ) as box:
        names = {name.removeprefix("USERSYNC_") for name in box.environment}
        assert names == {
            "WEBITEL__URL", "WEBITEL__USERNAME", "WEBITEL__PASSWORD", "WEBITEL__DOMAIN",
            "CREATIO__URL", "CREATIO__RUNTIME", "CREATIO__PROFILE", "CREATIO__USERNAME", "CREATIO__PASSWORD",
            "ADMINISTRATION__USERNAME", "ADMINISTRATION__PASSWORD",
        }  # fmt: skip
        body = {"UserName": box.world.creatio.username, "UserPassword": box.world.creatio.password}
        answer = httpx.post(f"{box.creatio.url}/ServiceModel/AuthService.svc/Login", json=body, trust_env=False)
        assert answer.json()["Code"] == 0
        pids = (box.webitel.pid, box.creatio.pid)
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_what_was_written_is_there_when_the_directory_is_served_again(written_world: WorldDirectory, tmp_path: Path):
    with Sandbox.start(directory=tmp_path, world=written_world.path) as box:
        made = box.creatio.control.insert("Account", {"Name": "Тривка"})
    with Sandbox.start(directory=tmp_path) as again:
        assert made["Id"] in [row["Id"] for row in again.creatio.control.rows("Account")]
    assert len(list(WorldDirectory.open(written_world.path).path.iterdir())) == 4, (
        "the world that was copied is untouched"
    )


def test_the_services_end_with_the_process_that_started_them(written_world: WorldDirectory, tmp_path: Path):
    code = (
        "import sys, os, pathlib; from usersync.sandbox.process import Sandbox;"
        "box = Sandbox.start(directory=pathlib.Path(sys.argv[1]), world=pathlib.Path(sys.argv[2]));"
        "print(box.webitel.pid, box.creatio.pid, flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", code, str(tmp_path), str(written_world.path)]
    parent = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    pids = [int(pid) for pid in parent.stdout.readline().split()]
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    until = time.monotonic() + 10
    while any(Path(f"/proc/{pid}").exists() for pid in pids) and time.monotonic() < until:
        time.sleep(0.1)
    assert not [pid for pid in pids if Path(f"/proc/{pid}").exists()]
    parent.stdin.close()
    parent.stdout.close()


def test_a_service_that_does_not_start_is_named_with_its_log(
    written_world: WorldDirectory, tmp_path: Path, box: Sandbox
):
    taken = int(box.webitel.url.rpartition(":")[2])
    with pytest.raises(Fatal) as raised:
        Sandbox.start(directory=tmp_path, world=written_world.path, webitel_port=taken)
    assert "webitel" in str(raised.value)
    assert str(tmp_path / "webitel.log") in raised.value.next_step


def test_a_directory_without_a_world_is_no_world(tmp_path: Path):
    with pytest.raises(UsageError, match="no sandbox world"):
        WorldDirectory.open(tmp_path)


def test_answers_are_sent_at_once_and_not_when_the_headers_are_acknowledged() -> None:
    with listen() as listener, socket.create_connection(listener.getsockname()):
        connection, _ = listener.accept()
        with connection:
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
