"""Faults, latency, the request log, and the control routes, over Webitel and Creatio alike."""

import json
import time

import httpx
import pytest

from tests.sandbox.apis import Api, batch
from tests.sandbox.small_world import contact_id

CONTACT = {"Name": "Нова Ірина"}


async def accounts(creatio: Api) -> int:
    return len(await creatio.rows("Account"))


async def test_429_says_when_to_come_back_and_then_is_over(webitel: Api):
    await webitel.fault("429", retry_after=7, times=2)
    for _ in range(2):
        answer = await webitel.http.get("/users")
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "7")
        assert answer.json()["code"] == 429
    assert (await webitel.http.get("/users")).status_code == 200


async def test_a_500_before_commits_nothing_and_one_after_does(creatio: Api):
    await creatio.fault("500_before", method="POST", path_regex="/Account$")
    assert (await creatio.http.post("/Account", json={"Name": "А"})).status_code == 500
    assert await accounts(creatio) == 1
    await creatio.fault("500_after", method="POST", path_regex="/Account$")
    assert (await creatio.http.post("/Account", json={"Name": "А"})).status_code == 500
    assert await accounts(creatio) == 2


async def test_any_status_can_be_asked_for(creatio: Api):
    await creatio.fault("status_before", status=503, retry_after=2)
    answer = await creatio.http.get("/Contact")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")


async def test_filters_choose_the_request_and_after_lets_some_pass(webitel: Api):
    await webitel.fault("500_before", method="GET", path_regex="/license$", query_regex="page=2", after=1)
    for path, status in (
        ("/users?page=2", 200),
        ("/license?page=1", 200),
        ("/license?page=2", 200),
        ("/license?page=2", 500),
    ):
        assert (await webitel.http.get(path)).status_code == status, path


async def test_traffic_tells_reads_writes_batches_and_logins_apart(creatio: Api):
    await creatio.fault("500_before", traffic="batch", times=None)
    headers = {"Content-Type": "application/json"}
    assert (await creatio.http.get("/Contact")).status_code == 200
    assert (await creatio.http.post("/Account", json={"Name": "А"})).status_code == 201
    assert (
        await creatio.http.post("/$batch", content=batch(("GET", "Contact", None)), headers=headers)
    ).status_code == 500
    await creatio.control.delete("/faults")
    assert (
        await creatio.http.post("/$batch", content=batch(("GET", "Contact", None)), headers=headers)
    ).status_code == 200


async def test_a_login_page_comes_with_http_200(webitel: Api, creatio: Api):
    for api, path in ((webitel, "/users"), (creatio, "/Contact")):
        await api.fault("html_login")
        answer = await api.http.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")


@pytest.mark.parametrize(
    ("shape", "status", "kind"), [(None, 401, "json"), ("message", 200, "json"), ("html", 200, "html")]
)
async def test_a_session_of_creatio_expires_in_three_shapes(creatio: Api, shape: str | None, status: int, kind: str):
    await creatio.fault("expired_session", shape=shape)
    answer = await creatio.http.get("/Contact")
    assert answer.status_code == status
    assert kind in answer.headers["content-type"]


async def test_a_truncated_answer_is_no_json(webitel: Api):
    await webitel.fault("truncated_json")
    with pytest.raises(json.JSONDecodeError):
        (await webitel.http.get("/users")).json()


async def test_a_redirect_leads_away(webitel: Api):
    await webitel.fault("redirect", location="https://elsewhere.example/")
    assert (await webitel.http.get("/users")).headers["location"] == "https://elsewhere.example/"


async def pages(webitel: Api, size: int) -> list[list[str]]:
    found: list[list[str]] = []
    while len(found) < 20:
        body = await webitel.get(f"/users?sort=id&size={size}&page={len(found) + 1}")
        found.append([item["id"] for item in body["items"]])
        if not body.get("next"):
            break
    return found


async def test_a_page_is_repeated(webitel: Api):
    await webitel.fault("repeated_page")
    assert await pages(webitel, 3) == [["1", "2", "3"], ["1", "2", "3"], ["7", "8"]]


async def test_pages_overlap(webitel: Api):
    await webitel.fault("overlapping_page", rows=1, times=None)
    assert await pages(webitel, 3) == [["1", "2", "3"], ["3", "4", "5"], ["6", "7", "8"]]


