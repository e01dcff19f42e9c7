"""Companies: our own and the customers'."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from usersync.sandbox.people.draw import Objects, objects, stream
from usersync.sandbox.people.romanise import login_part
from usersync.sandbox.people.surnames import surnames
from usersync.sandbox.people.values import Company

_OWN = (
    "Калина",
    "Мрія",
    "Смерека",
    "Зоря",
    "Весна",
    "Берег",
    "Лиман",
    "Світанок",
    "Джерело",
    "Обрій",
    "Полонина",
    "Криниця",
)
_OWN_TRADES = ("Сервіс", "Телеком", "Контакт", "Логістик", "Маркет")
_FORMS = {"uk": ("ТОВ", "ФОП", "ПП", "АТ"), "ru": ("ООО", "ИП", "АО"), "pl": ("Sp. z o.o.", "S.A."), "en": ("Ltd", "LLC", "Inc."),
          "es": ("S.L.", "S.A.")}  # fmt: skip
_FRONT = {
    "uk": "Агро Буд Тех Мед Транс Еко Енерго Метал Укр Захід Схід Південь Дніпро Карпат Полісся Нова Прем'єр Глобал Інтер Авто",
    "ru": "Агро Строй Тех Мед Транс Эко Энерго Метал Восток Запад Север Волга Урал Новый Премьер Глобал Интер Авто",
    "pl": "Agro Bud Tech Med Trans Eko Energo Metal Pol Wisła Baltic Nowa Premium Global Inter Auto",
    "en": "Blue North River Stone Bright Clear Silver Oak Global Prime Union Harbour Summit Metro",
    "es": "Agro Cons Tec Medi Trans Eco Ener Metal Ibero Norte Sur Sol Nueva Global Inter Auto",
}
_BACK = {
    "uk": "Сервіс Груп Трейд Плюс Лідер Центр Союз Продукт Альянс Постач Комплект Маркет Інвест Проект",
    "ru": "Сервис Групп Трейд Плюс Лидер Центр Союз Продукт Альянс Снаб Комплект Маркет Инвест Проект",
    "pl": "Serwis Grupa Trade Plus Lider Centrum Produkt Market Invest Projekt",
    "en": "Services Group Trading Partners Systems Supplies Logistics Foods Capital Works",
    "es": "Servicios Grupo Comercio Plus Centro Producto Mercado Inversiones Proyectos",
}


@dataclass(frozen=True)
class CustomerAccounts:
    """Customers' companies; the arrays have one length.

    Attributes:
        name: as in Creatio.
        domain: of their mailboxes (`.example`).
    """

    name: Objects
    domain: Objects


def own_company(seed: int) -> Company:
    """The company whose world this is."""
    rng = stream(seed, "company")
    word = _OWN[int(rng.integers(len(_OWN)))]
    trade = _OWN_TRADES[int(rng.integers(len(_OWN_TRADES)))]
    latin = login_part(word, "kmu")
    return Company(f"ТОВ «{word} {trade}»", f"{latin}.example", latin.upper(), f"{latin}.webitel.example")


def customer_accounts(seed: int, locales: tuple[str, ...], count: int) -> CustomerAccounts:
    """So many customers' companies, named as companies in these languages are."""
    rng = stream(seed, "accounts")
    names: list[str] = []
    domains: list[str] = []
    for number in range(count):
        # two in three speak the first language
        locale = locales[0] if rng.random() < 0.66 else locales[int(rng.integers(len(locales)))]
        name, word = _company(rng, locale, number)
        names.append(name)
        domains.append(f"{login_part(word, 'plain') or 'firm'}{number + 1}.example")
    return CustomerAccounts(objects(names), objects(domains))


def _company(rng: np.random.Generator, locale: str, number: int) -> tuple[str, str]:
    forms, front, back = _FORMS[locale], _FRONT[locale].split(), _BACK[locale].split()
    form = forms[int(rng.integers(len(forms)))]
    if rng.random() < 0.3 or form in {"ФОП", "ИП"}:  # named after its owner
        pool = surnames(locale)
        word = pool.form(int(rng.integers(min(len(pool.male), 3_000))), female=False)
        if form in {"ФОП", "ИП"}:
            return f"{form} {word}", word
        title = f"{word} {back[int(rng.integers(len(back)))]}"
    else:
        word = front[int(rng.integers(len(front)))] + back[int(rng.integers(len(back)))].lower()
        title = word if number < 60 else f"{word} {number % 97 + 1}"
    return (f"{form} «{title}»" if locale in {"uk", "ru"} else f"{title} {form}"), word
