"""A generated CRM: believable people with a long tail of surnames, and Webitel users who are some of them.

Surnames are built from stems and endings (40,000 distinct), drawn by a Zipf–Mandelbrot law with the shape of Ukraine's: the
commonest surname has .25 % of the people (Мельник: about 100,000 of 40 million), the tenth three quarters of that. Given names
have the weights of a large Ukrainian city. Users are written as people and passports write: two romanisations of Ukrainian, one
of the Russian form of the name, or in Cyrillic. Nothing here reads the tables of `usersync.matching`: forms and romanisations are
restated.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import numpy as np

from benchmarks.matching.spellings import MANNERS, in_manner

_ONSETS = (
    "б", "бр", "в", "г", "гл", "гр", "д", "др", "ж", "з", "к", "кл", "кр", "л", "м", "н", "п", "пр", "р", "с", "ск",
    "ст", "т", "тр", "х", "ц", "ч", "ш",
)  # fmt: skip
_VOWELS = ("а", "е", "и", "і", "о", "у", "я")
_CODAS = (
    "б", "в", "г", "д", "ж", "з", "к", "л", "м", "н", "п", "р", "с", "т", "х", "ч", "ш", "нд", "рт", "ст", "вч",
    "лик", "рн", "льк", "бр",
)  # fmt: skip
_ENDINGS = (
    ("енко", 22), ("чук", 8), ("юк", 7), ("ук", 4), ("ський", 9), ("цький", 3), ("ко", 6), ("ик", 4), ("ов", 10), ("ев", 3),
    ("ин", 4), ("ак", 3), ("ець", 3), ("ич", 2), ("ура", 1), ("ало", 1), ("ишин", 1), ("івський", 2), ("ань", 1), ("ій", 1),
)  # fmt: skip
_MALE = (
    "Олександр:90 Сергій:80 Андрій:75 Володимир:70 Микола:50 Дмитро:60 Іван:45 Юрій:45 Віктор:40 Ігор:40 Олег:40 Максим:40 "
    "Василь:35 Михайло:30 Олексій:35 Євген:30 Роман:30 Анатолій:25 Петро:20 Артем:25 Денис:25 Віталій:28 Павло:20 Богдан:20 "
    "Ярослав:15 Тарас:15 Вадим:18 Руслан:18 Станіслав:12 Антон:14 Кирило:14 Назар:14 Валерій:14 Леонід:10 Григорій:10 "
    "Владислав:16 Едуард:6 Костянтин:10 Степан:8 Борис:6 Данило:10 Ілля:8 Остап:6 Геннадій:6 Тимофій:5 Федір:4 Яків:2 Лев:2 "
    "Матвій:5 Марко:3 Орест:3 Всеволод:2 Святослав:4 Мирослав:5 Ростислав:4 Артур:5 Давид:3 Захар:2 Арсен:2 Семен:2"
)
_FEMALE = (
    "Олена:85 Наталія:75 Тетяна:70 Ірина:70 Оксана:50 Ольга:60 Світлана:50 Юлія:55 Анна:45 Марія:50 Вікторія:45 Людмила:35 "
    "Катерина:45 Галина:25 Анастасія:40 Валентина:25 Надія:20 Любов:15 Інна:20 Лариса:18 Алла:12 Аліна:18 Дарія:18 Яна:12 "
    "Христина:12 Віра:10 Ганна:12 Олександра:15 Марина:20 Софія:12 Діана:10 Карина:6 Лілія:10 Євгенія:8 Ярослава:4 Зоя:4 "
    "Раїса:6 Лідія:8 Тамара:5 Соломія:6 Богдана:5 Уляна:5 Єлизавета:8 Маргарита:6 Вероніка:7 Мирослава:4 Руслана:3 Леся:4 "
    "Антоніна:5 Ніна:8 Поліна:6 Злата:2 Зоряна:3 Іванна:4 Ніка:1 Жанна:3 Стефанія:2 Варвара:2"
)
_FATHERS = {
    "Микола": ("Миколайович", "Миколаївна"), "Ілля": ("Ілліч", "Іллівна"), "Яків": ("Якович", "Яківна"),
    "Лев": ("Львович", "Львівна"), "Лука": ("Лукич", "Луківна"), "Сава": ("Савич", "Савівна"),
    "Микита": ("Микитович", "Микитівна"), "Григорій": ("Григорович", "Григорівна"), "Марко": ("Маркович", "Марківна"),
}  # fmt: skip


@dataclass(frozen=True)
class Human:
    """One person: surname, given name, patronymic, in Ukrainian."""

    surname: str
    given: str
    patronymic: str


@dataclass(frozen=True)
class Crm:
    """Contacts and users; `truth` maps user ids to contact ids, absent users are not in it."""

    contact_ids: list[str]
    contact_names: list[str]
    user_ids: list[str]
    user_names: list[str]
    truth: dict[str, str] = field(repr=False)


class People:
    """Draws people. The same seed gives the same people."""

    def __init__(self, seed: int, surnames: int = 40_000) -> None:
        self._numbers = np.random.default_rng(seed)
        self._random = random.Random(seed)
        self._surnames = self._build(surnames)
        ranks = np.arange(len(self._surnames))
        weight = 1.0 / (ranks + 23.0) ** 0.8
        self._surname_weight = weight / weight.sum()
        self._male, self._male_weight = _weights(_MALE)
        self._female, self._female_weight = _weights(_FEMALE)

    def _build(self, count: int) -> list[str]:
        endings = [ending for ending, times in _ENDINGS for _ in range(times)]
        found: dict[str, None] = {}
        while len(found) < count:
            stem = self._random.choice(_ONSETS) + self._random.choice(_VOWELS) + self._random.choice(_CODAS)
            if self._random.random() < 0.55:
                stem += self._random.choice(_VOWELS) + self._random.choice(_CODAS[:18])
            found[(stem + self._random.choice(endings)).capitalize()] = None
        return list(found)

    def draw(self, count: int) -> list[Human]:
        """Draw people."""
        surnames = self._numbers.choice(len(self._surnames), count, p=self._surname_weight)
        men = self._numbers.random(count) < 0.48
        male = self._numbers.choice(len(self._male), count, p=self._male_weight)
        female = self._numbers.choice(len(self._female), count, p=self._female_weight)
        fathers = self._numbers.choice(len(self._male), count, p=self._male_weight)
        result = []
        for surname, man, he, she, father in zip(
            surnames.tolist(), men.tolist(), male.tolist(), female.tolist(), fathers.tolist(), strict=True
        ):
            given = self._male[he] if man else self._female[she]
            result.append(
                Human(_gendered(self._surnames[surname], man=man), given, _patronymic(self._male[father], man=man))
            )
        return result


def _weights(text: str) -> tuple[list[str], np.ndarray]:
    pairs = [item.split(":") for item in text.split()]
    weight = np.array([float(number) for _, number in pairs])
    return [name for name, _ in pairs], weight / weight.sum()


def _gendered(surname: str, *, man: bool) -> str:
    if man:
        return surname
    if surname.endswith(("ський", "цький")):
        return surname[:-2] + "а"
    if surname.endswith(("ов", "ев", "ин", "ишин")):
        return surname + "а"
    return surname


def _patronymic(father: str, *, man: bool) -> str:
    if father in _FATHERS:
        return _FATHERS[father][0 if man else 1]
    if father.endswith("ій"):
        return father[:-1] + ("йович" if man else "ївна")
    stem = father[:-1] if father.endswith(("о", "ь", "а", "я")) else father
    return stem + ("ович" if man else "івна")


def mistype(word: str, chance: random.Random) -> str:
    """One edit: a letter left out, doubled, changed or swapped with the next one."""
    if len(word) < 5:
        return word
    place = chance.randrange(1, len(word) - 1)
    letters = "abcdefghiklmnoprstuvyz" if word.isascii() else "абвгдеиіклмнопрстуя"
    return {
        0: word[:place] + word[place + 1 :],
        1: word[:place] + chance.choice(letters) + word[place:],
        2: word[:place] + chance.choice(letters) + word[place + 1 :],
        3: word[:place] + word[place + 1] + word[place] + word[place + 2 :],
    }[chance.randrange(4)]


def generate(
    users: int,
    contacts: int,
    *,
    seed: int = 1,
    absent: float = 0.5,
    typos: float = 0.0,
    patronymic: float = 0.0,
    mixed: bool = True,
) -> Crm:
    """A CRM with its users.

    Args:
        users: how many Webitel users.
        contacts: how many contacts in all.
        seed: of everything.
        absent: share of the users that are no contact.
        typos: share of the users with one typing error in the given name or the surname.
        patronymic: share of the users whose patronymic is written.
        mixed: users written in several ways (Latin, Cyrillic, Russian forms); False = Latin given name and surname.
    """
    people = People(seed)
    chance = random.Random(seed + 1)
    present = users - round(users * absent)
    everybody = people.draw(contacts + users - present)
    crowd, strangers = everybody[:contacts], everybody[contacts:]
    contact_ids = [f"c{number:07d}" for number in range(contacts)]
    names = [f"{human.surname} {human.given} {human.patronymic}" for human in crowd]
    chosen = chance.sample(range(contacts), present)
    guests = [(crowd[place], contact_ids[place]) for place in chosen] + [(human, "") for human in strangers]
    chance.shuffle(guests)
    user_ids, user_names, truth = [], [], {}
    for number, (human, contact_id) in enumerate(guests):
        user_ids.append(f"{number + 1}")
        user_names.append(write(human, chance, typos=typos, patronymic=patronymic, mixed=mixed))
        if contact_id:
            truth[user_ids[-1]] = contact_id
    return Crm(contact_ids, names, user_ids, user_names, truth)


def write(human: Human, chance: random.Random, *, typos: float, patronymic: float, mixed: bool) -> str:
    """One person's name as somebody typed it into Webitel."""
    style = chance.random() if mixed else 0.0
    manner = next(name for limit, name in MANNERS if style < limit)
    given, surname, father = in_manner((human.given, human.surname, human.patronymic), manner)
    if chance.random() < typos:
        if chance.random() < 0.5:
            given = mistype(given, chance)
        else:
            surname = mistype(surname, chance)
    parts = [given, surname] if chance.random() < 0.5 else [surname, given]
    if father and chance.random() < patronymic:
        parts = [surname, given, father]
    return " ".join(parts)
