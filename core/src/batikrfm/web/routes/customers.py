"""``/api/customers``: who the customers are, in pages or as a file; one customer; what they bought."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal, cast
from uuid import UUID

import msgspec
from litestar import Request, get
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, QueryParameter
from litestar.response import Stream

from batikrfm.delivery.consent import Consent, ConsentState, Means, consents_of
from batikrfm.delivery.model import Medium, Purpose
from batikrfm.segmentation import customers, profile
from batikrfm.segmentation.customers import CustomerFilter, CustomerRow, Sort
from batikrfm.tenancy.permissions import Permission
from batikrfm.web.customers_csv import customers_csv
from batikrfm.web.guards import needs
from batikrfm.web.params import Cursor, Limit, Money, Next, Number, exact, exact_or_none
from batikrfm.web.scope import principal_of

Score = Annotated[int, msgspec.Meta(description="1 to 5, 5 is best; null where the strategy gives none", ge=1, le=5)] | None


class CustomerItem(msgspec.Struct, frozen=True):
    """A customer as of the latest run; `segment` and what follows is null for those that it did not place."""

    id: UUID
    key: Annotated[str, msgspec.Meta(description="What the sales files call them")]
    name: str | None
    phone: str | None
    email: str | None
    segment: str | None
    r: Score
    f: Score
    m: Score
    last_day: date | None
    purchases: int | None
    money: Money | None


class CustomerPage(msgspec.Struct, frozen=True):
    """Customers. `total` counts all that the filter matches; with a search it is null."""

    items: list[CustomerItem]
    next: Next
    total: int | None
    capped: Annotated[bool, msgspec.Meta(description="More match the search than were looked at: search for more letters")]


class Standing(msgspec.Struct, frozen=True):
    """Where a customer stands as of the latest run."""

    segment: str
    last_day: date
    recency_days: int
    frequency: int
    monetary: Money
    r: Score
    f: Score
    m: Score


class ScorePoint(msgspec.Struct, frozen=True):
    """Where a customer stood in a past run."""

    run_id: UUID
    as_of: date
    segment: str | None
    recency_days: int | None
    frequency: int
    monetary: Money
    r: Score
    f: Score
    m: Score


class ConsentItem(msgspec.Struct, frozen=True):
    """Whether a customer wants to hear from the shop, on one medium and for one purpose."""

    medium: Medium
    purpose: Purpose
    state: ConsentState
    at: datetime | None
    source: str | None
    means: Annotated[Means | None, msgspec.Meta(description="How the shop came to know")]
    wording: Annotated[int | None, msgspec.Meta(description="Version of the words that they agreed to")]


class Customer(msgspec.Struct, frozen=True):
    """One customer."""

    id: UUID
    key: str
    name: str | None
    phone: str | None
    email: str | None
    first_purchase_at: datetime | None
    last_purchase_at: datetime | None
    purchases: int
    money: Money
    standing: Standing | None
    history: list[ScorePoint]
    consents: list[ConsentItem]


LineStatus = Literal["paid", "unpaid", "cancelled", "returned"]
"""As :class:`batikrfm.sales.lines.Status`, which would bring polars."""


class OrderItem(msgspec.Struct, frozen=True):
    """A line of an order, and the row of the file that it came from."""

    product: str | None
    quantity: Number | None
    amount: Money
    net: Money
    status: LineStatus | None
    file: str | None
    line: int


class Order(msgspec.Struct, frozen=True):
    """An order. `money` is net of what came back."""

    id: UUID
    key: str
    ordered_at: datetime
    channel: str | None
    money: Money
    sold: Money
    import_id: UUID
    items: list[OrderItem]


class OrderPage(msgspec.Struct, frozen=True):
    """A customer's orders, the latest first."""

    items: list[Order]
    next: Next


Search = Annotated[
    str | None, QueryParameter(name="search", min_length=1, max_length=100, description="Beginning of a name, phone, e-mail or key")
]
InSegment = Annotated[
    str | None, QueryParameter(name="segment", min_length=1, max_length=100, description="Key of a segment; `-` for those in none")
]
SortBy = Annotated[Sort, QueryParameter(name="sort", description="Most recent, most frequent or best first; or by name")]
R = Annotated[int | None, QueryParameter(name="r", ge=1, le=5, description="Only customers with this score for recency")]
F = Annotated[int | None, QueryParameter(name="f", ge=1, le=5, description="Only customers with this score for frequency")]
M = Annotated[int | None, QueryParameter(name="m", ge=1, le=5, description="Only customers with this score for money")]


