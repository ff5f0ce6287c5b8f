"""``/api/tracking``: whether the shop counts opens and clicks, and how long after a message a purchase counts for it."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Request, get, put
from litestar.params import JSONBody

from batikrfm.delivery.tracking import Tracking, change_tracking, read_tracking
from batikrfm.tenancy.permissions import Permission
from batikrfm.web.deeds import log_deed
from batikrfm.web.guards import needs

KIND = "campaigns"


class TrackingWish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All off unless the shop switches it on."""

    opens: Annotated[bool, msgspec.Meta(description="A picture in mails says that they were opened")] = False
    clicks: Annotated[bool, msgspec.Meta(description="Links lead through this installation")] = False
    anonymous: Annotated[bool, msgspec.Meta(description="Count how many, never who")] = False
    window_days: Annotated[int, msgspec.Meta(ge=1, le=90, description="For so many days a purchase counts for a message")] = 7


@get("/tracking", opt=needs(Permission.CAMPAIGNS_READ), operation_id="getTracking", tags=[KIND])
async def read() -> TrackingWish:
    """What the shop tracks."""
    return _wish(await read_tracking())


@put("/tracking", opt=needs(Permission.SETTINGS_WRITE), operation_id="changeTracking", tags=[KIND])
async def change(request: Request[Any, Any, Any], data: JSONBody[TrackingWish]) -> TrackingWish:
    """Set all of it. For letters that were sent before it only takes away."""
    kept = await change_tracking(Tracking(data.opens, data.clicks, data.anonymous, data.window_days))
    await log_deed(request, "tracking.changed", opens=kept.opens, clicks=kept.clicks, anonymous=kept.anonymous)
    return _wish(kept)


def _wish(tracking: Tracking) -> TrackingWish:
    return TrackingWish(tracking.opens, tracking.clicks, tracking.anonymous, tracking.window_days)


ROUTES = (read, change)
