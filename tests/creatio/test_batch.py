from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.creatio.fake_creatio import LOGIN_PAGE, FakeCreatio, connect, contacts, forms, guid
from usersync.creatio import Mapping, Operation, chunks, create, delete, read, read_list, select, update
from usersync.creatio.batch import decode, encode
from usersync.creatio.errors import (
    AnswerLost,
    ColumnMissing,
    CreatioError,
    DuplicateKey,
    InvalidRequest,
    NameRefused,
    NotAuthorized,
    RecordMissing,
    RecordRefused,
    RightsMissing,
    ServerFailed,
    SubResponseMissing,
    TooManyRequests,
    Unreachable,
    UrlWrong,
)

NAMES = select("Id", "Name")
THREE = [
    create("Contact", {"Id": guid(50), "Name": "A"}),
    update("Contact", guid(1), {"Name": "B"}),
    delete("Contact", guid(2)),
]


def app_with_contacts(number: int = 5) -> FakeCreatio:
    return FakeCreatio(tables={"Contact": contacts(number)})


def error_of(result: Any, kind: type[CreatioError]) -> CreatioError:
    assert isinstance(result.error, kind), result
    return result.error


@given(st.integers(0, 1050))
def test_operations_are_parted_without_loss_into_pieces_that_fit(number: int) -> None:
    items = list(range(number))
    pieces = list(chunks(items))
    assert [item for piece in pieces for item in piece] == items
    assert all(1 <= len(piece) <= 100 for piece in pieces)
    assert len(pieces) == -(-number // 100)


def test_a_batch_is_written_as_odata_has_it() -> None:
    body = encode([*THREE, read("Contact", guid(3), select("Id").expand("Account", "Id", "Name"))])
    assert [(request["id"], request["method"], request["url"]) for request in body["requests"]] == [
        ("1", "POST", "Contact"),
        ("2", "PATCH", f"Contact({guid(1)})"),
        ("3", "DELETE", f"Contact({guid(2)})"),
        ("4", "GET", f"Contact({guid(3)})?$select=Id&$expand=Account($select=Id,Name)"),
    ]
    assert body["requests"][0]["headers"]["Content-Type"] == "application/json; charset=utf-8; IEEE754Compatible=true"
    assert body["requests"][0]["body"] == {"Id": guid(50), "Name": "A"}
    assert "body" not in body["requests"][2]
    assert "Content-Type" not in body["requests"][3]["headers"]
    assert not any("atomicityGroup" in request for request in body["requests"])


def test_a_list_in_a_batch_has_its_query() -> None:
    operation = read_list("Contact", select("Name").first(3))
    assert encode([operation])["requests"][0]["url"] == "Contact?$select=Id,Name&$top=3"


@pytest.mark.parametrize("number", [0, 101])
def test_a_batch_has_1_to_100_operations(number: int) -> None:
    with pytest.raises(ValueError, match="operations"):
        encode([delete("Contact", guid(1))] * number)


async def test_neither_an_empty_nor_an_overfull_batch_is_sent() -> None:
    app = app_with_contacts()
    async with connect(app) as creatio:
        for operations in ([], [delete("Contact", guid(1))] * 101):
            with pytest.raises(ValueError, match="operations"):
                await creatio.batch(operations)
    assert not app.requests


def test_a_row_to_be_made_brings_its_id() -> None:
    with pytest.raises(ValueError, match="Id"):
        create("Contact", {"Name": "A"})


def test_an_operation_cannot_smuggle_an_address_in() -> None:
    with pytest.raises(NameRefused):
        delete("Contact(1)/x", guid(1))
    with pytest.raises(ValueError, match="guid"):
        delete("Contact", "1) or (1")


def test_an_operation_does_not_show_its_values() -> None:
    assert "Іван" not in repr(create("Contact", {"Id": guid(1), "Name": "Іван"}))


async def test_the_wish_to_go_on_after_an_error_is_on_the_outer_request() -> None:
    app = app_with_contacts()
    async with connect(app) as creatio:
        await creatio.batch(THREE)
    request = app.sent("POST", "$batch")[0]
    assert request.headers["Prefer"] == "continue-on-error"
    assert str(request.url) == "https://crm.creatio.com/0/odata/$batch"


async def test_each_operation_has_its_result() -> None:
    app = app_with_contacts()
    async with connect(app) as creatio:
        results = await creatio.batch([*THREE, read("Contact", guid(1), NAMES, id="mine")])
    assert [(result.id, result.status, result.ok) for result in results] == [
        ("1", 201, True),
        ("2", 204, True),
        ("3", 204, True),
        ("mine", 200, True),
    ]
    assert results[3].body == {"Id": guid(1), "Name": "B"}
    assert [row["Id"] for row in app.tables["Contact"]] == [guid(0), guid(1), guid(3), guid(4), guid(50)]


@pytest.mark.parametrize("status", [200, 201, 202, 204])
async def test_any_2xx_is_the_success_of_a_change(status: int) -> None:
    app = app_with_contacts()
    app.sub_rules.append(lambda request: {"id": request["id"], "status": status})
    async with connect(app) as creatio:
        assert (await creatio.batch([update("Contact", guid(1), {"Name": "B"})]))[0].ok


@pytest.mark.parametrize(
    ("status", "body", "kind", "unknown"),
    [
        (500, {"error": {"message": "handler failed after the insert"}}, ServerFailed, True),
        (500, {"error": {"message": "duplicate key value violates unique constraint"}}, DuplicateKey, False),
        (500, {"error": {"message": "Column by path X not found in schema Contact"}}, ColumnMissing, False),
        (400, {"Message": "The request is invalid.", "ModelState": {"a": ["b"]}}, InvalidRequest, False),
        (403, {"Message": "no right"}, RightsMissing, False),
        (404, None, RecordMissing, False),
        (412, None, RecordRefused, False),
        (424, None, RecordRefused, False),
        (429, None, TooManyRequests, False),
        (200, {"Message": "x", "ExceptionMessage": "failed", "StackTrace": ""}, ServerFailed, True),
    ],
)
async def test_one_bad_record_fails_alone(status: int, body: Any, kind: type[CreatioError], unknown: bool) -> None:
    app = app_with_contacts()
    app.sub_rules.append(lambda request: {"id": "2", "status": status, "body": body} if request["id"] == "2" else None)
    async with connect(app) as creatio:
        results = await creatio.batch(THREE)
    assert [result.ok for result in results] == [True, False, True]
    assert error_of(results[1], kind).outcome_unknown is unknown
    assert results[1].status == status


async def test_a_failing_read_leaves_nothing_unknown() -> None:
    app = app_with_contacts()
    app.sub_rules.append(lambda request: {"id": "1", "status": 500})
    async with connect(app) as creatio:
        results = await creatio.batch([read("Contact", guid(1), NAMES)])
    assert not error_of(results[0], ServerFailed).outcome_unknown


async def test_an_operation_without_an_answer_is_unknown() -> None:
    app = app_with_contacts()
    app.sub_rules.append(lambda request: {} if request["id"] == "2" else None)
    async with connect(app) as creatio:
        results = await creatio.batch([*THREE[:2], read("Contact", guid(1), NAMES)])
    assert [result.ok for result in results] == [True, False, True]
    assert error_of(results[1], SubResponseMissing).outcome_unknown
    assert results[1].status is None


async def test_operations_after_the_first_error_of_a_server_that_stops_are_unknown() -> None:
    app = app_with_contacts()
    app.answers_sub_requests = lambda responses: {"responses": responses[:1]}
    async with connect(app) as creatio:
        results = await creatio.batch(THREE)
    assert [result.ok for result in results] == [True, False, False]


@pytest.mark.parametrize(
    "changed",
    [
        lambda responses: {"responses": responses[::-1]},
        lambda responses: {"responses": [{"id": "99", "status": 500}, {"status": 500}, None, *responses]},
        lambda responses: {"responses": [{**response, "id": int(response["id"])} for response in responses]},
        lambda responses: {"responses": [{**response, "status": str(response["status"])} for response in responses]},
        lambda responses: {
            "responses": [{**response, "body": json.dumps(response.get("body"))} for response in responses]
        },
        lambda responses: {"responses": [{**response, "atomicityGroup": "5d1f"} for response in responses]},
        lambda responses: {"responses": [{key: r[key] for key in r if key != "headers"} for r in responses]},
    ],
)
async def test_answers_are_matched_by_id_in_whatever_form_they_come(changed: Any) -> None:
    app = app_with_contacts()
    app.answers_sub_requests = changed
    async with connect(app) as creatio:
        results = await creatio.batch([*THREE, read("Contact", guid(3), NAMES)])
    assert [result.status for result in results] == [201, 204, 204, 200]
    assert all(result.ok for result in results)
    assert results[3].body == {"Id": guid(3), "Name": "Contact 3"}


@given(st.permutations(range(1, 8)), st.sets(st.integers(1, 7)))
def test_no_order_and_no_gap_confuses_two_operations(order: list[int], missing: set[int]) -> None:
    operations = [read("Contact", guid(number), NAMES) for number in range(1, 8)]
    responses = [{"id": str(n), "status": 200, "body": {"Id": guid(n)}} for n in order if n not in missing]
    results = decode(operations, {"responses": responses}, settings={})
    assert results is not None
    assert [result.body["Id"] if result.ok else None for result in results] == [
        None if number in missing else guid(number) for number in range(1, 8)
    ]


@pytest.mark.parametrize(
    "reply",
    [
        httpx.Response(500),
        httpx.Response(502, html="<html></html>"),
        httpx.Response(503),
        httpx.ReadTimeout("x"),
        httpx.ReadError("reset"),
        httpx.RemoteProtocolError("x"),
        httpx.Response(200, text="{broken"),
        httpx.Response(202),
        httpx.Response(200, json={"error": {"message": "broke off"}}),
        httpx.Response(500, json={"error": {"message": "Column by path X not found in schema Contact"}}),
        httpx.Response(500, json={"error": {"message": "Violation of PRIMARY KEY constraint"}}),
    ],
)
async def test_a_batch_that_fails_as_a_whole_leaves_every_operation_unknown(reply: Any) -> None:
    app = app_with_contacts()
    app.once("$batch", reply)
    async with connect(app) as creatio:
        results = await creatio.batch(THREE)
    assert len(app.sent("POST", "$batch")) == 1, "what may have been carried out is not sent again"
    assert len(results) == 3
    assert all(result.error is not None and result.error.outcome_unknown for result in results)


async def test_a_batch_that_never_got_out_is_known_not_to_be_carried_out() -> None:
    app = app_with_contacts()
    app.always("$batch", lambda: httpx.ConnectError("x"))
    async with connect(app) as creatio:
        results = await creatio.batch(THREE)
    assert [error_of(result, Unreachable).outcome_unknown for result in results] == [False] * 3


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (lambda: httpx.Response(401), NotAuthorized),
        (lambda: httpx.Response(403, json={"Message": "no"}), RightsMissing),
        (lambda: httpx.Response(404), UrlWrong),
        (lambda: httpx.Response(200, html=LOGIN_PAGE), UrlWrong),
    ],
)
async def test_what_stops_the_whole_run_is_raised(reply: Any, kind: type[CreatioError]) -> None:
    app = app_with_contacts()
    app.always("$batch", reply)
    async with connect(app) as creatio:
        with pytest.raises(kind) as failed:
            await creatio.batch(THREE)
    assert not failed.value.outcome_unknown


