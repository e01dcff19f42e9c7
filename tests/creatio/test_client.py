from __future__ import annotations

import asyncio
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from tests.creatio.fake_creatio import FakeCreatio, connect, contacts, forms, guid
from usersync.creatio import CreatioClient, Field, Lookup, Mapping, OAuthClientCredentials, Patience, select
from usersync.creatio.errors import (
    AnswerLost,
    ColumnMissing,
    DuplicateKey,
    EntityMissing,
    MetadataUnreadable,
    NameRefused,
    RecordMissing,
    ServerFailed,
    Unreachable,
)

NAMES = select("Id", "Name")


def app_with_contacts(number: int = 3) -> FakeCreatio:
    return FakeCreatio(tables={"Contact": contacts(number)})


async def test_one_row_is_read_by_its_id() -> None:
    app = app_with_contacts()
    async with connect(app) as creatio:
        assert await creatio.get("Contact", guid(1).upper(), select("Name")) == {"Id": guid(1), "Name": "Contact 1"}
    assert str(app.requests[-1].url) == f"https://crm.creatio.com/0/odata/Contact({guid(1)})?$select=Id,Name"


@pytest.mark.parametrize(
    "reply",
    [
        httpx.Response(404),
        httpx.Response(204),
        httpx.Response(200, text="null"),
        httpx.Response(404, json={"error": {"message": "not there"}}),
    ],
)
async def test_a_row_that_is_not_there(reply: httpx.Response) -> None:
    app = app_with_contacts()
    app.once("/Contact", reply, reply)
    async with connect(app) as creatio:
        with pytest.raises(RecordMissing):
            await creatio.get("Contact", guid(1), NAMES)
        assert not await creatio.exists("Contact", guid(1))
        assert await creatio.exists("Contact", guid(1))


async def test_an_answer_that_is_no_row_is_no_row() -> None:
    app = app_with_contacts()
    app.once("/Contact", httpx.Response(200, json=[1]))
    async with connect(app) as creatio:
        with pytest.raises(AnswerLost):
            await creatio.get("Contact", guid(1), NAMES)


async def test_failing_is_not_the_same_as_not_being_there() -> None:
    app = app_with_contacts()
    app.always("/Contact", lambda: httpx.Response(500))
    async with connect(app) as creatio:
        with pytest.raises(ServerFailed):
            await creatio.exists("Contact", guid(1))


async def test_rows_are_made_changed_and_removed() -> None:
    app = app_with_contacts(0)
    async with connect(app) as creatio:
        made = await creatio.create("Contact", {"Id": guid(1), "Name": "Ганна"})
        await creatio.update("Contact", guid(1), {"Name": "Ганна-Марія"})
        assert made == {"Id": guid(1), "Name": "Ганна"}
        assert app.tables["Contact"] == [{"Id": guid(1), "Name": "Ганна-Марія"}]
        await creatio.delete("Contact", guid(1))
    assert app.tables["Contact"] == []
    request = app.sent("PATCH", "/Contact")[0]
    assert request.headers["Content-Type"] == "application/json; charset=utf-8; IEEE754Compatible=true"
    assert "Ганна".encode() in request.content


async def test_a_row_made_without_an_answer_is_the_payload() -> None:
    app = app_with_contacts()
    app.once("/Contact", httpx.Response(204))
    async with connect(app) as creatio:
        assert await creatio.create("Contact", {"Id": guid(1)}) == {"Id": guid(1)}


@pytest.mark.parametrize("status", [200, 202, 204])
async def test_any_2xx_is_the_success_of_a_change(status: int) -> None:
    app = app_with_contacts()
    app.once("/Contact", httpx.Response(status))
    async with connect(app) as creatio:
        await creatio.update("Contact", guid(1), {"Name": "X"})


async def test_a_row_is_never_made_without_an_id_of_ours() -> None:
    async with connect(app_with_contacts()) as creatio:
        with pytest.raises(ValueError, match="Id"):
            await creatio.create("Contact", {"Name": "X"})


