"""Evidence beyond names: each rule with its counter-example."""

import pandas as pd
import pytest
from tables_of_people import contacts, decide, facts, pool, rule, shown, users

from usersync.errors import UsageError
from usersync.matching import EvidenceRole, EvidenceRule, MatchSettings, Verdicts, match

OLEKSANDR = {"name": "Олександр Ковальчук"}


def test_the_creatio_login_links_whatever_its_case() -> None:
    decision = decide({"name": "Саша", "username": "O.Koval"}, {"Name": "Ковальчук Олександр", "Login": "o.koval"})
    assert (decision.band, rule(decision)) == ("auto", "login")


def test_a_known_domain_of_a_login_is_stripped_and_an_unknown_one_is_not() -> None:
    row = {"Name": "Ковальчук Олександр", "Login": "CORP\\okoval"}
    known = MatchSettings(login_domains=("corp",))
    assert decide({"username": "okoval"}, row, settings=known).band == "auto"
    assert decide({"username": "okoval"}, row).band == "review"


def test_a_login_that_passed_to_another_person_is_a_question() -> None:
    decision = decide({"name": "Петро Сидоренко", "username": "ok"}, {"Name": "Ковальчук Олександр", "Login": "ok"})
    assert (decision.band, rule(decision)) == ("review", "key-against-name")
    other_given = decide({"name": "Ірина Ковальчук", "username": "ok"}, {"Name": "Ковальчук Олександр", "Login": "ok"})
    assert other_given.band == "review"


def test_a_portal_user_is_a_customer_and_is_never_linked() -> None:
    """The caller leaves `Login` of portal users blank and keeps them out of the pool."""
    portal = {"Name": "Ковальчук Олександр", "Login": None, "Email": "ok@gmail.com"}
    decision = decide(OLEKSANDR | {"username": "ok", "email": "ok@gmail.com"}, portal, pool=pool(False))
    assert (decision.band, rule(decision)) == ("review", "outside-pool")


def test_the_manuals_rule_links_a_contact_whose_name_is_the_username() -> None:
    decision = decide({"username": "ковальчук  олександр"}, "Ковальчук Олександр", "Бондар Тарас")
    assert (decision.band, rule(decision), decision.contact_id) == ("auto", "manual", "c1")


def test_the_manuals_rule_needs_a_unique_employee() -> None:
    twice = decide({"username": "Ковальчук Олександр"}, "Ковальчук Олександр", "ковальчук олександр")
    assert twice.band == "review"
    customer = decide({"username": "Ковальчук Олександр"}, "Ковальчук Олександр", pool=pool(False))
    assert customer.band == "review"


def test_a_personal_address_links_even_a_login_without_a_name() -> None:
    decision = decide(
        {"username": "agent-x", "email": "Olena@Firm.ua"}, {"Name": "Шевченко Олена", "Email": "olena@firm.ua "}
    )
    assert (decision.band, rule(decision)) == ("auto", "email")


def test_an_address_that_two_contacts_hold_is_no_key() -> None:
    rows = [{"Name": "Шевченко Олена", "Email": "a@firm.ua"}, {"Name": "Бондар Тарас", "Email": "a@firm.ua"}]
    decision = decide({"username": "xyz", "email": "a@firm.ua"}, *rows)
    assert decision.band == "review"
    assert decision.evidence["shared_keys"] == ["email"]


@pytest.mark.parametrize("address", ["info@firm.ua", "sales@firm.ua", "office@firm.ua"])
def test_an_address_of_a_department_is_no_key_even_if_one_contact_holds_it(address: str) -> None:
    assert decide({"username": "xyz", "email": address}, {"Name": "Шевченко Олена", "Email": address}).band == "review"


def test_an_address_that_two_users_share_is_a_question_for_both() -> None:
    both = users({"name": "Шевченко", "email": "a@firm.ua"}, {"name": "Олена", "email": "a@firm.ua"})
    decisions = match(both, contacts({"Name": "Шевченко Олена", "Email": "a@firm.ua"}), pool=None)
    assert [decision.band for decision in decisions] == ["review", "review"]


