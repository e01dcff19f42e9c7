"""A world on disk: the two databases, and what the importer needs to log in to the services over them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Protocol

from usersync.errors import UsageError
from usersync.sandbox.creatio.loading import Credentials
from usersync.sandbox.creatio.loading import load as load_creatio
from usersync.sandbox.creatio.schema import Profile
from usersync.sandbox.webitel.loading import load as load_webitel

_WEBITEL, _CREATIO, _ABOUT, _TRUTH = "webitel.db", "creatio.db", "world.json", "truth.csv"
# Secrets of services that listen on loopback only: the same in every world, so that a demonstration can be repeated.
_CREDENTIALS = Credentials("usersync.integration", "sandbox-password", "usersync-sandbox", "sandbox-client-secret")
_ADMINISTRATOR = Credentials(
    "Supervisor", "sandbox-administrator-password", "usersync-administrator", "sandbox-administrator-secret"
)


class Table(Protocol):
    """A table that can be written to a file."""

    def to_csv(self, path: Path, *, index: bool) -> Any:
        """Write the table."""


class Rows(Protocol):
    """What a generator gives: rows of both services, and the answers."""

    @property
    def webitel(self) -> Mapping[str, Any]:
        """`domain`, `users`, `licenses`, `roles`, `devices`, `service_account`."""

    @property
    def creatio(self) -> Mapping[str, Any]:
        """Entity set → frame or rows."""

    @property
    def truth(self) -> Table:
        """Who is who, for whoever wants to score an import."""


@dataclass(frozen=True)
class WebitelLogin:
    """How the importer logs in to Webitel: an API token, or name, password and domain."""

    username: str
    password: str
    token: str
    domain: str


@dataclass(frozen=True)
class WorldDirectory:
    """A directory that holds a world.

    Attributes:
        path: the directory.
        profile: which objects its Creatio has.
        webitel: login of the importer.
        creatio: login of the importer.
        administrator: login of somebody who may manage users and licences of Creatio.
    """

    path: Path
    profile: Profile
    webitel: WebitelLogin
    creatio: Credentials
    administrator: Credentials = _ADMINISTRATOR

    @property
    def webitel_database(self) -> Path:
        """The file of the Webitel stand-in."""
        return self.path / _WEBITEL

    @property
    def truth(self) -> Path:
        """Who is who: a table with one row for each Webitel user (`webitel_user_id`, `contact_id`, …)."""
        return self.path / _TRUTH

    @property
    def creatio_database(self) -> Path:
        """The file of the Creatio stand-in."""
        return self.path / _CREATIO

    @classmethod
    def holds_world(cls, path: Path) -> bool:
        """Whether a directory holds one."""
        return (path / _ABOUT).is_file()

    @classmethod
    def open(cls, path: Path) -> WorldDirectory:
        """Open a directory that holds a world.

        Raises:
            UsageError: it holds none.
        """
        if not cls.holds_world(path):
            raise UsageError("sandbox-no-world", path=str(path))
        about = json.loads((path / _ABOUT).read_text(encoding="utf-8"))
        return cls(path, about["profile"], WebitelLogin(**about["webitel"]), Credentials(**about["creatio"]))

    @classmethod
    def write(cls, path: Path, rows: Rows, profile: Profile) -> WorldDirectory:
        """Write a world into a directory.

        Args:
            path: made when absent; it must not hold a world yet.
            rows: of both services.
            profile: which objects Creatio has.

        Raises:
            UsageError: the directory holds a world already.
            ValueError: rows that the services do not have a place for.
        """
        if cls.holds_world(path):
            raise UsageError("sandbox-world-exists", path=str(path))
        path.mkdir(parents=True, exist_ok=True)
        for name in (_WEBITEL, _CREATIO):
            (path / name).unlink(missing_ok=True)  # what a generation that was cut off left behind
        load_webitel(path / _WEBITEL, rows.webitel)
        load_creatio(path / _CREATIO, profile, rows.creatio, _CREDENTIALS, _ADMINISTRATOR)
        rows.truth.to_csv(path / _TRUTH, index=False)
        account = rows.webitel["service_account"]
        login = WebitelLogin(account["username"], account["password"], account["token"], rows.webitel["domain"]["name"])
        about = {"profile": profile, "webitel": asdict(login), "creatio": asdict(_CREDENTIALS)}
        # Written last: a directory with it holds a whole world.
        (path / _ABOUT).write_text(json.dumps(about, indent=1, ensure_ascii=False), encoding="utf-8")
        return cls.open(path)

    def copy_to(self, path: Path) -> WorldDirectory:
        """Copy the world into another directory, so that what runs there leaves this one as it is."""
        path.mkdir(parents=True, exist_ok=True)
        for name in (_WEBITEL, _CREATIO, _TRUTH, _ABOUT):
            shutil.copyfile(self.path / name, path / name)
        return self.open(path)


def generate(
    path: Path, *, seed: int, users: int, contacts: int, profile: Profile, today: date | None = None
) -> WorldDirectory:
    """Generate a world into a directory.

    Args:
        path: the directory.
        seed: the same seed makes the same world on the same day.
        users: Webitel users.
        contacts: Creatio contacts.
        profile: which objects Creatio has.
        today: the day licences are valid around; this one by default.
    """
    from usersync.sandbox.people import generate_world

    day = today or datetime.now(UTC).date()
    rows = generate_world(seed=seed, users=users, contacts=contacts, profile=profile, today=day)
    return WorldDirectory.write(path, rows, profile)
