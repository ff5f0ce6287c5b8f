"""The segments in figures, and the customers who spent most."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from batikrfm.figures import count, day, decimal, decimal_money, percent
from batikrfm.reports import page_words as words
from batikrfm.reports.contents import Contents
from batikrfm.reports.typesetting import shown
from batikrfm.sdk.text import Language
from batikrfm.segmentation.customers import CustomerRow
from batikrfm.segmentation.overview import Overview, SegmentStanding

LONGEST_NAME = 40


def segment_table(overview: Overview, language: Language) -> dict[str, Any]:
    run = overview.run
    return {
        "heading": words.SEGMENTS.say(language),
        "columns": [column.say(language) for column in words.SEGMENT_COLUMNS],
        "rows": [_segment(segment, run.currency, language) for segment in overview.segments],
        "total": [
            words.TOTAL.say(language),
            count(run.customers, language),
            "",
            decimal_money(run.revenue, run.currency, language),
            *[""] * 4,
        ],
        "note": words.MEDIANS.say(language),
    }


def _segment(segment: SegmentStanding, currency: str, language: Language) -> list[str]:
    def median(number: Decimal | None) -> str:
        return words.NO_VALUE if number is None else decimal(number, language)

    each = segment.median_monetary
    return [
        shown(segment.name.say(language)),
        count(segment.customers, language),
        percent(segment.customer_share, language),
        decimal_money(segment.revenue, currency, language),
        percent(segment.revenue_share, language),
        median(segment.median_recency_days),
        median(segment.median_frequency),
        words.NO_VALUE if each is None else decimal_money(each, currency, language),
    ]


def top_table(contents: Contents, language: Language) -> dict[str, Any]:
    run = contents.overview.run
    names = {segment.key: shown(segment.name.say(language)) for segment in contents.overview.segments}
    return {
        "heading": words.TOP.say(language),
        "empty": words.NO_CUSTOMERS.say(language),
        "intro": words.TOP_INTRO.say(language),
        "columns": [column.say(language) for column in words.TOP_COLUMNS],
        "rows": [
            [count(place, language), *_customer(row, names.get(row.segment or "", ""), run.currency, language)]
            for place, row in enumerate(contents.top, 1)
        ],
    }


def _customer(row: CustomerRow, segment: str, currency: str, language: Language) -> list[str]:
    return [
        shown(row.name or row.key, LONGEST_NAME),
        segment,
        words.NO_VALUE if row.purchases is None else count(row.purchases, language),
        words.NO_VALUE if row.last_day is None else day(row.last_day, language),
        words.NO_VALUE if row.money is None else decimal_money(row.money, currency, language),
    ]
