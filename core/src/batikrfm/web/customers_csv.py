"""A list of customers as CSV for programs: columns that keep their names, no cell that comes alive in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Iterable
from typing import Final
from uuid import UUID

from batikrfm.sales.cells import safe_cell
from batikrfm.segmentation.customers import CustomerFilter, CustomerRow, Sort, stream_customers
from batikrfm.web.params import exact_or_none

COLUMNS: Final = ("id", "key", "name", "phone", "email", "segment", "r", "f", "m", "last_day", "purchases", "money")


async def customers_csv(tenant_id: UUID, wanted: CustomerFilter, sort: Sort) -> AsyncIterator[bytes]:
    """The whole list in its order, some hundred customers at a time. It is sent after the request's own scope has ended."""
    yield _lines([COLUMNS])
    async for rows in stream_customers(tenant_id, wanted, sort=sort):
        yield _lines(map(_cells, rows))


def _cells(row: CustomerRow) -> tuple[object, ...]:
    people = (safe_cell(text or "") for text in (row.key, row.name, row.phone, row.email, row.segment))
    return (row.id, *people, row.r, row.f, row.m, row.last_day, row.purchases, exact_or_none(row.money))


def _lines(rows: Iterable[Iterable[object]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
