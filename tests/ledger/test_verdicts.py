"""Verdicts: said once, obeyed until withdrawn, never contradicting."""

from datetime import timedelta

import pytest

from tests.ledger.people import DOMAIN
from usersync.ledger import VerdictContradicts, VerdictIncomplete, VerdictKind, VerdictNotFound

K = VerdictKind


def _say(ledger, user_id, kind, contact_id=None, *, author="ivan", until=None):
    return ledger.give_verdict(
        DOMAIN, user_id, kind, author=author, reason="seen them", contact_id=contact_id, until=until
    )


def test_a_verdict_is_kept_with_its_author_reason_and_time(ledger, clock):
    given = _say(ledger, "7", K.MUST_LINK, "c1")

    assert ledger.verdicts(DOMAIN) == [given]
    assert (given.user_id, given.kind, given.contact_id) == ("7", K.MUST_LINK, "c1")
    assert (given.author, given.reason, given.at) == ("ivan", "seen them", clock.moment)
    assert ledger.verdicts(DOMAIN, "8") == ledger.verdicts("support") == []


def test_said_twice_it_is_one_verdict(ledger):
    assert _say(ledger, "7", K.IGNORE) == _say(ledger, "7", K.IGNORE, author="petro")
    assert len(ledger.verdicts(DOMAIN)) == 1


CONTRADICTIONS = [
    ((K.MUST_LINK, "c1"), (K.CANNOT_LINK, "c1")),
    ((K.MUST_LINK, "c1"), (K.MUST_LINK, "c2")),
    ((K.MUST_LINK, "c1"), (K.CREATE, None)),
    ((K.MUST_LINK, "c1"), (K.SEPARATE_CONTACT, None)),
    ((K.MUST_LINK, "c1"), (K.SECOND_ACCOUNT, "c1")),
    ((K.SECOND_ACCOUNT, "c1"), (K.CANNOT_LINK, "c1")),
    ((K.IGNORE, None), (K.MUST_LINK, "c1")),
    ((K.IGNORE, None), (K.IMPORT_ANYWAY, None)),
    ((K.IGNORE, None), (K.CREATE, None)),
    ((K.IGNORE, None), (K.RESTORE, None)),
]


@pytest.mark.parametrize(("one", "other"), CONTRADICTIONS, ids=lambda verdict: "-".join(filter(None, verdict)))
def test_two_that_contradict_are_refused_in_either_order_with_the_one_in_force_named(ledger, one, other):
    for first, second, user_id in ((one, other, "7"), (other, one, "8")):
        in_force = _say(ledger, user_id, *first)
        with pytest.raises(VerdictContradicts) as caught:
            _say(ledger, user_id, *second, author="petro")
        assert str(in_force.id) in str(caught.value)
        assert "ivan" in str(caught.value)
        ledger.withdraw_verdict(in_force.id, author="petro")


COMPATIBLE = [
    ((K.CANNOT_LINK, "c1"), (K.CANNOT_LINK, "c2")),
    ((K.CANNOT_LINK, "c1"), (K.MUST_LINK, "c2")),
    ((K.CANNOT_LINK, "c1"), (K.CREATE, None)),
    ((K.CANNOT_LINK, "c1"), (K.IGNORE, None)),
    ((K.IMPORT_ANYWAY, None), (K.CREATE, None)),
    ((K.RESTORE, None), (K.MUST_LINK, "c1")),
]


@pytest.mark.parametrize(("one", "other"), COMPATIBLE, ids=lambda verdict: "-".join(filter(None, verdict)))
def test_two_that_can_both_hold_do(ledger, one, other):
    assert {_say(ledger, "7", *one), _say(ledger, "7", *other)} == set(ledger.verdicts(DOMAIN))


def test_two_users_are_not_linked_to_one_contact_unless_it_is_said_to_be_a_second_account(ledger):
    _say(ledger, "7", K.MUST_LINK, "c1")

    with pytest.raises(VerdictContradicts) as caught:
        _say(ledger, "8", K.MUST_LINK, "c1")
    assert "second_account" in (caught.value.next_step or "")
    _say(ledger, "8", K.SECOND_ACCOUNT, "c1")
    ledger.give_verdict("support", "8", K.MUST_LINK, author="ivan", reason="another domain", contact_id="c1")


def test_a_withdrawn_verdict_no_longer_stands_in_the_way(ledger):
    given = _say(ledger, "7", K.IGNORE)
    ledger.withdraw_verdict(given.id, author="petro")

    assert ledger.verdicts(DOMAIN) == []
    _say(ledger, "7", K.CREATE)
    with pytest.raises(VerdictNotFound):
        ledger.withdraw_verdict(given.id, author="petro")


def test_a_postponement_ends_by_itself_or_with_the_next_word(ledger, clock):
    _say(ledger, "7", K.POSTPONE, until=clock.moment + timedelta(days=1))
    _say(ledger, "8", K.POSTPONE, until=clock.moment + timedelta(days=1))
    _say(ledger, "8", K.CREATE)
    assert [(verdict.user_id, verdict.kind) for verdict in ledger.verdicts(DOMAIN)] == [
        ("7", K.POSTPONE),
        ("8", K.CREATE),
    ]

    clock.pass_(days=1)
    assert [verdict.user_id for verdict in ledger.verdicts(DOMAIN)] == ["8"]


def test_a_postponement_can_be_prolonged(ledger, clock):
    _say(ledger, "7", K.POSTPONE, until=clock.moment + timedelta(days=1))
    later = _say(ledger, "7", K.POSTPONE, until=clock.moment + timedelta(days=9))

    assert ledger.verdicts(DOMAIN) == [later]


def test_a_contact_a_verdict_does_not_speak_of_is_not_kept(ledger):
    assert _say(ledger, "7", K.CREATE, "c1").contact_id is None


@pytest.mark.parametrize("kind", [K.MUST_LINK, K.CANNOT_LINK, K.SECOND_ACCOUNT, K.POSTPONE])
def test_a_verdict_that_lacks_what_it_needs_is_refused(ledger, kind):
    with pytest.raises(VerdictIncomplete, match=kind.value):
        _say(ledger, "7", kind)


def test_a_verdict_needs_a_reason(ledger):
    with pytest.raises(VerdictIncomplete, match="reason"):
        ledger.give_verdict(DOMAIN, "7", K.IGNORE, author="ivan", reason="  ")


def test_the_audit_says_who_gave_and_who_withdrew_but_not_the_reason(ledger):
    given = _say(ledger, "7", K.CANNOT_LINK, "c1")
    ledger.withdraw_verdict(given.id, author="petro")

    withdrawn, said = ledger.audit(DOMAIN, subject="7")
    assert (said.actor, said.action, said.detail["contact"]) == ("ivan", "verdict.cannot_link", "c1")
    assert (withdrawn.actor, withdrawn.action) == ("petro", "verdict.withdrawn")
    assert "seen them" not in str(said)
