"""The workbook of a stored run: findings, segments, moves, a sheet for each segment with its customers, and where numbers come from."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from batikrfm.reports import page_words, words
from batikrfm.reports.contents import Contents
from batikrfm.reports.long_tables import MOST_ROWS, Column, LongTable, Part, Row, TableFile
from batikrfm.reports.origin_rows import origin_rows
from batikrfm.reports.segment_rows import segment_rows
from batikrfm.reports.sheet_cells import DAY, GENERAL, SHARE, WHOLE, Cell, money_format, text
from batikrfm.reports.sheets import SheetNames, fill, safe_text
from batikrfm.reports.workbook import ORIGIN_WIDTHS, SEGMENT_WIDTHS
from batikrfm.sdk.segmentation import Segment
from batikrfm.sdk.text import Language
from batikrfm.segmentation.customers import CustomerRow
from batikrfm.segmentation.overview import SegmentStanding
from batikrfm.segmentation.summary import SegmentSummary

if TYPE_CHECKING:
    from openpyxl import Workbook

Customers = Callable[[str], AsyncIterator[tuple[CustomerRow, ...]]]
"""All customers of a segment, a page at a time."""


async def write_customer_workbook(
    path: Path, contents: Contents, customers: Customers, language: Language, *, most_rows: int = MOST_ROWS
) -> AsyncIterator[int]:
    """Write the workbook to ``path``, yielding how many customers are in it so far after each page. Memory does not grow with them.

    A segment's ``customers`` are not more than the overview says: see :func:`~batikrfm.segmentation.facts.hold_runs`.
    """
    tables, file = await asyncio.to_thread(_lay_out, path, contents, language, most_rows)
    with contextlib.closing(file):
        done = 0
        for segment, parts in zip(contents.overview.segments, tables, strict=True):
            file.begin(parts)
            async for page in customers(segment.key):
                await asyncio.to_thread(file.write, [_customer(row) for row in page])
                done += len(page)
                yield done
            file.end()


def _lay_out(path: Path, contents: Contents, language: Language, most_rows: int) -> tuple[list[list[Part]], TableFile]:
    """Everything but the customers, and the sheets that wait for them."""
    from openpyxl import Workbook

    workbook, names = Workbook(write_only=True), SheetNames()
    _begin(workbook, names, contents, language)
    columns = _columns(contents, language)
    tables = [
        LongTable(columns, segment.customers, _naming(names, segment.name.say(language)), most_rows).lay_out(workbook)
        for segment in contents.overview.segments
    ]
    origin = workbook.create_sheet(names.take(words.ORIGIN_SHEET.say(language)))
    fill(origin, origin_rows(contents.origin, language), ORIGIN_WIDTHS, bold=set())
    return tables, TableFile(path, workbook, tables)


def _begin(workbook: Workbook, names: SheetNames, contents: Contents, language: Language) -> None:
    """The sheets in front of the customers."""
    workbook.properties.title = safe_text(f"{page_words.TITLE.say(language)}: {contents.shop.name}")
    workbook.properties.language = language
    workbook.properties.creator = safe_text(contents.shop.name)
    findings = workbook.create_sheet(names.take(words.FINDINGS_SHEET.say(language)))
    findings.freeze_panes = "A2"
    fill(findings, _finding_rows(contents, language), (90, 20, 16), bold={0})
    segments = workbook.create_sheet(names.take(words.SEGMENTS_SHEET.say(language)))
    segments.freeze_panes = "B2"
    summaries = [_summary(segment) for segment in contents.overview.segments]
    fill(segments, segment_rows(summaries, contents.overview.run.currency, language), SEGMENT_WIDTHS, bold={0, len(summaries) + 1})
    moves = workbook.create_sheet(names.take(words.MOVES_SHEET.say(language)))
    moves.freeze_panes = "B2"
    fill(moves, _move_rows(contents, language), (24, *[16] * (len(summaries) + 1)), bold={0})


def _naming(names: SheetNames, wanted: str) -> Callable[[], str]:
    return lambda: names.take(wanted)


def _finding_rows(contents: Contents, language: Language) -> Iterator[list[Cell]]:
    formats = {"money": money_format(contents.overview.run.currency), "share": SHARE, "count": WHOLE, "days": WHOLE}
    yield [text(heading.say(language)) for heading in (words.FINDING, words.NUMBER, words.TONE)]
    for found in contents.findings:
        yield [text(found.sentence.say(language)), (found.number, formats[found.unit]), text(words.TONES[found.tone].say(language))]


def _summary(standing: SegmentStanding) -> SegmentSummary:
    return SegmentSummary(
        Segment(standing.key, standing.name, standing.meaning, standing.action),
        standing.customers,
        standing.revenue,
        standing.median_recency_days,
        standing.median_frequency,
        standing.median_monetary,
    )


def _move_rows(contents: Contents, language: Language) -> Iterator[list[Cell]]:
    """From the rows to the columns, every digit; None is nowhere."""
    flows = {(at.flow.from_segment, at.flow.to_segment): at.flow.customers for at in contents.overview.flows}
    names = [(segment.key, segment.name) for segment in contents.overview.segments]
    sources, targets = [*names, (None, page_words.NEW)], [*names, (None, page_words.LEFT)]
    yield [text(name.say(language)) for name in (page_words.FROM_TO, *(name for _, name in targets))]
    for source, name in sources:
        yield [text(name.say(language)), *((flows.get((source, target)), WHOLE) for target, _ in targets)]


def _columns(contents: Contents, language: Language) -> list[Column]:
    currency = contents.overview.run.currency

    return [
        Column(words.NAME.say(language), GENERAL, 28),
        Column(words.CUSTOMER_KEY.say(language), GENERAL, 28),
        Column(words.PHONE.say(language), GENERAL, 18),
        Column(words.EMAIL.say(language), GENERAL, 28),
        Column(words.LAST_DAY.say(language), DAY, 16),
        Column(words.PURCHASES.say(language), WHOLE, 12),
        Column(words.SPENT.say(language, currency=currency), money_format(currency), 18),
        *(Column(score, WHOLE, 5) for score in "RFM"),
    ]


def _customer(row: CustomerRow) -> Row:
    return row.name, row.key, row.phone, row.email, row.last_day, row.purchases, row.money, row.r, row.f, row.m
