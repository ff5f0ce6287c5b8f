"""Rows that were not imported, as a table to be put right."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Sequence

from batikrfm.sales.cells import safe_cell
from batikrfm.sales.uploads import Rejection
from batikrfm.sdk.text import Language, Text
from batikrfm_tenants.portal.downloads import BOM
from batikrfm_tenants.portal.pages.uploading.following import refused

HEADER = (
    Text(id="Berkas", en="File"),
    Text(id="Baris", en="Row"),
    Text(id="Alasan", en="Reason"),
    Text(id="Isi", en="Content"),
)
AT_ONCE = 500


async def as_csv(rejections: Sequence[Rejection], language: Language) -> AsyncIterator[bytes]:
    """The whole table, some hundred rows at a time; no cell comes alive in a spreadsheet."""
    yield BOM + _lines([[title.say(language) for title in HEADER]])
    for start in range(0, len(rejections), AT_ONCE):
        yield _lines([_cells(one, language) for one in rejections[start : start + AT_ONCE]])


def _cells(rejection: Rejection, language: Language) -> list[str]:
    row = refused(rejection)
    return [safe_cell(row.place), str(row.line), row.reason.say(language), safe_cell(row.values)]


def _lines(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()
