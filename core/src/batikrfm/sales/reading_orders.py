"""From sheets to orders, without a database: map, parse, understand."""

from __future__ import annotations

from collections.abc import Mapping as Table
from collections.abc import Sequence

from batikrfm.sales.lines import SheetLines
from batikrfm.sales.mapping import Mapping, fingerprint, map_columns
from batikrfm.sales.orders import Orders, orders_of
from batikrfm.sales.parsing import parse
from batikrfm.sales.reading import Sheet


def orders_in(sheets: list[Sheet], *, chosen: Table[str, str] | None = None, timezone: str, currency: str) -> Orders:
    """The orders in ``sheets``, which count as one shop's. CPU-heavy. The list is emptied, as :func:`parse_orders` does.

    ``chosen`` is what a person says of the columns of every sheet (see :func:`~batikrfm.sales.mapping.map_columns`). Local times are
    those of ``timezone``.

    Raises:
        InputError: a sheet cannot be understood without a word from a person.
    """
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
