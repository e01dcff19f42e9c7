"""The client over real connections on loopback: certificates, proxies, servers that are down, hang or hang up."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.webitel.conftest import serve_userinfo
from usersync.errors import UsageError
from usersync.webitel import (
    AnswerLost,
    CertificateRefused,
    CertificatesUnreadable,
    NewUser,
    ProxyInvalid,
    RetryPolicy,
    TokenAuth,
    Unreachable,
    WebitelClient,
)

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
ONCE = RetryPolicy(attempts=1)


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@asynccontextmanager
async def serving(serve: Serve) -> AsyncIterator[str]:
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def client(url: str, **options: Any) -> WebitelClient:
    return WebitelClient(url, TokenAuth("t"), **{"retry": ONCE, **options})


async def test_a_certificate_nobody_vouches_for_is_refused_and_not_tried_again(tls_server: str) -> None:
    async with client(tls_server, retry=RetryPolicy(first_delay=0.01)) as webitel:
        with pytest.raises(CertificateRefused) as caught:
            await webitel.userinfo()
        assert webitel.statistics.requests == 1
    assert "USERSYNC_WEBITEL__CA_FILE" in (caught.value.next_step or "")


@pytest.mark.parametrize("form", [str, Path, lambda path: ssl.create_default_context(cafile=path)])
async def test_a_certificate_of_the_companys_own_authority_is_accepted(
    tls_server: str, certificate: Path, form: Callable[[Path], Any]
) -> None:
    async with client(tls_server, verify=form(certificate)) as webitel:
        assert (await webitel.userinfo()).dc == "42"


@pytest.mark.parametrize("content", [None, "not a certificate"])
def test_a_file_of_certificates_that_cannot_be_read_is_a_mistake_in_the_settings(
    tmp_path: Path, content: str | None
) -> None:
    path = tmp_path / "authority.pem"
    if content is not None:
        path.write_text(content)
    with pytest.raises(CertificatesUnreadable, match=r"authority\.pem") as caught:
        client("https://webitel.example.com", verify=path)
    assert isinstance(caught.value, UsageError)


async def test_a_server_that_is_down_is_unreachable_and_nothing_was_sent() -> None:
    async with serving(serve_userinfo) as url:
        pass
    async with client(url) as webitel:
        with pytest.raises(Unreachable) as caught:
            await webitel.create_user(NewUser("Ann", "ann"))
    assert not caught.value.outcome_unknown


async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.close()


async def stop_in_the_middle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"id":')
    await writer.drain()
    writer.close()


async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()
    writer.close()


async def bad_gzip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello")
    await writer.drain()
    writer.close()


@pytest.mark.parametrize("serve", [hang_up, stop_in_the_middle, say_nothing, bad_gzip])
async def test_a_write_without_an_answer_may_have_been_carried_out(serve: Serve) -> None:
    async with serving(serve) as url, client(url, read_timeout=0.2) as webitel:
        with pytest.raises(AnswerLost) as caught:
            await webitel.create_user(NewUser("Ann", "ann"))
        assert caught.value.outcome_unknown
        assert webitel.statistics.requests == 1


async def test_a_read_without_an_answer_is_asked_again() -> None:
    calls = iter([hang_up, stop_in_the_middle, bad_gzip])

    async def moody(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await next(calls, serve_userinfo)(reader, writer)

    async with serving(moody) as url, client(url, retry=RetryPolicy(first_delay=0.01)) as webitel:
        assert (await webitel.userinfo()).dc == "42"
        assert webitel.statistics.retries == 3


async def proxied(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    line = (await reader.readuntil(b"\r\n")).decode()
    assert line.startswith("GET http://webitel.example.com/api/userinfo ")
    await serve_userinfo(reader, writer)


async def test_a_proxy_is_used_where_the_environment_names_one(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(proxied) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy)
        async with client("http://webitel.example.com") as webitel:
            assert (await webitel.userinfo()).dc == "42"


async def test_the_environment_counts_only_where_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(serve_userinfo) as url, serving(hang_up) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy)
        async with client(url, trust_env=False) as webitel:
            assert (await webitel.userinfo()).dc == "42"
        async with client(url) as webitel:
            with pytest.raises(AnswerLost):
                await webitel.userinfo()


async def test_a_proxy_is_used_where_it_is_given() -> None:
    async with serving(proxied) as proxy, client("http://webitel.example.com", proxy=proxy) as webitel:
        assert (await webitel.userinfo()).dc == "42"


async def test_a_proxy_that_lets_nobody_through_is_unreachable_and_nothing_was_sent() -> None:
    async def closed(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    async with serving(closed) as proxy, client("https://webitel.example.com", proxy=proxy) as webitel:
        with pytest.raises(Unreachable) as caught:
            await webitel.create_user(NewUser("Ann", "ann"))
    assert not caught.value.outcome_unknown


@pytest.mark.parametrize("proxy", ["nonsense://u:hunter2@proxy:1", "http://u:hunter2@[::1"])
def test_a_proxy_that_is_no_address_is_a_mistake_in_the_settings_and_shows_no_secret(proxy: str) -> None:
    with pytest.raises(ProxyInvalid) as caught:
        client("https://webitel.example.com", proxy=proxy)
    assert isinstance(caught.value, UsageError)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    assert "hunter2" not in str(caught.value)
