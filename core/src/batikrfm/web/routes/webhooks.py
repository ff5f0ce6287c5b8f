"""``/api/channels/{channel}/webhook``: where a channel's vendor reports to. A URL is shown once, when it is made."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, delete, get, post
from litestar.params import FromPath

from batikrfm.delivery.channels.opening import channels
from batikrfm.delivery.events import WebhookUrl, end_url, list_urls, make_url
from batikrfm.tenancy.permissions import Permission
from batikrfm.web.deeds import log_deed
from batikrfm.web.guards import needs
from batikrfm.web.routes.channels import Key
from batikrfm.web.scope import principal_of

KIND = "channels"


class WebhookItem(msgspec.Struct, frozen=True):
    """A URL that is heard, without its secret end. `ends_at`: another took its place, and until then both are heard."""

    id: UUID
    created_by: str
    created_at: datetime
    ends_at: datetime | None
    heard_at: Annotated[datetime | None, msgspec.Meta(description="When a report last came that was believed")]
    forged: Annotated[int, msgspec.Meta(description="Reports that were not")]


class WebhookList(msgspec.Struct, frozen=True):
    """The URLs of a channel, the newest first."""

    items: list[WebhookItem]


class NewWebhook(msgspec.Struct, frozen=True):
    """The URL to enter at the vendor's. It is never shown again."""

    url: str
    webhook: WebhookItem


@get("/channels/{channel:str}/webhook", opt=needs(Permission.SETTINGS_READ, not_found=True), operation_id="listWebhooks", tags=[KIND])
async def list_(channel: Key) -> WebhookList:
    """Where the vendor may report to, and whether it does."""
    channels().capabilities(channel)
    return WebhookList([_item(one) for one in await list_urls(channel)])


@post("/channels/{channel:str}/webhook", opt=needs(Permission.SETTINGS_WRITE, not_found=True), operation_id="makeWebhook", tags=[KIND])
async def make(request: Request[Any, Any, Any], channel: Key) -> NewWebhook:
    """A new URL. The one before is heard for seven days more, so that there is time to enter the new one."""
    channels().capabilities(channel)
    made = await make_url(channel, by=principal_of(request).name)
    await log_deed(request, "webhook.made", channel)
    return NewWebhook(f"{channels().links.site}{made.path}", _item(made.url))


@delete(
    "/channels/{channel:str}/webhook/{url_id:uuid}",
    opt=needs(Permission.SETTINGS_WRITE),
    operation_id="endWebhook",
    tags=[KIND],
    status_code=204,
)
async def end(request: Request[Any, Any, Any], channel: Key, url_id: FromPath[UUID]) -> None:
    """Hear nothing by this URL any more, within seconds."""
    await end_url(channel, url_id)
    await log_deed(request, "webhook.ended", channel)


def _item(one: WebhookUrl) -> WebhookItem:
    return WebhookItem(one.id, one.created_by, one.created_at, one.ends_at, one.heard_at, one.forged)


ROUTES = (list_, make, end)
