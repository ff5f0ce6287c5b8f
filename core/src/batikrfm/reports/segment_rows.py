"""The rows of the sheet with the segments."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from batikrfm.reports import words
from batikrfm.reports.sheet_cells import HALVES, SHARE, WHOLE, Cell, money_format, text
from batikrfm.sdk.text import Language

if TYPE_CHECKING:
    from batikrfm.segmentation import SegmentSummary


def segment_rows(summaries: Sequence[SegmentSummary], currency: str, language: Language) -> Iterator[list[Cell]]:
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
    customers = sum(summary.customers for summary in summaries)
    revenue = sum((summary.revenue for summary in summaries), Decimal(0))
    money = money_format(currency)
    yield [text(heading.say(language, currency=currency)) for heading in headings]
    for summary in summaries:
        shares = _share(summary.customers, customers), _share(summary.revenue, revenue)
        yield _segment_row(summary, shares, money, language)
    yield [text(words.TOTAL.say(language)), (customers, WHOLE), text(""), (revenue, money)]


def _segment_row(summary: SegmentSummary, shares: tuple[Decimal | None, Decimal | None], money: str, language: Language) -> list[Cell]:
    return [
        text(summary.segment.name.say(language)),
        (summary.customers, WHOLE),
        (shares[0], SHARE),
        (summary.revenue, money),
        (shares[1], SHARE),
        (summary.median_recency_days, HALVES),
        (summary.median_frequency, HALVES),
        (summary.median_monetary, money),
        text(summary.segment.meaning.say(language)),
        text(summary.segment.action.say(language)),
    ]


def _share(part: Decimal | int, whole: Decimal | int) -> Decimal | None:
    return Decimal(part) / Decimal(whole) if whole else None
