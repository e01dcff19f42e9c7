"""The table of situations: what is done about each Webitel user, and about those who are gone.

`make_plan` is the whole of planning; it reads like the table in docs/how-it-works.md. Nothing is read or written here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from usersync.planning import people
from usersync.planning.departures import departures, not_in_webitel_tag
from usersync.planning.draft import Draft
from usersync.planning.fields import Comparison
from usersync.planning.licensing import allocate_seats, finish
from usersync.planning.recognise import Known, Row
from usersync.planning.seats import Allocation
from usersync.planning.turns import take_turns
from usersync.planning.values import (
    Action,
    Bucket,
    LinkChange,
    Operation,
    Plan,
    Situation,
    UserItem,
    Value,
)
from usersync.planning.verdicts import ANSWERS, field_answers, hold, move_record, settle_fields
from usersync.planning.world import World
from usersync.words import Sentence

_PROBLEMS: Mapping[Situation, str] = {
    Situation.DUPLICATE_RECORDS: "planning-duplicate-records",
    Situation.LOGIN_REUSED: "planning-login-reused",
    Situation.RECORD_DELETED: "planning-record-deleted",
    Situation.CONTACT_LOST: "planning-contact-lost",
    Situation.DISPUTED: "review-contact-ruled-out",
}


_OUTDATED: Mapping[str, Value] = {"non_actual": True}
_REASONS: Mapping[Situation, Sentence] = {
    Situation.ADOPTED: Sentence("planning-adopted"),
    Situation.RETURNED: Sentence("planning-returned"),
    Situation.LINKED_NOW: Sentence("planning-relearnt"),
}


def make_plan(world: World) -> Plan:
    """Everything that would be changed, and why. The same world gives the same plan, whatever the order of its rows."""
    drafts = [_plan_user(world, user) for user in world.users]
    gone, gone_operations, gone_links = departures(world)
    allocation = allocate_seats(world, drafts, gone_operations) if world.assign_licenses else Allocation({}, (), ())
    for draft in drafts:
        finish(world, draft, allocation)
    operations = _unique([operation for draft in drafts for operation in draft.operations] + gone_operations)
    links = tuple(draft.link for draft in drafts if draft.link is not None) + gone_links
    operations, links = take_turns(operations, links, numbers=world.target.has("record", "username"))
    operations.sort(key=lambda operation: operation.order)
    return Plan(
        domain=world.domain,
        dc=world.dc,
        creatio=world.target.identity,
        scope=tuple(sorted(world.source.scope)),
        settings=world.settings,
        operations=tuple(operations),
        items=tuple(_item(draft) for draft in drafts),
        gone=gone,
        links=links,
        seats=allocation.demands,
        notes=(*_notes(world, drafts), *allocation.notes),
    )


def _plan_user(world: World, user: Row) -> Draft:
    return hold(world.recognition.review, _react(world, user), new=user["id"] not in world.recognition.known)


def _react(world: World, user: Row) -> Draft:
    draft = Draft(user)
    if user["id"] == world.source.importer_id:
        return draft.skip(Sentence("planning-importer"))
    if world.rules.excludes(user["username"]):
        return draft.skip(Sentence("planning-excluded"))
    if world.recognition.review.ignores(user["id"]):
        return draft.skip(Sentence("review-ignored"))
    if user["id"] in world.recognition.duplicates:
        return draft.review(Situation.DUPLICATE_IN_SOURCE, Sentence("planning-duplicate-in-source"))
    if (name := people.too_long(user)) is not None:
        return draft.review(Situation.DISPUTED, Sentence("planning-too-long", {"field": name}))
    known = world.recognition.known.get(user["id"])
    if user["id"] in world.recognition.unobeyed:
        return _ask(world, draft, known, Situation.DISPUTED, world.recognition.unobeyed[user["id"]])
    if known is not None and known.problem is not None:
        reason = Sentence(_PROBLEMS[known.problem])
        if known.problem is Situation.RECORD_DELETED:
            draft.contact_id = known.contact_id
            return draft.skip(reason, known.problem)
        return _ask(world, draft, known, known.problem, reason)
    if known is not None and known.record is not None:
        return _plan_known(world, draft, known, known.record)
    return _plan_unknown(world, draft, known)


def _ask(world: World, draft: Draft, known: Known | None, situation: Situation, reason: Sentence) -> Draft:
    """A question about somebody who is known: with the record it has, and the contacts that come into question."""
    decision = world.decisions.get(draft.user["id"])
    if decision is not None:
        _explain(draft, decision)
    draft.record_id = known.record["id"] if known is not None and known.record is not None else None
    return draft.review(situation, reason)


def _plan_known(world: World, draft: Draft, known: Known, record: Row) -> Draft:
    """A user whose row in the section is known: linked, adopted, re-learnt or returned."""
    draft.record_id, draft.contact_id = record["id"], known.contact_id
    if record.get("contact") is None and not known.decided:
        return _adopt_without_contact(world, draft, known, record)
    if known.contact_id is None:
        contact = _make_contact(world, draft)
        if contact is None:
            return draft
        draft.contact_id = contact.key
        return _keep_record(world, draft, replace(known, contact_id=contact.key), record, (contact.id,))
    if world.target.contacts_complete and known.contact_id not in world.contacts:
        return draft.review(Situation.CONTACT_LOST, Sentence("planning-contact-lost"))
    return _keep_record(world, draft, known, record)


def _keep_record(world: World, draft: Draft, known: Known, record: Row, needs: tuple[str, ...] = ()) -> Draft:
    """The row stays the user's: what the source or a human says is written to it and told to its contact."""
    user = draft.user
    if _lacks_login(world, user):
        return draft.review(Situation.NO_EXTENSION, Sentence("planning-no-extension"))
    returning = known.how == "returned" or (known.link is not None and known.link.state == "gone")
    moved = known.decided and record.get("contact") != known.contact_id
    change = _compare(world, draft, known, record, moved=moved, returning=returning)
    draft.situation, draft.bucket = _situation_of_known(known)
    draft.reason = Sentence("review-linked") if moved else _REASONS.get(draft.situation, draft.reason)
    _ask_about_fields(world, draft, known, record, change)
    update = Operation(
        "creatio", Action.UPDATE, "record", record["id"], user["id"], change.before, change.after,
        Sentence("planning-record-changed", {"fields": ", ".join(sorted(change.after))}), draft.situation, needs=needs,
    )  # fmt: skip
    if change.after:
        draft.operations.append(update)
    other_contact = known.link is not None and known.link.contact_id != known.contact_id
    if known.link is None or known.how != "linked" or returning or moved or other_contact:
        # A contact that a human's verdict takes from a record is a relink: like one for another id it waits for approval.
        relinks = moved and record.get("contact") is not None
        draft.link = LinkChange(
            user["id"], record["id"], known.contact_id, "verdict" if moved else _how(known),
            known.former_user_id or (user["id"] if relinks else None), people.agreeing_fields(world, user, record),
            needs=(update.id,) if moved else (),
        )  # fmt: skip
    _tell_contact(world, draft, record)
    if returning and known.link is not None:
        draft.operations += _untag(world, record, user)
    if known.link and known.link.contact_id and other_contact:
        taken_back = people.take_back_extension(world, user, known.link.contact_id, draft.situation)
        draft.operations += _still_used(world, user, known.link.contact_id, taken_back)
        if draft.situation is Situation.UNCHANGED:
            draft.situation = Situation.CONTACT_MOVED
            draft.reason = draft.reason if moved else Sentence("planning-contact-moved")
    return draft


