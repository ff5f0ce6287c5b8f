"""Look into sales files without importing them: what a person is shown, and asked, before an import. CPU-heavy; holds no database."""

from __future__ import annotations

from collections.abc import Mapping as Table
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import polars as pl

from batikrfm.sales.mapping import FIELD_NAMES, Field, Mapping, MappingUnsure, Question, fingerprint, map_columns
from batikrfm.sales.mapping.fields import AMOUNT_FIELDS, MONEY_FIELDS, QUANTITY_FIELDS
from batikrfm.sales.mapping.headers import column_name
from batikrfm.sales.parsing import Parsed, parse
from batikrfm.sales.previews import LONGEST_CELL, SAMPLE_ROWS, Answer, FieldGuess, OpenQuestion, Preview, Reading, SheetPreview
from batikrfm.sales.reading import Sheet
from batikrfm.sales.values.days import DateStyle
from batikrfm.sales.values.distinct import as_text
from batikrfm.sales.values.moments import Moments
from batikrfm.sales.values.number_columns import NumberColumn
from batikrfm.sales.values.numbers import NumberStyle
from batikrfm.sdk.text import Text

EXPORT_NAMES: Final = {
    "shopee": Text(id="Shopee", en="Shopee"),
    "shopee_english": Text(id="Shopee (bahasa Inggris)", en="Shopee (English)"),
    "tiktok_tokopedia": Text(id="TikTok Shop / Tokopedia", en="TikTok Shop / Tokopedia"),
    "tokopedia": Text(id="Tokopedia", en="Tokopedia"),
    "tokopedia_english": Text(id="Tokopedia (bahasa Inggris)", en="Tokopedia (English)"),
    "bigseller": Text(id="BigSeller", en="BigSeller"),
    "product_sales_details": Text(id="Rincian penjualan produk", en="Product sales details"),
    "pawoon": Text(id="Pawoon", en="Pawoon"),
    "report_item_details": Text(id="Laporan rincian barang", en="Item details report"),
}
"""What the exports that we know are called; a test holds that none is missing."""

NONE_OF_THEM: Final = Text(id="Tidak ada di file ini", en="Not in this file")
_LABELS: Final[dict[str, Text]] = {
    "-": NONE_OF_THEM,
    DateStyle.DMY: Text(id="Hari dulu: 31/12/2025", en="Day first: 31/12/2025"),
    DateStyle.MDY: Text(id="Bulan dulu: 12/31/2025", en="Month first: 12/31/2025"),
    DateStyle.YMD: Text(id="Tahun dulu: 25/12/31", en="Year first: 25/12/31"),
    NumberStyle.DOTS: Text(id="Titik untuk ribuan: 1.250.000", en="Dots part thousands: 1.250.000"),
    NumberStyle.COMMAS: Text(id="Koma untuk ribuan: 1,250,000", en="Commas part thousands: 1,250,000"),
}
_LEVELS: Final = {
    Field.LINE_TOTAL: Text(id="Nilai tiap baris", en="The amount of each line"),
    Field.ORDER_TOTAL: Text(id="Nilai seluruh pesanan", en="The amount of the whole order"),
}


@dataclass(frozen=True)
class Shop:
    """What reading needs to know of a shop."""

    timezone: str
    currency: str


def preview_of(
    sheets: Sequence[Sheet], shop: Shop, *, saved: Table[str, Mapping], chosen_of: Table[str, Table[str, str]] | None = None
) -> Preview:
    """The preview of read ``sheets``. ``saved`` and ``chosen_of`` are as in :func:`~batikrfm.sales.reading_orders.map_sheets`.

    Raises :class:`~batikrfm.sales.mapping.NotSales` for an export of something else, a ``ChoiceError`` for a choice that does not exist.
    """
    families: dict[str, list[Sheet]] = {}
    for sheet in sheets:
        families.setdefault(fingerprint(sheet.header), []).append(sheet)
    shown = []
    for key, members in families.items():
        members.sort(key=lambda sheet: -sheet.cells.height)
        mapping = _mapped(members[0], chosen=(chosen_of or {}).get(key), saved=saved.get(key))
        shown.append(_family(key, members, mapping, shop, remembered=key in saved))
    return Preview(tuple(shown), sum(sheet.cells.height for sheet in sheets))


def _mapped(sheet: Sheet, *, chosen: Table[str, str] | None, saved: Mapping | None) -> Mapping:
    try:
        return map_columns(sheet, chosen=chosen, saved=saved)
    except MappingUnsure as error:
        return error.mapping


