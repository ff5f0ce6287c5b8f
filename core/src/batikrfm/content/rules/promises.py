"""What a text promises: amounts, shares, and words such as *gratis ongkir*. A pure reader, used on the copy and on the offer alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache, partial
from typing import Final

from batikrfm.content.rules.numbers import SPELLED, SPELLED_THOUSANDS, TIMES, figure, spelled
from batikrfm.content.rules.plain import small
from batikrfm.content.rules.words import any_kind, kinds

HALF: Final = Decimal(50)
WHOLE: Final = Decimal(100)
CODE: Final = "code "


@dataclass(frozen=True, slots=True)
class Promise:
    """One thing promised. ``value`` is the amount or the share in percent, None for a word."""

    kind: str
    value: Decimal | None
    excerpt: str


DIGIT: Final = re.compile(r"\d")
SPELLED_HINT: Final = re.compile(r"ribu|juta|rupiah|dollar|persen")
"""No price and no share in words is without one of these."""

_TIMES: Final = "|".join(sorted(TIMES, key=len, reverse=True))
_NUMBER: Final = r"\d[\d.,]*"
_PEOPLE: Final = (
    r"(?!\s*(?:orang|pelanggan|pembeli|pesanan|motif|titik|helai|lembar|potong|pcs|buah|meter|km|jam|hari|tahun|kali|followers?|pengikut|toko"
    r"|people|customers?|buyers?|orders?|pieces?|metres?|meters?|hours?|days?|years?|times|stitches|dots)\b)"
)
_MATERIAL: Final = (
    r"(?!\s*(?:katun|cotton|sutr?a|sutera|silk|linen|rayon|viscose|poliester|polyester|wol|wool|serat|alami|natural|asli|original|handmade|tulis"
    r"|organik|organic|pure|murni|genuine|authentic|arabika|arabica|robusta|kakao|cocoa|buatan|lokal|local)\b)"
)
_CURRENCY: Final = r"(?:us\$|s\$|\$|€|£|\busd|\beur|\bsgd|\bmyr|\brm|\baud)"

_AMOUNTS: Final = (
    re.compile(rf"\b(?:rp|idr)\.?\s*(?P<number>{_NUMBER})(?:\s*(?P<times>{_TIMES})(?:an)?\b)?(?:,-)?", re.IGNORECASE),
    re.compile(rf"{_CURRENCY}\s?(?P<number>{_NUMBER})(?:\s*(?P<times>{_TIMES})\b)?", re.IGNORECASE),
    re.compile(rf"(?<![\w.,])(?P<number>{_NUMBER})\s*(?P<times>{_TIMES})(?:an)?\b{_PEOPLE}(?:\s*(?:rupiah|perak)\b)?", re.IGNORECASE),
    re.compile(rf"(?<![\w.,])(?P<number>{_NUMBER})\s*(?:rupiah|perak|usd|dollars?|euros?)\b", re.IGNORECASE),
    re.compile(rf"(?<![\w.,+])(?P<number>\d{{1,3}}(?:\.\d{{3}})+)(?![\d.]*\d)(?:,-|,00)?{_PEOPLE}"),
)
_PRICED: Final = re.compile(
    r"\b(?:harga(?:nya)?|seharga|cuma|hanya|mulai(?:\s+dari)?|bayar|only|just|from)\s+(?P<number>\d{5,9})(?!\d)" + _PEOPLE, re.IGNORECASE
)
_SLANG: Final = re.compile(r"\b(?:goceng|ceban|noban|goban|cepek|gopek|seceng)\b")
"""Jakarta's words for banknotes."""
_CODE: Final = re.compile(
    r"\b(?:kode|code|voucher|kupon|coupon)\s+(?:promo\s+|diskon\s+|voucher\s+|belanja\s+)?(?P<code>[a-z]+\d+[a-z0-9]*)\b"
)
_SPELLED_AMOUNT: Final = re.compile(
    rf"\b(?:harga(?:nya)?|seharga|cuma|hanya|mulai(?:\s+dari)?|hemat|potongan|diskon|bayar)\s+(?P<priced>{SPELLED_THOUSANDS})\b(?:\s+rupiah\b)?{_PEOPLE}"
    rf"|\b(?P<rupiah>{SPELLED})rupiah\b"
    r"|\b(?P<english>(?:hundred|thousand|million)\s+(?:rupiah|dollars?))\b",
    re.IGNORECASE,
)
_SHARE: Final = re.compile(rf"(?<![\w.,])(?P<number>\d+(?:[.,]\d+)?)\s*(?:%|(?:persen|percent|per\s?cent|pct)\b){_MATERIAL}", re.IGNORECASE)
_SPELLED_SHARE: Final = re.compile(rf"\b(?P<words>{SPELLED})persen\b{_MATERIAL}", re.IGNORECASE)

