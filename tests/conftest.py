"""What every test finds around it, in this process and in the processes it starts; what is costly, once for all of them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import certifi
import pytest

from tests.certificates import certificate  # noqa: F401 fixture
from tests.databases import (  # noqa: F401 fixtures
    clock,
    empty_database_url,
    ledger,
    ledger_url,
    postgres_server,
    sqlite_template,
)
from tests.prefect_server import WITH_PREFECT, prefect_api, prefect_server  # noqa: F401 fixtures
from tests.stages import classic_stage, stage  # noqa: F401 fixtures

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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What needs Prefect comes first: it takes longest. On a busy machine its server alone may take minutes to start."""
    for item in items:
        if "prefect_server" in getattr(item, "fixturenames", ()):
            if item.nodeid.partition("::")[0] not in WITH_PREFECT:
                raise pytest.UsageError(f"{item.nodeid} needs Prefect: name its module in tests/prefect_server.py")
            item.add_marker(pytest.mark.timeout(900))
    items.sort(key=lambda item: item.nodeid.partition("::")[0] not in WITH_PREFECT)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Twice as many workers as processors: half of the time a test waits for Prefect, a browser or a service."""
    return 2 * (os.process_cpu_count() if hasattr(os, "process_cpu_count") else os.cpu_count() or 1)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """The tests of a module stay on one worker, and so does each group that needs Prefect: what they share is made once."""
    from xdist.scheduler import LoadScopeScheduling

    class ByModule(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            module = nodeid.partition("::")[0]
            return WITH_PREFECT.get(module, module)

    if config.getoption("dist") != "loadscope":
        return None
    config.option.loadscopereorder = False  # a module with few tests may be a long one
    return ByModule(config, log)
