"""A folder whose settings lead to a ledger."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from usersync.ledger import Ledger


@pytest.fixture
def at_hand(sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ledger]:
    """The ledger that the settings of the working directory lead to."""
    shutil.copy(sqlite_template, tmp_path / "ledger.db")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("USERSYNC_DATABASE_URL", f"sqlite:///{tmp_path / 'ledger.db'}")
    with Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}") as opened:
        yield opened