_HALF_PRICE: Final = re.compile(
    r"\b(?:setengah|separuh|separo)\s+harga(?:nya)?\b|\bhalf[\s-]+(?:the\s+)?price\b|\bhalf[\s-]+off\b", re.IGNORECASE
)
_KINDS: Final = kinds()
_ANY_KIND: Final = any_kind()

_NEGATED: Final = re.compile(
    r"\b(?:bukan|tanpa|tidak|tak|nggak|enggak|gak|no|not|without|isn't|never|nothing)\b(?!\s+(?:hanya|cuma|sekadar|sekedar|saja|only|just)\b)(?:\s+[\w/-]+){0,3}\s*$",
    re.IGNORECASE,
)
_LOOK_BACK: Final = 48
_TAKEN: Final = "\N{BULLET}"

Note = Callable[[str, Decimal | None, re.Match[str]], None]


_HINTS: Final = (DIGIT, SPELLED_HINT, _SLANG, _HALF_PRICE, _ANY_KIND)
"""Nothing is promised without one of these. Most sentences have none."""


@lru_cache(maxsize=512)
def promises(text: str) -> tuple[Promise, ...]:
    """Everything that ``text`` promises. What one pattern has taken is not read a second time."""
    found: list[Promise] = []
    left = small(text)
    if not any(hint.search(left) for hint in _HINTS):
        return ()
    for read in (_halves, _codes, _amounts, _spelled_amounts, _shares, _spelled_shares, _words):
        left = read(left, lambda kind, value, match: found.append(Promise(kind, value, text[match.start() : match.end()].strip())))
    return tuple(found)


def _halves(text: str, note: Note) -> str:
    """Half the price is a share."""
    return _taken(text, _HALF_PRICE, lambda match: note("share", HALF, match), leave="%")


def _amounts(text: str, note: Note) -> str:
    for pattern in (*_AMOUNTS, _PRICED) if DIGIT.search(text) else ():
        text = _taken(text, pattern, lambda match: note("amount", _figure(match), match))
    return _taken(text, _SLANG, lambda match: note("amount", None, match))


def _codes(text: str, note: Note) -> str:
    """Each code is a kind of its own: one for 50% is no other name for one for 20%."""
    return _taken(text, _CODE, lambda match: note(f"{CODE}{match['code']}", None, match))


def _figure(match: re.Match[str]) -> Decimal | None:
    try:
        return figure(match["number"], match.groupdict().get("times") or "")
    except InvalidOperation:
        return None


def _spelled_amounts(text: str, note: Note) -> str:
    def found(match: re.Match[str]) -> None:
        words = match["priced"] or match["rupiah"]
        note("amount", spelled(words) if words else None, match)

    return _taken(text, _SPELLED_AMOUNT, found) if SPELLED_HINT.search(text) else text


def _shares(text: str, note: Note) -> str:
    """A hundred percent is how sure one is, or pure cotton; anything else is a share of a price."""

    def found(match: re.Match[str]) -> None:
        value = Decimal(match["number"].replace(",", "."))
        if value != WHOLE:
            note("share", value, match)

    return _taken(text, _SHARE, found, leave="%") if DIGIT.search(text) else text


def _spelled_shares(text: str, note: Note) -> str:
    if not SPELLED_HINT.search(text):
        return text
    return _taken(text, _SPELLED_SHARE, lambda match: note("share", spelled(match["words"]), match), leave="%")


def _words(text: str, note: Note) -> str:
    for kind, pattern in _KINDS if _ANY_KIND.search(text) else ():
        text = _taken(text, pattern, partial(_note_unless_negated, note, kind))
    return text


def _note_unless_negated(note: Note, kind: str, match: re.Match[str]) -> None:
    if not _NEGATED.search(match.string[max(0, match.start() - _LOOK_BACK) : match.start()]):
        note(kind, None, match)


def _taken(text: str, pattern: re.Pattern[str], found: Callable[[re.Match[str]], None], leave: str = _TAKEN) -> str:
    """``text``, as long as before, with the matches of ``pattern`` struck out; ``found`` was told of each."""

    def take(match: re.Match[str]) -> str:
        found(match)
        return _TAKEN * (match.end() - match.start() - 1) + leave

    return pattern.sub(take, text)


def kinds_in(found: tuple[Promise, ...]) -> Iterator[str]:
    """The kinds that an offer covers: what it says, and what follows from it."""
    for promise in found:
        yield promise.kind
        yield from ("voucher", "promo") if promise.kind.startswith(CODE) else _FOLLOWS.get(promise.kind, ())


_FOLLOWS: Final = {
    "share": ("discount", "promo"),
    "discount": ("promo",),
    "amount": ("promo",),
    "free_shipping": ("promo",),
    "buy_get": ("free", "promo"),
    "cashback": ("promo",),
    "voucher": ("promo",),
    "free": ("promo",),
}
"""Who gives 20% off may call it a discount; who gives two for one may say that one is free."""
