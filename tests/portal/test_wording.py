"""Every code a page may meet has words and a tone: a new one must not break the page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from usersync.creatio.profiles import ENTITIES
from usersync.ledger import OperationState, PlanState, RunState
from usersync.planning.administration import PLACEMENT, SYSTEM_USER, TELEPHONY
from usersync.planning.processes import Process
from usersync.planning.rows import FieldChange, RowChange
from usersync.planning.section import Flag
from usersync.planning.values import RANKS, Action, Situation
from usersync.portal import changes, wording
from usersync.portal.pages import plans, runs, users
from usersync.words import LANGUAGES, Sentence, speak
from usersync.words import _bundle as bundle

_READ_ONLY = {"id", "created_on", "modified_on", "modified_by"}


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    speak(request.param)
    yield request.param
    speak("en")


def test_every_state_has_a_tone() -> None:
    assert set(runs.TONES) == set(RunState)
    assert set(plans.TONES) == set(PlanState)
    assert set(changes.STATE_TONES) == set(OperationState)
    assert set(users.FLAG_TONES) == set(Flag)


@pytest.mark.parametrize("action", Action)
def test_every_action_on_a_row_has_its_line(action: Action, language: str) -> None:
    fields = (FieldChange("roles", ["103"], ["103", "104"]),)
    line = changes.lines_of(
        RowChange("webitel", "webitel_roles", "7", action, fields, Sentence("action-sets-roles"), ("op",))
    )

    assert line["head"]
    if action is Action.SET_ROLES:
        assert line["lines"] == ["103 → 103, 104"]


def test_entities_and_fields_have_words(language: str) -> None:
    known = bundle(language).has_message
    entities = {*RANKS, SYSTEM_USER, TELEPHONY, PLACEMENT}
    written = {name for entity in entities & set(ENTITIES) for name in ENTITIES[entity].fields} - _READ_ONLY

    assert [name for name in entities if not known(f"portal-entity-{name.replace('_', '-')}")] == []
    assert [name for name in written if not known(f"portal-field-{name.replace('_', '-')}")] == []
    assert [name for name in Situation if str(name.sentence) == name.sentence.id] == []


def test_a_run_is_named_after_its_process(language: str) -> None:
    assert [wording.mode_words(process.mode) for process in Process] == [str(process) for process in Process]
