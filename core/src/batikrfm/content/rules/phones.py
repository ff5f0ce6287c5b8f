"""Numbers to call or to pay to: only the shop's own may stand in its copy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from batikrfm.content.rules.model import Finding, Passage, ShopRules
from batikrfm.sdk.text import Text

INVENTED: Final = Text(
    id="Nomor ini bukan nomor toko Anda. Hapus, atau daftarkan di pengaturan kalau memang milik Anda.",
    en="This number is not one of your shop's. Remove it, or add it in the settings if it is yours.",
)

_COUNTRY: Final = "62"
_LONG: Final = 10
"""So many digits in a row are a phone or an account, however they begin."""

# What looks like a long number and is none: amounts, days, opening hours.
_NOT_PHONES: Final = re.compile(
    r"(?:\brp|\bidr|\$|€|£)\.?\s?\d[\d.,]*"
    r"|(?<![\d+.])(?!62[.,]8)[1-9]\d{0,2}(?:[.,]\d{3})+(?![.,]?\d)"
    r"|(?<!\d)(?<!\d[-/.])(?:0?[1-9]|[12]\d|3[01])[-/.](?:0?[1-9]|1[0-2])[-/.](?:19|20)\d\d(?![-/.]?\d)"
    r"|(?<!\d)(?:19|20)\d\d[-/](?:0[1-9]|1[0-2])[-/](?:0[1-9]|[12]\d|3[01])(?![-/.]?\d)"
    r"|(?<!\d)(?:[01]?\d|2[0-4])[.:][0-5]\d\s?(?:-|–|s\.?/?d\.?|sampai|hingga|to|until)\s?(?:[01]?\d|2[0-4])[.:][0-5]\d(?!\d)",  # noqa: RUF001 - people type an en dash
    re.IGNORECASE,
)
_CANDIDATE: Final = re.compile(r"(?<![\w+])(?:\+|\()*\d(?:[ \t().\-/]{0,3}\d){5,24}(?!\w)")
_HINT: Final = re.compile(
    r"(?:\bwa|whats?app|\btelp\.?|telepon|\btel|hubungi|kontak|\bhp|\bsms|\bcall|phone|\bnomor|\bno\.?|rekening|\brek\.?|contact)\W{0,3}$",
    re.IGNORECASE,
)
_DIGITS: Final = re.compile(r"\d\D{0,3}\d")
_LETTER_O: Final = re.compile(r"(?<=\d)[oO](?=[\d\s-]*\d)|(?<![A-Za-z])[oO](?=8\d)")
_MASKED: Final = "\N{BULLET}"
_DIGIT: Final = "nol|kosong|satu|dua|tiga|empat|lima|enam|tujuh|delapan|sembilan|zero|oh|one|two|three|four|five|six|seven|eight|nine"
_SPOKEN: Final = re.compile(rf"\b(?:{_DIGIT})(?:[\s,.\-]{{1,3}}(?:{_DIGIT})){{6,}}\b")


def invented_phone(passage: Passage, rules: ShopRules) -> Iterator[Finding]:
    """Phones in any notation, in ``wa.me`` links and in words, and other long numbers that are not the shop's."""
    known = _known(rules.phones)
    for number in _numbers(passage.text):
        if canonical(number) not in known:
            yield passage.find("invented_phone", "block", number, INVENTED)
    yield from passage.find_all("invented_phone", "block", _SPOKEN, INVENTED)


def canonical(number: str) -> str:
    """The digits with the country in front: ``0812 34``, ``+62 (0)812-34`` and ``62812 34`` are one number."""
    digits = "".join(sign for sign in number if sign.isdecimal()).removeprefix("00")
    if digits.startswith(_COUNTRY):
        return _COUNTRY + digits.removeprefix(_COUNTRY).lstrip("0")
    if digits.startswith("0"):
        return _COUNTRY + digits[1:]
    return _COUNTRY + digits if digits.startswith("8") else digits


@lru_cache(maxsize=256)
def _known(phones: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(canonical, phones))


def _numbers(text: str) -> Iterator[str]:
    """What somebody would dial or pay to."""
    if not _DIGITS.search(text):
        return
    text = _NOT_PHONES.sub(_MASKED, _LETTER_O.sub("0", text))
    for match in _CANDIDATE.finditer(text):
        if _is_dialled(match[0]) or _HINT.search(text[max(0, match.start() - 20) : match.start()]):
            yield match[0].strip(" \t.-/")


def _is_dialled(number: str) -> bool:
    digits = "".join(sign for sign in number if sign.isdecimal())
    if number.startswith("+") or digits.startswith("08"):
        return len(digits) > _LONG - 2
    if digits.startswith("0"):
        return len(digits) >= _LONG - 1
    return len(digits) >= _LONG