def test_blank_never_equals_blank() -> None:
    blanks = {"Email": "", "Login": None, "MobilePhone": float("nan"), "Extension": ""}
    user = {"name": "Зеленко Інна", "username": None, "email": "", "phone": float("nan"), "extension": ""}
    assert decide(user, {"Name": "Бондар Тарас", **blanks}).band == "create"


def test_a_mobile_number_links_in_any_notation() -> None:
    row = {"Name": "Шевченко Олена Вікторівна", "MobilePhone": "+38 (067) 123-45-67"}
    decision = decide({"name": "Олена Ш.", "phone": "0671234567"}, row)
    assert (decision.band, rule(decision)) == ("auto", "mobile")


def test_an_office_line_and_an_extension_are_no_keys() -> None:
    row = {"Name": "Шевченко Олена", "Phone": "+380441234567"}
    assert decide({"username": "xyz", "phone": "0441234567"}, row).band == "review"
    row = {"Name": "Шевченко Олена", "MobilePhone": "101"}
    assert decide({"name": "Зеленко Інна", "phone": "101"}, row).band == "create"


def test_an_inherited_extension_never_links_and_never_stops_creation() -> None:
    leaver = {"Name": "Шевченко Олена", "Extension": "101"}
    assert decide({"name": "Зеленко Інна", "extension": "101"}, leaver).band == "create"
    # It orders what a human is shown, and says so.
    rows = [{"Name": "Шевченко Олена", "Extension": "100"}, {"Name": "Шевченко Олена", "Extension": "101"}]
    decision = decide({"name": "Олена Шевченко", "extension": "101"}, *rows)
    assert (decision.band, shown(decision)) == ("review", ["c2", "c1"])


def test_two_keys_that_lead_to_two_contacts_are_a_question() -> None:
    rows = [{"Name": "Ковальчук Олександр", "Login": "ok"}, {"Name": "Ковальчук О.", "Email": "ok@firm.ua"}]
    decision = decide({"name": "Олександр Ковальчук", "username": "ok", "email": "ok@firm.ua"}, *rows)
    assert (decision.band, rule(decision)) == ("review", "keys-disagree")
    assert set(shown(decision)) == {"c1", "c2"}


def test_a_key_to_one_contact_and_the_very_name_on_another_are_a_question() -> None:
    rows = [{"Name": "Кравець О.", "Email": "ok@firm.ua"}, {"Name": "Ковальчук Олександр"}]
    assert decide(OLEKSANDR | {"email": "ok@firm.ua"}, *rows).band == "review"


def test_a_changed_surname_with_the_same_address_is_possibly_a_marriage() -> None:
    row = {"Name": "Мельник Марія Іванівна", "Email": "maria@firm.ua"}
    decision = decide({"name": "Іванова Марія Іванівна", "email": "maria@firm.ua"}, row)
    assert (decision.band, rule(decision), shown(decision)) == ("review", "renamed", ["c1"])


def test_an_agent_who_is_also_a_customer_is_linked_to_the_employee() -> None:
    decision = decide(OLEKSANDR, "Ковальчук Олександр", "Ковальчук Олександр", pool=pool(False, True))
    assert (decision.band, decision.contact_id) == ("auto", "c2")


def test_an_untyped_contact_of_the_same_name_is_shown_and_not_linked() -> None:
    decision = decide(OLEKSANDR, "Ковальчук Олександр", pool=pool(False))
    assert (decision.band, rule(decision), shown(decision)) == ("review", "outside-pool", ["c1"])


def test_two_employees_of_one_name_are_a_question_and_a_corroborator_answers_it() -> None:
    rows = [
        {"Name": "Ковальчук Олександр", "Email": "a.b@firm.ua"},
        {"Name": "Ковальчук Олександр", "Email": "ok@firm.ua"},
    ]
    assert rule(decide(OLEKSANDR, *rows)) == "rivals"
    decision = decide(OLEKSANDR | {"username": "ok"}, *rows)
    assert (decision.band, decision.contact_id) == ("auto", "c2")


