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
import pandas as pd
import pytest

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


@pytest.fixture(scope="module")
def world() -> World:
    return generate_world(seed=11, users=120, contacts=3_000, today=TODAY)


@pytest.fixture(scope="module")
def classic() -> World:
    return generate_world(seed=11, users=120, contacts=3_000, profile="classic", today=TODAY)


@pytest.fixture(scope="module")
def large() -> World:
    return generate_world(seed=2, users=1_000, contacts=100_000, today=TODAY)


def _users(world: World) -> dict[str, dict[str, Any]]:
    return {user["id"]: user for user in world.webitel["users"] if "deleted_at" not in user}


def _answers(world: World, *kinds: str) -> list[dict[str, Any]]:
    rows = world.truth[world.truth["kind"].isin(kinds)].to_dict("records")
    assert rows, f"the world has nobody of {kinds}"
    return rows


def _by_id(world: World, entity: str) -> dict[str, dict[str, Any]]:
    return {row["Id"]: row for row in world.creatio[entity].to_dict("records")}


def _logins(world: World) -> dict[str, dict[str, Any]]:
    units = world.creatio["SysAdminUnit"]
    people = units[(units["SysAdminUnitTypeValue"] == 4) & (units["ConnectionType"] == 0)]
    return {row["ContactId"]: row for row in people.to_dict("records")}


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
    assert (len(world.truth), len(_users(world)), len(world.creatio["Contact"])) == (users, users, contacts)


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
        *(user["email"] for user in _users(world).values() if "email" in user),
    ]
    assert all(box.endswith(".example") for box in boxes)


