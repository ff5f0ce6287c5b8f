"""Prices and promises: only the owner's own offer may be made."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from batikrfm.content.rules.model import Finding, Passage, ShopRules
from batikrfm.content.rules.plain import plain
from batikrfm.content.rules.promises import Promise, kinds_in, promises
from batikrfm.sdk.text import Text

PRICE: Final = Text(
    id="Angka ini tidak ada dalam tawaran Anda. Hapus, atau tulis dulu di tawaran kalau memang berlaku.",
    en="This figure is not in your offer. Remove it, or put it into the offer first if it is true.",
)
PROMISE: Final = Text(
    id="Janji ini tidak ada dalam tawaran Anda. Hapus, atau tulis dulu di tawaran kalau memang berlaku.",
    en="This promise is not in your offer. Remove it, or put it into the offer first if it is true.",
)

_FIGURES: Final = frozenset({"amount", "share"})


def unoffered(passage: Passage, rules: ShopRules) -> Iterator[Finding]:
    """Amounts and shares must stand in the offer with the same value, words such as *gratis ongkir* by their kind."""
    allowed = _allowed(rules.offer)
    for promise in promises(passage.text):
        if _key(promise) in allowed:
            continue
        if promise.kind in _FIGURES:
            yield passage.find("price_not_offered", "block", promise.excerpt, PRICE)
        else:
            yield passage.find("promise_not_offered", "block", promise.excerpt, PROMISE)


@lru_cache(maxsize=256)
def _allowed(offer: str) -> frozenset[tuple[str, object]]:
    found = promises(plain(offer))
    general = {"promo"} if offer.strip() else set()
    return frozenset({_key(promise) for promise in found} | {(kind, None) for kind in {*kinds_in(found), *general} - _FIGURES})


def _key(promise: Promise) -> tuple[str, object]:
    """Figures are compared by value; one that cannot be read by its words."""
    if promise.kind in _FIGURES:
        return promise.kind, promise.value if promise.value is not None else promise.excerpt.casefold()
    return promise.kind, None
