"""What a brief says, ready to stand in a sentence: each fact short, on one line, without signs that mean something to anybody.

A shop's name, its offer and its products are data that somebody typed. Braces would make placeholders of them, stars and brackets
formatting: they go, or turn into signs that mean nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from batikrfm.sdk.llm import CopyBrief
from batikrfm.sdk.text import Language, Text

SLOTS: Final[dict[str, Text]] = {
    "shop": Text(id="toko", en="shop"),
    "trade": Text(id="usaha", en="trade"),
    "batik": Text(id="batik", en="batik"),
    "products": Text(id="produk", en="products"),
    "occasion": Text(id="momen", en="occasion"),
    "feast": Text(id="hari_raya", en="feast"),
    "offer": Text(id="tawaran", en="offer"),
}
"""What stands between ``<`` and ``>`` in the sentences, in the language of whoever writes them.

``batik`` is there for batik shops only, ``feast`` for an occasion on which one sends greetings: nobody is wished a happy payday.
"""

_LIGHTER: Final = ("products", "occasion", "feast", "trade", "offer", "shop")
"""What is left out first where a text grows too long. An offer is what the owner cares for most; it goes late."""

_LONGEST: Final = {"shop": 40, "trade": 40, "occasion": 45, "offer": 140}
_LONGEST_PRODUCT, _MOST_PRODUCTS = 45, 2
_AND: Final = Text(id="dan", en="and")
_FEAST: Final = re.compile(
    r"lebaran|idul|eid\b|ramadh?an|natal|christmas|imlek|lunar|nyepi|waisak|vesak|galungan|tahun baru|new year|kemerdekaan|independence"
    r"|hari (?:batik|ibu)|batik day|mother|kartini",
    re.IGNORECASE,
)
_ASIDE: Final = re.compile(r"\s*[(,]")
"""*Lebaran (Idulfitri)* and *Nyepi, the Balinese day of silence* are for a list; in a sentence the first part is enough."""
_BATIK: Final = re.compile(r"batik|kain|wastra", re.IGNORECASE)
_CLAIM: Final = re.compile(
    r"[%@$€£]|\brp\b|\d{5,}|\d\.\d{3}|\d\s?(?:rb|ribu|k|jt)\b|://|www\.|\.(?:com|id|net|org)\b"
    r"|\b(?:diskon|discount|promo\w*|gratis|free|bonus|sale|obral|obat|herbal|halal|termurah|voucher|cashback)\b",
    re.IGNORECASE,
)
"""What a list of products may hold beside names: prices, offers, addresses. Such a product is not named."""
_SIGNS: Final = str.maketrans(
    {
        "{": "(",
        "}": ")",
        "[": "(",
        "]": ")",
        "<": "(",
        ">": ")",
        "|": "/",
        "\\": "/",
        "*": "",
        "_": " ",
        "`": "'",
        "~": "-",
        "#": "",
        "$": "",
    }
)
_SPOKEN_CAPITALS: Final = 4
"""A word of so many capitals is shouted, not abbreviated."""


@dataclass(frozen=True, slots=True)
class Facts:
    """``slots``: what is known, by its name in the sentences. ``placeholders``: what may be left open for the sending."""

    language: Language
    slots: Mapping[str, str]
    placeholders: frozenset[str]

    def lighter(self) -> Iterator[Facts]:
        """These facts, then fewer and fewer of them."""
        yield self
        left = dict(self.slots)
        for name in _LIGHTER:
            if left.pop(SLOTS[name].say(self.language), None) is not None:
                yield replace(self, slots=dict(left))


def facts_of(brief: CopyBrief) -> Facts:
    """The facts of ``brief``; what is empty is not there."""
    said = {name: clean(getattr(brief, name), longest) for name, longest in _LONGEST.items()}
    said["occasion"] = _ASIDE.split(said["occasion"])[0]
    said["offer"] = said["offer"].rstrip(" .!,;:")
    said["products"] = _listed(brief.products, brief.language)
    said["batik"] = "batik" if not said["trade"] or _BATIK.search(said["trade"]) else ""
    said["feast"] = said["occasion"] if _FEAST.search(said["occasion"]) else ""
    slots = {SLOTS[name].say(brief.language): value for name, value in said.items() if value}
    return Facts(brief.language, slots, frozenset(brief.placeholders))


def clean(text: str, longest: int) -> str:
    """One line of at most ``longest`` signs that neither a template nor Markdown nor WhatsApp takes for its own."""
    seen = "".join(sign if unicodedata.category(sign)[0] not in "CZ" else _gap(sign) for sign in unicodedata.normalize("NFKC", text))
    words = " ".join(seen.translate(_SIGNS).split())
    return words if len(words) <= longest else _cut(words, longest)


def _gap(sign: str) -> str:
    """Spaces and line ends are a space; signs that nobody sees are nothing."""
    return "" if unicodedata.category(sign) in ("Cf", "Co", "Cn", "Cs") else " "


def _cut(words: str, longest: int) -> str:
    """At a sentence's end if there is one, else between two words."""
    sentence, end, _ = words[: longest + 1].rpartition(". ")
    if end:
        return f"{sentence}."
    whole, space, _ = words[:longest].rpartition(" ")
    return f"{whole if space else words[: longest - 1]}…"


def _listed(products: tuple[str, ...], language: Language) -> str:
    names = [name for name in dict.fromkeys(clean(product, 200) for product in products) if name and not _CLAIM.search(name)]
    short = [_calm(name if len(name) <= _LONGEST_PRODUCT else _cut(name, _LONGEST_PRODUCT).rstrip("…")) for name in names[:_MOST_PRODUCTS]]
    return f" {_AND.say(language)} ".join(short)


def _calm(name: str) -> str:
    """A name in capitals, as many a price list has it, in ordinary letters."""
    loud = [word for word in name.split() if len(word) >= _SPOKEN_CAPITALS and word.isupper()]
    return (
        " ".join(word.capitalize() if word.isupper() and len(word) >= _SPOKEN_CAPITALS else word for word in name.split()) if loud else name
    )
