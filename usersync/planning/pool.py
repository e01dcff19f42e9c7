"""The employee pool, and the contacts as matching wants to see them.

The pool gates automatic links: an agent must never be linked to a customer of the same name. It does not limit what is
searched. Portal users are customers: their contacts are not shown to matching at all.
"""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from usersync.planning.rules import Rules
from usersync.snapshots import TargetSnapshot

EMPLOYEE_TYPE = "60733efc-f36b-1410-a883-16d83cab0980"
OUR_COMPANY_TYPE = "57412fad-53e6-df11-971b-001d60e938c6"


def own_accounts(target: TargetSnapshot, rules: Rules) -> frozenset[str]:
    """Ids of the accounts that are our own company: the configured one, else all of the type Our company."""
    if rules.account.id:
        return frozenset((rules.account.id.lower(),))
    accounts = target.accounts
    return frozenset(accounts.loc[accounts["type"] == OUR_COMPANY_TYPE, "id"])


def active_logins(target: TargetSnapshot, rules: Rules, usernames: Collection[str] = ()) -> dict[str, str]:
    """Contact id → login of its active system user (portal users excluded), known domain parts stripped.

    Where a contact has several, the one that some Webitel user bears is taken, else the first by spelling.
    """
    known = {name.casefold() for name in usernames}
    users = target.system_users
    employees = users[(users["active"] == True) & (users["connection_type"] == 0) & users["contact"].notna()]  # noqa: E712
    logins: dict[str, list[str]] = {}
    for contact, login in zip(employees["contact"], employees["name"], strict=True):
        if login:
            logins.setdefault(contact, []).append(strip_login(login, rules.login_domains))
    return {
        contact: min(names, key=lambda name: (name.casefold() not in known, name)) for contact, names in logins.items()
    }


def strip_login(login: str, domains: Collection[str]) -> str:
    r"""The login without a known `DOMAIN\` before it or `@domain` after it."""
    known = {domain.casefold() for domain in domains}
    head, separator, tail = login.partition("\\")
    if separator and head.casefold() in known:
        login = tail
    head, separator, tail = login.rpartition("@")
    return head if separator and tail.casefold() in known else login


def in_pool(target: TargetSnapshot, rules: Rules) -> pd.Series[bool]:
    """Which rows of `target.contacts` are employees."""
    contacts = target.contacts
    users = target.system_users
    employees = users[(users["active"] == True) & (users["connection_type"] == 0)]  # noqa: E712
    portal = set(users.loc[users["connection_type"] == 1, "contact"].dropna())
    member = contacts["id"].isin(set(employees["contact"].dropna()))
    member |= contacts["type"] == EMPLOYEE_TYPE
    member |= contacts["account"].isin(own_accounts(target, rules))
    if rules.company_email_domains:
        company = {domain.casefold() for domain in rules.company_email_domains}
        member |= contacts["email"].fillna("").astype(str).str.casefold().str.rpartition("@")[2].isin(company)
    return (member & ~contacts["id"].isin(portal)).astype(bool)


def contacts_for_matching(
    target: TargetSnapshot, rules: Rules, usernames: Collection[str]
) -> tuple[pd.DataFrame, pd.Series[bool]]:
    """The contacts in the columns of `usersync.matching.match`, and which of them are in the pool; one index for both."""
    portal = set(target.system_users.loc[target.system_users["connection_type"] == 1, "contact"].dropna())
    visible = ~target.contacts["id"].isin(portal)
    contacts = target.contacts[visible].reset_index(drop=True)
    pool = in_pool(target, rules)[visible].reset_index(drop=True)
    # Sorted, so that where a contact has several it is the same one whatever the order they were read in.
    active = target.extensions[target.extensions["non_actual"] != True].sort_values(["contact", "number"])  # noqa: E712
    table = pd.DataFrame(
        {
            "Id": contacts["id"], "Name": contacts["name"], "Surname": contacts["surname"],
            "GivenName": contacts["given_name"], "MiddleName": contacts["middle_name"], "Email": contacts["email"],
            "Phone": contacts["phone"], "MobilePhone": contacts["mobile_phone"], "AccountId": contacts["account"],
            "TypeId": contacts["type"],
            "Login": contacts["id"].map(active_logins(target, rules, usernames)).astype(object),
            "Extension": contacts["id"].map(dict(zip(active["contact"], active["number"], strict=True))).astype(object),
        }
    )  # fmt: skip
    return table.where(table.notna(), None), pool
