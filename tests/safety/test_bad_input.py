"""Bad settings, wrong logins, missing rights: one clear sentence that names the setting and the next step, and 0 writes."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tests.safety.stand import Stand

Change = Callable[[Stand], dict[str, Any]]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Mistake:
    """What is wrong, the settings that make it so, the exit code, and pieces of what is said."""

    name: str
    change: Change
    code: int
    says: tuple[str, ...]


def _webitel(**settings: Any) -> Change:
    return lambda _: {"webitel": settings}


def _creatio(**settings: Any) -> Change:
    return lambda _: {"creatio": settings}


def _forms(stand: Stand, **more: Any) -> dict[str, Any]:
    login = stand.box.world.creatio
    return {
        "creatio": {
            "client_id": "",
            "client_secret": None,
            "username": login.username,
            "password": login.password,
            **more,
        }
    }


def _named(stand: Stand, **more: Any) -> dict[str, Any]:
    login = stand.box.world.webitel
    named = {"username": login.username, "password": login.password, "domain": login.domain}
    return {"webitel": {"token": None, **named, **more}}


def _rights(stand: Stand) -> dict[str, Any]:
    stand.box.creatio.control.switch(default_rights="none")
    return {}


def _no_licence(stand: Stand) -> dict[str, Any]:
    """The importer's own account loses the licence that lets it in."""
    me = next(
        row for row in stand.box.webitel.control.rows("users") if row["username"] == stand.box.world.webitel.username
    )
    stand.box.webitel.control.edit("users", me["id"], {"license": []})
    return {}


def _emptied(stand: Stand) -> dict[str, Any]:
    stand.box.webitel.control.fault("empty_page", path_regex="/users$", times=None)
    return {}


def _without_people(stand: Stand) -> dict[str, Any]:
    stand.box.creatio.control.fault("empty_page", path_regex="/(Contact|SysAdminUnit|WSysAccount)$", times=None)
    return {}


MISTAKES = (
    Mistake(
        "Webitel's URL leads nowhere", _webitel(url=f"http://127.0.0.1:{_free_port()}"), 2, ("USERSYNC_WEBITEL__URL",)
    ),
    Mistake(
        "Creatio's URL leads nowhere", _creatio(url=f"http://127.0.0.1:{_free_port()}"), 2, ("USERSYNC_CREATIO__URL",)
    ),
    Mistake(
        "Webitel's URL is Creatio's", lambda s: {"webitel": {"url": s.box.creatio.url}}, 2, ("USERSYNC_WEBITEL__URL",)
    ),
    Mistake(
        "Creatio's URL is Webitel's", lambda s: {"creatio": {"url": s.box.webitel.url}}, 2, ("USERSYNC_CREATIO__",)
    ),
    Mistake("Webitel's URL is no URL", _webitel(url="webitel.example.com:port"), 2, ("USERSYNC_WEBITEL__URL",)),
    Mistake("Creatio's URL is no URL", _creatio(url="crm example com"), 2, ("USERSYNC_CREATIO__URL",)),
    Mistake("no URL of Webitel", _webitel(url=""), 2, ("USERSYNC_WEBITEL__URL",)),
    Mistake("no password for Creatio", lambda s: _forms(s, password=None), 2, ("USERSYNC_CREATIO__PASSWORD",)),
    Mistake("a web page instead of JSON", lambda s: _html(s), 2, ("USERSYNC_WEBITEL__URL",)),
    Mistake("an expired token", _webitel(token="expired"), 2, ("USERSYNC_WEBITEL__TOKEN",)),
    Mistake("a wrong password for Webitel", lambda s: _named(s, password="wrong"), 2, ("USERSYNC_WEBITEL__PASSWORD",)),
    Mistake("two-factor sign-in", lambda s: _two_factors(s), 2, ("second factor", "USERSYNC_WEBITEL__TOKEN")),
    Mistake(
        "a wrong password: HTTP 200, Code 1", lambda s: _forms(s, password="wrong"), 2, ("USERSYNC_CREATIO__PASSWORD",)
    ),
    Mistake("a wrong client secret", _creatio(client_secret="wrong"), 2, ("USERSYNC_CREATIO__CLIENT_",)),
    Mistake("the identity service elsewhere", lambda s: _elsewhere(s), 2, ("USERSYNC_CREATIO__IDENTITY_URL",)),
    Mistake("the wrong runtime", _creatio(runtime="net"), 2, ("USERSYNC_CREATIO__RUNTIME",)),
    Mistake("the other profile's columns are not there", lambda s: _missing_column(s), 2, ("Nummer", "extension")),
    Mistake("an entity that is not there", lambda s: _missing_entity(s), 2, ("WebitelUsers", "record")),
    Mistake("a licence that the importer itself lacks", _no_licence, 1, ("licen",)),
    Mistake("no rights in Creatio", _rights, 1, ("no active system users", "right")),
    Mistake("an empty Webitel", _emptied, 1, ("no users at all", "USERSYNC_WEBITEL__URL")),
    Mistake("an empty Creatio", _without_people, 1, ("no active system users", "right")),
    Mistake("a login of the scope that is not there", lambda _: {}, 2, ("nobody.here", "scope")),
)


def _html(stand: Stand) -> dict[str, Any]:
    stand.box.webitel.control.fault("html_login", times=None)
    return {}


def _two_factors(stand: Stand) -> dict[str, Any]:
    stand.box.webitel.control.switch(second_factor=True)
    return _named(stand)


def _elsewhere(stand: Stand) -> dict[str, Any]:
    return {"creatio": {"identity_url": stand.box.webitel.url}}


def _missing_column(_: Stand) -> dict[str, Any]:
    return {"creatio": {"mapping": {"record": {"columns": {"extension": "Nummer"}}}}}


def _missing_entity(_: Stand) -> dict[str, Any]:
    return {"creatio": {"mapping": {"record": {"entity": "WebitelUsers"}}}}


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
async def test_it_is_said_plainly_and_nothing_is_written(stand: Stand, mistake: Mistake) -> None:
    stand.forget_requests()
    settings = mistake.change(stand)
    scope = ("nobody.here",) if "scope" in mistake.name else ()
    try:
        ran = await stand.run(settings=settings, scope=scope)
    finally:
        stand.box.webitel.control.switch(second_factor=False)
    assert ran.error is not None
    assert stand.writes() == 0
    assert ran.operations == ()
    assert ran.error.next_step, ran.said
    assert all(piece in ran.said for piece in mistake.says), ran.said
    assert ran.error.exit_code == mistake.code, ran.said
    assert ran.state == "failed"
    assert "Traceback" not in ran.said
    assert "\n" not in str(ran.error).strip()


async def test_an_address_that_answered_before_is_down_and_not_a_mistake_of_the_settings(stand: Stand) -> None:
    """The same refusal of a connection: a new setting is suspected, one that worked yesterday is not."""
    assert (await stand.run("preview")).error is None
    address = stand.box.creatio.url
    stand.box.creatio.control.fault("reset_before", times=None)
    down = await stand.run(settings={"creatio": {"timeout": 0.5}})
    assert down.error is not None
    assert down.error.exit_code == 1
    stand.clear()
    elsewhere = await stand.run(settings={"creatio": {"url": f"http://127.0.0.1:{_free_port()}"}})
    assert elsewhere.error is not None
    assert elsewhere.error.exit_code == 2
    assert address not in elsewhere.said
