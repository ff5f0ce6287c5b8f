"""What the overview shows: figures, findings, segments, the map of scores, and who moved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, ClassVar, Literal

from batikrfm.reports.finding import Finding, Tone
from batikrfm.sdk.text import Text
from batikrfm.segmentation.figures import PERIODS, Period, Product
from batikrfm.segmentation.overview import Figure, Overview, SegmentStanding, TracedFlow
from batikrfm_tenants.portal.contract import Page
from batikrfm_tenants.portal.formats import Formats
from batikrfm_tenants.portal.pages.campaigns.listing import WEEK_HELP, WeekReady
from batikrfm_tenants.portal.pages.links import listed, traced
from batikrfm_tenants.portal.pages.made_up import HELP
from batikrfm_tenants.portal.pages.segments.standing import GONE, NOWHERE, Cell, grid

Kind = Literal["count", "money", "share"]
BEFORE, NOW = "before", "now"
"""The two sides of the chart of moves: a segment stands on both."""

CUSTOMERS = Text(id="Pelanggan yang belanja", en="Customers who bought")
REVENUE = Text(id="Omzet", en="Revenue")
PURCHASES = Text(id="Pembelian", en="Purchases")
NEW = Text(id="Pelanggan baru", en="New customers")
REPEAT = Text(id="Belanja lagi", en="Came back to buy")


@dataclass(frozen=True)
class Headline:
    """A number of the period, beside that of the period before. ``change`` is None where there was nothing to compare with."""

    label: Text
    kind: Kind
    value: Decimal | None
    before: Decimal | None
    change: Decimal | None
    rows: str
    rows_before: str


@dataclass(frozen=True)
class Saying:
    """A finding, with the address of what it comes from."""

    sentence: Text
    tone: Tone
    href: str


@dataclass(frozen=True)
class SegmentLine:
    """A segment: how large it is, what it brings, what to do for it."""

    standing: SegmentStanding
    href: str
    rows: str

    @property
    def change(self) -> int | None:
        """Customers more or fewer than in the run before; None where that cannot be said."""
        before = self.standing.customers_before
        return None if before is None else self.standing.customers - before


@dataclass(frozen=True)
class Way:
    """So many went from one segment to another since the run before."""

    before: Text
    after: Text
    customers: int
    href: str


@dataclass(frozen=True, kw_only=True)
class OverviewPage(Page):
    """Ringkasan."""

    template: ClassVar[str] = "overview/page.html"
    as_of: dt.date = field(metadata={"help": "The day as of which segments were worked out."})
    days: int = field(metadata={"help": "How many days the figures are of."})
    periods: tuple[int, ...] = field(metadata={"help": "The numbers of days that one can choose."})
    period: Period = field(metadata={"help": "First and last day of the period."})
    before: Period = field(metadata={"help": "First and last day of the period that it is compared with."})
    headlines: tuple[Headline, ...] = field(metadata={"help": "The figures of the period."})
    findings: tuple[Saying, ...] = field(metadata={"help": "What an owner should know, the most pressing first."})
    segments: tuple[SegmentLine, ...] = field(metadata={"help": "The segments in the strategy's order."})
    sizes: dict[str, Any] = field(metadata={"help": "The chart of segments: area is customers, shade is money."})
    grid: tuple[tuple[Cell, ...], ...] = field(metadata={"help": "The map of scores; empty without scores."})
    compared_with: dt.date | None = field(metadata={"help": "The day of the run before, if there was one by the same strategy."})
    ways: tuple[Way, ...] = field(metadata={"help": "Who went from which segment to which, the most first."})
    moves: dict[str, Any] = field(metadata={"help": "The chart of moves."})
    products: tuple[Product, ...] = field(metadata={"help": "The best-selling products of the period."})
    customers_in_all: int = field(metadata={"help": "All customers that the shop knows."})
    week: WeekReady | None = field(metadata=WEEK_HELP)
    made_up: Text | None = field(default=None, metadata=HELP)


@dataclass(frozen=True, kw_only=True)
class NoOverviewPage(Page):
    """Before the first run."""

    template: ClassVar[str] = "overview/none.html"


def overview_page(found: Overview, findings: Sequence[Finding], week: WeekReady | None, shop_path: str, formats: Formats) -> OverviewPage:
    """The page of an overview."""
    names = {one.key: one.name for one in found.segments}
    moved = sorted((one for one in found.flows if _moves(one)), key=lambda one: -one.flow.customers)
    return OverviewPage(
        as_of=found.run.as_of,
        days=found.days,
        periods=PERIODS,
        period=found.period,
        before=found.before,
        headlines=_headlines(found, shop_path),
        findings=tuple(_saying(one, shop_path) for one in findings),
        segments=tuple(SegmentLine(one, f"{shop_path}/segmen/{one.key}", traced(shop_path, one.trace)) for one in found.segments),
        sizes=_sizes(found.segments, shop_path, formats),
        grid=grid(found.cells, names, shop_path),
        compared_with=found.compared_with,
        ways=tuple(_way(one, names, shop_path) for one in moved),
        moves=_chart_of_moves(found.flows, names, shop_path, formats),
        products=found.products,
        customers_in_all=found.customers_in_all,
        week=week,
    )


def _headlines(found: Overview, shop_path: str) -> tuple[Headline, ...]:
    figures: tuple[tuple[Text, Kind, Figure], ...] = (
        (REVENUE, "money", found.revenue),
        (PURCHASES, "count", found.purchases),
        (CUSTOMERS, "count", found.customers),
        (NEW, "count", found.new_customers),
        (REPEAT, "share", found.repeat_rate),
    )
    return tuple(_headline(label, kind, figure, shop_path) for label, kind, figure in figures)


def _headline(label: Text, kind: Kind, figure: Figure, shop_path: str) -> Headline:
    rows, before = traced(shop_path, figure.trace), traced(shop_path, figure.trace_before)
    return Headline(label, kind, figure.value, figure.before, figure.change, rows, before)


def _saying(finding: Finding, shop_path: str) -> Saying:
    href = ""
    if finding.listed is not None:
        href = listed(shop_path, finding.listed)
    elif finding.traces:
        href = traced(shop_path, finding.traces[0])
    return Saying(finding.sentence, finding.tone, href)


def _moves(one: TracedFlow) -> bool:
    return one.flow.from_segment != one.flow.to_segment


def _way(one: TracedFlow, names: Mapping[str, Text], shop_path: str) -> Way:
    before, after = _name(one.flow.from_segment, names, NOWHERE), _name(one.flow.to_segment, names, GONE)
    return Way(before, after, one.flow.customers, traced(shop_path, one.trace))


def _name(key: str | None, names: Mapping[str, Text], nowhere: Text) -> Text:
    return nowhere if key is None else names.get(key, Text(id=key, en=key))


def _sizes(segments: Sequence[SegmentStanding], shop_path: str, formats: Formats) -> dict[str, Any]:
    """Segments as areas. A segment that nobody is in has none."""
    richest = max((one.revenue_share for one in segments), default=Decimal(0))
    return {
        "items": [
            {
                "name": one.name.say(formats.language),
                "value": one.customers,
                "label": f"{one.name.say(formats.language)}\n{formats.number(one.customers)}",
                "href": f"{shop_path}/segmen/{one.key}",
                "shade": float(max(one.revenue_share, Decimal(0)) / richest) if richest > 0 else 0.0,
            }
            for one in segments
            if one.customers
        ]
    }


def _chart_of_moves(flows: Sequence[TracedFlow], names: Mapping[str, Text], shop_path: str, formats: Formats) -> dict[str, Any]:
    """Those who moved, from the segments on the left to the segments on the right."""
    links, nodes = [], dict[str, str]()
    for one in flows:
        if not _moves(one):
            continue
        source, target = f"{BEFORE}/{one.flow.from_segment or ''}", f"{NOW}/{one.flow.to_segment or ''}"
        nodes[source] = _name(one.flow.from_segment, names, NOWHERE).say(formats.language)
        nodes[target] = _name(one.flow.to_segment, names, GONE).say(formats.language)
        links.append({"source": source, "target": target, "value": one.flow.customers, "href": traced(shop_path, one.trace)})
    return {"nodes": [{"name": name, "label": label} for name, label in nodes.items()], "links": links}
