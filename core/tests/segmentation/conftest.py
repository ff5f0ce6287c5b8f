"""Shops to segment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

import polars as pl
import pytest

from batikrfm.builtin.rfm.strategies import Rfm5
from batikrfm.sales.importing import store
from batikrfm.sales.lines import LINES, SheetLines
from batikrfm.sales.orders import orders_of
from batikrfm.sales.staging import stage
from batikrfm.sales.totals import TOTALS
from batikrfm.segmentation import Scored, score
from batikrfm.tenancy import tenant_scope

Buyer = tuple[str, str, int, int]  # name, last purchase as ISO time in UTC, purchases, net money in ten-thousandths
Shop = Callable[[list[Buyer]], pl.DataFrame]


@pytest.fixture(scope="session")
def shop() -> Shop:
    """A totals frame; what is not given does not matter to scores of net money and is half of it otherwise."""

    def totals(buyers: list[Buyer]) -> pl.DataFrame:
        rows = []
        for name, last, purchases, net in buyers:
            at = dt.datetime.fromisoformat(last).replace(tzinfo=dt.UTC)
            rows.append((name, at, at, purchases, net, at, at + dt.timedelta(days=1), purchases + 1, net * 2))
        return pl.DataFrame(rows, schema=TOTALS, orient="row")

    return totals


@pytest.fixture
def scored(shop: Shop) -> Scored:
    """Four customers of a small shop, as of 10 January."""
    buyers = [
        ("budi", "2026-01-09T10:00", 12, 5_000_000_0000),
        ("sari", "2026-01-08T10:00", 1, 100_000_5000),
        ("=cmd|'/c calc'!A1", "2025-11-20T10:00", 3, 250_000_0001),
        ("dewi", "2025-01-01T10:00", 1, -75_0000),
    ]
    return score(shop(buyers), Rfm5(), as_of=dt.date(2026, 1, 10), timezone="Asia/Jakarta")


@dataclass(frozen=True)
class Sale:
    """A line of a sales file: one order of one article, in the currency's unit; negative is a refund. ``who`` is the customer's key."""

    who: str | None
    at: str
    amount: int
    name: str | None = None
    phone: str | None = None
    email: str | None = None
    product: str = "Kain"


Stock = Callable[[UUID, Sequence[Sale]], Awaitable[UUID]]


@pytest.fixture(scope="session")
def stock() -> Stock:
    """Import sales into a tenant's shop, each line an order of its own; the import's id."""

    async def fill(tenant: UUID, sales: Sequence[Sale]) -> UUID:
        rows = [_line(number, sale) for number, sale in enumerate(sales, 2)]
        orders = orders_of([SheetLines("sales.csv", None, "shop", pl.DataFrame(rows, schema=LINES))], keep_lines=True)
        async with tenant_scope(tenant) as scope:
            return (await store(scope, orders, stage(orders), ["sales.csv"]))[0]

    return fill


def _line(line: int, sale: Sale) -> dict[str, object]:
    at = dt.datetime.fromisoformat(sale.at).replace(tzinfo=dt.UTC)
    given = {"line": line, "ordered_at": at, "customer": sale.who, "line_total_e4": sale.amount * 10_000, "quantity_e4": 10_000}
    contact = {"name": sale.name, "phone": sale.phone, "email": sale.email, "product": sale.product}
    return dict.fromkeys(LINES.names()) | given | contact


@pytest.fixture(scope="session")
def sale() -> type[Sale]:
    """:class:`Sale`, for tests that have no way to import it."""
    return Sale