async def test_making_a_row_twice_collides_with_itself() -> None:
    app = app_with_contacts()
    async with connect(app) as creatio:
        with pytest.raises(DuplicateKey) as duplicate:
            await creatio.create("Contact", contacts(1)[0])
    assert "secret" not in str(duplicate.value)
    assert len(app.tables["Contact"]) == 3


@pytest.mark.parametrize(
    "write", [lambda c: c.update("Contact", guid(9), {"Name": "X"}), lambda c: c.delete("Contact", guid(9))]
)
async def test_writing_to_a_row_that_is_gone_says_so(write: Any) -> None:
    async with connect(app_with_contacts()) as creatio:
        with pytest.raises(RecordMissing):
            await write(creatio)


async def test_rows_are_counted_with_one_request() -> None:
    app = app_with_contacts(7)
    async with connect(app) as creatio:
        assert await creatio.count("Contact", Lookup("Account") == guid(1)) == 7
    asked = {key: value[0] for key, value in parse_qs(app.requests[-1].url.query.decode()).items()}
    assert asked == {"$select": "Id", "$filter": f"Account/Id eq {guid(1)}", "$top": "0", "$count": "true"}


async def test_a_server_without_inline_counts_is_asked_the_other_way() -> None:
    app = app_with_contacts()
    app.counts = False
    app.once("/Contact/$count", httpx.Response(200, text="\ufeff12"))
    async with connect(app) as creatio:
        assert await creatio.count("Contact", Field("Name") == "X") == 12
    assert str(app.requests[-1].url) == "https://crm.creatio.com/0/odata/Contact/$count?$filter=Name%20eq%20%27X%27"


async def test_a_count_that_is_no_number_is_an_error() -> None:
    app = app_with_contacts()
    app.counts = False
    app.once("/Contact/$count", httpx.Response(200, text="many"))
    async with connect(app) as creatio:
        with pytest.raises(AnswerLost):
            await creatio.count("Contact")


async def test_a_missing_entity_names_the_setting_that_maps_it() -> None:
    async with connect(app_with_contacts(), names=Mapping.build()) as creatio:
        with pytest.raises(EntityMissing) as missing:
            await creatio.list("WSysAccountLicense", NAMES)
    assert "creatio.mapping.license_row.entity" in (missing.value.next_step or "")


async def test_a_missing_column_names_the_setting_that_maps_it() -> None:
    app = FakeCreatio(tables={"WSysAccount": []})
    message = "Column by path DefaultDevice not found in schema WSysAccount"
    app.always("/WSysAccount", lambda: httpx.Response(500, json={"error": {"message": message}}))
    async with connect(app, names=Mapping.build()) as creatio:
        with pytest.raises(ColumnMissing) as missing:
            await creatio.list("WSysAccount", select("DefaultDevice"))
    assert "creatio.mapping.record.columns.device" in (missing.value.next_step or "")
    assert len(app.sent("GET", "/WSysAccount")) == 1, "asking again does not make the column"


async def test_values_of_a_filter_do_not_come_back_in_an_error() -> None:
    app = app_with_contacts()
    body = {"error": {"message": "bad literal 'O'Brien Мар'яна' at 5"}}
    app.always("/Contact", lambda: httpx.Response(500, json=body))
    async with connect(app) as creatio:
        with pytest.raises(ServerFailed) as failed:
            await creatio.list("Contact", NAMES.where(Field("Name") == "O'Brien Мар'яна"))
    assert "Brien" not in str(failed.value)
    assert "bad literal" in str(failed.value)


async def test_an_entity_name_cannot_smuggle_an_address_in() -> None:
    app = app_with_contacts()
    async with connect(app) as creatio:
        for attempt in (creatio.list("../x", NAMES), creatio.count("Contact?x"), creatio.delete("Contact(1)", guid(1))):
            with pytest.raises(NameRefused):
                await attempt
    assert not app.sent("GET", "odata")


