"""A report's contents as the template wants them: every word chosen, every figure written as the reader's language writes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from batikrfm.figures import count, day
from batikrfm.reports import page_words as words
from batikrfm.reports.contents import Contents
from batikrfm.reports.headline import headline
from batikrfm.reports.maps import heat_map, moves_map
from batikrfm.reports.origin_rows import origin_rows
from batikrfm.reports.page_tables import segment_table, top_table
from batikrfm.reports.shares import actions, chart
from batikrfm.reports.sheet_cells import written
from batikrfm.reports.typesetting import shown
from batikrfm.sdk.text import Language

REGIONS = {"id": "ID", "en": "GB"}


def document(contents: Contents, language: Language) -> dict[str, Any]:
    """What the template shows; see ``template/report.typ``. Names out of files become what a page can show. CPU-heavy."""
    seen, as_of = contents.overview, day(contents.overview.run.as_of, language)
    return {
        "lang": language,
        "region": REGIONS[language],
        "title": words.TITLE.say(language),
        "shop": shown(contents.shop.name, longest=80),
        "subtitle": words.SUBTITLE.say(language, as_of=as_of, days=count(seen.days, language)),
        "short_subtitle": words.SHORT_SUBTITLE.say(language, as_of=as_of),
        "keywords": words.KEYWORDS,
        "headline": headline(seen, language),
        "findings": {
            "heading": words.FINDINGS.say(language),
            "empty": words.NO_FINDINGS.say(language),
            "items": [{"sentence": found.sentence.say(language), "tone": found.tone} for found in contents.findings],
        },
        "chart": chart(seen, language),
        "actions": actions(seen, language),
        "segments": segment_table(seen, language),
        "moves": moves_map(seen, language),
        "heat": heat_map(seen, language),
        "top": top_table(contents, language),
        "origin": _origin(contents, language),
    }


def _origin(contents: Contents, language: Language) -> dict[str, Any]:
    """How the numbers come about, as the workbook has it; what is one long sentence there is a note below the table."""
    rows = [[written(cell, contents.origin.currency, language) for cell in row] for row in origin_rows(contents.origin, language)]
    return {
        "heading": words.ORIGIN.say(language),
        "columns": [column.say(language) for column in words.ORIGIN_COLUMNS],
        "rows": [_two(row) for row in rows if len(row) > 1],
        "notes": [row[0] for row in rows if len(row) == 1],
    }


def _two(row: Sequence[str]) -> list[str]:
    return [row[0], " · ".join(row[1:])]
