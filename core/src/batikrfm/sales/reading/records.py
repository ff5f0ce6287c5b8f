"""Lines of separated text as records, whatever was done to their quotes.

Well-formed text needs none of this: polars reads it. Here every line break ends a record unless a quoted field really goes on in the
next lines, so a stray quote costs one odd cell and never the rows after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

_LONGEST_RECORD = 50  # lines that one quoted field may go on for


def is_well_quoted(text: bytes, separator: str, start: int = 0) -> bool:
    """Whether every quote from ``start`` (of a line) on opens a field, closes one, or is doubled inside: then all readers agree on it."""
    if text.find(b'"', start) < 0:
        return True
    border = re.escape(separator.encode())
    quoted = rb'(?<![^%b\n])"[^"]*+(?:""[^"]*+)*+"(?=[%b\n]|\r\n|\Z)' % (border, border)
    return re.compile(rb'[^"]*+(?:%b[^"]*+)*+' % quoted).fullmatch(text, start) is not None


def split_records(lines: Sequence[str], separator: str, width: int | None = None) -> Iterator[tuple[list[str], int]]:
    """Each record's fields and the number of lines that it takes.

    A field whose quote stays open is continued in the next lines if that gives a record of ``width`` fields (of two or more, if
    the width is not known); else its quote is an ordinary character.
    """
    at = 0
    while at < len(lines):
        line = lines[at]
        fields, is_open = _split_line(line, _field(separator)) if '"' in line else (line.split(separator), False)
        taken = 1
        if is_open:
            fields, taken = _continued(lines, at, separator, width) or (fields, 1)
        yield fields, taken
        at += taken


def _continued(lines: Sequence[str], at: int, separator: str, width: int | None) -> tuple[list[str], int] | None:
    text = lines[at]
    for end in range(at + 1, min(at + _LONGEST_RECORD, len(lines))):
        text += "\n" + lines[end]
        if '"' not in lines[end]:
            continue
        fields, is_open = _split_line(text, _strict_field(separator))
        if not is_open:
            return (fields, end - at + 1) if (len(fields) == width if width else len(fields) > 1) else None
    return None


def _split_line(line: str, pattern: re.Pattern[str]) -> tuple[list[str], bool]:
    """The fields of ``line``, and whether one starts with a quote that nothing closes."""
    fields: list[str] = []
    at, is_open = 0, False
    while field := pattern.match(line, at):
        quoted, plain = field.groups()
        fields.append(plain if quoted is None else quoted.replace('""', '"'))
        is_open = is_open or (quoted is None and plain.lstrip().startswith('"'))
        at = field.end() + 1
        if at > len(line):
            break
    return fields, is_open


@cache
def _field(separator: str) -> re.Pattern[str]:
    """One field: quoted up to the first quote that a separator or the end follows, or plain up to the separator."""
    border = re.escape(separator)
    return re.compile(rf' *"((?:[^"]|""|"(?! *(?:{border}|\Z)))*+)" *(?={border}|\Z)|([^{border}]*)')


@cache
def _strict_field(separator: str) -> re.Pattern[str]:
    """One field over several lines: its first quote that is not doubled must be its last, or any later quote would end it."""
    border = re.escape(separator)
    return re.compile(rf' *"((?:[^"]|"")*+)" *(?={border}|\Z)|([^{border}]*)')
