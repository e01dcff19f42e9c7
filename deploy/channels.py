"""Where notifications go: a webhook, an e-mail address, or both; kept at Prefect as blocks, which hide what is secret."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

from prefect.blocks.core import Block
from prefect.blocks.notifications import CustomWebhookNotificationBlock, SlackWebhook
from prefect.client.orchestration import PrefectClient
from prefect.exceptions import ObjectNotFound
from pydantic import SecretStr

from deploy.errors import ChannelWrong

WEBHOOK_VARIABLE = "USERSYNC_NOTIFY__WEBHOOK_URL"
EMAIL_VARIABLE = "USERSYNC_NOTIFY__EMAIL_URL"
WEBHOOK_BLOCK = "usersync-webhook"
EMAIL_BLOCK = "usersync-email"


@dataclass(frozen=True)
class Channel:
    """A block that can notify.

    Attributes:
        name: of the block.
        block_id: of the block document, which an automation refers to.
        written: whether its address was given now; else it is kept as it was.
    """

    name: str
    block_id: UUID
    written: bool


def given_channels(environment: Mapping[str, str] = os.environ) -> dict[str, Block]:
    """The blocks of the channels the environment names, by the name they are kept under. Nothing is sent anywhere.

    Raises:
        ChannelWrong: an address is of no use; the sentence names the variable, never the address.
    """
    given: dict[str, Block] = {}
    if webhook := environment.get(WEBHOOK_VARIABLE, "").strip():
        given[WEBHOOK_BLOCK] = _webhook(webhook)
    if email := environment.get(EMAIL_VARIABLE, "").strip():
        given[EMAIL_BLOCK] = _email(email)
    return given


async def ensure_channels(client: PrefectClient, given: Mapping[str, Block]) -> list[Channel]:
    """The channels there are: those given are written, those an earlier deploy made are kept.

    Kept, because a deploy by somebody who does not know the addresses must not silence the alarms. To be rid of a
    channel, delete its block in Prefect.
    """
    channels: list[Channel] = []
    for name, kind in ((WEBHOOK_BLOCK, CustomWebhookNotificationBlock), (EMAIL_BLOCK, SlackWebhook)):
        if name in given:
            block_id = await given[name].asave(name, overwrite=True, client=client)
            channels.append(Channel(name, block_id, written=True))
            continue
        try:
            kept = await client.read_block_document_by_name(name, kind.get_block_type_slug())
        except ObjectNotFound:
            continue
        channels.append(Channel(name, kept.id, written=False))
    return channels


def _webhook(address: str) -> CustomWebhookNotificationBlock:
    """A POST of JSON; `text` is the key Slack, Mattermost and Rocket.Chat read."""
    if not _is_address(address, "http", "https"):
        raise ChannelWrong("deploy-channel-wrong", setting=WEBHOOK_VARIABLE, example="https://chat.example.org/hooks/…")
    return CustomWebhookNotificationBlock(
        name="usersync",
        url="{{url}}",  # the block shows its address to everybody, but not its secrets
        secrets={"url": address},
        json_data={"subject": "{{subject}}", "body": "{{body}}", "text": "{{subject}}\n{{body}}"},
    )


def _email(address: str) -> SlackWebhook:
    """A letter over SMTP.

    Prefect's server has no SMTP block. Its Slack block hands every address that is not Slack's to Apprise, and Apprise
    sends `mailto://` and `mailtos://` over SMTP (docs/prefect.md#e-mail; a test watches over it).
    """
    if not _is_address(address, "mailto", "mailtos"):
        example = "mailtos://user:password@smtp.example.org:587?from=usersync@example.org&to=admins@example.org"
        raise ChannelWrong("deploy-channel-wrong", setting=EMAIL_VARIABLE, example=example)
    return SlackWebhook(url=SecretStr(address))


def _is_address(address: str, *schemes: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in schemes and bool(parts.hostname)
