"""The ways a notice goes out: a webhook over HTTP, a letter over SMTP. Addresses are secrets and enter no error."""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Final, Protocol
from urllib.parse import parse_qs, unquote, urlsplit

import httpx

from usersync.errors import Retriable, UsageError
from usersync.ledger import Notice
from usersync.notices import message
from usersync.settings import PREFIX, NotifySettings

WEBHOOK_SETTING: Final = f"{PREFIX}NOTIFY__WEBHOOK_URL"
EMAIL_SETTING: Final = f"{PREFIX}NOTIFY__EMAIL_URL"
_PORTS: Final = {"insecure": 25, "starttls": 587, "ssl": 465}


class NotDelivered(Retriable):
    """A notice did not get through this time."""


class ChannelWrong(UsageError):
    """The address of the settings cannot be one; the sentence names the setting, never the address."""


class Channel(Protocol):
    """A way out."""

    @property
    def name(self) -> str:
        """What the ledger calls it."""

    async def send(self, notice: Notice) -> None:
        """Send one notice.

        Raises:
            NotDelivered: it did not get through.
        """


@dataclass(frozen=True)
class Webhook:
    """A POST of JSON. The notice's id is also its Idempotency-Key: a repeated delivery bears the same one."""

    url: str = field(repr=False)
    timeout: float = 10.0
    transport: httpx.AsyncBaseTransport | None = None
    name: str = "webhook"

    async def send(self, notice: Notice) -> None:
        """Post it; any 2xx means it was taken."""
        try:
            async with httpx.AsyncClient(timeout=self.timeout, transport=self.transport) as http:
                headers = {"Idempotency-Key": notice.id, "User-Agent": "usersync"}
                answer = await http.post(self.url, json=message.to_json(notice), headers=headers)
        except httpx.HTTPError as error:
            raise NotDelivered("notices-no-answer", channel=self.name, error=type(error).__name__) from None
        if not answer.is_success:
            raise NotDelivered("notices-refused", channel=self.name, answer=f"HTTP {answer.status_code}")


@dataclass(frozen=True)
class Mail:
    """A letter over SMTP.

    Attributes:
        security: `ssl` from the first byte on, `starttls`, or `insecure`.
    """

    host: str
    port: int
    sender: str = field(repr=False)
    recipients: tuple[str, ...] = field(repr=False)
    security: str = "starttls"
    username: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    timeout: float = 10.0
    name: str = "email"

    async def send(self, notice: Notice) -> None:
        """Hand it to the mail server; what becomes of it there is not known here."""
        letter = EmailMessage()
        letter["Subject"] = message.subject(notice)
        letter["From"], letter["To"] = self.sender, ", ".join(self.recipients)
        letter["Date"] = formatdate()
        letter["Message-ID"] = make_msgid(idstring=notice.id, domain="usersync")
        letter["Auto-Submitted"] = "auto-generated"
        letter.set_content(message.body(notice))
        try:
            await asyncio.to_thread(self._hand_over, letter)
        except smtplib.SMTPResponseException as error:
            raise NotDelivered("notices-refused", channel=self.name, answer=f"SMTP {error.smtp_code}") from None
        except (OSError, smtplib.SMTPException) as error:
            raise NotDelivered("notices-no-answer", channel=self.name, error=type(error).__name__) from None

    def _hand_over(self, letter: EmailMessage) -> None:
        trusted = None if self.security == "insecure" else ssl.create_default_context()
        server: smtplib.SMTP
        if self.security == "ssl":
            server = smtplib.SMTP_SSL(self.host, self.port, timeout=self.timeout, context=trusted)
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=self.timeout)
        with server:
            if self.security == "starttls":
                server.starttls(context=trusted)
            if self.username:
                server.login(self.username, self.password)
            server.send_message(letter, self.sender, list(self.recipients))


def channels_of(settings: NotifySettings) -> tuple[Channel, ...]:
    """The channels the settings name; none is tried.

    Raises:
        ChannelWrong: an address is of no use.
    """
    found: list[Channel] = []
    if settings.webhook_url is not None and (address := settings.webhook_url.get_secret_value().strip()):
        if not _is_web(address):
            raise ChannelWrong(
                "notices-channel-wrong", setting=WEBHOOK_SETTING, example="https://chat.example.org/hooks/…"
            )
        found.append(Webhook(address, settings.timeout))
    if settings.email_url is not None and (address := settings.email_url.get_secret_value().strip()):
        found.append(_mail(address, settings.timeout))
    return tuple(found)


def _is_web(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def _mail(address: str, timeout: float) -> Mail:
    """`mailto://` (in the clear) or `mailtos://USER:PASSWORD@HOST:PORT?from=…&to=…,…&mode=ssl`, Apprise's notation."""
    example = "mailtos://user:password@smtp.example.org:587?from=usersync@example.org&to=admins@example.org"
    wrong = ChannelWrong("notices-channel-wrong", setting=EMAIL_SETTING, example=example)
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise wrong from None
    options = {name.casefold(): values for name, values in parse_qs(parts.query).items()}
    username, password = unquote(parts.username or ""), unquote(parts.password or "")
    sender = _one(options, "from") or (username if "@" in username else f"{username or 'usersync'}@{host}")
    recipients = tuple(
        item.strip() for value in options.get("to", [sender]) for item in value.split(",") if item.strip()
    )
    security = _one(options, "mode") or ("ssl" if port == _PORTS["ssl"] else "starttls")
    if parts.scheme == "mailto":
        security = "insecure"
    host = _one(options, "smtp") or host
    if parts.scheme not in {"mailto", "mailtos"} or not host or not recipients or security not in _PORTS:
        raise wrong
    return Mail(
        host, port or _PORTS[security], sender, recipients, security, _one(options, "user") or username,
        _one(options, "pass") or password, timeout,
    )  # fmt: skip


def _one(options: Mapping[str, list[str]], name: str) -> str:
    return options.get(name, [""])[0].strip()
