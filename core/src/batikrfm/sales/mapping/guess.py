"""The columns of a file that we do not know, from their names and their values."""

from __future__ import annotations

from typing import Final

import polars as pl

from batikrfm.sales.mapping.amounts import find_amounts
from batikrfm.sales.mapping.fields import AMOUNT_FIELDS, CUSTOMER_FIELDS, Field
from batikrfm.sales.mapping.findings import PERHAPS, SURE, TIE, Guess, same
from batikrfm.sales.mapping.headers import normalise
from batikrfm.sales.mapping.profile import Profile, profiles
from batikrfm.sales.mapping.vocabulary import identifies_nothing, name_score
from batikrfm.sales.reading import Sheet

_MOST: Final = 0.5
_ASKED: Final = (Field.ORDERED_AT, Field.ORDER_ID, Field.STATUS, Field.QUANTITY, *CUSTOMER_FIELDS)
"""Where two columns are as sure as each other for one of these, the choice would change the result."""


def guess(sheet: Sheet, chosen: dict[Field, int], absent: frozenset[Field]) -> Guess:
    """The mapping of ``sheet`` where ``chosen`` is settled, with the questions that remain.

    A date and an amount are required; so is an order id or a customer. A file that has no column that could tell the customer is
    taken without customers.
    """
    values = profiles(sheet)
    found = Guess(sheet, values, chosen, absent, _scores(sheet, values))
    _settle_ids(found)
    _assign(found)
    find_amounts(found)
    _clock(found)
    _customer(found)
    if Field.ORDERED_AT not in found.columns:
        _ask_date(found)
    return found


def _scores(sheet: Sheet, values: list[Profile]) -> dict[Field, dict[int, float]]:
    """How sure each column is to be each field: its name, as far as its values suit. E-mails are told by values alone."""
    scores: dict[Field, dict[int, float]] = {name: {} for name in Field}
    for column, header in enumerate(sheet.header):
        for name in Field:
            if by_name := name_score(name, header):
                fit = values[column].fit(name)
                scores[name][column] = by_name if fit >= SURE else by_name * fit
        if values[column].given and values[column].emails >= SURE:
            scores[Field.EMAIL][column] = max(scores[Field.EMAIL].get(column, 0.0), SURE)
        # A name that two fields go by ("Pelanggan": a name or a code; "Jumlah": money or pieces) is that which its values speak for.
        if column in scores[Field.NAME] and column in scores[Field.CUSTOMER_KEY]:
            scores[Field.CUSTOMER_KEY if values[column].letters >= _MOST else Field.NAME].pop(column)
        if column in scores[Field.LINE_TOTAL] and column in scores[Field.QUANTITY]:
            scores[Field.QUANTITY if values[column].is_money else Field.LINE_TOTAL].pop(column)
    return scores


def _settle_ids(found: Guess) -> None:
    """A bare "ID" that counts the rows is nothing; one that returns on other days is no order; one that never returns is one."""
    orders, customers = found.scores[Field.ORDER_ID], found.scores[Field.CUSTOMER_KEY]
    dates = found.likely(Field.ORDERED_AT, SURE)
    for column in [column for column, sure in orders.items() if sure < SURE]:
        values = found.values[column]
        if _is_row_number(values):
            orders.pop(column)
            customers.pop(column, None)
        elif dates and _returns_on_other_days(values, found.values[dates[0]]):
            orders.pop(column)
        elif values.different == values.given and normalise(found.sheet.header[column]) in ("id", "kode", "code"):
            orders[column] = SURE
            customers.pop(column, None)


def _is_row_number(values: Profile) -> bool:
    """Whether the values are 1, 2, 3, ... in any order: numbers of rows, which mean other orders in the next file."""
    numbers = values.e4.drop_nulls()
    if len(numbers) < values.given or numbers.n_unique() < len(numbers):
        return False
    low, high = numbers.min(), numbers.max()
    return low in (0, 10_000) and isinstance(high, int) and high <= len(numbers) * 10_000


