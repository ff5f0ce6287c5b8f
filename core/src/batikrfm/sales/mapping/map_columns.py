"""The mapping of a sheet."""

from __future__ import annotations

from collections.abc import Mapping as Table
from dataclasses import replace

from batikrfm.sales.mapping.choosing import Choices, choices, where
from batikrfm.sales.mapping.errors import MappingUnsure, NotSales
from batikrfm.sales.mapping.exports import recognised
from batikrfm.sales.mapping.fields import AMOUNT_FIELDS, Field
from batikrfm.sales.mapping.findings import same
from batikrfm.sales.mapping.guess import guess
from batikrfm.sales.mapping.headers import column_name, fingerprint
from batikrfm.sales.mapping.layouts import Layout
from batikrfm.sales.mapping.levels import Level, level
from batikrfm.sales.mapping.model import Mapping, Question
from batikrfm.sales.mapping.profile import Profile, profiles
from batikrfm.sales.mapping.questions import question
from batikrfm.sales.mapping.styles import settled_styles
from batikrfm.sales.reading import Sheet


def map_columns(sheet: Sheet, *, chosen: Table[str, str] | None = None, saved: Mapping | None = None) -> Mapping:
    """Which column of ``sheet`` holds which field.

    ``chosen`` is what a person says: a field and its column (header, ``Header#2``, letter or number from 1; ``-`` for none),
    ``<field>.style`` and how it is written, ``status.<word>`` and what it means. ``saved`` is an earlier mapping; it counts where
    its fingerprint is that of the sheet. Then come the exports that we know, then a guess.

    Raises :class:`MappingUnsure` with questions that ``chosen`` can answer, a ``ChoiceError`` where ``chosen`` names what is not there,
    and :class:`NotSales` for exports that list something else.
    """
    said = choices(sheet, chosen or {})
    print_of_header = fingerprint(sheet.header)
    if saved is not None and saved.fingerprint == print_of_header:
        found, kept = replace(saved, words={**saved.words, **said.words}), dict(saved.styles)
        found = _with_choices(found, said)
        questions: list[Question] = []
    elif layout := recognised(sheet.header):
        found, questions = _known(sheet, layout, said, print_of_header)
        kept = {Field.ORDERED_AT: layout.date_style.value} if layout.date_style else {}
    else:
        found, questions = _guessed(sheet, said, print_of_header)
        kept = {}
    styles, about_styles = settled_styles(sheet, found.columns, said.styles, kept)
    mapping = replace(found, styles=styles, unsure=(*questions, *about_styles))
    if mapping.unsure:
        raise MappingUnsure(where(sheet), mapping)
    return mapping


def _with_choices(mapping: Mapping, said: Choices) -> Mapping:
    columns = {name: column for name, column in {**mapping.columns, **said.columns}.items() if column is not None}
    sure = {**mapping.confidence, **dict.fromkeys(said.columns, 1.0)}
    return replace(mapping, columns=columns, confidence={name: sure[name] for name in columns})


def _known(sheet: Sheet, layout: Layout, said: Choices, print_of_header: str) -> tuple[Mapping, list[Question]]:
    if layout.refusal is not None:
        raise NotSales(layout.refusal, where(sheet))
    values, columns, questions = profiles(sheet), {}, []
    for name, places in layout.found_in(sheet.header).items():
        columns[name] = places[0]
        if name not in said.columns and not all(same(values[places[0]], values[place]) for place in places[1:]):
            questions.append(question(name, [column_name(sheet.header, place) for place in places]))
    mapping = Mapping(columns, dict.fromkeys(columns, 1.0), layout.key, print_of_header, words=said.words)
    mapping = _with_choices(mapping, said)
    if Field.LINE_TOTAL not in said.columns:
        _without_order_subtotal(mapping.columns, mapping.confidence, values)
    return mapping, [*questions, *_missing(mapping)]


def _without_order_subtotal(columns: dict[Field, int], confidence: dict[Field, float], values: list[Profile]) -> None:
    """Leave out a "subtotal" that is the order's after all, where price and quantity tell the line's."""
    order, quantity, price, total = (
        values[columns[name]] if name in columns else None for name in (Field.ORDER_ID, Field.QUANTITY, Field.UNIT_PRICE, Field.LINE_TOTAL)
    )
    if order and quantity and price and total and level(total, order, quantity, price) is Level.ORDER:
        del columns[Field.LINE_TOTAL], confidence[Field.LINE_TOTAL]


def _missing(mapping: Mapping) -> list[Question]:
    """What a person ruled out although nothing goes without it."""
    missing = [] if Field.ORDERED_AT in mapping.columns else [question(Field.ORDERED_AT, [])]
    return missing if any(name in mapping.columns for name in AMOUNT_FIELDS) else [*missing, question(Field.LINE_TOTAL, [])]


def _guessed(sheet: Sheet, said: Choices, print_of_header: str) -> tuple[Mapping, list[Question]]:
    chosen = {name: column for name, column in said.columns.items() if column is not None}
    found = guess(sheet, chosen, frozenset(said.columns.keys() - chosen.keys()))
    return Mapping(found.columns, found.confidence, None, print_of_header, words=said.words), found.questions