def test_two_users_of_one_name_are_a_question_for_both() -> None:
    decisions = match(users(OLEKSANDR, OLEKSANDR), contacts("Ковальчук Олександр"), pool=None)
    assert [(decision.band, rule(decision)) for decision in decisions] == [("review", "rival-users")] * 2
    assert decisions[0].evidence["rival_users"] == ["u2"]


def test_a_common_name_is_a_question_though_only_one_employee_has_it() -> None:
    crowd = [
        f"Шевченко {given} {father}"
        for given in ("Ольга", "Тарас", "Інна", "Юрій")
        for father in ("Іванович", "Львович")
    ]
    crowd += [f"{surname} Олена" for surname in ("Бондар", "Мороз", "Ткач", "Лис", "Вовк", "Заєць", "Кіт", "Жук")]
    decision = decide({"name": "Олена Шевченко"}, "Шевченко Олена", *crowd)
    assert (decision.band, rule(decision)) == ("review", "common-name")
    assert decision.evidence["lambda"] > MatchSettings().max_lambda


def test_a_typing_error_needs_a_corroborator() -> None:
    row = {"Name": "Ковальчук Олександр", "Email": "o.kovalchuk@firm.ua"}
    assert decide({"name": "Олександр Ковалчук"}, row).band == "auto"  # ь is no letter of the fold
    assert decide({"name": "Олександр Ковальчик"}, row).band == "review"
    supported = decide({"name": "Олександр Ковальчик", "username": "o.kovalchuk"}, row)
    assert (supported.band, rule(supported)) == ("auto", "supported")


def test_surname_and_initial_need_a_corroborator() -> None:
    row = {"Name": "Ковальчук Олександр", "AccountId": "a1"}
    assert decide({"name": "Ковальчук О."}, row).band == "review"
    assert decide({"name": "Ковальчук О.", "account": "A1"}, row).band == "auto"
    assert decide({"name": "Ковальчук О.", "account": "a2"}, row).band == "review"


def test_an_account_that_all_colleagues_share_corroborates_nothing() -> None:
    """Everybody works for the own company: it must not turn a typing error into a link."""
    colleagues = [
        {"Name": f"{name} Олег", "AccountId": "own"}
        for name in ["Бик", "Вовк", "Гай", "Дуб", "Жук", "Кіт", "Лис", "Мак", "Ніс", "Рак"]
    ]
    row = {"Name": "Кравчик Олена", "AccountId": "own"}
    decision = decide({"name": "Олена Кравчук", "account": "own"}, row, *colleagues)
    assert (decision.band, shown(decision)) == ("review", ["c1"])


def test_an_account_does_not_tell_namesakes_apart_that_many_may_be() -> None:
    crowd = [{"Name": f"Шевченко {letter}.", "AccountId": f"a{n}"} for n, letter in enumerate("АБВГДЕЖЗІКЛМНПРСТУФХ")]
    decision = decide({"name": "Шевченко О.", "account": "own"}, {"Name": "Шевченко Олена", "AccountId": "own"}, *crowd)
    assert decision.band == "review"


def test_a_login_that_is_a_department_is_no_corroborator() -> None:
    row = {"Name": "Ковальчук Олександр", "Email": "sales@firm.ua"}
    assert decide({"name": "Ковальчук О.", "username": "sales"}, row).band == "review"


def test_a_typing_error_beside_a_patronymic_that_agrees_is_linked() -> None:
    decision = decide({"name": "Ковальчик Олександр Іванович"}, "Ковальчук Олександр Іванович", "Бондар Тарас")
    assert (decision.band, decision.grade) == ("auto", "A3")


