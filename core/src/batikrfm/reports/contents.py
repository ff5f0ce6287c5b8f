"""Everything that a report of a stored run shows, read once in the tenant's scope."""

from __future__ import annotations

from dataclasses import dataclass

from batikrfm.plugins import find_strategy
from batikrfm.plugins.errors import NoSuchStrategyError
from batikrfm.reports import words
from batikrfm.reports.finding import Finding
from batikrfm.reports.findings import findings
from batikrfm.reports.origin import Origin
from batikrfm.sdk.text import Text
from batikrfm.segmentation.customers import CustomerRow, Sort, list_customers
from batikrfm.segmentation.facts import Rows, read_facts, read_rows
from batikrfm.segmentation.figures import Days
from batikrfm.segmentation.history import PastRun
from batikrfm.segmentation.overview import Overview, overview
from batikrfm.tenancy import Tenant, scoped_tenant

TOP = 20


@dataclass(frozen=True)
class Contents:
    """``top`` are the customers who bought most, the first of them first."""

    shop: Tenant
    overview: Overview
    findings: tuple[Finding, ...]
    origin: Origin
    top: tuple[CustomerRow, ...]


async def read_contents(days: Days = 30) -> Contents:
    """The contents as of the latest run. Raises :class:`~batikrfm.segmentation.errors.NoRunsError` before the first."""
    shop = await scoped_tenant()
    seen = await overview(days)
    top = await list_customers(sort=Sort.MONETARY, limit=TOP)
    return Contents(
        shop=shop,
        overview=seen,
        findings=findings(seen, await read_facts(seen.run)),
        origin=origin_of_run(seen.run, await read_rows(seen.run), _strategy_name(seen.run.strategy)),
        top=tuple(row for row in top.rows if row.segment is not None),
    )


def origin_of_run(run: PastRun, rows: Rows, strategy: Text) -> Origin:
    """The origin of a stored run's numbers."""
    notices = (*run.notices, words.NEWER_ROWS) if rows.newer else run.notices
    return Origin(
        rows=sum(rows.by_outcome.values()),
        rows_by_outcome=rows.by_outcome,
        orders=rows.orders,
        customers=run.customers,
        revenue=rows.revenue,
        revenue_without_customer=rows.revenue_without_customer,
        revenue_without_purchase=rows.revenue - rows.revenue_without_customer - run.revenue,
        currency=run.currency,
        as_of=run.as_of,
        timezone=run.timezone,
        returns=run.returns,
        strategy=strategy,
        strategy_key=run.strategy,
        mode=run.mode,
        reason=run.reason,
        cut_points=run.cut_points,
        notices=notices,
    )


def _strategy_name(key: str) -> Text:
    """A strategy that is no longer installed is called by its key."""
    try:
        return find_strategy(key).name
    except NoSuchStrategyError:
        return Text(id=key, en=key)
