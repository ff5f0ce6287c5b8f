"""Numbers in a text that could be somebody's: phones in any writing, identity numbers, accounts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_WORDS: Final = {
    **dict(zip("nol satu dua tiga empat lima enam tujuh delapan sembilan".split(), "0123456789", strict=True)),  # noqa: SIM905 - reads better
    **dict(zip("zero one two three four five six seven eight nine".split(), "0123456789", strict=True)),  # noqa: SIM905 - reads better
    "kosong": "0",
}
FEWEST_SPOKEN: Final = 7
"""So many number words in a row are a number."""

_SPOKEN: Final = re.compile(rf"\b(?:{'|'.join(_WORDS)})\b")
_SPOKEN_RUN: Final = re.compile(rf"\b(?:{'|'.join(_WORDS)})(?:[\s,.\-]+(?:{'|'.join(_WORDS)})){{{FEWEST_SPOKEN - 1},}}\b")
_OH: Final = re.compile(r"(?<=\d)[ \-.]?o+(?=[ \-.]?\d)|\bo+(?=\d)|(?<=\d\d)o+\b")
_HIDDEN: Final = {"Cf", "Mn"}
_NOT_ASCII: Final = re.compile(r"[^\x00-\x7f]")
_DIGIT: Final = re.compile(r"\d")
_OTHERS: Final = re.compile(r"[^0-9]+")
_BETWEEN: Final = r"[\s().\-/_+|,:;*~'\"\u2010-\u2015]{0,3}"
_RUN: Final = re.compile(rf"\+?\d(?:{_BETWEEN}\d)+")
_SHORTEST_PHONE, _LONGEST_PHONE = 8, 15
_LONG_RUN: Final = re.compile(rf"[\do](?:{_BETWEEN}[\do]){{{_SHORTEST_PHONE - 1}}}")
_GOES_ON: Final = re.compile(rf"{_BETWEEN}o*\d")
_MONEY: Final = re.compile(r"\b(?:rp|idr|usd)\.?\s?\d{1,3}(?:[.,]\d{3})+(?!\d)|\b(?:rp|idr|usd)\.?\s?\d{1,8}(?![\d.,\-]*\d)")
_DATE: Final = re.compile(r"(?<!\d)(?:0?[1-9]|[12]\d|3[01])[./-](?:0?[1-9]|1[0-2])[./-](?:20)?\d\d(?![./-]?\d)")
_NIK: Final = 16
_LIKELY_PHONE: Final = 9
_ACCOUNT: Final = 10
HOME: Final = "62"


@dataclass(frozen=True, slots=True)
class Number:
    """A run of digits; ``kind`` is what it looks like, None for nothing that matters."""

    digits: str
    kind: str | None


def plain_digits(text: str) -> str:
    """``text`` in small letters with every digit as 0-9, also those that are written as words or by another script."""
    digits = small_digits(text)
    spoken = _SPOKEN_RUN.sub(lambda run: "".join(_WORDS[word[0]] for word in _SPOKEN.finditer(run[0])), digits)
    return _OH.sub(lambda run: "0" * run[0].count("o"), spoken) if _DIGIT.search(spoken) else spoken


def small_digits(text: str) -> str:
    """The same with number words left as they are, and ``o`` for zero."""
    return _NOT_ASCII.sub(lambda sign: _digit(sign[0]), unicodedata.normalize("NFKC", text).lower())


def spoken_words(small: str) -> int:
    """How many number words there are in ``small``, as :func:`small_digits` gives it."""
    return len(_SPOKEN.findall(small))


def has_long_run(small: str) -> bool:
    """Whether ``small`` may hold so many digits as the shortest phone has: without them no number matters, nor is there a phone."""
    return bool(_LONG_RUN.search(small))


def goes_on(small: str) -> bool:
    """Whether ``small`` begins with what may be the rest of a number."""
    return bool(_GOES_ON.match(small))


def numbers(text: str) -> Iterator[Number]:
    """Every run of digits in ``text``, as :func:`plain_digits` gives it: amounts of money and dates are nobody's number."""
    runs = _RUN.findall(text)
    yield from (Number(_only_digits(run), None) for run in runs)
    for run in _RUN.finditer(_DATE.sub(" x ", _MONEY.sub(" x ", text))) if runs else ():
        digits = _only_digits(run[0])
        yield Number(digits, _kind(digits, run[0]))


def phones(digits: str) -> Iterator[str]:
    """Every phone number that ``digits`` could hold, as customers.phone is written: ``+628123456789``."""
    for start in range(len(digits)):
        for length in range(_SHORTEST_PHONE, min(_LONGEST_PHONE, len(digits) - start) + 1):
            part = digits[start : start + length]
            yield f"+{part}"
            if part[0] == "0":
                yield f"+{HOME}{part[1:]}"
            elif part[0] == "8":
                yield f"+{HOME}{part}"


def international(number: str) -> str:
    """A phone number that somebody typed, in the same writing."""
    digits = _only_digits(plain_digits(number))
    return f"+{HOME}{digits[1:]}" if digits.startswith("0") and not digits.startswith("00") else f"+{digits.removeprefix('00')}"


def _digit(sign: str) -> str:
    if sign.isdigit():
        return str(unicodedata.digit(sign))
    return "" if unicodedata.category(sign) in _HIDDEN else sign


def _only_digits(text: str) -> str:
    return _OTHERS.sub("", text)


def _kind(digits: str, written: str) -> str | None:
    if len(digits) == _NIK:
        return "nik"
    if _LIKELY_PHONE <= len(digits) <= _LONGEST_PHONE and (written[0] == "+" or digits.startswith(("0", "8", HOME))):
        return "phone"
    return "account" if len(digits) >= _ACCOUNT else None
