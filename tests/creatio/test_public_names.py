from __future__ import annotations

import re

from usersync import creatio
from usersync.creatio import wellknown

GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def test_public_names_are_there_sorted_and_documented() -> None:
    assert creatio.__all__ == sorted(creatio.__all__)
    for name in creatio.__all__:
        assert getattr(creatio, name).__doc__, name


def test_the_client_offers_what_its_users_need() -> None:
    offered = {name for name in vars(creatio.CreatioClient) if not name.startswith("_")}
    assert offered == {
        "list", "pages", "count", "get", "exists", "create", "update", "delete", "batch", "metadata",
        "call_service", "runtime", "root", "server_time", "statistics", "close",
    }  # fmt: skip


def test_well_known_ids_are_guids_in_lower_case_and_no_two_are_the_same() -> None:
    ids = [value for name, value in vars(wellknown).items() if name.isupper() and isinstance(value, str)]
    assert all(GUID.fullmatch(value) for value in ids)
    assert len(set(ids)) == len(ids) >= 30
