"""Everything that the shop keeps of one person, for that person: as JSON, or as one table."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator, Mapping
from typing import Any, Final
from uuid import UUID

import msgspec

from batikrfm.db.engine import current_scope
from batikrfm.segmentation.errors import CustomerNotFoundError

PERSON: Final = """
select key, name, phone, email, (select s.segment from segment_assignments s where s.id = c.id) as segment from customers c where c.id = $1
"""
ORDERS: Final = """
select o.ordered_at, o.key, o.channel, o.net_e4, array(
    select i.product from order_items i where i.order_id = o.id and i.product is not null order by i.id
) as products
from orders o where o.customer_id = $1 order by o.ordered_at, o.id
"""
CONSENTS: Final = """
select c.at, c.medium, c.purpose, c.state, c.means, c.source, w.words
from customer_consents c left join consent_wordings w on w.id = c.wording_id where c.customer_id = $1 order by c.id
"""
MESSAGES: Final = """
select coalesce(d.accepted_at, d.due_at) as at, c.name as campaign, d.medium, d.state, d.opened_at, d.clicked_at, d.replied_at
from deliveries d join campaigns c on c.id = d.campaign_id where d.customer_id = $1 order by d.id
"""
NOTES: Final = 'select created_at as at, "text" from customer_notes where customer_id = $1 order by id'
SHOP: Final = "select name from tenants"

_MONEY: Final = 10_000


class Person(msgspec.Struct, frozen=True):
    """Who they are to the shop."""

    key: str
    name: str | None
    phone: str | None
    email: str | None
    segment: str | None


class Order(msgspec.Struct, frozen=True):
    """What they bought. ``amount`` is net of what came back, an exact number as a text."""

    at: dt.datetime
    key: str
    channel: str | None
    amount: str
    products: list[str]


class Said(msgspec.Struct, frozen=True):
    """What they agreed to or refused, and the words that they agreed to, where the shop noted them."""

    at: dt.datetime
    medium: str
    purpose: str
    state: str
    means: str
    source: str
    words: str | None


class Message(msgspec.Struct, frozen=True):
    """A message that the shop sent them, or meant to."""

    at: dt.datetime | None
    campaign: str
    medium: str
    state: str
    opened_at: dt.datetime | None
    clicked_at: dt.datetime | None
    replied_at: dt.datetime | None


class Note(msgspec.Struct, frozen=True):
    """What somebody of the shop wrote about them."""

    at: dt.datetime
    text: str


class OwnData(msgspec.Struct, frozen=True):
    """All of it."""

    shop: str
    person: Person
    orders: list[Order]
    consents: list[Said]
    messages: list[Message]
    notes: list[Note]

    def as_json(self) -> bytes:
        """Indented, for a person to read."""
        return msgspec.json.format(msgspec.json.encode(self), indent=2)

    def as_csv(self) -> bytes:
        """One table; no cell comes alive in a spreadsheet."""
        from batikrfm.sales.cells import safe_cell  # it imports polars

        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(("what", "at", "name", "value"))
        writer.writerows([safe_cell(cell) for cell in row] for row in _rows(self))
        return b"\xef\xbb\xbf" + text.getvalue().encode()  # so that spreadsheets read it as UTF-8


async def own_data(customer_id: UUID) -> OwnData:
    """What the shop keeps of the customer. Raises CustomerNotFoundError."""
    scope = current_scope()
    people = await scope.fetch(PERSON, customer_id)
    if not people:
        raise CustomerNotFoundError
    return OwnData(
        shop=await scope.fetchval(SHOP),
        person=Person(**people[0]),
        orders=[_order(row) for row in await scope.fetch(ORDERS, customer_id)],
        consents=[Said(**row) for row in await scope.fetch(CONSENTS, customer_id)],
        messages=[Message(**row) for row in await scope.fetch(MESSAGES, customer_id)],
        notes=[Note(**row) for row in await scope.fetch(NOTES, customer_id)],
    )


def _order(row: Mapping[str, Any]) -> Order:
    whole, rest = divmod(abs(row["net_e4"]), _MONEY)
    sign = "-" if row["net_e4"] < 0 else ""
    return Order(row["ordered_at"], row["key"], row["channel"], f"{sign}{whole}.{rest:04d}", row["products"])


def _rows(found: OwnData) -> Iterator[tuple[str, ...]]:
    for name, value in msgspec.structs.asdict(found.person).items():
        yield ("person", "", name, value or "")
    for order in found.orders:
        yield ("order", order.at.isoformat(), order.key, f"{order.amount}: {', '.join(order.products)}")
    for said in found.consents:
        yield ("consent", said.at.isoformat(), f"{said.medium} {said.purpose}", f"{said.state}: {said.source}")
    for message in found.messages:
        yield ("message", message.at.isoformat() if message.at else "", f"{message.medium}: {message.campaign}", message.state)
    for note in found.notes:
        yield ("note", note.at.isoformat(), "", note.text)
