"""Ids of the rows we make: UUIDv5, so that the same user gives the same row however often it is tried.

A POST that failed may have been carried out (docs/creatio.md#unknown-outcomes); with an id of our own a second try collides
on the primary key instead of making a duplicate.
"""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Mapping
from typing import Any

_NAMESPACE = uuid.UUID("8f0f5a52-6d2f-5f4e-9d0c-6f1a5a3f7c11")
_LEGAL_FORM = re.compile(
    r"\b(тов|тзов|ооо|зао|оао|пат|прат|ат|ао|фоп|ип|чп|llc|ltd|inc|gmbh|sp z o o|sa|ag|s l|sl|plc|corp)\b"
)


def row_id(dc: str, kind: str, key: str) -> str:
    """The id of a row we make: `kind` is the logical entity, `key` what it is made for, unique within the domain `dc`."""
    return str(uuid.uuid5(_NAMESPACE, f"{dc}:{kind}:{key}"))


_NEW = "new:"


def new_user_id(username: str) -> str:
    """What stands for the id of a Webitel user that is yet to be made: `new:o.bondar`."""
    return f"{_NEW}{username.casefold()}"


def is_new(user_id: str | None) -> bool:
    """Whether this stands for a Webitel user that is yet to be made."""
    return user_id is not None and user_id.startswith(_NEW)


def made_key(dc: str, entity: str, user_id: str, fields: Mapping[str, Any]) -> str:
    """The id of a row of Creatio that is made for a Webitel user.

    Args:
        entity: `record`, `communication`, `license_row` or `role_row`.
        fields: of the row; they tell the several ones of a user apart.
    """
    match entity:
        case "communication":
            key = f"{user_id}:{fields['contact']}:{fields['number']}"
        case "license_row":
            key = f"{user_id}:{fields['license']}"
        case "role_row":
            key = f"{user_id}:{fields['webitel_role']}"
        case _:
            key = user_id
    return row_id(dc, entity, key)


def account_key(name: str) -> str:
    """A company's name as it is compared: case, quotes, punctuation and outer spaces do not count; the legal form does."""
    text = unicodedata.normalize("NFKC", name).casefold()
    return " ".join(re.sub(r"[^\w]+", " ", text).split())


def account_stem(name: str) -> str:
    """A company's name without its legal form: two names with one stem and two forms are for a human to judge."""
    return " ".join(_LEGAL_FORM.sub(" ", account_key(name)).split())
