"""Shops with sales in the database, for tests of what is read from there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import polars as pl

from batikrfm.builtin.rfm.strategies import Rfm5
from batikrfm.sales.importing import store
from batikrfm.sales.lines import LINES, SheetLines
from batikrfm.sales.orders import orders_of
from batikrfm.sales.staging import stage
from batikrfm.segmentation.asking import Question
from batikrfm.segmentation.running import Run, run_segmentation
from batikrfm.tenancy import tenant_scope

LAST_DAY = dt.date(2026, 11, 25)


@dataclass(frozen=True)
class Sale:
    """One order of one article: who (a key; None: nobody's), how many days before :data:`LAST_DAY`, how much in rupiah."""

    who: str | None
    days_ago: int
    amount: int
    name: str | None = None
    phone: str | None = None


def shop_of(customers: int) -> list[Sale]:
    """Sales of so many customers: some buy often and much, some once long ago; a third has a phone. Every one of them is different."""
    sales = [Sale(None, 3, 75_000)]
    for number in range(customers):
        phone = f"+62812{number:08d}" if number % 3 == 0 else None
        for order in range(1 + number % 6):
            days_ago = (number * 7) % 300 + order * 25
            sales.append(Sale(f"pembeli{number}", days_ago, 50_000 + 1_000 * number + order, f"Pembeli Nomor {number}", phone))
    return sales


async def import_sales(tenant: UUID, sales: Sequence[Sale]) -> None:
    """Put ``sales`` into a tenant's shop as an import of its own."""
    rows = [_line(number, sale) for number, sale in enumerate(sales, 2)]
    orders = orders_of([SheetLines("sales.csv", None, "shop", pl.DataFrame(rows, schema=LINES))], keep_lines=True)
    async with tenant_scope(tenant) as scope:
        await store(scope, orders, stage(orders), ["sales.csv"])


async def segment(tenant: UUID, as_of: dt.date = LAST_DAY) -> Run:
    return await run_segmentation(tenant, Question(Rfm5(), as_of))


def _line(line: int, sale: Sale) -> dict[str, Any]:
    at = dt.datetime.combine(LAST_DAY - dt.timedelta(days=sale.days_ago), dt.time(5), dt.UTC)
    given = {"line": line, "ordered_at": at, "customer": sale.who, "line_total_e4": sale.amount * 10_000, "quantity_e4": 10_000}
    return dict.fromkeys(LINES.names()) | given | {"name": sale.name, "phone": sale.phone, "product": "Kain"}
