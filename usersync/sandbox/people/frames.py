"""Tables of the world: columns to a frame whose texts stay texts and whose missing values stay None."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from usersync.sandbox.people.draw import Calendar, Objects, guids
from usersync.sandbox.people.wellknown import SUPERVISOR_CONTACT


def frame(columns: Mapping[str, Any]) -> pd.DataFrame:
    """A frame of equally long arrays or lists; texts as Python objects, so that an absent one is None and never NaN."""
    made = {}
    for name, values in columns.items():
        array = values if isinstance(values, np.ndarray) else _array(values)
        made[name] = pd.Series(array, dtype=array.dtype)
    return pd.DataFrame(made)


def _array(values: Sequence[Any]) -> np.ndarray[Any, np.dtype[Any]]:
    if values and all(isinstance(value, bool) for value in values):
        return np.array(values, dtype=bool)
    if values and all(isinstance(value, int) for value in values):
        return np.array(values, dtype=np.int64)
    made = np.empty(len(values), dtype=object)
    made[:] = values
    return made


def same(value: str | None, count: int) -> Objects:
    """One value, so many times."""
    return np.full(count, value, dtype=object)


def audited(entity: str, seed: int, calendar: Calendar, count: int, columns: Mapping[str, Any]) -> pd.DataFrame:
    """A frame with fresh Ids and the columns every Creatio object has, the Supervisor as author."""
    created, modified = calendar.created_and_modified(count)
    return frame(
        {
            "Id": columns.get("Id", guids(seed, entity, count)),
            "CreatedOn": created, "CreatedById": same(SUPERVISOR_CONTACT, count),
            "ModifiedOn": modified, "ModifiedById": same(SUPERVISOR_CONTACT, count),
            **{name: values for name, values in columns.items() if name != "Id"},
        }
    )  # fmt: skip
