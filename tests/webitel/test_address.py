from __future__ import annotations

import pytest

from usersync.errors import UsageError
from usersync.webitel import AddressInvalid, api_root


@pytest.mark.parametrize(
    ("written", "root"),
    [
        ("https://webitel.example.com", "https://webitel.example.com/api"),
        ("https://webitel.example.com/", "https://webitel.example.com/api"),
        ("https://webitel.example.com/api", "https://webitel.example.com/api"),
        ("https://webitel.example.com/api/", "https://webitel.example.com/api"),
        ("https://webitel.example.com/api///", "https://webitel.example.com/api"),
        ("  https://webitel.example.com  ", "https://webitel.example.com/api"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080/api"),
        ("http://[::1]:8080/api", "http://[::1]:8080/api"),
        ("https://gate.example.com/telephony", "https://gate.example.com/telephony/api"),
        ("https://gate.example.com/rapi", "https://gate.example.com/rapi/api"),
    ],
)
def test_whatever_a_person_writes_leads_to_the_api(written: str, root: str) -> None:
    assert api_root(written) == root


@pytest.mark.parametrize(
    "written",
    [
        "",
        "webitel.example.com",
        "//webitel.example.com",
        "ftp://webitel.example.com",
        "https://",
        "https://svc:hunter2@webitel.example.com",
        "https://webitel.example.com/api?token=hunter2",
        "https://webitel.example.com/api#hunter2",
        "https://webitel.example.com:port",
        "https://[::1",
    ],
)
def test_what_is_no_address_is_a_mistake_in_the_settings_and_shows_no_secret(written: str) -> None:
    with pytest.raises(AddressInvalid) as caught:
        api_root(written)
    assert isinstance(caught.value, UsageError)
    assert "hunter2" not in str(caught.value)
    assert "USERSYNC_WEBITEL__URL" in (caught.value.next_step or "")
