from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from usersync.webitel import Device, License, LicenseUser, Page, Role, User, Userinfo, UserLicense
from usersync.webitel.models import deleted_ids, moment, places_of, unwrapped

NEW_YEAR = datetime(2027, 1, 1, tzinfo=UTC)
NEW_YEAR_SECONDS = 1_798_761_600


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        (str(NEW_YEAR_SECONDS), NEW_YEAR),
        (str(NEW_YEAR_SECONDS * 1000), NEW_YEAR),
        (NEW_YEAR_SECONDS, NEW_YEAR),
        (NEW_YEAR_SECONDS * 1000 + 437, NEW_YEAR + timedelta(milliseconds=437)),
        ("2027-01-01T00:00:00Z", NEW_YEAR),
        ("2027-01-01T02:00:00+02:00", NEW_YEAR),
        ("2027-01-01T00:00:00", NEW_YEAR),
        ("0", None),
        (0, None),
        ("-1", None),
        ("", None),
        (None, None),
        (str(2**63 - 1), None),
    ],
)
def test_a_time_is_told_by_its_magnitude(sent: object, meant: datetime | None) -> None:
    assert moment(sent) == meant


@pytest.mark.parametrize("sent", ["soon", True, ["1"], {}])
def test_what_is_no_time_is_refused(sent: object) -> None:
    with pytest.raises(ValueError, match=r"timestamp|isoformat"):
        moment(sent)


@given(st.integers(min_value=110_000_000, max_value=4_102_444_800))
def test_from_1974_to_2100_seconds_and_milliseconds_mean_the_same_moment(seconds: int) -> None:
    assert moment(str(seconds)) == moment(str(seconds * 1000)) == datetime.fromtimestamp(seconds, UTC)


def test_what_protobuf_leaves_out_is_its_zero() -> None:
    user = User.model_validate({"id": "10"})
    assert (user.extension, user.email, user.device, user.license, user.roles, user.profile) == (
        "",
        "",
        None,
        (),
        (),
        {},
    )
    license_ = License.model_validate({"id": "6f"})
    assert (license_.competitive, license_.limit, license_.remain, license_.status.errors) == (False, 0, 0, ())
    assert Page[User].model_validate({"items": []}).next is False


def test_an_explicit_null_is_the_same_as_nothing() -> None:
    nulls = dict.fromkeys(["name", "extension", "device", "devices", "license", "profile", "updated_at", "presence"])
    assert User.model_validate({"id": "10", **nulls}) == User.model_validate({"id": "10"})
    assert Page[User].model_validate({"page": None, "next": None, "items": None}).items == ()
    assert License.model_validate({"id": "6f", "remain": None, "status": None}) == License.model_validate({"id": "6f"})


def test_a_reference_without_content_is_none() -> None:
    assert User.model_validate({"id": "10", "device": {}}).device is None


def test_ids_are_text_also_where_a_number_was_sent() -> None:
    user = User.model_validate({"id": 10, "roles": [{"id": 9007199254740993}]})
    assert user.id == "10"
    assert user.roles[0].id == "9007199254740993"


@pytest.mark.parametrize("sent", [{}, {"id": None}, {"id": ""}, {"id": "ann"}, {"id": True}, [], "10"])
def test_a_user_without_a_proper_id_is_refused(sent: object) -> None:
    with pytest.raises(ValidationError):
        User.model_validate(sent)


def test_members_nobody_knows_are_ignored() -> None:
    assert User.model_validate({"id": "10", "new_thing": {"x": 1}}) == User.model_validate({"id": "10"})


def test_the_product_is_called_prod_in_a_grant_and_product_in_a_licence() -> None:
    assert UserLicense.model_validate({"id": "6f", "prod": "CHAT", "product": "no"}).prod == "CHAT"
    assert License.model_validate({"id": "6f", "product": "CHAT", "prod": "no"}).product == "CHAT"


