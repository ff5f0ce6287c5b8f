"""The rows of the sheet with the segments."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from batikrfm.reports import words
from batikrfm.reports.sheet_cells import HALVES, SHARE, WHOLE, Cell, money_format, text
from batikrfm.sdk.text import Language
from batikrfm.segmentation import Analysis, SegmentSummary


def segment_rows(analysis: Analysis, language: Language) -> Iterator[list[Cell]]:
    headings = (
        words.SEGMENT,
        words.CUSTOMERS,
        words.SHARE_OF_CUSTOMERS,
        words.REVENUE,
        words.SHARE_OF_REVENUE,
        words.MEDIAN_DAYS,
        words.MEDIAN_PURCHASES,
        words.MEDIAN_MONEY,
        words.MEANING,
        words.ACTION,
    )
    yield [text(heading.say(language, currency=analysis.currency)) for heading in headings]
    for summary in analysis.scored.segments:
        yield _segment_row(summary, analysis, language)
    revenue = sum((summary.revenue for summary in analysis.scored.segments), Decimal(0))
    yield [text(words.TOTAL.say(language)), (analysis.customers, WHOLE), text(""), (revenue, money_format(analysis.currency))]


def _segment_row(summary: SegmentSummary, analysis: Analysis, language: Language) -> list[Cell]:
    money = money_format(analysis.currency)
    revenue = sum((segment.revenue for segment in analysis.scored.segments), Decimal(0))
    return [
        text(summary.segment.name.say(language)),
        (summary.customers, WHOLE),
        (_share(summary.customers, analysis.customers), SHARE),
        (summary.revenue, money),
        (_share(summary.revenue, revenue), SHARE),
        (summary.median_recency_days, HALVES),
        (summary.median_frequency, HALVES),
        (summary.median_monetary, money),
        text(summary.segment.meaning.say(language)),
        text(summary.segment.action.say(language)),
    ]


def _share(part: Decimal | int, whole: Decimal | int) -> Decimal | None:
    return Decimal(part) / Decimal(whole) if whole else None
