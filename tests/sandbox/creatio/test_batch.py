"""`$batch`."""

import json

import pytest

from tests.sandbox.apis import Api, batch
from tests.sandbox.small_world import contact_id

HEADERS = {"Content-Type": "application/json"}
GO_ON = {**HEADERS, "Prefer": "continue-on-error"}
KOVALCHUK = contact_id("o.kovalchuk")
BAD = ("POST", "Account", {"Nothing": 1})


async def send(creatio: Api, content: str, headers=HEADERS):
    answer = await creatio.http.post("/$batch", content=content, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()["responses"]


async def test_operations_are_carried_out_in_their_order_and_answered_by_id(creatio: Api):
    responses = await send(
        creatio,
        batch(
            ("POST", "Account", {"Name": "Нова"}),
            ("PATCH", f"Contact({KOVALCHUK})", {"JobTitle": "Оператор"}),
            ("GET", f"Contact({KOVALCHUK})?$select=JobTitle", None),
            ("DELETE", f"Contact/{contact_id('nobody')}", None),
        ),
    )
    assert [(item["id"], item["status"]) for item in responses] == [("1", 201), ("2", 204), ("3", 200), ("4", 404)]
    assert responses[0]["body"]["Name"] == "Нова"
    assert "body" not in responses[1]
    assert responses[2]["body"]["JobTitle"] == "Оператор"
    assert responses[3]["body"]["error"]


async def test_the_first_failure_stops_the_rest_which_are_missing(creatio: Api):
    responses = await send(creatio, batch(("POST", "Account", {"Name": "А"}), BAD, ("POST", "Account", {"Name": "Б"})))
    assert [item["status"] for item in responses] == [201, 400]
    assert sorted(row["Name"] for row in await creatio.rows("Account")) == ["А", "Ромашка"]


async def test_with_continue_on_error_each_stands_alone(creatio: Api):
    content = batch(("POST", "Account", {"Name": "А"}), BAD, ("POST", "Account", {"Name": "Б"}))
    assert [item["status"] for item in await send(creatio, content, GO_ON)] == [201, 400, 201]


async def test_a_group_comes_back_as_a_guid_of_the_server(creatio: Api):
    requests = json.loads(batch(("POST", "Account", {"Name": "А"}), ("POST", "Account", {"Name": "Б"})))
    for request in requests["requests"]:
        request["atomicityGroup"] = "g1"
    groups = {item["atomicityGroup"] for item in await send(creatio, json.dumps(requests))}
    assert len(groups) == 1
    assert groups != {"g1"}


async def test_a_hundred_are_allowed_and_one_more_is_not(creatio: Api):
    hundred = [("GET", f"Contact({KOVALCHUK})", None)] * 100
    assert len(await send(creatio, batch(*hundred))) == 100
    answer = await creatio.http.post("/$batch", content=batch(*hundred, hundred[0]), headers=HEADERS)
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "content",
    [
        "[]",
        '{"requests": [{"method": "GET", "url": "Contact"}]}',
        '{"requests": [{"id": "1"}, {"id": "1"}]}',
        "{}",
        '{"requests": [{"id": 1}]}',
    ],
)
async def test_a_batch_that_cannot_be_read_is_refused(creatio: Api, content: str):
    assert (await creatio.http.post("/$batch", content=content, headers=HEADERS)).status_code == 400


async def test_multipart_is_not_spoken_here(creatio: Api):
    answer = await creatio.http.post("/$batch", content="--b", headers={"Content-Type": "multipart/mixed;boundary=b"})
    assert answer.status_code == 415


async def test_every_operation_counts(creatio: Api):
    await send(creatio, batch(*[("GET", f"Contact({KOVALCHUK})", None)] * 7))
    counters = (await creatio.control.get("/counters")).json()
    assert (counters["requests"], counters["batches"], counters["operations"]) == (1, 1, 7)


async def test_one_operation_can_fail_before_and_after_it_was_carried_out(creatio: Api):
    await creatio.fault("subrequest_500", method="POST", path_regex="^Account")
    await creatio.fault("subrequest_500_after", method="POST", path_regex="^Account", after=1)
    rows = [("POST", "Account", {"Name": name}) for name in "АБВ"]
    assert [item["status"] for item in await send(creatio, batch(*rows), GO_ON)] == [500, 201, 500]
    assert [row["Name"] for row in await creatio.rows("Account")] == ["Ромашка", "Б", "В"]


async def test_an_answer_can_go_missing_although_the_operation_was_carried_out(creatio: Api):
    await creatio.fault("subrequest_missing", after=1)
    responses = await send(creatio, batch(*[("POST", "Account", {"Name": name}) for name in "АБВ"]))
    assert [item["id"] for item in responses] == ["1", "3"]
    assert len(await creatio.rows("Account")) == 4
