"""What becomes of each row a run wrote: taken back, kept and why, impossible and why.

The rule is one: what stands there is compared with what the run wrote. Where they agree nobody has touched it since, and it is
put back; where they differ it stays. A row the run made is removed only if nothing else has come to refer to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from usersync.planning.fields import blank, same
from usersync.planning.identity import row_id
from usersync.planning.undo_nets import Net
from usersync.planning.undo_users import UserFates, judge_users, wait_for_users
from usersync.planning.undoing import Fate, History, Place, Row, RowOutcome, Standing
from usersync.planning.values import Action, Operation, Situation, Value
from usersync.words import Sentence

MADE_BY_CREATIO = "undo-made-by-creatio"
"""Reason of an operation that removes what Creatio itself made with a contact; it makes it again with the contact."""
TAG_NAME = "not in Webitel"
EMAIL_TYPE = "ee1c85c3-cfcb-df11-9b2a-001d60e938c6"
"""The communication type E-mail: Creatio mirrors the contact's e-mail in a row of it, and blanks the e-mail with the row."""

_STAMPS = frozenset({"id", "created_on", "modified_on", "modified_by"})
_DERIVED = {"contact": frozenset({"surname", "given_name", "middle_name", "owner"}), "account": frozenset({"owner"})}
"""What Creatio fills by itself where we sent nothing (docs/creatio.md#side-effects)."""
_PARENTS = {
    "license_row": ("record", "record"), "role_row": ("record", "record"), "record_tag": ("record", "record"),
    "record": ("contact", "contact"), "communication": ("contact", "contact"), "career": ("contact", "contact"),
    "contact": ("account", "account"),
}  # fmt: skip
"""Entity → its lookup without which it cannot be made again, and the entity that leads to."""
_DETAILS = ("license_row", "role_row", "record_tag")


