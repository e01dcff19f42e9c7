"""The two ways to log in (docs/creatio.md#sessions).

Each is a small class that logs in, says when its login grows old, and signs requests with it. When to log in again is
decided in one place, `usersync.creatio.session`.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urlsplit, urlunsplit

import httpx

from usersync.creatio.answers import Question, judge, read_json, useful_text
from usersync.creatio.errors import (
    CreatioError,
    LoginFailed,
    LoginMissing,
    PasswordChangeForced,
    UrlWrong,
)
from usersync.creatio.traffic import Clock
from usersync.redaction import redact_url

_LOGIN_PATH = "/ServiceModel/AuthService.svc/Login"
_TOKEN_PATH = "/connect/token"  # noqa: S105 - a path, no token
_CLOUD_HOST = re.compile(r"^(?P<site>[a-z0-9][a-z0-9-]*)(?P<zone>\.(?:creatio|bpmonline|terrasoft)\.[a-z.]+)$")
_TOKEN_LIFETIME = 3600.0
_REFRESH_BEFORE = 60.0


class Login(Protocol):
    """A way to log in.

    Attributes:
        user_name: login of the Creatio user we act as, None where the way does not tell.
        cross_site: requests carry a cross-site token, which may go stale.
    """

    @property
    def user_name(self) -> str | None:
        """Login of the Creatio user we act as."""

    @property
    def cross_site(self) -> bool:
        """Whether requests carry a cross-site token."""

    async def log_in(self, http: httpx.AsyncClient, site: str) -> None:
        """Log in afresh.

        Args:
            http: the client whose cookies the session lives in.
            site: address of Creatio without `/0`.

        Raises:
            CreatioError: the login is refused, or this is no place to log in.
            httpx.TransportError: nothing answered.
        """

    def is_stale(self) -> bool:
        """Whether to log in before the next request."""

    def sign(self, request: httpx.Request, http: httpx.AsyncClient) -> None:
        """Put the login on a request that `http` is about to send."""


@dataclass
class OAuthClientCredentials:
    """OAuth 2.0 client credentials: the way the vendor recommends.

    Args:
        client_id: id of the application registered in Creatio.
        client_secret: its secret; never shown.
        identity_url: address of the identity service; None = by the cloud's rule `https://site.creatio.com` →
            `https://site-is.creatio.com`.
        acts_as: login of the system user the application is bound to, if known; only used to find its own rows.
        clock: monotonic seconds.
    """

    client_id: str
    client_secret: str = field(repr=False)
    identity_url: str | None = None
    acts_as: str | None = None
    clock: Clock = field(default=time.monotonic, repr=False)
    _token: str = field(default="", init=False, repr=False)
    _renew_at: float = field(default=0.0, init=False, repr=False)

    @property
    def user_name(self) -> str | None:
        """The login given as `acts_as`."""
        return self.acts_as

    @property
    def cross_site(self) -> bool:
        """No: a bearer token needs none."""
        return False

    async def log_in(self, http: httpx.AsyncClient, site: str) -> None:
        """Fetch a token."""
        url = token_url(self.identity_url or identity_url_of(site))
        form = {"grant_type": "client_credentials", "client_id": self.client_id, "client_secret": self.client_secret}
        started = self.clock()
        request = http.build_request("POST", url, data=form, headers={"Accept": "application/json"})
        request.headers.pop("Cookie", None)
        response = await http.send(request)
        body = read_json(response.content)
        token = body.get("access_token") if isinstance(body, dict) else None
        if response.status_code == 200 and isinstance(token, str) and token:
            lifetime = _seconds(body.get("expires_in"))
            self._token = token
            self._renew_at = started + max(lifetime - _REFRESH_BEFORE, lifetime * 0.9 if lifetime < 600 else 0)
            return
        raise self._refused(response, body)

    def is_stale(self) -> bool:
        """There is no token yet, or it expires within a minute."""
        return not self._token or self.clock() >= self._renew_at

    def sign(self, request: httpx.Request, http: httpx.AsyncClient) -> None:  # noqa: ARG002 - the token is no cookie
        """Put the bearer token on a request, and no cookie: with one, Creatio would ask for the cross-site token too."""
        request.headers.pop("Cookie", None)
        request.headers["Authorization"] = f"Bearer {self._token}"

    def _refused(self, response: httpx.Response, body: Any) -> CreatioError:
        known: dict[str, Any] = {"status": response.status_code, "url": redact_url(str(response.request.url))}
        if isinstance(body, dict) and "error" in body and response.status_code in (400, 401, 403):
            text = useful_text(body, hide=(self.client_secret, self.client_id))
            return LoginFailed("creatio-client-refused", text=text, **known)
        return _no_login_here(response, body, "creatio-identity-url-wrong")


@dataclass
class FormsLogin:
    """User name and password, a cookie session and the cross-site token BPMCSRF.

    Args:
        username: login of the integration user.
        password: its password; never shown.
    """

    username: str
    password: str = field(repr=False)

    @property
    def user_name(self) -> str | None:
        """The user name."""
        return self.username

    @property
    def cross_site(self) -> bool:
        """Yes: BPMCSRF."""
        return True

    async def log_in(self, http: httpx.AsyncClient, site: str) -> None:
        """Open a session: its cookies are in `http` afterwards, all of them."""
        http.cookies.clear()
        response = await http.post(
            f"{site}{_LOGIN_PATH}",
            json={"UserName": self.username, "UserPassword": self.password},
            headers={"Accept": "application/json", "ForceUseSession": "true"},
        )
        body = read_json(response.content)
        if response.status_code != 200 or not isinstance(body, dict) or "Code" not in body:
            # 401 and 403 here mean that the address is wrong, not the password (docs/creatio.md#sessions).
            raise _no_login_here(response, body, "creatio-login-url-wrong")
        known: dict[str, Any] = {"status": response.status_code, "url": redact_url(str(response.request.url))}
        if body.get("PasswordChangeUrl"):
            raise PasswordChangeForced(**known)
        if str(body["Code"]) != "0":
            exception = body.get("Exception")
            detail = exception.get("Message") if isinstance(exception, dict) else None
            text = useful_text({"Message": body.get("Message") or detail}, hide=(self.password, self.username))
            raise LoginFailed(text=text, **known)

    def is_stale(self) -> bool:
        """Never: Creatio says when a session is over."""
        return False

    def sign(self, request: httpx.Request, http: httpx.AsyncClient) -> None:
        """Put the cross-site token on a request, and the wish to be refused rather than sent to the login page."""
        request.headers["ForceUseSession"] = "true"
        for cookie in http.cookies.jar:
            if cookie.name == "BPMCSRF" and cookie.value:
                request.headers["BPMCSRF"] = cookie.value.strip('"')


def login_from(
    *,
    client_id: str | None = None,
    client_secret: str | None = None,
    identity_url: str | None = None,
    username: str | None = None,
    password: str | None = None,
) -> Login:
    """The way to log in that the settings describe; client credentials are preferred where both are given.

    Raises:
        LoginMissing: neither pair is complete.
    """
    if client_id and client_secret:
        return OAuthClientCredentials(client_id, client_secret, identity_url, acts_as=username)
    if username and password:
        return FormsLogin(username, password)
    raise LoginMissing


def identity_url_of(site: str) -> str:
    """The identity service of a site in the vendor's cloud: `https://site.creatio.com` → `https://site-is.creatio.com`.

    Raises:
        LoginMissing: the site is not in that cloud, so the address cannot be guessed.
    """
    parts = urlsplit(site)
    host = _CLOUD_HOST.match((parts.hostname or "").lower())
    if not host:
        raise LoginMissing("creatio-identity-url-missing", url=redact_url(site))
    return urlunsplit((parts.scheme, f"{host['site']}-is{host['zone']}", "", "", ""))


def token_url(identity_url: str) -> str:
    """Where tokens are given out; the address may already be that place."""
    base = identity_url.rstrip("/")
    return base if base.lower().endswith(_TOKEN_PATH) else base + _TOKEN_PATH


def _no_login_here(response: httpx.Response, body: Any, message_id: str) -> CreatioError:
    """The error for an answer that is neither a login nor a refusal of one."""
    url = redact_url(str(response.request.url))
    status = response.status_code
    if 300 <= status < 400 or status == 429 or status >= 500:
        error = judge(Question(method="POST", url=url), status, _lower(response.headers), body)
        if isinstance(error, CreatioError):
            return error
    return UrlWrong(message_id, status=status, url=url)


def _lower(headers: httpx.Headers) -> dict[str, str]:
    return {key.lower(): value for key, value in headers.items()}


def _seconds(value: object) -> float:
    try:
        seconds = float(str(value))
    except ValueError:
        return _TOKEN_LIFETIME
    return seconds if seconds > 0 else _TOKEN_LIFETIME
