"""Secrets and personal data do not leave the program."""

from __future__ import annotations

import pytest

from usersync.redaction import redact, redact_url


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ('{"access_token":"abc.def-123"}', "abc.def-123"),
        ("Authorization: Bearer eyJhbGciOi.J9", "eyJhbGciOi.J9"),
        ("password=hunter2; next", "hunter2"),
        ("client_secret: 's3cret'", "s3cret"),
        ("no contact olena.k@example.com here", "olena.k@example.com"),
        ("called +380 (67) 123-45-67 twice", "123-45-67"),
        ("X-Webitel-Access: tok", "tok"),
    ],
)
def test_secrets_and_personal_data_are_taken_out(text: str, secret: str) -> None:
    assert secret not in redact(text)


def test_what_an_administrator_needs_stays() -> None:
    text = "Column by path Usr1 not found in schema WSysAccount (row 6f0d7a1c-0000-4000-8000-000000000000, HTTP 500)"
    assert redact(text) == text


def test_a_long_text_is_cut_and_stands_on_one_line() -> None:
    short = redact("word\n" * 200, limit=50)
    assert len(short) == 50
    assert "\n" not in short


def test_an_address_loses_user_query_and_fragment() -> None:
    assert (
        redact_url("https://me:pw@crm.example.com:8443/0/odata?$filter=Name#x")
        == "https://crm.example.com:8443/0/odata"
    )
