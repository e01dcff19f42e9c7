"""The answers of a world are true of its rows."""

from __future__ import annotations

import re
from collections import Counter

from people_lookup import answers, by_id, logins_of, users_of

from usersync.sandbox.people import World


def test_a_login_match_has_the_username_as_creatio_login(large: World) -> None:
    logins = logins_of(large)
    for row in answers(large, "login", "no_extension", "also_customer", "customer_namesake", "shared_mailbox"):
        assert logins[row["contact_id"]]["Name"] == row["username"]
        assert logins[row["contact_id"]]["Active"]


def test_a_login_with_a_domain_is_the_username_without_it(large: World) -> None:
    logins, company = logins_of(large), large.company
    seen = set()
    for row in answers(large, "login_with_domain"):
        login = logins[row["contact_id"]]["Name"]
        seen.add("\\" in login)
        assert login in {f"{company.netbios}\\{row['username']}", f"{row['username']}@{company.email_domain}"}
    assert seen == {True, False}


def test_elsewhere_no_creatio_login_is_a_webitel_username(large: World) -> None:
    logins = {row["Name"].casefold() for row in logins_of(large).values()}
    for row in answers(large, "manual_rule", "email", "name", "cross_script", "namesakes", "create", "typo", "married"):
        assert row["username"].casefold() not in logins or " " in row["username"]


def test_the_manuals_rule_finds_exactly_one_contact(large: World) -> None:
    names = large.creatio["Contact"]["Name"].str.casefold()
    for row in answers(large, "manual_rule"):
        bearers = large.creatio["Contact"].loc[names == row["username"].casefold(), "Id"].tolist()
        assert bearers == [row["contact_id"]]


def test_an_email_match_is_unique_on_both_sides(large: World) -> None:
    users, contacts = users_of(large), large.creatio["Contact"]
    boxes = Counter(user.get("email") for user in users.values())
    owners = contacts.dropna(subset="Email").groupby("Email")["Id"].agg(list)
    for row in answers(large, "email", "typo_with_email", "leaver"):
        box = users[row["webitel_user_id"]]["email"]
        assert boxes[box] == 1
        assert owners[box] == [row["contact_id"]]


def test_cross_script_users_are_latin_and_their_contacts_cyrillic(large: World) -> None:
    users, contacts = users_of(large), by_id(large, "Contact")
    for row in answers(large, "cross_script"):
        assert users[row["webitel_user_id"]]["name"].isascii()
        assert re.search("[а-яіїєґ]", contacts[row["contact_id"]]["Name"])


def test_whoever_matches_by_name_alone_has_no_namesake(large: World) -> None:
    contacts = large.creatio["Contact"]
    names = Counter(zip(contacts["Surname"], contacts["GivenName"], strict=True))
    found = by_id(large, "Contact")
    alone = [row for row in answers(large, "name", "cross_script", "nickname", "language") if row["expected"] == "auto"]
    assert len(alone) > 50
    assert all(names[found[row["contact_id"]]["Surname"], found[row["contact_id"]]["GivenName"]] == 1 for row in alone)


def test_namesakes_are_two_employees_of_one_name(large: World) -> None:
    contacts, company = large.creatio["Contact"], large.creatio["Account"]["Id"].iloc[0]
    own = contacts[contacts["AccountId"] == company]
    names = Counter(zip(own["Surname"], own["GivenName"], strict=True))
    found = by_id(large, "Contact")
    for row in answers(large, "namesakes"):
        contact = found[row["contact_id"]]
        assert names[contact["Surname"], contact["GivenName"]] >= 2
        assert row["expected"] == "review"


def test_a_customers_namesake_works_for_a_customer(large: World) -> None:
    contacts = large.creatio["Contact"]
    company = large.creatio["Account"]["Id"].iloc[0]
    found = by_id(large, "Contact")
    for row in answers(large, "customer_namesake", "also_customer"):
        own = found[row["contact_id"]]
        same = contacts[(contacts["Surname"] == own["Surname"]) & (contacts["GivenName"] == own["GivenName"])]
        assert own["AccountId"] == company
        assert len(same[same["AccountId"] != company]) >= 1


def test_whoever_is_to_be_created_has_no_contact(large: World) -> None:
    users = users_of(large)
    boxes = set(large.creatio["Contact"]["Email"].dropna())
    for row in answers(large, "create", "inherited_extension"):
        assert row["contact_id"] is None
        assert users[row["webitel_user_id"]].get("email") not in boxes


def test_a_new_hires_extension_is_still_on_a_leavers_contact(large: World) -> None:
    users, mirror = users_of(large), large.creatio["ContactCommunication"]
    for row in answers(large, "inherited_extension"):
        extension = users[row["webitel_user_id"]]["extension"]
        held = mirror[(mirror["Number"] == extension) & ~mirror["NonActual"]]
        assert len(held) == 1


def test_a_leavers_system_user_is_inactive(large: World) -> None:
    logins = logins_of(large)
    assert not any(logins[row["contact_id"]]["Active"] for row in answers(large, "leaver"))


def test_an_adopted_record_bears_the_username(large: World) -> None:
    records = large.creatio["WSysAccount"].groupby("ContactId")
    seen = Counter()
    for row in answers(large, "adopted"):
        (record,) = records.get_group(row["contact_id"]).to_dict("records")
        assert record["Login"].casefold() == row["username"].casefold()
        assert record["WebitelUserId"] in (None, row["webitel_user_id"])
        seen.update(stun=record["EnableStun"], known=record["WebitelUserId"] is not None)
    assert 0 < seen["stun"] < seen.total()
    assert seen["known"] > 0


def test_two_records_are_two(large: World) -> None:
    counts = large.creatio["WSysAccount"]["ContactId"].value_counts()
    assert all(counts[row["contact_id"]] == 2 for row in answers(large, "two_records"))


def test_some_records_belong_to_nobody_in_webitel(large: World) -> None:
    known = {user["username"].casefold() for user in users_of(large).values()}
    deleted = {user["username"] for user in large.webitel["users"] if "deleted_at" in user}
    orphans = [login for login in large.creatio["WSysAccount"]["Login"] if login.casefold() not in known]
    assert orphans
    assert set(orphans) <= deleted


def test_details_mirror_licences_of_records_with_a_user_id(large: World) -> None:
    users, records = users_of(large), by_id(large, "WSysAccount")
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
