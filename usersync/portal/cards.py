"""Addresses of the cards both services have of their own: a contact's, a record's, a Webitel user's."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote, urlsplit

from usersync.portal.here import Here
from usersync.stages.connect import creatio_mapping

_PAGES: Final = {"Contact": "ContactPageV2", "WSysAccount": "WSysAccountPage"}
"""Entity of Creatio → the page that edits it; of another entity (a mapping of one's own) the page is not known."""


def contact_address(here: Here, contact_id: str) -> str:
    """The address of a contact's card in Creatio; "" where it is not known."""
    return _in_creatio(here, "contact", contact_id)


def record_address(here: Here, record_id: str) -> str:
    """The address of a record of the section in Creatio; "" where it is not known."""
    return _in_creatio(here, "record", record_id)


def webitel_address(here: Here, user_id: str) -> str:
    """The address of a user's card in Webitel's administration."""
    parts = urlsplit(here.domain.webitel.url)
    return f"{parts.scheme}://{parts.netloc}/admin/directory/users/{quote(user_id)}"


def _in_creatio(here: Here, entity: str, row_id: str) -> str:
    creatio = here.domain.creatio
    page = _PAGES.get(creatio_mapping(creatio).entities[entity].entity)
    if page is None:
        return ""
    base = creatio.url.rstrip("/").removesuffix("/odata").removesuffix("/0")
    prefix = "" if creatio.runtime == "net" else "0/"
    return f"{base}/{prefix}Nui/ViewModule.aspx#CardModuleV2/{page}/edit/{quote(row_id)}"
