"""The trust gate: whatever is wrong with what was read, nothing is written, and it is said what was seen.

Each fault meets a domain that was imported before and has something to write (so a run that believed it would write), and,
where it can be told without history, also the very first run.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.safety.stand import Stand, copy_ledger
from usersync.ledger import LedgerBoundElsewhere
from usersync.sandbox.process import Sandbox
from usersync.sandbox.world import WorldDirectory
from usersync.stages.context import MappingWrong

PAGES = {"webitel": {"page_size": 9}, "creatio": {"page_size": 40}}
"""Small pages, so that forty users and two hundred contacts have several."""
FOREVER = {"times": None}


@dataclass(frozen=True)
class Fault:
    """What goes wrong, and what is said of it.

    Attributes:
        service: `webitel` or `creatio`.
        kind: kind of fault, or `switch`.
        options: of the fault.
        says: pieces of the sentence and of what to do next, after a good run.
        says_first: in the very first run, where that is something else.
        first: whether the first run ever notices it too.
        patience: seconds until an answer is given up.
    """

    name: str
    service: str
    kind: str
    options: dict[str, Any] = field(default_factory=dict)
    says: tuple[str, ...] = ()
    says_first: tuple[str, ...] | None = None
    first: bool = True
    patience: float = 2.0


USERS = {"path_regex": r"/users$", **FOREVER}
CONTRADICTS = (("contradicts itself", "40 are usual"), ("contradicts itself",))
UNUSUAL = (("usual",), ("Webitel",))
CONTACTS = {"path_regex": "/Contact$", **FOREVER}
SOURCE = (
    Fault(
        "no users at all", "webitel", "empty_page", USERS,
        ("no users at all (of usual 40)", "USERSYNC_WEBITEL__URL"), ("no users at all",),
    ),
    Fault("a page that repeats the one before", "webitel", "repeated_page", USERS, *CONTRADICTS),
    Fault("pages that end short", "webitel", "short_page", {**USERS, "rows": 4}, *UNUSUAL),
    Fault("pages that shrink", "webitel", "shrinking_page", USERS, *UNUSUAL),
    Fault("pages that overlap", "webitel", "overlapping_page", {**USERS, "rows": 3}, *CONTRADICTS),
    Fault("pages that leave rows out", "webitel", "skipped_rows", {**USERS, "rows": 3}, *CONTRADICTS),
    Fault("a list that ends after its first page", "webitel", "wrong_next", {**USERS, "value": False}, *CONTRADICTS),
    Fault("a list without an end", "webitel", "wrong_next", {**USERS, "value": True}, *CONTRADICTS),
    Fault(
        "most rows vanish from every page alike", "webitel", "drop_rows", {**USERS, "percent": 80},
        ("usual", "missing from Webitel's list although Webitel still has them"), first=False,
    ),
    Fault(
        "some rows vanish from every page alike", "webitel", "drop_rows", {**USERS, "percent": 20},
        ("40 are usual", "missing from Webitel's list although Webitel still has them"), first=False,
    ),
    Fault("an error for good", "webitel", "500_before", USERS, ("500", "Run it again")),
    Fault("a web page", "webitel", "html_login", USERS, ("USERSYNC_WEBITEL__URL",)),
    Fault("a token that is refused for good", "webitel", "expired_session", FOREVER, ("USERSYNC_WEBITEL__TOKEN",)),
    Fault("half an answer", "webitel", "truncated_json", USERS, ("stops in the middle",)),
    Fault("no answer", "webitel", "timeout", USERS, ("did not answer",), patience=0.5),
    Fault(
        "no answer about who is missing", "webitel", "500_before", {"path_regex": r"/users/\d+$", **FOREVER},
        ("500",), first=False,
    ),
    Fault("too many requests for good", "webitel", "429", {**USERS, "retry_after": 90}, ("429",)),
    Fault("the list of the deleted cannot be read", "webitel", "500_before", {**USERS, "query_regex": "deleted=true"}, ("500",)),
    Fault("no roles", "webitel", "status_before", {"path_regex": r"/roles$", "status": 403, **FOREVER}, ("403",)),
)  # fmt: skip
TARGET = (
    Fault(
        "no rights at all: no rows, HTTP 200", "creatio", "no_rights", FOREVER,
        ("no active system users of employees (of usual ", "right"), ("no active system users of employees;",),
    ),
    Fault("no system users", "creatio", "switch", {"rights": {"SysAdminUnit": "none"}}, ("SysAdminUnit",)),
    Fault(
        "no contacts", "creatio", "switch", {"rights": {"Contact": "none"}},
        ("no contacts (of usual 2", "right"), ("no contacts;", "right"),
    ),
    Fault("pages of contacts that are empty", "creatio", "empty_page", CONTACTS, ("Contact", "counts")),
    Fault(
        "a count that is wrong", "creatio", "stale_total", {"path_regex": r"/Contact(/\$count)?$", "by": 7, **FOREVER},
        ("Contact", "counts"),
    ),
    Fault("no accounts", "creatio", "switch", {"rights": {"Account": "none"}}, ("no accounts", "right")),
    Fault(
        "linked records vanish", "creatio", "switch", {"rights": {"WSysAccount": "none"}},
        ("of", "linked records of the section"), first=False,
    ),
    Fault(
        "most contacts vanish", "creatio", "drop_rows", {**CONTACTS, "percent": 90},
        ("of",),
    ),
    Fault(
        "a table that is cut off", "creatio", "short_page", {**CONTACTS, "rows": 5},
        ("Contact", "counts"),
    ),
    Fault(
        "the section is cut off", "creatio", "short_page", {"path_regex": "/WSysAccount$", "rows": 1, **FOREVER},
        ("WSysAccount", "counts"),
    ),
    Fault("pages that leave rows out", "creatio", "skipped_rows", {**CONTACTS, "rows": 3}, ("Contact", "counts")),
    Fault("a login page instead of data", "creatio", "html_login", {"traffic": "read", **FOREVER}, ("USERSYNC_CREATIO__",)),
    Fault("a session that always expires", "creatio", "expired_session", {"traffic": "read", **FOREVER}, ("USERSYNC_CREATIO__",)),
    Fault("no right to read", "creatio", "status_before", {**CONTACTS, "status": 403}, ("does not allow", "rights")),
    Fault("an error for good", "creatio", "500_before", CONTACTS, ("500",)),
    Fault("half an answer", "creatio", "truncated_json", CONTACTS, ("Creatio",)),
    Fault("no answer", "creatio", "timeout", CONTACTS, ("did not answer",), patience=0.5),
    Fault("sent elsewhere", "creatio", "redirect", {"location": "https://elsewhere.example/", **FOREVER}, ("elsewhere",)),
)  # fmt: skip


@pytest.fixture(scope="module")
def new_domain(
    town: WorldDirectory, tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path
) -> Iterator[Stand]:
    """Forty users, never imported. Nothing in this module writes to it."""
    folder = tmp_path_factory.mktemp("new")
    with Sandbox.start(directory=folder, world=town.path) as box:
        yield Stand(box, copy_ledger(sqlite_template, folder / "ledger.db"), PAGES)


@pytest.fixture(scope="module")
def imported_domain(
    town: WorldDirectory, tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path
) -> Iterator[Stand]:
    """Forty users, imported; since then one was renamed and one deleted: there is something to write."""
    folder = tmp_path_factory.mktemp("imported")
    with Sandbox.start(directory=folder, world=town.path) as box:
        stand = Stand(box, copy_ledger(sqlite_template, folder / "ledger.db"), PAGES)
        ran = asyncio.run(stand.run_approved())
        assert ran.state == "completed", ran.said
        with stand.ledger() as ledger:
            linked = sorted(ledger.links("default"))
        box.webitel.control.edit("users", linked[0], {"name": "Renamed Person"})
        box.webitel.control.delete("users", linked[1], permanent=True)
        yield stand


@pytest.fixture(autouse=True)
def _clear(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    for name in ("new_domain", "imported_domain"):
        if name in request.fixturenames:
            request.getfixturevalue(name).clear()


def _break(stand: Stand, fault: Fault) -> None:
    service = getattr(stand.box, fault.service)
    if fault.kind == "switch":
        service.control.switch(**fault.options)
    else:
        service.control.fault(fault.kind, **fault.options)


async def _meets(stand: Stand, fault: Fault, says: tuple[str, ...]) -> None:
    _break(stand, fault)
    stand.forget_requests()
    patience = {"timeout": fault.patience}
    settings = {name: {**stand.overrides[name], **patience} for name in ("webitel", "creatio")}
    ran = await stand.run(settings=settings)
    assert ran.error is not None, f"the run went on: {ran.receipt}"
    assert stand.writes() == 0
    assert ran.operations == ()
    assert ran.state == "failed"
    assert ran.error.next_step, ran.said
    assert all(piece in ran.said for piece in says), ran.said
    assert list(ran.receipt) == RECEIPT_KEYS


RECEIPT_KEYS = [
    "run_id", "domain", "mode", "state", "users", "buckets", "gone", "seats", "operations", "requests", "seconds",
    "overhead_seconds", "plan_hash", "converged", "residue",
]  # fmt: skip


@pytest.mark.parametrize("fault", [*SOURCE, *TARGET], ids=lambda fault: f"{fault.service}: {fault.name}")
async def test_after_a_good_run_this_writes_nothing(imported_domain: Stand, fault: Fault, tmp_path: Path) -> None:
    await _meets(imported_domain.on_a_copy_of_the_ledger(tmp_path / "ledger.db"), fault, fault.says)


@pytest.mark.parametrize(
    "fault", [fault for fault in (*SOURCE, *TARGET) if fault.first], ids=lambda fault: f"{fault.service}: {fault.name}"
)
async def test_in_the_very_first_run_this_writes_nothing(new_domain: Stand, fault: Fault, tmp_path: Path) -> None:
    says = fault.says if fault.says_first is None else fault.says_first
    await _meets(new_domain.on_a_copy_of_the_ledger(tmp_path / "ledger.db"), fault, says)


async def test_without_a_fault_the_same_run_would_write(imported_domain: Stand, tmp_path: Path) -> None:
    ran = await imported_domain.on_a_copy_of_the_ledger(tmp_path / "ledger.db").run("preview")
    assert ran.error is None
    assert ran.plan is not None
    assert len(ran.plan.operations) > 1


async def test_a_domain_that_shrank_beyond_belief_is_not_believed(imported_domain: Stand, tmp_path: Path) -> None:
    """Every missing user is proven gone, and there are too many of them: the wrong domain, or a disaster."""
    stand = imported_domain.on_a_copy_of_the_ledger(tmp_path / "ledger.db")
    before = stand.copy_services(tmp_path / "before")
    control = stand.box.webitel.control
    for user in control.rows("users")[10:]:
        control.delete("users", user["id"], permanent=True)
    stand.forget_requests()
    ran = await stand.run()
    stand.reset(before)
    assert "Webitel returned 10 of usual 40 users; nothing was written." in ran.said
    assert stand.writes() == 0


async def test_a_restored_copy_of_the_crm_is_another_crm(imported_domain: Stand, tmp_path: Path) -> None:
    """The same rows at another address: a test copy must not be written to with the ledger of the original."""
    imported_domain.copy_services(tmp_path / "copy")
    with Sandbox.start(directory=tmp_path / "copy") as box:
        stand = imported_domain.on_a_copy_of_the_ledger(tmp_path / "ledger.db")
        elsewhere = Stand(box, stand.ledger_url, stand.overrides)
        ran = await elsewhere.run()
        assert isinstance(ran.error, LedgerBoundElsewhere)
        assert elsewhere.writes() == 0
        with stand.ledger() as ledger:
            newest = ledger.snapshots("default", "target")[0]
        assert not newest.trusted, "what was read elsewhere is no measure of what is usual"


async def test_another_telephony_domain_is_refused(new_domain: Stand, sqlite_template: Path, tmp_path: Path) -> None:
    stand = Stand(new_domain.box, copy_ledger(sqlite_template, tmp_path / "ledger.db"), PAGES)
    preview = await stand.run("preview")
    assert preview.plan is not None
    stand = Stand(new_domain.box, copy_ledger(sqlite_template, tmp_path / "other.db"), PAGES)
    with stand.ledger() as ledger:
        ledger.bind("default", "4711", preview.plan.creatio)
    stand.forget_requests()
    ran = await stand.run()
    assert isinstance(ran.error, LedgerBoundElsewhere)
    assert "4711" in ran.said
    assert stand.writes() == 0


async def test_a_scope_does_not_excuse_a_list_that_contradicts_itself(new_domain: Stand, tmp_path: Path) -> None:
    stand = new_domain.on_a_copy_of_the_ledger(tmp_path / "ledger.db")
    login = stand.box.webitel.control.rows("users")[3]["username"]
    stand.box.webitel.control.fault("overlapping_page", **USERS, rows=3)
    stand.forget_requests()
    ran = await stand.run(scope=(login,))
    assert "contradicts itself" in ran.said
    assert stand.writes() == 0


async def test_a_column_that_is_not_there_is_named_with_its_setting(new_domain: Stand, tmp_path: Path) -> None:
    stand = new_domain.on_a_copy_of_the_ledger(tmp_path / "ledger.db")
    stand.forget_requests()
    mapping = {"record": {"columns": {"extension": "Number"}}}
    ran = await stand.run(settings={"creatio": {**PAGES["creatio"], "mapping": mapping}})
    assert isinstance(ran.error, MappingWrong)
    assert "Number" in ran.said
    assert "extension" in ran.said
    assert ran.error.exit_code == 2
    assert stand.writes() == 0
