"""What Litestar and msgspec say of values that do not fit, in both languages. What was sent is never repeated."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from batikrfm.sdk.text import Text

BODY: Final = "body"
WORDS: Final[tuple[tuple[re.Pattern[str], Text], ...]] = tuple(
    (re.compile(pattern), text)
    for pattern, text in (
        (r"Missing required|missing required field", Text(id="wajib diisi", en="is required")),
        (r"contains unknown field", Text(id="ada isian yang tidak dikenal", en="holds a value that is not known")),
        (r"`int` >= (?P<n>-?\d+)", Text(id="paling sedikit {n}", en="must be at least {n}")),
        (r"`int` <= (?P<n>-?\d+)", Text(id="paling banyak {n}", en="must be at most {n}")),
        (r"`str` of length >= (?P<n>\d+)", Text(id="paling pendek {n} huruf", en="must have at least {n} characters")),
        (r"`str` of length <= (?P<n>\d+)", Text(id="paling panjang {n} huruf", en="must have at most {n} characters")),
        (r"`(?:array|object)` of length <= (?P<n>\d+)", Text(id="paling banyak {n} isian", en="must have at most {n} values")),
        (r"matching regex", Text(id="bentuknya tidak sesuai", en="does not have the right form")),
        (r"Expected `int`", Text(id="isi dengan bilangan bulat", en="must be a whole number")),
        (r"Expected `bool`", Text(id="isi dengan true atau false", en="must be true or false")),
        (r"Expected `str`", Text(id="isi dengan teks", en="must be a text")),
        (r"Expected `object`", Text(id="isi dengan objek JSON", en="must be a JSON object")),
        (r"Invalid enum value", Text(id="bukan salah satu pilihan yang ada", en="is none of the choices")),
        (r"[Uu][Uu][Ii][Dd]", Text(id="isi dengan UUID", en="must be a UUID")),
        (r"date", Text(id="isi dengan tanggal seperti 2026-01-31", en="must be a date such as 2026-01-31")),
    )
)
OTHERWISE: Final = Text(id="tidak bisa dipakai", en="cannot be used")


def field_errors(extra: object) -> Iterator[tuple[str, Text]]:
    """Field and sentence of each finding in a ``ValidationException``'s ``extra``."""
    findings = extra if isinstance(extra, list) else []
    for finding in findings:
        if isinstance(finding, dict):
            yield str(finding.get("key") or BODY), sentence(str(finding.get("message", "")))


def sentence(message: str) -> Text:
    """What ``message`` means, without what it may repeat of the input."""
    for pattern, text in WORDS:
        if found := pattern.search(message):
            values: dict[str, Any] = found.groupdict()
            return Text(id=text.say("id", **values), en=text.say("en", **values)) if values else text
    return OTHERWISE
