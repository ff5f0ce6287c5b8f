"""Orders that sales files hold, and every question that can be asked of them without a database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from batikrfm.sales.lines import Outcome, SheetLines, without_nul
from batikrfm.sales.meaning import understand
from batikrfm.sales.parsing import REJECTED, Reason
from batikrfm.sales.returns import MONEY, Returns
from batikrfm.sales.totals import customer_totals, within
from batikrfm.sdk.money import MONEY_SCALE


@dataclass(frozen=True)
class Revenue:
    """Money in ten-thousandths, of orders with a customer and of those without."""

    with_customer_e4: int
    without_customer_e4: int

    @property
    def total_e4(self) -> int:
        return self.with_customer_e4 + self.without_customer_e4


@dataclass(frozen=True)
class Orders:
    """What was read.

    ``rows`` were read in all; ``rows_by_outcome`` has every outcome and adds up to them. ``orders`` and ``lines`` are frames as
    :class:`~batikrfm.sales.meaning.Meaning` has them (``lines`` is None where nobody needs it), ``rejected`` is one of
    ``parsing.REJECTED``. ``unknown_statuses`` are words that were taken for a sale because we do not know them.
    """

    orders: pl.DataFrame
    lines: pl.DataFrame | None
    rejected: pl.DataFrame
    rows_by_outcome: dict[Outcome, int]
    unknown_statuses: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        return sum(self.rows_by_outcome.values())

    def totals(self, *, since: dt.datetime | None = None, until: dt.datetime | None = None) -> pl.DataFrame:
        """:data:`~batikrfm.sales.totals.TOTALS` of the customers with an order from ``since`` on and before ``until``."""
        return customer_totals(within(self.orders, since, until))

    def revenue(self, returns: Returns = "net", *, since: dt.datetime | None = None, until: dt.datetime | None = None) -> Revenue:
        """All money of the orders made from ``since`` on and before ``until``."""
        known = pl.col("customer").is_not_null()
        money = pl.col(MONEY[returns])
        sums = within(self.orders, since, until).select(
            money.filter(known).sum().alias("known"), money.filter(~known).sum().alias("unknown")
        )
        return Revenue(*sums.row(0))

    def purchases(self, returns: Returns = "net", *, since: dt.datetime | None = None, until: dt.datetime | None = None) -> int:
        """Orders that were a purchase, with and without a customer."""
        return int(within(self.orders, since, until).select((pl.col(MONEY[returns]) > 0).sum()).item())

    def last_sale_at(self, returns: Returns = "net") -> dt.datetime | None:
        """When the last purchase was made; None where there is none."""
        last = self.orders.filter(pl.col(MONEY[returns]) > 0)["ordered_at"].max()
        assert last is None or isinstance(last, dt.datetime)  # noqa: S101 - for the type checker: the column holds datetimes
        return last


def orders_of(
    sheets: Sequence[SheetLines],
    rejected: Sequence[pl.DataFrame] = (),
    *,
    keep_lines: bool = False,
    unknown_statuses: tuple[str, ...] = (),
) -> Orders:
    """The orders in parsed ``sheets``; ``rejected`` are the frames of rows that parsing rejected. CPU-heavy."""
    meaning = understand(sheets)
    refused = without_nul(pl.concat([REJECTED.to_frame(), *rejected, _absurd(meaning.absurd, sheets)]))
    return Orders(
        orders=meaning.orders,
        lines=meaning.lines if keep_lines else None,
        rejected=refused.sort("file", "sheet", "line", maintain_order=True),
        rows_by_outcome={Outcome.REJECTED: refused.height, **meaning.rows},
        unknown_statuses=unknown_statuses,
    )


def _absurd(absurd: pl.DataFrame, sheets: Sequence[SheetLines]) -> pl.DataFrame:
    """Rows that no price times quantity can be worth, as rejected ones."""
    names = pl.DataFrame(
        {"source": range(len(sheets)), "file": [sheet.file for sheet in sheets], "sheet": [sheet.sheet for sheet in sheets]},
        schema={"source": pl.UInt16, "file": pl.String, "sheet": pl.String},
    )
    units = [(pl.col(name).cast(pl.Decimal(38, 4)) / MONEY_SCALE).alias(name) for name in ("unit_price_e4", "quantity_e4")]
    worth = pl.format("unit_price: {}; quantity: {}", *units).alias("values")
    rows = absurd.join(names, on="source").with_columns(pl.lit(str(Reason.AMOUNT_ABSURD)).alias("reason"), worth)
    return rows.select(*REJECTED)
