"""The address of Webitel's API, out of whatever a person writes into the settings."""

from __future__ import annotations

import httpx

from usersync.redaction import redact_url
from usersync.webitel.errors import AddressInvalid


def api_root(url: str) -> str:
    """The address all paths are appended to, without a trailing slash.

    `https://host`, `https://host/`, `https://host/api` and `https://host/api/` are all `https://host/api`.

    Raises:
        AddressInvalid: not http(s), no host, or with user name, query or fragment in it.
    """
    try:
        parsed = httpx.URL(url.strip())
        # A password typed into the URL would end up in logs of proxies; the settings have their own place for it.
        sound = parsed.scheme in {"http", "https"} and bool(parsed.host) and not parsed.userinfo
    except httpx.InvalidURL:
        sound = False
    if not sound or parsed.query or parsed.fragment:
        raise AddressInvalid(url=_shown(url)) from None
    path = parsed.path.rstrip("/")
    if not path.endswith("/api"):
        path += "/api"
    return str(parsed.copy_with(path=path))


def _shown(url: str) -> str:
    try:
        return redact_url(url.strip())
    except ValueError:
        return "?"
