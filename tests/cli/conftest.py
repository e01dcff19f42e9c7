"""The command line as a person uses it: a process of its own, in a home of its own, with the sandbox behind it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from usersync.sandbox.process import Sandbox

RULES = 'language = "en"\n[rules]\nlicenses = [{ product = "CALL_MANAGER", who = "everyone" }]\n'


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        """Everything on the screen, on one line."""
        return " ".join(f"{self.out} {self.err}".split())

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass
class Shell:
    """A terminal: its environment and its folder."""

    environment: dict[str, str]
    folder: Path

    def __call__(self, *arguments: str, timeout: float = 400, **changes: str | None) -> Said:
        """Run `usersync …`; keywords change the environment for this once, None takes a variable away."""
        environment = {**self.environment, **{name: value for name, value in changes.items() if value is not None}}
        for name in [name for name, value in changes.items() if value is None]:
            environment.pop(name, None)
        done = subprocess.run(
            [sys.executable, "-m", "usersync.cli", *arguments], env=environment, cwd=self.folder, capture_output=True,
            text=True, timeout=timeout, check=False,
        )  # fmt: skip
        return Said(done.returncode, done.stdout, done.stderr)

    @property
    def log(self) -> Path:
        """Where the output of runs goes."""
        return next(self.folder.rglob("run.log"))


def _plain_environment(folder: Path) -> dict[str, str]:
    """This process's environment without any setting of ours or Prefect's, and a home that is the folder."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("USERSYNC_", "PREFECT_", "XDG_"))}
    source = str(Path(__file__).parents[2])
    return {
        **kept, "HOME": str(folder), "PYTHONPATH": source, "PREFECT_HOME": str(folder / "prefect"),
    }  # fmt: skip


@pytest.fixture(scope="session")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """Eight users and sixty contacts."""
    with Sandbox.start(directory=tmp_path_factory.mktemp("box"), users=8, contacts=60) as running:
        yield running


@pytest.fixture
def shell(box: Sandbox, sqlite_template: Path, tmp_path: Path) -> Shell:
    """A terminal with everything set, and an empty ledger."""
    shutil.copy(sqlite_template, tmp_path / "ledger.db")
    return _shell(box, tmp_path, f"sqlite:///{tmp_path / 'ledger.db'}")


def _shell(box: Sandbox, folder: Path, database_url: str, **more: str) -> Shell:
    (folder / "usersync.toml").write_text(RULES, encoding="utf-8")
    settings: Mapping[str, str] = {**box.environment, "USERSYNC_DATABASE_URL": database_url, **more}
    return Shell({**_plain_environment(folder), **settings}, folder)


@pytest.fixture(scope="module")
def recorded_shell(
    box: Sandbox,
    prefect_api: str,
    sqlite_template: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Shell:
    """A terminal whose runs are recorded by the Prefect server; one ledger for the whole module."""
    folder = tmp_path_factory.mktemp("home")
    shutil.copy(sqlite_template, folder / "ledger.db")
    return _shell(box, folder, f"sqlite:///{folder / 'ledger.db'}", PREFECT_API_URL=prefect_api)
