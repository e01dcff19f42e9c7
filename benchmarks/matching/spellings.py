"""How one Ukrainian name is spelled by passports and by people: romanisations and Russian forms, restated from their rules."""

from __future__ import annotations

RUSSIAN = {
    "Олександр": "Александр", "Сергій": "Сергей", "Андрій": "Андрей", "Володимир": "Владимир", "Микола": "Николай",
    "Дмитро": "Дмитрий", "Юрій": "Юрий", "Віктор": "Виктор", "Ігор": "Игорь", "Олексій": "Алексей", "Євген": "Евгений",
    "Олена": "Елена", "Наталія": "Наталья", "Тетяна": "Татьяна", "Ірина": "Ирина", "Світлана": "Светлана", "Юлія": "Юлия",
    "Марія": "Мария", "Вікторія": "Виктория", "Катерина": "Екатерина", "Анастасія": "Анастасия", "Дарія": "Дарья",
    "Олександра": "Александра", "Михайло": "Михаил", "Павло": "Павел", "Петро": "Пётр", "Віталій": "Виталий",
}  # fmt: skip
_START = {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}
_KMU = {
    "а": "a", "б": "b", "в": "v", "г": "h", "ґ": "g", "д": "d", "е": "e", "є": "ie", "ж": "zh", "з": "z", "и": "y", "і": "i",
    "ї": "i", "й": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u",
    "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ь": "", "ю": "iu", "я": "ia",
}  # fmt: skip


_BGN = {**_KMU, "є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}
_FROM_RUSSIAN = {**_BGN, "г": "g", "ё": "e", "е": "e", "и": "i", "ы": "y", "э": "e", "ъ": ""}
_AS_RUSSIAN = str.maketrans("іїєґ", "иеег")
MANNERS = ((0.35, "passport"), (0.5, "bgn"), (0.65, "from russian"), (0.75, "russian"), (1.0, "as it is"))


def romanise(word: str) -> str:
    """Ukrainian to Latin by the resolution 55 of 2010, as passports have it."""
    text = word.lower().replace("зг", "zgh").replace("'", "").replace("’", "")
    out = "".join(
        _START[char] if place == 0 and char in _START else _KMU.get(char, char) for place, char in enumerate(text)
    )
    return out[:1].upper() + out[1:]


def _spell(word: str, table: dict[str, str]) -> str:
    return "".join(table.get(char, char) for char in word.lower()).capitalize()


def _russian(word: str) -> str:
    """The Russian form of a Ukrainian surname or patronymic."""
    text = word.lower().replace("ськ", "ск").replace("цьк", "цк").replace("івна", "овна").replace("ївна", "евна")
    return text.translate(_AS_RUSSIAN).capitalize()


def in_manner(parts: tuple[str, str, str], manner: str) -> tuple[str, str, str]:
    """Given name, surname and patronymic as somebody writes them."""
    given, surname, father = parts
    if manner in {"russian", "from russian"}:
        given, surname, father = RUSSIAN.get(given, _russian(given)), _russian(surname), _russian(father)
    if manner == "passport":
        return romanise(given), romanise(surname), romanise(father)
    table = {"bgn": _BGN, "from russian": _FROM_RUSSIAN}.get(manner)
    if table is None:
        return given, surname, father
    return _spell(given, table), _spell(surname, table), _spell(father, table)
