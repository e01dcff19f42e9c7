"""One function that takes secrets and personal data out of whatever leaves the program: logs, errors, artifacts."""

from __future__ import annotations

import re
from urllib.parse import urlsplit, urlunsplit

_SECRET_KEYS = "|".join(
    (
        "access_token", "refresh_token", "client_secret", "userpassword", "password", "token", "secret", "certificate",
        "bpmcsrf", "authorization", "x-webitel-access",
    )
)  # fmt: skip
_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?i)\b(bearer)\s+[A-Za-z0-9._~+/=-]+"), r"\1 ***"),
    (re.compile(rf"""(?i)(["']?(?:{_SECRET_KEYS})["']?\s*[:=]\s*)("[^"]*"|'[^']*'|[^\s,;&}}]+)"""), r"\1***"),
    (re.compile(r"[A-Za-z0-9._%+'-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"), "***@***"),
    (re.compile(r"(?<![\w-])\+?\d(?:[\s().-]{0,2}\d){8,14}(?![\w-])"), "***"),
)


def redact(text: str, *, limit: int = 300) -> str:
    """Text of a service without secrets, e-mail addresses and phone numbers, on one line and bounded.

    Args:
        text: what a service or a library said.
        limit: greatest length of the result in characters.
    """
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1] + "…"


def redact_url(url: str) -> str:
    """The address without user info, query and fragment: `https://host/api/users`."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if ":" in host:
        host = f"[{host}]"
    if parts.port:
        host = f"{host}:{parts.port}"
    return urlunsplit((parts.scheme, host, parts.path, "", ""))
