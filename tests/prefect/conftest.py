"""The Prefect server of the tests, with nothing of ours in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.prefect.prefect_api import PrefectApi

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def api(prefect_server: PrefectApi) -> PrefectApi:
    """The server, emptied for each module."""
    prefect_server.forget()
    return prefect_server
