"""What is said where there is no Prefect to register anything at."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from prefect.settings import PREFECT_API_URL, PREFECT_CLIENT_MAX_RETRIES, temporary_settings

from deploy.errors import PrefectNotSet, PrefectRefused, PrefectUnreachable
from deploy.server import prefect_server

Answers = Callable[[int, int], str]


@pytest.fixture
def answering() -> Iterator[Answers]:
    """A server that answers health with one status and everything else with another; its address, with a password."""
    with ExitStack() as running:

        def start(health: int, rest: int) -> str:
            class Answer(BaseHTTPRequestHandler):
                def do_GET(self) -> None:
                    self.rfile.read(int(self.headers.get("Content-Length") or 0))
                    body = b'{"detail": "password=hunter2 is wrong"}'
                    self.send_response(health if self.path.endswith("/health") else rest)
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)

                do_POST = do_GET  # noqa: N815 - the handler's protocol

                def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
                    pass

            server = running.enter_context(ThreadingHTTPServer(("127.0.0.1", 0), Answer))
            threading.Thread(target=server.serve_forever, daemon=True).start()
            running.callback(server.shutdown)
            return f"http://someone:hunter2@127.0.0.1:{server.server_address[1]}/api"

        yield start


async def _reach(url: str | None) -> None:
    with temporary_settings({PREFECT_API_URL: url, PREFECT_CLIENT_MAX_RETRIES: 0}):
        async with prefect_server():
            pass


async def test_no_address_is_a_mistake_of_usage_and_no_temporary_server() -> None:
    with pytest.raises(PrefectNotSet) as caught:
        await _reach(None)
    assert caught.value.exit_code == 2
    assert "PREFECT_API_URL" in (caught.value.next_step or "")


async def test_an_address_nobody_answers_at_is_named() -> None:
    with pytest.raises(PrefectUnreachable, match=r"http://127\.0\.0\.1:9/api"):
        await _reach("http://127.0.0.1:9/api")


async def test_an_answer_that_is_not_prefects_is_told_with_its_status(answering: Answers) -> None:
    with pytest.raises(PrefectUnreachable, match="HTTP 404") as caught:
        await _reach(answering(404, 404))
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("status", [401, 403])
async def test_a_server_that_wants_credentials_is_told_with_the_setting(answering: Answers, status: int) -> None:
    with pytest.raises(PrefectRefused) as caught:
        await _reach(answering(200, status))
    assert "PREFECT_API_AUTH_STRING" in (caught.value.next_step or "")
    assert "hunter2" not in str(caught.value)


async def test_a_refusal_is_told_without_what_is_secret_in_it(answering: Answers) -> None:
    with pytest.raises(PrefectRefused, match="HTTP 422") as caught:
        await _reach(answering(200, 422))
    assert "hunter2" not in str(caught.value)
