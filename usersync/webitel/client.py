"""Webitel over HTTP: the calls this project needs, and no others (docs/webitel.md)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from usersync.tls import Verify
from usersync.webitel.address import api_root
from usersync.webitel.auth import Auth
from usersync.webitel.clock import Clock
from usersync.webitel.connection import open_connection
from usersync.webitel.errors import MemberUnknown, PagingBroken, UnexpectedAnswer
from usersync.webitel.models import (
    Device,
    License,
    LicenseUser,
    Page,
    Role,
    User,
    Userinfo,
    deleted_ids,
    places_of,
    unwrapped,
)
from usersync.webitel.pace import Pace
from usersync.webitel.paging import PagedRead, read_list
from usersync.webitel.paths import chunks, number, references, serial_number
from usersync.webitel.reads import UsersRead, users_read
from usersync.webitel.retry import Repeat, RetryPolicy
from usersync.webitel.statistics import Meter, Statistics
from usersync.webitel.wire import Call, OnRequest, Wire
from usersync.webitel.writing import WRITABLE_MEMBERS, NewDevice, NewUser
from usersync.words import Sentence

IMPORT_FIELDS = (
    "id",
    "name",
    "username",
    "extension",
    "email",
    "device",
    "devices",
    "roles",
    "license",
    "contact",
    "profile",
    "updated_at",
)
"""Members of a user the import needs. Asked for by name: e-mail, licences and roles are not given otherwise."""

LICENSE_FIELDS = ("id", "license")
"""Members of a user that are read right before and after a change of licences."""

Model = TypeVar("Model", bound=BaseModel)
Params = tuple[tuple[str, str], ...]


class WebitelClient:
    """A session with one Webitel domain.

    Example:
        >>> async with WebitelClient("https://webitel.example.com", TokenAuth("…")) as webitel:
        ...     read = await webitel.users()

    Args:
        url: the address, with or without `/api`.
        auth: `TokenAuth` or `LoginAuth`.
        concurrency: greatest number of requests in flight.
        requests_per_second: greatest number of requests started in a second; None = no bound.
        retry: how often and after how long a request is sent again.
        connect_timeout: seconds until a connection must stand.
        read_timeout: seconds without a byte of an answer (or without being able to send one).
        proxy: address of a proxy; None = as the environment says, if `trust_env`.
        trust_env: whether `HTTPS_PROXY`, `NO_PROXY`, `SSL_CERT_FILE` of the environment count.
        verify: True = the certificates of the installation, a path = a file of certificates, or a ready TLS context.
        max_pages: pages after which a list is taken to have no end.
        on_request: told of every request that went out.
        clock: time and chance.
        transport: how bytes are sent, where it is not the network.

    Raises:
        AddressInvalid: `url` cannot be the address of a Webitel.
        CertificatesUnreadable: `verify` names no file of certificates.
        ProxyInvalid: `proxy`, or the one of the environment, cannot be used.
    """

    def __init__(
        self,
        url: str,
        auth: Auth,
        *,
        concurrency: int = 10,
        requests_per_second: float | None = 80.0,
        retry: RetryPolicy | None = None,
        connect_timeout: float = 10.0,
        read_timeout: float = 60.0,
        proxy: str | None = None,
        trust_env: bool = True,
        verify: Verify = True,
        max_pages: int = 5_000,
        on_request: OnRequest | None = None,
        clock: Clock | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.url = api_root(url)
        clock = clock or Clock()
        self._max_pages = max_pages
        self._meter = Meter(clock)
        self._http = open_connection(
            concurrency=concurrency,
            connect_timeout=connect_timeout,
            read_timeout=read_timeout,
            proxy=proxy,
            trust_env=trust_env,
            verify=verify,
            transport=transport,
        )
        self._wire = Wire(
            self.url,
            auth,
            http=self._http,
            pace=Pace(concurrency=concurrency, requests_per_second=requests_per_second, clock=clock),
            retry=retry or RetryPolicy(),
            meter=self._meter,
            clock=clock,
            on_request=on_request,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    @property
    def statistics(self) -> Statistics:
        """What the client did so far."""
        return self._meter.read()

    @property
    def server_time(self) -> datetime | None:
        """The service's clock when it last answered, None before."""
        return self._wire.server_time

    # Who we are

    async def userinfo(self) -> Userinfo:
        """Who we are logged in as; `dc` is the number of the domain.

        Raises:
            WebitelError: see `usersync.webitel.errors`; so for all calls here.
        """
        call = Call("GET", "/userinfo", "read", Repeat.HARMLESS)
        return self._model(Userinfo, unwrapped(await self._wire.send(call), "userinfo"), call)

    # Users

    async def users(
        self,
        fields: Sequence[str] = IMPORT_FIELDS,
        ids: Iterable[str] | None = None,
        *,
        deleted: bool = False,
        page_size: int = 500,
    ) -> UsersRead:
        """Read all users, page by page.

        A reading that is not complete does not raise; it says so (`UsersRead.trusted`).

        Args:
            fields: members to ask for; others look empty.
            ids: only these users, None = all.
            deleted: only the users marked as deleted.
            page_size: users in a page; the server may give fewer.
        """
        wanted = tuple(dict.fromkeys(("id", *fields)))
        params: Params = (("sort", "+id"), *(("fields", name) for name in wanted))
        if deleted:
            params += (("deleted", "true"),)
        if ids is None:
            return users_read([await self._list("/users", User, _id, params, size=page_size)])
        parts_of_ids = chunks(ids)
        tasks = [asyncio.create_task(self._users_of(chunk, params)) for chunk in parts_of_ids]
        try:
            parts = await asyncio.gather(*tasks)
        finally:
            # Where one failed, the others must not go on behind the caller's back.
            for task in tasks:
                task.cancel()
        asked = {id_ for chunk in parts_of_ids for id_ in chunk}
        strangers = sum(id_ not in asked for part in parts for id_ in part.items)
        problems = [Sentence("webitel-problem-unasked", {"count": strangers})] if strangers else []
        return users_read(parts, problems)

    async def _users_of(self, ids: tuple[str, ...], params: Params) -> PagedRead[User]:
        # The default size is 16: without `size` most of the ids would come on further pages.
        return await self._list(
            "/users",
            User,
            _id,
            (*params, *(("id", id_) for id_ in ids)),
            size=len(ids),
            look_further=False,
        )

    async def users_by_id(self, ids: Iterable[str], fields: Sequence[str] = IMPORT_FIELDS) -> tuple[User, ...]:
        """Read these users, 100 in a request, in the order of their ids. Ids that do not exist are left out.

        Raises:
            PagingBroken: the answers are not complete, or hold users nobody asked for.
        """
        read = await self.users(fields, ids)
        if not read.trusted:
            raise PagingBroken(method="GET", url=f"{self.url}/users", problems=read.problems)
        return read.users

    async def users_bearing(
        self, *, username: str = "", extension: str = "", fields: Sequence[str] = IMPORT_FIELDS
    ) -> tuple[User, ...]:
        """Read the users that bear this username, or this extension, whatever its case. The deleted too: they keep both.

        Webitel's own filters are patterns; what they find is compared here once more.

        Raises:
            PagingBroken: the list cannot be read completely.
        """
        wanted = {name: value for name, value in (("username", username), ("extension", extension)) if value}
        if len(wanted) != 1:
            raise ValueError("a username or an extension")
        ((member, value),) = wanted.items()
        names = tuple(dict.fromkeys(("id", *fields, member, "deleted_at")))
        params: Params = (("sort", "+id"), ("any", "true"), (member, value), *(("fields", name) for name in names))
        found = await self._all("/users", User, _id, params)
        return tuple(user for user in found if str(getattr(user, member)).casefold() == value.casefold())

    async def first_users(self, fields: Sequence[str] = IMPORT_FIELDS, *, size: int = 500) -> Page[User]:
        """The first page of all users, for what need not be complete; `next` says whether it is."""
        names = tuple(("fields", name) for name in dict.fromkeys(("id", *fields)))
        params = (("page", "1"), ("size", str(size)), ("sort", "+id"), *names)
        call = Call("GET", "/users", "read", Repeat.HARMLESS, params=params)
        return self._model(Page[User], await self._wire.send(call), call)

    async def user(self, user_id: str, fields: Sequence[str] = ()) -> User:
        """Read one user; without `fields`, all of it.

        Raises:
            NotFound: there is no such user.
        """
        params = tuple(("fields", name) for name in fields)
        call = Call("GET", f"/users/{number(user_id)}", "read", Repeat.HARMLESS, params=params, one=True)
        return self._model(User, unwrapped(await self._wire.send(call), "user"), call)

    async def create_user(self, user: NewUser, *, generate_device: bool = True, request_id: str | None = None) -> User:
        """Create a user. The answer has what Webitel chose to return; read the user again for its default device.

        Args:
            user: the user.
            generate_device: whether Webitel makes a SIP device and its default; servers before May 2026 ignore it.
            request_id: id to send, for the journal; None = a new one.

        Raises:
            Refused: the login or the extension is taken, or the like.
            ServerFailed, AnswerLost: with `outcome_unknown`: look for the login before creating it again.
        """
        params = (("generate_device", "true"),) if generate_device else ()
        call = _write("POST", "/users", Repeat.SECOND_OBJECT, request_id, params=params, body=user.body())
        return self._model(User, unwrapped(await self._wire.send(call), "user"), call)

    async def patch_user(
        self, user_id: str, members: Mapping[str, Any], *, request_id: str | None = None, within: float | None = None
    ) -> User:
        """Change the given members of a user; lists are replaced as a whole.

        Args:
            user_id: whom.
            members: name → value.
            request_id: id to send, for the journal; None = a new one.
            within: seconds from now in which the request must go out, or it does not go out at all.

        Returns:
            What Webitel says changed; other members look empty.

        Raises:
            MemberUnknown: a member that cannot be written.
            NotFound: there is no such user.
            Refused: Webitel refused this change.
            TurnMissed: it could not be sent in time.
        """
        unknown = sorted(members.keys() - WRITABLE_MEMBERS)
        if unknown:
            raise MemberUnknown(method="PATCH", members=", ".join(unknown))
        path = f"/users/{number(user_id)}"
        call = _write("PATCH", path, Repeat.SAME_END, request_id, body=dict(members), one=True)
        if within is not None:
            call = replace(call, until=self._wire.now() + within)
        payload = unwrapped(await self._wire.send(call), "user")
        # Only the changed part comes back, which may be nothing at all.
        return self._model(User, {"id": user_id, **payload} if isinstance(payload, dict) else {"id": user_id}, call)

    async def set_licenses(
        self, user_id: str, license_ids: Iterable[str], *, request_id: str | None = None, within: float | None = None
    ) -> User:
        """Make these the licences of a user, all of them: what is not among them is taken away.

        There is no call to add or remove one: read the set right before, and again afterwards.

        Args:
            user_id: whose.
            license_ids: the whole set.
            request_id: id to send, for the journal; None = a new one.
            within: seconds from now in which the request must go out, or it does not go out at all.

        Raises:
            TurnMissed: it could not be sent in time.
        """
        members = {"license": references(license_ids)}
        return await self.patch_user(user_id, members, request_id=request_id, within=within)

    async def set_roles(self, user_id: str, role_ids: Iterable[str], *, request_id: str | None = None) -> User:
        """Make these the roles of a user, all of them: what is not among them is taken away."""
        return await self.patch_user(user_id, {"roles": references(role_ids)}, request_id=request_id)

    async def delete_user(
        self, user_id: str, *, permanent: bool = False, request_id: str | None = None
    ) -> tuple[str, ...]:
        """Delete a user.

        Args:
            user_id: whom.
            permanent: False = marked as deleted only (found with `users(deleted=True)`); its login and extension may
                stay taken.
            request_id: id to send, for the journal; None = a new one.

        Returns:
            The ids Webitel says it deleted; empty where it does not say.

        Raises:
            NotFound: there is no such user.
        """
        params = (("permanent", "true"),) if permanent else ()
        path = f"/users/{number(user_id)}"
        call = _write("DELETE", path, Repeat.SECOND_OBJECT, request_id, params=params, one=True)
        return deleted_ids(await self._wire.send(call))

    # Licences and roles

    async def licenses(self) -> tuple[License, ...]:
        """The licences of the customer.

        Raises:
            PagingBroken: the list cannot be read completely; so for all lists below.
        """
        return await self._all("/license", License, lambda license_: license_.id)

    async def license_users(self, serial: str) -> tuple[LicenseUser, ...]:
        """Who holds a licence, with the sessions open now."""
        return await self._all(
            f"/products/{serial_number(serial)}/users", LicenseUser, lambda row: row.user.id, one=True
        )

    async def roles(self) -> tuple[Role, ...]:
        """All roles. Users are roles as well: `Role.user` tells them."""
        fields = ("id", "name", "user", "description")
        params = (("sort", "+id"), *(("fields", name) for name in fields))
        return await self._all("/roles", Role, _id, params)

    # Devices

    async def devices(self, user_id: str | None = None) -> tuple[Device, ...]:
        """The SIP devices of a user, or of all."""
        params = (("user.id", number(user_id)),) if user_id is not None else ()
        return await self._all("/devices", Device, _id, (("sort", "+id"), *params))

    async def create_device(self, device: NewDevice, *, request_id: str | None = None) -> Device:
        """Create a SIP device."""
        call = _write("POST", "/devices", Repeat.SECOND_OBJECT, request_id, body=device.body())
        return self._model(Device, unwrapped(await self._wire.send(call), "device"), call)

    async def delete_device(self, device_id: str, *, request_id: str | None = None) -> tuple[str, ...]:
        """Delete a SIP device; the ids Webitel says it deleted."""
        path = f"/devices/{number(device_id)}"
        return deleted_ids(await self._wire.send(_write("DELETE", path, Repeat.SECOND_OBJECT, request_id, one=True)))

    # Lists

    async def _all(
        self, path: str, model: type[Model], key: Callable[[Model], str], params: Params = (), *, one: bool = False
    ) -> tuple[Model, ...]:
        read = await self._list(path, model, key, params, size=500, one=one)
        if read.problems:
            raise PagingBroken(method="GET", url=self.url + path, problems=read.problems)
        return tuple(read.items.values())

    async def _list(
        self,
        path: str,
        model: type[Model],
        key: Callable[[Model], str],
        params: Params,
        *,
        size: int,
        look_further: bool = True,
        one: bool = False,
    ) -> PagedRead[Model]:
        async def fetch(page: int, size: int) -> Page[Model]:
            query = (("page", str(page)), ("size", str(size)), *params)
            call = Call("GET", path, "read", Repeat.HARMLESS, params=query, one=one)
            return self._model(Page[model], await self._wire.send(call), call)  # type: ignore[valid-type]

        return await read_list(fetch, key, size=size, max_pages=self._max_pages, look_further=look_further)

    def _model(self, model: type[Model], payload: Any, call: Call) -> Model:
        try:
            return model.model_validate(payload)
        except ValidationError as error:
            raise UnexpectedAnswer(
                method=call.method,
                url=self.url + call.path,
                request_id=call.request_id,
                outcome_unknown=call.kind == "write",
                places=places_of(error),
            ) from None


def _write(
    method: str,
    path: str,
    repeat: Repeat,
    request_id: str | None,
    *,
    params: Params = (),
    body: Any = None,
    one: bool = False,
) -> Call:
    call = Call(method, path, "write", repeat, params=params, body=body, one=one)
    return replace(call, request_id=request_id) if request_id else call


def _id(item: User | Role | Device) -> str:
    return item.id