async def test_metadata_is_asked_for_as_xml() -> None:
    app = app_with_contacts()
    app.metadata = (
        '<edmx:Edmx xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx"><edmx:DataServices>'
        '<Schema xmlns="http://docs.oasis-open.org/odata/ns/edm" Namespace="T"><EntityType Name="Contact"/>'
        '<EntityContainer Name="C"><EntitySet Name="Contact" EntityType="T.Contact"/></EntityContainer></Schema>'
        "</edmx:DataServices></edmx:Edmx>"
    )
    async with connect(app) as creatio:
        assert (await creatio.metadata()).has("Contact")
    assert app.requests[-1].headers["Accept"] == "application/xml"


async def test_metadata_that_is_none_is_named() -> None:
    app = app_with_contacts()
    app.metadata = "{}"
    async with connect(app) as creatio:
        with pytest.raises(MetadataUnreadable, match=r"/0/odata/\$metadata"):
            await creatio.metadata()


async def test_nothing_of_the_login_is_shown() -> None:
    app = app_with_contacts()
    async with connect(app, forms()) as creatio:
        app.always("/Contact", lambda: httpx.Response(500, json={"Message": "BPMCSRF: csrf-1, password=p@ss-w0rd"}))
        with pytest.raises(ServerFailed) as failed:
            await creatio.list("Contact", NAMES)
    shown = f"{failed.value} {failed.value!r} {failed.value.next_step}"
    assert "csrf-1" not in shown
    assert "w0rd" not in shown


# Once over a real connection: cookies, keep-alive, a server that hangs up.


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    app: FakeCreatio

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        request = httpx.Request(
            self.command,
            f"http://{self.headers['Host']}{self.path}",
            headers=list(self.headers.items()),
            content=self.rfile.read(length),
        )
        try:
            response = self.app(request)
        except httpx.TransportError:
            self.close_connection = True
            return
        self.send_response(response.status_code)
        for key, value in response.headers.multi_items():
            if key.lower() not in ("content-length", "transfer-encoding", "date"):
                self.send_header(key, value)
        self.send_header("Content-Length", str(len(response.content)))
        self.end_headers()
        self.wfile.write(response.content)

    do_GET = do_POST = do_PATCH = do_DELETE = _answer  # noqa: N815 - the server's protocol

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


@pytest.fixture
def served() -> Iterator[tuple[str, FakeCreatio]]:
    app = FakeCreatio(net=True, tables={"Contact": contacts(250)})
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Served", (Handler,), {"app": app}))
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", app
    server.shutdown()
    server.server_close()
    thread.join()


async def test_over_a_real_connection_a_forms_session_reads_writes_and_renews(served: tuple[str, FakeCreatio]) -> None:
    url, app = served
    async with CreatioClient(url, forms(), page_size=40, patience=Patience(first_wait=0.01)) as creatio:
        assert len((await creatio.list("Contact", NAMES)).rows) == 250
        app.expire()
        await creatio.update("Contact", guid(7), {"Name": "Сьома"})
        app.expire()
        found = await asyncio.gather(*(creatio.get("Contact", guid(7), NAMES) for _ in range(8)))
    assert {row["Name"] for row in found} == {"Сьома"}
    assert app.logins == 3


async def test_over_a_real_connection_a_hang_up_during_a_write_is_unknown(served: tuple[str, FakeCreatio]) -> None:
    url, app = served
    async with CreatioClient(url, forms(), patience=Patience(first_wait=0.01)) as creatio:
        await creatio.count("Contact")
        app.once("/Contact", httpx.ReadError("hang up"), method="PATCH")
        with pytest.raises(AnswerLost) as lost:
            await creatio.update("Contact", guid(7), {"Name": "X"})
    assert lost.value.outcome_unknown


async def test_over_a_real_connection_a_closed_port_is_unreachable(served: tuple[str, FakeCreatio]) -> None:
    closed = "http://127.0.0.1:1"
    login = OAuthClientCredentials("a", "b", closed)
    async with CreatioClient(closed, login, runtime="net", patience=Patience(attempts=2, first_wait=0.01)) as creatio:
        with pytest.raises(Unreachable) as failed:
            await creatio.list("Contact", NAMES)
    assert "USERSYNC_CREATIO__URL" in (failed.value.next_step or "")
