"""The websocket pages speak by: only from a page of ours, with a session, for pages of that session, as long as it lasts."""

from __future__ import annotations

import re

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.portal.serving import Served, log_in


def page_of(served: Served, secret: str, path: str = "/runs") -> str:
    """Open a page as that session; its id, which its websocket names."""
    with served.client() as client:
        client.cookies.set("usersync", secret)
        found = re.search(r"'client_id': '([0-9a-f-]{36})'", client.get(path).text)
    assert found is not None
    return found[1]


def speak(
    served: Served, page: str, secret: str, origin: str | None, path: str = "/_nicegui_ws/socket.io/"
) -> ClientConnection:
    query = (
        f"client_id={page}&next_message_id=0&implicit_handshake=true&tab_id=t&document_id=d&EIO=4&transport=websocket"
    )
    headers = {"Cookie": f"usersync={secret}"} if secret else {}
    address = f"{served.url.replace('http', 'ws')}{path}?{query}"
    return connect(address, origin=origin, additional_headers=headers, open_timeout=60, close_timeout=5)  # type: ignore[arg-type]


def joined(socket: ClientConnection) -> bool:
    """Whether the page behind the websocket answers."""
    assert socket.recv(timeout=60)[:1] == "0"
    socket.send("40")
    return str(socket.recv(timeout=60)).startswith("40")


def test_a_page_of_ours_with_its_session_is_connected(served: Served) -> None:
    secret = served.cookie("viewer")
    with speak(served, page_of(served, secret), secret, served.url) as socket:
        assert joined(socket)


@pytest.mark.parametrize("origin", ["https://evil.example", "null", None, "http://127.0.0.1:1"])
def test_a_page_elsewhere_is_refused(served: Served, origin: str | None) -> None:
    secret = served.cookie("viewer")
    with pytest.raises(InvalidStatus) as caught:
        speak(served, page_of(served, secret), secret, origin)

    assert caught.value.response.status_code == 403


@pytest.mark.parametrize("secret", ["", "made-up", "../../x"])
def test_without_a_session_it_is_refused(served: Served, secret: str) -> None:
    page = page_of(served, served.cookie("viewer"))
    with pytest.raises(InvalidStatus):
        speak(served, page, secret, served.url)


def test_nobody_speaks_for_somebody_elses_page(served: Served) -> None:
    page = page_of(served, served.cookie("administrator"), "/access")
    with pytest.raises(InvalidStatus):
        speak(served, page, served.cookie("viewer"), served.url)


def test_there_is_no_other_websocket(served: Served) -> None:
    secret = served.cookie("viewer")
    with pytest.raises(InvalidStatus):
        speak(served, page_of(served, secret), secret, served.url, "/runs")


def test_polling_is_no_second_way_in(served: Served) -> None:
    with served.client("viewer") as client:
        assert client.get("/_nicegui_ws/socket.io/", params={"EIO": "4", "transport": "polling"}).status_code == 400


def test_when_the_session_ends_the_websocket_is_closed(served: Served) -> None:
    secret = log_in(served.url, "approver")
    with speak(served, page_of(served, secret), secret, served.url) as socket:
        assert joined(socket)
        with served.ledger() as ledger:
            from usersync.portal.secrets import digest

            ledger.close_session(digest(secret), author="tester")
        with pytest.raises(ConnectionClosed) as caught:
            list(socket)

    assert caught.value.rcvd is not None
    assert caught.value.rcvd.code == 1008


def test_the_tokens_of_programs_open_no_websocket(served: Served) -> None:
    page = page_of(served, served.cookie("viewer"))
    with pytest.raises(InvalidStatus):
        connect(
            f"{served.url.replace('http', 'ws')}/_nicegui_ws/socket.io/?client_id={page}&EIO=4&transport=websocket",
            origin=served.url, additional_headers={"Authorization": "Bearer x"}, open_timeout=60,
        )  # type: ignore[arg-type] # fmt: skip


def test_the_frameworks_files_are_for_those_inside(served: Served) -> None:
    with served.client("viewer") as client:
        static = re.search(r'src="(/_nicegui/[^"]+socket\.io\.min\.js)"', client.get("/runs").text)
        assert static is not None
        assert client.get(static[1]).status_code == 200
    with served.client() as nobody:
        assert nobody.get(static[1]).status_code == 404


def test_an_inline_script_that_got_in_would_not_run(served: Served) -> None:
    with served.client("viewer") as client:
        answer = client.get("/runs")
    policy = answer.headers["content-security-policy"]
    nonce = re.search(r"'nonce-([^']+)'", policy)

    assert nonce is not None
    scripts = re.findall(r"<script[^>]*>", answer.text)
    assert scripts
    assert all(f'nonce="{nonce[1]}"' in script for script in scripts)
    assert "script-src 'self' 'nonce-" in policy
    assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]
    assert "http" not in policy
