"""Clients out of settings."""

from __future__ import annotations

from usersync.creatio import CreatioClient, login_from
from usersync.creatio import Mapping as CreatioMapping
from usersync.settings import PREFIX, CreatioSettings, WebitelSettings, require
from usersync.webitel import Auth, LoginAuth, TokenAuth, WebitelClient


def webitel_client(settings: WebitelSettings) -> WebitelClient:
    """The client of one Webitel domain.

    Raises:
        UsageError: a setting is missing or wrong.
    """
    url = require(settings.url, f"{PREFIX}WEBITEL__URL")
    auth: Auth
    if settings.token is not None:
        auth = TokenAuth(settings.token.get_secret_value())
    else:
        auth = LoginAuth(
            require(settings.username, f"{PREFIX}WEBITEL__TOKEN (or {PREFIX}WEBITEL__USERNAME)"),
            require(settings.password, f"{PREFIX}WEBITEL__PASSWORD"),
            settings.domain,
        )
    return WebitelClient(
        url,
        auth,
        concurrency=settings.concurrency,
        requests_per_second=settings.requests_per_second,
        read_timeout=settings.timeout,
        verify=settings.ca_file or True,
    )


def creatio_client(settings: CreatioSettings) -> CreatioClient:
    """The client of one Creatio.

    Raises:
        UsageError: a setting is missing or wrong.
    """
    url = require(settings.url, f"{PREFIX}CREATIO__URL")
    login = login_from(
        client_id=settings.client_id,
        client_secret=settings.client_secret.get_secret_value() if settings.client_secret else "",
        identity_url=settings.identity_url,
        username=settings.username,
        password=settings.password.get_secret_value() if settings.password else "",
    )
    return CreatioClient(
        url,
        login,
        names=creatio_mapping(settings),
        runtime=settings.runtime,
        page_size=settings.page_size,
        at_once=settings.concurrency,
        per_second=settings.requests_per_second,
        timeout=settings.timeout,
        batch_timeout=settings.batch_timeout,
        verify=settings.ca_file or True,
    )


def creatio_mapping(settings: CreatioSettings) -> CreatioMapping:
    """The mapping as the profile and the settings have it, not yet checked against a CRM."""
    return CreatioMapping.build(settings.profile, settings.mapping)