async def test_a_batch_of_reads_is_repeated_like_a_read() -> None:
    app = app_with_contacts()
    app.once("$batch", httpx.Response(500), httpx.ReadTimeout("x"))
    async with connect(app) as creatio:
        results = await creatio.batch([read("Contact", guid(number), NAMES) for number in range(3)])
        assert creatio.statistics.batches == 3
    assert all(result.ok for result in results)


async def test_a_batch_of_reads_that_cannot_be_read_leaves_nothing_unknown() -> None:
    app = app_with_contacts()
    app.always("$batch", lambda: httpx.Response(200, text="{broken"))
    async with connect(app) as creatio:
        results = await creatio.batch([read("Contact", guid(1), NAMES)])
    assert not error_of(results[0], AnswerLost).outcome_unknown


@pytest.mark.parametrize("answer", [{"status": 401}, {"status": 200, "body": {"Message": "Authentication failed."}}])
async def test_operations_refused_by_the_end_of_the_session_alone_are_sent_again(answer: dict[str, Any]) -> None:
    app = app_with_contacts()
    refused = {"2": dict(answer)}
    app.sub_rules.append(lambda request: {"id": "2", **refused.pop("2")} if request["id"] in refused else None)
    async with connect(app, forms()) as creatio:
        results = await creatio.batch(
            [create("Contact", {"Id": guid(60)}), update("Contact", guid(1), {"Name": "B"}, id="u")]
        )
    assert [(result.id, result.status) for result in results] == [("1", 201), ("u", 204)]
    first, second = app.sent("POST", "$batch")
    assert len(json.loads(first.content)["requests"]) == 2
    assert [request["method"] for request in json.loads(second.content)["requests"]] == ["PATCH"]
    assert app.logins == 2


