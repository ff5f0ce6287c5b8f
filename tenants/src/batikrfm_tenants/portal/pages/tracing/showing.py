"""The page of the rows behind a number, and of one order with its lines."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import ClassVar

from batikrfm.sdk.text import Text
from batikrfm.segmentation.tracing import TracedCustomer, TracedOrder
from batikrfm_tenants.portal.contract import Page


@dataclass(frozen=True)
class CustomerLine:
    """A customer behind the number, and the address of their orders behind it."""

    customer: TracedCustomer
    href: str


@dataclass(frozen=True)
class OrderLine:
    """An order behind the number, and the address of its page."""

    order: TracedOrder
    href: str


@dataclass(frozen=True, kw_only=True)
class TracePage(Page):
    """The rows behind a number: a sentence on what it is, their sum, and the rows a page at a time."""

    template: ClassVar[str] = "tracing/page.html"
    sentence: Text = field(metadata={"help": "What the number is."})
    money_rule: Text = field(metadata={"help": "Which money counts."})
    of_customers: bool = field(metadata={"help": "Whether the number counts or sums customers; else orders."})
    count: int = field(metadata={"help": "How many rows there are in all."})
    money: Decimal = field(metadata={"help": "What they add up to."})
    customers: tuple[CustomerLine, ...] = field(metadata={"help": "A page of the customers; empty where orders are shown."})
    orders: tuple[OrderLine, ...] = field(metadata={"help": "A page of the orders; empty where customers are shown."})
    other: str = field(metadata={"help": "Address of the orders of all these customers; empty where orders are shown."})
    after: str = field(metadata={"help": "Address of the page after this one; empty on the last."})
    first: str = field(metadata={"help": "Address of the first page; empty on it."})


@dataclass(frozen=True)
class LineOfFile:
    """A line of an order, and the line of the file that it was read from."""

    product: str | None
    quantity: Decimal | None
    amount: Decimal
    net: Decimal
    status: str | None
    file: str | None
    line: int


@dataclass(frozen=True, kw_only=True)
class OrderPage(Page):
    """One order with its lines, each with the file and the line that it came from."""

    template: ClassVar[str] = "tracing/order.html"
    key: str = field(metadata={"help": "The order's number, as the file has it."})
    ordered_at: dt.datetime = field(metadata={"help": "When it was made."})
    channel: str | None = field(metadata={"help": "Where it was sold."})
    money: Decimal = field(metadata={"help": "What it is worth after what came back."})
    sold: Decimal = field(metadata={"help": "What was sold."})
    customer: str | None = field(metadata={"help": "Name or code of who bought it."})
    customer_href: str = field(metadata={"help": "Address of the customer; empty where nobody is known."})
    imported_at: dt.datetime = field(metadata={"help": "When it came in as it is now."})
    upload_href: str = field(metadata={"help": "Address of the upload that brought it; empty where it was none."})
    lines: tuple[LineOfFile, ...] = field(metadata={"help": "Its lines in the order of the file."})
