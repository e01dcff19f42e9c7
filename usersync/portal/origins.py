"""Where the portal is reached: the hosts and origins that are its own, and whether TLS is in front of it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from usersync.errors import UsageError
from usersync.settings import PortalSettings

_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


@dataclass(frozen=True)
class Origins:
    """The portal's own addresses.

    Attributes:
        hosts: values of `Host` it answers to: a page elsewhere whose name was pointed here is refused.
        origins: values of `Origin` whose pages may write and open websockets.
        secure: whether browsers reach it by TLS only.
        public: the address for links.
    """

    hosts: frozenset[str]
    origins: frozenset[str]
    secure: bool
    public: str

    @classmethod
    def of(cls, settings: PortalSettings) -> Origins:
        """The addresses that follow from the settings.

        Raises:
            UsageError: it would be reached from other machines without TLS.
        """
        scheme = "https" if settings.certificate else "http"
        public = settings.public_url.rstrip("/") or f"{scheme}://{_host(settings.host)}:{settings.port}"
        parts = urlsplit(public)
        secure = parts.scheme == "https"
        if not secure and not (is_loopback(settings.host) and is_loopback(parts.hostname or "")):
            raise UsageError("portal-needs-tls", host=settings.host)
        origins = {f"{parts.scheme}://{parts.netloc}"}
        if is_loopback(settings.host) and not settings.public_url:
            origins |= {f"{scheme}://{name}:{settings.port}" for name in _LOOPBACK}
        hosts = {urlsplit(origin).netloc for origin in origins}
        if is_loopback(settings.host):
            hosts |= {f"{name}:{settings.port}" for name in _LOOPBACK}  # a proxy or a probe on this machine
        return cls(frozenset(hosts), frozenset(origins), secure, public)


def is_loopback(host: str) -> bool:
    """Whether only this machine is meant."""
    return host in {"localhost", "::1", "[::1]"} or host.startswith("127.")


def _host(host: str) -> str:
    return f"[{host}]" if ":" in host and not host.startswith("[") else host
