"""How bytes travel to Webitel: certificates, proxies, timeouts."""

from __future__ import annotations

from http.cookiejar import DefaultCookiePolicy

import httpx

from usersync.tls import Verify, trusted
from usersync.webitel.errors import CertificatesUnreadable, ProxyInvalid


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
        certificates = trusted(verify)
    except OSError as error:
        raise CertificatesUnreadable(path=str(verify)) from error
    try:
        http = httpx.AsyncClient(
            transport=transport,
            proxy=proxy,
            trust_env=trust_env,
            verify=certificates,
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
