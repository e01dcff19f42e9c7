"""A link lives on: renames, new e-mails and extensions are changes of the same row, in an order that keeps numbers unique."""

from __future__ import annotations

import dataclasses

from tests.process.conftest import Live
from tests.process.office import Office, of
from tests.process.town import ANNA, BORYS, NOBODY_KNOWS, TRIO, VIRA, Town, linked
from usersync.planning import Operation, Situation

QUARTET = Town((*TRIO, linked("d.dovbnia", "Довбня Дмитро", 14, "104")))
TOLD = Town(tuple(dataclasses.replace(person, told=True) for person in TRIO))


def _journal_order(operations: list[Operation]) -> list[tuple[str, object, object]]:
    names = {"11": "anna", "12": "borys", "13": "vira", "14": "dmytro"}
    return [
        (names[op.user_id or ""], op.before.get("extension"), op.after["extension"])
        for op in operations
        if "extension" in op.after
    ]


def test_a_renamed_user_keeps_its_record_and_its_contact(live: Live) -> None:
    office = live()
    office.settled()
    record = office.record("a.melnyk")["Id"]

    office.in_webitel("11", username="a.kravets", name="Кравець Анна")
    ran = office.settled()

    assert ran.item("a.kravets").situation is Situation.CHANGED
    assert ran.buckets == {"skipped": 1, "updated": 1, "unchanged": 2}
    renamed = office.record("a.kravets")
    assert (renamed["Id"], renamed["Name"]) == (record, "Кравець Анна")
    assert renamed["ContactId"] == of("a.melnyk")
    assert office.row("Contact", of("a.melnyk"))["Name"] == ANNA.contact
    assert len(office.records()) == 3


def test_a_new_email_follows_into_a_contact_whose_email_was_ours(live: Live) -> None:
    person = dataclasses.replace(NOBODY_KNOWS, email="n.tymchuk@romashka.example")
    office = live(Town((*TRIO, person)))
    office.settled()

    office.in_webitel("21", email="nazar@romashka.example")
    ran = office.settled()

    assert ran.item("n.tymchuk").bucket == "updated"
    assert office.made_contact("21")["Email"] == "nazar@romashka.example"


def test_a_new_email_does_not_touch_one_that_a_human_entered(live: Live) -> None:
    known = dataclasses.replace(ANNA, email="a.melnyk@romashka.example", contact_email="a.melnyk@romashka.example")
    office = live(Town((known, BORYS, VIRA)))
    office.settled()

    office.in_webitel("11", email="anna@romashka.example")
    ran = office.nothing_left()

    assert ran.item("a.melnyk").bucket == "unchanged"
    assert office.row("Contact", of("a.melnyk"))["Email"] == "a.melnyk@romashka.example"


def test_a_blank_email_of_an_existing_contact_is_filled_and_a_shared_mailbox_is_not(live: Live) -> None:
    shared = {"email": "line@romashka.example"}
    office = live(
        Town(
            (
                dataclasses.replace(ANNA, email="a.melnyk@romashka.example"),
                dataclasses.replace(BORYS, **shared),
                dataclasses.replace(VIRA, **shared),
                linked("o.pryima", "Прийма Оксана", 15, email="info@romashka.example"),
                linked("p.hrab", "Граб Петро", 16, email="taken@romashka.example"),
                dataclasses.replace(linked("x", "Лис Юрій", 0), user_id="", contact_email="Taken@romashka.example"),
            )
        )
    )

    office.settled()

    emails = {row["Id"]: row["Email"] for row in office.rows("Contact")}
    assert emails[of("a.melnyk")] == "a.melnyk@romashka.example"
    assert [emails[of(name)] for name in ("b.koval", "v.shulha", "o.pryima", "p.hrab")] == [None] * 4


def test_an_email_that_a_human_cleared_is_not_filled_again(live: Live) -> None:
    office = live(Town((dataclasses.replace(ANNA, email="a.melnyk@romashka.example"), BORYS)))
    office.settled()

    office.in_creatio("Contact", of("a.melnyk"), Email=None)

    office.nothing_left()
    assert not office.row("Contact", of("a.melnyk"))["Email"]


def test_a_new_extension_is_told_the_contact_and_the_former_one_is_not_actual_any_more(live: Live) -> None:
    for town in (Town(), TOLD):  # the former number was written by us, or stood there already
        office = live(town)
        office.settled()

        office.in_webitel("11", extension="171")
        ran = office.settled()

        assert ran.item("a.melnyk").bucket == "updated"
        assert office.record("a.melnyk")["Extension"] == "171"
        assert office.extensions(of("a.melnyk")) == ["171"]
        assert office.extensions(of("a.melnyk"), actual=False) == ["101"]