def _compare(world: World, draft: Draft, known: Known, record: Row, *, moved: bool, returning: bool) -> Comparison:
    """What is written to the row, after what humans answered about fields that differ; what is left to ask is noted."""
    change = people.compare_record(world, draft.user, record, known.contact_id, returning=returning)
    answers = field_answers(world.memory.applied.get((ANSWERS, record["id"])))
    wanted = people.wanted_record(world, draft.user)
    change, questions = settle_fields(change, record["id"], record, wanted, answers)
    if moved:
        theirs = {user["id"] for user in world.system_users.get(record.get("contact") or "", [])}
        mine = world.active_system_user(known.contact_id)
        move_record(change, record, known.contact_id, theirs=theirs, mine=mine)
    draft.kept = {**change.kept, **change.disputed}
    if questions:
        draft.evidence = {**draft.evidence, "differs": questions}
    return change


def _ask_about_fields(world: World, draft: Draft, known: Known, record: Row, change: Comparison) -> None:
    """A question about a field stops that field, not the rest of the record; it stays one until it is answered."""
    questions: Mapping[str, str] = draft.evidence.get("differs", {})
    relearnt = (
        known.how in ("user_id", "resumed")
        and known.link is None
        and ("record", record["id"]) not in world.memory.applied
    )
    asked_before = not world.recognition.review.differing.isdisjoint(questions.values())
    if change.disputed or (questions and (relearnt or asked_before)):
        draft.situation, draft.bucket = Situation.CHANGED, Bucket.REVIEW
        draft.reason = Sentence("planning-differs", {"fields": ", ".join(sorted(draft.kept))})