def test_only_the_languages_asked_for_are_spoken() -> None:
    world = generate_world(seed=1, users=40, contacts=600, locales=("pl", "en"))
    names = [
        *world.creatio["Contact"]["Name"],
        *(user["name"] for user in _users(world).values() if "extension" in user),
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
    units, contacts = world.creatio["SysAdminUnit"], _by_id(world, "Contact")
    portal = units[units["ConnectionType"] == 1].dropna(subset="ContactId")
    company = world.creatio["Account"]["Id"].iloc[0]
    assert len(portal) >= 2
    assert all(contacts[contact]["AccountId"] not in (None, company) for contact in portal["ContactId"])


# Webitel


def test_usernames_obey_webitels_rule_but_for_the_few_from_before_it(large: World) -> None:
    odd = [user for user in _users(large).values() if not re.fullmatch(r"[A-Za-z0-9._-]+", user["username"])]
    kinds = large.truth.set_index("webitel_user_id")["kind"]
    assert odd
    assert {kinds[user["id"]] for user in odd} == {"manual_rule"}


def test_usernames_are_unique_and_ids_ascend(large: World) -> None:
    users = list(_users(large).values())
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
    for user_id, user in _users(world).items():
        assert roles[user_id]["user"] is True
        assert all(not roles[role].get("user") for role in user["roles"])


def test_the_default_device_is_one_of_the_users_devices(world: World) -> None:
    devices = {device["id"]: device for device in world.webitel["devices"]}
    callers = [user for user in _users(world).values() if "extension" in user]
    assert callers
    for user in callers:
        assert user["device"] in user["devices"]
        assert all(devices[ref["id"]]["user"]["id"] == user["id"] for ref in user["devices"])
    assert all("device" not in user for user in _users(world).values() if "extension" not in user)


def test_extensions_are_digits_and_unique_but_for_the_duplicates_told_of(large: World) -> None:
    extensions = Counter(user["extension"] for user in _users(large).values() if "extension" in user)
    assert all(text.isdigit() for text in extensions)
    users = _users(large)
    told = Counter(users[row["webitel_user_id"]]["extension"] for row in _answers(large, "duplicate_extension"))
    assert {text for text, count in extensions.items() if count > 1} == set(told)


def test_licences_are_as_scarce_as_in_life(world: World) -> None:
    midnight = datetime(TODAY.year, TODAY.month, TODAY.day, tzinfo=UTC).timestamp() * 1000
    held = Counter(grant["id"] for user in world.webitel["users"] for grant in user.get("license", ()))
    rows = {row["id"]: row for row in world.webitel["licenses"]}
    callers = [user for user in _users(world).values() if "extension" in user]
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
    user = next(user for user in _users(world).values() if user["username"] == account["username"])
    products = {row["id"]: row["product"] for row in world.webitel["licenses"]}
    assert [products[grant["id"]] for grant in user["license"]] == ["CALL_MANAGER"]
    assert len(account["token"]) == 32
    assert account["password"] not in repr(world)


# The truth is true


def test_a_login_match_has_the_username_as_creatio_login(large: World) -> None:
    logins = _logins(large)
    for row in _answers(large, "login", "no_extension", "also_customer", "customer_namesake", "shared_mailbox"):
        assert logins[row["contact_id"]]["Name"] == row["username"]
        assert logins[row["contact_id"]]["Active"]


def test_a_login_with_a_domain_is_the_username_without_it(large: World) -> None:
    logins, company = _logins(large), large.company
    seen = set()
    for row in _answers(large, "login_with_domain"):
        login = logins[row["contact_id"]]["Name"]
        seen.add("\\" in login)
        assert login in {f"{company.netbios}\\{row['username']}", f"{row['username']}@{company.email_domain}"}
    assert seen == {True, False}


def test_elsewhere_no_creatio_login_is_a_webitel_username(large: World) -> None:
    logins = {row["Name"].casefold() for row in _logins(large).values()}
    for row in _answers(
        large, "manual_rule", "email", "name", "cross_script", "namesakes", "create", "typo", "married"
    ):
        assert row["username"].casefold() not in logins or " " in row["username"]


def test_the_manuals_rule_finds_exactly_one_contact(large: World) -> None:
    names = large.creatio["Contact"]["Name"].str.casefold()
    for row in _answers(large, "manual_rule"):
        found = large.creatio["Contact"].loc[names == row["username"].casefold(), "Id"].tolist()
        assert found == [row["contact_id"]]


def test_an_email_match_is_unique_on_both_sides(large: World) -> None:
    users, contacts = _users(large), large.creatio["Contact"]
    boxes = Counter(user.get("email") for user in users.values())
    owners = contacts.dropna(subset="Email").groupby("Email")["Id"].agg(list)
    for row in _answers(large, "email", "typo_with_email", "leaver"):
        box = users[row["webitel_user_id"]]["email"]
        assert boxes[box] == 1
        assert owners[box] == [row["contact_id"]]


def test_cross_script_users_are_latin_and_their_contacts_cyrillic(large: World) -> None:
    users, contacts = _users(large), _by_id(large, "Contact")
    for row in _answers(large, "cross_script"):
        assert users[row["webitel_user_id"]]["name"].isascii()
        assert re.search("[а-яіїєґ]", contacts[row["contact_id"]]["Name"])


def test_whoever_matches_by_name_alone_has_no_namesake(large: World) -> None:
    contacts = large.creatio["Contact"]
    names = Counter(zip(contacts["Surname"], contacts["GivenName"], strict=True))
    by_id = _by_id(large, "Contact")
    alone = [
        row for row in _answers(large, "name", "cross_script", "nickname", "language") if row["expected"] == "auto"
    ]
    assert len(alone) > 50
    assert all(names[by_id[row["contact_id"]]["Surname"], by_id[row["contact_id"]]["GivenName"]] == 1 for row in alone)


def test_namesakes_are_two_employees_of_one_name(large: World) -> None:
    contacts, company = large.creatio["Contact"], large.creatio["Account"]["Id"].iloc[0]
    own = contacts[contacts["AccountId"] == company]
    names = Counter(zip(own["Surname"], own["GivenName"], strict=True))
    by_id = _by_id(large, "Contact")
    for row in _answers(large, "namesakes"):
        contact = by_id[row["contact_id"]]
        assert names[contact["Surname"], contact["GivenName"]] >= 2
        assert row["expected"] == "review"


def test_a_customers_namesake_works_for_a_customer(large: World) -> None:
    contacts = large.creatio["Contact"]
    company = large.creatio["Account"]["Id"].iloc[0]
    by_id = _by_id(large, "Contact")
    for row in _answers(large, "customer_namesake", "also_customer"):
        own = by_id[row["contact_id"]]
        same = contacts[(contacts["Surname"] == own["Surname"]) & (contacts["GivenName"] == own["GivenName"])]
        assert own["AccountId"] == company
        assert len(same[same["AccountId"] != company]) >= 1


def test_whoever_is_to_be_created_has_no_contact(large: World) -> None:
    users = _users(large)
    boxes = set(large.creatio["Contact"]["Email"].dropna())
    for row in _answers(large, "create", "inherited_extension"):
        assert row["contact_id"] is None
        assert users[row["webitel_user_id"]].get("email") not in boxes


def test_a_new_hires_extension_is_still_on_a_leavers_contact(large: World) -> None:
    users, mirror = _users(large), large.creatio["ContactCommunication"]
    for row in _answers(large, "inherited_extension"):
        extension = users[row["webitel_user_id"]]["extension"]
        held = mirror[(mirror["Number"] == extension) & ~mirror["NonActual"]]
        assert len(held) == 1


def test_a_leavers_system_user_is_inactive(large: World) -> None:
    logins = _logins(large)
    assert not any(logins[row["contact_id"]]["Active"] for row in _answers(large, "leaver"))


def test_an_adopted_record_bears_the_username(large: World) -> None:
    records = large.creatio["WSysAccount"].groupby("ContactId")
    seen = Counter()
    for row in _answers(large, "adopted"):
        (record,) = records.get_group(row["contact_id"]).to_dict("records")
        assert record["Login"].casefold() == row["username"].casefold()
        assert record["WebitelUserId"] in (None, row["webitel_user_id"])
        seen.update(stun=record["EnableStun"], known=record["WebitelUserId"] is not None)
    assert 0 < seen["stun"] < seen.total()
    assert seen["known"] > 0


def test_two_records_are_two(large: World) -> None:
    counts = large.creatio["WSysAccount"]["ContactId"].value_counts()
    assert all(counts[row["contact_id"]] == 2 for row in _answers(large, "two_records"))


def test_some_records_belong_to_nobody_in_webitel(large: World) -> None:
    known = {user["username"].casefold() for user in _users(large).values()}
    deleted = {user["username"] for user in large.webitel["users"] if "deleted_at" in user}
    orphans = [login for login in large.creatio["WSysAccount"]["Login"] if login.casefold() not in known]
    assert orphans
    assert set(orphans) <= deleted


def test_details_mirror_licences_of_records_with_a_user_id(large: World) -> None:
    users, records = _users(large), _by_id(large, "WSysAccount")
    rows = large.creatio["WSysAccountLicense"].to_dict("records")
    assert rows
    for row in rows:
        user = users[records[row["WSysAccountId"]]["WebitelUserId"]]
        assert row["LicenseId"] in {grant["id"] for grant in user["license"]}


def test_the_classic_section_keeps_extensions_and_no_usernames(classic: World) -> None:
    section = classic.creatio["WSysAccount"]
    own = [
        "Id",
        "CreatedOn",
        "CreatedById",
        "ModifiedOn",
        "ModifiedById",
        "Name",
        "Login",
        "Password",
        "ContactId",
        "RoleId",
    ]
    assert sorted(section.columns) == sorted(own)
    assert section["Login"].str.fullmatch(r"\d+").all()
    assert "WSysAccountLicense" not in classic.creatio
    assert set(classic.truth.loc[classic.truth["kind"] == "no_extension", "expected"]) == {"review"}


def test_acceptable_answers_hold_the_expected_one(large: World) -> None:
    pairs = zip(large.truth["expected"], large.truth["acceptable"], strict=True)
    assert all(expected in acceptable.split("|") for expected, acceptable in pairs)
    assert isinstance(large.truth, pd.DataFrame)
