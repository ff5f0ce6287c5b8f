"""The segments as a chart, and what to do for each."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from batikrfm.figures import count, decimal_money, percent
from batikrfm.reports import page_words as words
from batikrfm.reports.finding import joined, number_of
from batikrfm.reports.typesetting import shown
from batikrfm.sdk.text import Language
from batikrfm.segmentation.overview import Overview, SegmentStanding


def chart(overview: Overview, language: Language) -> dict[str, Any]:
    """Two bars for each segment, and in words for who cannot see them. No bars where nobody is in a segment."""
    run = overview.run
    standing = overview.segments if run.customers else ()
    parts = [_alt_part(segment, language) for segment in standing if segment.customers]
    return {
        "heading": words.CHART.say(language),
        "empty": words.NO_CUSTOMERS.say(language),
        "alt": words.CHART_ALT.say(language, parts=joined(parts, language)),
        "customers": words.CUSTOMERS_KEY.say(language, customers=count(run.customers, language)),
        "revenue": words.REVENUE_KEY.say(language, revenue=decimal_money(run.revenue, run.currency, language)),
        "rows": [_bars(segment, run.currency, language) for segment in standing],
    }


def _alt_part(segment: SegmentStanding, language: Language) -> str:
    customers, revenue = percent(segment.customer_share, language), percent(segment.revenue_share, language)
    return words.ALT_PART.say(language, name=shown(segment.name.say(language)), customers=customers, revenue=revenue)


def _bars(segment: SegmentStanding, currency: str, language: Language) -> dict[str, Any]:
    of_customers = number_of(segment.customers, words.OF_CUSTOMERS_ONE, words.OF_CUSTOMERS)
    share, money = percent(segment.revenue_share, language), decimal_money(segment.revenue, currency, language)
    return {
        "name": shown(segment.name.say(language)),
        "customers": _length(segment.customer_share),
        "revenue": _length(segment.revenue_share),
        "customers_text": of_customers.say(
            language, share=percent(segment.customer_share, language), customers=count(segment.customers, language)
        ),
        "revenue_text": words.OF_REVENUE.say(language, share=share, revenue=money),
    }


def _length(share: Decimal) -> float:
    """A bar's length: money of a segment can be negative, or more than all, where others' is negative."""
    return float(min(max(share, Decimal(0)), Decimal(1)))


def actions(overview: Overview, language: Language) -> dict[str, Any]:
    """One suggested step for every segment that has customers; none where the strategy's words went with its plugin."""
    return {
        "heading": words.ACTIONS.say(language),
        "items": [
            {
                "name": shown(segment.name.say(language)),
                "customers": number_of(segment.customers, words.A_CUSTOMER, words.CUSTOMERS).say(
                    language, customers=count(segment.customers, language)
                ),
                "meaning": shown(segment.meaning.say(language), longest=400),
                "action": shown(segment.action.say(language), longest=400),
            }
            for segment in overview.segments
            if segment.customers and segment.action.say(language)
        ],
    }
