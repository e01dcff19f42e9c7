"""How bytes travel to Webitel: certificates, proxies, timeouts."""

from __future__ import annotations

import ssl
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path

import httpx

from usersync.webitel.errors import CertificatesUnreadable, ProxyInvalid

Verify = bool | str | Path | ssl.SSLContext
"""True = the certificates of the installation; a path = a file of certificates; or a ready TLS context."""


def open_connection(
    *,
    concurrency: int,
    connect_timeout: float,
    read_timeout: float,
    proxy: str | None,
    trust_env: bool,
    verify: Verify,
    transport: httpx.AsyncBaseTransport | None,
) -> httpx.AsyncClient:
    """An httpx client that follows no redirects and keeps no cookies (arguments as of `WebitelClient`).

    Raises:
        CertificatesUnreadable: `verify` names no file of certificates.
        ProxyInvalid: `proxy`, or the one of the environment, cannot be used.
    """
    try:
        http = httpx.AsyncClient(
            transport=transport,
            proxy=proxy,
            trust_env=trust_env,
            verify=_certificates(verify),
            timeout=httpx.Timeout(read_timeout, connect=connect_timeout),
            limits=httpx.Limits(max_connections=concurrency, max_keepalive_connections=concurrency),
            follow_redirects=False,
        )
    except (ValueError, httpx.InvalidURL, ImportError):
        # Their texts quote the proxy's address, password and all.
        raise ProxyInvalid from None
    # A login sets session cookies of 30 days; sent along, they would outlive the token in the header.
    http.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return http


def _certificates(verify: Verify) -> bool | ssl.SSLContext:
    if not isinstance(verify, (str, Path)):
        return verify
    try:
        return ssl.create_default_context(cafile=verify)
    except OSError as error:  # ssl.SSLError is one too
        raise CertificatesUnreadable(path=str(verify)) from error
