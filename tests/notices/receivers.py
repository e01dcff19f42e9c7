"""Whoever is told: a chat that takes webhooks, a mail server, and the settings that lead there."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email import message_from_string
from email.message import EmailMessage
from email.policy import default as modern
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from usersync.ledger import Ledger, Run, RunState
from usersync.settings import DomainSettings

DOMAIN = "sales"


@contextmanager
def serving(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.02), daemon=True)
    thread.start()
    yield
    server.shutdown()
    thread.join()


class Chat(ThreadingHTTPServer):
    """Takes every POST, and answers with `answer`."""

    def __init__(self) -> None:
        self.bodies: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.answer = 204
        super().__init__(("127.0.0.1", 0), _Take)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/hooks/s3cret"

    @property
    def transitions(self) -> list[str]:
        return [body["transition"] for body in self.bodies]


class _Take(BaseHTTPRequestHandler):
    server: Chat

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.server.answer < 300:
            self.server.bodies.append(body)
        self.server.keys.append(self.headers["Idempotency-Key"])
        self.send_response(self.server.answer)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


class Post(socketserver.ThreadingTCPServer):
    """As much SMTP as a letter needs; `refuses` is what it says to a recipient."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.refuses = ""
        super().__init__(("127.0.0.1", 0), _Letterbox)

    @property
    def url(self) -> str:
        return f"mailto://127.0.0.1:{self.server_address[1]}?from=usersync@example.org&to=a@example.org,b@example.org"


class _Letterbox(socketserver.StreamRequestHandler):
    server: Post

    def handle(self) -> None:
        self._say("220 post")
        while line := self.rfile.readline().decode().strip():
            word = line.split()[0].upper()
            if word == "RCPT" and self.server.refuses:
                self._say(self.server.refuses)
                continue
            if word == "DATA":
                self._say("354 go on")
                lines = []
                while (part := self.rfile.readline().decode()) not in {".\r\n", ""}:
                    lines.append(part)
                self.server.letters.append(message_from_string("".join(lines), policy=modern))  # type: ignore[arg-type]
            self._say("221 bye" if word == "QUIT" else "250 ok")
            if word == "QUIT":
                return

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


def settings(domain: str = DOMAIN, **sections: Any) -> DomainSettings:
    """The settings of a domain whose services nobody asks anything."""
    base: dict[str, Any] = {
        "name": domain,
        "webitel": {"url": "https://webitel.example.org", "token": "t"},
        "creatio": {"url": "https://crm.example.org", "client_id": "c", "client_secret": "s"},
    }
    return DomainSettings.model_validate({**base, **sections})


def ended(
    ledger: Ledger,
    state: RunState,
    *,
    scheduled: bool = True,
    mode: str = "apply",
    scope: tuple[str, ...] = (),
    domain: str = DOMAIN,
    **what: Any,
) -> Run:
    """A run that began and ended now."""
    run = ledger.start_run(domain=domain, mode=mode, scope=scope, author="prefect", scheduled=scheduled)
    return ledger.finish_run(run.id, state, **what)


A_MINUTE = timedelta(minutes=1)
