"""``segments.xlsx``: one sheet with the segments, one that says how the numbers come about."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from batikrfm.reports import words
from batikrfm.reports.files import replacing
from batikrfm.reports.origin import origin_of
from batikrfm.reports.origin_rows import origin_rows
from batikrfm.reports.segment_rows import segment_rows
from batikrfm.reports.sheets import fill
from batikrfm.sdk.text import Language
from batikrfm.segmentation import Analysis

SEGMENT_WIDTHS = (24, 12, 12, 20, 12, 16, 16, 20, 70, 70)
ORIGIN_WIDTHS = (52, 28, 16, 16, 16)


def write_workbook(path: Path, analysis: Analysis, language: Language) -> None:
    """Write both sheets, headings and words in ``language``."""
    with replacing(path) as temporary:
        temporary.write_bytes(_rendered(analysis, language))


def _rendered(analysis: Analysis, language: Language) -> bytes:
    """The workbook, in memory: it is small, and a full disk then meets our own code, not a half-closed zip file of openpyxl's."""
    from openpyxl import Workbook

    workbook, rendered = Workbook(write_only=True), BytesIO()
    segments = workbook.create_sheet(words.SEGMENTS_SHEET.say(language))
    segments.freeze_panes = "B2"
    fill(
        segments,
        segment_rows(analysis.scored.segments, analysis.currency, language),
        SEGMENT_WIDTHS,
        bold={0, len(analysis.scored.segments) + 1},
    )
    origin = workbook.create_sheet(words.ORIGIN_SHEET.say(language))
    fill(origin, origin_rows(origin_of(analysis), language), ORIGIN_WIDTHS, bold=set())
    workbook.save(rendered)
    return rendered.getvalue()
