"""Erasure: the person's values go everywhere, ids and everybody else stay."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.ledger.people import DOMAIN, begin, create, do, done, item, link, plan, row_id, update
from usersync.ledger import LeaseHeld, PlanNotUsable, RunState, VerdictKind
from usersync.ledger.notices import Judgement, NoticeDraft
from usersync.planning import Bucket, Operation
from usersync.planning.identity import new_user_id
from usersync.words import Sentence

NAME, MAIL, LOGIN = "Незабудько Оксана", "oksana.nezabudko@example.com", "o.nezabudko"
TRACES = ("Незабудько", "nezabudko", "Nezabudko", "seen Oksana")
OTHER = "Іваненко Іван"


def _fill(ledger):
    """Two people in every place a value can be in; user 7 is to be forgotten."""
    lease = begin(ledger, scope=(LOGIN, "u8"))
    contact = create("7", "contact", name=NAME, email=MAIL)
    record = create("7", name=NAME, username=LOGIN)
    others = create("8", name=OTHER, username="u8")
    made = plan(
        contact, record, others,
        items=(
            item("7", username=LOGIN, evidence={"words": [f"{NAME}=Nezabudko"]}, kept={"name": NAME}),
            item("8", Bucket.REVIEW, candidates=({"contact_id": contact.key, "grade": "A", "score": 0.9, "reason": NAME},)),
        ),
        scope=(LOGIN, "u8"), links=(link("7"), link("8")),
    )  # fmt: skip
    plan_hash = ledger.save_plan(
        lease.run_id, made, needs_approval=[{"meter": "created"}], expires_in=timedelta(days=3)
    )
    ledger.save_decisions(lease.run_id, [*made.items, item("9", Bucket.UNCHANGED)])
    ledger.intend(lease, lease.run_id, made.operations, "request")
    ledger.settle(lease, lease.run_id, done(*made.operations))
    do(ledger, lease, update("7", {"name": NAME}, {"name": f"{NAME} 2"}))
    ledger.apply_links(lease, lease.run_id, [link("7"), link("8")])
    ledger.give_verdict(DOMAIN, "7", VerdictKind.MUST_LINK, author="ivan", reason="seen Oksana", contact_id=contact.key)
    ledger.release_lease(lease)
    ledger.finish_run(lease.run_id, RunState.COMPLETED, {"users": 2})
    return lease.run_id, plan_hash


def _everything(ledger, run_id, plan_hash) -> str:
    return repr(
        (
            ledger.export_run(run_id), ledger.run(run_id), ledger.plan(plan_hash), ledger.plans(), ledger.links(DOMAIN),
            ledger.last_applied(DOMAIN), ledger.verdicts(DOMAIN), ledger.audit(limit=1000),
        )
    )  # fmt: skip


@pytest.mark.parametrize("whom", [{"user_id": "7"}, {"contact_id": row_id("contact", "7")}], ids=["user", "contact"])
def test_no_trace_of_the_person_is_left_and_everybody_else_stays(ledger, whom):
    run_id, plan_hash = _fill(ledger)
    before = _everything(ledger, run_id, plan_hash)
    assert all(trace in before for trace in TRACES)

    ledger.erase(DOMAIN, author="ivan", **whom)

    after = _everything(ledger, run_id, plan_hash)
    assert [trace for trace in TRACES if trace in after] == []
    assert OTHER in after
    assert ledger.links(DOMAIN)["8"].username == "u8"
    assert ledger.last_applied(DOMAIN)["record", row_id("record", "8")]["name"] == OTHER


def test_ids_and_counts_stay_as_they_were(ledger):
    run_id, plan_hash = _fill(ledger)
    operations, users = len(ledger.operations(run_id)), len(ledger.decisions(run_id))
    ledger.erase(DOMAIN, author="ivan", user_id="7")

    assert (len(ledger.operations(run_id)), len(ledger.decisions(run_id))) == (operations, users)
    assert ledger.links(DOMAIN)["7"].contact_id == row_id("contact", "7")
    erased = [entry for entry in ledger.operations(run_id) if entry.erased]
    assert {entry.operation.user_id for entry in erased} == {"7"}
    assert erased[0].operation.after == {"name": None, "email": None}
    assert len(ledger.run(run_id).scope) == 2
    assert isinstance(ledger.plan(plan_hash).plan.operations[0], Operation)
    assert ledger.verdicts(DOMAIN)[0].kind is VerdictKind.MUST_LINK


def test_a_plan_with_erased_values_can_be_neither_approved_nor_taken_but_rejected(ledger):
    _, plan_hash = _fill(ledger)
    ledger.erase(DOMAIN, author="ivan", user_id="7")

    assert ledger.plan(plan_hash).erased
    with pytest.raises(PlanNotUsable, match="erased"):
        ledger.approve(plan_hash, author="ivan")
    lease = begin(ledger)
    with pytest.raises(PlanNotUsable, match="erased"):
        ledger.take_plan(plan_hash, lease, lease.run_id)
    ledger.reject(plan_hash, author="ivan")


def test_an_approved_plan_with_erased_values_cannot_be_taken(ledger):
    _, plan_hash = _fill(ledger)
    ledger.approve(plan_hash, author="ivan")
    ledger.erase(DOMAIN, author="ivan", user_id="7")
    lease = begin(ledger)

    with pytest.raises(PlanNotUsable, match="erased"):
        ledger.take_plan(plan_hash, lease, lease.run_id)


def test_plans_without_the_person_stay_usable(ledger):
    _, _ = _fill(ledger)
    run = ledger.start_run(domain=DOMAIN, mode="preview", author="olena")
    other = ledger.save_plan(run.id, plan(create("8", name=OTHER)), needs_approval=[], expires_in=timedelta(days=1))
    ledger.erase(DOMAIN, author="ivan", user_id="7")

    assert not ledger.plan(other).erased
    assert ledger.approve(other, author="ivan").hash == other


def test_the_pack_of_the_unchanged_is_blanked_too_and_a_later_run_gets_a_fresh_one(ledger):
    world = [item("7", Bucket.UNCHANGED, username=LOGIN), item("8", Bucket.UNCHANGED)]
    run_ids = [ledger.start_run(domain=DOMAIN, mode="preview", author="olena").id for _ in range(3)]
    ledger.save_decisions(run_ids[0], world)
    ledger.save_decisions(run_ids[1], world)
    ledger.erase(DOMAIN, author="ivan", user_id="7")
    ledger.save_decisions(run_ids[2], world)

    assert [ledger.decision(run_id, "7").username for run_id in run_ids] == ["", "", LOGIN]
    assert [ledger.decision(run_id, "8").username for run_id in run_ids] == ["u8", "u8", "u8"]
    ledger.erase(DOMAIN, author="ivan", user_id="7")
    assert ledger.decision(run_ids[2], "7").username == ""


def test_an_erased_operation_nobody_knows_the_outcome_of_is_not_read_back(ledger):
    lease = begin(ledger)
    ledger.intend(lease, lease.run_id, [create("7"), create("8")], "request")
    ledger.release_lease(lease)
    ledger.erase(DOMAIN, author="ivan", user_id="7")

    assert [entry.operation.user_id for entry in ledger.unsettled(DOMAIN)] == ["8"]


def test_erasing_one_without_a_contact_does_not_erase_all_without_a_contact(ledger):
    lease = begin(ledger)
    ledger.apply_links(
        lease, lease.run_id, [link("7", contact_id=None), link("8", contact_id=None)], usernames={"7": "a", "8": "b"}
    )
    ledger.release_lease(lease)
    ledger.erase(DOMAIN, author="ivan", user_id="7")

    assert {user_id: found.username for user_id, found in ledger.links(DOMAIN).items()} == {"7": "", "8": "b"}


def test_a_shared_company_is_not_erased_with_a_person(ledger):
    lease = begin(ledger)
    account = create("7", "account", name="ТОВ Ромашка")
    do(ledger, lease, type(account)(**{**account.__dict__, "user_id": None}), create("7", name=NAME))
    ledger.release_lease(lease)
    ledger.erase(DOMAIN, author="ivan", user_id="7")

    assert ledger.last_applied(DOMAIN) == {("account", account.key): {"name": "ТОВ Ромашка"}}


def test_nobody_is_erased_while_a_run_holds_the_values_in_memory(ledger):
    lease = begin(ledger)

    with pytest.raises(LeaseHeld):
        ledger.erase(DOMAIN, author="ivan", user_id="7")
    ledger.release_lease(lease)
    ledger.erase(DOMAIN, author="ivan", user_id="7")


def test_the_erasure_itself_is_remembered_by_ids(ledger):
    _fill(ledger)
    assert not ledger.is_erased(DOMAIN, user_id="7")
    ledger.erase(DOMAIN, author="ivan", user_id="7")

    assert ledger.is_erased(DOMAIN, user_id="7")
    assert ledger.is_erased(DOMAIN, contact_id=row_id("contact", "7"))
    assert not ledger.is_erased(DOMAIN, user_id="8")
    assert not ledger.is_erased("support", user_id="7")
    assert {line.actor for line in ledger.audit(DOMAIN) if line.action == "person.erased"} == {"ivan"}


def test_somebody_must_be_named(ledger):
    with pytest.raises(ValueError, match="whom"):
        ledger.erase(DOMAIN, author="ivan")


def test_what_runs_and_orders_were_asked_and_set_to_names_the_person_no_more(ledger):
    _fill(ledger)
    rules = {"rules": {"licenses": [{"who": f"people:{LOGIN.title()},petro"}], "protected": [LOGIN, "boss"]}}
    run = ledger.start_run(domain=DOMAIN, mode="preview", author="olena", settings=rules)
    ledger.finish_run(run.id, RunState.COMPLETED)
    order = {"author": "portal:ivan", "domain": DOMAIN, "silent_for": timedelta(hours=1)}
    about = ledger.place_order(
        **order,
        key="1",
        process="CreateWebitelUser",
        parameters={"domain": DOMAIN, "username": LOGIN, "extension": "101"},
    ).order
    ledger.fail_order(about.id, Sentence("ledger-busy", {"seconds": 1}))
    scoped = ledger.place_order(
        **order,
        key="2",
        process="GetWebitelUsers",
        parameters={"domain": DOMAIN, "mode": "apply", "scope": [LOGIN, "u8"]},
    ).order
    ledger.erase(DOMAIN, author="ivan", user_id="7")

    assert ledger.run(run.id).settings == {"rules": {"licenses": [{"who": "people:petro"}], "protected": ["", "boss"]}}
    assert ledger.order(about.id).parameters == {"domain": DOMAIN, "username": "", "extension": ""}
    assert ledger.order(scoped.id).parameters == {"domain": DOMAIN, "mode": "apply", "scope": ["", "u8"]}


def test_what_runs_orders_and_messages_said_at_the_end_names_the_person_no_more(ledger):
    _fill(ledger)
    said = {"id": "action-done", "args": {"process": "UpdateWebitelUser", "username": LOGIN, "count": 4}}
    taken = Sentence("action-extension-taken", {"extension": "7771", "count": 1})
    unknown = Sentence("stages-scope-unknown", {"logins": f"u8, {LOGIN.title()}", "count": 2})
    receipt = {
        "run_id": "completed",
        "state": "completed",
        "action": {"user_id": "7", "username": LOGIN, "says": [said]},
    }
    edited = ledger.start_run(domain=DOMAIN, mode="update_webitel_user", author="olena").id
    ledger.finish_run(edited, RunState.COMPLETED_WITH_FAILURES, receipt, error=taken)
    failed = ledger.start_run(domain=DOMAIN, mode="apply", author="olena").id
    ledger.finish_run(failed, RunState.FAILED, error=unknown)
    order = ledger.place_order(
        author="portal:ivan", domain=DOMAIN, silent_for=timedelta(hours=1), key="1", process="CreateWebitelUser",
        parameters={"domain": DOMAIN, "username": LOGIN},
    ).order  # fmt: skip
    ledger.fail_order(order.id, taken)
    told = Judgement("failed", (NoticeDraft("failed", (unknown,), failed),))
    ledger.judge(DOMAIN, lambda facts: told, ["webhook"])
    ledger.erase(DOMAIN, author="ivan", user_id="7")

    action = ledger.run(edited).receipt["action"]
    assert action == {
        "user_id": "7", "username": "", "says": [{"id": "action-done", "args": {"process": "", "username": "", "count": 4}}],
    }  # fmt: skip
    assert ledger.run(edited).receipt["state"] == "completed"
    assert ledger.run(edited).error == ledger.order(order.id).error == Sentence(taken.id, {"extension": "", "count": 1})
    assert ledger.run(failed).error == Sentence(unknown.id, {"logins": "u8, ", "count": 2})
    assert [delivery.notice.sentences for delivery in ledger.deliveries(DOMAIN)] == [(ledger.run(failed).error,)]


def test_what_was_said_of_another_in_the_words_of_this_contact_goes_too(ledger):
    contact = row_id("contact", "7")
    run = ledger.start_run(domain=DOMAIN, mode="preview", author="olena")
    candidate = {"contact_id": contact, "grade": "A", "score": 0.9, "reason": {"id": "matching-candidate", "args": {}}}
    evidence = {"rule": "rivals", "words": [NAME], "contact_words_left": ["nezabudko"], "verdicts": [1]}
    asked = item("8", Bucket.REVIEW, contact_id=None, candidates=(candidate,), evidence=evidence)
    ledger.save_decisions(run.id, [asked])
    ledger.erase(DOMAIN, author="ivan", contact_id=contact)

    found = ledger.decision(run.id, "8")
    assert found.evidence == {"rule": "rivals", "words": [], "contact_words_left": [], "verdicts": [1]}
    assert found.username == "u8"


def test_who_was_never_made_is_known_by_the_username_only_and_that_goes_too(ledger):
    unmade, longer = new_user_id(LOGIN), new_user_id(f"{LOGIN}2")
    lease = begin(ledger)
    made = [
        replace(create(user_id, name=NAME, email=MAIL), service="webitel", key=user_id) for user_id in (unmade, longer)
    ]
    made.append(replace(create(unmade, "communication", number="7771"), needs=(made[0].id,)))
    proposed = plan(*made, items=(item(unmade, username=LOGIN, contact_id=None), item(longer, username=f"{LOGIN}2")))
    plan_hash = ledger.save_plan(lease.run_id, proposed, needs_approval=[], expires_in=timedelta(days=3))
    ledger.save_decisions(lease.run_id, proposed.items)
    ledger.intend(lease, lease.run_id, made, "request")
    ledger.settle(lease, lease.run_id, done(*made))
    ledger.release_lease(lease)
    receipt = {"action": {"user_id": unmade, "username": LOGIN, "says": []}}
    ledger.finish_run(lease.run_id, RunState.COMPLETED, receipt)
    ledger.erase(DOMAIN, author="ivan", user_id=unmade)

    kept = _everything(ledger, lease.run_id, plan_hash)
    assert LOGIN in kept
    assert LOGIN not in kept.replace(f"{LOGIN}2", "")
    (user, other, number) = (entry.operation for entry in ledger.operations(lease.run_id))
    assert (other.key, other.id, other.after["name"]) == (longer, made[1].id, NAME)
    assert user.key == user.user_id == number.user_id == ledger.run(lease.run_id).receipt["action"]["user_id"]
    assert user.key.startswith("new:erased-")
    assert number.needs == (user.id,)
    assert {found.user_id for found in ledger.decisions(lease.run_id)} == {user.key, longer}


def test_a_username_the_person_had_before_goes_too(ledger):
    lease = begin(ledger, scope=("former.login", "u8"))
    do(ledger, lease, update("7", {"username": "former.login"}, {"username": LOGIN}))
    ledger.release_lease(lease)
    ledger.finish_run(lease.run_id, RunState.COMPLETED)
    ledger.erase(DOMAIN, author="ivan", user_id="7")

    assert ledger.run(lease.run_id).scope == ("", "u8")


def test_no_byte_of_the_person_is_left_in_the_files_of_a_sqlite_ledger(at_hand):
    _fill(at_hand)
    path = Path(at_hand.place)
    assert any(NAME.encode() in file.read_bytes() for file in path.parent.iterdir())

    at_hand.erase(DOMAIN, author="ivan", user_id="7")

    for file in path.parent.iterdir():
        for trace in (NAME, LOGIN, MAIL):
            assert trace.encode() not in file.read_bytes(), f"{trace} in {file.name}"