def test_a_full_user_is_read_whole() -> None:
    user = User.model_validate(
        {
            "id": "10",
            "name": "Ann Agent",
            "username": "ann.agent",
            "extension": "1010",
            "email": "ann@example.com",
            "device": {"id": "77", "name": "ann-softphone"},
            "devices": [{"id": "77", "name": "ann-softphone"}],
            "roles": [{"id": "5", "name": "agents"}],
            "license": [{"id": "6f", "prod": "CALL_CENTER", "expires_at": str(NEW_YEAR_SECONDS * 1000)}],
            "profile": {"company": "Acme", "floor": 3},
            "updated_at": str(NEW_YEAR_SECONDS * 1000),
            "presence": {"status": "sip,web"},
        }
    )
    assert user.device is not None
    assert user.device.name == "ann-softphone"
    assert user.license[0].expires_at == NEW_YEAR
    assert user.profile == {"company": "Acme", "floor": "3"}
    assert user.updated_at == NEW_YEAR
    assert user.presence is not None
    assert user.presence.status == "sip,web"


def test_nothing_of_a_person_shows_in_a_repr() -> None:
    person = {"name": "Ann Agent", "email": "ann@example.com", "extension": "1010", "username": "ann.agent"}
    shown = [
        repr(Userinfo.model_validate({"dc": "1", "user_id": "2", **person})),
        repr(Page[User].model_validate({"page": 1, "items": [{"id": "10", **person}]})),
        repr(LicenseUser.model_validate({"user": {"id": "10", "name": "Ann Agent"}})),
        repr(Device.model_validate({"id": "77", "name": "Ann Agent", "user": {"id": "10", "name": "Ann Agent"}})),
        str(User.model_validate({"id": "10", **person, "roles": [{"id": "5", "name": "Ann Agent"}]})),
        repr(Role.model_validate({"id": "10", "name": "Ann Agent", "user": True})),
    ]
    assert "10" in shown[4]
    for text in shown:
        assert not any(value in text for value in person.values())


def test_a_mistake_is_named_by_its_place_and_not_by_its_value() -> None:
    with pytest.raises(ValidationError) as caught:
        Page[User].model_validate({"items": [{"id": "1"}, {"id": "2", "email": ["ann@example.com"]}]})
    assert places_of(caught.value) == "items.1.email"
    assert "ann@example.com" not in str(caught.value)


@pytest.mark.parametrize("sent", [{}, {"id": "app.error", "code": 500}, {"next": True}, "no", None])
def test_what_is_no_page_is_not_taken_for_an_empty_one(sent: object) -> None:
    with pytest.raises(ValidationError):
        Page[User].model_validate(sent)


def test_a_bare_array_is_a_page() -> None:
    page = Page[User].model_validate([{"id": "1"}])
    assert [user.id for user in page.items] == ["1"]
    assert (page.page, page.next) == (None, False)


def test_an_object_is_found_with_and_without_its_wrapper() -> None:
    assert unwrapped({"user": {"id": "1"}}, "user") == {"id": "1"}
    assert unwrapped({"id": "1"}, "user") == {"id": "1"}
    # The user of a device is a member of it, not its wrapper.
    assert unwrapped({"id": "77", "user": {"id": "1"}}, "user") == {"id": "77", "user": {"id": "1"}}


@pytest.mark.parametrize(
    ("sent", "ids"),
    [
        ([{"id": "1"}, {"id": 2}], ("1", "2")),
        ({"deleted": [{"id": "1"}]}, ("1",)),
        ({"items": [{"id": "1"}]}, ("1",)),
        (["1", "2"], ("1", "2")),
        ({"id": "1", "name": "x"}, ("1",)),
        ({}, ()),
        (None, ()),
        ([], ()),
    ],
)
def test_deleted_ids_are_found_in_every_form(sent: object, ids: tuple[str, ...]) -> None:
    assert deleted_ids(sent) == ids
