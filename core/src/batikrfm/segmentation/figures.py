"""A shop's figures by period, as they are kept: counted once for a run and the imports so far. All of it runs in the tenant's scope.

What they mean, :mod:`batikrfm.segmentation.overview` says.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Literal
from uuid import UUID

import msgspec

from batikrfm.db.engine import current_scope
from batikrfm.db.keys import uuid7
from batikrfm.segmentation import overview_queries as sql
from batikrfm.segmentation.days import start_of
from batikrfm.segmentation.exact import amount
from batikrfm.segmentation.history import PastRun, latest_run

PERIODS: Final = (7, 30, 90, 365)
Days = Literal[7, 30, 90, 365]


@dataclass(frozen=True)
class Period:
    """Days where the shop is; both are inside."""

    since: dt.date
    until: dt.date


@dataclass(frozen=True)
class Product:
    """A product of the period; ``money`` is net. ``orders`` it was in."""

    name: str
    orders: int
    quantity: Decimal
    money: Decimal


@dataclass(frozen=True)
class Counted:
    """Figures of one period, as they are kept."""

    customers: int
    new_customers: int
    returning_customers: int
    purchases: int
    revenue: Decimal
    products: tuple[Product, ...]


def periods(run: PastRun, days: int) -> tuple[Period, Period]:
    """The ``days`` up to the run's as-of day, and as many before them."""
    since = run.as_of - dt.timedelta(days=days - 1)
    return Period(since, run.as_of), Period(since - dt.timedelta(days=days), since - dt.timedelta(days=1))


async def latest_import() -> UUID | None:
    """The import up to which figures are: what is counted after this was asked has it."""
    found: UUID | None = await current_scope().fetchval(sql.LATEST_IMPORT)
    return found


async def keep_figures(days: int, run: PastRun | None = None) -> tuple[Counted, Counted]:
    """The figures of a period and of the one before: as they were kept, or counted now and kept. Without a run: :class:`NoRunsError`."""
    run = run or await latest_run()
    import_id = await latest_import()
    rows = await current_scope().fetch(sql.KEPT, run.id, import_id, days)
    if len(rows) < 2:  # noqa: PLR2004 - the period and the one before
        await count_figures(run, import_id, [days])
        rows = await current_scope().fetch(sql.KEPT, run.id, import_id, days)
    return _counted(rows[0]), _counted(rows[1])


async def count_figures(run: PastRun, import_id: UUID | None, lengths: Sequence[int] = PERIODS) -> None:
    """Count and keep the figures of periods of so many days, and of those before them: all at once, one of :data:`PERIODS` or all."""
    scope = current_scope()
    windows = [_window(period, run.timezone) for days in lengths for period in periods(run, days)]
    since, until = [list(times) for times in zip(*windows, strict=True)]
    figures = await scope.fetch(sql.COUNT[len(windows)], since, until, run.returns == "ignore")
    products: list[list[dict[str, Any]]] = [[] for _ in windows]
    for number, *row in await scope.fetch(sql.PRODUCTS[len(lengths)], since[::2], until[::2]):
        products[number * 2].append(dict(zip(sql.PRODUCT, row, strict=True)))
    await scope.execute(
        sql.KEEP,
        run.id,
        import_id,
        [uuid7() for _ in windows],
        [days for days in lengths for _ in range(2)],
        [bool(number % 2) for number in range(len(windows))],
        *([row[name] for row in figures] for name in sql.FIGURES),
        [msgspec.json.encode(sold).decode() for sold in products],
    )


def _window(period: Period, timezone: str) -> tuple[dt.datetime, dt.datetime]:
    """Its first moment, and the first after it."""
    return start_of(period.since, timezone), start_of(period.until + dt.timedelta(days=1), timezone)


def _counted(row: Mapping[str, Any]) -> Counted:
    products = [
        Product(one["name"], one["orders"], amount(int(one["quantity_e4"])), amount(int(one["money_e4"])))
        for one in msgspec.json.decode(row["products"])
    ]
    counts = {name: row[name] for name in ("customers", "new_customers", "returning_customers", "purchases")}
    return Counted(**counts, revenue=amount(int(row["revenue_e4"])), products=tuple(products))
