"""From files to orders, without a database: read, map, parse, understand."""

from __future__ import annotations

from collections.abc import Mapping as Table
from collections.abc import Sequence
from pathlib import Path

from batikrfm.sales.lines import SheetLines
from batikrfm.sales.mapping import Mapping, fingerprint, map_columns
from batikrfm.sales.orders import Orders, orders_of
from batikrfm.sales.parsing import parse
from batikrfm.sales.reading import Limits, Sheet, read_files

_DEFAULT = Limits()


def read_orders(  # noqa: PLR0913 - one for each thing that a person may say
    paths: Sequence[Path],
    *,
    chosen: Table[str, str] | None = None,
    sheet: str | None = None,
    timezone: str = "Asia/Jakarta",
    currency: str = "IDR",
    limits: Limits = _DEFAULT,
) -> Orders:
    """The orders in sales files, which count as one shop's. CPU-heavy.

    ``chosen`` is what a person says of the columns of every sheet (see :func:`~batikrfm.sales.mapping.map_columns`); ``sheet`` names the
    one to read of each workbook. Local times are those of ``timezone``.

    Raises:
        InputError: a file cannot be read, or not be understood without a word from a person.
    """
    sheets = read_files(paths, sheet=sheet, limits=limits)
    return parse_orders(sheets, map_sheets(sheets, chosen=chosen), timezone=timezone, currency=currency)


def map_sheets(
    sheets: Sequence[Sheet],
    *,
    chosen: Table[str, str] | None = None,
    chosen_of: Table[str, Table[str, str]] | None = None,
    saved: Table[str, Mapping] | None = None,
) -> list[Mapping]:
    """The mapping of each sheet; ``saved`` has earlier ones by fingerprint.

    ``chosen`` counts for every sheet; ``chosen_of``, by fingerprint, for those with that header, and goes before it.

    One header has one mapping: it is found on the largest sheet that has it, so a file in parts means what the whole file means.
    """
    known = dict(saved or {})
    mappings: dict[int, Mapping] = {}
    for position in sorted(range(len(sheets)), key=lambda position: -sheets[position].cells.height):
        header = fingerprint(sheets[position].header)
        said = {**(chosen or {}), **(chosen_of or {}).get(header, {})}
        mappings[position] = known[header] = map_columns(sheets[position], chosen=said, saved=known.get(header))
    return [mappings[position] for position in range(len(sheets))]


def parse_orders(sheets: list[Sheet], mappings: Sequence[Mapping], *, timezone: str, currency: str, keep_lines: bool = False) -> Orders:
    """The orders in mapped ``sheets``. The list is emptied on the way: a sheet's cells are let go when its lines are there."""
    parsed, rejected, unknown = [], [], dict[str, None]()
    for mapping in mappings:
        sheet = sheets.pop(0)
        result = parse(sheet, mapping, timezone=timezone, currency=currency)
        parsed.append(SheetLines(sheet.file, sheet.sheet, mapping.fingerprint, result.lines))
        rejected.append(result.rejected)
        unknown.update(dict.fromkeys(result.unknown_statuses))
    return orders_of(parsed, rejected, keep_lines=keep_lines, unknown_statuses=tuple(unknown))