async def test_rows_slip_between_pages(webitel: Api):
    await webitel.fault("skipped_rows", rows=1, times=None)
    assert await pages(webitel, 3) == [["1", "2", "3"], ["5", "6", "7"], ["8"]]


async def test_pages_shrink(webitel: Api):
    await webitel.fault("shrinking_page", times=None)
    assert await pages(webitel, 4) == [["1", "2", "3", "4"], ["3", "4"], ["5", "6"], ["7", "8"]]


async def test_a_page_is_empty_or_short_and_still_promises_more(webitel: Api):
    await webitel.fault("empty_page")
    await webitel.fault("short_page", rows=1, after=1)
    assert await webitel.get("/users?size=3") == {"page": 1, "next": True, "items": []}
    body = await webitel.get("/users?size=3")
    assert (len(body["items"]), body["next"]) == (2, True)


async def test_next_is_wrong_on_the_last_page_or_missing_in_the_middle(webitel: Api):
    await webitel.fault("wrong_next", query_regex="size=100")
    assert (await webitel.get("/users?size=100"))["next"] is True
    await webitel.fault("wrong_next", value=False)
    assert "next" not in await webitel.get("/users?size=2")


async def test_the_same_people_vanish_from_every_read(webitel: Api):
    await webitel.fault("drop_rows", percent=50, times=None)
    first = [item["id"] for item in (await webitel.get("/users?size=100"))["items"]]
    assert 0 < len(first) < 8
    assert [item["id"] for item in (await webitel.get("/users?size=100&sort=-id"))["items"]] == first[::-1]


async def test_page_faults_strike_creatio_too(creatio: Api):
    ids = [row["Id"] for row in (await creatio.get("/Contact?$select=Id&$orderby=Id"))["value"]]

    async def page(skip: int) -> list[str]:
        return [
            row["Id"] for row in (await creatio.get(f"/Contact?$select=Id&$orderby=Id&$top=3&$skip={skip}"))["value"]
        ]

    for kind, expected in (
        ("repeated_page", ids[0:3]),
        ("overlapping_page", ids[2:5]),
        ("skipped_rows", ids[4:7]),
        ("shrinking_page", ids[3:4]),
        ("empty_page", []),
        ("short_page", ids[3:5]),
    ):
        await creatio.fault(kind)
        if kind not in {"empty_page", "short_page"}:
            assert await page(0) == ids[:3], "the first page is never moved"
        assert await page(3) == expected, kind
    assert await page(3) == ids[3:6]


async def test_totals_go_stale(creatio: Api):
    await creatio.fault("stale_total", by=5, times=2)
    assert (await creatio.get("/Contact?$count=true&$top=0"))["@odata.count"] == 12
    assert (await creatio.http.get("/Contact/$count")).text == "12"
    assert (await creatio.http.get("/Contact/$count")).text == "7"


async def test_a_link_to_the_next_page_leads_in_a_circle(creatio: Api):
    await creatio.fault("wrong_next")
    assert (await creatio.get("/Contact?$select=Id&$top=1"))["@odata.nextLink"].endswith("/0/odata/Contact")


async def test_rights_are_gone_for_one_request(creatio: Api):
    await creatio.fault("no_rights", times=2)
    assert (await creatio.get("/Contact"))["value"] == []
    assert (await creatio.http.post("/Contact", json=CONTACT)).status_code == 403
    assert (await creatio.get("/Contact"))["value"] != []


async def test_a_licence_is_refused_although_there_are_seats(webitel: Api):
    await webitel.fault("license_refusal", path_regex="/users/3$", status=409)
    patch = {"license": [{"id": "cm-1"}]}
    assert (await webitel.http.patch("/users/3", json=patch)).status_code == 409
    assert "license" not in await webitel.get("/users/3")
    assert (await webitel.http.patch("/users/3", json=patch)).status_code == 200


async def test_faults_that_cannot_be_are_refused_with_the_reason(webitel: Api):
    for wrong in ({"kind": "nonsense"}, {"kind": "429", "path_regex": "("}, {"kind": "429", "traffic": "nonsense"}):
        answer = await webitel.control.post("/faults", json=wrong)
        assert answer.status_code == 400
        assert answer.json()["error"]


