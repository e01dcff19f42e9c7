"""What the settings may name: webhooks and mail servers, written as Apprise writes them."""

from __future__ import annotations

from typing import Any

import pytest

from usersync.errors import UsageError
from usersync.notices import ChannelWrong, Mail, Webhook, channels_of
from usersync.settings import NotifySettings


def _channels(**settings: Any) -> tuple[Any, ...]:
    return channels_of(NotifySettings.model_validate(settings))


HOST = "smtp.example.org"


@pytest.mark.parametrize(
    ("address", "mail"),
    [
        (
            f"mailtos://u%40x.org:p%3Aw@{HOST}:587?from=a@x.org&to=b@x.org,c@x.org",
            Mail(HOST, 587, "a@x.org", ("b@x.org", "c@x.org"), "starttls", "u@x.org", "p:w"),
        ),
        (f"mailtos://{HOST}:465?to=b@x.org", Mail(HOST, 465, f"usersync@{HOST}", ("b@x.org",), "ssl")),
        (f"mailtos://u@{HOST}?mode=ssl&to=b@x.org&from=a@x.org", Mail(HOST, 465, "a@x.org", ("b@x.org",), "ssl", "u")),
        (
            "mailto://127.0.0.1:2525?from=a@x.org&to=b@x.org",
            Mail("127.0.0.1", 2525, "a@x.org", ("b@x.org",), "insecure"),
        ),
        ("mailto://relay?from=a@x.org", Mail("relay", 25, "a@x.org", ("a@x.org",), "insecure")),
    ],
)
def test_an_address_of_mail_is_read(address: str, mail: Mail) -> None:
    assert _channels(email_url=address) == (mail,)


def test_both_may_be_named_and_neither_shows_its_secrets() -> None:
    found = _channels(
        webhook_url="https://chat.example.org/hooks/s3cret", email_url="mailtos://u:s3cret@h.org?to=b@x.org", timeout=3
    )
    assert [channel.name for channel in found] == ["webhook", "email"]
    assert {channel.timeout for channel in found} == {3.0}
    assert isinstance(found[0], Webhook)
    assert "s3cret" not in repr(found)
    assert _channels() == ()


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("webhook_url", "chat.example.org/s3cret"),
        ("webhook_url", "ftp://chat.example.org/s3cret"),
        ("webhook_url", "https://[s3cret"),
        ("email_url", "smtp://u:s3cret@example.org"),
        ("email_url", "mailtos://u:s3cret@example.org:port"),
        ("email_url", "mailtos://u:s3cret@example.org?mode=rot13"),
        ("email_url", "mailto://?to=a@x.org&from=s3cret"),
    ],
)
def test_an_address_of_no_use_is_said_by_its_setting_and_not_repeated(name: str, address: str) -> None:
    with pytest.raises(ChannelWrong) as caught:
        _channels(**{name: address})
    assert isinstance(caught.value, UsageError)
    assert f"USERSYNC_NOTIFY__{name.upper()}" in str(caught.value)
    assert "s3cret" not in f"{caught.value} {caught.value.next_step}"
