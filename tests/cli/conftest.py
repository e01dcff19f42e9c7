"""The command line as a person uses it: in a home of its own, with the sandbox behind it."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import redirect_stderr, redirect_stdout
from contextvars import Context
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import pytest

from usersync.cli import main
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

    def __call__(self, *arguments: str, **changes: str | None) -> Said:
        """What `usersync …` says, without a process of its own: starting one takes longer than most commands.

        Keywords change the environment for this once, None takes a variable away.
        """
        environment = self._environment(changes)
        out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err), _nobody() as stdin:
            for name in os.environ.keys() - environment.keys():
                patch.delenv(name)
            for name, value in environment.items():
                patch.setenv(name, value)
            patch.setattr(sys, "argv", ["usersync", *arguments])
            patch.setattr(sys, "stdin", stdin)
            patch.chdir(self.folder)
            try:
                Context().run(main)  # in which nobody has chosen a language yet
            except SystemExit as ended:
                code = ended.code or 0
            else:
                code = 0
        assert isinstance(code, int)
        return Said(code, *(stream.buffer.getvalue().decode() for stream in (out, err)))  # type: ignore[attr-defined]

    def apart(self, *arguments: str, **changes: str | None) -> Said:
        """The same as a process of its own."""
        done = subprocess.run(
            [sys.executable, "-m", "usersync.cli", *arguments], env=self._environment(changes), cwd=self.folder,
            capture_output=True, text=True, timeout=400, check=False,
        )  # fmt: skip
        return Said(done.returncode, done.stdout, done.stderr)

    def _environment(self, changes: Mapping[str, str | None]) -> dict[str, str]:
        changed = {**self.environment, **changes}
        return {name: value for name, value in changed.items() if value is not None}

    @property
    def log(self) -> Path:
        """Where the output of runs goes."""
        return next(self.folder.rglob("run.log"))


def _nobody() -> TextIO:
    """The input of a command that nobody sits before."""
    return Path(os.devnull).open(encoding="utf-8")


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
