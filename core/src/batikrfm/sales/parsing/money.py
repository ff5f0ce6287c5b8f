"""The amounts and quantities of a sheet."""

from __future__ import annotations

from collections.abc import Mapping as Table
from functools import reduce
from operator import add
from typing import Final

from batikrfm.sales.mapping.columns import NUMBER_FIELDS, numbers_in
from batikrfm.sales.mapping.fields import MONEY_FIELDS, Field
from batikrfm.sales.mapping.model import Mapping
from batikrfm.sales.reading import Sheet
from batikrfm.sales.values.number_columns import NumberColumn, agreed_style
from batikrfm.sales.values.numbers import Evidence, NumberStyle

_WITH_THOUSANDTHS: Final = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})
"""Currencies whose amounts can have three decimals. In any other, three digits behind the only dot or comma are thousands."""


def number_columns(sheet: Sheet, mapping: Mapping) -> dict[Field, NumberColumn]:
    """The mapped amounts and quantities."""
    return {name: numbers_in(sheet, mapping.columns[name], name) for name in NUMBER_FIELDS if name in mapping.columns}


def styles_told(columns: Table[Field, NumberColumn], chosen: Table[Field, str]) -> dict[Field, NumberStyle]:
    """The style of each column as far as the file tells: what was chosen, its own cells, else the money columns that agree."""
    found = {name: style for name, column in columns.items() if (style := _own_style(name, column, chosen))}
    agreed = agreed_style(style for name, style in found.items() if name in MONEY_FIELDS)
    if agreed is None:
        return found
    return {name: agreed for name, column in columns.items() if not column.evidence.contradictory} | found


def styles_by_currency(columns: Table[Field, NumberColumn], told: Table[Field, NumberStyle], currency: str) -> dict[Field, NumberStyle]:
    """``told``, and for money that could still be read both ways the style that the currency makes certain."""
    open_money = {name: columns[name].evidence for name in MONEY_FIELDS if name in columns and name not in told}
    together = reduce(add, open_money.values(), Evidence())
    style = None if currency.upper() in _WITH_THOUSANDTHS else together.style_of_thousands
    return {**{name: style for name, own in open_money.items() if style and not own.contradictory}, **told}


def _own_style(name: Field, column: NumberColumn, chosen: Table[Field, str]) -> NumberStyle | None:
    return NumberStyle(chosen[name]) if name in chosen else column.evidence.style
