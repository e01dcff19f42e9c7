"""The smallest world: eight Webitel users, each one of the main situations. Made to be told in a demonstration."""

from __future__ import annotations

from usersync.sandbox.people.crowd import Crowd
from usersync.sandbox.people.scenes import contact_of, importer
from usersync.sandbox.people.values import Extension, Person, RecordFace, Scene, SystemUserFace, UserFace

USERS = 8

_LYSENKO = Person("uk", True, "Лисенко", "Марія", "Степанівна")
_KOVALCHUK = Person("uk", False, "Ковальчук", "Олександр", "Іванович")
_SHCHERBAK = Person("uk", True, "Щербак", "Юлія", "Андріївна")
_SHEVCHENKO = Person("uk", True, "Шевченко", "Олена", "Сергіївна")
_NAMESAKE = Person("uk", True, "Шевченко", "Олена", "Вікторівна")
_SAHAIDACHNYI = Person("uk", False, "Сагайдачний", "Богдан", "Романович")
_BONDAR = Person("uk", False, "Бондар", "Тарас", "Петрович")
_HNATIUK = Person("uk", False, "Гнатюк", "Роман", "Ігорович")
SURNAMES = frozenset(
    person.surname for person in (_LYSENKO, _KOVALCHUK, _SHCHERBAK, _SHEVCHENKO, _SAHAIDACHNYI, _BONDAR, _HNATIUK)
)
"""No customer of the little world bears one of these: the story's ends are not left to chance."""


def story(crowd: Crowd) -> list[Scene]:
    """The scenes in the order of the Webitel ids, and one colleague who is not in Webitel."""
    mail = crowd.company.email_domain
    return [
        importer(),
        Scene(
            "manual_rule", "auto", "The contact's name is the Webitel username: the manual's own rule.",
            user=UserFace("Марія Лисенко", "m.lysenko", "101"),
            contact=contact_of(crowd, _LYSENKO, name="M.Lysenko"), system_user=SystemUserFace("Лисенко Марія"),
            person=_LYSENKO,
        ),
        Scene(
            "login", "auto", "The Creatio login is the Webitel username.",
            user=UserFace("Олександр Ковальчук", "o.kovalchuk", "102", f"o.kovalchuk@{mail}"),
            contact=contact_of(crowd, _KOVALCHUK, email=f"o.kovalchuk@{mail}", extensions=(Extension("102"),)),
            system_user=SystemUserFace("o.kovalchuk"), person=_KOVALCHUK,
        ),
        Scene(
            "cross_script", "auto", "The same name in Latin and in Cyrillic letters, and no other contact has it.",
            user=UserFace("Yuliia Shcherbak", "yuliia.s", "103"),
            contact=contact_of(crowd, _SHCHERBAK), system_user=SystemUserFace("Щербак Юлія"), person=_SHCHERBAK,
        ),
        Scene(
            "namesakes", "review", "Two employees are called Шевченко Олена; Webitel does not say which one it is.",
            user=UserFace("Олена Шевченко", "olena.s", "104"),
            contact=contact_of(crowd, _SHEVCHENKO), system_user=SystemUserFace("Шевченко О.С."), person=_SHEVCHENKO,
        ),
        Scene(
            "create", "create", "Nobody in the CRM resembles this user: account if missing, contact and record are made.",
            user=UserFace("Богдан Сагайдачний", "b.sahaidachnyi", "105", f"b.sahaidachnyi@{mail}"), person=_SAHAIDACHNYI,
        ),
        Scene(
            "adopted", "adopted", "Somebody made the record by hand: it is adopted, and the STUN switch set there stays.",
            user=UserFace("Тарас Бондар", "t.bondar", "106"),
            contact=contact_of(crowd, _BONDAR, extensions=(Extension("106"),)), system_user=SystemUserFace("Бондар Тарас"),
            records=(RecordFace("t.bondar", "106", "Тарас Бондар", stun=True),), person=_BONDAR,
        ),
        Scene(
            "leaver", "auto", "The system user is inactive: the person has left and still holds a licence seat.",
            user=UserFace("Роман Гнатюк", "r.hnatiuk", "107", f"r.hnatiuk@{mail}"),
            contact=contact_of(crowd, _HNATIUK, email=f"r.hnatiuk@{mail}", extensions=(Extension("107"),)),
            system_user=SystemUserFace("r.hnatiuk", active=False), person=_HNATIUK, holds_seat=True,
        ),
        Scene(
            "colleague", "", "The other Шевченко Олена; she is not in Webitel.",
            contact=contact_of(crowd, _NAMESAKE), system_user=SystemUserFace("Шевченко О.В."), person=_NAMESAKE,
        ),
    ]  # fmt: skip