async def test_a_login_that_fails_in_between_does_not_lose_the_results_there_are() -> None:
    app = app_with_contacts()
    app.sub_rules.append(lambda request: {"id": "2", "status": 401} if request["id"] == "2" else None)
    async with connect(app) as creatio:
        await creatio.list("Contact", NAMES)
        app.always("/connect/token", lambda: httpx.Response(400, json={"error": "invalid_client"}))
        results = await creatio.batch(THREE)
    assert [result.ok for result in results] == [True, False, True]


async def test_an_operation_refused_twice_by_the_session_is_not_authorized() -> None:
    app = app_with_contacts()
    app.sub_rules.append(lambda request: {"id": request["id"], "status": 401} if request["method"] == "PATCH" else None)
    async with connect(app) as creatio:
        results = await creatio.batch(THREE)
    error_of(results[1], NotAuthorized)
    assert len(app.sent("POST", "$batch")) == 2


async def test_a_column_missing_in_one_operation_names_its_setting() -> None:
    app = FakeCreatio(tables={"WSysAccount": []})
    body = {"error": {"message": "Column by path Extension not found in schema WSysAccount"}}
    app.sub_rules.append(lambda request: {"id": request["id"], "status": 500, "body": body})
    async with connect(app, names=Mapping.build()) as creatio:
        results = await creatio.batch([create("WSysAccount", {"Id": guid(1), "Extension": "101"})])
    assert "creatio.mapping.record.columns.extension" in (error_of(results[0], ColumnMissing).next_step or "")


async def test_personal_data_of_the_payload_does_not_come_back_in_the_error() -> None:
    app = app_with_contacts()
    body = {"error": {"message": "Value 'Іваненко Іван' is bad for 3f2504e0-4f89-11d3-9a0c-0305e82c3301"}}
    app.sub_rules.append(lambda request: {"id": request["id"], "status": 400, "body": body})
    async with connect(app) as creatio:
        results = await creatio.batch([update("Contact", guid(1), {"Name": "Іваненко Іван"})])
    assert "Іваненко" not in str(results[0].error)
    assert "'***' is bad" in str(results[0].error)


def test_what_is_no_answer_to_a_batch_is_not_read_as_one() -> None:
    operations: list[Operation] = [delete("Contact", guid(1))]
    bodies: list[Any] = [None, [], {}, {"responses": {}}, "x", {"value": []}]
    for body in bodies:
        assert decode(operations, body, settings={}) is None
