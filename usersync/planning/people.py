"""The rows of one person: account, contact, communication, record, and the details that mirror Webitel."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from usersync.planning.fields import Comparison, blank, compare, same
from usersync.planning.identity import account_key, account_stem, made_key, row_id
from usersync.planning.pool import EMPLOYEE_TYPE, OUR_COMPANY_TYPE
from usersync.planning.recognise import Row
from usersync.planning.rules import NameOrder, Rules
from usersync.planning.values import Action, Operation, Situation, Value
from usersync.planning.world import World, as_json_time
from usersync.snapshots import rows_of
from usersync.words import Sentence

USER_ROLE = "7640dfbd-0cf2-4040-998e-4641042eff46"
"""The role "User" of WSysAccountRole: every imported record's role at creation; it is not a role of Webitel."""
EXTENSION_TYPE = "e9d91e45-8d92-4e38-95a0-ef8aa28c9e7a"
"""The communication type Extension."""
TEXT_LIMIT = 250
"""Creatio's MediumText, the type of every text we write."""

_TEXTS = ("name", "username", "extension", "email", "device_name", "profile_account")
_SOURCE_FIELDS = ("username", "extension", "webitel_user_id", "device", "name")


def too_long(user: Row) -> str | None:
    """The first field of the Webitel user that does not fit into Creatio, None where all do."""
    return next((name for name in _TEXTS if len(user.get(name) or "") > TEXT_LIMIT), None)


def wanted_record(world: World, user: Row) -> dict[str, Value]:
    """The fields of the record that the source decides, as far as this CRM has them."""
    values: dict[str, Value] = {
        "username": user.get("username"), "extension": user.get("extension"), "webitel_user_id": user["id"],
        "device": user.get("device_name"), "name": user.get("name"),
    }  # fmt: skip
    return {name: values[name] for name in _SOURCE_FIELDS if world.target.has("record", name)}


def create_record(
    world: World, user: Row, contact_id: str, situation: Situation, reason: Sentence, needs: tuple[str, ...]
) -> Operation:
    """The operation that makes the row in the section."""
    after: dict[str, Value] = {**wanted_record(world, user), "contact": contact_id, "role": USER_ROLE}
    if world.target.has("record", "user"):
        after["user"] = world.active_system_user(contact_id)
    if world.target.has("record", "active"):
        after["active"] = True
    return Operation(
        "creatio", Action.CREATE, "record", made_key(world.dc, "record", user["id"], after), user["id"], {}, after, reason,
        situation, needs=needs,
    )  # fmt: skip


def compare_record(world: World, user: Row, record: Row, contact_id: str | None, *, returning: bool) -> Comparison:
    """What the source, or a contact found meanwhile, would change in an existing row of the section."""
    wanted = wanted_record(world, user)
    system_user = world.active_system_user(contact_id)
    if world.target.has("record", "user") and not record.get("user") and system_user:
        wanted["user"] = system_user
    if not record.get("contact") and contact_id:
        wanted["contact"] = contact_id
    if returning and world.target.has("record", "active"):
        wanted["active"] = True
    applied = world.memory.applied.get(("record", record["id"]))
    return compare(wanted, record, applied, world.policies("record"))


def agreeing_fields(world: World, user: Row, record: Row) -> dict[str, Value]:
    """Fields of an existing row that already say what the source says: the baseline of a new link."""
    return {name: value for name, value in wanted_record(world, user).items() if same(value, record.get(name))}


@dataclass(frozen=True)
class AccountChoice:
    """The company of a created contact: its id, the operation that makes it if it is missing, or what is doubtful."""

    id: str | None
    operation: Operation | None = None
    problem: Sentence | None = None


def choose_account(world: World, user: Row) -> AccountChoice:
    """The company a created contact belongs to: configured → the only Our company → by the user's own data → made once."""
    rules = world.rules.account
    accounts = rows_of(world.target.accounts)
    if rules.id:
        if rules.id.lower() not in {row["id"] for row in accounts}:
            return AccountChoice(None, problem=Sentence("planning-account-unknown"))
        return AccountChoice(rules.id.lower())
    if len(world.own_accounts) == 1:
        return AccountChoice(next(iter(world.own_accounts)))
    name = named_account(user, world.rules)
    if name is None and world.own_accounts:
        return AccountChoice(None, problem=Sentence("planning-account-which", {"count": len(world.own_accounts)}))
    name = name or world.source.domain
    equal = sorted(row["id"] for row in accounts if account_key(row["name"] or "") == account_key(name))
    if len(equal) == 1:
        return AccountChoice(equal[0])
    if equal:
        return AccountChoice(None, problem=Sentence("planning-account-several", {"count": len(equal)}))
    if any(account_stem(row["name"] or "") == account_stem(name) for row in accounts):
        return AccountChoice(None, problem=Sentence("planning-account-other-legal-form"))
    account_id = row_id(world.dc, "account", account_key(name))
    after: dict[str, Value] = {"name": name, "type": OUR_COMPANY_TYPE, "owner": world.rules.owner_id}
    return AccountChoice(
        account_id,
        Operation(
            "creatio", Action.CREATE, "account", account_id, None, {}, after,
            Sentence("planning-account-missing"), Situation.UNMATCHED,
        ),
    )  # fmt: skip


