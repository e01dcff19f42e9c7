"""What every answer of the portal tells the browser to refuse."""

from __future__ import annotations

import secrets
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import Message, Send

_BASE: Final = (
    "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'"
)
PLAIN: Final = f"{_BASE}; style-src 'self'"
"""For pages without scripts: the login, errors."""
_PAGE: Final = "X-NiceGUI-Content".lower()
_ALWAYS: Final = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def application(nonce: str) -> str:
    """For NiceGUI's pages: its own inline scripts by nonce, none else.

    Vue compiles templates in the browser, which `'unsafe-eval'` allows; Quasar sets styles on elements, which
    `'unsafe-inline'` allows for styles only. An inline script or handler that got into a page does not run.
    """
    return f"{_BASE}; script-src 'self' 'nonce-{nonce}' 'unsafe-eval'; style-src 'self' 'unsafe-inline'"


class Dressed:
    """Sends an answer with the security headers on, and NiceGUI's pages with a nonce on their own scripts.

    NiceGUI escapes every `<` of what pages hold, so each `<script` of its document is one of its template or ours.

    Args:
        send: of the ASGI server.
        secure: whether TLS is in front.
        cacheable: whether the answer may be kept by the browser (assets).
    """

    def __init__(self, send: Send, *, secure: bool, cacheable: bool) -> None:
        self._send = send
        self._secure = secure
        self._cacheable = cacheable
        self._start: Message | None = None
        self._nonce = ""
        self._body = bytearray()

    async def __call__(self, message: Message) -> None:
        """One message of the application to the server."""
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _ALWAYS.items():
                headers[name] = value
            if self._secure:
                headers["strict-transport-security"] = "max-age=31536000"
            if not self._cacheable:
                headers["cache-control"] = "no-store"
            if _PAGE in headers and headers.get("content-type", "").startswith("text/html"):
                self._nonce = secrets.token_urlsafe(16)
                headers["content-security-policy"] = application(self._nonce)
                self._start = message
                return
            headers["content-security-policy"] = PLAIN
        elif message["type"] == "http.response.body" and self._start is not None:
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._send_page()
            return
        await self._send(message)

    async def _send_page(self) -> None:
        start, self._start = self._start, None
        if start is None:
            return
        body = bytes(self._body).replace(b"<script", f'<script nonce="{self._nonce}"'.encode())
        MutableHeaders(scope=start)["content-length"] = str(len(body))
        await self._send(start)
        await self._send({"type": "http.response.body", "body": body})
