"""Which columns of a file that we do not know hold its money."""

from __future__ import annotations

from typing import Final

from batikrfm.sales.mapping.fields import AMOUNT_FIELDS, Field
from batikrfm.sales.mapping.findings import SURE, TIE, Guess, same
from batikrfm.sales.mapping.headers import column_name
from batikrfm.sales.mapping.levels import Level, level
from batikrfm.sales.mapping.questions import level_question

_TOTALS: Final = (Field.LINE_TOTAL, Field.ORDER_TOTAL)


def find_amounts(found: Guess) -> None:
    """The price, the totals and whose they are; a question where that is unsure or there is none."""
    _best(found, Field.UNIT_PRICE)
    unsure = _level_totals(found)
    for name in _TOTALS:
        _best(found, name)
    _price_alone(found)
    _discount_of_order(found)
    if not any(name in found.columns for name in AMOUNT_FIELDS):
        _ask(found, unsure)


def _best(found: Guess, name: Field) -> None:
    """Take the surest column; ask if another one is as sure."""
    sure = [column for column in found.likely(name, SURE) if found.is_free(column)]
    if not sure or not found.wants(name):
        return
    best, scores = sure[0], found.scores[name]
    rivals = [column for column in sure[1:] if scores[column] >= scores[best] - TIE and not same(found.values[column], found.values[best])]
    found.take(name, best, scores[best])
    if rivals:
        found.ask(name, [best, *rivals])


def _level_totals(found: Guess) -> list[int]:
    """Let the values decide whether a total is a line's or an order's. Answers the columns that can be either."""
    order, quantity, price = (found.profile(name) for name in (Field.ORDER_ID, Field.QUANTITY, Field.UNIT_PRICE))
    unsure = []
    for column in {column for name in _TOTALS for column in found.likely(name, SURE) if found.is_free(column)}:
        of_line, of_order = (found.scores[name].pop(column, 0.0) for name in _TOTALS)
        seen = level(found.values[column], order, quantity, price)
        either_name = min(of_line, of_order) >= SURE
        if seen is Level.UNSURE and either_name:
            unsure.append(column)
            continue
        no_matter = seen in (Level.EITHER, Level.UNSURE)
        is_line = of_line > of_order or (either_name and order is None) if no_matter else seen is Level.LINE
        found.scores[Field.LINE_TOTAL if is_line else Field.ORDER_TOTAL][column] = max(of_line, of_order)
    return sorted(unsure)


def _price_alone(found: Guess) -> None:
    """A price without a quantity: the order's total says more; without one it is what the line costs."""
    if Field.UNIT_PRICE not in found.columns or Field.QUANTITY in found.columns or Field.LINE_TOTAL in found.columns:
        return
    if Field.UNIT_PRICE in found.chosen:
        return
    column, sure = found.drop(Field.UNIT_PRICE)
    if Field.ORDER_TOTAL not in found.columns and found.wants(Field.LINE_TOTAL):
        found.take(Field.LINE_TOTAL, column, sure)


def _discount_of_order(found: Guess) -> None:
    """A discount that stands on each line of an order must not be taken off each line."""
    discount = found.profile(Field.DISCOUNT)
    if discount is None or Field.DISCOUNT in found.chosen or Field.LINE_TOTAL in found.columns or Field.UNIT_PRICE not in found.columns:
        return
    if (
        level(discount, found.profile(Field.ORDER_ID), None, None) not in (Level.ORDER, Level.UNSURE)
        or (discount.e4.fill_null(0) == 0).all()
    ):
        return
    if Field.ORDER_TOTAL in found.columns and Field.UNIT_PRICE not in found.chosen:
        found.drop(Field.UNIT_PRICE)
        found.drop(Field.DISCOUNT)
    else:
        found.ask(Field.DISCOUNT, [found.columns[Field.DISCOUNT]], may_be_absent=True)


def _ask(found: Guess, unsure: list[int]) -> None:
    if unsure:
        found.questions.append(level_question(column_name(found.sheet.header, unsure[0])))
        return
    numbers = [
        column
        for column, values in enumerate(found.values)
        if found.is_free(column) and values.fit(Field.LINE_TOTAL) >= SURE and not found.means_something_else(column, _TOTALS)
    ]
    found.ask(Field.LINE_TOTAL, numbers)