def named_account(user: Row, rules: Rules) -> str | None:
    """The company's name as the user's profile, the domain of its e-mail address, or the settings say it."""
    email_domain = (user.get("email") or "").rpartition("@")[2].casefold()
    domains = {domain.casefold(): name for domain, name in rules.account.email_domains.items()}
    return user.get("profile_account") or domains.get(email_domain) or rules.account.name


def create_contact(world: World, user: Row, account: AccountChoice, reason: Sentence) -> Operation:
    """The operation that makes the contact of somebody the CRM does not know."""
    name = " ".join((user.get("name") or "").split())
    parts = world.name_parts(name)
    after: dict[str, Value] = {"name": name}
    if parts is not None and world.rules.name_order is not NameOrder.AS_IS:
        words = (
            (parts.surname, parts.given_name, parts.middle_name)
            if world.rules.name_order is NameOrder.SURNAME_FIRST
            else (parts.given_name, parts.middle_name, parts.surname)
        )
        after["name"] = " ".join(word for word in words if word)
        # Either the name alone or all four: then Creatio derives nothing (docs/creatio.md#side-effects).
        after |= {"surname": parts.surname, "given_name": parts.given_name, "middle_name": parts.middle_name}
    after |= {"type": EMPLOYEE_TYPE, "account": account.id, "owner": world.rules.owner_id}
    email = user.get("email")
    key = row_id(world.dc, "contact", user["id"])
    if email and not world.is_shared_email(email, key):
        after["email"] = email
    return Operation(
        "creatio", Action.CREATE, "contact", key, user["id"], {}, after, reason, Situation.UNMATCHED,
        needs=(account.operation.id,) if account.operation else (),
    )  # fmt: skip


def fill_email(world: World, user: Row, contact: Row, situation: Situation) -> list[Operation]:
    """A blank e-mail of a contact is filled, and one that we wrote follows Webitel; no other is ever overwritten."""
    email = user.get("email")
    applied = world.memory.applied.get(("contact", contact["id"]))
    change = compare({"email": email}, contact, applied, {}) if email else Comparison()
    if not email or not change.after or world.is_shared_email(email, contact["id"]):
        return []
    reason = "planning-email-changed" if contact.get("email") else "planning-email-filled"
    return [
        Operation(
            "creatio", Action.UPDATE, "contact", contact["id"], user["id"], change.before, change.after,
            Sentence(reason), situation,
        )
    ]  # fmt: skip


def extension_operations(
    world: World, user: Row, contact_id: str, former: str | None, situation: Situation, needs: tuple[str, ...] = ()
) -> list[Operation]:
    """Keep the contact's Extension communication equal to the extension; the former one becomes NonActual.

    Args:
        former: the extension we wrote before, None where there was none; other numbers a human entered are left alone.
    """
    if not world.target.has("communication"):
        return []
    wanted = user.get("extension") or None
    rows = world.extensions.get(contact_id, [])
    operations = [
        _set_non_actual(row, user, value=True, situation=situation)
        for row in rows
        if row["number"] != wanted and not row["non_actual"] and (row["number"] == former or _is_ours(world, row))
    ]
    if wanted is None:
        return operations
    mine = [row for row in rows if row["number"] == wanted]
    if not mine:
        after: dict[str, Value] = {"contact": contact_id, "type": EXTENSION_TYPE, "number": wanted}
        key = made_key(world.dc, "communication", user["id"], after)
        operations.append(
            Operation(
                "creatio", Action.CREATE, "communication", key, user["id"], {}, after,
                Sentence("planning-extension-told"), situation, needs=needs,
            )
        )  # fmt: skip
    elif all(row["non_actual"] for row in mine):
        # Where it was not we who said so, a human did: then it stays.
        ours = [row for row in mine if (world.memory.applied.get(("communication", row["id"])) or {}).get("non_actual")]
        operations.extend(_set_non_actual(row, user, value=False, situation=situation) for row in ours[:1])
    return operations


def take_back_extension(world: World, user: Row, contact_id: str, situation: Situation) -> list[Operation]:
    """A contact that is not this user's any more: the extensions we told it of are not used any more."""
    return [
        _set_non_actual(row, user, value=True, situation=situation)
        for row in world.extensions.get(contact_id, [])
        if not row["non_actual"] and _is_ours(world, row)
    ]


def _is_ours(world: World, row: Row) -> bool:
    """A communication that we made and nobody changed since."""
    applied = world.memory.applied.get(("communication", row["id"])) or {}
    return "contact" in applied and applied.get("number") == row["number"]


def _set_non_actual(row: Row, user: Row, *, value: bool, situation: Situation) -> Operation:
    return Operation(
        "creatio", Action.UPDATE, "communication", row["id"], user["id"], {"non_actual": row["non_actual"]},
        {"non_actual": value}, Sentence("planning-extension-outdated" if value else "planning-extension-again"), situation,
    )  # fmt: skip


