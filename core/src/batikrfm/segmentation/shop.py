"""A tenant's whole shop as one answer, from what the database holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from batikrfm.segmentation.analysis import Analysis
from batikrfm.segmentation.asking import Question, since
from batikrfm.segmentation.days import day_after, start_of
from batikrfm.segmentation.errors import NoPurchases
from batikrfm.segmentation.running import run_segmentation, with_keys
from batikrfm.segmentation.totals import Returns
from batikrfm.tenancy import Tenant, tenant_scope

LAST_SALE: Final[dict[Returns, str]] = {
    "net": "select max(ordered_at) from orders where net_e4 > 0",
    "ignore": "select max(ordered_at) from orders where gross_e4 > 0",
}

MONEY: Final[dict[Returns, str]] = {
    "net": """
        select count(*) filter (where net_e4 > 0), coalesce(sum(net_e4), 0)::bigint,
            coalesce(sum(net_e4) filter (where customer_id is null), 0)::bigint
        from orders where ordered_at >= coalesce($1::timestamptz, '-infinity') and ordered_at < $2::timestamptz
    """,
    "ignore": """
        select count(*) filter (where gross_e4 > 0), coalesce(sum(gross_e4), 0)::bigint,
            coalesce(sum(gross_e4) filter (where customer_id is null), 0)::bigint
        from orders where ordered_at >= coalesce($1::timestamptz, '-infinity') and ordered_at < $2::timestamptz
    """,
}
"""Purchases, all money, and the money of orders without a customer, from $1 (null: ever) on and before $2."""


async def analyse_shop(tenant: Tenant, question: Question, rows_by_outcome: Mapping[str, int]) -> Analysis:
    """Segment the tenant's customers, store the run, and answer as :func:`~batikrfm.segmentation.asking.answer` does for files.

    ``rows_by_outcome`` says what was read. ``question.as_of`` None is the day after the last sale. Raises :class:`NoPurchases`.
    """
    timezone = question.timezone
    as_of = question.as_of or await _day_after_last_sale(tenant, question, sum(rows_by_outcome.values()))
    run = await run_segmentation(tenant.id, replace(question, as_of=as_of))
    async with tenant_scope(tenant.id) as scope:
        window = since(as_of, question.since_days, timezone), start_of(as_of + dt.timedelta(days=1), timezone)
        purchases, revenue, without_customer = (await scope.fetch(MONEY[question.returns], *window))[0]
    return Analysis(
        scored=await with_keys(tenant.id, run.scored),
        rows=sum(rows_by_outcome.values()),
        rows_by_outcome=rows_by_outcome,
        orders=purchases,
        revenue_e4=revenue,
        revenue_without_customer_e4=without_customer,
        currency=question.currency,
        timezone=timezone,
    )


async def _day_after_last_sale(tenant: Tenant, question: Question, rows: int) -> dt.date:
    async with tenant_scope(tenant.id) as scope:
        last_sale: dt.datetime | None = await scope.fetchval(LAST_SALE[question.returns])
    if last_sale is None:
        raise NoPurchases(rows=rows)
    return day_after(last_sale, question.timezone)
