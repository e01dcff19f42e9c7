"""The manual's promise: afterwards all users created in Webitel are in the section, each with its contact."""

from __future__ import annotations

from tests.process.conftest import Live
from tests.process.office import of
from tests.process.town import NOBODY_KNOWS, TRIO, USER_ROLE, Town, system_user_id

WITH_A_STRANGER = Town((*TRIO, NOBODY_KNOWS))


def test_after_the_first_run_every_webitel_user_is_in_the_section_with_its_contact(live: Live) -> None:
    office = live(WITH_A_STRANGER)

    ran = office.settled()

    assert ran.buckets == {"skipped": 1, "created": 1, "linked": 3}
    records = office.records()
    assert set(records) == {person.username for person in (*TRIO, NOBODY_KNOWS)}
    for person in TRIO:
        record = records[person.username]
        assert record["ContactId"] == of(person.username)
        assert record["UserId"] == system_user_id(person.username)
        assert record["WebitelUserId"] == person.user_id
        assert record["Extension"] == person.extension
        assert record["DefaultDevice"] == f"SIP {person.username}"
        assert record["Name"] == person.name
        assert record["RoleId"] == USER_ROLE
        assert record["Active"] is True
        assert office.extensions(of(person.username)) == [person.extension]
    made = office.made_contact(NOBODY_KNOWS.user_id)
    assert records[NOBODY_KNOWS.username]["ContactId"] == made["Id"]