async def test_waiting_faults_can_be_listed_and_forgotten(webitel: Api):
    await webitel.fault("429", times=3)
    await webitel.http.get("/users")
    (waiting,) = (await webitel.control.get("/faults")).json()
    assert (waiting["times"], waiting["strikes"]) == (2, 1)
    await webitel.control.delete("/faults")
    assert (await webitel.http.get("/users")).status_code == 200


async def test_latency_is_by_reads_and_writes(webitel: Api):
    await webitel.control.put("/latency", json={"read_ms": 0, "write_ms": 60})

    async def seconds(method: str, path: str, **options) -> float:
        start = time.perf_counter()
        await webitel.http.request(method, path, **options)
        return time.perf_counter() - start

    assert await seconds("PATCH", "/users/3", json={"email": "x@y.example"}) >= 0.06
    assert await seconds("POST", "/users/search", json={}) < 0.05
    assert await seconds("GET", "/users") < 0.05


async def test_the_log_knows_method_path_query_status_and_faults(webitel: Api):
    await webitel.control.delete("/requests")
    await webitel.http.get("/users?size=2&fields=name")
    await webitel.fault("429")
    await webitel.http.patch("/users/3", json={})
    log = (await webitel.control.get("/requests")).json()
    assert [(item["method"], item["path"], item["query"], item["status"], item["faults"]) for item in log] == [
        ("GET", "/api/users", "size=2&fields=name", 200, []),
        ("PATCH", "/api/users/3", "", 429, ["429"]),
    ]


async def test_counters_tell_reads_from_writes_and_start_anew(creatio: Api):
    await creatio.http.get("/Contact?$top=1")
    await creatio.http.get("/Nothing")
    await creatio.http.post("/Account", json={"Name": "А"})
    await creatio.http.patch(f"/Contact({contact_id('m.lysenko')})", json={"JobTitle": "x"})
    counters = (await creatio.control.get("/counters")).json()
    assert (counters["requests"], counters["reads"], counters["writes"]) == (4, 2, 2)
    assert counters["statuses"] == {"200": 1, "404": 1, "201": 1, "204": 1}
    await creatio.control.delete("/requests")
    assert (await creatio.control.get("/counters")).json()["requests"] == 0


async def test_control_requests_are_neither_counted_nor_struck(webitel: Api):
    await webitel.fault("500_before", times=None)
    await webitel.control.delete("/requests")
    assert (await webitel.control.get("/health")).json() == {"status": "ok"}
    assert (await webitel.control.get("/counters")).json()["requests"] == 0


async def test_switches_that_do_not_exist_are_refused(webitel: Api, creatio: Api):
    assert (await webitel.control.put("/switches", json={"nonsense": 1})).status_code == 400
    for wrong in ({"nonsense": 1}, {"name_order": "Xyz"}, {"rights": {"Contact": "some"}}, {"addon": "wild"}):
        assert (await creatio.control.put("/switches", json=wrong)).status_code == 400
    assert (await creatio.control.get("/switches")).json()["name_order"] == "Sgm"


async def test_the_control_routes_answer_to_this_machine_only(webitel: Api):
    transport = httpx.ASGITransport(webitel.http._transport.app, client=("192.0.2.1", 5))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:1") as stranger:
        assert (await stranger.get("/_sandbox/counters")).status_code == 403


async def test_people_change_webitel_behind_the_importers_back(webitel: Api):
    await webitel.control.patch("/rows/users/3", json={"username": "o.new", "extension": "101"})
    user = await webitel.get("/users/3")
    assert (user["username"], user["extension"]) == ("o.new", "101")
    await webitel.control.delete("/rows/users/3?permanent=false")
    assert "deleted_at" in await webitel.get("/users/3")
    await webitel.control.patch("/rows/users/3", json={"deleted_at": None})
    assert "deleted_at" not in await webitel.get("/users/3")
    made = (await webitel.control.post("/rows/users", json={"name": "By hand", "username": "by hand"})).json()
    assert (await webitel.get(f"/users/{made['id']}"))["username"] == "by hand"
    await webitel.control.delete(f"/rows/users/{made['id']}")
    assert (await webitel.http.get(f"/users/{made['id']}")).status_code == 404


async def test_webitel_merges_nothing(webitel: Api):
    assert (await webitel.control.post("/merge", json={"entity": "users", "keep": "1", "lose": "2"})).status_code == 400
