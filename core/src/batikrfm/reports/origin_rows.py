"""The rows of the sheet that says how the numbers come about."""

from __future__ import annotations

from collections.abc import Iterator

from batikrfm.reports import words
from batikrfm.reports.sheet_cells import DAY, EXACT, WHOLE, Cell, money_format, text
from batikrfm.sdk.text import Language
from batikrfm.segmentation import Analysis
from batikrfm.segmentation.exact import number


def origin_rows(analysis: Analysis, language: Language) -> Iterator[list[Cell]]:
    yield from _rows_and_money(analysis, language)
    yield from _question(analysis, language)
    yield from _scoring(analysis, language)


def _rows_and_money(analysis: Analysis, language: Language) -> Iterator[list[Cell]]:
    """What was read, what became of each row, and where each part of the revenue is."""
    money = money_format(analysis.currency)
    yield [text(words.ROWS.say(language)), (analysis.rows, WHOLE)]
    for outcome, label in words.OUTCOMES.items():
        yield [text(label.say(language)), (analysis.rows_by_outcome.get(outcome, 0), WHOLE)]
    yield [text(words.ORDERS.say(language)), (analysis.orders, WHOLE)]
    yield [text(words.SCORED.say(language)), (analysis.customers, WHOLE)]
    of_segments = analysis.revenue - analysis.revenue_without_customer - analysis.revenue_without_purchase
    for label, amount in (
        (words.ALL_REVENUE, analysis.revenue),
        (words.REVENUE_OF_SEGMENTS, of_segments),
        (words.REVENUE_WITHOUT_CUSTOMER, analysis.revenue_without_customer),
        (words.REVENUE_WITHOUT_PURCHASE, analysis.revenue_without_purchase),
    ):
        yield [text(label.say(language)), (amount, money)]


def _question(analysis: Analysis, language: Language) -> Iterator[list[Cell]]:
    """What was asked."""
    scored = analysis.scored
    yield [text(words.CURRENCY.say(language)), text(analysis.currency)]
    yield [text(words.AS_OF.say(language)), (scored.as_of, DAY)]
    yield [text(words.TIMEZONE.say(language)), text(analysis.timezone)]
    yield [text(words.RETURNS.say(language)), text(words.RETURNS_AS[scored.returns].say(language))]
    yield [text(words.STRATEGY.say(language)), text(f"{scored.strategy.name.say(language)} ({scored.strategy.key})")]


def _scoring(analysis: Analysis, language: Language) -> Iterator[list[Cell]]:
    """How it was answered: mode, why, cut-points, what to keep in mind."""
    answer = analysis.scored.segmentation
    mode = words.MODES.get(answer.mode)
    yield [text(words.MODE.say(language)), text(mode.say(language) if mode else answer.mode)]
    yield [text(words.REASON.say(language)), text(answer.reason.say(language))]
    for name, cuts in answer.cut_points.items():
        label = words.CUT_POINTS.get(name)
        heading = label.say(language, currency=analysis.currency) if label else name
        yield [text(heading), *((number(cut), EXACT) for cut in cuts)]
    for notice in answer.notices:
        yield [text(words.NOTICE.say(language)), text(notice.say(language))]
    yield [text(words.HOW.say(language))]
