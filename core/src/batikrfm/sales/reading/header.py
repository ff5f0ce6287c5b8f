"""Finding the row of column headings among a sheet's first rows.

A heading is a short text without a number; a header row has many of them, all different, often known words, and filled cells beneath.
Shop names and periods above it have few; data rows have numbers and dates; a description row below it ("Platform unique order ID.")
has sentences where the rows after it have values.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from batikrfm.sales.reading.words import HEADING_WORDS, KINDS_OF_VALUES, words_in

LOOKED_AT = 60  # rows from the top
_BENEATH = 12  # rows after a candidate that say what its columns hold
_LONGEST_HEADING = 80
_FEWEST = 2  # headings in a header, and explained columns in a description row
_MOST_VALUES = 0.25  # of a header's cells: "Alamat 1" or "2024" may occur
_KNOWN = 2.0
_VALUE_COST = 3.0
_FILLED_BENEATH = 0.5
_SENTENCE_WORDS = 4

_NUMBER = re.compile(r"[-+(]?\s*(rp\.?|idr|[$€£])?\s*[-+]?\d[\d.,\s]*%?\)?", re.IGNORECASE)
_DATE = re.compile(r"\d{1,4}([-/. ])(\d{1,2}|[A-Za-z]{3,9})\1\d{2,4}\b")
_CODE = re.compile(r"(?:[^\s\d]*\d){4}\S*")  # each digit matched in one way only, or a long line takes the cube of its length
_LETTER = re.compile(r"[^\W\d_]")
Row = Sequence[str]


@dataclass(frozen=True, slots=True)
class Header:
    """Where the header is. ``row`` and ``first`` count from 0: the header's (last) row and the first row that can hold data.

    ``score`` says how much it looks like one: the more headings, known words and filled columns, the more.
    """

    row: int
    first: int
    texts: tuple[str, ...]
    preamble: tuple[tuple[str, ...], ...]
    score: float


def find_header(rows: Sequence[Row]) -> Header | None:
    """The header among a sheet's first ``rows``, or ``None`` if no row looks like one."""
    candidates = [(score, -number) for number, row in enumerate(rows) if (score := _score(row, rows[number + 1 :])) > 0]
    if not candidates:
        return None
    score, at = max(candidates)
    number = -at
    top, bottom = next((pair for pair in ((number, number + 1), (number - 1, number)) if _is_one_header(rows, *pair)), (number, number))
    texts = _trimmed(rows[top] if top == bottom else _joined(rows[top], rows[bottom]))
    first = bottom + 1
    if _is_description(rows[first] if first < len(rows) else [], _filled(rows[first + 1 :])):
        first += 1
    preamble = tuple(kept for row in rows[:top] if (kept := tuple(cell.strip() for cell in row if cell.strip())))
    return Header(bottom, first, texts, preamble, score)


def has_values(rows: Sequence[Row]) -> bool:
    return any(any(cell.strip() for cell in row) for row in rows)


def is_value(text: str) -> bool:
    """Whether ``text`` is a number, a date, or a code: something that no heading is."""
    return bool(_NUMBER.fullmatch(text) or _DATE.match(text) or _CODE.fullmatch(text))


def _trimmed(row: Row) -> tuple[str, ...]:
    texts = [" ".join(cell.split()) for cell in row]
    while texts and not texts[-1]:
        texts.pop()
    return tuple(texts)


def _is_one_header(rows: Sequence[Row], top: int, bottom: int) -> bool:
    """Whether two rows are one header with merged cells: some over both rows, some over columns that all have headings beneath."""
    if top < 0 or bottom >= len(rows):
        return False
    width = max(len(rows[top]), len(rows[bottom]))
    above, beneath = ({column for column in range(width) if _at(rows[row], column)} for row in (top, bottom))
    texts = [_at(rows[row], column) for row, columns in ((top, above), (bottom, beneath)) for column in columns]
    is_beneath_one = all(column - 1 in beneath for column in beneath - above)
    return bool(above - beneath) and bool(beneath - above) and is_beneath_one and all(map(_is_heading, texts))


def _joined(top: Row, bottom: Row) -> Row:
    """``Pelanggan`` over ``Nama`` and ``No HP``: ``Pelanggan Nama`` and ``Pelanggan No HP``."""
    texts, over = [], ""
    for column in range(max(len(top), len(bottom))):
        under = _at(bottom, column)
        over = _at(top, column) or (over if under else "")
        texts.append(f"{over} {under}")
    return texts


def _filled(rows: Sequence[Row]) -> list[Row]:
    """The next rows that hold something."""
    return list(islice((row for row in rows if any(cell.strip() for cell in row)), _BENEATH))


def _score(row: Row, after: Sequence[Row]) -> float:
    """How much ``row`` looks like the header of the rows ``after`` it; 0 if it cannot be one."""
    cells = [" ".join(cell.split()) for cell in row]
    texts = [cell for cell in cells if cell]
    values = sum(map(is_value, texts))
    headings = {text.lower() for text in texts if _is_heading(text)}
    known = sum(1 for heading in headings if words_in(heading) & HEADING_WORDS)
    if len(headings) < _FEWEST or values > _MOST_VALUES * len(texts):
        return 0
    beneath = _filled(after)
    if known < _FEWEST and not _values_beneath(cells, beneath):
        return 0
    filled = sum(1 for column, cell in enumerate(cells) if cell and any(_at(other, column) for other in beneath))
    return _KNOWN * known + len(headings) - _VALUE_COST * values + _FILLED_BENEATH * filled


def _is_heading(text: str) -> bool:
    return bool(_LETTER.search(text)) and len(text) <= _LONGEST_HEADING and not is_value(text) and not _is_sentence(text)


def _is_sentence(text: str) -> bool:
    return text.endswith(".") and len(text.split()) >= _SENTENCE_WORDS


def _at(row: Row, column: int) -> str:
    return row[column].strip() if column < len(row) else ""


def _values_beneath(cells: Row, beneath: Sequence[Row]) -> bool:
    """Whether some column that ``cells`` heads holds numbers or dates: what data have and two rows of plain text have not."""
    return any(cell and any(is_value(_at(row, column)) for row in beneath) for column, cell in enumerate(cells))


def _is_description(row: Row, after: Sequence[Row]) -> bool:
    """Whether ``row``, right below the header, explains the columns: sentences or kinds of values, where all rows after it have values."""
    texts = [cell.strip() for cell in row if cell.strip()]
    if len(texts) < _FEWEST or any(map(is_value, texts)) or sum(map(_explains, texts)) * 2 < len(texts):
        return False
    held = [[text for other in after if (text := _at(other, column))] for column, cell in enumerate(row) if _LETTER.search(cell)]
    return not after or sum(1 for texts in held if texts and all(map(is_value, texts))) >= _FEWEST


def _explains(text: str) -> bool:
    return text.endswith(".") or len(text.split()) >= _SENTENCE_WORDS or text.lower() in KINDS_OF_VALUES
