"""What Webitel sends, as typed values.

Lenient where the service may grow (unknown members are ignored) and strict where a mistake would cost (an object without
its id is refused). Protobuf's JSON leaves zero values out, so an absent member and its default are the same thing; an
explicit null is read as absent too. Ids are the digits Webitel sends, kept as text.

None of these values shows anything of a person in its `repr`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, ClassVar, Generic, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECONDS_BELOW = 100_000_000_000
"""Below it a timestamp counts seconds (until the year 5138), from it on milliseconds (from 1973)."""
_LAST_MILLISECOND = 253_402_300_799_999
"""The end of the year 9999, the last moment Python knows."""


def moment(value: Any) -> datetime | None:
    """An aware UTC time out of a Unix timestamp in seconds or milliseconds, told apart by magnitude.

    Webitel counts licences and tokens in milliseconds; of users its description only says "unix". Zero, negative numbers
    and the far future (the greatest int64 stands for "never") are no time at all.

    Raises:
        ValueError: neither a number nor an ISO 8601 time.
    """
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise ValueError("not a timestamp")
    try:
        number = int(value)
    except ValueError:
        return moment(datetime.fromisoformat(str(value)))
    if 0 < number < _SECONDS_BELOW:
        number *= 1000
    return _EPOCH + timedelta(milliseconds=number) if 0 < number <= _LAST_MILLISECOND else None


Id = Annotated[str, Field(pattern=r"^-?[0-9]+$")]
Moment = Annotated[datetime | None, BeforeValidator(moment)]


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True, hide_input_in_errors=True)

    _shown: ClassVar[tuple[str, ...]] = ("id",)

    @model_validator(mode="before")
    @classmethod
    def _null_is_absent(cls, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: member for key, member in value.items() if member is not None and member != {}}
        return value

    def __repr_args__(self) -> Iterable[tuple[str | None, Any]]:
        return [(name, getattr(self, name)) for name in self._shown]


class Ref(_Answer):
    """A pointer to another object of Webitel."""

    id: Id
    name: str = ""


class UserLicense(_Answer):
    """One licence held by one user. The product is called `prod` here and `product` in `License`."""

    id: str
    prod: str = ""
    name: str = ""
    scope: tuple[str, ...] = ()
    issued_at: Moment = None
    expires_at: Moment = None


class Presence(_Answer):
    """What a user does now: `status` is a list of tokens in one text (`sip,web,dnd`)."""

    _shown: ClassVar[tuple[str, ...]] = ("status",)

    status: str = ""
    note: str = ""


class Permission(_Answer):
    """A right, by its id (`manage_user_license`)."""

    id: str
    name: str = ""


class User(_Answer):
    """A telephony user. Members that were not asked for look empty; see `WebitelClient.users`."""

    id: Id
    name: str = ""
    username: str = ""
    extension: str = ""
    email: str = ""
    chat_name: str = ""
    presence: Presence | None = None
    device: Ref | None = None
    devices: tuple[Ref, ...] = ()
    hotdesks: tuple[Ref, ...] = ()
    contact: Ref | None = None
    roles: tuple[Ref, ...] = ()
    license: tuple[UserLicense, ...] = ()
    permissions: tuple[Permission, ...] = ()
    profile: dict[str, str] = Field(default_factory=dict)
    created_at: Moment = None
    created_by: Ref | None = None
    updated_at: Moment = None
    updated_by: Ref | None = None
    deleted_at: Moment = None


class LicenseStatus(_Answer):
    """Why a licence cannot be granted now (`product exhausted`)."""

    _shown: ClassVar[tuple[str, ...]] = ("errors",)

    errors: tuple[str, ...] = ()
    notify: tuple[str, ...] = ()


class License(_Answer):
    """One licence of the customer, by its serial number.

    Attributes:
        competitive: True = concurrent (counts people online now), False = named (seats bound to users).
        limit: seats.
        remain: seats not taken; of a concurrent licence: people who could still sign in now.
    """

    _shown: ClassVar[tuple[str, ...]] = ("id", "product")

    id: str
    product: str = ""
    name: str = ""
    not_before: Moment = None
    not_after: Moment = None
    scope: tuple[str, ...] = ()
    competitive: bool = False
    limit: int = 0
    remain: int = 0
    status: LicenseStatus = LicenseStatus()


class LicenseUser(_Answer):
    """One user of one licence, with the number of sessions open now."""

    _shown: ClassVar[tuple[str, ...]] = ("user", "sessions")

    user: Ref
    domain: Ref | None = None
    issued_at: Moment = None
    expires_at: Moment = None
    sessions: int = 0


class Role(_Answer):
    """A role. Users are roles too inside Webitel: those have `user` set."""

    id: Id
    name: str = ""
    user: bool = False
    description: str = ""


class Device(_Answer):
    """A SIP device; `account` is its SIP login."""

    id: Id
    name: str = ""
    account: str = ""
    user: Ref | None = None
    hotdesk: bool = False
    brand: str = ""
    model: str = ""


class Userinfo(_Answer):
    """Who we are logged in as. `dc` is the number of the domain: it tells one domain from another for ever."""

    _shown: ClassVar[tuple[str, ...]] = ("dc", "user_id")

    dc: Id
    user_id: Id
    domain: str = ""
    name: str = ""
    username: str = ""
    preferred_username: str = ""
    extension: str = ""
    roles: tuple[Ref, ...] = ()
    license: tuple[UserLicense, ...] = ()
    permissions: tuple[Permission, ...] = ()
    updated_at: Moment = None
    expires_at: Moment = None


Item = TypeVar("Item", bound=BaseModel)


class Page(_Answer, Generic[Item]):
    """One page of a list. `page` is None where the service did not say which one it is; no `next` means no."""

    _shown: ClassVar[tuple[str, ...]] = ("page", "next")

    page: int | None = None
    next: bool = False
    items: tuple[Item, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _is_a_page(cls, value: Any) -> Any:
        if isinstance(value, list):
            return {"items": value}
        # Any object would pass for an empty page otherwise, an error sent with status 200 for one.
        if isinstance(value, dict) and not value.keys() & {"items", "page"}:
            raise ValueError("neither items nor page")
        return value


def unwrapped(payload: Any, name: str) -> Any:
    """The object out of `{"user": {…}}`, or the object itself: the published description shows the first, the wire the second."""
    if isinstance(payload, dict) and payload.keys() == {name} and isinstance(payload[name], dict):
        return payload[name]
    return payload


def deleted_ids(payload: Any) -> tuple[str, ...]:
    """The ids out of the answer to a DELETE: a bare array, `{"deleted": […]}`, `{"items": […]}`, one object, or nothing."""
    if isinstance(payload, dict):
        payload = next((payload[name] for name in ("deleted", "items") if name in payload), [payload])
    if not isinstance(payload, list):
        return ()
    ids = (entry.get("id") if isinstance(entry, dict) else entry for entry in payload)
    return tuple(str(id_) for id_ in ids if id_ is not None)


def places_of(error: ValidationError) -> str:
    """Where an answer is not what it should be (`items.0.id`), without the values found there."""
    places = (".".join(str(step) for step in entry["loc"]) or "–" for entry in error.errors(include_input=False))
    return ", ".join(dict.fromkeys(list(places)[:5]))
