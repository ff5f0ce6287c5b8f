"""Which sheets of a workbook hold sales lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from batikrfm.sales.reading.errors import (
    FileEmpty,
    HeaderMissing,
    HeaderOnly,
    NotSales,
    SheetMissing,
    SheetsHidden,
    SheetUnclear,
)
from batikrfm.sales.reading.frames import Place
from batikrfm.sales.reading.header import LOOKED_AT, Header, find_header, has_values
from batikrfm.sales.reading.package import Rows
from batikrfm.sales.reading.words import SUMMARY_SHEETS, is_about_payouts, is_about_sales, words_in

Choice = tuple[str, Header]  # a sheet's name and where its header is


@dataclass(frozen=True)
class Candidate:
    """A sheet and its first rows."""

    name: str
    rows: Rows
    hidden: bool = False
    pivot: bool = False

    @cached_property
    def header(self) -> Header | None:
        return find_header(self.rows)

    @property
    def is_payout(self) -> bool:
        return bool(words_in(self.name) & {"income", "penghasilan"}) or (self.header is not None and is_about_payouts(self.header.texts))

    @property
    def is_summary(self) -> bool:
        return self.pivot or bool(words_in(self.name) & SUMMARY_SHEETS)

    @property
    def has_sales(self) -> bool:
        return self.header is not None and is_about_sales(self.header.texts) and has_values(self.rows[self.header.first :])


def choose(file: str, candidates: Sequence[Candidate], wanted: str | None) -> list[Choice]:
    """The sheets to read and their headers: the ``wanted`` one, else all visible ones that hold sales lines.

    Raises:
        ReadingError: no sheet, or none that is clearly right. Nothing is guessed: the sentence lists the sheets to choose from.
    """
    if wanted is not None:
        return [_checked(file, _named(file, candidates, wanted))]
    filled = [candidate for candidate in candidates if has_values(candidate.rows)]
    visible = [candidate for candidate in filled if not candidate.hidden]
    if not filled:
        raise FileEmpty(file=file)
    if not visible:
        raise SheetsHidden(file=file, sheets=_names(filled))
    if all(candidate.is_payout or candidate.pivot for candidate in visible):
        raise NotSales(file=file, sheets=_names(visible))
    if len(visible) == 1:
        return [_checked(file, visible[0])]
    return _sales_among(file, visible)


def _sales_among(file: str, visible: Sequence[Candidate]) -> list[Choice]:
    sales = [candidate for candidate in visible if candidate.has_sales and not candidate.is_payout and not candidate.pivot]
    if sales:
        best = [candidate for candidate in sales if not candidate.is_summary] or sales
        return [_checked(file, candidate) for candidate in best]
    tables = [candidate for candidate in visible if candidate.header and not candidate.is_payout and not candidate.is_summary]
    if len(tables) == 1:
        return [_checked(file, tables[0])]
    if not any(candidate.header for candidate in visible):
        raise HeaderMissing(file=file)
    raise SheetUnclear(file=file, sheets=_names(visible))


def _named(file: str, candidates: Sequence[Candidate], wanted: str) -> Candidate:
    for spelling in (str, lambda name: name.strip().casefold()):
        for candidate in candidates:
            if spelling(candidate.name) == spelling(wanted):
                return candidate
    raise SheetMissing(file=file, sheet=wanted, sheets=_names(candidates))


def _checked(file: str, candidate: Candidate) -> Choice:
    place = Place(file, candidate.name)
    if not has_values(candidate.rows):
        raise FileEmpty(file=str(place))
    if candidate.header is None:
        raise HeaderMissing(file=str(place))
    if not has_values(candidate.rows[candidate.header.first :]) and len(candidate.rows) < LOOKED_AT:
        raise HeaderOnly(file=str(place))
    return candidate.name, candidate.header


def _names(candidates: Sequence[Candidate]) -> str:
    return ", ".join(candidate.name for candidate in candidates)
