"""Which word of a name is which, said only where it is certain."""

from __future__ import annotations

import re

from usersync.planning.world import NameParts

_PATRONYMIC = re.compile(
    r"(ович|евич|йович|ьович|івна|ївна|овна|евна|ична|ілліч|ильич|ovych|evych|iovych|ovich|evich|ivna|yivna|ovna|evna)$",
    re.IGNORECASE,
)


def certain_parts(name: str) -> NameParts | None:
    """The parts of a name of three words, one of them a patronymic: it stands right after the given name.

    "Ковальчук Олександр Іванович" and "Олександр Іванович Ковальчук" are certain. Two words never are, and neither is a
    name in which two words look like patronymics (Іван Петрович Ходкевич).
    """
    words = name.split()
    if len(words) != 3:
        return None
    patronymics = [position for position, word in enumerate(words) if _PATRONYMIC.search(word)]
    if patronymics == [2]:
        return NameParts(surname=words[0], given_name=words[1], middle_name=words[2])
    if patronymics == [1]:
        return NameParts(surname=words[2], given_name=words[0], middle_name=words[1])
    return None
