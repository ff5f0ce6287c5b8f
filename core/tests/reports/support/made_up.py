"""Overviews and contents of made-up shops, without a database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from batikrfm.builtin.rfm.strategies import Rfm5, RfmStrategy
from batikrfm.reports.contents import Contents, origin_of_run
from batikrfm.reports.findings import findings
from batikrfm.sdk.text import Text
from batikrfm.segmentation.customers import CustomerRow
from batikrfm.segmentation.facts import Facts, Rows
from batikrfm.segmentation.figures import Period
from batikrfm.segmentation.history import Flow, PastRun
from batikrfm.segmentation.overview import Figure, HeatCell, Overview, SegmentStanding, TracedFlow
from batikrfm.segmentation.tracing import Trace
from batikrfm.tenancy import Tenant

AS_OF = dt.date(2026, 11, 25)
NOBODY = UUID(int=0)
Figures = tuple[int | Decimal | None, int | Decimal | None]


def trace(of: str) -> Trace:
    return Trace(of="orders" if of in {"revenue", "purchases"} else "customers", segment=of)


def figure(name: str, pair: Figures) -> Figure:
    now, before = (None if value is None else Decimal(value) for value in pair)
    return Figure(now, before, trace(name), trace(f"{name}_before"))


def overview(
    *,
    segments: Mapping[str, tuple[int, int]],
    strategy: type[RfmStrategy] = Rfm5,
    customers: Figures = (120, 100),
    revenue: Figures = (12_500_000, 13_600_000),
    purchases: Figures = (140, 130),
    new_customers: Figures = (20, 25),
    repeat_rate: Figures = (Decimal("0.34"), Decimal("0.32")),
    flows: Sequence[tuple[str | None, str | None, int]] = (),
    compared_with: dt.date | None = dt.date(2026, 11, 18),
    cells: Mapping[tuple[int, int], int] | None = None,
    **run: object,
) -> Overview:
    """``segments`` are customers and money by key; those that are not given are empty."""
    people = sum(number for number, _ in segments.values())
    money = sum(amount for _, amount in segments.values())
    return Overview(
        days=30,
        period=Period(AS_OF - dt.timedelta(days=29), AS_OF),
        before=Period(AS_OF - dt.timedelta(days=59), AS_OF - dt.timedelta(days=30)),
        customers=figure("customers", customers),
        revenue=figure("revenue", revenue),
        purchases=figure("purchases", purchases),
        new_customers=figure("new_customers", new_customers),
        repeat_rate=figure("repeat_rate", repeat_rate),
        run=past_run(strategy, people, Decimal(money), **run),
        compared_with=compared_with,
        customers_in_all=people,
        segments=tuple(
            standing(segment.key, segment.name, segment.meaning, segment.action, *segments.get(segment.key, (0, 0)), people, money)
            for segment in strategy.segments
        ),
        cells=tuple(HeatCell(r, fm, number, Decimal(0), None, trace("cell")) for (r, fm), number in (cells or {}).items()),
        flows=tuple(TracedFlow(Flow(*flow), Trace(of="customers", from_segment=flow[0], to_segment=flow[1])) for flow in flows),
        products=(),
    )


def past_run(strategy: type[RfmStrategy], customers: int, revenue: Decimal, **changed: object) -> PastRun:
    told: dict[str, Any] = {
        "id": NOBODY,
        "created_at": dt.datetime(2026, 11, 25, 5, tzinfo=dt.UTC),
        "compared_with": None,
        "strategy": strategy.key,
        "settings": {},
        "as_of": AS_OF,
        "returns": "net",
        "since_days": None,
        "timezone": "Asia/Jakarta",
        "currency": "IDR",
        "mode": "quantile",
        "cut_points": {
            "recency_days": [30, 60, 90, 180],
            "frequency": [2, 3, 4, 5],
            "monetary": ["100000", "250000.5", "500000", "1000000"],
        },
        "reason": Text(id="Pelanggannya cukup banyak untuk dibandingkan.", en="There are enough customers to compare."),
        "notices": (),
        "customers": customers,
        "revenue": revenue,
        "results": (),
    }
    return PastRun(**{**told, **changed})


def standing(key: str, name: Text, meaning: Text, action: Text, customers: int, money: int, people: int, all_money: int) -> SegmentStanding:
    median = Decimal(1) if customers else None
    return SegmentStanding(
        key=key,
        name=name,
        meaning=meaning,
        action=action,
        customers=customers,
        customers_before=None,
        revenue=Decimal(money),
        customer_share=Decimal(customers) / people if people else Decimal(0),
        revenue_share=Decimal(money) / all_money if all_money else Decimal(0),
        median_recency_days=median and Decimal("12.5"),
        median_frequency=median and Decimal(3),
        median_monetary=median and Decimal(money) / customers,
        trace=trace(key),
    )


def facts(**changed: object) -> Facts:
    told: dict[str, Any] = {
        "moved_money": {},
        "best_customers": 1,
        "best_money": Decimal(0),
        "first_money": Decimal(0),
        "unreachable": 0,
        "last_sale": AS_OF,
    }
    return Facts(**{**told, **changed})


def buyer(name: str | None, money: int = 1_000_000, segment: str = "champions", key: str = "kunci") -> CustomerRow:
    return CustomerRow(NOBODY, key, name, None, None, segment, 5, 5, 5, AS_OF, 12, Decimal(money))


def contents(
    seen: Overview, told: Facts | None = None, *, names: Sequence[str | None] = (), shop: str = "Toko Batik Mekar Sari"
) -> Contents:
    outcomes = {"imported": 1_234, "cancelled": 5, "refund": 6, "without_customer": 7, "rejected": 8}
    rows = Rows(outcomes, 900, seen.run.revenue, Decimal(0), newer=False)
    created = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    return Contents(
        shop=Tenant(NOBODY, "toko", shop, "Asia/Jakarta", seen.run.currency, "id", created),
        overview=seen,
        findings=findings(seen, told or facts()),
        origin=origin_of_run(seen.run, rows, Text(id="Lima kelompok", en="Five segments")),
        top=tuple(buyer(name, 9_000_000 - place * 100_000) for place, name in enumerate(names)),
    )
