"""Balasan: what people wrote back. It is read here and answered elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar, Final
from uuid import UUID

from litestar import Response, get
from litestar.params import FromQuery

from batikrfm.delivery.events import list_replies
from batikrfm.delivery.events.model import Reply, ReplyWish
from batikrfm.sdk.text import Text
from batikrfm.tenancy.permissions import Permission
from batikrfm.web.guards import needs
from batikrfm_tenants.portal.contract import Page
from batikrfm_tenants.portal.desk import Desk
from batikrfm_tenants.portal.pages.campaigns.tabs import HELP, SIMULATED, SIMULATED_HELP, Tabs, tabs
from batikrfm_tenants.portal.pages.campaigns.words import MEDIA

PAGE: Final = 25
EVERY: Final = ReplyWish()


@dataclass(frozen=True, kw_only=True)
class RepliesPage(Page):
    """The newest replies."""

    template: ClassVar[str] = "replies/page.html"
    tabs: Tabs = field(metadata=HELP)
    simulated: Text | None = field(metadata=SIMULATED_HELP)
    replies: tuple[tuple[Reply, Text], ...] = field(metadata={"help": "Replies, each with what it came by, the newest first."})
    older: UUID | None = field(metadata={"help": "The last one's id where there are more of them."})
    first_page: bool = field(metadata={"help": "Whether these are the newest."})


@get("/kampanye/balasan", opt=needs(Permission.REPLIES_READ))
async def replies(desk: Desk, after: FromQuery[UUID | None] = None) -> Response[str]:
    """The inbox."""
    found = await list_replies(EVERY, after=after, limit=PAGE + 1)
    shown = tuple((one, MEDIA[one.medium]) for one in found[:PAGE])
    page = RepliesPage(
        tabs=tabs(desk),
        simulated=SIMULATED if any(one.channel.startswith("outbox_") for one, _ in shown) else None,
        replies=shown,
        older=found[PAGE - 1].id if len(found) > PAGE else None,
        first_page=after is None,
    )
    return desk.show(page)


ROUTES: list[Any] = [replies]
