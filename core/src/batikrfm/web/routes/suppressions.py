"""``/api/suppressions``: addresses that get nothing any more, and what makes one of them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, delete, get, post, put
from litestar.params import FromPath, JSONBody, QueryParameter

from batikrfm.delivery.consent import Reason
from batikrfm.delivery.consent.keywords import ALWAYS
from batikrfm.delivery.consent.model import Suppression
from batikrfm.delivery.consent.settings import StopSettings, change_stop_settings, stop_settings
from batikrfm.delivery.consent.suppressing import add_suppression, list_suppressions, remove_suppression
from batikrfm.delivery.model import Medium
from batikrfm.tenancy.permissions import Permission
from batikrfm.web.cursors import last_of, page_of
from batikrfm.web.deeds import log_deed
from batikrfm.web.etags import NOT_MODIFIED, tagged
from batikrfm.web.guards import needs
from batikrfm.web.params import Cursor, Limit, Next
from batikrfm.web.scope import principal_of

KIND = "suppressions"


class SuppressionItem(msgspec.Struct, frozen=True):
    """An address that gets nothing any more. The address itself is not kept, only a salted hash."""

    id: UUID
    medium: Medium
    reason: Reason
    at: datetime
    entered_by: str
    customer_id: Annotated[UUID | None, msgspec.Meta(description="Whose it was when it was entered; null once they are erased")]
    personal: Annotated[bool, msgspec.Meta(description="The person wants it so: only a new consent of theirs takes it back")]


class SuppressionPage(msgspec.Struct, frozen=True):
    """Stopped addresses, the latest first."""

    items: list[SuppressionItem]
    next: Next


class NewSuppression(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One address to stop."""

    medium: Medium
    address: Annotated[str, msgspec.Meta(description="One e-mail address or one phone number", min_length=1, max_length=320)]


class StopInfo(msgspec.Struct, frozen=True):
    """Which replies stop messages, and how many soft bounces make an address dead."""

    always: Annotated[list[str], msgspec.Meta(description="Words that stop in every shop")]
    words: list[str]
    soft_bounces: int
    days: int


class NewStop(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the shop sets."""

    words: Annotated[list[Annotated[str, msgspec.Meta(max_length=200)]], msgspec.Meta(max_length=50)]
    soft_bounces: Annotated[int, msgspec.Meta(ge=1, le=20)] = 3
    days: Annotated[int, msgspec.Meta(ge=1, le=365)] = 30


OnMedium = Annotated[Medium | None, QueryParameter(name="medium", description="Only addresses of this medium")]
ForReason = Annotated[Reason | None, QueryParameter(name="reason", description="Only those stopped for this reason")]


@get("/suppressions", opt=needs(Permission.CONSENTS_READ), operation_id="listSuppressions", tags=["suppressions"], responses=NOT_MODIFIED)
async def list_(
    request: Request[Any, Any, Any], medium: OnMedium = None, reason: ForReason = None, limit: Limit = 50, cursor: Cursor = None
) -> Response[SuppressionPage]:
    """List stopped addresses."""
    found = await list_suppressions(medium, reason, after=last_of(cursor, KIND), limit=limit + 1)
    page, next_page = page_of(found, limit, KIND)
    return tagged(request, SuppressionPage([_item(one) for one in page], next_page))


@post("/suppressions", opt=needs(Permission.CONSENTS_WRITE), operation_id="addSuppression", tags=["suppressions"], status_code=200)
async def add(request: Request[Any, Any, Any], data: JSONBody[NewSuppression]) -> SuppressionItem:
    """Stop an address: nothing goes there any more, also nothing that waits. An address that is stopped already stays as it is."""
    entered = await add_suppression(data.medium, data.address, by=principal_of(request).name)
    await log_deed(request, "suppressions.added", str(entered.id), medium=entered.medium)
    return _item(entered)


@delete(
    "/suppressions/{suppression_id:uuid}",
    opt=needs(Permission.CONSENTS_WRITE),
    operation_id="removeSuppression",
    tags=["suppressions"],
    status_code=200,
)
async def remove(request: Request[Any, Any, Any], suppression_id: FromPath[UUID]) -> SuppressionItem:
    """Take an address off the list. What the person stopped is refused: only their own new consent takes that back."""
    gone = await remove_suppression(suppression_id)
    await log_deed(request, "suppressions.removed", str(gone.id), medium=gone.medium, reason=gone.reason)
    return _item(gone)


@get("/suppressions/settings", opt=needs(Permission.CONSENTS_READ), operation_id="getStopSettings", tags=["suppressions"])
async def settings() -> StopInfo:
    """Which replies stop messages, and how many soft bounces make an address dead."""
    return _settings(await stop_settings())


@put("/suppressions/settings", opt=needs(Permission.CONSENTS_WRITE), operation_id="changeStopSettings", tags=["suppressions"])
async def change(request: Request[Any, Any, Any], data: JSONBody[NewStop]) -> StopInfo:
    """Set them. STOP and BERHENTI stop whatever you set."""
    kept = await change_stop_settings(data.words, bounces=data.soft_bounces, days=data.days)
    await log_deed(request, "suppressions.settings_changed", words=len(kept.words), bounces=kept.bounces, days=kept.days)
    return _settings(kept)


def _item(one: Suppression) -> SuppressionItem:
    return SuppressionItem(one.id, one.medium, one.reason, one.at, one.by, one.customer_id, one.personal)


def _settings(kept: StopSettings) -> StopInfo:
    return StopInfo(list(ALWAYS), list(kept.words), kept.bounces, kept.days)


ROUTES = (list_, add, remove, settings, change)
