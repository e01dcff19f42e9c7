"""What every test finds around it, in this process and in the processes it starts: one terminal, one authority."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import certifi
import pytest

_TERMINAL = {"COLUMNS": "300", "NO_COLOR": "1", "TERM": "dumb"}
"""Wide: what a table says is read from it as one line, whoever's terminal the tests are started from."""
_COLOURS = ("CLICOLOR_FORCE", "FORCE_COLOR", "GITHUB_ACTIONS", "PY_COLORS", "TTY_COMPATIBLE", "TTY_INTERACTIVE")

# Rich reads its width when a console is made, which is when a module of commands is imported: before any fixture.
os.environ.update(_TERMINAL)
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
