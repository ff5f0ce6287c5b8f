"""``/api/campaigns/{id}/earnings``: what a campaign sold, beside those who were held out, and the very orders behind it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, get
from litestar.params import FromPath

from batikrfm.delivery.attribution import AttributedOrder, Comparison, Earned, Part, Sold, Span, Verdict, earned_by, orders_of
from batikrfm.sdk.text import Language
from batikrfm.tenancy.permissions import Permission
from batikrfm.web.cursors import last_of, page_of
from batikrfm.web.guards import needs
from batikrfm.web.params import Cursor, Limit, Money, Next, exact, language

KIND = "campaigns"
ORDERS = "earned"
_SCALE = Decimal(10_000)


class SoldInfo(msgspec.Struct, frozen=True):
    """By last touch: an order counts for the last campaign that reached its customer before it."""

    reached: Annotated[int, msgspec.Meta(description="People whom a message reached")]
    buyers: int
    orders: int
    revenue: Money


class SpanInfo(msgspec.Struct, frozen=True):
    """An estimate and its 95 % confidence interval."""

    value: float
    low: float
    high: float


class ComparisonInfo(msgspec.Struct, frozen=True):
    """Everybody who was to get a message beside those who were held out, over the same days."""

    treated: int
    treated_buyers: int
    held: int
    held_buyers: int
    conversion: Annotated[SpanInfo | None, msgspec.Meta(description="How much greater the share of buyers is (Newcombe, method 10)")]
    revenue: Annotated[SpanInfo | None, msgspec.Meta(description="How much more each person spent, in the shop's currency (Welch)")]
    verdict: Verdict
    words: Annotated[str, msgspec.Meta(description="What that says, plainly")]


class PartInfo(msgspec.Struct, frozen=True):
    """All of a campaign, or one segment of it."""

    segment: str | None
    sold: SoldInfo
    comparison: ComparisonInfo


class EarnedInfo(msgspec.Struct, frozen=True):
    """What a campaign earned. Everything but `campaign_id` is null before it was measured."""

    campaign_id: UUID
    window_days: int | None = None
    measured_at: datetime | None = None
    begins_at: datetime | None = None
    ends_at: datetime | None = None
    open: Annotated[bool, msgspec.Meta(description="Purchases still count, so the numbers will grow")] = True
    total: PartInfo | None = None
    segments: list[PartInfo] = []


class OrderItem(msgspec.Struct, frozen=True):
    """An order that counts for the campaign, and the message that came last before it."""

    id: UUID
    key: str
    customer_id: UUID
    delivery_id: UUID
    segment: str | None
    ordered_at: datetime
    net: Money


class OrderPage(msgspec.Struct, frozen=True):
    """The orders behind a campaign's revenue."""

    items: list[OrderItem]
    next: Next


@get("/campaigns/{campaign_id:uuid}/earnings", opt=needs(Permission.CAMPAIGNS_READ), operation_id="getEarnings", tags=[KIND])
async def earnings(request: Request[Any, Any, Any], campaign_id: FromPath[UUID]) -> EarnedInfo:
    """What it sold, as it was measured last: after each import, and daily while its window is open."""
    found = await earned_by(campaign_id)
    return EarnedInfo(campaign_id) if found is None else _info(found, language(request))


@get("/campaigns/{campaign_id:uuid}/earnings/orders", opt=needs(Permission.CAMPAIGNS_READ), operation_id="listEarnedOrders", tags=[KIND])
async def orders(campaign_id: FromPath[UUID], limit: Limit = 50, cursor: Cursor = None) -> OrderPage:
    """The orders that are counted for it."""
    found, after = page_of(await orders_of(campaign_id, after=last_of(cursor, ORDERS), limit=limit + 1), limit, ORDERS)
    return OrderPage([_order(one) for one in found], after)


def _info(found: Earned, spoken: Language) -> EarnedInfo:
    return EarnedInfo(
        found.campaign_id,
        found.window_days,
        found.measured_at,
        found.begins_at,
        found.ends_at,
        found.open,
        _part(None, found.total, spoken),
        [_part(segment, part, spoken) for segment, part in found.segments.items()],
    )


def _part(segment: str | None, part: Part, spoken: Language) -> PartInfo:
    return PartInfo(segment, _sold(part.sold), _comparison(part.comparison, spoken))


def _sold(sold: Sold) -> SoldInfo:
    return SoldInfo(sold.reached, sold.buyers, sold.orders, _money(sold.revenue_e4))


def _comparison(one: Comparison, spoken: Language) -> ComparisonInfo:
    numbers = (one.treated, one.treated_buyers, one.held, one.held_buyers)
    return ComparisonInfo(*numbers, _span(one.conversion), _span(one.revenue), one.verdict, one.words.say(spoken))


def _span(span: Span | None) -> SpanInfo | None:
    return None if span is None else SpanInfo(span.value, span.low, span.high)


def _order(one: AttributedOrder) -> OrderItem:
    return OrderItem(one.id, one.key, one.customer_id, one.delivery_id, one.segment, one.ordered_at, _money(one.net_e4))


def _money(e4: int) -> str:
    return exact(Decimal(e4) / _SCALE)


ROUTES = (earnings, orders)
