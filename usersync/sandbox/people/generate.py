"""The way to a world: cast the scenes, lay out the ids, draw the customers, write both services' rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from usersync.errors import UsageError
from usersync.sandbox.people.accounts import customer_accounts, own_company
from usersync.sandbox.people.casting import cast
from usersync.sandbox.people.contact_rows import account_rows, career_rows, communication_rows, contact_rows
from usersync.sandbox.people.crowd import Crowd
from usersync.sandbox.people.customers import customers
from usersync.sandbox.people.draw import Calendar
from usersync.sandbox.people.given_names import LOCALES
from usersync.sandbox.people.layout import contacts_of, lay_out
from usersync.sandbox.people.licenses import licenses
from usersync.sandbox.people.section_rows import section_rows
from usersync.sandbox.people.story import SURNAMES, USERS, story
from usersync.sandbox.people.system_rows import (
    creatio_license_rows,
    history_rows,
    lookup_rows,
    role_member_rows,
    system_user_rows,
)
from usersync.sandbox.people.truth import truth
from usersync.sandbox.people.webitel_rows import webitel_rows
from usersync.sandbox.people.world import Profile, World

MOST_USERS, MOST_CONTACTS = 10_000, 1_000_000
_CONTACTS_PER_ACCOUNT = 9
_USERS_PER_ORPHAN = 60


def generate_world(
    *,
    seed: int,
    users: int,
    contacts: int,
    profile: Profile = "callmanager",
    locales: Sequence[str] = LOCALES,
    today: date | None = None,
) -> World:
    """A Webitel domain and a Creatio full of believable people, the same for the same seed and day, in every process.

    Eight users are the little story (`usersync.sandbox.people.story`), told in Ukrainian whatever the languages; any other
    number is a call centre cast by chance.

    Args:
        seed: not negative; another seed is another company with other people, and another number of the Webitel domain.
        users: Webitel users, machines' accounts included: 8 to 10,000.
        contacts: contacts in Creatio, employees included: up to 1,000,000.
        profile: which columns the section "Webitel users" has.
        locales: languages of the names, most frequent first, of `uk`, `ru`, `pl`, `en`, `es`.
        today: the day the world is looked at: nothing in it happened later, and licences are valid around it; 15 January
            2026 unless given.

    Raises:
        UsageError: sizes or languages that no world can have.
    """
    names = tuple(locales)
    _check(seed, users, contacts, profile, names)
    calendar = Calendar(seed, today or date(2026, 1, 15))
    company = own_company(seed)
    crowd = Crowd(seed, names, users, company)
    told = users == USERS
    scenes = story(crowd) if told else cast(crowd, users)
    needed = contacts_of(scenes)
    if contacts < needed:
        raise UsageError("people-too-few-contacts", users=users, contacts=contacts, needed=needed)
    layout = lay_out(seed, scenes, contacts)
    accounts = customer_accounts(seed, names, max(5, contacts // _CONTACTS_PER_ACCOUNT))
    people = customers(seed, names, contacts - needed, accounts.domain, SURNAMES if told else frozenset())
    held = licenses(seed, layout, calendar, importer=0)
    left = 0 if told else max(1, users // _USERS_PER_ORPHAN)
    webitel = webitel_rows(seed, company, layout, held, calendar, left)

    account_table = account_rows(seed, company, accounts, calendar)
    contact_table = contact_rows(seed, layout, people, account_table["Id"].to_numpy(dtype=object), calendar)
    system_users = system_user_rows(seed, layout, contact_table, calendar)
    classic = profile == "classic"
    creatio = {
        **lookup_rows(seed, calendar),
        "Account": account_table,
        "Contact": contact_table,
        "ContactCommunication": communication_rows(seed, layout, contact_table, calendar),
        "ContactCareer": career_rows(seed, layout, contact_table, calendar),
        "SysAdminUnit": system_users,
        "SysUserInRole": role_member_rows(seed, system_users, calendar),
        **creatio_license_rows(seed, system_users, calendar),
        **section_rows(seed, layout, held, webitel, calendar, classic=classic, orphans=left),
        **history_rows(seed, layout, contact_table, calendar),
    }
    return World(company, profile, calendar.today, webitel, creatio, truth(layout, people, classic=classic))


def _check(seed: int, users: int, contacts: int, profile: str, locales: tuple[str, ...]) -> None:
    if not USERS <= users <= MOST_USERS or seed < 0:
        raise UsageError("people-users-out-of-range", users=users, seed=seed, least=USERS, most=MOST_USERS)
    if contacts > MOST_CONTACTS:
        raise UsageError("people-contacts-out-of-range", contacts=contacts, most=MOST_CONTACTS)
    unknown = [name for name in locales if name not in LOCALES]
    if unknown or not locales or len(set(locales)) < len(locales):
        raise UsageError("people-locales", locales=" ".join(locales), known=" ".join(LOCALES))
    if profile not in {"callmanager", "classic"}:
        raise UsageError("people-profile", profile=profile)
