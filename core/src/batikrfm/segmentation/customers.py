"""A shop's customers in pages, found and sorted. Each page costs the same, be it the first or the last of a million customers.

Everything here runs in the tenant's scope. Personal data: what is returned is shown to people of the shop, and never logged.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

PAGE = 50


class Sort(StrEnum):
    """What customers are sorted by: the most recent, most frequent or best first; by name from A."""

    RECENCY = "recency"
    FREQUENCY = "frequency"
    MONETARY = "monetary"
    NAME = "name"


@dataclass(frozen=True)
class CustomerFilter:
    """Which customers. What is None does not matter; conditions all hold at once.

    ``search`` is the beginning of a name, phone, e-mail or key. ``segment`` ``"-"`` means customers in none (no purchase that counts).
    ``r``, ``f``, ``m`` are scores 1..5, ``fm`` is a column of the heat map: (f + m + 1) // 2.
    """

    search: str | None = None
    segment: str | None = None
    r: int | None = None
    f: int | None = None
    m: int | None = None
    fm: int | None = None


@dataclass(frozen=True)
class CustomerRow:
    """A customer as the latest run has them; ``segment`` and what follows is None for those it did not place."""

    id: UUID
    key: str
    name: str | None
    phone: str | None
    email: str | None
    segment: str | None
    r: int | None
    f: int | None
    m: int | None
    last_day: dt.date | None
    purchases: int | None
    money: Decimal | None


@dataclass(frozen=True)
class CustomerPage:
    """A page. ``next`` is the cursor of the page after, None on the last.

    ``total`` counts all that the filter matches, exactly, as of the latest run; with a search it is None, and ``capped`` says that more
    matched than were looked at (the first 1,000 by name, key, phone and e-mail), so that a longer search is worth it.
    """

    rows: tuple[CustomerRow, ...]
    next: str | None
    total: int | None
    capped: bool = False


async def list_customers(
    wanted: CustomerFilter = CustomerFilter(), *, sort: Sort = Sort.MONETARY, after: str | None = None, limit: int = PAGE
) -> CustomerPage:
    """A page of customers; ``after`` is a page's ``next``. Customers in no segment come last, in the order in which the shop met them.

    Raises :class:`BadCursorError` for a cursor that is not of this list.
    """
    raise NotImplementedError


def export_customers(wanted: CustomerFilter = CustomerFilter(), *, sort: Sort = Sort.MONETARY) -> AsyncIterator[tuple[CustomerRow, ...]]:
    """All customers of a filtered list, in its order, some hundred at a time. Cells are as stored: make them safe when writing a file."""
    raise NotImplementedError
