"""The forms of the manual's chapters 3 to 7: Add, Edit, Delete, User Licenses, roles. Each starts a process of that name."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, Final

from nicegui import ui

from usersync.errors import UsersyncError
from usersync.planning.section import SectionRow
from usersync.portal.access import Permission
from usersync.portal.asking import confirmed
from usersync.portal.choosing import choice
from usersync.portal.here import Here
from usersync.portal.outcome import open_run_of
from usersync.stages import offers
from usersync.words import Sentence, next_step, say

_SEARCH_MS: Final = 300
_MOST: Final = 50


class _Form:
    """A dialog with fields and Save; closed with Cancel or Escape."""

    def __init__(self, here: Here, title: str, save: str, process: str) -> None:
        here.require(Permission.CHANGE)
        self.here = here
        self.process = process
        self._key = uuid.uuid4().hex
        self.dialog = ui.dialog()
        self.dialog.props["aria-label"] = title
        with self.dialog, ui.card().classes("form"):
            ui.label(title).classes("question")
            self.place = ui.column().classes("full")
            self.problem = ui.label().props("role=alert").classes("form-problem")
            with ui.row().classes("answers"):
                ui.button(say("portal-ask-no"), on_click=self.dialog.close).props("flat no-caps")
                self.button = ui.button(save, on_click=self._save).props("unelevated no-caps")
        self.values: Any = dict
        self.dialog.on("hide", self.dialog.delete)

    async def _save(self) -> None:
        self.here.require(Permission.CHANGE)
        given: Mapping[str, Any] | None = self.values()
        if given is None:
            return
        self.button.props("loading")
        try:
            await open_run_of(self.here, self.process, {**given, "mode": "apply"}, key=self._key)
            self.dialog.close()
        except UsersyncError as error:
            self.complain(error.sentence)
        finally:
            self.button.props(remove="loading")

    def complain(self, sentence: Sentence | None) -> None:
        """Say what is wrong with what is entered; None = nothing."""
        step = next_step(sentence.id, **sentence.args) if sentence else None
        self.problem.set_text(f"{sentence} {step or ''}" if sentence else "")


async def add_dialog(here: Here) -> None:
    """Chapter 3, Add: choose the Creatio user; Webitel username and Contact fill themselves; enter the Extension; Save."""
    form = _Form(here, say("portal-add-title"), say("portal-save"), "CreateWebitelUser")
    found: dict[str, str] = {}

    async def search(text: str) -> None:
        users = await offers.system_users(here.domain, text.strip(), _MOST)
        found.clear()
        found.update({user.login: _system_user_words(user.login, user.contact_name) for user in users})
        user.set_options(dict(found), value=user.value if user.value in found else None)

    async def chosen(login: str | None) -> None:
        if not login:
            return
        proposal = await offers.proposal(here.domain, login)
        username.set_value(proposal.username)
        contact.set_value(proposal.contact_name)
        name.set_value(proposal.name)
        email.set_value(proposal.email)
        extension.set_value(proposal.extension)
        await check(proposal.extension, proposal.contact_id)

    async def check(number: str, contact_id: str | None = None) -> None:
        hint.set_text("")
        problem = await offers.extension_problem(here.domain, number, contact_id=contact_id or contact_of.get("id"))
        if contact_id:
            contact_of["id"] = contact_id
        hint.set_text(str(problem) if problem else say("portal-add-extension-free"))
        hint.classes(
            add="form-problem" if problem and number else "", remove="" if problem and number else "form-problem"
        )

    contact_of: dict[str, str] = {}
    with form.place:
        user = choice({}, label=say("portal-add-user"), with_input=True, on_change=lambda event: chosen(event.value))
        user.props(f"outlined input-debounce={_SEARCH_MS} aria-required=true")
        user.classes("full").on("input-value", lambda event: search(str(event.args or "")))
        ui.label(say("portal-add-user-hint")).classes("hint")
        username = ui.input(say("portal-fact-username")).props("outlined").classes("full")
        contact = ui.input(say("portal-users-contact")).props("outlined readonly").classes("full")
        extension = ui.input(say("portal-fact-extension")).props(f"outlined inputmode=numeric debounce={_SEARCH_MS}")
        extension.classes("full").on_value_change(lambda event: check((event.value or "").strip()))
        hint = ui.label().props('role=status aria-live="polite"').classes("hint")
        name = ui.input(say("portal-users-name")).props("outlined").classes("full")
        email = ui.input(say("portal-fact-email")).props("outlined").classes("full")
        stun = ui.checkbox(say("portal-card-stun"))

    def values() -> dict[str, Any] | None:
        if not user.value:
            form.complain(Sentence("portal-add-choose"))
            return None
        return {
            "user": user.value, "username": username.value or "", "extension": (extension.value or "").strip(),
            "name": name.value or "", "email": email.value or "", "stun": bool(stun.value),
        }  # fmt: skip

    form.values = values
    form.dialog.open()  # before anybody is asked: Creatio may be slow, or down
    await search("")


def edit_dialog(here: Here, row: SectionRow) -> None:
    """The card's own fields: name, extension, e-mail is left where nothing is entered."""
    form = _Form(here, say("portal-edit-title", user=row.username), say("portal-save"), "UpdateWebitelUser")

    async def check(number: str) -> None:
        problem = await offers.extension_problem(here.domain, number, except_user=row.user_id)
        hint.set_text(str(problem) if problem else "")

    with form.place:
        name = ui.input(say("portal-users-name"), value=row.name or "").props("outlined").classes("full")
        extension = ui.input(say("portal-fact-extension"), value=row.extension or "").props(
            f"outlined inputmode=numeric debounce={_SEARCH_MS}"
        )
        extension.classes("full").on_value_change(lambda event: check((event.value or "").strip()))
        hint = ui.label().props('role=status aria-live="polite"').classes("hint")
        email = ui.input(say("portal-edit-email")).props("outlined").classes("full")

    def values() -> dict[str, Any]:
        entered = {"name": (name.value or "").strip(), "extension": (extension.value or "").strip()}
        stood = {"name": row.name or "", "extension": row.extension or ""}
        changed: dict[str, Any] = {field: value for field, value in entered.items() if value != stood[field]}
        if (email.value or "").strip():
            changed["email"] = email.value.strip()
        return {"webitel_user": row.user_id, **changed}

    form.values = values
    form.dialog.open()


