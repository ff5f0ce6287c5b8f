"""The rows that say how the numbers come about."""

from __future__ import annotations

from collections.abc import Iterator

from batikrfm.reports import words
from batikrfm.reports.origin import Origin
from batikrfm.reports.sheet_cells import DAY, EXACT, WHOLE, Cell, money_format, text
from batikrfm.sdk.text import Language
from batikrfm.segmentation.exact import number


def origin_rows(origin: Origin, language: Language) -> Iterator[list[Cell]]:
    yield from _rows_and_money(origin, language)
    yield from _question(origin, language)
    yield from _scoring(origin, language)


def _rows_and_money(origin: Origin, language: Language) -> Iterator[list[Cell]]:
    """What was read, what became of each row, and where each part of the revenue is."""
    money = money_format(origin.currency)
    yield [text(words.ROWS.say(language)), (origin.rows, WHOLE)]
    for outcome, label in words.OUTCOMES.items():
        yield [text(label.say(language)), (origin.rows_by_outcome.get(outcome, 0), WHOLE)]
    yield [text(words.ORDERS.say(language)), (origin.orders, WHOLE)]
    yield [text(words.SCORED.say(language)), (origin.customers, WHOLE)]
    for label, amount in (
        (words.ALL_REVENUE, origin.revenue),
        (words.REVENUE_OF_SEGMENTS, origin.revenue_of_segments),
        (words.REVENUE_WITHOUT_CUSTOMER, origin.revenue_without_customer),
        (words.REVENUE_WITHOUT_PURCHASE, origin.revenue_without_purchase),
    ):
        yield [text(label.say(language)), (amount, money)]


def _question(origin: Origin, language: Language) -> Iterator[list[Cell]]:
    """What was asked."""
    yield [text(words.CURRENCY.say(language)), text(origin.currency)]
    yield [text(words.AS_OF.say(language)), (origin.as_of, DAY)]
    yield [text(words.TIMEZONE.say(language)), text(origin.timezone)]
    yield [text(words.RETURNS.say(language)), text(words.RETURNS_AS[origin.returns].say(language))]
    yield [text(words.STRATEGY.say(language)), text(f"{origin.strategy.say(language)} ({origin.strategy_key})")]


def _scoring(origin: Origin, language: Language) -> Iterator[list[Cell]]:
    """How it was answered: mode, why, cut-points, what to keep in mind."""
    mode = words.MODES.get(origin.mode)
    yield [text(words.MODE.say(language)), text(mode.say(language) if mode else origin.mode)]
    yield [text(words.REASON.say(language)), text(origin.reason.say(language))]
    for name, cuts in sorted(origin.cut_points.items(), key=_in_order):
        label = words.CUT_POINTS.get(name)
        heading = label.say(language, currency=origin.currency) if label else name
        yield [text(heading), *((number(cut), EXACT) for cut in cuts)]
    for notice in origin.notices:
        yield [text(words.NOTICE.say(language)), text(notice.say(language))]
    yield [text(words.HOW.say(language))]


def _in_order(cuts: tuple[str, object]) -> int:
    """As we speak of them, R before F before M; a strategy's own come last, as it gave them. The database keeps no order."""
    known = list(words.CUT_POINTS)
    return known.index(cuts[0]) if cuts[0] in known else len(known)