def _situation_of_known(known: Known) -> tuple[Situation, Bucket]:
    if known.how == "username":
        return Situation.ADOPTED, Bucket.LINKED
    if known.how == "returned" or (known.link is not None and known.link.state == "gone"):
        return Situation.RETURNED, Bucket.LINKED
    if known.link is None:
        return Situation.LINKED_NOW, Bucket.LINKED
    return Situation.UNCHANGED, Bucket.UNCHANGED


def _how(known: Known) -> str:
    return "followed" if known.link is not None and known.how == "linked" else known.how


def _tell_contact(world: World, draft: Draft, record: Row) -> None:
    """The contact's own rows: its Extension communication, and its e-mail where that is blank."""
    if draft.contact_id is None:
        return
    applied = world.memory.applied.get(("record", record["id"]), {})
    former = applied.get("extension")
    operations = people.extension_operations(
        world, draft.user, draft.contact_id, str(former) if former else None, draft.situation
    )
    draft.operations += _still_used(world, draft.user, draft.contact_id, operations)
    contact = world.contacts.get(draft.contact_id)
    if contact is not None:
        draft.operations += people.fill_email(world, draft.user, contact, draft.situation)


def _still_used(world: World, user: Row, contact_id: str, operations: list[Operation]) -> list[Operation]:
    """Without those that would call a number outdated which another account of the same person has."""
    used = {number for other, number in world.recognition.numbers.get(contact_id, {}).items() if other != user["id"]}
    theirs = {row["id"] for row in world.extensions.get(contact_id, []) if row["number"] in used}
    return [operation for operation in operations if operation.key not in theirs or operation.after != _OUTDATED]


def _untag(world: World, record: Row, user: Row) -> list[Operation]:
    """In the classic profile somebody who is back loses the tag "not in Webitel"."""
    tags = world.target.record_tags
    ours = tags[(tags["record"] == record["id"]) & (tags["tag"] == not_in_webitel_tag(world))]
    return [
        people.delete_row(
            world, "record_tag", {"id": key, "record": record["id"], "tag": tag}, user["id"], Situation.RETURNED
        )
        for key, tag in zip(ours["id"], ours["tag"], strict=True)
    ]


def _adopt_without_contact(world: World, draft: Draft, known: Known, record: Row) -> Draft:
    """A row somebody made without a contact: whoever matching finds, surely, becomes its contact."""
    decision = world.decisions.get(draft.user["id"])
    if decision is None or decision.band not in ("auto", "keep") or decision.contact_id is None:
        return _ask(world, draft, known, Situation.CONTACT_LOST, Sentence("planning-record-without-contact"))
    draft.contact_id = decision.contact_id
    return _keep_record(world, draft, replace(known, contact_id=decision.contact_id), record)


def _plan_unknown(world: World, draft: Draft, known: Known | None) -> Draft:
    """A user without a row in the section: what matching decided is carried out."""
    if known is not None and known.contact_id is not None:
        if known.how == "verdict":
            draft.reason = Sentence("review-linked")
            return _link_contact(world, draft, known.contact_id, "verdict")
        return _record_again(world, draft, known, known.contact_id)
    decision = world.decisions.get(draft.user["id"])
    if decision is None:
        return draft.review(Situation.DISPUTED, Sentence("planning-not-decided"))
    _explain(draft, decision)
    match decision.band:
        case "skip":
            return draft.skip(decision.reason)
        case "review" if decision.evidence.get("rule") == "seat":
            return draft.review(Situation.SHARED_SEAT, decision.reason)
        case "review":
            return draft.review(Situation.DISPUTED, decision.reason)
        case "create":
            return _new_contact(world, draft)
        case _ if decision.contact_id is not None:
            return _link_contact(world, draft, decision.contact_id, decision.band)
        case _:
            return draft.review(Situation.DISPUTED, decision.reason)


def _record_again(world: World, draft: Draft, known: Known, contact_id: str) -> Draft:
    """A settled contact without a record: a run broke off between the two, or we deleted the record of somebody gone."""
    if world.target.contacts_complete and contact_id not in world.contacts:
        return draft.review(Situation.CONTACT_LOST, Sentence("planning-contact-lost"))
    back = known.link is not None and known.link.state == "gone"
    draft.reason = Sentence("planning-returned" if back else "planning-resumed")
    if known.how == "second_account":
        draft.reason = Sentence("review-second-account")
    elif world.recognition.review.restores(draft.user["id"]):
        draft.reason = Sentence("review-restored")
    situation = Situation.RETURNED if back else Situation.LINKED_NOW
    return _new_record(world, draft, contact_id, situation, Bucket.LINKED, known.how)


