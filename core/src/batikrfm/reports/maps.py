"""Two tables whose cells are the darker the more they hold: who moved from where to where, and R against FM."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from babel.numbers import format_compact_decimal

from batikrfm.figures import count, day
from batikrfm.reports import page_words as words
from batikrfm.reports.typesetting import shown
from batikrfm.sdk.text import Language, Text
from batikrfm.segmentation.overview import Overview

SCORES = range(1, 6)
WIDE = 7
"""So many columns leave room for five digits in each."""
FIVE_DIGITS = 99_999
Places = tuple[str | None, ...]


def moves_map(overview: Overview, language: Language) -> dict[str, Any]:
    """Rows and columns are the segments that somebody left or came to; no rows where nobody moved or there is nothing to compare with."""
    flows = {(at.flow.from_segment, at.flow.to_segment): at.flow.customers for at in overview.flows}
    names = {segment.key: shown(segment.name.say(language)) for segment in overview.segments}
    places: Places = (*names, None)
    rows = tuple(place for place in places if any(source == place for source, _ in flows))
    columns = tuple(place for place in places if any(target == place for _, target in flows))
    return {
        "heading": words.MOVES.say(language),
        "intro": _intro(overview, language),
        "corner": words.FROM_TO.say(language),
        "columns": [_place(place, names, words.LEFT, language) for place in columns],
        "rows": [
            {
                "name": _place(source, names, words.NEW, language),
                "cells": _cells([flows.get((source, target)) for target in columns], max(flows.values()), language),
            }
            for source in rows
        ],
    }


def _intro(overview: Overview, language: Language) -> str:
    if overview.compared_with is None:
        return words.FIRST_RUN.say(language)
    told = words.MOVES_INTRO if overview.flows else words.NOBODY_MOVED
    return told.say(language, since=day(overview.compared_with, language))


def _place(key: str | None, names: Mapping[str, str], otherwise: Text, language: Language) -> str:
    return otherwise.say(language) if key is None else names[key]


def heat_map(overview: Overview, language: Language) -> dict[str, Any]:
    """R from 5 down, FM from 1 up, as it is drawn everywhere; no rows for strategies without scores."""
    customers = {(cell.r, cell.fm): cell.customers for cell in overview.cells}
    most = max(customers.values(), default=0)
    rows = [
        {"name": f"R {r}", "cells": _cells([customers.get((r, fm), 0) for fm in SCORES], most, language)}
        for r in reversed(SCORES)
        if customers
    ]
    return {
        "heading": words.HEAT.say(language),
        "intro": (words.HEAT_INTRO if rows else words.NO_SCORES).say(language),
        "corner": "R \\ FM",
        "columns": [f"FM {fm}" for fm in SCORES],
        "rows": rows,
    }


def _cells(numbers: list[int | None], most: int, language: Language) -> list[dict[str, Any]]:
    return [{"text": _number(number, len(numbers), language), "level": _level(number or 0, most)} for number in numbers]


def _number(number: int | None, columns: int, language: Language) -> str:
    """Narrow columns show 123.456 as 123 rb; the workbook has every digit."""
    if number is None:
        return ""
    if columns > WIDE and number > FIVE_DIGITS:
        return str(format_compact_decimal(number, locale=language, fraction_digits=0))
    return count(number, language)


def _level(number: int, most: int) -> float:
    """How dark: by the square root, so that small numbers beside a big one are still told from none."""
    return math.sqrt(number / most) if most else 0.0