def mirror_licenses(
    world: World,
    user_id: str,
    record_id: str,
    held: Iterable[str],
    situation: Situation,
    *,
    needs: tuple[str, ...],
    assignment: tuple[str, ...],
) -> list[Operation]:
    """Make the detail "User Licenses" say what Webitel says.

    Args:
        held: licence ids the user will hold when the plan is done.
        needs: operations before it: the record's creation.
        assignment: the operation that changes the user's set; rows of licences that change wait for it.
    """
    if not world.target.has("license_row"):
        return []
    grants = {grant.license_id: grant for grant in world.source.grants.get(user_id, ())}
    products = {license_.id: license_ for license_ in world.source.licenses or ()}
    wanted: dict[str, dict[str, Value]] = {}
    for license_id in held:
        grant, license_ = grants.get(license_id), products.get(license_id)
        wanted[license_id] = {
            "product": grant.product if grant else license_.product if license_ else None,
            "name": (grant.name if grant else None) or (license_.name if license_ else None),
            "issued_on": as_json_time(grant.issued_on) if grant else None,
            "expires_on": as_json_time(grant.expires_on if grant else license_.not_after if license_ else None),
        }
    changing = wanted.keys() ^ grants.keys()
    operations = _mirror(
        world, "license_row", "license", world.license_rows, user_id, record_id, wanted, situation,
        dated_anew=wanted.keys() - grants.keys(),
    )  # fmt: skip
    return [
        replace(operation, needs=(*needs, *assignment) if key in changing else needs) for key, operation in operations
    ]


def mirror_roles(
    world: World, user_id: str, record_id: str, situation: Situation, needs: tuple[str, ...]
) -> list[Operation]:
    """Make the detail of roles say what Webitel says."""
    if not world.target.has("role_row"):
        return []
    wanted: dict[str, dict[str, Value]] = {
        role.id: {"name": role.name} for role in world.source.roles_of.get(user_id, ())
    }
    operations = _mirror(world, "role_row", "webitel_role", world.role_rows, user_id, record_id, wanted, situation)
    return [replace(operation, needs=needs) for _, operation in operations]


_COMPARED = {"license_row": ("issued_on", "expires_on"), "role_row": ("name",)}
"""What changes in Webitel while the row stays the same one; the rest is written once."""


def _mirror(
    world: World,
    entity: str,
    key_field: str,
    rows_of_record: Mapping[str, list[Row]],
    user_id: str,
    record_id: str,
    wanted: Mapping[str, dict[str, Value]],
    situation: Situation,
    dated_anew: Collection[str] = (),
) -> list[tuple[str, Operation]]:
    """The operations that make the rows those that are wanted, each with the key of its row.

    A row of a licence that is assigned anew (`dated_anew`) loses its old date here; the writer fills in the one Webitel gives.
    """
    operations: list[tuple[str, Operation]] = []
    seen: set[str] = set()
    for row in sorted(rows_of_record.get(record_id, []), key=lambda row: str(row["id"])):
        key = str(row[key_field])
        if key not in wanted or key in seen:
            operations.append((key, delete_row(world, entity, row, user_id, situation)))
            continue
        seen.add(key)
        changes = {
            name: wanted[key][name]
            for name in _COMPARED[entity]
            if wanted[key][name] is not None and not _shows(row[name], wanted[key][name])
        }
        if key in dated_anew and not blank(row["issued_on"]):
            changes |= {"issued_on": None, key_field: key}  # the key says of which licence the date is
        if changes:
            before = {name: as_json_time(row[name]) for name in changes}
            change = Operation(
                "creatio", Action.UPDATE, entity, row["id"], user_id, before, changes, Sentence("planning-detail-changed"),
                situation,
            )  # fmt: skip
            operations.append((key, change))
    for key in sorted(set(wanted) - seen):
        after: dict[str, Value] = {"record": record_id, key_field: key, **wanted[key]}
        creation = Operation(
            "creatio", Action.CREATE, entity, made_key(world.dc, entity, user_id, after), user_id, {}, after,
            Sentence("planning-detail-missing"), situation,
        )  # fmt: skip
        operations.append((key, creation))
    return operations


def _shows(value: Any, wanted: Value) -> bool:
    """Whether a detail says what Webitel says; of a moment whole seconds count, whatever the CRM's column keeps."""
    if isinstance(value, datetime):
        return str(as_json_time(value))[:19] == str(wanted)[:19]
    return same(value, wanted)


def delete_row(world: World, entity: str, row: Row, user_id: str | None, situation: Situation) -> Operation:
    """The operation that removes a row, remembering all of it."""
    names = world.target.fields[entity] - {"id", "created_on", "modified_on", "modified_by"}
    before = {
        name: as_json_time(row[name]) if name.endswith("_on") else row[name] for name in sorted(names) if name in row
    }
    return Operation(
        "creatio",
        Action.DELETE,
        entity,
        row["id"],
        user_id,
        before,
        {},
        Sentence("planning-detail-outdated"),
        situation,
    )