def _link_contact(world: World, draft: Draft, contact_id: str, band: str) -> Draft:
    """An automatic match: the contact's own row is adopted if it is free, else a row is made."""
    existing = world.records_of_contact.get(contact_id, [])
    draft.contact_id = contact_id
    if not existing:
        return _new_record(world, draft, contact_id, Situation.LINKED_NOW, Bucket.LINKED, band)
    same_person = [record for record in existing if _could_be(world, record, draft.user)]
    if len(existing) == 1 and same_person:
        known = Known(draft.user["id"], "username", existing[0], contact_id)
        return _plan_known(world, draft, known, existing[0])
    return draft.review(Situation.DUPLICATE_RECORDS, Sentence("planning-contact-has-record", {"count": len(existing)}))


def _could_be(world: World, record: Row, user: Row) -> bool:
    """A row of the matched contact that says nothing against being this user's."""
    if record.get("webitel_user_id"):
        return False
    if world.target.has("record", "username"):
        return not record.get("username")
    return not record.get("extension") or record.get("extension") == user.get("extension")


def _make_contact(world: World, draft: Draft) -> Operation | None:
    """The operation that makes the user's contact, after its account; None where the account is a question."""
    account = people.choose_account(world, draft.user)
    if account.problem is not None:
        draft.review(Situation.UNMATCHED, account.problem)
        return None
    contact = people.create_contact(world, draft.user, account, draft.reason)
    if account.operation is not None:
        draft.operations.append(account.operation)
    draft.operations.append(contact)
    return contact


def _new_contact(world: World, draft: Draft) -> Draft:
    """Nobody in the CRM: account if missing, contact, row in the section."""
    contact = _make_contact(world, draft)
    if contact is None:
        return draft
    return _new_record(world, draft, contact.key, Situation.UNMATCHED, Bucket.CREATED, "create", (contact.id,))


def _new_record(
    world: World,
    draft: Draft,
    contact_id: str,
    situation: Situation,
    bucket: Bucket,
    how: str,
    needs: tuple[str, ...] = (),
) -> Draft:
    user = draft.user
    if _lacks_login(world, user):
        return draft.review(Situation.NO_EXTENSION, Sentence("planning-no-extension"))
    record = people.create_record(world, user, contact_id, situation, draft.reason, needs)
    draft.situation, draft.bucket, draft.contact_id, draft.record_id = situation, bucket, contact_id, record.key
    told = people.extension_operations(world, user, contact_id, None, situation, needs)
    draft.operations += _still_used(world, user, contact_id, told)
    draft.operations.append(record)
    contact = world.contacts.get(contact_id)
    if contact is not None:
        draft.operations += people.fill_email(world, user, contact, situation)
    draft.link = LinkChange(user["id"], record.key, contact_id, how, needs=(record.id,))
    return draft


def _lacks_login(world: World, user: Row) -> bool:
    """The classic row's Login is the extension and may not be empty (docs/creatio.md#records)."""
    return not user.get("extension") and not world.target.has("record", "username")


def _explain(draft: Draft, decision: Any) -> None:
    draft.band, draft.reason, draft.evidence = decision.band, decision.reason, decision.evidence
    draft.candidates = tuple(candidate.to_json() for candidate in decision.candidates)


def _unique(operations: list[Operation]) -> list[Operation]:
    """One operation for what several people share (their account), however often it was asked for."""
    return list({operation.id: operation for operation in operations}.values())


def _item(draft: Draft) -> UserItem:
    return UserItem(
        user_id=draft.user["id"],
        username=draft.user["username"] or "",
        situation=draft.situation,
        bucket=draft.bucket,
        band=draft.band,
        contact_id=draft.contact_id,
        record_id=draft.record_id,
        reason=draft.reason,
        evidence=draft.evidence,
        candidates=draft.candidates,
        kept=draft.kept,
    )


def _notes(world: World, drafts: list[Draft]) -> list[Sentence]:
    """What is said once and not per user."""
    notes: list[Sentence] = []
    adopted = {draft.record_id for draft in drafts}
    orphans = sum(record["id"] not in adopted for record in world.recognition.orphans)
    if orphans:
        notes.append(Sentence("planning-never-linked", {"count": orphans}))
    if not world.target.has("record", "username"):
        notes.append(Sentence("planning-classic-no-password"))
        if world.assign_licenses or any(draft.in_section and world.licenses_of(draft.user["id"]) for draft in drafts):
            notes.append(Sentence("planning-classic-no-license-detail"))
    return notes