def _returns_on_other_days(code: Profile, date: Profile) -> bool:
    """Whether most codes that come again do so at another time."""
    rows = pl.DataFrame({"code": code.cells.codes, "date": date.cells.codes}).drop_nulls()
    codes = rows.group_by("code").agg(pl.len().alias("rows"), pl.col("date").n_unique().alias("dates")).filter(pl.col("rows") > 1)
    return codes.filter(pl.col("dates") > 1).height > codes.height * _MOST


def _assign(found: Guess) -> None:
    """All but money and clocks: the surest pairs of field and column first. Two columns as sure as each other are a question."""
    names = [name for name in Field if name not in (*AMOUNT_FIELDS, Field.ORDERED_TIME)]
    pairs = [(found.scores[name][column], name, column) for name in names for column in found.likely(name, SURE)]
    for sure, name, column in sorted(pairs, key=lambda pair: -pair[0]):
        if not found.wants(name) or not found.is_free(column):
            continue
        rivals = [
            other
            for other in found.likely(name, max(SURE, sure - TIE))
            if other != column and found.is_free(other) and not same(found.values[column], found.values[other])
        ]
        found.take(name, column, sure)
        if rivals and name in _ASKED:
            found.ask(name, [column, *rivals])
    _ask_weak_order_id(found)
    # A product changes no number: the best guess will do.
    products = [column for column in found.likely(Field.PRODUCT, PERHAPS) if found.is_free(column)]
    if products and found.wants(Field.PRODUCT):
        found.take(Field.PRODUCT, products[0], found.scores[Field.PRODUCT][products[0]])


def _ask_weak_order_id(found: Guess) -> None:
    """A code that comes again, never on another day, may well be the order's: without it each line would be an order."""
    codes = [
        column
        for column in found.likely(Field.ORDER_ID, PERHAPS)
        if found.is_free(column) and 1 < found.values[column].different < found.values[column].given
    ]
    codes = [column for column in codes if not identifies_nothing(found.sheet.header[column])]
    if codes and found.wants(Field.ORDER_ID):
        found.ask(Field.ORDER_ID, codes, may_be_absent=True)


def _clock(found: Guess) -> None:
    """The time of day in its own column."""
    clocks = [column for column in found.likely(Field.ORDERED_TIME, SURE) if found.is_free(column)]
    if clocks and found.wants(Field.ORDERED_TIME):
        found.take(Field.ORDERED_TIME, clocks[0], found.scores[Field.ORDERED_TIME][clocks[0]])


def _customer(found: Guess) -> None:
    """Ask who bought, if no column surely tells but some may, or if there is no order id either."""
    if any(name in found.columns or name in found.absent for name in CUSTOMER_FIELDS):
        return
    named = {column for name in CUSTOMER_FIELDS for column in found.likely(name, PERHAPS)}
    perhaps = [
        column
        for column, header in enumerate(found.sheet.header)
        if found.is_free(column) and not identifies_nothing(header) and (column in named or _may_be_customer(found, column))
    ]
    if perhaps or Field.ORDER_ID not in found.columns:
        found.ask(Field.CUSTOMER_KEY, sorted(perhaps, key=lambda column: column not in named), may_be_absent=True)


def _may_be_customer(found: Guess, column: int) -> bool:
    """Whether an unknown column holds texts or codes that come again."""
    values = found.values[column]
    if found.means_something_else(column, CUSTOMER_FIELDS):
        return False
    fractions = values.cells.values.str.contains(r"^-?\d+[.,]\d*[1-9]").any()
    return 1 < values.different < values.given and values.dates < _MOST and values.clocks < _MOST and not fractions


def _ask_date(found: Guess) -> None:
    perhaps = set(found.likely(Field.ORDERED_AT, PERHAPS)) | {
        column for column, values in enumerate(found.values) if values.given and values.dates >= _MOST
    }
    found.ask(Field.ORDERED_AT, sorted(perhaps))
