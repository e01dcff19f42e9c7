"""Settings: three sources, several domains, and errors that name the setting."""

from __future__ import annotations

from pathlib import Path

import pytest

from usersync.errors import UsageError
from usersync.settings import Settings, load_settings, require


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import os

    for name in list(os.environ):
        if name.startswith("USERSYNC_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def test_the_environment_weighs_more_than_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("usersync.toml").write_text('[webitel]\nurl = "https://file"\npage_size = 100\n')
    monkeypatch.setenv("USERSYNC_WEBITEL__URL", "https://environment")
    webitel = load_settings().domain().webitel
    assert webitel.url == "https://environment"
    assert webitel.page_size == 100


def test_a_dotenv_file_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("USERSYNC_CREATIO__URL=https://crm\nOTHER_PROGRAM=1\n")
    assert load_settings().creatio.url == "https://crm"


def test_the_only_domain_needs_no_name() -> None:
    assert load_settings().domain().name == "default"


def test_a_domain_takes_from_the_top_what_it_does_not_say() -> None:
    Path("usersync.toml").write_text(
        '[creatio]\nurl = "https://crm"\n[rules]\ncontact_limit = 7\nexclude = ["a*"]\n'
        '[domains.kyiv.webitel]\nurl = "https://kyiv"\n[domains.kyiv.rules]\nexclude = ["b*"]\n'
        '[domains.lviv.webitel]\nurl = "https://lviv"\n'
    )
    settings = load_settings()
    kyiv, lviv = settings.domain("kyiv"), settings.domain("lviv")
    assert (kyiv.webitel.url, lviv.webitel.url) == ("https://kyiv", "https://lviv")
    assert kyiv.creatio.url == "https://crm"
    assert kyiv.rules.contact_limit == lviv.rules.contact_limit == 7
    assert (kyiv.rules.exclude, lviv.rules.exclude) == (("b*",), ("a*",))


def test_a_domains_secret_may_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("usersync.toml").write_text('[domains.kyiv.webitel]\nurl = "https://kyiv"\n')
    monkeypatch.setenv("USERSYNC_DOMAINS__KYIV__WEBITEL__TOKEN", "abc")
    token = load_settings().domain("kyiv").webitel.token
    assert token is not None
    assert token.get_secret_value() == "abc"


def test_several_domains_ask_which_one() -> None:
    Path("usersync.toml").write_text("[domains.a.webitel]\nurl = 'x'\n[domains.b.webitel]\nurl = 'y'\n")
    with pytest.raises(UsageError, match="a, b"):
        load_settings().domain()


@pytest.mark.parametrize(
    ("toml", "named"),
    [
        ("[webitel]\npage_size = 'many'\n", "USERSYNC_WEBITEL__PAGE_SIZE"),
        ("[webitel]\nurll = 'x'\n", "USERSYNC_WEBITEL__URLL"),
        ("timezone = 'Kyiv'\n", "USERSYNC_TIMEZONE"),
        ("[rules.gone]\nreaction = 'burn'\n", "USERSYNC_RULES__GONE__REACTION"),
        ("[domains.a.rules]\ncontact_limit = 0\n", "[domains.a] rules.contact_limit"),
    ],
)
def test_a_wrong_setting_is_named(toml: str, named: str) -> None:
    Path("usersync.toml").write_text(toml)
    with pytest.raises(UsageError) as caught:
        load_settings().domain()
    assert named in str(caught.value)
    assert caught.value.next_step


def test_a_wrong_value_is_not_repeated() -> None:
    Path("usersync.toml").write_text("[webitel]\ntoken = ['s3cret-value']\n")
    with pytest.raises(UsageError) as caught:
        load_settings()
    assert "s3cret-value" not in str(caught.value)


def test_broken_toml_and_a_missing_file_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("usersync.toml").write_text("[webitel\n")
    with pytest.raises(UsageError):
        load_settings()
    monkeypatch.setenv("USERSYNC_CONFIG", "nowhere.toml")
    with pytest.raises(UsageError, match="USERSYNC_CONFIG"):
        load_settings()


def test_a_missing_setting_is_named() -> None:
    with pytest.raises(UsageError, match="USERSYNC_WEBITEL__URL"):
        require(Settings().webitel.url, "USERSYNC_WEBITEL__URL")


def test_secrets_do_not_show_in_a_repr(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USERSYNC_CREATIO__CLIENT_SECRET", "s3cret")
    assert "s3cret" not in repr(load_settings())
