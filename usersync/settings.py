"""One typed settings object: environment (`USERSYNC_…`, `__` for nesting), `.env`, `usersync.toml`; in this order of weight.

Several Webitel domains are sections `[domains.NAME]` of the file; what a section does not say is taken from the top level.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from usersync.creatio.configuration import MappingSettings, SectionSettings
from usersync.creatio.query import guid
from usersync.creatio.telephony import TELEPHONY_OPERATION
from usersync.creatio.wellknown import ROLE_ALL_EMPLOYEES
from usersync.errors import UsageError
from usersync.planning.rules import Rules

PREFIX = "USERSYNC_"
CONFIG_FILE_VARIABLE = "USERSYNC_CONFIG"
DEFAULT_DOMAIN = "default"


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class WebitelSettings(_Section):
    """How to reach one Webitel domain: a token, or username and password with the domain."""

    url: str = ""
    token: SecretStr | None = None
    username: str = ""
    password: SecretStr | None = None
    domain: str = ""
    page_size: int = Field(default=500, ge=1, le=5_000)
    concurrency: int = Field(default=8, ge=1, le=64)
    requests_per_second: float = Field(default=80.0, gt=0)
    timeout: float = Field(default=60.0, gt=0)
    ca_file: Path | None = None


class CreatioSettings(_Section):
    """How to reach one Creatio: OAuth client credentials (preferred) or forms login."""

    url: str = ""
    runtime: Literal["auto", "netframework", "net"] = "auto"
    profile: Literal["callmanager", "classic"] = "callmanager"
    identity_url: str = ""
    client_id: str = ""
    client_secret: SecretStr | None = None
    username: str = ""
    password: SecretStr | None = None
    page_size: int = Field(default=1_000, ge=1, le=20_000)
    concurrency: int = Field(default=6, ge=1, le=8)
    requests_per_second: float = Field(default=80.0, gt=0)
    timeout: float = Field(default=100.0, gt=0)
    batch_timeout: float = Field(default=180.0, gt=0)
    ca_file: Path | None = None
    mapping: MappingSettings = MappingSettings()
    section: SectionSettings = SectionSettings()


class AdministrationSettings(_Section):
    """A second credential for Creatio, for what the importer may not do: system users and Creatio's own licences."""

    enabled: bool = False
    url: str = ""
    identity_url: str = ""
    client_id: str = ""
    client_secret: SecretStr | None = None
    username: str = ""
    password: SecretStr | None = None
    role_id: str = ROLE_ALL_EMPLOYEES
    login: Literal["username", "email"] = "username"
    license_operation: str = Field(default=TELEPHONY_OPERATION, min_length=1)
    license_packages: tuple[str, ...] = ()

    @field_validator("role_id")
    @classmethod
    def _role(cls, value: str) -> str:
        return guid(value)

    @field_validator("license_packages")
    @classmethod
    def _packages(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(guid(item) for item in value)


class LeaseSettings(_Section):
    """The lease of the writer of a domain, in seconds."""

    term: float = Field(default=60.0, gt=0)
    renewal: float = Field(default=15.0, gt=0)

    @model_validator(mode="after")
    def _renewed_in_time(self) -> Self:
        if self.renewal * 2 > self.term:
            raise ValueError("the renewal must come at least twice in a term")
        return self


class RetentionSettings(_Section):
    """How long ended runs are kept with their decisions, operations and plans: days, 0 = for ever (docs/ledger.md)."""

    days: int = Field(default=365, ge=0, le=36_500)


class ActionSettings(_Section):
    """The manual actions (docs/manual-actions.md).

    `new_user_password`: `none` sets none; `random` sets one that nobody is shown; `shown` shows it once at the terminal that
    started the action. It is never stored.
    """

    new_user_password: Literal["none", "random", "shown"] = "none"  # noqa: S105 - a policy, not a password


class NotifySettings(_Section):
    """Who is told when a domain's condition changes, and by whom (docs/monitoring.md).

    Attributes:
        runs_by: who tells of failed, waiting and recovered runs: usersync itself, or Prefect's automations.
        license_days: how many days before its end a Webitel licence is told of; 0 = never.
        timeout: seconds one try of one message may take.
    """

    webhook_url: SecretStr | None = None
    email_url: SecretStr | None = None
    runs_by: Literal["usersync", "prefect"] = "usersync"
    license_days: int = Field(default=14, ge=0)
    timeout: float = Field(default=10.0, gt=0, le=60)


class ScheduleSettings(_Section):
    """When the import of a domain is to run by itself: what the schedule says that starts it. Tells that a run was missed.

    Attributes:
        cron: five fields, in the time zone of the settings; empty = nothing is expected.
        grace_minutes: how late a run may begin.
    """

    cron: str = ""
    grace_minutes: int = Field(default=30, ge=1)

    @field_validator("cron")
    @classmethod
    def _is_cron(cls, value: str) -> str:
        try:
            if value:
                CronSim(value, datetime.now(UTC))
        except CronSimError as error:
            raise ValueError("not a cron expression such as 0 * * * *") from error
        return value


class QuarantineSettings(_Section):
    """When a domain that keeps failing rests; see `usersync.notices.quarantine`.

    Attributes:
        after: scheduled runs that must fail one after another; 0 = it never rests.
        first_minutes: length of the first rest; each further failure doubles it.
        longest_minutes: no rest is longer.
    """

    after: int = Field(default=5, ge=0)
    first_minutes: int = Field(default=60, ge=1)
    longest_minutes: int = Field(default=1_440, ge=1)


class PortalSettings(_Section):
    """The portal: where it listens, how its users reach it, how long a login lasts (docs/portal.md)."""

    host: str = "127.0.0.1"
    port: int = Field(default=8480, ge=0, le=65_535)
    public_url: str = Field(default="", pattern=r"^(https?://[^/\s?#]+)?/?$")
    certificate: Path | None = None
    key: Path | None = None
    trusted_proxies: tuple[str, ...] = ()
    session_hours: float = Field(default=12.0, gt=0)
    idle_minutes: float = Field(default=120.0, gt=0)
    starts: Literal["auto", "prefect", "here"] = "auto"
    prefect_ui_url: str = ""


class DomainSettings(_Section):
    """Everything one run needs to know of its domain."""

    name: str = DEFAULT_DOMAIN
    webitel: WebitelSettings = WebitelSettings()
    creatio: CreatioSettings = CreatioSettings()
    rules: Rules = Rules()
    matching: dict[str, Any] = Field(default_factory=dict)
    lease: LeaseSettings = LeaseSettings()
    administration: AdministrationSettings = AdministrationSettings()
    retention: RetentionSettings = RetentionSettings()
    notify: NotifySettings = NotifySettings()
    schedule: ScheduleSettings = ScheduleSettings()
    quarantine: QuarantineSettings = QuarantineSettings()
    timezone: str = "UTC"
    actions: ActionSettings = ActionSettings()


class Settings(BaseSettings):
    """All settings of this installation."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        env_file=".env",
        dotenv_filtering="match_prefix",
        env_ignore_empty=True,
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
    )

    webitel: WebitelSettings = WebitelSettings()
    creatio: CreatioSettings = CreatioSettings()
    rules: Rules = Rules()
    matching: dict[str, Any] = Field(default_factory=dict)
    lease: LeaseSettings = LeaseSettings()
    administration: AdministrationSettings = AdministrationSettings()
    retention: RetentionSettings = RetentionSettings()
    actions: ActionSettings = ActionSettings()
    notify: NotifySettings = NotifySettings()
    schedule: ScheduleSettings = ScheduleSettings()
    quarantine: QuarantineSettings = QuarantineSettings()
    portal: PortalSettings = PortalSettings()
    domains: dict[str, dict[str, Any]] = Field(default_factory=dict)
    database_url: str = ""
    timezone: str = "UTC"
    language: Literal["en", "uk"] = "en"
    config: str = Field(default="", exclude=True)

    @field_validator("timezone")
    @classmethod
    def _known_timezone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError("not an IANA time zone such as Europe/Kyiv") from error
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The file named by USERSYNC_CONFIG, else ./usersync.toml, under environment and .env."""
        path = Path(os.environ.get(CONFIG_FILE_VARIABLE) or "usersync.toml")
        toml = TomlConfigSettingsSource(settings_cls, toml_file=path)
        return init_settings, env_settings, dotenv_settings, toml, file_secret_settings

    def domain(self, name: str = "") -> DomainSettings:
        """The settings of one domain; the only one there is where no name is given.

        Raises:
            UsageError: no such domain, several to choose from, or a section that is wrong.
        """
        names = sorted(self.domains) or [DEFAULT_DOMAIN]
        if not name:
            if len(names) > 1:
                raise UsageError("settings-which-domain", domains=", ".join(names))
            name = names[0]
        if name not in names:
            raise UsageError("settings-no-such-domain", name=name, domains=", ".join(names))
        sections = (
            "webitel",
            "creatio",
            "rules",
            "matching",
            "lease",
            "retention",
            "administration",
            "notify",
            "schedule",
            "quarantine",
            "actions",
        )
        base = {section: _plain(getattr(self, section)) for section in sections}
        merged = _merge(base, self.domains.get(name, {}))
        try:
            return DomainSettings.model_validate({"timezone": self.timezone, **merged, "name": name})
        except ValidationError as error:
            raise _usage_error(error, where=f"[domains.{name}] ") from None

    def domain_names(self) -> tuple[str, ...]:
        """All domains of this installation."""
        return tuple(sorted(self.domains) or [DEFAULT_DOMAIN])


def load_settings() -> Settings:
    """Read the settings of this process.

    Raises:
        UsageError: a setting is wrong; the sentence names it.
    """
    named = os.environ.get(CONFIG_FILE_VARIABLE)
    if named and not Path(named).is_file():
        raise UsageError("settings-no-file", variable=CONFIG_FILE_VARIABLE, path=named)
    try:
        return Settings()
    except ValidationError as error:
        raise _usage_error(error) from None
    except SettingsError as error:
        raise UsageError("settings-unreadable", detail=str(error)) from None
    except ValueError as error:  # TOML syntax
        raise UsageError("settings-unreadable", detail=str(error)) from None


def require(value: str | SecretStr | None, setting: str) -> str:
    """The value of a setting that cannot be done without.

    Raises:
        UsageError: it is empty; the sentence names the setting.
    """
    text = value.get_secret_value() if isinstance(value, SecretStr) else value
    if not text:
        raise UsageError("settings-missing", setting=setting)
    return text


def _plain(section: Any) -> dict[str, Any]:
    if isinstance(section, BaseModel):
        return {name: getattr(section, name) for name in section.model_fields_set} | {
            name: _plain(value)
            for name, value in ((name, getattr(section, name)) for name in section.model_fields_set)
            if isinstance(value, BaseModel)
        }
    return dict(section)


def _merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    result = dict(base)
    for name, value in over.items():
        below = result.get(name)
        result[name] = _merge(below, value) if isinstance(below, Mapping) and isinstance(value, Mapping) else value
    return result


def _usage_error(error: ValidationError, where: str = "") -> UsageError:
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    path = [str(part) for part in first["loc"]]
    name = where + ".".join(path) if where else PREFIX + "__".join(path).upper()
    return UsageError("settings-invalid", setting=name, problem=first["msg"])
