"""Ledgers on both databases, a chat and a mail server that take what they are sent, and settings that name them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.notices.receivers import Chat, Post, serving


@pytest.fixture
def chat() -> Iterator[Chat]:
    with Chat() as server, serving(server):
        yield server


@pytest.fixture
def post() -> Iterator[Post]:
    with Post() as server, serving(server):
        yield server
