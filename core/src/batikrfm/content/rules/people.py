"""Names and addresses that look like somebody's: everyone would be greeted as one person, or read another's address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from batikrfm.content.rules.links import is_own, own_hosts
from batikrfm.content.rules.model import Finding, Passage, ShopRules
from batikrfm.content.rules.plain import plain
from batikrfm.content.rules.words import words
from batikrfm.sdk.text import Text

NAME: Final = Text(
    id="Ini seperti nama seseorang, padahal pesannya untuk banyak orang. Ganti dengan {nama}, atau biarkan kalau bukan nama pelanggan.",
    en="This looks like somebody's name, but the message goes to many. Use {nama} instead, or leave it if it is no customer's.",
)
ADDRESS: Final = Text(
    id="Alamat email ini bukan milik toko Anda. Hapus, atau daftarkan domainnya di pengaturan kalau memang milik Anda.",
    en="This e-mail address is not your shop's. Remove it, or add its domain in the settings if it is yours.",
)

_ADDRESS: Final = re.compile(r"[\w.+\-]{1,64}(?:@|\s?\(at\)\s?|\s?\[at\]\s?)((?:[\w\-]{1,63}\.){1,6}[A-Za-z]{2,24})")
_AT: Final = re.compile(r"@|[(\[]at[)\]]")
_TITLE: Final = r"(?:[Kk]ak|[Bb]u|[Ii]bu|[Pp]ak|[Bb]apak|[Mm]bak?|[Mm]as|[Bb]unda|[Ss]is|[Bb]ro|(?:Mr|Mrs|Ms)\.?|Miss)"
_HELLO: Final = (
    r"\b(?i:(?=[adghksty])"  # without a look at the first letter it takes twice as long
    r"(?:halo|hai|hi|hello|dear|hey|yth\.?|kepada|assalam\w*|selamat\s+(?:pagi|siang|sore|malam)|good\s+(?:morning|afternoon|evening)"
    r"|terima\s+kasih|thank\s+you))"
)
_NAME: Final = r"(?P<name>[A-Z][a-z'’]{2,20})"  # noqa: RUF001 - people type both apostrophes
_GREETED: Final = re.compile(rf"{_HELLO}[ ,]{{1,3}}(?:{_TITLE} )?{_NAME}")
_TITLED: Final = re.compile(rf"\b{_TITLE} {_NAME}")
_NO_NAMES: Final = words("no_names", "words")


def someone(passage: Passage, rules: ShopRules) -> Iterator[Finding]:
    """E-mail addresses outside the shop's domains; names after a greeting or a title, unless they are part of the shop's own."""
    own = own_hosts(rules.domains)
    for match in _ADDRESS.finditer(passage.text) if _AT.search(passage.text) else ():
        if not is_own(match[1].lower(), own):
            yield passage.find("personal_address", "block", match[0], ADDRESS)
    for excerpt in dict.fromkeys(_names(passage.text, _words(rules.shop))):
        yield passage.find("personal_name", "warn", excerpt, NAME)


def _names(text: str, shop: frozenset[str]) -> Iterator[str]:
    for pattern in (_GREETED, _TITLED):
        for match in pattern.finditer(text):
            if match["name"].casefold() not in _NO_NAMES | shop:
                yield match["name"]


@lru_cache(maxsize=256)
def _words(shop: str) -> frozenset[str]:
    return frozenset(word.casefold() for word in re.findall(r"[^\W\d_]+", plain(shop)))
