from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from usersync.creatio import CreatioClient, Patience
from usersync.creatio.auth import OAuthClientCredentials
from usersync.creatio.errors import CertificatesUnreadable, ProxyInvalid, Unreachable, UrlWrong
from usersync.errors import UsageError
from usersync.settings import CreatioSettings
from usersync.stages.connect import creatio_client

NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


async def serve_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(NOT_FOUND)
    await writer.drain()
    writer.close()


@pytest.fixture
async def tls_server(certificate: Path) -> AsyncIterator[str]:
    """An address over HTTPS whose certificate no authority signed, and where no Creatio is."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = await asyncio.start_server(serve_nothing, "127.0.0.1", 0, ssl=context)
    async with server:
        yield f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def test_a_certificate_nobody_vouches_for_is_refused_with_the_setting_that_mends_it(tls_server: str) -> None:
    login = OAuthClientCredentials("id", "secret", tls_server)
    async with CreatioClient(tls_server, login, patience=Patience(attempts=1)) as creatio:
        with pytest.raises(Unreachable) as caught:
            await creatio.runtime()
    assert "USERSYNC_CREATIO__CA_FILE" in (caught.value.next_step or "")


async def test_the_file_of_the_companys_own_authority_in_the_settings_is_believed(
    tls_server: str,
    certificate: Path,
) -> None:
    settings = CreatioSettings(
        url=tls_server, identity_url=tls_server, client_id="id", client_secret="secret", ca_file=certificate
    )
    async with creatio_client(settings) as creatio:
        with pytest.raises(UrlWrong):  # it was asked, and answered that no Creatio is there
            await creatio.runtime()


@pytest.mark.parametrize("content", [None, "not a certificate"])
def test_a_file_of_certificates_that_cannot_be_read_is_a_mistake_in_the_settings(
    tmp_path: Path, content: str | None
) -> None:
    path = tmp_path / "authority.pem"
    if content is not None:
        path.write_text(content)
    settings = CreatioSettings(url="https://crm.example.com", client_id="id", client_secret="secret", ca_file=path)
    with pytest.raises(CertificatesUnreadable, match=r"authority\.pem") as caught:
        creatio_client(settings)
    assert isinstance(caught.value, UsageError)
    assert "USERSYNC_CREATIO__CA_FILE" in (caught.value.next_step or "")


@pytest.mark.parametrize("proxy", ["nonsense://u:hunter2@proxy:1", "http://u:hunter2@[::1"])
def test_a_proxy_that_is_no_address_is_a_mistake_in_the_settings_and_shows_no_secret(
    monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    with pytest.raises(ProxyInvalid) as caught:
        CreatioClient("https://crm.example.com", OAuthClientCredentials("id", "secret", "https://id.example.com"))
    assert isinstance(caught.value, UsageError)
    assert caught.value.__suppress_context__
    assert "hunter2" not in str(caught.value)