def _family(key: str, members: Sequence[Sheet], mapping: Mapping, shop: Shop, *, remembered: bool) -> SheetPreview:
    largest, *others = members
    names = tuple(column_name(largest.header, column) for column in range(len(largest.header)))
    parsed = None if mapping.unsure else parse(largest, mapping, timezone=shop.timezone, currency=shop.currency)
    return SheetPreview(
        key=key,
        file=largest.file,
        sheet=largest.sheet,
        also=tuple(f"{sheet.file} ({sheet.sheet})" if sheet.sheet else sheet.file for sheet in others),
        rows=sum(sheet.cells.height for sheet in members),
        header=largest.header,
        columns=names,
        cells=_cells(largest),
        export=EXPORT_NAMES.get(mapping.layout) if mapping.layout else None,
        remembered=remembered,
        guesses=tuple(_guess(field, mapping, names) for field in Field),
        questions=tuple(_question(question) for question in mapping.unsure),
        readings=tuple(_readings(largest, mapping, names, parsed, shop)),
        unknown_statuses=parsed.unknown_statuses if parsed else (),
        rejected=parsed.rejected.height if parsed else None,
    )


def _cells(sheet: Sheet) -> tuple[tuple[str | None, ...], ...]:
    top = sheet.cells.head(SAMPLE_ROWS)
    columns = [[_shown(text) for text in as_text(top[str(column)])] for column in range(len(sheet.header))]
    return tuple(zip(*columns, strict=True))


def _shown(text: str | None) -> str | None:
    """A cell as far as it is shown. NUL cannot be kept as JSON in the database."""
    if text is None:
        return None
    text = text.replace("\x00", "\ufffd")
    return text if len(text) <= LONGEST_CELL else f"{text[: LONGEST_CELL - 1]}…"


def _guess(field: Field, mapping: Mapping, names: Sequence[str]) -> FieldGuess:
    column = mapping.columns.get(field)
    return FieldGuess(
        field=field.value,
        name=FIELD_NAMES[field],
        column=None if column is None else names[column],
        confidence=mapping.confidence.get(field, 0.0),
        required=field in {Field.ORDERED_AT, *AMOUNT_FIELDS},
    )


def _question(question: Question) -> OpenQuestion:
    levels = len({key for key, _ in question.answers}) > 1
    answers = tuple(
        Answer(key, value, _LEVELS[Field(key)] if levels else _LABELS.get(value, Text(id=value, en=value)))
        for key, value in question.answers
    )
    return OpenQuestion(question.field.value, question.asked, answers, question.candidates, question.flags)


def _readings(sheet: Sheet, mapping: Mapping, names: Sequence[str], parsed: Parsed | None, shop: Shop) -> list[Reading]:
    read = (Field.ORDERED_AT, *MONEY_FIELDS, *QUANTITY_FIELDS)
    return [_reading(sheet, field, mapping, names, parsed, shop) for field in read if field in mapping.columns]


def _reading(sheet: Sheet, field: Field, mapping: Mapping, names: Sequence[str], parsed: Parsed | None, shop: Shop) -> Reading:  # noqa: PLR0913, PLR0917 - all that one line of the page shows
    column = sheet.cells[str(mapping.columns[field])]
    row = column.is_not_null().arg_max() if column.null_count() < len(column) else None
    cell = "" if row is None else _shown(as_text(column.slice(row, 1)).item()) or ""
    style = mapping.styles.get(field) or _style_told(column, field)
    meaning = None if parsed is None or row is None else _meaning(parsed, field, sheet.cells["line"][row], shop)
    styles = tuple(DateStyle) if field is Field.ORDERED_AT else tuple(NumberStyle)
    offered = () if column.dtype != pl.String else tuple(map(str, styles))
    return Reading(field.value, names[mapping.columns[field]], style, cell, meaning, offered)


def _style_told(column: pl.Series, field: Field) -> str | None:
    if column.dtype != pl.String:
        return None
    if field is Field.ORDERED_AT:
        told = Moments.of(column).evidence.style
        return None if told is None else str(told)
    number = NumberColumn(column, quantity=field in QUANTITY_FIELDS).evidence.style
    return None if number is None else str(number)


def _meaning(parsed: Parsed, field: Field, line: int, shop: Shop) -> str | None:
    row = parsed.lines.filter(pl.col("line") == line)
    if row.is_empty():
        return None
    if field is Field.ORDERED_AT:
        return str(row["ordered_at"].dt.convert_time_zone(shop.timezone).dt.strftime("%Y-%m-%dT%H:%M").item())
    e4 = row[f"{field.value}_e4"].item()
    return None if e4 is None else f"{Decimal(e4).scaleb(-4).normalize():f}"
