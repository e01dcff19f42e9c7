"""Access: the users of the portal, and the tokens of other programs; for administrators."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Final

from nicegui import ui

from usersync.ledger import ApiToken, PortalUser
from usersync.portal.access import OF_TOKENS, Permission, Role, permissions_of_token, role_named
from usersync.portal.asking import confirmed, filled
from usersync.portal.choosing import choice
from usersync.portal.here import Here
from usersync.portal.page import page
from usersync.portal.secrets import TOKEN_PREFIX, digest, hash_password, new_secret
from usersync.words import say

_DAYS: Final = 365
Refresh = Callable[[], Awaitable[None]]


@page("/access", title="portal-nav-access", section="access", permission=Permission.ADMINISTER)
async def access_page(here: Here) -> None:
    """Users and tokens."""
    place = ui.column().classes("full")

    async def refresh() -> None:
        users = await here.ask(lambda ledger: ledger.portal_users())
        tokens = await here.ask(lambda ledger: ledger.tokens())
        place.clear()
        with place:
            _users(here, users, refresh)
            _tokens(here, tokens, refresh)

    await refresh()


def _users(here: Here, users: list[PortalUser], refresh: Refresh) -> None:
    with ui.row().classes("actions"):
        _heading("portal-users")
        ui.button(say("portal-user-add"), on_click=lambda: _add_user(here, refresh)).props("unelevated no-caps")
    headings = ("portal-user", "portal-role", "portal-active", "portal-added", "portal-what")
    with _table(say("portal-users"), [say(name) for name in headings]):
        for user in users:
            with ui.element("tr"):
                _cells(user.name)
                with ui.element("td"):
                    _role_of(here, user, refresh)
                _cells(say("portal-yes" if user.active else "portal-no"), here.time(user.created_at))
                with ui.element("td"):
                    _change_buttons(here, user, refresh)


def _role_of(here: Here, user: PortalUser, refresh: Refresh) -> None:
    async def give(role: str) -> None:
        if role != user.role:
            await _change(here, user.name, role=role_named(role))
            await refresh()

    chosen = choice({str(role): say(f"portal-role-{role}") for role in Role}, user.role)
    chosen.props(f'dense outlined options-dense aria-label="{say("portal-role-of", name=user.name)}"')
    chosen.on_value_change(lambda event: give(str(event.value)))
    chosen.set_enabled(user.name != here.visitor.name)


def _change_buttons(here: Here, user: PortalUser, refresh: Refresh) -> None:
    async def switch() -> None:
        await _change(here, user.name, active=not user.active)
        await refresh()

    async def password() -> None:
        await _new_password(here, user, refresh)

    with ui.row().classes("actions"):
        given = ui.button(say("portal-new-password"), on_click=password).props("flat dense no-caps")
        given.props["aria-label"] = say("portal-new-password-for", name=user.name)
        if user.name != here.visitor.name:
            word = "portal-disable" if user.active else "portal-enable"
            button = ui.button(say(word), on_click=switch).props("flat dense no-caps")
            button.props["aria-label"] = f"{say(word)}: {user.name}"


async def _change(here: Here, name: str, **changes: Any) -> None:
    here.require(Permission.ADMINISTER)
    author = here.author
    await here.ask(lambda ledger: ledger.change_portal_user(name, author=author, **changes))
    here.portal.doors.forget_all()
    ui.notify(say("portal-user-changed", name=name), type="positive")


async def _add_user(here: Here, refresh: Refresh) -> None:
    def fields() -> Callable[[], Awaitable[None]]:
        name = ui.input(say("portal-user")).props("outlined autofocus maxlength=60 autocomplete=off").classes("full")
        roles = {str(role): say(f"portal-role-{role}") for role in Role}
        role = choice(roles, str(Role.VIEWER), label=say("portal-role")).props("outlined").classes("full")
        password = _password_field()

        async def add() -> None:
            here.require(Permission.ADMINISTER)
            given, chosen, author = str(name.value or ""), role_named(str(role.value)), here.author
            kept = await asyncio.to_thread(hash_password, str(password.value or ""))
            await here.ask(
                lambda ledger: ledger.add_portal_user(given, role=chosen, language="en", password=kept, author=author)
            )

        return add

    if await filled(say("portal-user-add"), yes=say("portal-user-add"), fields=fields):
        await refresh()


async def _new_password(here: Here, user: PortalUser, refresh: Refresh) -> None:
    def fields() -> Callable[[], Awaitable[None]]:
        password = _password_field()

        async def save() -> None:
            kept = await asyncio.to_thread(hash_password, str(password.value or ""))
            await _change(here, user.name, password=kept)

        return save

    if await filled(say("portal-new-password-for", name=user.name), yes=say("portal-save"), fields=fields):
        await refresh()


def _tokens(here: Here, tokens: list[ApiToken], refresh: Refresh) -> None:
    with ui.row().classes("actions"):
        _heading("portal-tokens")
        ui.button(say("portal-token-add"), on_click=lambda: _add_token(here, refresh)).props("unelevated no-caps")
    headings = ("name", "id", "may", "domains", "until", "used", "revoked-at")
    with _table(say("portal-tokens"), [*(say(f"portal-token-{name}") for name in headings), say("portal-what")]):
        for token in tokens:
            with ui.element("tr"):
                may = ", ".join(say(f"portal-permission-{name}") for name in token.permissions)
                _cells(
                    token.name, token.id, may, ", ".join(token.domains) or say("portal-all-domains"),
                    here.day(token.expires_at), here.time(token.used_at), here.time(token.revoked_at),
                )  # fmt: skip
                with ui.element("td"):
                    if token.revoked_at is None:
                        _revoke_button(here, token, refresh)


def _revoke_button(here: Here, token: ApiToken, refresh: Refresh) -> None:
    async def revoke() -> None:
        question = say("portal-token-revoke-ask", name=token.name)
        if not await confirmed(question, yes=say("portal-token-revoke")):
            return
        here.require(Permission.ADMINISTER)
        author = here.author
        await here.ask(lambda ledger: ledger.revoke_token(token.id, author=author))
        here.portal.doors.forget_all()
        await refresh()

    button = ui.button(say("portal-token-revoke"), on_click=revoke).props("flat dense no-caps")
    button.props["aria-label"] = f"{say('portal-token-revoke')}: {token.name}"


async def _add_token(here: Here, refresh: Refresh) -> None:
    secret = f"{TOKEN_PREFIX}{new_secret()}"

    def fields() -> Callable[[], Awaitable[None]]:
        name = ui.input(say("portal-token-name")).props("outlined autofocus maxlength=60").classes("full")
        boxes = {
            permission: ui.checkbox(
                say(f"portal-permission-{permission}"), value=permission in {Permission.VIEW, Permission.START}
            )
            for permission in Permission
            if permission in OF_TOKENS
        }
        names = list(here.settings.domain_names())
        domains = choice(names, [], multiple=True, label=say("portal-token-domains-only"))
        domains.props("outlined").classes("full").set_visibility(len(names) > 1)
        days = ui.number(say("portal-token-days"), value=_DAYS, min=1, max=3650, precision=0).props("outlined")

        async def make() -> None:
            here.require(Permission.ADMINISTER)
            permissions = permissions_of_token(permission for permission, box in boxes.items() if box.value)
            given, author, chosen = str(name.value or "").strip() or "token", here.author, list(domains.value or ())
            lifetime = timedelta(days=int(days.value or _DAYS))
            await here.ask(
                lambda ledger: ledger.add_token(
                    given, token_hash=digest(secret), domains=chosen, permissions=permissions, lifetime=lifetime,
                    author=author,
                )
            )  # fmt: skip

        return make

    if await filled(say("portal-token-add"), yes=say("portal-token-add"), fields=fields):
        await _show_token(secret)
        await refresh()


async def _show_token(secret: str) -> None:
    with ui.dialog().props("persistent") as shown, ui.card().classes("asking"):
        shown.props["aria-label"] = say("portal-token-once")
        ui.label(say("portal-token-once")).classes("question")
        field = ui.input(say("portal-token"), value=secret).props("outlined readonly autofocus").classes("full mono")
        with ui.row().classes("answers"):
            ui.button(say("portal-copy"), on_click=lambda: ui.clipboard.write(field.value)).props("flat no-caps")
            ui.button(say("portal-close"), on_click=lambda: shown.submit(True)).props("unelevated no-caps")
    await shown
    shown.delete()


def _password_field() -> ui.input:
    field = ui.input(say("portal-password"), password=True, password_toggle_button=False)
    return field.props("outlined maxlength=256 autocomplete=new-password").classes("full")


def _heading(message: str) -> None:
    ui.label(say(message)).props('role=heading aria-level="2"').classes("section-title")


def _table(name: str, headings: list[str]) -> ui.element:
    """A table by that name; what goes inside is its rows."""
    with ui.element("div").classes("table-place"), ui.element("table").classes("plain-table") as table:
        table.props["aria-label"] = name
        with ui.element("thead"), ui.element("tr"):
            for heading in headings:
                with ui.element("th").props("scope=col"):
                    ui.label(heading)
        return ui.element("tbody")


def _cells(*texts: str) -> None:
    for text in texts:
        with ui.element("td"):
            ui.label(text)