async def ask_delete(here: Here, row: SectionRow) -> None:
    """Chapter 4: Delete, and Yes."""
    here.require(Permission.CHANGE)
    question = say("portal-delete-ask", user=row.username)
    if await confirmed(question, yes=say("portal-delete-yes"), hint=say("portal-delete-hint")):
        await open_run_of(here, "DeleteWebitelUser", {"webitel_user": row.user_id, "mode": "apply"})


async def add_license_dialog(here: Here, row: SectionRow) -> None:
    """Chapter 5: + beside User Licenses; pick the licence."""
    form = _Form(here, say("portal-license-title", user=row.username), say("portal-license-add"), "AddWebitelLicense")
    held = {license_.id for license_ in row.licenses}
    offered = [offer for offer in await offers.licenses(here.domain) if offer.license.id not in held]
    free = {offer.license.id: _license_words(offer) for offer in offered if offer.problem is None}
    with form.place:
        chosen = choice(free, label=say("portal-license-choose"), with_input=True)
        chosen.props("outlined aria-required=true").classes("full")
        for offer in offered:
            if offer.problem is not None:
                ui.label(f"{_license_words(offer)}: {offer.problem}").classes("hint")

    def values() -> dict[str, Any] | None:
        if not chosen.value:
            form.complain(Sentence("portal-license-none-chosen"))
            return None
        return {"webitel_user": row.user_id, "license": chosen.value}

    form.values = values
    form.dialog.open()


async def remove_license(here: Here, row: SectionRow, license_id: str, words: str) -> None:
    """Chapter 6: the detail's menu, Delete."""
    here.require(Permission.CHANGE)
    question = say("portal-license-remove-ask", user=row.username, license=words)
    if await confirmed(question, yes=say("portal-delete-yes")):
        parameters = {"webitel_user": row.user_id, "license": license_id, "mode": "apply"}
        await open_run_of(here, "RemoveWebitelLicense", parameters)


async def roles_dialog(here: Here, row: SectionRow) -> None:
    """Chapter 7: the roles of the Webitel user, all at once."""
    form = _Form(here, say("portal-roles-title", user=row.username), say("portal-save"), "SetWebitelRoles")
    has = {role.id for role in row.webitel_roles}
    boxes: dict[str, ui.checkbox] = {}
    with form.place:
        for role in await offers.roles(here.domain):
            boxes[role.id] = ui.checkbox(role.name, value=role.id in has)
    form.values = lambda: {
        "webitel_user": row.user_id,
        "roles": [role_id for role_id, box in boxes.items() if box.value],
    }
    form.dialog.open()


async def switch_stun(here: Here, row: SectionRow, *, on: bool) -> None:
    """Chapter 8: the switch on the card."""
    here.require(Permission.CHANGE)
    await open_run_of(here, "UpdateWebitelUser", {"webitel_user": row.user_id, "stun": on, "mode": "apply"})


def _system_user_words(login: str, contact: str) -> str:
    return login if contact in ("", login) else f"{login} · {contact}"


def _license_words(offer: offers.LicenseOffer) -> str:
    item = offer.license
    kind = say(
        "portal-license-named" if item.named else "portal-license-concurrent", limit=item.limit, free=item.remain
    )
    return f"{item.product} · {item.name or item.id} · {kind}"
