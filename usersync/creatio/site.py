"""Where this Creatio is, and which of the two runtimes serves it (docs/creatio.md#runtimes)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit, urlunsplit

import httpx

from usersync.creatio.answers import read_json
from usersync.creatio.errors import UrlWrong
from usersync.redaction import redact_url

_PAGES = frozenset({"0", "nui", "login", "shell", "servicemodel", "odata"})
"""Parts of an address that are already inside Creatio; people copy them from the browser."""


class Runtime(StrEnum):
    """The platform Creatio runs on; it decides the paths of everything but the login."""

    NETFRAMEWORK = "netframework"
    NET = "net"

    @property
    def prefix(self) -> str:
        """What stands before every path but the login's: `/0` or nothing."""
        return "/0" if self is Runtime.NETFRAMEWORK else ""


@dataclass(frozen=True)
class Site:
    """An address taken apart.

    Attributes:
        base: scheme, host and virtual folder, without `/0`, without a slash at the end.
        runtime: known where the address itself shows it (`…/0/odata`, `…/odata`), else None.
    """

    base: str
    runtime: Runtime | None = None

    @classmethod
    def parse(cls, url: str) -> Site:
        """Read an address as people give it, also one copied from the browser or one of the OData root.

        Raises:
            UrlWrong: it is no http or https address.
        """
        parts = urlsplit(url.strip())
        if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
            raise UrlWrong("creatio-url-unreadable")
        segments = [segment for segment in parts.path.split("/") if segment]
        kept: list[str] = []
        for segment in segments:
            if segment.lower() in _PAGES:
                break
            kept.append(segment)
        inside = [segment.lower() for segment in segments[len(kept) :]]
        runtime = None
        if inside[:2] == ["0", "odata"]:
            runtime = Runtime.NETFRAMEWORK
        elif inside[:1] == ["odata"]:
            runtime = Runtime.NET
        host = parts.netloc.rpartition("@")[2].lower()
        port = {"http": ":80", "https": ":443"}[parts.scheme.lower()]
        path = "/" + "/".join(kept) if kept else ""
        return cls(urlunsplit((parts.scheme.lower(), host.removesuffix(port), path, "", "")), runtime)

    @property
    def name(self) -> str:
        """The site without its scheme, to be told apart by: `crm.example.com` or `crm.example.com/creatio`."""
        return self.base.partition("://")[2].lower()

    def root(self, runtime: Runtime) -> str:
        """Address of the OData root, without a slash at the end."""
        return f"{self.base}{runtime.prefix}/odata"


Probe = Callable[[str, bool], Awaitable[httpx.Response]]
"""Asks an address: (url, with our login) → whatever was answered."""


async def detect(site: Site, probe: Probe) -> Runtime:
    """Find out which runtime serves the site.

    The health check is asked first: it needs no login. Where it does not decide (a gateway in between, another vendor's
    OData), the two possible OData roots are.

    Raises:
        UrlWrong: there is no OData root at either place.
        CreatioError: the login is refused, or nothing answers.
    """
    if site.runtime is not None:
        return site.runtime
    healthy = [
        runtime
        for runtime in Runtime
        if _is_healthy(await probe(f"{site.base}{runtime.prefix}/api/HealthCheck/Ping", False))
    ]
    if len(healthy) == 1:
        return healthy[0]
    for runtime in Runtime:
        if _is_root(await probe(f"{site.root(runtime)}/", True)) or _is_metadata(
            await probe(f"{site.root(runtime)}/$metadata", True)
        ):
            return runtime
    raise UrlWrong("creatio-no-odata-root", url=redact_url(site.base))


def _is_healthy(response: httpx.Response) -> bool:
    page = "html" in response.headers.get("content-type", "").lower() or response.content.lstrip()[:1] == b"<"
    return response.status_code == 200 and not page


def _is_root(response: httpx.Response) -> bool:
    body = read_json(response.content)
    return response.status_code == 200 and isinstance(body, dict) and isinstance(body.get("value"), list)


def _is_metadata(response: httpx.Response) -> bool:
    return response.status_code == 200 and b"<edmx:Edmx" in response.content[:2000].replace(b"<Edmx", b"<edmx:Edmx")