@dataclass
class Judgement:
    """All rows of a run while they are judged, the dependent ones after those they depend on."""

    history: History
    standing: Standing
    nets: Mapping[Place, Net]
    dc: str
    may_delete_records: bool
    outcomes: dict[Place, RowOutcome] = field(default_factory=dict)
    operations: dict[str, Operation] = field(default_factory=dict)
    fates: UserFates = field(default_factory=lambda: UserFates({}, {}))

    def judge(self) -> None:
        """Judge everything; what is made again comes from the top down, what is removed from the details up."""
        removals: dict[str, list[Net]] = {}
        self.fates = judge_users(self)
        for entity in ("account", "contact", "tag", "record", "communication", "career", "user", *_DETAILS):
            for net in self.of(entity):
                if net.place in self.outcomes:
                    continue
                if (why := self.fates.blocked.get(net.first.user_id or "")) is not None:
                    self.say(net, *why)
                elif net.made and not net.erased:
                    removals.setdefault(entity, []).append(net)
                else:
                    self._judge_changed(net)
        for entity in (*_DETAILS, "record", "communication", "career", "contact", "tag", "account"):
            for net in removals.get(entity, ()):
                self._judge_made(net)
        wait_for_users(self.operations, self.fates)

    def removed(self, entity: str) -> frozenset[str]:
        """Ids of the rows of an entity that this plan removes."""
        return frozenset(
            op.key for op in self.operations.values() if op.entity == entity and op.action is Action.DELETE
        )

    def of(self, entity: str) -> list[Net]:
        """What was done to rows of an entity."""
        return sorted((net for net in self.nets.values() if net.first.entity == entity), key=lambda net: net.first.key)

    def say(
        self, net: Net, fate: Fate, reason: str, *operations: Operation, needs: tuple[str, ...] = (), **args: Any
    ) -> RowOutcome:
        """Note the outcome and the operations that carry it out."""
        for operation in operations:
            self.operations[operation.id] = operation
        ids = tuple(operation.id for operation in operations)
        outcome = RowOutcome(*net.place, net.first.user_id, fate, Sentence(reason, args), (*ids, *needs))
        self.outcomes[net.place] = outcome
        return outcome

    def _operation(self, net: Net, action: Action, before: Row, after: Row, needs: tuple[str, ...] = ()) -> Operation:
        reason = Sentence("undo-takes-back", {"run": self.history.run_id})
        return replace(
            net.first, action=action, before=dict(before), after=dict(after), reason=reason, step=0, needs=needs
        )

    # What the run changed or removed

    def _judge_changed(self, net: Net) -> None:
        if net.erased:
            self.say(net, Fate.IMPOSSIBLE, "undo-erased")
        elif net.first.action is Action.SET_LICENSES:
            self._judge_licenses(net)
        elif net.removed:
            self._judge_removed(net)
        else:
            self.judge_updated(net)

    def _judge_licenses(self, net: Net) -> None:
        held = self.standing.licenses.get(net.first.key)
        ours, then = _licenses(net.after), _licenses(net.before)
        if held is None:
            self.say(net, Fate.IMPOSSIBLE, "undo-user-gone")
        elif sorted(held) == then:
            self.say(net, Fate.NOTHING_LEFT, "undo-already")
        elif sorted(held) != ours:
            outcome = self.say(net, Fate.KEPT, "undo-licenses-changed")
            self.outcomes[net.place] = replace(outcome, ours={"licenses": ours}, now={"licenses": sorted(held)})
        elif net.first.key in self.standing.protected and set(ours) - set(then):
            self.say(net, Fate.KEPT, "undo-protected")
        else:
            back = self._operation(net, Action.SET_LICENSES, {"licenses": ours}, {"licenses": then})
            self.say(net, Fate.REVERSED, "undo-licenses-back", back)

    def _judge_removed(self, net: Net) -> None:
        if net.place in self.standing.rows:
            self.say(net, Fate.NOTHING_LEFT, "undo-already")
            return
        needs: tuple[str, ...] = ()
        lookup, parent = _PARENTS.get(net.first.entity, ("", ""))
        above = net.before.get(lookup) if lookup else None
        if above is not None:
            place = parent, str(above)
            needs = self._made_again(place)
            if not needs and place not in self.standing.rows:
                self.say(net, Fate.IMPOSSIBLE, "undo-parent-gone", what=parent)
                return
        if needs and net.first.reason.id == MADE_BY_CREATIO:
            self.say(net, Fate.REVERSED, "undo-creatio-makes-it", needs=needs)
            return
        # An empty owner or part of a name is sent too: what is not sent Creatio fills by itself.
        derived = _DERIVED.get(net.first.entity, frozenset())
        row = {name: value for name, value in net.before.items() if value is not None or name in derived}
        row |= self._mirrored_email(net)
        seat = self._given_again(net)
        if seat:
            # Webitel dates a grant anew: the row is made with the dates it then shows.
            row = {name: value for name, value in row.items() if name not in ("issued_on", "expires_on")}
            needs = (*needs, *seat)
        again = self._operation(net, Action.CREATE, {}, row, needs)
        self.say(net, Fate.REVERSED, "undo-made-again", again)

    def _given_again(self, net: Net) -> tuple[str, ...]:
        """The operation that gives the licence back that a row of the detail shows, if one does."""
        outcome = self.outcomes.get(("user", net.first.user_id or ""))
        seats = [self.operations[need] for need in outcome.needs] if outcome is not None else []
        license_id = str(net.before.get("license"))
        return tuple(
            seat.id for seat in seats
            if net.first.entity == "license_row" and license_id in set(_licenses(seat.after)) - set(_licenses(seat.before))
        )  # fmt: skip

    def _mirrored_email(self, net: Net) -> dict[str, Value]:
        """The e-mail of a contact that went with the communication that mirrored it."""
        if net.first.entity != "contact":
            return {}
        rows = [
            other.before for other in self.of("communication")
            if other.removed and other.first.reason.id == MADE_BY_CREATIO and other.before.get("contact") == net.first.key
        ]  # fmt: skip
        return next(({"email": row["number"]} for row in rows if row.get("type") == EMAIL_TYPE), {})

    def _made_again(self, place: Place) -> tuple[str, ...]:
        """The operation of this plan that makes the row again, if one does."""
        outcome = self.outcomes.get(place)
        needs = outcome.needs if outcome is not None else ()
        return tuple(need for need in needs if self.operations[need].action is Action.CREATE)

    def judge_updated(self, net: Net) -> None:
        """Put back each field that still is as the run left it."""
        row = self.standing.rows.get(net.place)
        if row is None:
            self.say(net, Fate.IMPOSSIBLE, "undo-row-deleted")
            return
        before: dict[str, Value] = {}
        after: dict[str, Value] = {}
        kept: list[str] = []
        halfway = self.history.halfway.get(net.place, {})
        for name, ours in net.after.items():
            now, then = row.get(name), net.before.get(name)
            if agree(name, now, then):
                continue
            if agree(name, now, ours) or (name in halfway and agree(name, now, halfway[name])):
                before[name], after[name] = now, then
            else:
                kept.append(name)
        if after.get("active") is False and net.first.user_id in self.standing.protected:
            self.say(net, Fate.KEPT, "undo-protected")
        elif not after and not kept:
            self.say(net, Fate.NOTHING_LEFT, "undo-already")
        else:
            back = [self._operation(net, Action.UPDATE, before, after)] if after else []
            self.say(net, Fate.REVERSED, "undo-put-back", *back, fields=", ".join(sorted(after)))
            if kept:
                self._keep(net, row, kept)

    def _keep(self, net: Net, row: Row, fields: list[str]) -> None:
        """These fields stay as somebody else, or a later run, set them."""
        applied = self.history.applied.get(net.place, {})
        later = all(name in applied and agree(name, row.get(name), applied[name]) for name in fields)
        reason = Sentence(
            "undo-changed-by-later-run" if later else "undo-changed-by-human", {"fields": ", ".join(sorted(fields))}
        )
        needs = self.outcomes[net.place].needs if net.place in self.outcomes else ()
        self.outcomes[net.place] = RowOutcome(
            *net.place, net.first.user_id, Fate.KEPT, reason, needs,
            ours={name: net.after.get(name) for name in sorted(fields)},
            now={name: row.get(name) for name in sorted(fields)},
        )  # fmt: skip

    # What the run made

    def _judge_made(self, net: Net) -> None:
        row = self.standing.rows.get(net.place)
        if row is None:
            self.say(net, Fate.NOTHING_LEFT, "undo-already")
            return
        changed = [name for name, ours in net.after.items() if not _still_ours(net, name, row.get(name), ours)]
        if self._is_switched_off(net, row, changed):
            self.say(net, Fate.KEPT, "undo-marked-already")
            return
        changed += [name for name in sorted(set(row) - set(net.after)) if _is_filled(net.first.entity, name, row)]
        if changed:
            self._keep(net, row, changed)
            return
        author, last = self.standing.authors.get(net.place, (None, None))
        if author != last:
            self.say(net, Fate.KEPT, "undo-touched")
            return
        match net.first.entity:
            case "record":
                self._judge_record(net, row)
            case "contact":
                self._judge_contact(net, row)
            case "account":
                self._judge_account(net, row)
            case "tag" if self.standing.tagged.get(net.first.key, frozenset()) - self.removed("record_tag"):
                self.say(net, Fate.KEPT, "undo-tag-in-use")
            case "license_row" if self._shows_a_seat(net):
                self.say(net, Fate.KEPT, "undo-license-held")
            case _:
                self.say(net, Fate.REVERSED, "undo-removed", self._remove(net, row))

    def _remove(self, net: Net, row: Row, needs: tuple[str, ...] = ()) -> Operation:
        before = {name: row[name] for name in sorted(set(row) - _STAMPS)}
        return self._operation(net, Action.DELETE, before, {}, needs)

    def _shows_a_seat(self, net: Net) -> bool:
        """A row of the detail that says what is still so in Webitel, of a record that was there before the run."""
        user_id, license_id = net.first.user_id or "", str(net.after.get("license"))
        seats = self.outcomes.get(("user", user_id))
        stays = license_id in self.standing.licenses.get(user_id, ())
        record = self.nets.get(("record", str(net.after.get("record"))))
        return stays and seats is not None and seats.fate is Fate.KEPT and not (record is not None and record.made)

    def _is_switched_off(self, net: Net, row: Row, changed: list[str]) -> bool:
        """A record that was taken back before and could only be switched off."""
        applied = self.history.applied.get(net.place, {})
        return (
            net.first.entity == "record"
            and changed == ["active"]
            and row.get("active") is False
            and applied.get("active") is False
        )

    def _judge_record(self, net: Net, row: Row) -> None:
        details = self.standing.details_of.get(net.first.key, frozenset())
        foreign = sorted({entity for entity, key in details if key not in self.removed(entity)})
        if net.first.user_id in self.standing.protected:
            self.say(net, Fate.KEPT, "undo-protected")
        elif self.may_delete_records and foreign:
            self.say(net, Fate.KEPT, "undo-has-details", what=", ".join(foreign))
        elif self.may_delete_records:
            needs = tuple(
                op.id for op in self.operations.values()
                if op.action is Action.DELETE and op.entity in _DETAILS and op.before.get("record") == net.first.key
            )  # fmt: skip
            self.say(net, Fate.REVERSED, "undo-removed", self._remove(net, row, needs))
        elif self.standing.can_switch_off:
            off = self._operation(net, Action.UPDATE, {"active": row.get("active")}, {"active": False})
            self.say(net, Fate.KEPT, "undo-record-marked", off)
        elif self.standing.can_tag:
            self._tag(net)
        else:
            self.say(net, Fate.KEPT, "undo-record-unmarked")

    def _tag(self, net: Net) -> None:
        """The classic profile's way of switching off: the tag that departures use too."""
        tag = row_id(self.dc, "tag", "not-in-webitel")
        worn = self.standing.tagged.get(tag, frozenset())
        reason = Sentence("undo-takes-back", {"run": self.history.run_id})
        make = Operation("creatio", Action.CREATE, "tag", tag, None, {}, {"name": TAG_NAME}, reason, Situation.GONE)
        known = bool(worn) or ("tag", tag) in self.standing.rows
        key = row_id(self.dc, "record_tag", str(net.first.user_id))
        if ("record_tag", key) in self.standing.details_of.get(net.first.key, frozenset()):
            self.say(net, Fate.KEPT, "undo-marked-already")
            return
        after: dict[str, Value] = {"tag": tag, "record": net.first.key}
        put_on = Operation(
            "creatio", Action.CREATE, "record_tag", key, net.first.user_id, {}, after, reason, Situation.GONE,
            needs=() if known else (make.id,),
        )  # fmt: skip
        self.say(net, Fate.KEPT, "undo-record-tagged", *([] if known else [make]), put_on)

    def _judge_contact(self, net: Net, row: Row) -> None:
        contact = net.first.key
        stay = self.standing.records_of.get(contact, frozenset()) - self.removed("record")
        if stay:
            ours = any(("record", record) in self.nets for record in stay)
            self.say(net, Fate.KEPT, "undo-record-stays" if ours else "undo-record-refers")
            return
        others = [
            user_id for user_id, link in self.history.links.items()
            if link.contact_id == contact and not any(move.user_id == user_id for move in self.history.moves)
        ]  # fmt: skip
        if others:
            self.say(net, Fate.KEPT, "undo-linked")
            return
        attached = self.standing.attached.get(contact, ())
        besides = [place for place in attached if place[1] not in self.removed(place[0])]
        foreign = {place[0] for place in besides if not self._came_with(net, row, place)}
        refers = (*self.standing.referrers.get(net.place, ()), *sorted(foreign))
        if refers:
            self.say(net, Fate.KEPT, "undo-refers", what=", ".join(refers))
            return
        cleared = [self._remove_besides(net, place) for place in besides]
        for operation in cleared:
            self.operations[operation.id] = operation
            self.outcomes[operation.entity, operation.key] = RowOutcome(
                operation.entity, operation.key, net.first.user_id, Fate.REVERSED, Sentence(MADE_BY_CREATIO), (operation.id,)
            )  # fmt: skip
        needs = [
            op.id for op in self.operations.values()
            if op.action is Action.DELETE and op.before.get("contact") == contact
        ]  # fmt: skip
        if any(operation.before.get("type") == EMAIL_TYPE for operation in cleared):
            # By then Creatio has blanked it: to compare it would be to take Creatio for a human.
            row = {name: value for name, value in row.items() if name != "email"}
        self.say(net, Fate.REVERSED, "undo-removed", self._remove(net, row, tuple(needs)))

    def _came_with(self, net: Net, contact: Row, place: Place) -> bool:
        """A row Creatio itself made when the contact was saved: in our name, untouched since, of the contact's own values."""
        author, last = self.standing.authors.get(place, (None, None))
        owner, _ = self.standing.authors.get(net.place, (None, None))
        if (author, last) != (owner, owner):
            return False
        row = self.standing.rows[place]
        if place[0] == "career":
            return bool(row.get("account") == contact.get("account"))
        return row.get("type") == EMAIL_TYPE and not blank(row.get("number")) and row["number"] == contact.get("email")

    def _remove_besides(self, net: Net, place: Place) -> Operation:
        row = self.standing.rows[place]
        before = {name: row[name] for name in sorted(set(row) - _STAMPS)}
        return Operation(
            "creatio", Action.DELETE, place[0], place[1], net.first.user_id, before, {}, Sentence(MADE_BY_CREATIO),
            net.first.situation,
        )  # fmt: skip

    def _judge_account(self, net: Net, row: Row) -> None:
        members = self.standing.members.get(net.first.key, frozenset()) - self.removed("contact")
        refers = self.standing.referrers.get(net.place, ())
        if members:
            self.say(net, Fate.KEPT, "undo-has-contacts", count=len(members))
        elif refers:
            self.say(net, Fate.KEPT, "undo-refers", what=", ".join(refers))
        else:
            needs = tuple(
                op.id for op in self.operations.values()
                if op.action is Action.DELETE and op.before.get("account") == net.first.key
            )  # fmt: skip
            self.say(net, Fate.REVERSED, "undo-removed", self._remove(net, row, needs))


def agree(name: str, left: Any, right: Any) -> bool:
    """The same value; of a moment whole seconds count, whatever the CRM's column keeps."""
    if name.endswith("_on") and isinstance(left, str) and isinstance(right, str):
        return left[:19] == right[:19]
    return same(left, right)


def _still_ours(net: Net, name: str, now: Any, ours: Value) -> bool:
    return agree(name, now, ours) or (blank(ours) and name in _DERIVED.get(net.first.entity, ()))


def _is_filled(entity: str, name: str, row: Row) -> bool:
    """A field we sent nothing for has a value that Creatio does not give by itself."""
    if name in _STAMPS or name in _DERIVED.get(entity, ()) or (entity, name) in _DEFAULTS:
        return False
    return not blank(row[name]) and row[name] is not False


_DEFAULTS = {("record", "active"), ("tag", "type"), ("career", "primary"), ("career", "current")}
"""Fields that have a value from the start."""


def _licenses(fields: Mapping[str, Value]) -> list[str]:
    licenses = fields.get("licenses")
    return sorted(licenses) if isinstance(licenses, list) else []
