"""What a person said: ``ordered_at=Tgl``, ``line_total=Total#2``, ``phone=-``, ``ordered_at.style=dmy``, ``status.Hilang=cancelled``."""

from __future__ import annotations

from collections.abc import Mapping as Table
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from batikrfm.sales.mapping.errors import AmbiguousColumn, UnknownColumn, UnknownField, UnknownStyle
from batikrfm.sales.mapping.fields import MONEY_FIELDS, QUANTITY_FIELDS, Field
from batikrfm.sales.mapping.headers import column_letter, column_name, normalise
from batikrfm.sales.values.days import DateStyle
from batikrfm.sales.values.numbers import NumberStyle
from batikrfm.sales.values.statuses import STATUSES

NO_COLUMN = "-"
"""Chosen for a field that the file does not hold."""


class HasHeader(Protocol):
    """A sheet, as far as choosing columns goes."""

    @property
    def file(self) -> str: ...
    @property
    def sheet(self) -> str | None: ...
    @property
    def header(self) -> tuple[str, ...]: ...


@dataclass(frozen=True)
class Choices:
    """``columns`` (None: the file has none), ``styles`` and ``words`` as :class:`~batikrfm.sales.mapping.model.Mapping` has them."""

    columns: dict[Field, int | None] = field(default_factory=dict)
    styles: dict[Field, str] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)


def choices(sheet: HasHeader, chosen: Table[str, str]) -> Choices:
    """``chosen`` as it applies to ``sheet``. Raises a ``ChoiceError`` that lists what can be chosen."""
    result = Choices()
    for key, value in chosen.items():
        name, _, detail = key.strip().partition(".")
        wanted = _field(name)
        if not detail:
            result.columns[wanted] = _column(sheet, value)
        elif detail.casefold() == "style":
            result.styles[wanted] = _one_of(value, key, _styles_of(wanted))
        elif wanted is Field.STATUS:
            result.words[" ".join(detail.split()).casefold()] = _one_of(value, key, STATUSES)
        else:
            raise UnknownField(field=key, valid=_valid_fields())
    return result


def _field(name: str) -> Field:
    try:
        return Field(name.strip().casefold())
    except ValueError:
        raise UnknownField(field=name.strip(), valid=_valid_fields()) from None


def _valid_fields() -> str:
    return ", ".join(Field)


def _styles_of(name: Field) -> Sequence[str]:
    if name is Field.ORDERED_AT:
        return tuple(DateStyle)
    return tuple(NumberStyle) if name in (*MONEY_FIELDS, *QUANTITY_FIELDS) else ()


def _one_of(value: str, key: str, valid: Sequence[str]) -> str:
    wanted = value.strip().casefold()
    if wanted not in valid:
        raise UnknownStyle(style=value, field=key, valid=", ".join(valid) or NO_COLUMN)
    return wanted


def _column(sheet: HasHeader, text: str) -> int | None:
    """The column that ``text`` names: a header, ``Header#2``, the number (from 1) or the letter of a column; None for ``-``."""
    wanted = text.strip()
    if wanted == NO_COLUMN:
        return None
    header = sheet.header
    same = _with_header(header, wanted) if wanted else []
    if len(same) == 1:
        return same[0]
    if same:
        raise AmbiguousColumn(column=text, where=where(sheet), valid=", ".join(column_name(header, column) for column in same))
    for column in range(len(header)):
        if wanted.casefold() in (column_name(header, column).casefold(), str(column + 1), column_letter(column).casefold()):
            return column
    raise UnknownColumn(column=text, where=where(sheet), valid=", ".join(column_name(header, column) for column in range(len(header))))


def _with_header(header: Sequence[str], wanted: str) -> list[int]:
    exactly = [column for column, text in enumerate(header) if text.strip().casefold() == wanted.casefold()]
    if exactly or not normalise(wanted):
        return exactly
    return [column for column, text in enumerate(header) if normalise(text) == normalise(wanted)]


def where(sheet: HasHeader) -> str:
    """A sheet as its owner knows it."""
    return f"{sheet.file} ({sheet.sheet})" if sheet.sheet else sheet.file
