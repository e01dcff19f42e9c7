"""Cases made to break matching, each a run of its own: one user against employees and customers (tests/data/hard_*.csv)."""

import csv
from pathlib import Path

import pandas as pd
import pytest
from tables_of_people import shown, users

from usersync.matching import match

DATA = Path(__file__).parent.parent / "data"
EVIDENCE = ("name", "username", "email", "extension", "phone")


def _cases() -> list[dict[str, str]]:
    with (DATA / "hard_cases.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def crowd() -> pd.DataFrame:
    return pd.read_csv(DATA / "hard_contacts.csv", dtype=str, keep_default_na=False)


@pytest.mark.parametrize("case", _cases(), ids=lambda case: case["case"])
def test_a_hard_case_lands_in_an_allowed_band_with_the_expected_contact(
    case: dict[str, str], crowd: pd.DataFrame
) -> None:
    employees = crowd["TypeId"].eq("Employee") | crowd["Login"].ne("")
    decision = match(users({name: case[name] for name in EVIDENCE}), crowd, pool=employees)[0]
    assert decision.band in case["expected_bands"].split("|")
    expected = case["expected_contact_id"]
    if expected and decision.band == "auto":
        assert decision.contact_id == expected
    if expected and decision.band == "review":
        assert expected in shown(decision)


def test_all_the_users_at_once_never_share_a_contact(crowd: pd.DataFrame) -> None:
    everybody = users(*({name: case[name] for name in EVIDENCE} for case in _cases()))
    employees = crowd["TypeId"].eq("Employee") | crowd["Login"].ne("")
    linked = [decision.contact_id for decision in match(everybody, crowd, pool=employees) if decision.contact_id]
    assert len(linked) == len(set(linked)) > 10
