"""A generated world is the same for its seed, holds together, and is what it says it is."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pytest
from people_lookup import answers, by_id, users_of

from usersync.errors import UsageError
from usersync.sandbox.people import World, generate_world
from usersync.words import speak

TODAY = date(2026, 3, 2)
GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
REFERENCES = {
    "CreatedById": "Contact", "ModifiedById": "Contact", "OwnerId": "Contact", "ContactId": "Contact", "AccountId": "Account",
    "CommunicationTypeId": "CommunicationType", "SysUserId": "SysAdminUnit", "SysRoleId": "SysAdminUnit",
    "UserId": "SysAdminUnit", "RoleId": "WSysAccountRole", "SysLicPackageId": "SysLicPackage", "WSysAccountId": "WSysAccount",
    "SysWorkplaceId": "SysWorkplace", "SysModuleId": "SysModule",
}  # fmt: skip


# The same for the same seed


def test_the_same_seed_makes_the_same_world_in_another_process_with_other_hashes(world: World) -> None:
    code = (
        "from datetime import date; from usersync.sandbox.people import generate_world;"
        "print(generate_world(seed=11, users=120, contacts=3000, today=date(2026, 3, 2)).fingerprint())"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "4711"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == world.fingerprint()


def test_another_seed_makes_other_people(world: World) -> None:
    other = generate_world(seed=12, users=120, contacts=3_000, today=TODAY)
    assert other.fingerprint() != world.fingerprint()
    assert other.webitel["domain"]["dc"] != world.webitel["domain"]["dc"]
    assert not set(other.creatio["Contact"]["Id"].iloc[1:]) & set(world.creatio["Contact"]["Id"].iloc[1:])


def test_another_day_moves_the_licences_and_nobodys_name(world: World) -> None:
    later = generate_world(seed=11, users=120, contacts=3_000, today=date(2026, 4, 2))
    assert later.creatio["Contact"]["Name"].tolist() == world.creatio["Contact"]["Name"].tolist()
    assert later.webitel["licenses"][0]["not_after"] > world.webitel["licenses"][0]["not_after"]


def test_one_changed_cell_changes_the_fingerprint() -> None:
    first, second = (generate_world(seed=1, users=8, contacts=60) for _ in range(2))
    assert first.fingerprint() == second.fingerprint()
    second.creatio["Contact"].loc[30, "JobTitle"] = "Скрипаль"
    assert first.fingerprint() != second.fingerprint()


# Sizes


@pytest.mark.parametrize(("users", "contacts"), [(8, 60), (9, 60), (20, 150), (121, 700)])
def test_a_world_has_exactly_as_many_users_and_contacts_as_were_asked_for(users: int, contacts: int) -> None:
    world = generate_world(seed=5, users=users, contacts=contacts)
    assert (len(world.truth), len(users_of(world)), len(world.creatio["Contact"])) == (users, users, contacts)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"users": 7}, "people-users-out-of-range"), ({"users": 10_001}, "people-users-out-of-range"),
        ({"seed": -1}, "people-users-out-of-range"), ({"contacts": 1_000_001}, "people-contacts-out-of-range"),
        ({"users": 120, "contacts": 60}, "people-too-few-contacts"), ({"locales": ("uk", "de")}, "people-locales"),
        ({"locales": ()}, "people-locales"), ({"profile": "modern"}, "people-profile"),
    ],
)  # fmt: skip
def test_a_world_that_cannot_be_is_refused_with_advice_in_both_languages(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        generate_world(**{"seed": 1, "users": 8, "contacts": 60, **wrong})
    assert caught.value.message_id == message
    said = []
    for language in ("en", "uk"):
        speak(language)
        said.append((str(caught.value), caught.value.next_step))
    speak("en")
    assert all(sentence and advice and "{" not in sentence for sentence, advice in said)
    assert said[0] != said[1]


def test_a_hundred_thousand_contacts_are_made_while_one_waits() -> None:
    started = datetime.now(UTC)
    generate_world(seed=9, users=300, contacts=100_000)
    assert (datetime.now(UTC) - started).total_seconds() < 15


# What it looks like


def test_a_call_centre_has_few_doubtful_people() -> None:
    for seed in range(5):
        shares = generate_world(seed=seed, users=120, contacts=3_000).truth["expected"].value_counts(normalize=True)
        assert shares["review"] <= 0.10
        assert 0.04 <= shares["create"] <= 0.10
        assert shares["auto"] >= 0.65
        assert 0.05 <= shares["adopted"] <= 0.15


def test_every_situation_occurs_in_a_large_company(large: World) -> None:
    wanted = {
        "importer", "service", "seat", "manual_rule", "login", "login_with_domain", "email", "name", "cross_script", "nickname",
        "language", "initials", "initials_with_login", "typo", "typo_with_email", "married", "username_only", "namesakes",
        "customer_only", "customer_namesake", "also_customer", "create", "inherited_extension", "adopted", "two_records",
        "leaver", "duplicate_extension", "no_extension", "shared_mailbox",
    }  # fmt: skip
    assert set(large.truth["kind"]) == wanted


def test_surnames_in_a_crm_are_many_and_follow_zipf(large: World) -> None:
    counts = large.creatio["Contact"]["Surname"].value_counts().to_numpy()
    assert len(counts) >= 20_000
    ranks = np.arange(50, 2_000)
    slope = np.polyfit(np.log(ranks), np.log(counts[ranks]), 1)[0]
    assert -1.2 < slope < -0.6
    assert counts[0] < 0.006 * 100_000


def test_names_are_written_in_every_way(large: World) -> None:
    contacts = large.creatio["Contact"].iloc[2_000:]
    names = contacts["Name"].astype(str)
    cyrillic = names.str.contains("[а-яіїєґ]", regex=True)
    assert 0.6 < cyrillic.mean() < 0.85
    assert 0.02 < names.str.contains(r" [^ ]\. [^ ]\.$", regex=True).mean() < 0.08
    assert 0.3 < contacts["MiddleName"].notna().mean() < 0.6
    surname_first = [name.startswith(str(surname)) for name, surname in zip(names, contacts["Surname"], strict=True)]
    assert 0.4 < np.mean(surname_first) < 0.8


def test_some_contacts_are_untyped_private_or_entered_twice(large: World) -> None:
    contacts = large.creatio["Contact"].iloc[2_000:]
    assert 0.1 < contacts["TypeId"].isna().mean() < 0.2
    assert 0.15 < contacts["AccountId"].isna().mean() < 0.25
    mobiles = contacts["MobilePhone"].dropna()
    assert 100 < mobiles.duplicated().sum() < 2_000


def test_only_shared_mailboxes_are_shared(large: World) -> None:
    emails = large.creatio["Contact"]["Email"].dropna()
    shared = emails[emails.duplicated()]
    assert len(shared) > 100
    assert set(shared.str.partition("@")[0]) <= {"info", "sales", "office", "buh", "support"}


def test_no_mailbox_can_ever_be_delivered_to(world: World) -> None:
    boxes = [
        *world.creatio["Contact"]["Email"].dropna(),
        *(user["email"] for user in users_of(world).values() if "email" in user),
    ]
    assert all(box.endswith(".example") for box in boxes)


def test_only_the_languages_asked_for_are_spoken() -> None:
    world = generate_world(seed=1, users=40, contacts=600, locales=("pl", "en"))
    names = [
        *world.creatio["Contact"]["Name"],
        *(user["name"] for user in users_of(world).values() if "extension" in user),
    ]
    cyrillic = [name for name in names if re.search("[а-яіїєґ]", name)]
    assert {name.split()[0] for name in cyrillic} <= {"Оператор", "Каса"}  # the seats


# It holds together


@pytest.mark.parametrize("which", ["world", "classic", "large"])
def test_every_reference_leads_to_a_row(which: str, request: pytest.FixtureRequest) -> None:
    creatio = request.getfixturevalue(which).creatio
    ids = {name: set(table["Id"]) for name, table in creatio.items()}
    checked = 0
    for name, table in creatio.items():
        for column in table.columns.intersection(list(REFERENCES)):
            assert set(table[column].dropna()) <= ids[REFERENCES[column]], f"{name}.{column}"
            checked += 1
    for name, kinds in (("Contact", "ContactType"), ("Account", "AccountType")):
        assert set(creatio[name]["TypeId"].dropna()) <= ids[kinds]
    assert checked > 60


@pytest.mark.parametrize("which", ["world", "classic", "large"])
def test_ids_are_guids_moments_are_moments_and_nothing_is_nan(which: str, request: pytest.FixtureRequest) -> None:
    world = request.getfixturevalue(which)
    for name, table in world.creatio.items():
        assert table["Id"].is_unique, name
        sample = table.head(500)
        assert all(GUID.fullmatch(value) for value in sample["Id"]), name
        for column in table.select_dtypes(object).columns:
            values = table[column].tolist() if len(table) < 5_000 else sample[column].tolist()
            assert all(value is None or isinstance(value, str) for value in values), f"{name}.{column}"
            if column.endswith(("On", "Date")):
                assert all(value is None or MOMENT.fullmatch(value) for value in values), f"{name}.{column}"


def test_nothing_happened_after_the_day_of_the_world(world: World) -> None:
    day = f"{TODAY:%Y-%m-%d}T00:00:00.000Z"
    for name, table in world.creatio.items():
        assert (table["CreatedOn"] <= table["ModifiedOn"]).all(), name
        assert (table["ModifiedOn"] < day).all(), name
    midnight = datetime(TODAY.year, TODAY.month, TODAY.day, tzinfo=UTC).timestamp() * 1000
    for user in world.webitel["users"]:
        assert int(user["created_at"]) <= int(user["updated_at"]) < midnight


@pytest.mark.parametrize("which", ["world", "classic", "large"])
def test_texts_fit_their_columns_and_required_ones_are_filled(which: str, request: pytest.FixtureRequest) -> None:
    creatio = request.getfixturevalue(which).creatio
    short = {("WSysAccount", "Password"), ("WSysAccount", "Extension"), ("ContactCommunication", "SearchNumber")}
    for name, table in creatio.items():
        for column in table.select_dtypes(object).columns:
            longest = int(table[column].dropna().str.len().max() or 0) if len(table[column].dropna()) else 0
            assert longest <= (50 if (name, column) in short else 250), f"{name}.{column}"
    required = {
        "Contact": ["Name"], "Account": ["Name"], "ContactCommunication": ["ContactId", "CommunicationTypeId", "Number"],
        "WSysAccount": ["Login", "ContactId", "RoleId"], "SysAdminUnit": ["Name"],
    }  # fmt: skip
    for name, columns in required.items():
        assert creatio[name][columns].notna().all(axis=None), name


def test_creatios_mirror_of_emails_and_phones_is_complete(world: World) -> None:
    contacts, mirror = world.creatio["Contact"], world.creatio["ContactCommunication"]
    numbers = set(zip(mirror["ContactId"], mirror["Number"], strict=True))
    for column in ("Email", "Phone", "MobilePhone"):
        filled = contacts[contacts[column].notna()]
        assert set(zip(filled["Id"], filled[column], strict=True)) <= numbers
    phones = mirror[mirror["SearchNumber"].notna()]
    assert all(re.sub(r"\D", "", row["Number"])[::-1] == row["SearchNumber"] for row in phones.to_dict("records"))


def test_logins_in_creatio_are_unique(large: World) -> None:
    names = large.creatio["SysAdminUnit"]["Name"].str.casefold()
    assert names.is_unique


def test_portal_users_are_customers(world: World) -> None:
    units, contacts = world.creatio["SysAdminUnit"], by_id(world, "Contact")
    portal = units[units["ConnectionType"] == 1].dropna(subset="ContactId")
    company = world.creatio["Account"]["Id"].iloc[0]
    assert len(portal) >= 2
    assert all(contacts[contact]["AccountId"] not in (None, company) for contact in portal["ContactId"])


# Webitel


def test_usernames_obey_webitels_rule_but_for_the_few_from_before_it(large: World) -> None:
    odd = [user for user in users_of(large).values() if not re.fullmatch(r"[A-Za-z0-9._-]+", user["username"])]
    kinds = large.truth.set_index("webitel_user_id")["kind"]
    assert odd
    assert {kinds[user["id"]] for user in odd} == {"manual_rule"}


def test_usernames_are_unique_and_ids_ascend(large: World) -> None:
    users = list(users_of(large).values())
    assert len({user["username"].casefold() for user in users}) == len(users)
    ids = [int(user["id"]) for user in users]
    assert ids == sorted(set(ids))


def test_ids_of_users_roles_and_devices_share_one_space(large: World) -> None:
    rows = large.webitel
    own = [*(user["id"] for user in rows["users"]), *(device["id"] for device in rows["devices"])]
    own += [role["id"] for role in rows["roles"] if not role.get("user")]
    assert len(set(own)) == len(own)


def test_every_user_is_a_role_and_every_role_held_exists(world: World) -> None:
    roles = {role["id"]: role for role in world.webitel["roles"]}
    for user_id, user in users_of(world).items():
        assert roles[user_id]["user"] is True
        assert all(not roles[role].get("user") for role in user["roles"])


def test_the_default_device_is_one_of_the_users_devices(world: World) -> None:
    devices = {device["id"]: device for device in world.webitel["devices"]}
    callers = [user for user in users_of(world).values() if "extension" in user]
    assert callers
    for user in callers:
        assert user["device"] in user["devices"]
        assert all(devices[ref["id"]]["user"]["id"] == user["id"] for ref in user["devices"])
    assert all("device" not in user for user in users_of(world).values() if "extension" not in user)


def test_extensions_are_digits_and_unique_but_for_the_duplicates_told_of(large: World) -> None:
    extensions = Counter(user["extension"] for user in users_of(large).values() if "extension" in user)
    assert all(text.isdigit() for text in extensions)
    users = users_of(large)
    told = Counter(users[row["webitel_user_id"]]["extension"] for row in answers(large, "duplicate_extension"))
    assert {text for text, count in extensions.items() if count > 1} == set(told)


def test_licences_are_as_scarce_as_in_life(world: World) -> None:
    midnight = datetime(TODAY.year, TODAY.month, TODAY.day, tzinfo=UTC).timestamp() * 1000
    held = Counter(grant["id"] for user in world.webitel["users"] for grant in user.get("license", ()))
    rows = {row["id"]: row for row in world.webitel["licenses"]}
    callers = [user for user in users_of(world).values() if "extension" in user]
    valid = [row for row in rows.values() if int(row["not_after"]) > midnight]
    call_center = next(row for row in valid if row["product"] == "CALL_CENTER")
    assert set(held) <= set(rows)
    assert held[call_center["id"]] <= call_center["limit"] < len(callers)
    assert {row["product"] for row in rows.values()} == {"CALL_CENTER", "CALL_MANAGER", "VOIP_DEVICE", "CHAT"}
    assert [row["product"] for row in rows.values() if row.get("competitive")] == ["CALL_MANAGER"]
    assert [held[row["id"]] > 0 for row in rows.values() if row not in valid] == [True]
    assert all(held[row["id"]] <= row["limit"] for row in rows.values() if not row.get("competitive"))
    assert all(held[row["id"]] == 0 for row in rows.values() if row["product"] == "CHAT")


def test_the_importers_account_holds_the_seat_that_opens_roles(world: World) -> None:
    account = world.webitel["service_account"]
    user = next(user for user in users_of(world).values() if user["username"] == account["username"])
    products = {row["id"]: row["product"] for row in world.webitel["licenses"]}
    assert [products[grant["id"]] for grant in user["license"]] == ["CALL_MANAGER"]
    assert len(account["token"]) == 32
    assert account["password"] not in repr(world)
