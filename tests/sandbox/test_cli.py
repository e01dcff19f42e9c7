"""`usersync sandbox`."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from usersync.errors import UsageError
from usersync.sandbox.cli import app
from usersync.sandbox.world import WorldDirectory

SERVE = [sys.executable, "-c", "from usersync.sandbox.cli import app; app()", "serve"]


def test_a_world_is_generated_and_is_not_overwritten(tmp_path: Path):
    asked = ["generate", "--directory", str(tmp_path / "w"), "--profile", "classic", "--json"]
    result = CliRunner().invoke(app, asked)
    assert json.loads(result.stdout)["users"] == 8
    world = WorldDirectory.open(tmp_path / "w")
    assert world.profile == "classic"
    assert len(world.truth.read_text(encoding="utf-8").splitlines()) == 9
    assert isinstance(CliRunner().invoke(app, asked).exception, UsageError)


@pytest.mark.parametrize("option", [("--profile", "modern"), ("--runtime", "java")])
def test_a_choice_that_does_not_exist_is_named(option: tuple[str, str]):
    result = CliRunner().invoke(app, ["serve", *option])
    assert isinstance(result.exception, UsageError)
    assert option[0] in str(result.exception)


def test_serve_prints_where_both_are_and_ends_on_ctrl_c(written_world: WorldDirectory, tmp_path: Path):
    directory = written_world.copy_to(tmp_path / "w").path
    process = subprocess.Popen([*SERVE, "--json", "--directory", str(directory)], stdout=subprocess.PIPE)
    said = json.loads(process.stdout.readline())
    assert said["environment"]["USERSYNC_WEBITEL__URL"] == said["webitel"]
    for service in ("webitel", "creatio"):
        assert httpx.get(f"{said[service]}/_sandbox/health", trust_env=False).status_code == 200
    process.send_signal(signal.SIGINT)
    assert process.wait(10) == 0
    process.stdout.close()
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{said['webitel']}/_sandbox/health", trust_env=False)


def test_the_plain_output_can_be_pasted_into_a_shell(written_world: WorldDirectory, tmp_path: Path):
    directory = written_world.copy_to(tmp_path / "w").path
    process = subprocess.Popen([*SERVE, "--directory", str(directory)], stdout=subprocess.PIPE, text=True)
    lines = []
    while not lines or not lines[-1].startswith("export USERSYNC_CREATIO__CLIENT_SECRET="):
        lines.append(process.stdout.readline())
    process.send_signal(signal.SIGTERM)
    process.wait(10)
    process.stdout.close()
    assert lines[0].startswith("Webitel: http://127.0.0.1:")
    assert any(line.startswith("export USERSYNC_WEBITEL__TOKEN=") for line in lines)
