"""How dates and numbers of the mapped columns are written, where the columns do not tell it by themselves."""

from __future__ import annotations

import polars as pl

from batikrfm.sales.mapping.columns import NUMBER_FIELDS, moments_in, numbers_in, take_apart
from batikrfm.sales.mapping.fields import MONEY_FIELDS, QUANTITY_FIELDS, Field
from batikrfm.sales.mapping.headers import column_name
from batikrfm.sales.mapping.model import Question
from batikrfm.sales.mapping.questions import style_question
from batikrfm.sales.reading import Sheet
from batikrfm.sales.values.days import DateStyle
from batikrfm.sales.values.number_columns import agreed_style
from batikrfm.sales.values.numbers import NumberStyle


def settled_styles(
    sheet: Sheet, columns: dict[Field, int], chosen: dict[Field, str], kept: dict[Field, str]
) -> tuple[dict[Field, str], list[Question]]:
    """The styles that parsing has to be told, and questions where nothing tells them.

    ``chosen`` always counts; ``kept`` (of a layout or a saved mapping) only where the column can be read in several ways. What a
    column tells by itself is left to parsing: it may be another in the next file.
    """
    questions: list[Question] = []
    take_apart(sheet, columns)
    found = {**_date_style(sheet, columns, chosen, kept, questions), **_number_styles(sheet, columns, chosen, kept, questions)}
    return {**found, **chosen}, questions


def _date_style(
    sheet: Sheet, columns: dict[Field, int], chosen: dict[Field, str], kept: dict[Field, str], questions: list[Question]
) -> dict[Field, str]:
    name = Field.ORDERED_AT
    if name not in columns or name in chosen:
        return {}
    evidence = moments_in(sheet, columns[name]).evidence
    if evidence.style or not evidence.needing:
        return {}
    told = kept.get(name) or (None if evidence.contradictory else _style_of_other_dates(sheet, columns[name]))
    if told:
        return {name: told}
    options = [DateStyle.DMY, DateStyle.MDY, *([DateStyle.YMD] if evidence.year_first else [])]
    questions.append(style_question(name, column_name(sheet.header, columns[name]), options, contradictory=evidence.contradictory))
    return {}


def _style_of_other_dates(sheet: Sheet, dates: int) -> str | None:
    """The style of the sheet's other date columns, if they agree: one program wrote them all."""
    texts = [column for column in range(len(sheet.header)) if column != dates and sheet.cells[str(column)].dtype == pl.String]
    told = {moments_in(sheet, column).evidence.style for column in texts if _starts_with_date(sheet.cells[str(column)])} - {None}
    return told.pop() if len(told) == 1 else None


def _starts_with_date(column: pl.Series) -> bool:
    return bool(column.drop_nulls().head(100).str.contains(r"^\s*\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}").any())


def _number_styles(
    sheet: Sheet, columns: dict[Field, int], chosen: dict[Field, str], kept: dict[Field, str], questions: list[Question]
) -> dict[Field, str]:
    numbers = {name: numbers_in(sheet, columns[name], name) for name in NUMBER_FIELDS if name in columns}
    agreed = agreed_style(
        NumberStyle(chosen[name]) if name in chosen else numbers[name].evidence.style for name in MONEY_FIELDS if name in numbers
    )
    styles: dict[Field, str] = {}
    for name, column in numbers.items():
        evidence = column.evidence
        open_quantity = evidence.open and name in QUANTITY_FIELDS
        if name in chosen or not (evidence.open or evidence.contradictory):
            continue
        if told := kept.get(name) or (agreed if evidence.open else None):
            styles[name] = told
        elif evidence.contradictory or open_quantity:
            header = column_name(sheet.header, columns[name])
            questions.append(style_question(name, header, list(NumberStyle), contradictory=evidence.contradictory))
    return styles
