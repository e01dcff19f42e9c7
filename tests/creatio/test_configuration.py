from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from usersync.creatio import Mapping, MappingSettings
from usersync.creatio.profiles import ENTITIES


def test_every_entity_can_be_configured() -> None:
    assert set(MappingSettings.model_fields) == {*ENTITIES, "referrers"}


def test_nothing_said_changes_nothing() -> None:
    assert Mapping.build("callmanager", MappingSettings()) == Mapping.build("callmanager")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"record": {"columns": {"extention": "X"}}}, 'creatio.mapping.record knows no field "extention"'),
        ({"record": {"optional_columns": ["nothing"]}}, 'knows no field "nothing"'),
        ({"record": {"columns": {"extension": "Usr Ext"}}}, "creatio.mapping.record.columns.extension is not a name"),
        ({"record": {"entity": "W'Sys"}}, "creatio.mapping.record.entity is not a name"),
        ({"record": {"columns": {"id": "Key"}}}, "creatio.mapping.record.columns.id cannot be changed"),
        ({"referrers": ["Call"]}, "creatio.mapping.referrers is not a name"),
        ({"referrers": ["Call.Contact/Id"]}, "creatio.mapping.referrers is not a name"),
        ({"recrod": {}}, "Extra inputs are not permitted"),
        ({"record": {"colums": {}}}, "Extra inputs are not permitted"),
    ],
)
def test_a_slip_in_the_configuration_is_named(said: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError) as refused:
        MappingSettings.model_validate(said)
    assert words in str(refused.value)