def test_a_stored_link_is_kept_and_its_contact_goes_to_nobody_else() -> None:
    both = users({"name": "Зовсім Інше"}, OLEKSANDR)
    decisions = match(both, contacts("Ковальчук Олександр"), pool=None, links={"u1": "c1"})
    assert facts(decisions) == [("u1", "keep", "c1"), ("u2", "review", None)]


def test_a_link_to_a_contact_that_is_gone_is_a_question_and_never_a_creation() -> None:
    decision = decide({"name": "Зеленко Інна"}, "Бондар Тарас", links={"u1": "gone"})
    assert (decision.band, rule(decision)) == ("review", "link-lost")


def test_two_links_to_one_contact_are_a_question_for_both() -> None:
    decisions = match(
        users(OLEKSANDR, OLEKSANDR), contacts("Ковальчук Олександр"), pool=None, links={"u1": "c1", "u2": "c1"}
    )
    assert [decision.band for decision in decisions] == ["review", "review"]


def test_verdicts_of_humans_are_obeyed() -> None:
    rows = ("Ковальчук Олександр", "Бондар Тарас")
    assert decide(OLEKSANDR, *rows, verdicts=Verdicts(must_link={"u1": "c2"})).contact_id == "c2"
    assert decide(OLEKSANDR, *rows, verdicts=Verdicts(ignore=frozenset(["u1"]))).band == "skip"
    assert decide(OLEKSANDR, *rows, verdicts=Verdicts(import_anyway=frozenset(["u1"]))).band == "create"
    never = decide(OLEKSANDR, *rows, verdicts=Verdicts(cannot_link=frozenset([("u1", "c1")])))
    assert (never.band, shown(never)) == ("create", [])
    assert decide({"name": "robot"}, *rows, verdicts=Verdicts(import_anyway=frozenset(["u1"]))).band == "create"


def test_a_verdict_against_a_stored_link_takes_it_away() -> None:
    never = Verdicts(cannot_link=frozenset([("u1", "c1")]))
    assert decide(OLEKSANDR, "Ковальчук Олександр", links={"u1": "c1"}, verdicts=never).band == "create"


def test_further_columns_link_what_names_alone_do_not() -> None:
    rules = (
        EvidenceRule("birth date", "born", "BirthDate", EvidenceRole.KEY),
        EvidenceRule("street", "street", "Street", EvidenceRole.SUPPORT, tolerant=True),
    )
    crowd = [
        {"Name": f"Name{n} Other{n}", "BirthDate": f"19{n:02}-01-01", "Street": f"Street {n}"} for n in range(10, 60)
    ]
    person = {"Name": "Kelly Brown", "BirthDate": "1980-05-05", "Street": "Long Lane 7"}
    settings = MatchSettings(evidence=rules)
    user = {"name": "kely browm", "born": "1980-05-05", "street": "Long Lane 8"}
    decision = decide(user, person, *crowd, settings=settings)
    assert (decision.band, decision.contact_id, rule(decision)) == ("auto", "c1", "evidence")
    assert decision.evidence["columns"] == ["birth date", "street"]
    blank = decide({"name": "kely browm", "born": "", "street": None}, person, *crowd, settings=settings)
    assert blank.band == "review"


def test_a_missing_key_column_and_repeated_ids_are_named() -> None:
    with pytest.raises(UsageError, match="id"):
        match(pd.DataFrame({"name": ["A"]}), contacts("A B"), pool=None)
    with pytest.raises(UsageError, match="Name"):
        match(users({"name": "A B"}), pd.DataFrame({"Id": ["1"]}), pool=None)
    with pytest.raises(UsageError, match="more than once"):
        match(users({"name": "A B"}), contacts({"Id": "1", "Name": "A"}, {"Id": "1", "Name": "B"}), pool=None)


def test_empty_tables_are_no_error() -> None:
    nobody = pd.DataFrame({"id": [], "name": []})
    assert len(match(nobody, contacts("Бондар Тарас"), pool=None)) == 0
    assert match(users(OLEKSANDR), pd.DataFrame({"Id": [], "Name": []}), pool=None)[0].band == "create"