def test_an_extension_that_comes_back_is_actual_again(live: Live) -> None:
    office = live()
    office.settled()
    office.in_webitel("11", extension="171")
    office.settled()

    office.in_webitel("11", extension="101")
    office.settled()

    assert office.extensions(of("a.melnyk")) == ["101"]
    assert office.extensions(of("a.melnyk"), actual=False) == ["171"]


def test_an_extension_that_is_taken_away_is_not_actual_any_more(live: Live) -> None:
    office = live()
    office.settled()

    office.in_webitel("11", extension="")
    office.settled()

    assert not office.record("a.melnyk")["Extension"]
    assert office.extensions(of("a.melnyk")) == []


def test_a_number_that_a_human_entered_beside_ours_stays(live: Live) -> None:
    office = live()
    office.box.creatio.control.insert(
        "ContactCommunication",
        {"ContactId": of("a.melnyk"), "CommunicationTypeId": "e9d91e45-8d92-4e38-95a0-ef8aa28c9e7a", "Number": "900"},
    )
    office.settled()

    office.in_webitel("11", extension="171")
    office.settled()

    assert office.extensions(of("a.melnyk")) == ["171", "900"]


def test_two_users_who_swap_their_extensions_free_them_first(live: Live) -> None:
    office = live()
    office.settled()

    office.in_webitel("11", extension="")
    office.in_webitel("12", extension="101")
    office.in_webitel("11", extension="102")
    ran = office.settled()

    order = _journal_order(ran.operations("record"))
    assert sorted(order[:2]) == [("anna", "101", None), ("borys", "102", None)]
    assert sorted(order[2:]) == [("anna", None, "102"), ("borys", None, "101")]
    assert _extensions(office) == {"a.melnyk": "102", "b.koval": "101", "v.shulha": "103"}
    assert office.extensions(of("a.melnyk")) == ["102"]
    assert office.extensions(of("b.koval")) == ["101"]


def test_extensions_handed_on_along_a_chain_of_three(live: Live) -> None:
    office = live(QUARTET)
    office.settled()

    office.in_webitel("11", extension="102")
    office.in_webitel("12", extension="103")
    office.in_webitel("13", extension="104")
    office.in_webitel("14", extension="105")
    ran = office.settled()

    order = _journal_order(ran.operations("record"))
    for name, former in (("borys", "102"), ("vira", "103"), ("dmytro", "104")):
        freed = next(place for place, (who, before, _) in enumerate(order) if (who, before) == (name, former))
        taken = next(place for place, (_, _, after) in enumerate(order) if after == former)
        assert freed < taken
    assert _extensions(office) == {"a.melnyk": "102", "b.koval": "103", "v.shulha": "104", "d.dovbnia": "105"}


def test_a_new_colleague_who_gets_the_number_and_the_login_of_somebody_renamed_is_imported_at_once(live: Live) -> None:
    office = live(Town((*TRIO, linked("agent", "Лис Олена", 14, "104", login="o.lys"))))
    office.settled()

    office.in_webitel("14", username="o.lys", extension="103")
    office.in_webitel("13", extension="173")
    office.hire("31", "agent", "Тимчук Назар", extension="104")
    ran = office.settled()

    assert ran.item("agent").bucket == "created"
    assert _extensions(office) == {
        "a.melnyk": "101",
        "b.koval": "102",
        "v.shulha": "173",
        "o.lys": "103",
        "agent": "104",
    }
    assert office.record("agent")["WebitelUserId"] == "31"
    assert office.nothing_left().item("agent").situation is Situation.UNCHANGED


def test_roles_of_webitel_are_shown_on_the_record(live: Live) -> None:
    office = live(Town((dataclasses.replace(ANNA, roles=("1020",)), BORYS)))
    office.settled()
    record = office.record("a.melnyk")["Id"]

    office.in_webitel("11", roles=["1021"])
    ran = office.settled()

    assert ran.item("a.melnyk").bucket == "updated"
    shown = [row for row in office.rows("WSysAccountInWebitelRole") if row["WSysAccountId"] == record]
    assert [(row["WebitelRoleId"], row["Name"]) for row in shown] == [("1021", "Supervisors")]
    assert office.record("a.melnyk")["RoleId"] == "7640dfbd-0cf2-4040-998e-4641042eff46"


def test_texts_longer_than_creatio_holds_are_a_question_and_write_nothing(live: Live) -> None:
    office = live()
    office.settled()

    office.in_webitel("11", name="М" * 251)
    ran = office.nothing_left()

    assert ran.item("a.melnyk").bucket == "review"
    assert ran.item("a.melnyk").reason.args == {"field": "name"}
    assert office.record("a.melnyk")["Name"] == ANNA.name


def _extensions(office: Office) -> dict[str, str]:
    return {name: record["Extension"] for name, record in office.records().items()}
