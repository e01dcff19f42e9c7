"""Answers that fail, get lost or come too late while the plan is carried out: the end state is right, nothing is there twice,
the receipt is true, and the next run has nothing to do.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.safety.stand import UNLIMITED, Stand, copy_ledger, record_of
from usersync.ledger import OperationState
from usersync.sandbox.process import Sandbox
from usersync.sandbox.world import WorldDirectory
from usersync.stages.probe import GuardStopped

QUICK = {**UNLIMITED, "creatio": {"timeout": 2.0, "batch_timeout": 0.6}, "webitel": {"timeout": 0.6}}


@dataclass(frozen=True)
class Fault:
    name: str
    service: str
    kind: str
    options: dict[str, Any] = field(default_factory=dict)


def _batch(kind: str, after: int, **options: Any) -> Fault:
    name = " ".join([kind, *(f"{key}={value}" for key, value in options.items()), f"in batch {after + 1}"])
    return Fault(name, "creatio", kind, {"traffic": "batch", "after": after, **options})


def _read_again(kind: str) -> Fault:
    """While the plan is carried out: whether somebody has made the record meanwhile."""
    asked = {"path_regex": "WSysAccount$", "query_regex": "filter=Login"}
    return Fault(f"records are read again: {kind}", "creatio", kind, asked)


def _patch(kind: str, **options: Any) -> Fault:
    return Fault(" ".join(["a licence set:", kind]), "webitel", kind, {"method": "PATCH", **options})


FAULTS = (
    *(_batch("500_after", after) for after in range(5)),
    *(_batch("reset_after", after) for after in (1, 3)),
    *(_batch("timeout_after", after) for after in (2, 4)),
    _batch("500_before", 0, times=2),
    _batch("500_before", 3),
    _batch("reset_before", 2),
    _batch("truncated_json", 3),
    _batch("429", 1, retry_after=1),
    _batch("status_before", 4, status=503, retry_after=1),
    _batch("expired_session", 2),
    _batch("expired_session", 3, shape="message"),
    _batch("expired_session", 4, shape="html"),
    *(_read_again(kind) for kind in ("500_before", "reset_before", "truncated_json", "expired_session")),
    Fault(
        "one record of a batch: done, and an error", "creatio", "subrequest_500_after", {"path_regex": "WSysAccount$"}
    ),
    Fault(
        "two records of a batch fail",
        "creatio",
        "subrequest_500",
        {"path_regex": "WSysAccount$", "times": 2, "after": 1},
    ),
    Fault("the answer for a contact is missing", "creatio", "subrequest_missing", {"path_regex": "^Contact$"}),
    Fault("answers are missing in a batch", "creatio", "subrequest_missing", {"path_regex": "License$", "times": 3}),
    _patch("500_after"),
    _patch("500_before"),
    _patch("reset_after"),
    _patch("reset_before"),
    _patch("timeout_after"),
    _patch("429", retry_after=1),
    _patch("status_before", status=503),
)


@pytest.fixture(scope="module")
def undisturbed(
    small_world: WorldDirectory, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, list[str]]]:
    """What both services hold after a run in which nothing fails."""
    folder = tmp_path_factory.mktemp("undisturbed")
    with Sandbox.start(directory=folder, world=small_world.path) as box:
        stand = Stand(box, copy_ledger(sqlite_template, folder / "ledger.db"), UNLIMITED)
        ran = asyncio.run(stand.run())
        assert ran.state == "completed", ran.said
        assert stand.box.webitel.control.counters()["writes"] > 0, "the plan changes licences too"
        yield stand.state()


@pytest.fixture
def quick(stand: Stand) -> Stand:
    stand.overrides = QUICK
    return stand


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.service}: {fault.name}")
async def test_the_end_is_as_if_nothing_had_failed(
    quick: Stand, undisturbed: dict[str, list[str]], fault: Fault
) -> None:
    service = getattr(quick.box, fault.service).control
    service.fault(fault.kind, **fault.options)
    ran = await quick.run()
    assert not service.faults(), "the fault struck"
    assert ran.error is None, ran.said
    assert ran.state == "completed", [str(entry.detail) for entry in ran.operations if entry.detail]
    assert ran.receipt["operations"] == {"done": len(ran.operations)}
    assert ran.receipt["converged"] is True
    assert sum(ran.receipt["buckets"].values()) == ran.receipt["users"] == 8
    assert quick.state() == undisturbed
    quick.forget_requests()
    again = await quick.run()
    assert again.receipt["operations"] == {}
    assert quick.writes() == 0


async def test_a_record_creatio_refuses_fails_alone(quick: Stand) -> None:
    """Its extension is longer than the column, which Creatio tells only when it is written."""
    user = next(row for row in quick.box.webitel.control.rows("users") if row["extension"] and row["name"])
    quick.box.webitel.control.edit("users", user["id"], {"extension": "7" * 60})
    ran = await quick.run()
    assert ran.error is None, ran.said
    assert ran.state == "completed_with_failures"
    mine = [entry for entry in ran.operations if entry.operation.user_id == str(user["id"])]
    others = [entry for entry in ran.operations if entry.operation.user_id != str(user["id"])]
    failed = [entry for entry in mine if entry.state is OperationState.FAILED]
    assert [entry.operation.entity for entry in failed] == ["record"]
    assert "value too long" in str(failed[0].detail)
    assert "7777" not in str(failed[0].detail)
    assert all(entry.state is OperationState.DONE for entry in others)
    needing = [entry for entry in mine if failed[0].operation.id in entry.operation.needs]
    assert all(entry.state is OperationState.SKIPPED for entry in needing)
    assert ran.receipt["buckets"]["failed"] == 1
    assert sum(ran.receipt["buckets"].values()) == 8


async def test_the_probe_waits_for_a_record_that_can_be_written(quick: Stand) -> None:
    """The first record of the plan is refused; the add-on that reacts to the second is caught all the same."""
    box = quick.box
    preview = await quick.run("preview")
    assert preview.plan is not None
    first = next(op for op in preview.plan.operations if op.entity == "record")
    box.webitel.control.edit("users", first.user_id or "", {"extension": "7" * 60})
    box.creatio.control.switch(addon="eager", addon_url=box.webitel.url, addon_token=box.world.webitel.token)
    ran = await quick.run()
    assert isinstance(ran.error, GuardStopped), ran.said
    written = [entry for entry in ran.operations if entry.operation.entity == "record"]
    assert [entry.state for entry in written] == [OperationState.FAILED, OperationState.DONE]


@pytest.mark.parametrize("shape", [None, "message", "html"])
async def test_a_forms_session_that_ends_in_the_middle_is_opened_again(
    quick: Stand, undisturbed: dict[str, list[str]], shape: str | None
) -> None:
    login = quick.box.world.creatio
    forms = {"client_id": "", "client_secret": None, "username": login.username, "password": login.password}
    option = {"shape": shape} if shape else {}
    quick.box.creatio.control.fault("expired_session", traffic="batch", after=2, **option)
    ran = await quick.run(settings={"creatio": {**QUICK["creatio"], **forms}})
    assert ran.error is None, ran.said
    assert ran.state == "completed"
    assert quick.state() == undisturbed


async def test_a_webitel_session_that_ends_among_the_licence_sets_is_opened_again(
    quick: Stand, undisturbed: dict[str, list[str]]
) -> None:
    login = quick.box.world.webitel
    named = {"token": None, "username": login.username, "password": login.password, "domain": login.domain}
    quick.box.webitel.control.fault("expired_session", method="PATCH", times=2)
    ran = await quick.run(settings={"webitel": {**QUICK["webitel"], **named}})
    assert ran.error is None, ran.said
    assert quick.state() == undisturbed


async def test_a_token_that_ends_among_the_licence_sets_ends_the_run_and_the_next_one_finishes(
    quick: Stand, undisturbed: dict[str, list[str]]
) -> None:
    quick.box.webitel.control.fault("expired_session", method="PATCH")
    ran = await quick.run()
    assert ran.state == "failed"
    assert "USERSYNC_WEBITEL__TOKEN" in ran.said
    again = await quick.run()
    assert again.state == "completed", again.said
    assert quick.state() == undisturbed


async def test_a_licence_webitel_refuses_is_told_and_costs_nobody_else_anything(quick: Stand) -> None:
    quick.box.webitel.control.fault("license_refusal", method="PATCH", status=412)
    ran = await quick.run()
    assert ran.error is None, ran.said
    assert ran.receipt["seats"]["refused"] == 1
    assert ran.receipt["buckets"]["failed"] == 0
    refused = [entry for entry in ran.operations if entry.operation.action == "set_licenses"]
    (no,) = [entry for entry in refused if entry.state is OperationState.REFUSED]
    assert no.detail is not None
    assert no.detail.args["status"] == 412
    assert str(no.detail.args["error_id"]) in str(no.detail)
    assert str(no.detail.args["detail"]) in str(no.detail)
    assert ran.state == "completed"
    again = await quick.run()
    assert again.state == "completed"
    assert again.receipt["seats"]["refused"] == 0
    assert again.receipt["converged"] is True


async def test_rights_taken_away_in_the_middle_end_the_run_and_the_next_one_finishes(
    quick: Stand, undisturbed: dict[str, list[str]]
) -> None:
    quick.box.creatio.control.fault("status_before", traffic="batch", status=403, after=3)
    ran = await quick.run()
    assert ran.error is not None
    assert ran.state == "failed"
    assert "right" in ran.said
    assert ran.receipt["operations"]["done"] > 0
    assert sum(ran.receipt["buckets"].values()) == 8
    quick.clear()
    again = await quick.run()
    assert again.state == "completed", again.said
    assert quick.state() == undisturbed


async def test_a_hand_edit_during_the_outage_is_not_overwritten_when_the_write_is_repeated(quick: Stand) -> None:
    """The first try failed before it was carried out; what a person entered meanwhile is kept by the next run's plan."""
    assert (await quick.run()).state == "completed"
    user = next(row for row in quick.box.webitel.control.rows("users") if _is_linked(quick, row["id"]))
    quick.box.webitel.control.edit("users", user["id"], {"name": "Renamed In Webitel"})
    quick.box.creatio.control.fault("500_before", traffic="batch", times=None)
    ran = await quick.run()
    assert ran.state in {"failed", "completed_with_failures"}
    quick.clear()
    record = record_of(quick, str(user["id"]))
    quick.box.creatio.control.edit("WSysAccount", record["Id"], {"Name": "Entered By Hand"})
    again = await quick.run()
    assert again.state == "completed", again.said
    assert record_of(quick, str(user["id"]))["Name"] == "Entered By Hand"


def _is_linked(stand: Stand, user_id: Any) -> bool:
    return any(row["WebitelUserId"] == str(user_id) for row in stand.box.creatio.control.rows("WSysAccount"))
