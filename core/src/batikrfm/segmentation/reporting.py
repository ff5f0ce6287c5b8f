"""A stored run as the whole answer that reports, the terminal and ``--json`` show."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from uuid import UUID

from batikrfm.segmentation import frames, queries
from batikrfm.segmentation.analysis import Analysis
from batikrfm.segmentation.asking import Question, window
from batikrfm.segmentation.days import day_after
from batikrfm.segmentation.scoring import Scored
from batikrfm.tenancy import tenant_scope


async def analysis_of(tenant_id: UUID, scored: Scored, question: Question) -> Analysis:
    """``scored`` with the rows of every import so far and the money of the orders in its window. The cost grows with orders."""
    async with tenant_scope(tenant_id) as scope:
        rows = dict((await scope.fetch(queries.IMPORTED_ROWS))[0])
        money = dict((await scope.fetch(queries.REVENUE[question.returns], *window(question, scored.as_of)))[0])
    return Analysis(
        scored=scored, rows=sum(rows.values()), rows_by_outcome=rows, currency=question.currency, timezone=question.timezone, **money
    )


async def with_keys(tenant_id: UUID, scored: Scored) -> Scored:
    """``scored`` with customers called as the sales files call them, for ``customers.csv``."""
    async with tenant_scope(tenant_id) as scope:
        keys = await scope.copy_out(queries.CUSTOMER_KEYS, schema=frames.CUSTOMER_KEYS_SCHEMA)
    named = scored.segmentation.customers.join(keys, on="customer").with_columns(customer="key").drop("key")
    return replace(scored, segmentation=replace(scored.segmentation, customers=named))


async def day_after_last_sale(tenant_id: UUID, question: Question) -> dt.date | None:
    """The day that ``analyze`` takes for today: the one after the tenant's last purchase; None before there is one."""
    async with tenant_scope(tenant_id) as scope:
        last = await scope.fetchval(queries.LAST_SALE[question.returns])
    return None if last is None else day_after(last, question.timezone)
