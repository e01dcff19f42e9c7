"""What the section shows: written where it changed, searched in every script, filtered, sorted, erased, never lost."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.ledger.people import DOMAIN, begin, create, do, item, link, row_id, update
from usersync.ledger import Ledger, LinkState, RunState, VerdictKind, backup, restore
from usersync.planning import Bucket, Situation
from usersync.planning.section import Flag, Readiness, Requirement, SectionLicense, SectionRole, SectionRow
from usersync.words import Sentence

UNCHANGED = Sentence("planning-unchanged")


def row(user_id: str, name: str = "", **more) -> SectionRow:
    values = {
        "username": f"u{user_id}", "contact_id": row_id("contact", user_id), "record_id": row_id("record", user_id),
        "situation": Situation.UNCHANGED, "bucket": Bucket.UNCHANGED, "band": "keep", "reason": UNCHANGED,
    }  # fmt: skip
    return SectionRow(user_id=user_id, name=name or f"Name {user_id}", **values | more)


IVAN = row("7", "Іваненко Іван", username="I.Ivanenko", extension="207", contact_name="Іваненко Іван Петрович")
YEVHENIA = row("8", "Ґудзь Євгенія", username="ye.gudz", extension="31", flags=(Flag.NO_SEAT, Flag.NOT_READY))
OBRIEN = row("21", "Pat O\u2019Brien", username="p.obrien", flags=(Flag.NO_EXTENSION, Flag.NOT_READY))
GAVRYLIUK = row("22", "Гаврилюк Яна", username="ya.gavryliuk", extension="1005", flags=(Flag.NEEDS_REVIEW,))
EVERYBODY = (IVAN, YEVHENIA, OBRIEN, GAVRYLIUK)


def _run(ledger, mode="apply", **more) -> str:
    return ledger.start_run(domain=DOMAIN, mode=mode, author="olena", **more).id


@pytest.fixture
def shown(ledger):
    """A ledger whose section shows four people."""
    run_id = _run(ledger)
    assert ledger.save_section(run_id, EVERYBODY, synced=True, whole=True) == 4
    ledger.finish_run(run_id, RunState.COMPLETED, {})
    return ledger


def _ids(page):
    return [found.user_id for found in page.rows]


def test_a_row_is_read_back_as_it_was_written_with_who_wrote_it_last(ledger, clock):
    full = replace(
        IVAN, system_user="i.ivanenko", system_user_active=True, role="r", stun=True, active=False, device_id="5",
        default_device="SIP", licenses=(SectionLicense("cc-1", "CALL_CENTER", None, clock(), None),),
        webitel_roles=(SectionRole("1020", "Agents"),), missing=(Requirement.LICENSE,), unknown=(Requirement.TELEPHONY,),
        flags=(Flag.FAILED, Flag.NOT_READY), excluded=True,
    )  # fmt: skip
    run_id = _run(ledger)
    ledger.save_section(run_id, [full], synced=True)

    assert ledger.section_user(DOMAIN, "7") == replace(full, run_id=run_id, last_synced_at=clock())
    assert ledger.section_user(DOMAIN, "8") is None
    assert ledger.section_user("elsewhere", "7") is None


def test_an_unchanged_world_writes_no_row_but_everybody_was_synced_again(shown, clock):
    first = shown.section_user(DOMAIN, "7")
    clock.pass_(hours=1)
    again = _run(shown)

    assert shown.save_section(again, EVERYBODY, synced=True, whole=True) == 0
    shown.finish_run(again, RunState.COMPLETED, {})

    assert shown.section_user(DOMAIN, "7") == replace(first, last_synced_at=clock())


def test_only_what_changed_is_written(shown):
    run_id = _run(shown)

    assert shown.save_section(run_id, [replace(IVAN, extension="208"), *EVERYBODY[1:]], synced=True, whole=True) == 1

    assert shown.section_user(DOMAIN, "7").extension == "208"
    assert {user_id for user_id, found in shown.section_users(DOMAIN).items() if found.run_id == run_id} == {"7"}


def test_a_preview_shows_what_it_saw_and_says_nothing_of_syncing(shown, clock):
    synced = shown.section_user(DOMAIN, "7").last_synced_at
    clock.pass_(hours=1)
    run_id = _run(shown, "preview")
    shown.save_section(run_id, [replace(IVAN, flags=(Flag.PENDING,)), row("30")], synced=False, whole=False)
    shown.finish_run(run_id, RunState.COMPLETED, {})

    found = shown.section_user(DOMAIN, "7")
    assert (found.flags, found.last_synced_at) == ((Flag.PENDING,), synced)


def test_a_run_with_a_scope_touches_its_users_only_and_dates_them(shown, clock):
    before = shown.section_users(DOMAIN)
    clock.pass_(hours=1)
    run_id = _run(shown, scope=("ye.gudz",))

    assert shown.save_section(run_id, [YEVHENIA], synced=True) == 0
    shown.finish_run(run_id, RunState.COMPLETED, {})

    after = shown.section_users(DOMAIN)
    assert after.pop("8") == replace(before.pop("8"), last_synced_at=clock())
    assert after == before


def test_whoever_a_whole_run_does_not_know_any_more_is_not_shown_any_more(shown):
    assert shown.save_section(_run(shown), [IVAN, YEVHENIA], synced=True, whole=True, keep={"21"}) == 1

    assert set(shown.section_users(DOMAIN)) == {"7", "8", "21"}


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("ІВАНЕНКО", {"7"}), ("іван", {"7"}), ("і.ivan", set()), ("i.ivan", {"7"}), ("ґудзь", {"8"}), ("ҐУДЗЬ євг", {"8"}),
        ("петрович іваненко", {"7"}), ("o'brien", {"21"}), ("O\u02bcBRIEN", {"21"}), ("1005", {"22"}), ("22", {"22"}),
        ("гаврилюк іван", set()), ("%", set()), ("_", set()), ("  ", {"7", "8", "21", "22"}),
    ],
)  # fmt: skip
def test_search_finds_words_in_any_order_and_case_in_every_script(shown, search, found):
    page = shown.section(DOMAIN, search=search)

    assert set(_ids(page)) == found
    assert page.total == page.everybody == len(found)


def test_filters_narrow_and_the_counts_say_what_each_would_give(shown):
    page = shown.section(DOMAIN, flags=(Flag.NOT_READY, Flag.NO_SEAT))

    assert _ids(page) == ["8"]
    assert (page.total, page.everybody) == (1, 4)
    assert {flag: count for flag, count in page.counts_by_flag.items() if count} == {
        Flag.NOT_READY: 2, Flag.NO_SEAT: 1, Flag.NO_EXTENSION: 1, Flag.NEEDS_REVIEW: 1,
    }  # fmt: skip
    assert shown.section(DOMAIN, search="ґудзь").counts_by_flag[Flag.NOT_READY] == 1


@pytest.mark.parametrize(
    ("order", "ids"),
    [
        ("username", ["7", "21", "22", "8"]),  # whatever the case
        ("name", ["21", "22", "8", "7"]),  # Г before Ґ before І, as the alphabet has them
        ("extension", ["8", "7", "22", "21"]),  # by their value; without one last
        ("contact", ["7", "8", "21", "22"]),
        ("user_id", ["7", "8", "21", "22"]),
    ],
)
def test_it_is_sorted_as_people_sort(shown, order, ids):
    assert _ids(shown.section(DOMAIN, order=order)) == ids


def test_pages_follow_each_other_without_gap_or_repeat_in_both_directions(shown):
    for descending in (False, True):
        pages = [
            _ids(shown.section(DOMAIN, order="name", descending=descending, limit=3, offset=start)) for start in (0, 3)
        ]
        assert sorted(pages[0] + pages[1]) == ["21", "22", "7", "8"]
    assert _ids(shown.section(DOMAIN, order="name", descending=True)) == ["7", "8", "22", "21"]


def test_another_domain_is_another_section(shown):
    other = shown.start_run(domain="service", mode="apply", author="olena")
    shown.save_section(other.id, [row("7", "Somebody else")], synced=True, whole=True)

    assert _ids(shown.section("service")) == ["7"]
    assert len(shown.section_users(DOMAIN)) == 4


@pytest.mark.parametrize("whom", [{"user_id": "7"}, {"contact_id": IVAN.contact_id}], ids=["user", "contact"])
def test_an_erased_person_is_found_by_id_only_until_a_run_meets_it_again(shown, whom):
    erased = shown.erase(DOMAIN, author="ivan", **whom)

    assert erased.section == 1
    found = shown.section_user(DOMAIN, "7")
    assert (found.username, found.name, found.contact_name, found.extension) == ("", None, None, None)
    assert (found.contact_id, found.record_id) == (IVAN.contact_id, IVAN.record_id)
    assert "ванен" not in repr(shown.section_users(DOMAIN)).casefold()
    assert not shown.section(DOMAIN, search="іваненко").rows
    assert _ids(shown.section(DOMAIN, search="7")) == ["7"]
    assert shown.save_section(_run(shown), EVERYBODY, synced=True, whole=True) == 1
    assert shown.section_user(DOMAIN, "7").name == IVAN.name


def test_pruning_takes_runs_and_leaves_the_section(shown, clock):
    clock.pass_(days=400)
    latest = _run(shown)
    shown.save_section(latest, EVERYBODY, synced=True, whole=True)
    shown.finish_run(latest, RunState.COMPLETED, {})

    assert shown.prune(timedelta(days=365), author="olena").runs == 1

    assert len(shown.section_users(DOMAIN)) == 4


def test_a_restored_backup_shows_what_was_shown_then(tmp_path, sqlite_template, clock):
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    (tmp_path / "ledger.db").write_bytes(sqlite_template.read_bytes())
    with Ledger.open(url, now=clock) as ledger:
        ledger.save_section(_run(ledger), [IVAN], synced=True, whole=True)
        copy = backup(url, tmp_path / "copy.db")
        ledger.save_section(_run(ledger), [YEVHENIA], synced=True, whole=True)

    restore(url, copy)

    with Ledger.open(url, now=clock) as ledger:
        assert set(ledger.section_users(DOMAIN)) == {"7"}


def test_readiness_is_kept_with_its_run(ledger):
    run_id = _run(ledger)
    excluded = row("40", excluded=True, missing=(Requirement.LICENSE,))
    ready = Readiness.of([IVAN, replace(YEVHENIA, missing=(Requirement.LICENSE,)), OBRIEN, excluded])
    ledger.save_readiness(run_id, ready)

    assert (ready.ready, ready.users) == (2, 3)
    assert Readiness.from_json(ledger.run(run_id).readiness) == ready
    assert ledger.run(run_id).readiness["missing"] == {"license": 1}
    assert ledger.run(run_id).readiness["fixes"] == {"no_extension": 1}


def test_the_timeline_tells_everything_of_one_user_and_nothing_of_others_the_newest_first(ledger, clock):
    lease = begin(ledger)
    ledger.save_decisions(lease.run_id, [item("7"), item("8")])
    clock.pass_(seconds=1)
    do(ledger, lease, create("7"), create("8"))
    clock.pass_(seconds=1)
    ledger.apply_links(lease, lease.run_id, [link("7"), link("8")])
    clock.pass_(seconds=1)
    verdict = ledger.give_verdict(DOMAIN, "7", VerdictKind.IGNORE, author="ivan", reason="a robot")
    clock.pass_(seconds=1)
    ledger.withdraw_verdict(verdict.id, author="petro")
    clock.pass_(seconds=1)
    do(ledger, lease, update("7", {"name": "a"}, {"name": "b"}))
    clock.pass_(seconds=1)
    ledger.set_link_state(lease, lease.run_id, ["7"], LinkState.GONE)

    entries = ledger.timeline(DOMAIN, "7")

    assert [(entry.kind, entry.what, entry.who) for entry in entries] == [
        ("audit", "link.gone", "usersync"), ("operation", "record.update", "olena"), ("verdict", "ignore.ended", "petro"),
        ("verdict", "ignore", "ivan"), ("audit", "link.made", "usersync"), ("operation", "record.create", "olena"),
        ("decision", "created", "olena"),
    ]  # fmt: skip
    assert entries[1].detail["after"] == {"name": "b"}
    assert entries[1].state == "done"
    assert {entry.run_id for entry in entries if entry.kind != "verdict"} == {lease.run_id}
    assert ledger.timeline(DOMAIN, "7", limit=2) == entries[:2]
