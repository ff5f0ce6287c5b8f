"""The list as a file: every customer that it filters, as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from uuid import UUID

from batikrfm.sales.cells import safe_cell
from batikrfm.sdk.text import Language, Text
from batikrfm.segmentation.customers import CustomerRow, stream_customers
from batikrfm_tenants.portal.downloads import BOM
from batikrfm_tenants.portal.pages.customers.asked import Asked
from batikrfm_tenants.portal.pages.customers.listing import segment_name

HEADER = (
    Text(id="Kode", en="Key"),
    Text(id="Nama", en="Name"),
    Text(id="No. HP", en="Phone"),
    Text(id="Email", en="E-mail"),
    Text(id="Segmen", en="Segment"),
    *(Text(id=score, en=score) for score in "RFM"),
    Text(id="Terakhir belanja", en="Last bought"),
    Text(id="Pembelian", en="Purchases"),
    Text(id="Belanja", en="Money"),
)


async def as_csv(tenant_id: UUID, asked: Asked, names: Mapping[str, Text], language: Language) -> AsyncIterator[bytes]:
    """The whole list, some hundred customers at a time; no cell comes alive in a spreadsheet. Outside of any scope."""
    yield BOM + _lines([[title.say(language) for title in HEADER]])
    async for rows in stream_customers(tenant_id, asked.wanted, sort=asked.sort):
        yield _lines(_cells(row, names, language) for row in rows)


def _cells(row: CustomerRow, names: Mapping[str, Text], language: Language) -> list[str]:
    people = [safe_cell(text or "") for text in (row.key, row.name, row.phone, row.email)]
    standing = ["" if value is None else str(value) for value in (row.r, row.f, row.m, row.last_day, row.purchases)]
    money = "" if row.money is None else f"{row.money.normalize():f}"
    return [*people, segment_name(row.segment, names).say(language), *standing, money]


def _lines(rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()
