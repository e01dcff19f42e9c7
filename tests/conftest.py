"""What every test finds around it, in this process and in the processes it starts; what is costly, once for all of them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import certifi
import pytest

from tests.databases import (  # noqa: F401 fixtures
    clock,
    empty_database_url,
    ledger,
    ledger_url,
    postgres_server,
    sqlite_template,
)
from tests.prefect_server import prefect_api, prefect_server  # noqa: F401 fixtures

_SURROUNDINGS = {
    "COLUMNS": "300",  # what a table says is one line of it, whoever's terminal the tests are started from
    "NO_COLOR": "1",
    "TERM": "dumb",
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
}
_COLOURS = ("CLICOLOR_FORCE", "FORCE_COLOR", "GITHUB_ACTIONS", "PY_COLORS", "TTY_COMPATIBLE", "TTY_INTERACTIVE")

# Rich reads its width when a console is made, which is when a module of commands is imported: before any fixture.
os.environ.update(_SURROUNDINGS)
for _name in _COLOURS:
    os.environ.pop(_name, None)


@pytest.fixture(scope="session", autouse=True)
def _one_authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The services here speak plain HTTP: reading a hundred certificates is a quarter of the time of a short run."""
    bundle, end = Path(certifi.where()).read_text(encoding="utf-8"), "-----END CERTIFICATE-----\n"
    path = tmp_path_factory.mktemp("authorities") / "one.pem"
    path.write_text(bundle[bundle.index("-----BEGIN") : bundle.index(end) + len(end)], encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(path))
        yield


@pytest.hookimpl(wrapper=True)  # before pytest-xdist reads the marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """Keep the tests of a module together, and all modules that need Prefect: first, since they take longest.

    With `--dist loadgroup` a group stays on one worker, so that what its tests share is made once. On a busy machine that may
    take minutes, which count to the time of the first test.
    """
    prefect = {item.path for item in items if "prefect_server" in getattr(item, "fixturenames", ())}
    items.sort(key=lambda item: item.path not in prefect)
    for item in items:
        group = "prefect" if item.path in prefect else item.nodeid.partition("::")[0]
        item.add_marker(pytest.mark.xdist_group(group))
        if item.path in prefect:
            item.add_marker(pytest.mark.timeout(900))
    return (yield)