@get("/customers", opt=needs(Permission.CUSTOMERS_READ), operation_id="listCustomers", tags=["customers"])
async def list_(  # noqa: PLR0913, PLR0917 - each is a parameter of the query
    limit: Limit = customers.PAGE,
    cursor: Cursor = None,
    search: Search = None,
    segment: InSegment = None,
    sort: SortBy = Sort.MONETARY,
    r: R = None,
    f: F = None,
    m: M = None,
) -> CustomerPage:
    """List customers. Each page costs the same, be it the first or the last of a million customers."""
    wanted = CustomerFilter(search=search, segment=segment, r=r, f=f, m=m)
    return page_of(await customers.list_customers(wanted, sort=sort, after=cursor, limit=limit))


@get(
    "/customers/export",
    opt=needs(Permission.CUSTOMERS_EXPORT),
    operation_id="exportCustomers",
    tags=["customers"],
    media_type="text/csv",
    responses={
        200: ResponseSpec(str, generate_examples=False, media_type="text/csv", description="CSV, UTF-8, safe to open in a spreadsheet")
    },
)
async def export(  # noqa: PLR0913, PLR0917 - each is a parameter of the query
    request: Request[Any, Any, Any],
    search: Search = None,
    segment: InSegment = None,
    sort: SortBy = Sort.MONETARY,
    r: R = None,
    f: F = None,
    m: M = None,
) -> Stream:
    """All customers of a list as one CSV file, sent while it is made.

    Of a search, those among the first thousand by each of name, key, phone and e-mail.
    """
    wanted = CustomerFilter(search=search, segment=segment, r=r, f=f, m=m)
    headers = {"Content-Disposition": 'attachment; filename="customers.csv"', "Cache-Control": "no-store"}
    return Stream(customers_csv(principal_of(request).tenant_id, wanted, sort), media_type="text/csv", headers=headers)


@get("/customers/{customer_id:uuid}", opt=needs(Permission.CUSTOMERS_READ), operation_id="getCustomer", tags=["customers"])
async def one(customer_id: FromPath[UUID]) -> Customer:
    """One customer: contact, totals, where they stand and stood, consent."""
    return _customer(await profile.customer_profile(customer_id), await consents_of(customer_id))


@get("/customers/{customer_id:uuid}/orders", opt=needs(Permission.CUSTOMERS_READ), operation_id="listCustomerOrders", tags=["customers"])
async def orders(customer_id: FromPath[UUID], limit: Limit = 20, cursor: Cursor = None) -> OrderPage:
    """A customer's timeline: orders with their items, each with the row of the file that it came from."""
    page = await profile.timeline(customer_id, after=cursor, limit=limit)
    return OrderPage([_order(order) for order in page.orders], page.next)


def page_of(page: customers.CustomerPage) -> CustomerPage:
    """``page`` as the API shows it."""
    return CustomerPage([_item(row) for row in page.rows], page.next, page.total, page.capped)


def consent_item(one: Consent) -> ConsentItem:
    """``one`` as the API shows it."""
    return ConsentItem(one.medium, one.purpose, one.state, one.at, one.source, one.means, one.wording)


def _item(row: CustomerRow) -> CustomerItem:
    return CustomerItem(
        row.id,
        row.key,
        row.name,
        row.phone,
        row.email,
        row.segment,
        row.r,
        row.f,
        row.m,
        row.last_day,
        row.purchases,
        exact_or_none(row.money),
    )


def _customer(found: profile.Profile, consents: Sequence[Consent]) -> Customer:
    return Customer(
        id=found.id,
        key=found.key,
        name=found.name,
        phone=found.phone,
        email=found.email,
        first_purchase_at=found.totals.first_purchase_at,
        last_purchase_at=found.totals.last_purchase_at,
        purchases=found.totals.purchases,
        money=exact(found.totals.money),
        standing=None if found.standing is None else _standing(found.standing),
        history=[_point(point) for point in found.history],
        consents=[consent_item(one) for one in consents],
    )


def _standing(now: profile.Standing) -> Standing:
    return Standing(now.segment, now.last_day, now.recency_days, now.frequency, exact(now.monetary), now.r, now.f, now.m)


def _point(then: profile.ScorePoint) -> ScorePoint:
    return ScorePoint(
        then.run_id, then.as_of, then.segment, then.recency_days, then.frequency, exact(then.monetary), then.r, then.f, then.m
    )


def _order(order: profile.OrderEntry) -> Order:
    return Order(
        id=order.id,
        key=order.key,
        ordered_at=order.ordered_at,
        channel=order.channel,
        money=exact(order.money),
        sold=exact(order.sold),
        import_id=order.import_id,
        items=[_order_item(item) for item in order.items],
    )


def _order_item(item: profile.Item) -> OrderItem:
    status = cast("LineStatus | None", item.status)
    return OrderItem(item.product, exact_or_none(item.quantity), exact(item.amount), exact(item.net), status, item.file, item.line)


ROUTES = (list_, export, one, orders)
