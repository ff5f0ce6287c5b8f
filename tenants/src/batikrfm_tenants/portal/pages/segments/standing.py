"""The pages of all segments, and of one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from batikrfm.sdk.text import Text
from batikrfm.segmentation.customers import CustomerPage
from batikrfm.segmentation.overview import HeatCell, Overview, SegmentStanding, TracedFlow
from batikrfm_tenants.portal.contract import Page
from batikrfm_tenants.portal.pages.links import traced
from batikrfm_tenants.portal.pages.segments.origin import Origin

NOWHERE = Text(id="baru datang", en="new")
GONE = Text(id="tidak lagi dihitung", en="no longer counted")


@dataclass(frozen=True)
class Cell:
    """A cell of the grid; ``shade`` 1..5 grows with the customers, 0 is nobody."""

    r: int
    fm: int
    customers: int
    segment: Text | None
    shade: int
    href: str


@dataclass(frozen=True)
class Line:
    """A segment of the list, with the addresses of its page and of the rows behind its numbers."""

    standing: SegmentStanding
    href: str
    rows: str


@dataclass(frozen=True)
class Movement:
    """So many came from, or went to, another segment since the run before."""

    other: Text
    customers: int
    href: str


@dataclass(frozen=True, kw_only=True)
class SegmentsPage(Page):
    """Every segment with its size and money, the grid of scores, and how the numbers come about."""

    template: ClassVar[str] = "segments/page.html"
    origin: Origin = field(metadata={"help": "The latest run and its reasons."})
    lines: tuple[Line, ...] = field(metadata={"help": "The segments in the strategy's order."})
    grid: tuple[tuple[Cell, ...], ...] = field(metadata={"help": "Rows from R 5 down to 1, columns FM 1 to 5; empty without scores."})
    without_segment: int = field(metadata={"help": "Customers that the shop knows and that are in no segment."})


@dataclass(frozen=True, kw_only=True)
class NoSegmentsPage(Page):
    """Before the first run: nothing was imported, or nothing was counted yet."""

    template: ClassVar[str] = "segments/none.html"


@dataclass(frozen=True, kw_only=True)
class SegmentPage(Page):
    """One segment: what it means, what to do, who is in it, who came and went."""

    template: ClassVar[str] = "segments/one.html"
    standing: SegmentStanding = field(metadata={"help": "The segment and its numbers."})
    rows: str = field(metadata={"help": "Address of the rows behind its numbers."})
    as_of: dt.date = field(metadata={"help": "The day as of which it was counted."})
    compared_with: dt.date | None = field(metadata={"help": "The day of the run before, if there was one by the same strategy."})
    customers: CustomerPage = field(metadata={"help": "Its best customers."})
    arrived: tuple[Movement, ...] = field(metadata={"help": "Where its customers came from since the run before."})
    departed: tuple[Movement, ...] = field(metadata={"help": "Where its customers went since the run before."})
    cells: tuple[tuple[int, int], ...] = field(metadata={"help": "The pairs of R and FM that are this segment."})


def lines(overview: Overview, shop_path: str) -> tuple[Line, ...]:
    """The list of segments."""
    return tuple(Line(one, f"{shop_path}/segmen/{one.key}", traced(shop_path, one.trace)) for one in overview.segments)


def grid(cells: Sequence[HeatCell], names: dict[str, Text], shop_path: str) -> tuple[tuple[Cell, ...], ...]:
    """The cells in rows, the most recent buyers on top."""
    most = max((cell.customers for cell in cells), default=0)
    made = {(cell.r, cell.fm): _cell(cell, names, most, shop_path) for cell in cells}
    return tuple(tuple(made[r, fm] for fm in range(1, 6) if (r, fm) in made) for r in range(5, 0, -1)) if made else ()


def _cell(cell: HeatCell, names: dict[str, Text], most: int, shop_path: str) -> Cell:
    segment = names.get(cell.segment) if cell.segment else None
    return Cell(cell.r, cell.fm, cell.customers, segment, shade(cell.customers, most), traced(shop_path, cell.trace))


def shade(customers: int, most: int) -> int:
    """How dark a cell is: 0 for nobody, else 1..5 by its share of the fullest cell."""
    return 0 if not customers or not most else min(5, 1 + 5 * customers // (most + 1))


def segment_page(overview: Overview, standing: SegmentStanding, customers: CustomerPage, shop_path: str) -> SegmentPage:
    """The page of one segment."""
    names = {one.key: one.name for one in overview.segments}
    moved = [one for one in overview.flows if one.flow.from_segment != one.flow.to_segment]
    arrived = [one for one in moved if one.flow.to_segment == standing.key]
    departed = [one for one in moved if one.flow.from_segment == standing.key]
    return SegmentPage(
        standing=standing,
        rows=traced(shop_path, standing.trace),
        as_of=overview.run.as_of,
        compared_with=overview.compared_with,
        customers=customers,
        arrived=tuple(_movement(one, one.flow.from_segment, NOWHERE, names, shop_path) for one in arrived),
        departed=tuple(_movement(one, one.flow.to_segment, GONE, names, shop_path) for one in departed),
        cells=tuple((cell.r, cell.fm) for cell in overview.cells if cell.segment == standing.key),
    )


def _movement(flow: TracedFlow, other: str | None, nowhere: Text, names: dict[str, Text], shop_path: str) -> Movement:
    said = nowhere if other is None else names.get(other, Text(id=other, en=other))
    return Movement(said, flow.flow.customers, traced(shop_path, flow.trace))
